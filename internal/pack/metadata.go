package pack

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/blang/semver"
	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/progression-labs-development/policypack/internal/facts"
	"github.com/progression-labs-development/policypack/internal/place"
)

// custom is the custom part of a policy's METADATA.
type custom struct {
	Level       Level       `json:"level"`
	Levels      Levels      `json:"levels"`
	Severity    Severity    `json:"severity"`
	Scope       facts.Scope `json:"scope"`
	Standard    []string    `json:"standard"`
	Tags        []string    `json:"tags"`
	Remediation string      `json:"remediation"`
	URL         string      `json:"url"`
	Since       string      `json:"since"`

	Kinds map[string]Kind `json:"kinds"`

	NeedsConfiguration bool `json:"needsConfiguration"`
	PerFolder          bool `json:"perFolder"`
	BeforePreview      bool `json:"beforePreview"`

	Framework *struct {
		Name          string `json:"name"`
		Version       string `json:"version"`
		Reference     string `json:"reference"`
		Specification string `json:"specification"`
	} `json:"framework"`
	Applies struct {
		Classes  []string `json:"classes"`
		Types    []string `json:"types"`
		Declares bool     `json:"declares"`

		Findings []facts.Place `json:"findings"`
		Written  bool          `json:"written"`

		Extracts []facts.Extract `json:"extracts"`

		Repository []facts.FileFact `json:"repository"`
	} `json:"applies"`
	Parameters struct {
		Properties map[string]any `json:"properties"`
		Required   []string       `json:"required"`
	} `json:"parameters"`
}

// standard is the framework of the pack's own policies.
const (
	standardName    = "Secrets management standard"
	standardVersion = "1"
)

// MetadataFile is the file beside the folders of the program's own policies with their METADATA, one line of JSON per
// policy, which `go run ./internal/pack/metadata` writes. Parsing the modules for it would take most of the time until
// the engine's first call is answered.
const MetadataFile = "metadata.jsonl"

// metadata is the METADATA of a policy, as its module has it.
type metadata struct {
	Folder      string          `json:"policy"`
	File        string          `json:"file"`
	Row         int             `json:"row"`
	Title       string          `json:"title"`
	Description string          `json:"description"`
	Undecided   bool            `json:"undecided,omitempty"` // it has a rule of this name
	Custom      json.RawMessage `json:"custom"`
}

// Describe returns the content of [MetadataFile] for the program's own policies.
func Describe(policies fs.FS) ([]byte, error) {
	var errs Errors
	s := Source{FS: policies, Prefix: "policies", Root: "policies"}
	files, err := s.parse(func(f *found) bool { return !f.main }, &errs)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	for i := range files {
		if files[i].module == nil {
			continue
		}
		if m := files[i].metadata(&errs); m != nil {
			line, err := json.Marshal(m)
			if err != nil {
				return nil, err
			}
			out.Write(append(line, '\n'))
		}
	}
	return out.Bytes(), errs.orNil()
}

// WriteMetadata writes the [MetadataFile] of the program's own policies in a directory.
func WriteMetadata(dir string) error {
	text, err := Describe(os.DirFS(dir))
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, MetadataFile), text, 0o644)
}

// FreshMetadata returns an error if the [MetadataFile] of the program's own policies differs from their METADATA.
func FreshMetadata(policies fs.FS) error {
	want, err := Describe(policies)
	if err != nil {
		return err
	}
	if got, err := fs.ReadFile(policies, MetadataFile); err != nil || !bytes.Equal(got, want) {
		return fmt.Errorf("policies/%s is not what the METADATA of the policies says; run `go run ./internal/pack/metadata`",
			MetadataFile)
	}
	return nil
}

// described reads the policies of a source from its [MetadataFile].
func (p *Pack) described(s Source, docs string, errs *Errors) error {
	text, err := fs.ReadFile(s.FS, MetadataFile)
	if err != nil {
		return err
	}
	lines := bytes.SplitAfter(bytes.TrimSpace(text), []byte("\n"))
	policies := make([]*Policy, len(lines))
	wrong := make([]Errors, len(lines))
	var wg sync.WaitGroup
	for i, line := range lines {
		wg.Go(func() {
			var m metadata
			if err := json.Unmarshal(line, &m); err != nil {
				wrong[i].add(path.Join(s.Prefix, MetadataFile), i+1, "%v", err)
				return
			}
			policies[i] = m.policy(true, docs, &wrong[i])
		})
	}
	wg.Wait()
	*errs = append(*errs, slices.Concat(wrong...)...)
	p.Policies = append(p.Policies, slices.DeleteFunc(policies, func(q *Policy) bool { return q == nil })...)
	return nil
}

