package harness

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Home is what one test's Pulumi runs in: a PULUMI_HOME with the echoing providers, a state folder, and a folder of
// programs that stands first on PATH.
type Home struct {
	// Dir is the PULUMI_HOME.
	Dir string
	// Bin holds pulumi, its language host and policypack; the pack's language host is installed as a plugin.
	Bin string
	// State is the folder of the file backend.
	State string
}

// providers are the packages that the echoing provider plays.
var providers = []string{
	"aws", "aws-native", "azure", "azure-native", "doppler", "gcp", "kubernetes", "random", "vault",
}

// NewHome makes a fresh Home below dir, with the CLI that go.mod pins.
func NewHome(t testing.TB, dir string) Home {
	t.Helper()
	return NewHomeOf(t, dir, Pulumi(t))
}

// NewHomeOf makes a fresh Home below dir with another CLI.
func NewHomeOf(t testing.TB, dir, cli string) Home {
	t.Helper()
	h := Home{Dir: filepath.Join(dir, "home"), Bin: filepath.Join(dir, "bin"), State: filepath.Join(dir, "state")}
	for _, d := range []string{h.Dir, h.Bin, h.State} {
		check(t, os.MkdirAll(d, 0o755))
	}
	link(t, cli, filepath.Join(h.Bin, "pulumi"))
	link(t, filepath.Join(filepath.Dir(Pulumi(t)), "pulumi-language-yaml"),
		filepath.Join(h.Bin, "pulumi-language-yaml"))
	link(t, Policypack(t), filepath.Join(h.Bin, "policypack"))
	h.InstallPlugin(t)
	for _, p := range providers {
		h.InstallEcho(t, p+"-v9.0.0")
	}
	return h
}

// InstallEcho lets the echoing provider play a package of a version, NAME-vVERSION. It may play it already.
func (h Home) InstallEcho(t testing.TB, pkg string) {
	t.Helper()
	plugin := filepath.Join(h.Dir, "plugins", "resource-"+pkg)
	if _, err := os.Stat(plugin); err == nil {
		return
	}
	check(t, os.MkdirAll(plugin, 0o755))
	name, _, _ := strings.Cut(pkg, "-v")
	link(t, Echo(t), filepath.Join(plugin, "pulumi-resource-"+name))
}

// Plugin is the folder of the language host of packs with `runtime: policypack`.
func (h Home) Plugin(t testing.TB) string {
	t.Helper()
	return filepath.Join(h.Dir, "plugins", "language-policypack-v"+Version(t))
}

// InstallPlugin puts the pack where the engine looks for the host of packs with `runtime: policypack`.
func (h Home) InstallPlugin(t testing.TB) {
	t.Helper()
	check(t, os.MkdirAll(h.Plugin(t), 0o755))
	link(t, Policypack(t), filepath.Join(h.Plugin(t), "pulumi-language-policypack"))
}

// Version is the pack's version, as PulumiPolicy.yaml gives it.
func Version(t testing.TB) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(Root(t), "PulumiPolicy.yaml"))
	check(t, err)
	for line := range strings.Lines(string(text)) {
		if v, ok := strings.CutPrefix(line, "version: "); ok {
			return strings.TrimSpace(v)
		}
	}
	t.Fatal("PulumiPolicy.yaml has no version")
	return ""
}

// Variables are the environment variables of a run in h, without anything else of the caller's than what every program
// needs.
func (h Home) Variables() map[string]string {
	vars := map[string]string{
		"PATH":                     h.Bin + string(os.PathListSeparator) + os.Getenv("PATH"),
		"HOME":                     h.Dir,
		"PULUMI_HOME":              h.Dir,
		"PULUMI_BACKEND_URL":       "file://" + filepath.ToSlash(h.State),
		"PULUMI_CONFIG_PASSPHRASE": "test",
		"PULUMI_SKIP_UPDATE_CHECK": "1",
		"PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
		"PULUMI_DEBUG_COMMANDS":                       "1",
		"PULUMI_PARALLEL":                             "1", // one order of rows, and of violations
		"NO_COLOR":                                    "1",
	}
	for _, keep := range []string{"TMPDIR", "SYSTEMROOT"} {
		if v, ok := os.LookupEnv(keep); ok {
			vars[keep] = v
		}
	}
	return vars
}

// Environ is Variables as os/exec wants it, with extra variables behind.
func (h Home) Environ(extra ...string) []string {
	env := CleanEnviron()
	for key, value := range h.Variables() {
		env = append(env, key+"="+value)
	}
	return append(env, extra...)
}

// CleanEnviron is the environment of this process without what belongs to Pulumi or the pack.
func CleanEnviron() []string {
	return slices.DeleteFunc(os.Environ(), foreign)
}

// CleanProcess takes what belongs to Pulumi or the pack out of the environment of this process, since the Automation
// API hands the whole of it to the CLI. Call it in TestMain.
func CleanProcess() {
	for _, kv := range os.Environ() {
		if name, _, _ := strings.Cut(kv, "="); foreign(kv) {
			_ = os.Unsetenv(name)
		}
	}
}

func foreign(kv string) bool {
	return strings.HasPrefix(kv, "PULUMI_") || strings.HasPrefix(kv, "POLICYPACK_")
}

// PackDir is a fresh folder that is a policy pack as --policy-pack wants it: PulumiPolicy.yaml and, by path, the files
// that the test adds (an organisation's own rules).
func PackDir(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	project, err := os.ReadFile(filepath.Join(Root(t), "PulumiPolicy.yaml"))
	check(t, err)
	check(t, os.WriteFile(filepath.Join(dir, "PulumiPolicy.yaml"), project, 0o644))
	WriteFiles(t, dir, files)
	return dir
}

// WriteFiles writes files, by their path in dir.
func WriteFiles(t testing.TB, dir string, files map[string]string) {
	t.Helper()
	for path, text := range files {
		path = filepath.Join(dir, filepath.FromSlash(path))
		check(t, os.MkdirAll(filepath.Dir(path), 0o755))
		check(t, os.WriteFile(path, []byte(text), 0o644))
	}
}

func link(t testing.TB, from, to string) {
	t.Helper()
	check(t, os.Symlink(from, to))
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
