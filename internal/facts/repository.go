package facts

import (
	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/progression-labs-development/policypack/internal/detect"
	"github.com/progression-labs-development/policypack/internal/place"
)

// FileFact is a kind of fact about a file, with which a policy selects the files it checks.
type FileFact string

// File facts, by their field of the input document.
const (
	FileFindings        FileFact = "findings"   // secrets in its text
	FileConfigured      FileFact = "config"     // keys of a stack's configuration, and secrets among their values
	FileCommands        FileFact = "commands"   // what shell texts do with secrets
	FileIsDotenv        FileFact = "dotenv"     // it is a .env file
	FileLogins          FileFact = "logins"     // how jobs log in to clouds
	FileCI              FileFact = "ci"         // cloud keys that jobs receive
	FileCalls           FileFact = "calls"      // reusable workflows and actions that are called but not scanned
	FileRegisters       FileFact = "components" // components that its code registers
	FileSecretsProvider FileFact = "secrets-provider"
	FileKeyStore        FileFact = "key-store" // it is a key store
	FileUnread          FileFact = "unread"    // added or modified by a change, but not readable
	FileOverrides       FileFact = "overrides" // settings of a Pulumi project that affect who enforces policies on it
)

// FileFacts returns all file facts.
func FileFacts() []FileFact {
	return []FileFact{
		FileFindings, FileConfigured, FileCommands, FileIsDotenv, FileLogins, FileCI, FileCalls, FileRegisters,
		FileSecretsProvider, FileKeyStore, FileUnread, FileOverrides,
	}
}

// Has reports whether the file has the fact.
func (f *File) Has(fact FileFact) bool {
	switch fact {
	case FileFindings:
		return f.More || Has(f.Findings, []Place{PlaceFile})
	case FileConfigured:
		return len(f.Config) > 0 || Has(f.Findings, []Place{PlaceConfig})
	case FileCommands:
		return len(f.Commands) > 0
	case FileIsDotenv:
		return f.Kind == FileDotenv
	case FileLogins:
		return len(f.Logins) > 0
	case FileCI:
		return len(f.CI) > 0
	case FileCalls:
		return len(f.Calls) > 0
	case FileRegisters:
		return len(f.Components) > 0
	case FileSecretsProvider:
		return f.SecretsProvider != ""
	case FileKeyStore:
		return f.KeyStore != ""
	case FileUnread:
		return f.Unread != ""
	case FileOverrides:
		return len(f.Overrides) > 0
	}
	return false
}

// URN returns the file's identifier in place of a resource's URN, for exemptions and baselines.
func (f *File) URN() string { return place.FileURN + f.Name }

// FileDocument returns the input document for one file and the policies to evaluate on it.
func FileDocument(run *Run, d *detect.Detector, ctx Context, f *File, candidates *ast.Term) ast.Value {
	secrets := hider(nil, d)
	hide := func(name string) string { return place.Visible(secrets(name)) }
	about := new(object)
	about.str("today", run.today)
	if f.Stack != "" {
		about.str("stack", f.Stack)
	}
	o := ctx.document(ScopeRepository, about.term(), candidates)
	o.add("file", f.term(hide))
	found := make([]*ast.Term, len(f.Findings))
	for i := range f.Findings {
		found[i] = f.Findings[i].term(run, i+1, nil)
	}
	o.add("findings", ast.ArrayTerm(found...))
	return o.term().Value
}

func (f *File) term(hide func(string) string) *ast.Term {
	o := new(object)
	o.str("name", hide(f.Name))
	o.str("kind", string(f.Kind))
	o.optional("stack", hide(f.Stack))
	o.optional("keyStore", f.KeyStore)
	o.optional("unread", string(f.Unread))
	o.add("template", ast.InternedTerm(f.Template))
	o.add("more", ast.InternedTerm(f.More))
	o.add("commands", hiding(f.Commands, hide))
	o.add("config", hiding(f.Config, hide))
	o.add("logins", hiding(f.Logins, hide))
	o.add("ci", hiding(f.CI, hide))
	o.add("calls", hiding(f.Calls, hide))
	if len(f.Components) > 0 {
		o.add("components", hiding(f.Components, hide))
	}
	if len(f.Overrides) > 0 {
		o.add("overrides", hiding(f.Overrides, hide))
	}
	if f.SecretsProvider != "" {
		p := at(f.SecretsProviderAt)
		p.str("scheme", hide(f.SecretsProvider))
		o.add("secretsProvider", p.term())
	}
	return o.term()
}

// hiding returns the terms of the items as an array, with secrets hidden in their names, which come from the file.
func hiding[T interface {
	term(hide func(string) string) *ast.Term
}](items []T, hide func(string) string,
) *ast.Term {
	all := make([]*ast.Term, len(items))
	for i, item := range items {
		all[i] = item.term(hide)
	}
	return ast.ArrayTerm(all...)
}

// at returns an object with a position.
func at(p place.Position) *object {
	o := new(object)
	o.add("line", ast.InternedTerm(p.Line))
	o.add("column", ast.InternedTerm(p.Column))
	return o
}

// optional adds a string if it is not empty.
func (o *object) optional(key, value string) {
	if value != "" {
		o.str(key, value)
	}
}

func (c FileCommand) term(hide func(string) string) *ast.Term {
	o := at(c.At)
	o.str("tool", c.Tool)
	o.str("command", c.Command)
	o.str("action", c.Action)
	o.add("certain", ast.InternedTerm(c.Certain))
	o.optional("job", hide(c.Job))
	return o.term()
}

func (c FileConfig) term(hide func(string) string) *ast.Term {
	o := at(c.At)
	o.str("key", hide(c.Key))
	o.add("secret", ast.InternedTerm(c.Secret))
	return o.term()
}

func (l FileLogin) term(hide func(string) string) *ast.Term {
	o := at(l.At)
	o.str("cloud", l.Cloud)
	o.str("uses", hide(l.Uses))
	o.optional("job", hide(l.Job))
	o.str("how", l.How)
	o.strs("missing", l.Missing)
	o.strs("static", l.Static)
	o.str("token", l.Token)
	return o.term()
}

func (k FileKey) term(hide func(string) string) *ast.Term {
	o := at(k.At)
	o.str("name", hide(k.Name))
	o.str("cloud", k.Cloud)
	o.str("by", k.By)
	o.optional("job", hide(k.Job))
	return o.term()
}

func (c FileComponent) term(hide func(string) string) *ast.Term {
	o := at(c.At)
	o.str("token", hide(c.Token))
	return o.term()
}

func (c FileCall) term(hide func(string) string) *ast.Term {
	o := at(c.At)
	o.str("uses", hide(c.Uses))
	o.optional("job", hide(c.Job))
	o.optional("secrets", c.Secrets)
	return o.term()
}

func (v FileOverride) term(hide func(string) string) *ast.Term {
	o := at(v.At)
	o.str("key", v.Key)
	o.str("value", hide(v.Value))
	return o.term()
}
