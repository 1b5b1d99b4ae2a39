// Package policyfile reads the file given to --policy-pack-config, which is also the form of the defaults beside
// PulumiPolicy.yaml.
//
// Pulumi knows two shapes. The old one maps policies to levels or objects with parameters, and its key environments is
// reserved. A number as version marks the other one, since 3.274: version 2 has the policies under policies and may
// have exceptions. Keys that it does not know Pulumi ignores there, such as $schema; in the old shape they are names of
// policies. What is ignored and was probably meant to count is a mistake here. Mistakes know their rows and repeat no
// value.
package policyfile

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/progression-labs-development/policypack/internal/exception"
	"github.com/progression-labs-development/policypack/internal/mistake"
	"github.com/progression-labs-development/policypack/internal/nearest"
)

// The two shapes, for messages.
const (
	Shape1 = `{"POLICY": "LEVEL", "POLICY": {"enforcementLevel": "LEVEL", "PARAMETER": VALUE}}`
	Shape2 = `{"version": 2, "policies": ` + Shape1 + `, "exceptions": {"ID": ` + shapeException + `}}`

	shapeException = `{"reason": "WHY", "match": [{"policies": ["POLICY"], "targets": ["URN"]}]}`
)

// LevelKey is the key for the level beside a policy's parameters.
const LevelKey = "enforcementLevel"

// All is the key under the policies that sets the level of all of them.
const All = "all"

// Reserved are the keys of a file, of either version, that are not available as names of policies.
var Reserved = []string{All, "environments", "exceptions", "policies", "version"}

// settingsPolicy is pack.SettingsPolicy, which no exception is about.
const settingsPolicy = "settings"

// Levels are the enforcement levels of Pulumi.
var Levels = []string{"advisory", "mandatory", "remediate", "disabled"}

// File is a policy configuration file, as far as it could be parsed.
type File struct {
	Root         *Document // nil where the file is empty, which Pulumi accepts
	Version      int       // 2, or 1 for the old shape
	Policies     *Document // the policies with their levels and parameters, and "all"; never nil
	Environments *Field    // nil where there are none
	Exceptions   exception.Set
	Mistakes     []Mistake
	Twice        []Mistake // keys that are there twice, of which Pulumi takes the last
	Doubts       []Mistake // what the file may say and probably does not mean

	exceptions *Field
	known      []string // the names of policies, nil where nobody knows them
	above      []string // the keys that lead to the policies
}

// Mistake is a mistake on a line, which is 0 if it is about the file as a whole.
type Mistake struct {
	Row     int
	Message string
}

// Parse parses a file. The names of the policies may be nil if they are not known; then no policy of an exception is
// reported as unknown. Whether levels and parameters fit the policies is not checked here.
func Parse(data []byte, policies []string) *File {
	f := &File{Version: 1, Policies: &Document{Value: map[string]any{}}, known: policies}
	if strings.TrimSpace(string(data)) == "" {
		return f
	}
	root, row, err := ParseDocument(data)
	switch {
	case err != nil && strings.HasPrefix(string(data), "\ufeff"):
		f.fail(row, "the file begins with a byte order mark, which Pulumi does not accept; save it as UTF-8 "+
			"without one")
		return f
	case err != nil:
		f.fail(row, "not JSON; expected %s or %s", Shape1, Shape2)
		return f
	case root.Shape() != "an object":
		f.fail(root.Row, "expected an object, got %s: %s or %s", root.Shape(), Shape1, Shape2)
		return f
	}
	f.Root = root
	f.twice()
	f.Environments = root.Field("environments")
	if version := root.Field("version"); version != nil && version.Value.Shape() == "a number" {
		f.second(version)
	} else {
		f.first()
	}
	f.levels()
	f.environments()
	return f
}

func (f *File) fail(row int, format string, args ...any) {
	f.Mistakes = append(f.Mistakes, Mistake{row, fmt.Sprintf(format, args...)})
}

