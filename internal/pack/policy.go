// Package pack reads policies: it parses Rego modules, turns the METADATA of each policy into a [Policy], and checks
// the shape of everything, so that an author sees all mistakes at once. It also holds the configuration of a run:
// levels and parameters.
//
// A policy is a folder NAME with NAME.rego in it. Its package is policies.NAME for the pack's own and rules.NAME for an
// organisation's; its name is the folder's with hyphens for underscores. Adding one is adding a folder.
package pack

import (
	"fmt"
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/progression-labs-development/policypack/internal/facts"
	"github.com/progression-labs-development/policypack/internal/nearest"
)

// Level is an enforcement level, in Pulumi's words.
type Level string

// The levels that a policy may have. Remediate is accepted in a configuration and counts as mandatory.
const (
	Advisory  Level = "advisory"
	Mandatory Level = "mandatory"
	Disabled  Level = "disabled"
)

// Levels are levels by the program that wrote the resources down, as rules see it in run.program.
type Levels map[string]Level

// Terraform is the program of a plan or a state of Terraform or OpenTofu.
const Terraform = "terraform"

// Above reports whether the level is stricter than another; every level is stricter than none.
func (l Level) Above(m Level) bool {
	order := []Level{Disabled, Advisory, Mandatory}
	return slices.Index(order, l) > slices.Index(order, m)
}

// Severity says how bad a violation is.
type Severity string

// The severities of Pulumi, in rising order.
const (
	Low      Severity = "low"
	Medium   Severity = "medium"
	High     Severity = "high"
	Critical Severity = "critical"
)

// SettingsPolicy is the policy whose parameters all others read. Its violations are mandatory at every level.
const SettingsPolicy = "settings"

// Policy is what the METADATA of a policy says.
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
	// Levels are the policy's own levels for programs other than Pulumi, where they differ. A level that is configured
	// counts for every program.
	Levels      Levels
	Severity    Severity
	Scope       facts.Scope
	Standard    []string // lines of the standard that it enforces: S1
	Framework   Framework
	Tags        []string
	Remediation string
	Applies     Applies
	Parameters  Parameters
	// Since is the version that first had the policy, empty for one of the first release. Kinds are those of its
	// findings that are younger than the policy, by the name that a rule gives as kind.
	Since string
	Kinds map[string]Kind
	// NeedsConfiguration says that the policy reads the stack's configuration, and says nothing where a source has
	// none.
	NeedsConfiguration bool
	// BeforePreview says that a project of which it denies a file is not previewed: the preview itself might do what is
	// denied.
	BeforePreview bool
	// PerFolder says that its findings in files of one folder are one finding where they have the same path.
	PerFolder bool
	// Undecided tells whether the policy has an undecided rule, and so takes the parameter onUnknown.
	Undecided bool
	// File and Row are where the METADATA stands.
	File string
	Row  int
}

// Kind is a kind of findings that is new or stricter than what the policy found before.
type Kind struct {
	Since string `json:"since"` // the version that first had it
	Title string `json:"title"` // what is found, one line
}

// SinceOf returns the version that first had a kind of the policy's findings, empty for the first release.
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

// Applies narrows the documents that a policy is asked about, so that a resource which no policy cares for costs no
// evaluation. The zero value means every document of the policy's scope; of several entries one suffices.
type Applies struct {
	Classes  []string        // classes of the catalogue
	Types    []string        // type tokens, to the letter
	Declares bool            // resources with a template that describes other resources
	Findings []facts.Place   // resources with a finding in one of the places
	Written  bool            // resources that write a value into a secrets manager
	Extracts []facts.Extract // resources from which one of these was extracted
	// Repository are the facts of a file for one of which the policy is asked about it, beside what its scope says. For
	// a policy of scope repository, none means every file.
	Repository []facts.FileFact
}

// Everything tells whether the policy is asked about every document of its scope.
func (a Applies) Everything() bool {
	return len(a.Classes) == 0 && len(a.Types) == 0 && !a.Declares && len(a.Findings) == 0 && !a.Written &&
		len(a.Extracts) == 0
}

