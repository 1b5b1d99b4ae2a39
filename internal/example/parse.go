package example

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"

	"go.yaml.in/yaml/v3"

	"github.com/progression-labs-development/policypack/internal/order"
)

// Load reads the examples of one policy from a file.
func Load(path string) (*File, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return Parse(path, data)
}

// Parse reads the examples in data; name stands before every mistake. All mistakes are reported at once, by row, as
// `name:row: message`, one per line of the error.
func Parse(name string, data []byte) (*File, error) {
	p := &parser{file: name}
	var doc yaml.Node
	if err := yaml.Unmarshal(data, &doc); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if len(doc.Content) == 0 {
		return nil, fmt.Errorf("%s:1: the file is empty; expected the lists deny, allow and undecided", name)
	}
	file := &File{Name: name, Cases: p.cases(doc.Content[0])}
	if err := p.err(); err != nil {
		return nil, err
	}
	return file, nil
}

// parser walks one file and collects its mistakes.
type parser struct {
	file     string
	mistakes []mistake
	depth    int
}

type mistake struct {
	row  int
	text string
}

func (p *parser) fail(n *yaml.Node, format string, args ...any) {
	p.mistakes = append(p.mistakes, mistake{row: n.Line, text: fmt.Sprintf(format, args...)})
}

func (p *parser) err() error {
	order.Stable(p.mistakes, func(a, b mistake) int { return a.row - b.row })
	var errs []error
	for _, m := range p.mistakes {
		errs = append(errs, fmt.Errorf("%s:%d: %s", p.file, m.row, m.text))
	}
	return errors.Join(errs...)
}

func (p *parser) cases(n *yaml.Node) []Case {
	var all []Case
	p.mapping(n, "examples", fields{
		"deny":      func(v *yaml.Node) { all = append(all, p.list(v, Deny)...) },
		"allow":     func(v *yaml.Node) { all = append(all, p.list(v, Allow)...) },
		"undecided": func(v *yaml.Node) { all = append(all, p.list(v, Undecided)...) },
	})
	rows := map[string]int{}
	for _, c := range all {
		if first, ok := rows[c.Name]; ok && c.Name != "" {
			p.fail(&yaml.Node{Line: c.Row}, "name %q is already used on line %d", c.Name, first)
			continue
		}
		rows[c.Name] = c.Row
	}
	return all
}

func (p *parser) list(n *yaml.Node, outcome Outcome) []Case {
	var all []Case
	for _, item := range p.items(n, string(outcome)) {
		all = append(all, p.oneCase(item, outcome))
	}
	return all
}

func (p *parser) oneCase(n *yaml.Node, outcome Outcome) Case {
	c := Case{Outcome: outcome, Row: n.Line, Run: defaultRun()}
	var wants *yaml.Node
	p.mapping(n, "case", fields{
		"name":       func(v *yaml.Node) { c.Name = p.text(v, "name") },
		"why":        func(v *yaml.Node) { c.Why = p.text(v, "why") },
		"run":        func(v *yaml.Node) { p.run(v, &c.Run) },
		"settings":   func(v *yaml.Node) { c.Settings = p.object(v, "settings", nil) },
		"parameters": func(v *yaml.Node) { c.Parameters = p.object(v, "parameters", nil) },
		"resources": func(v *yaml.Node) {
			for _, item := range p.items(v, "resources") {
				c.Resources = append(c.Resources, p.resource(item))
			}
		},
		"files": func(v *yaml.Node) { c.Files = p.files(v) },
		"base":  func(v *yaml.Node) { c.Base = append([]SourceFile{}, p.files(v)...) },
		"want":  func(v *yaml.Node) { wants = v },
	})
	if c.Name == "" {
		p.fail(n, "case has no name")
	}
	if len(c.Resources)+len(c.Files) == 0 {
		p.fail(n, "case %q has neither resources nor files", c.Name)
	}
	switch {
	case wants == nil && outcome != Allow:
		p.fail(n, "case %q has no want", c.Name)
	case wants != nil && outcome == Allow:
		p.fail(wants, "case %q is in the list allow, so it must not have want", c.Name)
	case wants != nil:
		c.Want = p.wants(wants, c)
	}
	return c
}