func (f *File) doubt(row int, format string, args ...any) {
	f.Doubts = append(f.Doubts, Mistake{row, fmt.Sprintf(format, args...)})
}

// first reads the old shape.
func (f *File) first() {
	f.Policies = &Document{Row: f.Root.Row, Value: f.Root.Value}
	for _, c := range f.Root.Fields {
		switch {
		case c.Key == "environments":
		case slices.Contains(f.known, c.Key):
			f.Policies.Fields = append(f.Policies.Fields, c)
		case c.Key == "$schema":
			f.fail(c.Row,
				`without "version": 2, Pulumi takes "$schema" for a policy, and refuses the file; remove it, or write %s`, Shape2)
		case c.Key == "version":
			f.fail(c.Row, `"version" has to be the number 2, got %s; without it, the file is %s`, c.Value.Shape(),
				Shape1)
		case c.Key == "policies" || c.Key == "exceptions":
			f.fail(c.Row, `Pulumi reads %q as the name of a policy in a file without "version": 2; write %s`, c.Key,
				Shape2)
		default:
			f.Policies.Fields = append(f.Policies.Fields, c)
		}
	}
}

// second reads version 2.
func (f *File) second(version *Field) {
	f.Version, f.above = 2, []string{"policies"}
	if version.Value.Value != 2.0 {
		f.fail(version.Row, `"version" has to be 2, the only one that Pulumi knows; write %s`, Shape2)
		return
	}
	for _, c := range f.Root.Fields {
		switch c.Key {
		case "version", "$schema", "environments":
		case "policies":
			if shape := c.Value.Shape(); shape != "an object" && shape != "null" {
				f.fail(c.Row, `"policies" is an object in version 2: expected %s, got %s`, Shape1, shape)
			}
		case "exceptions":
			f.exceptions = &c
		default:
			f.ignored(c)
		}
	}
	if p := f.Root.Field("policies"); p != nil && p.Value.Shape() == "an object" {
		f.Policies = &Document{Row: p.Value.Row, Value: p.Value.Value}
		for _, c := range p.Value.Fields {
			if c.Key == "environments" && c.Value.Shape() == "a list" {
				f.fail(c.Row, `in version 2, "environments" belongs beside "policies"; move it there`)
				continue
			}
			f.Policies.Fields = append(f.Policies.Fields, c)
		}
	}
	f.readExceptions()
}

// ignored is about a key that Pulumi does not know in version 2. A text may be a remark; anything else was meant to
// count.
func (f *File) ignored(c Field) {
	text, isText := c.Value.Value.(string)
	switch {
	case slices.Contains(f.known, c.Key), c.Key == All, slices.Contains(Levels, text):
		f.fail(c.Row, `Pulumi ignores %q here: version 2 has policies under "policies"; move it there`, c.Key)
	case isText:
		f.doubt(c.Row, `Pulumi ignores %q: version 2 has "policies", "exceptions" and "environments"`, c.Key)
	default:
		hint := nearest.DidYouMean(c.Key, []string{"policies", "exceptions", "environments"})
		f.fail(c.Row, `Pulumi ignores %q: version 2 has "policies", "exceptions" and "environments"%s`, c.Key,
			cmp.Or(hint, "; remove it"))
	}
}

// levels checks the policies' shapes.
func (f *File) levels() {
	for _, c := range f.Policies.Fields {
		d := c.Value
		switch d.Shape() {
		case "a text":
			f.level(c.Key, d)
		case "an object":
			for _, param := range d.Fields {
				switch {
				case param.Key == LevelKey:
					f.level(c.Key, param.Value)
				case c.Key == All:
					f.fail(param.Row,
						`"all" sets the level of all policies and no parameters; write %s under the policy that has it`,
						param.Key)
				}
			}
		default:
			f.fail(c.Row, "policy %s: expected a level or an object with parameters, got %s", c.Key, d.Shape())
		}
	}
}

func (f *File) level(policy string, d *Document) {
	if s, ok := d.Value.(string); !ok || !slices.Contains(Levels, s) {
		f.fail(d.Row, "policy %s: level: %s", policy, nearest.OneOf(s, Levels))
	}
}

