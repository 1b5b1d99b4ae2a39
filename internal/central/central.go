// Package central reads an organisation's rules and settings from an OPA bundle, so that they change without a new
// binary. [Plan.Build] makes one, and so does `opa build`.
//
// The rules of a bundle lie under rules/, one folder a policy, as beside PulumiPolicy.yaml. They can only add
// violations, so they count as they are. Its data can relax (an exemption lets a finding pass), so it counts only if
// the bundle is signed with a key that the configuration pins. The data has this shape, in data.json or in
// policypack/data.json without the outermost key:
//
//	{
//	  "policypack": {
//	    "format": "policypack-bundle/1",
//	    "serial": 7,
//	    "expires": "2027-06-30",
//	    "parameters": {
//	      "settings": {"exemptions": {"legacy-stripe": {…}}},
//	      "secret-name": {"templates": ["{service}/{environment}"]}
//	    },
//	    "floor": [{"levels": {"raw-secret-resource": "mandatory"}}]
//	  }
//	}
//
// Package floor says what the rows of the floor hold.
//
// Once keys are pinned, the whole bundle must be signed with one of them, including its rules. A signature never
// expires; old bundles are ended by the serial number and the expiry, which are signed too.
package central

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing/fstest"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/bundle"

	"github.com/progression-labs-development/policypack/internal/detect"
	"github.com/progression-labs-development/policypack/internal/pack"
	names "github.com/progression-labs-development/policypack/internal/place"
)

// Format is the name of the data format of a bundle. An incompatible format gets another name.
const Format = "policypack-bundle/1"

// Name is the file name of a bundle beside PulumiPolicy.yaml.
const Name = "bundle.tar.gz"

// MaxSize is the maximum size in bytes: of the packed bundle, and of each unpacked file.
const MaxSize = 16 << 20

// Bundle is a bundle as read. Its signature is not verified before [Bundle.Verify].
type Bundle struct {
	name     string
	raw      []byte
	rules    fstest.MapFS
	data     map[string]map[string]any
	floor    any
	signed   bool   // it has a file of signatures,
	signer   string // and this is the id of the key that it names
	revision string
	serial   int64
	expires  string
}

// Open reads a bundle. The error has the name of the file and what was expected. It contains nothing of the bundle's
// data.
func Open(name string) (*Bundle, error) {
	raw, err := read(name)
	if err != nil {
		return nil, err
	}
	b := &Bundle{name: name, raw: raw, rules: fstest.MapFS{}}
	content, err := bundle.NewCustomReader(b.loader()).WithSkipBundleVerification(true).WithSizeLimitBytes(MaxSize).
		WithCapabilities(pack.Capabilities()).WithRegoVersion(ast.RegoV1).Read()
	if err != nil {
		return nil, fmt.Errorf("%s: not an OPA bundle, as built by `opa build --bundle DIR`: %w", name, plain(err))
	}
	if content.Type() == bundle.DeltaBundleType || len(content.WasmModules) > 0 || len(content.PlanModules) > 0 {
		return nil, fmt.Errorf("%s: expected a bundle of Rego and data (opa build --target rego), not a delta, "+
			"plan or WebAssembly", name)
	}
	if b.revision, err = shown(content.Manifest.Revision); err != nil {
		return nil, err
	}
	for i := range content.Modules {
		m := &content.Modules[i]
		file, ok := place(m.Parsed.Package.Path, m.Path)
		if !ok {
			return nil, fmt.Errorf("%s: %s: expected rules of a package rules.NAME in rules/NAME/NAME.rego", name,
				m.Path)
		}
		if b.rules[file] != nil {
			return nil, fmt.Errorf("%s: %s: duplicate file %s", name, m.Path, file)
		}
		b.rules[file] = &fstest.MapFile{Data: m.Raw}
	}
	root, err := rootOf(content.Data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if b.data, err = parameters(root); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if err := b.dated(root); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	b.floor = floats(root["floor"])
	if len(b.rules) == 0 && len(b.data) == 0 && b.floor == nil {
		return nil, fmt.Errorf("%s: the bundle has no rules, parameters or floor; expected rules/NAME/NAME.rego "+
			"or data.policypack", name)
	}
	b.signed, b.signer = signatures(b.loader())
	return b, nil
}

// shown returns a revision on one line and without secrets. It stands in every message and report, and whoever builds a
// bundle writes into it what they like. The id of a commit needs no look.
func shown(revision string) (string, error) {
	if len(revision) <= 64 && strings.Trim(revision, "0123456789abcdef") == "" {
		return revision, nil
	}
	d, err := detect.New(detect.Options{})
	if err != nil {
		return "", err
	}
	return names.Visible(d.Name(revision)), nil
}

// place returns the file of a module below rules/. It comes from its package: `opa build` puts the path with which it
// was called before the file's own.
func place(ref ast.Ref, file string) (string, bool) {
	if len(ref) < 3 || ref[1].Value.Compare(ast.String("rules")) != 0 {
		return "", false
	}
	folder, ok := ref[2].Value.(ast.String)
	_, rest, found := strings.Cut(file, "rules/"+string(folder)+"/")
	if !ok || !found {
		return "", false
	}
	return string(folder) + "/" + rest, true
}

func read(name string) ([]byte, error) {
	info, err := os.Stat(name)
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%s: expected a file, as built by `opa build`", name)
	case info.Size() > MaxSize:
		return nil, fmt.Errorf("%s: expected a bundle of at most %d MiB", name, MaxSize>>20)
	}
	return os.ReadFile(name)
}