// metadata reads the METADATA of a policy's module. It returns nil if there is none, or if it cannot be represented.
func (f *found) metadata(errs *Errors) *metadata {
	var a *ast.Annotations
	for _, candidate := range f.module.Annotations {
		if candidate.Scope == "package" {
			a = candidate
		}
	}
	if a == nil {
		errs.add(f.file, f.module.Package.Location.Row, "the policy has no METADATA comment above its package; write "+
			"one with title, description, custom.level, custom.severity and custom.remediation")
		return nil
	}
	m := &metadata{
		Folder: f.folder, File: f.file, Row: a.Location.Row,
		Title: strings.TrimSpace(a.Title), Description: strings.TrimSpace(a.Description),
	}
	m.rules(f.module, errs)
	var err error
	if m.Custom, err = json.Marshal(a.Custom); err != nil {
		errs.add(f.file, m.Row, "METADATA: custom: %v", err)
		return nil
	}
	return m
}

// policy returns the policy that the METADATA describes. It adds every mistake to errs and returns nil if there was
// one.
func (m *metadata) policy(own bool, docs string, errs *Errors) *Policy {
	before := len(*errs)
	file, row := m.File, m.Row
	p := &Policy{
		Name: strings.ReplaceAll(m.Folder, "_", "-"), Package: m.Folder, Own: own, Undecided: m.Undecided,
		Title: m.Title, Description: m.Description, File: file, Row: row,
	}
	if p.Title == "" {
		errs.add(file, row, "METADATA: title: expected one line that states the requirement")
	}
	if p.Description == "" {
		errs.add(file, row, "METADATA: description: expected a text that explains what the policy checks")
	}
	var c custom
	if err := decodeCustom(m.Custom, &c); err != nil {
		errs.add(file, row, "METADATA: custom: %v", err)
		return nil
	}
	p.Level, p.Severity, p.Scope, p.Standard, p.Tags = c.Level, c.Severity, c.Scope, c.Standard, c.Tags
	p.Levels, p.named = c.Levels, c.URL != ""
	p.Remediation, p.URL, p.Since, p.Kinds = strings.TrimSpace(c.Remediation), c.URL, c.Since, c.Kinds
	p.NeedsConfiguration, p.PerFolder, p.BeforePreview = c.NeedsConfiguration, c.PerFolder, c.BeforePreview
	p.Applies = Applies(c.Applies)
	p.Parameters.Properties, p.Parameters.Required = c.Parameters.Properties, c.Parameters.Required
	if !slices.Contains([]Level{Advisory, Mandatory, Disabled}, p.Level) {
		errs.add(file, row, "METADATA: custom.level: expected advisory, mandatory or disabled, got %q", string(p.Level))
	}
	for _, program := range slices.Sorted(maps.Keys(p.Levels)) {
		if l := p.Levels[program]; program != Terraform || !slices.Contains([]Level{Advisory, Mandatory, Disabled}, l) {
			errs.add(file, row, "METADATA: custom.levels: expected {terraform: LEVEL} with advisory, mandatory or "+
				"disabled, got {%s: %s}", program, l)
		}
	}
	if !slices.Contains([]Severity{Low, Medium, High, Critical}, p.Severity) {
		errs.add(file, row, "METADATA: custom.severity: expected low, medium, high or critical, got %q",
			string(p.Severity))
	}
	switch p.Scope {
	case "":
		p.Scope = facts.ScopeResource
	case facts.ScopeResource, facts.ScopeStack, facts.ScopeBoth, facts.ScopeRepository:
	default:
		errs.add(file, row, "METADATA: custom.scope: expected resource, stack, both or repository, got %q",
			string(p.Scope))
	}
	for _, f := range p.Applies.Repository {
		if !slices.Contains(facts.FileFacts(), f) {
			errs.add(file, row, "METADATA: custom.applies.repository: expected one of %v, got %q", facts.FileFacts(),
				string(f))
		}
	}
	if p.Scope == facts.ScopeRepository && !p.Applies.Everything() {
		errs.add(file, row,
			"METADATA: custom.applies: a policy with scope repository checks files only; remove everything but "+
				"repository")
	}
	for _, place := range p.Applies.Findings {
		if place != facts.PlaceProperty && place != facts.PlaceOutput && place != facts.PlaceConfig {
			errs.add(file, row, "METADATA: custom.applies.findings: expected property, output or config, got %q; for "+
				"secrets in files, use custom.applies.repository", string(place))
		}
	}
	if p.Remediation == "" {
		errs.add(file, row, "METADATA: custom.remediation: expected a text that explains how to fix a violation")
	}
	for _, e := range p.Applies.Extracts {
		if !slices.Contains(facts.Extracts(), e) {
			errs.add(file, row, "METADATA: custom.applies.extracts: expected one of %v, got %q", facts.Extracts(),
				string(e))
		}
	}
	if p.Scope == facts.ScopeStack && (len(c.Applies.Classes) > 0 || len(c.Applies.Types) > 0 || c.Applies.Declares) {
		errs.add(file, row, "METADATA: custom.applies: classes, types and declares select resources; a policy with "+
			"scope stack is evaluated once per stack, so remove them")
	}
	if p.Scope == facts.ScopeBoth && len(p.Applies.Findings) == 0 && !p.Applies.Written &&
		len(p.Applies.Extracts) == 0 {
		errs.add(file, row, "METADATA: custom.applies: a policy with scope both needs findings, written or extracts")
	}
	if own {
		p.address(docs)
	}
	p.since(errs)
	p.parameters(errs)
	if own {
		p.URL = docs + "reference/policies/" + p.Name + ".md"
		p.Framework = Framework{
			Name: standardName, Version: standardVersion, Reference: strings.Join(p.Standard, ", "),
			Specification: docs + "reference/coverage.md",
		}
	}
	if c.Framework != nil {
		p.Framework = Framework(*c.Framework)
	}
	if len(*errs) > before {
		return nil
	}
	return p
}

