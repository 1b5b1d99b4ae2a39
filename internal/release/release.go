// Package release builds what is published: for each platform an archive, another one for `pulumi plugin install`, and
// a bill of materials; the files for package managers; and the checksums of all.
//
// Builds are reproducible. The same sources and the same Go release give the same bytes on any machine: binaries
// contain no paths, no build ids and no version control state, archives are written entry by entry with the day of the
// release (or SOURCE_DATE_EPOCH), and the bill of materials contains no time or host of its own. The digests of a
// release can therefore be committed before it is tagged: the action reads them from ci/digests.txt.
package release

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/progression-labs-development/policypack"
)

// Platform is the target platform of a binary.
type Platform struct{ OS, Arch string }

// Platforms are the platforms of a release.
var Platforms = []Platform{
	{"darwin", "amd64"},
	{"darwin", "arm64"},
	{"linux", "amd64"},
	{"linux", "arm64"},
	{"windows", "amd64"},
	{"windows", "arm64"},
}

func (p Platform) String() string { return p.OS + "-" + p.Arch }

// name returns the name of a platform's files, without extension.
func (p Platform) name() string { return "policypack-v" + policypack.Version() + "-" + p.String() }

// archive returns the name of the platform's archive. Windows can unpack .zip without further tools.
func (p Platform) archive() string {
	if p.OS == "windows" {
		return p.name() + ".zip"
	}
	return p.name() + ".tar.gz"
}

// pluginArchive returns the name that `pulumi plugin install` requests for the platform, a .tar.gz for Windows too.
func (p Platform) pluginArchive() string {
	return plugin + "-v" + policypack.Version() + "-" + p.String() + ".tar.gz"
}

// program returns the name of the executable in the archive.
func (p Platform) program() string { return p.executable("policypack") }

// plugin returns the name of the executable in the plugin archive.
func (p Platform) plugin() string { return p.executable(plugin) }

func (p Platform) executable(name string) string {
	if p.OS == "windows" {
		return name + ".exe"
	}
	return name
}

// plugin is the name under which the engine starts the program.
const plugin = "pulumi-language-policypack"

// Options configure a release.
type Options struct {
	Root      string // the project's directory
	Out       string // the directory for the files; what is in it of an earlier release is written over
	Platforms []Platform
	Log       io.Writer
}

