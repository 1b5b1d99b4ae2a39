// Package pack loads policies. It parses Rego modules, converts the METADATA of each policy to a [Policy], and
// validates the structure of everything, so that an author sees all mistakes in one go. It also provides the
// configuration of a run: levels and parameters.
//
// A policy is a folder NAME that contains NAME.rego. Its package is policies.NAME for the pack's own policies and
// rules.NAME for an organisation's. Its name is that of the folder with hyphens for underscores. To add a policy, add a
// folder.
package pack

import (
	"fmt"
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/progression-labs-development/policypack/internal/facts"
	"github.com/progression-labs-development/policypack/internal/nearest"
)

// Level is an enforcement level, in Pulumi's terms.
type Level string

// The levels that a policy may have. Remediate is accepted in a configuration and treated as mandatory.
const (
	Advisory  Level = "advisory"
	Mandatory Level = "mandatory"
	Disabled  Level = "disabled"
)

// Levels are levels by the program that declared the resources, which rules see as run.program.
type Levels map[string]Level

// Terraform is the program of a plan or a state of Terraform or OpenTofu.
const Terraform = "terraform"

// Above reports whether the level is stricter than another; every level is stricter than none.
func (l Level) Above(m Level) bool {
	order := []Level{Disabled, Advisory, Mandatory}
	return slices.Index(order, l) > slices.Index(order, m)
}

// Severity is the severity of a violation.
type Severity string

// Pulumi's severities, in ascending order.
const (
	Low      Severity = "low"
	Medium   Severity = "medium"
	High     Severity = "high"
	Critical Severity = "critical"
)

// SettingsPolicy is the policy whose parameters all others read. Its violations are mandatory at every level.
const SettingsPolicy = "settings"

// Policy is a policy, as described by its METADATA.
type Policy struct {
	Name        string // as a configuration writes it: secret-name
	Package     string // last part of the Rego package: secret_name
	Own         bool   // one of the pack's own, not an organisation's
	Title       string // the requirement, one line
	Description string
	URL         string // page about the policy, may be empty for an organisation's
	named       bool   // METADATA names the page
	Level       Level
	LevelFrom   string // where the level comes from, empty where it is the policy's own
	// Levels are the policy's own levels for programs other than Pulumi, if they differ. A configured level applies to
	// every program.
	Levels      Levels
	Severity    Severity
	Scope       facts.Scope
	Standard    []string // lines of the standard that it enforces: S1
	Framework   Framework
	Tags        []string
	Remediation string
	Applies     Applies
	Parameters  Parameters
	// Since is the version that introduced the policy, empty for the first release. Kinds are the kinds of its findings
	// that are newer than the policy, by the name that a rule gives as kind.
	Since string
	Kinds map[string]Kind
	// NeedsConfiguration reports whether the policy reads the stack's configuration, so that it has no findings in a
	// source without one.
	NeedsConfiguration bool
	// BeforePreview reports whether a project is not previewed if the policy denies one of its files, because the
	// preview itself could do what is denied.
	BeforePreview bool
	// PerFolder reports whether findings with the same path in files of one folder are a single finding.
	PerFolder bool
	// Undecided reports whether the policy has an undecided rule, and therefore the parameter onUnknown.
	Undecided bool
	// File and Row are the file and line of the METADATA.
	File string
	Row  int
}

// Kind is a kind of finding that is new, or stricter than the policy was before.
type Kind struct {
	Since string `json:"since"` // the version that first had it
	Title string `json:"title"` // what is found, one line
}

// SinceOf returns the version that introduced a kind of the policy's findings, empty for the first release.
func (p *Policy) SinceOf(kind string) string {
	if k, ok := p.Kinds[kind]; ok {
		return k.Since
	}
	return p.Since
}

// Framework is the compliance framework that a policy belongs to.
type Framework struct {
	Name, Version, Reference, Specification string
}

// Applies restricts the documents that a policy is evaluated for, so that a resource that concerns no policy needs no
// evaluation. The zero value means every document of the policy's scope. If there are several entries, one match is
// enough.
type Applies struct {
	Classes  []string        // classes of the catalogue
	Types    []string        // type tokens, to the letter
	Declares bool            // resources with a template that describes other resources
	Findings []facts.Place   // resources with a finding in one of the places
	Written  bool            // resources that write a value into a secrets manager
	Extracts []facts.Extract // resources from which one of these was extracted
	// Repository are facts, at least one of which a file must have for the policy to be evaluated for it, in addition
	// to its scope. For a policy of scope repository, none means every file.
	Repository []facts.FileFact
}

// Everything reports whether the policy is evaluated for every document of its scope.
func (a Applies) Everything() bool {
	return len(a.Classes) == 0 && len(a.Types) == 0 && !a.Declares && len(a.Findings) == 0 && !a.Written &&
		len(a.Extracts) == 0
}

// To reports whether the policy must be evaluated for the resource. If the resource is plain (see
// [facts.Resource.Plain]), the result depends only on its type.
func (a Applies) To(r *facts.Resource) bool {
	return a.Everything() || r.Kind != nil && slices.Contains(a.Classes, r.Kind.Class) ||
		slices.Contains(a.Types, r.Type) || a.Declares && r.Carries() || a.ToStack(r)
}

// ToStack reports whether the policy must be evaluated for the resource's part in the stack.
func (a Applies) ToStack(r *facts.Resource) bool {
	return facts.Has(r.Findings, a.Findings) || a.Written && len(r.Written) > 0 ||
		slices.ContainsFunc(a.Extracts, r.Has)
}