func (b *Bundle) loader() bundle.DirectoryLoader {
	return bundle.NewTarballLoaderWithBaseURL(bytes.NewReader(b.raw), b.name).WithSizeLimitBytes(MaxSize + 1)
}

// plain takes the quoted source out of a parser's errors: file, row and message remain.
func plain(err error) error {
	var parse ast.Errors
	if !errors.As(err, &parse) {
		return err
	}
	lines := make([]error, len(parse))
	for i, e := range parse {
		lines[i] = fmt.Errorf("%s:%d: %s", strings.TrimPrefix(e.Location.File, "/"), e.Location.Row, e.Message)
	}
	return errors.Join(lines...)
}

// rootKeys are those of data.policypack.
var rootKeys = [...]string{"format", "serial", "expires", "parameters", "floor"}

// rootOf returns data.policypack of a bundle, nil where the bundle has no data.
func rootOf(data map[string]any) (map[string]any, error) {
	const want = `data: expected {"policypack": {"format": "` + Format + `", "serial": 7, "expires": "2027-06-30", ` +
		`"parameters": {POLICY: {…}}, "floor": […]}}`
	for _, key := range sorted(data) {
		if key != "policypack" {
			return nil, fmt.Errorf("%s, got another key beside policypack; keep constants of rules in Rego", want)
		}
	}
	if len(data) == 0 {
		return nil, nil
	}
	root, ok := data["policypack"].(map[string]any)
	if !ok {
		return nil, errors.New(want)
	}
	if format, _ := root["format"].(string); format != Format {
		return nil,
			fmt.Errorf("data.policypack.format: expected %s; other formats need another version of policypack", Format)
	}
	for _, key := range sorted(root) {
		if !slices.Contains(rootKeys[:], key) {
			return nil, fmt.Errorf("%s, got an unknown key in policypack", want)
		}
	}
	return root, nil
}

// parameters reads the parameters of a bundle.
func parameters(root map[string]any) (map[string]map[string]any, error) {
	out := map[string]map[string]any{}
	byPolicy, ok := root["parameters"].(map[string]any)
	if !ok && root["parameters"] != nil {
		return nil, fmt.Errorf("data.policypack.parameters: expected an object by policy")
	}
	for _, policy := range sorted(byPolicy) {
		p, ok := byPolicy[policy].(map[string]any)
		if !ok {
			return nil, fmt.Errorf("data.policypack.parameters.%s: expected an object of parameters; levels are "+
				"set in the policy configuration, by the setting levelByStack, or as minimum levels in "+
				"data.policypack.floor", policy)
		}
		for name, v := range p {
			p[name] = floats(v)
		}
		out[policy] = p
	}
	return out, nil
}

// Name returns the file's name.
func (b *Bundle) Name() string { return b.name }

// String names the bundle, its serial number and its revision, for messages and logs.
func (b *Bundle) String() string {
	var parts []string
	if b.serial > 0 {
		parts = append(parts, fmt.Sprintf("serial %d", b.serial))
	}
	if b.revision != "" {
		parts = append(parts, "revision "+b.revision)
	}
	if parts == nil {
		return b.name
	}
	return b.name + " (" + strings.Join(parts, ", ") + ")"
}

// Revision is what the build was given with --revision, as it may be shown, empty without it.
func (b *Bundle) Revision() string { return b.revision }

// Digest is the SHA-256 of the file, in hexadecimal.
func (b *Bundle) Digest() string {
	sum := sha256.Sum256(b.raw)
	return hex.EncodeToString(sum[:])
}

// Rules returns the rules of the bundle, and whether there are any.
func (b *Bundle) Rules() (pack.Source, bool) {
	return pack.Source{FS: fs.FS(b.rules), Prefix: b.name + ":rules", Root: "rules"}, len(b.rules) > 0
}