// Build builds the release and returns the names of its files in Out, sorted.
func Build(ctx context.Context, o Options) (_ []string, err error) {
	epoch, err := epochOf(policypack.Released(), time.Now().UTC())
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(o.Out, 0o755); err != nil { //nolint:gosec // to be published
		return nil, err
	}
	work, err := os.MkdirTemp("", "policypack-release-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(work) //nolint:errcheck // a temporary directory
	bill, err := newBill(ctx, work)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, p := range o.Platforms {
		fmt.Fprintln(o.Log, p.name())
		program := filepath.Join(work, p.String(), p.program())
		if err := Compile(ctx, o.Root, program, p, true); err != nil {
			return nil, fmt.Errorf("%s: %w", p, err)
		}
		if err := archives(o, p, program, epoch); err != nil {
			return nil, fmt.Errorf("%s: %w", p, err)
		}
		sbom := p.name() + ".cdx.json"
		if err := bill.write(ctx, filepath.Join(o.Out, sbom), program, epoch); err != nil {
			return nil, fmt.Errorf("%s: %w", sbom, err)
		}
		names = append(names, p.archive(), p.pluginArchive(), sbom)
	}
	made, err := channels(o.Out, o.Platforms)
	if err != nil {
		return nil, err
	}
	names = append(names, made...)
	slices.Sort(names)
	return append(names, "checksums.txt"), sums(filepath.Join(o.Out, "checksums.txt"), o.Out, names)
}

// archives writes the archives of a platform with its program.
func archives(o Options, p Platform, program string, epoch time.Time) error {
	data, err := os.ReadFile(program)
	if err != nil {
		return err
	}
	list, err := entries(p, o.Root, data)
	if err != nil {
		return err
	}
	if err := pack(filepath.Join(o.Out, p.archive()), list, epoch); err != nil {
		return err
	}
	if list, err = pluginEntries(p, o.Root, data); err != nil {
		return err
	}
	return pack(filepath.Join(o.Out, p.pluginArchive()), list, epoch)
}

// tags exclude the debugging pages of gRPC. With them, templates call methods by name, and the linker has to keep every
// exported method of every type: four megabytes.
const tags = "grpcnotrace"

// lean leaves out data of a dependency that nothing in the program reads; see package internal/release/lean.
const lean = "github.com/open-policy-agent/opa/v1/capabilities=-lean"

// Compile builds the program for a platform, without symbols if stripped. Settings in the caller's environment that
// would change the bytes are ignored.
func Compile(ctx context.Context, root, path string, p Platform, stripped bool) error {
	flags := "-buildid="
	if stripped {
		flags = "-s -w " + flags
	}
	work, err := os.MkdirTemp("", "policypack-compile-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work) //nolint:errcheck // a temporary directory
	tool := filepath.Join(work, "lean")
	helper := exec.CommandContext(ctx, "go", "build", "-o", tool, "./internal/release/lean")
	helper.Dir = root
	helper.Env = append(os.Environ(), "GOOS="+runtime.GOOS, "GOARCH="+runtime.GOARCH, "GOFLAGS=")
	if err := run(helper); err != nil {
		return err
	}
	// The version control's state differs between a clone, a copy and a source archive; the version is in the program.
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=false", "-mod=readonly", "-tags", tags,
		"-toolexec", tool, "-gcflags", lean, "-ldflags", flags, "-o", path, "./cmd/policypack")
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS="+p.OS, "GOARCH="+p.Arch,
		"GOFLAGS=", "GOEXPERIMENT=", "GOAMD64=v1", "GOARM64=v8.0", "GOWORK=off", "GOFIPS140=off")
	return run(cmd)
}

// epochOf returns the timestamp for the files of a release: SOURCE_DATE_EPOCH, otherwise the day of the release in
// PulumiPolicy.yaml. It does not use the commit's time, so that the commit that adds the digests of the release to the
// action does not change them.
//
// The setting adopt counts its days from the day of the release, so a day in the future would add to them. It is an
// error.
func epochOf(day string, now time.Time) (time.Time, error) {
	released, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return time.Time{},
			fmt.Errorf("PulumiPolicy.yaml: released: expected the day of the release, such as %s",
				now.Format(time.DateOnly))
	}
	if released.After(now) {
		return time.Time{},
			fmt.Errorf("PulumiPolicy.yaml: released: %s is in the future; today is %s", day, now.Format(time.DateOnly))
	}
	text := os.Getenv("SOURCE_DATE_EPOCH")
	if text == "" {
		return released, nil
	}
	seconds, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64)
	if err != nil {
		return time.Time{}, fmt.Errorf("SOURCE_DATE_EPOCH: %w", err)
	}
	return time.Unix(seconds, 0).UTC(), nil
}

// sums writes the files' SHA-256 digests in the format that `sha256sum --check` reads.
func sums(path, dir string, names []string) error {
	var list strings.Builder
	for _, name := range names {
		sum, err := digest(filepath.Join(dir, name))
		if err != nil {
			return err
		}
		fmt.Fprintf(&list, "%s  %s\n", sum, name)
	}
	return os.WriteFile(path, []byte(list.String()), 0o644)
}

// digest returns the SHA-256 of a file in hexadecimal.
func digest(path string) (string, error) {
	data, err := os.ReadFile(path)
	return fmt.Sprintf("%x", sha256.Sum256(data)), err
}

// run runs a command. Its error includes what the command wrote to stderr.
func run(cmd *exec.Cmd) error {
	var stderr strings.Builder
	cmd.Stderr = &stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s: %w\n%s", strings.Join(cmd.Args, " "), err, stderr.String())
	}
	return nil
}
