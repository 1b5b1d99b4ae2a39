package central

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/bundle"
	"github.com/open-policy-agent/opa/v1/util"

	"github.com/progression-labs-development/policypack/internal/order"
	"github.com/progression-labs-development/policypack/internal/policyfile"
)

// Plan is a bundle to build.
type Plan struct {
	FS   fs.FS  // the directory with rules/ and data.json
	Name string // of the directory, for messages

	Revision string
	Serial   int64  // 0: that of the data, else OrSerial
	Expires  string // a day; empty: that of the data, else OrExpires, which may be empty too
	// OrSerial and OrExpires are for data that say nothing of it.
	OrSerial  int64
	OrExpires string

	KeyID string
	Key   *SigningKey
}

// Build builds a bundle and signs it. What it holds is checked by whoever opens it: the rules are not even parsed here.
//
// Of the directory, the rules below rules/ become part of the bundle, without their tests and examples, and data.json.
// Another file of Rego, JSON or YAML is an error, since whoever wrote it wants it to count.
func (p Plan) Build() ([]byte, error) {
	made := bundle.Bundle{Manifest: bundle.Manifest{Revision: p.Revision}}
	made.Manifest.SetRegoVersion(ast.RegoV1)
	root, err := p.read(&made)
	if err != nil {
		return nil, err
	}
	if err := p.date(root); err != nil {
		return nil, err
	}
	made.Data = map[string]any{"policypack": root}
	if err := made.GenerateSignature(bundle.NewSigningConfig(p.Key.private, p.Key.Pinned.Algorithm, ""), p.KeyID,
		false); err != nil {
		return nil, fmt.Errorf("signing: %w", err)
	}
	var out bytes.Buffer
	if err := bundle.NewWriter(&out).Write(made); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// The places of a bundle's data. The second is that of the key policypack alone.
const (
	wholeData = "data"
	rootData  = "policypack/data"
)

// read puts the rules into the bundle and returns data.policypack.
func (p Plan) read(made *bundle.Bundle) (map[string]any, error) {
	var root map[string]any
	from := ""
	err := fs.WalkDir(p.FS, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.Type()&fs.ModeSymlink != 0 {
			if info, err := fs.Stat(p.FS, name); err != nil || info.IsDir() {
				return fmt.Errorf("%s: links are not followed; put the directory itself here", p.at(name))
			}
		}
		hidden := name != "." && strings.HasPrefix(d.Name(), ".")
		switch {
		case d.IsDir() && hidden:
			return fs.SkipDir
		case d.IsDir():
			return nil
		case d.Name() == bundle.ManifestExt:
			return fmt.Errorf("%s: manifests are not read; set the revision with --revision", p.at(name))
		case hidden:
			return nil
		}
		ext := path.Ext(name)
		inRules := strings.HasPrefix(name, "rules/")
		switch {
		case ext == ".rego" && inRules:
			return p.rule(made, name)
		case inRules: // what does not belong there, the reader of the rules says
			return nil
		case ext != ".json" && ext != ".yaml" && ext != ".yml" && ext != ".rego":
			return nil
		case ext == ".rego" || strings.TrimSuffix(name, ext) != wholeData && strings.TrimSuffix(name, ext) != rootData:
			return fmt.Errorf("%s: not part of a bundle; expected rules in rules/NAME/NAME.rego, and parameters "+
				"and the floor in data.json", p.at(name))
		case from != "":
			return fmt.Errorf("%s: the data are already in %s; expected a single data file", p.at(name), p.at(from))
		}
		from = name
		root, err = p.data(name)
		return err
	})
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("%s: no such directory; expected one with rules/NAME/NAME.rego or data.json",
			p.Name)
	case err != nil:
		return nil, err
	case from == "":
		root = map[string]any{"format": Format}
	}
	order.By(made.Modules, func(a, b bundle.ModuleFile) int { return cmp.Compare(a.Path, b.Path) })
	return root, nil
}

func (p Plan) at(name string) string { return path.Join(p.Name, name) }

// rule puts a file of rules into the bundle, unless it is a test.
func (p Plan) rule(made *bundle.Bundle, name string) error {
	if strings.HasSuffix(name, "_test.rego") {
		return nil
	}
	text, err := fs.ReadFile(p.FS, name)
	if err != nil {
		return err
	}
	made.Modules = append(made.Modules, bundle.ModuleFile{URL: "/" + name, Path: "/" + name, Raw: text})
	return nil
}

// data reads a file of data and returns data.policypack.
func (p Plan) data(name string) (map[string]any, error) {
	text, err := fs.ReadFile(p.FS, name)
	if err != nil {
		return nil, err
	}
	if path.Ext(name) == ".json" {
		if err := p.json(name, text); err != nil {
			return nil, err
		}
	}
	var data map[string]any
	if err := util.Unmarshal(text, &data); err != nil {
		return nil, fmt.Errorf("%s: expected an object", p.at(name)) // the parser's error quotes the line
	}
	if strings.HasPrefix(name, rootData) {
		data = map[string]any{"policypack": data}
	}
	root, err := rootOf(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", p.at(name), err)
	}
	if root == nil {
		root = map[string]any{"format": Format}
	}
	return root, nil
}

// json returns an error of a text that is not JSON, or that has a key twice, of which one would silently not count.
func (p Plan) json(name string, text []byte) error {
	d, row, err := policyfile.ParseDocument(text)
	if err != nil {
		return fmt.Errorf("%s:%d: not JSON; expected an object with the key policypack", p.at(name), row)
	}
	var twice []error
	d.Twice(func(row int, key string) {
		twice = append(twice, fmt.Errorf("%s:%d: duplicate key %q, of which only the last one is used; remove one",
			p.at(name), row, key))
	})
	return errors.Join(twice...)
}

// date puts serial number and expiry into data.policypack. What stands there and is given too must be the same.
func (p Plan) date(root map[string]any) error {
	var said Bundle
	if err := said.dated(root); err != nil {
		return fmt.Errorf("%s: %w", p.Name, err)
	}
	if said.serial != 0 && p.Serial != 0 && said.serial != p.Serial {
		return fmt.Errorf("%s: data.policypack.serial is %d, but --serial is %d; leave one of them out", p.Name,
			said.serial, p.Serial)
	}
	if said.expires != "" && p.Expires != "" && said.expires != p.Expires {
		return fmt.Errorf("%s: data.policypack.expires is %s, but the flags give %s; leave one of them out", p.Name,
			said.expires, p.Expires)
	}
	if n := cmp.Or(p.Serial, said.serial, p.OrSerial); n != 0 {
		root["serial"] = json.Number(fmt.Sprint(n))
	}
	if day := cmp.Or(p.Expires, said.expires, p.OrExpires); day != "" {
		root["expires"] = day
	}
	return said.dated(root)
}