func (p *parser) wants(n *yaml.Node, c Case) []Want {
	names, files := map[string]bool{}, map[string]bool{}
	last := ""
	for _, r := range c.Resources {
		names[r.Name], last = true, r.Name
	}
	for _, f := range c.Files {
		names[f.Name], files[f.Name], last = true, true, f.Name
	}
	var all []Want
	for _, item := range p.items(n, "want") {
		w := Want{On: last}
		p.mapping(item, "want", fields{
			"on":   func(v *yaml.Node) { w.On = p.text(v, "on") },
			"line": func(v *yaml.Node) { w.Line = p.number(v, "want: line") },
			"level": func(v *yaml.Node) {
				if w.Level = p.text(v, "level"); w.Level != "advisory" {
					p.fail(v, "want: level: expected advisory, the only level that a policy can give a violation")
				}
			},
			"message": func(v *yaml.Node) { w.Message = p.text(v, "message") },
		})
		if w.Message == "" {
			p.fail(item, "want has no message")
		}
		if !names[w.On] && len(names) > 0 {
			p.fail(item, "want: on: no resource or file is named %q", w.On)
		}
		if w.Line > 0 && !files[w.On] {
			p.fail(item, "want: line: %q is not a file", w.On)
		}
		all = append(all, w)
	}
	if len(all) == 0 {
		p.fail(n, "want: expected at least one violation")
	}
	return all
}

// files reads the texts of files by their names.
func (p *parser) files(n *yaml.Node) []SourceFile {
	var all []SourceFile
	p.pairs(n, "files", func(key, value *yaml.Node) {
		if !fs.ValidPath(key.Value) || key.Value == "." {
			p.fail(key, "files: expected the path of a file from the root of the repository, such as deploy/run.sh")
			return
		}
		all = append(all, SourceFile{Name: key.Value, Text: p.text(value, "files: "+key.Value)})
	})
	return all
}

// defaultRun is the run of a case that names none: a preview of one stack of an invented shop.
func defaultRun() Run {
	return Run{Organization: "acme", Project: "shop", Stack: "production", DryRun: true}
}

func (p *parser) run(n *yaml.Node, run *Run) {
	p.mapping(n, "run", fields{
		"organization": func(v *yaml.Node) { run.Organization = p.text(v, "organization") },
		"project":      func(v *yaml.Node) { run.Project = p.text(v, "project") },
		"stack":        func(v *yaml.Node) { run.Stack = p.text(v, "stack") },
		"dryRun":       func(v *yaml.Node) { run.DryRun = p.flag(v, "dryRun") },
		"tags": func(v *yaml.Node) {
			run.Tags = map[string]string{}
			p.pairs(v, "tags", func(key, value *yaml.Node) {
				run.Tags[key.Value] = p.text(value, "tags: "+key.Value)
			})
		},
		"config": func(v *yaml.Node) {
			run.Config = map[string]string{}
			p.pairs(v, "config", func(key, value *yaml.Node) {
				if marker(value) == "$secret" {
					run.SecretConfig = append(run.SecretConfig, key.Value)
					value = resolve(value.Content[1])
				}
				run.Config[key.Value] = p.text(value, "config: "+key.Value)
			})
			slices.Sort(run.SecretConfig)
		},
	})
}

func (p *parser) resource(n *yaml.Node) Resource {
	r := Resource{Properties: map[string]any{}}
	p.mapping(n, "resource", fields{
		"type":       func(v *yaml.Node) { r.Type = p.text(v, "type") },
		"name":       func(v *yaml.Node) { r.Name = p.text(v, "name") },
		"ancestors":  func(v *yaml.Node) { r.Ancestors = p.texts(v, "ancestors") },
		"component":  func(v *yaml.Node) { r.Component = p.flag(v, "component") },
		"properties": func(v *yaml.Node) { r.Properties = p.object(v, "properties", &r.Secrets) },
		"outputs":    func(v *yaml.Node) { r.Outputs = p.object(v, "outputs", &r.Secrets) },
		"provider":   func(v *yaml.Node) { r.Provider = p.object(v, "provider", &r.Secrets) },
		"dependsOn":  func(v *yaml.Node) { r.DependsOn = p.dependencies(v) },
		"options": func(v *yaml.Node) {
			p.mapping(v, "options", fields{
				"protect":       func(v *yaml.Node) { r.Options.Protect = p.flag(v, "protect") },
				"ignoreChanges": func(v *yaml.Node) { r.Options.IgnoreChanges = p.texts(v, "ignoreChanges") },
				"aliases":       func(v *yaml.Node) { r.Options.Aliases = p.texts(v, "aliases") },
				"additionalSecretOutputs": func(v *yaml.Node) {
					r.Options.AdditionalSecretOutputs = p.texts(v, "additionalSecretOutputs")
				},
			})
		},
	})
	if r.Type == "" {
		p.fail(n, "resource has no type")
	}
	if r.Name == "" {
		p.fail(n, "resource has no name")
	}
	if r.Outputs == nil {
		r.Outputs = r.Properties
	}
	return r
}

// dependencies reads which properties of a resource come from which others: PROPERTY: [NAME, …].
func (p *parser) dependencies(n *yaml.Node) map[string][]string {
	all := map[string][]string{}
	if n.Kind != yaml.MappingNode {
		p.fail(n, "dependsOn: expected a mapping from properties to lists of names")
		return all
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		all[n.Content[i].Value] = p.texts(n.Content[i+1], "dependsOn."+n.Content[i].Value)
	}
	return all
}