// To tells whether the policy is to be asked about the resource. Where the resource is plain (see
// [facts.Resource.Plain]), the answer depends on its type alone.
func (a Applies) To(r *facts.Resource) bool {
	return a.Everything() || r.Kind != nil && slices.Contains(a.Classes, r.Kind.Class) ||
		slices.Contains(a.Types, r.Type) || a.Declares && r.Carries() || a.ToStack(r)
}

// ToStack tells whether the policy is to be asked about the resource's part in the stack.
func (a Applies) ToStack(r *facts.Resource) bool {
	return facts.Has(r.Findings, a.Findings) || a.Written && len(r.Written) > 0 ||
		slices.ContainsFunc(a.Extracts, r.Has)
}

// Previews tells whether the policy is asked about resources or stacks.
func (p *Policy) Previews() bool { return p.Scope != facts.ScopeRepository }

// Repositories tells whether the policy is asked about files of a repository.
func (p *Policy) Repositories() bool { return !p.Previews() || len(p.Applies.Repository) > 0 }

// ToFile tells whether the policy is to be asked about the file.
func (p *Policy) ToFile(f *facts.File) bool {
	return !p.Previews() && len(p.Applies.Repository) == 0 || slices.ContainsFunc(p.Applies.Repository, f.Has)
}

// Parameters is the JSON schema of a policy's parameters and what follows from it.
type Parameters struct {
	Properties map[string]any // name to JSON schema, as decoded JSON
	Required   []string
	Defaults   map[string]any
	replaced   map[string]any // the defaults of METADATA, where an organisation has others
	// Allows says of allow-lists what their entries let pass, by a kind of package allowance: such a list may let
	// everything pass. METADATA has it beside the parameter's schema, of which it is no part.
	Allows map[string]string
	// AllowsFor names the policy that such a list switches off in effect, where that is another one than its own.
	AllowsFor map[string]string
}

// Own returns the default that METADATA gives a parameter, whatever an organisation's defaults say; nil where it gives
// none.
func (p Parameters) Own(name string) any {
	if p.replaced != nil {
		return p.replaced[name]
	}
	return p.Defaults[name]
}

// The keywords of a parameter's schema that package confdiff reads, and nobody else.
const (
	Relaxes = "relaxes"
	Unset   = "unset"
)

// Expected is the keyword beside a pattern that says in words what it wants, for messages: a text such as "a day such
// as 2027-01-31", or a list of the words that are possible.
const Expected = "expected"

// Glob is a format of JSON schema that nobody else knows: the text is a glob, see package glob.
const Glob = "glob"

// date is the format of a day.
const date = "date"

// Schema returns the properties as the engine reads them: without the keywords that only this program knows, and without
// the patterns and the format that it puts into words. The engine would print the regular expression and end the run; so
// the run says what was expected, with all other mistakes.
func (p Parameters) Schema() map[string]any { return p.schema(false) }

// EditorSchema returns the properties as editors read them: with the patterns and their words.
func (p Parameters) EditorSchema() map[string]any { return p.schema(true) }

func (p Parameters) schema(editor bool) map[string]any {
	out := make(map[string]any, len(p.Properties))
	for name, schema := range p.Properties {
		out[name] = plain(schema, editor)
	}
	return out
}

// plain copies a schema without the keywords. What a schema lists, such as its default, is no schema.
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
		case "properties":
			fields, _ := v.(map[string]any)
			out[key] = Parameters{Properties: fields}.schema(editor)
		default:
			out[key] = v
		}
	}
	return out
}

// worded says in words what the pattern of a schema wants, empty where the schema does not.
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

// Pack is everything that was loaded: policies sorted by name, and the modules that implement them, but for those that
// check files of a repository; see [Pack.Whole].
type Pack struct {
	Policies []*Policy
	Modules  map[string]*ast.Module // by file
	later    []later
	// Rules tells whether an organisation's own rules are among the modules.
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

// Named returns the policy of that name; the error proposes one where there is none.
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

// String formats the policy's place as file:row.
func (p *Policy) String() string { return fmt.Sprintf("%s:%d", p.File, p.Row) }