// rules checks that the module has a well-formed deny rule.
func (m *metadata) rules(module *ast.Module, errs *Errors) {
	deny := false
	for _, r := range module.Rules {
		name := r.Head.Ref()[0].Value.String()
		if name != "deny" && name != "undecided" {
			continue
		}
		if r.Head.RuleKind() != ast.MultiValue || len(r.Head.Ref()) != 1 || len(r.Head.Args) > 0 {
			errs.add(m.File, r.Location.Row, "%s: expected a rule of the form `%s contains violation if { … }`", name, name)
		}
		deny = deny || name == "deny"
		m.Undecided = m.Undecided || name == "undecided"
	}
	if !deny {
		errs.add(m.File, m.Row, "the package has no rule deny; expected `deny contains violation if { … }`")
	}
}

// since checks the versions that introduced the policy and its kinds. An organisation's policies have none, since the
// setting adopt refers to versions of this program.
func (p *Policy) since(errs *Errors) {
	if !p.Own && (p.Since != "" || len(p.Kinds) > 0) {
		errs.add(p.File, p.Row, "METADATA: custom.since and custom.kinds are for built-in policies only; to introduce "+
			"a custom policy gradually, use the setting enforceFrom")
		return
	}
	check := func(where, since string) {
		if _, err := semver.Parse(since); err != nil {
			errs.add(p.File, p.Row, "METADATA: %s: expected a version such as 0.2.0, got %q", where, since)
		}
	}
	if p.Since != "" {
		check("custom.since", p.Since)
	}
	for _, name := range slices.Sorted(maps.Keys(p.Kinds)) {
		check("custom.kinds."+name+".since", p.Kinds[name].Since)
		if strings.TrimSpace(p.Kinds[name].Title) == "" {
			errs.add(p.File, p.Row, "METADATA: custom.kinds.%s.title: expected one line that describes the finding",
				name)
		}
	}
}