// Previews reports whether the policy is evaluated for resources or stacks.
func (p *Policy) Previews() bool { return p.Scope != facts.ScopeRepository }

// Repositories reports whether the policy is evaluated for files of a repository.
func (p *Policy) Repositories() bool { return !p.Previews() || len(p.Applies.Repository) > 0 }

// ToFile reports whether the policy must be evaluated for the file.
func (p *Policy) ToFile(f *facts.File) bool {
	return !p.Previews() && len(p.Applies.Repository) == 0 || slices.ContainsFunc(p.Applies.Repository, f.Has)
}

// Parameters is the JSON schema of a policy's parameters, with information derived from it.
type Parameters struct {
	Properties map[string]any // name to JSON schema, as decoded JSON
	Required   []string
	Defaults   map[string]any
	replaced   map[string]any // the defaults of METADATA, where an organisation has others
	// Allows maps allow-lists to what their entries match, as a kind of package allowance, since such a list may match
	// everything. In METADATA it is beside the parameter's schema, not part of it.
	Allows map[string]string
	// AllowsFor maps such a list to the policy that it disables in effect, if that is not its own.
	AllowsFor map[string]string
}

// Own returns the default of a parameter in METADATA, regardless of an organisation's defaults; nil if it has none.
func (p Parameters) Own(name string) any {
	if p.replaced != nil {
		return p.replaced[name]
	}
	return p.Defaults[name]
}

// The schema keywords for parameters that only package confdiff reads.
const (
	Relaxes = "relaxes"
	Unset   = "unset"
)

// Expected is the keyword beside a pattern that describes what it matches, for messages: a string such as "a day such
// as 2027-01-31", or a list of the possible words.
const Expected = "expected"

// Glob is a format of JSON schema specific to this program: the string is a glob, see package glob.
const Glob = "glob"

// date is the format of a day.
const date = "date"

// Schema returns the properties for the engine, without the keywords specific to this program, and without the patterns
// and the format that this program describes in words. The engine would print the regular expression and end the run;
// instead the run reports what was expected, together with all other mistakes.
func (p Parameters) Schema() map[string]any { return p.schema(false) }

// EditorSchema returns the properties for editors, with the patterns and their descriptions.
func (p Parameters) EditorSchema() map[string]any { return p.schema(true) }

func (p Parameters) schema(editor bool) map[string]any {
	out := make(map[string]any, len(p.Properties))
	for name, schema := range p.Properties {
		out[name] = plain(schema, editor)
	}
	return out
}

// plain copies a schema without the keywords. Values in a schema, such as its default, are copied as they are.
func plain(v any, editor bool) any {
	schema, ok := v.(map[string]any)
	if !ok {
		return v
	}
	out := make(map[string]any, len(schema))
	for key, v := range schema {
		switch key {
		case Relaxes, Unset, Expected:
		case "pattern":
			text := worded(schema)
			if editor && text != "" {
				out["patternErrorMessage"] = text // of Visual Studio Code
			}
			if editor || text == "" {
				out[key] = v
			}
		case "format":
			if v != Glob && v != Page && (editor || v != date) {
				out[key] = v
			}
		case "items", "additionalProperties", "propertyNames":
			out[key] = plain(v, editor)
		case "properties", "patternProperties":
			fields, _ := v.(map[string]any)
			out[key] = Parameters{Properties: fields}.schema(editor)
		default:
			out[key] = v
		}
	}
	return out
}

// worded returns the description of a schema's pattern, empty if it has none.
func worded(schema map[string]any) string {
	switch v := schema[Expected].(type) {
	case string:
		return "expected " + v
	case []any:
		return nearest.OneOf("", words(v))
	}
	return ""
}

func words(list []any) []string {
	out := make([]string, len(list))
	for i, w := range list {
		out[i] = fmt.Sprint(w)
	}
	return out
}

// Pack is everything that was loaded: the policies, sorted by name, and the sources of the modules that implement them.
type Pack struct {
	Policies []*Policy
	modules  map[string]*ast.Module // of an organisation's sources, by file
	own      []Source               // the program's own, see [Pack.Modules]
	whole    bool                   // with the rules about files of a repository
	// Rules reports whether the modules include an organisation's own rules.
	Rules bool
	// Schema is the JSON schema of the input document, decoded.
	Schema any
}

// Policy returns the policy with that name, nil if there is none.
func (p *Pack) Policy(name string) *Policy {
	i := slices.IndexFunc(p.Policies, func(q *Policy) bool { return q.Name == name })
	if i < 0 {
		return nil
	}
	return p.Policies[i]
}

// Named returns the policy with that name. If there is none, the error suggests a similar name.
func (p *Pack) Named(name string) (*Policy, error) {
	if q := p.Policy(name); q != nil {
		return q, nil
	}
	if hint := nearest.DidYouMean(name, p.Names()); hint != "" {
		return nil, fmt.Errorf("unknown policy %q%s", name, hint)
	}
	return nil, fmt.Errorf("unknown policy %q; `policypack list` lists them", name)
}

// Names returns the names of all policies, sorted.
func (p *Pack) Names() []string {
	names := make([]string, len(p.Policies))
	for i, q := range p.Policies {
		names[i] = q.Name
	}
	return names
}

// String formats the policy's position as file:line.
func (p *Policy) String() string { return fmt.Sprintf("%s:%d", p.File, p.Row) }