func (f *File) environments() {
	if f.Environments == nil || f.Version == 2 && f.Environments.Value.Shape() == "null" {
		return
	}
	d := f.Environments.Value
	if d.Shape() != "a list" {
		f.fail(d.Row, `"environments" is a list of Pulumi ESC environments; expected a list of texts, got %s`, d.Shape())
	}
	for i, item := range d.Items {
		if item.Shape() != "a text" {
			f.fail(item.Row, "environments[%d]: expected a string, got %s", i, item.Shape())
		}
	}
}

// NotOfAPack returns what the file has that only the file given to --policy-pack-config may have, and not one beside
// PulumiPolicy.yaml: Pulumi does not look there.
func (f *File) NotOfAPack() (out []Mistake) {
	if f.Environments != nil {
		out = append(out, Mistake{f.Environments.Row, "set environments in the policy group on Pulumi Cloud, not " +
			"in the pack"})
	}
	if f.exceptions != nil {
		out = append(out, Mistake{f.exceptions.Row, "set exceptions on Pulumi Cloud or in the file for " +
			"--policy-pack-config, not in the pack"})
	}
	return out
}

// Rows returns the mistakes of a configuration with the rows of the file on which they are.
func (f *File) Rows(list mistake.List) (out []Mistake) {
	for _, m := range list {
		row := 0
		if len(m.Path) > 0 && f.Policies.Field(fmt.Sprint(m.Path[0])) != nil {
			row = f.Policies.RowAt(m.Path)
		}
		out = append(out, Mistake{row, m.String()})
	}
	return out
}

// Own returns those of the mistakes whose parameter, or entry of a parameter, stands in the file: a configuration may
// be made of more than it.
func (f *File) Own(list mistake.List) mistake.List {
	return slices.DeleteFunc(list, func(m mistake.Mistake) bool {
		return !f.Policies.has(m.Path[:min(3, len(m.Path))])
	})
}

// Level returns the level that the file writes for a policy or [All], empty where it writes none that counts.
func (f *File) Level(key string) string {
	c := f.Policies.Field(key)
	if c == nil {
		return ""
	}
	d := c.Value
	if level := d.Field(LevelKey); level != nil {
		d = level.Value
	}
	s, _ := d.Value.(string)
	if !slices.Contains(Levels, s) {
		return ""
	}
	return s
}

// Parameters returns the parameters of the policies as decoded JSON, which the caller may change; what is of the wrong
// shape is left out.
func (f *File) Parameters() map[string]map[string]any {
	params := map[string]map[string]any{}
	for _, c := range f.Policies.Fields {
		if c.Key == All {
			continue
		}
		params[c.Key] = map[string]any{}
		for _, param := range c.Value.Fields {
			if param.Key != LevelKey {
				params[c.Key][param.Key] = copied(param.Value.Value)
			}
		}
	}
	return params
}

func copied(v any) any {
	m, ok := v.(map[string]any)
	if !ok {
		return v
	}
	out := make(map[string]any, len(m))
	for k, v := range m {
		out[k] = copied(v)
	}
	return out
}

// Version2 is a file of version 2, for writing.
type Version2 struct {
	Schema     string `json:"$schema,omitempty"`
	Version    int    `json:"version"`
	Policies   any    `json:"policies,omitempty"`
	Exceptions any    `json:"exceptions,omitempty"`
}

// Written returns policies, by their names, as a file of the shape that this one has. A nil file is in the old shape.
func (f *File) Written(policies map[string]any) any {
	if f == nil || f.Version < 2 {
		return policies
	}
	return Version2{Schema: f.Schema(), Version: 2, Policies: policies}
}

// Schema returns what version 2 has as $schema, empty where there is none.
func (f *File) Schema() string {
	if f == nil || f.Version < 2 {
		return ""
	}
	c := f.Root.Field("$schema")
	if c == nil {
		return ""
	}
	s, _ := c.Value.Value.(string)
	return s
}