// parameters validates the parameters' schema, adds the parameter onUnknown to policies that can be undecided, and
// collects the defaults.
func (p *Policy) parameters(errs *Errors) {
	if p.Parameters.Properties == nil {
		p.Parameters.Properties = map[string]any{}
	}
	if p.Undecided && p.Name != SettingsPolicy {
		p.Parameters.Properties["onUnknown"] = map[string]any{
			"type": "string", "enum": []any{"allow", "warn", "deny"}, Relaxes: []any{"deny", "warn", "allow"},
			"description": "What to do if the policy cannot decide because a value is not known yet or is marked " +
				"secret. Defaults to the setting onUnknown.",
		}
	}
	p.Parameters.Defaults = map[string]any{}
	for _, name := range slices.Sorted(maps.Keys(p.Parameters.Properties)) {
		schema, ok := p.Parameters.Properties[name].(map[string]any)
		if !ok {
			errs.add(p.File, p.Row, "METADATA: custom.parameters.properties.%s: expected a JSON schema", name)
			continue
		}
		if kind, ok := schema["allows"]; ok {
			text, isText := kind.(string)
			if !isText {
				errs.add(p.File, p.Row, "METADATA: custom.parameters.properties.%s.allows: expected a string", name)
			}
			if p.Parameters.Allows == nil {
				p.Parameters.Allows = map[string]string{}
			}
			p.Parameters.Allows[name] = text
			delete(schema, "allows")
		}
		if policy, ok := schema["allowsFor"].(string); ok {
			if p.Parameters.AllowsFor == nil {
				p.Parameters.AllowsFor = map[string]string{}
			}
			p.Parameters.AllowsFor[name] = policy
			delete(schema, "allowsFor")
		}
		if name == "enforcementLevel" {
			errs.add(p.File, p.Row, "METADATA: custom.parameters.properties.enforcementLevel: Pulumi reserves this "+
				"name")
		}
		if text, _ := schema["description"].(string); strings.TrimSpace(text) == "" {
			errs.add(p.File, p.Row, "METADATA: custom.parameters.properties.%s: expected a description", name)
		}
		if value, ok := schema["default"]; ok {
			p.Parameters.Defaults[name] = value
		}
	}
	for _, name := range p.Parameters.Required {
		if _, ok := p.Parameters.Properties[name]; !ok {
			errs.add(p.File, p.Row, "METADATA: custom.parameters.required: no property %q", name)
		}
	}
	if !p.Own { // our own are checked by a test, not on every start
		p.CheckParameters(errs)
	}
}

// address expands references to pages in the texts of one of the pack's own policies, such as
// docs/adopt/existing-secrets.md, to URLs: readers of a preview or a report have no docs/ folder. Docs is the URL of
// that folder.
func (p *Policy) address(docs string) {
	pages := func(text string) string {
		return strings.ReplaceAll(text, "docs/", docs)
	}
	p.Description, p.Remediation = pages(p.Description), pages(p.Remediation)
	for _, schema := range p.Parameters.Properties {
		if s, ok := schema.(map[string]any); ok {
			if text, ok := s["description"].(string); ok {
				s["description"] = pages(text)
			}
		}
	}
}

// CheckParameters checks that the parameters' schema is valid and that the defaults match it.
func (p *Policy) CheckParameters(errs *Errors) {
	before := len(*errs)
	all := map[string]any{"properties": p.Parameters.Properties}
	for _, m := range wellFormed(place.Path{"custom", "parameters"}, all) {
		errs.add(p.File, p.Row, "METADATA: %s: %s", m.Path, m.Text)
	}
	if len(*errs) > before {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(p.Parameters.Properties)) {
		schema, _ := p.Parameters.Properties[name].(map[string]any)
		switch v := schema[Relaxes].(type) {
		case nil, []any:
			continue
		case string:
			if slices.Contains([]string{"more", "less", "more-or-none"}, v) {
				continue
			}
		}
		errs.add(p.File, p.Row, "METADATA: custom.parameters.properties.%s.relaxes: expected more, less, "+
			"more-or-none, or a list of values from strictest to most lenient", name)
	}
	for _, bad := range p.validate(p.Parameters.Defaults, false) {
		errs.add(p.File, p.Row, "METADATA: custom.parameters: default: %s: %s", bad.Path[1:], bad.Text)
	}
}

// decodeCustom decodes the custom part strictly, so that a misspelt key is reported.
func decodeCustom(text json.RawMessage, c *custom) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(c); err != nil {
		return fmt.Errorf("%s",
			strings.TrimPrefix(strings.ReplaceAll(err.Error(), "Go struct field custom.", ""), "json: "))
	}
	return nil
}
