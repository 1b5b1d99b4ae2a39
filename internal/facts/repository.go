package facts

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/progression-labs-development/policypack/internal/detect"
)

// FileFact is something that is known of a file, by which a policy says which files it judges.
type FileFact string

// The facts, by the field of the input document that holds them.
const (
	FileFindings        FileFact = "findings" // secrets in its text
	FileConfigured      FileFact = "config"   // keys of a stack's configuration, and secrets among their values
	FileCommands        FileFact = "commands" // what shell texts do with secrets
	FileIsDotenv        FileFact = "dotenv"   // it is a .env file
	FileLogins          FileFact = "logins"   // how jobs log in to clouds
	FileCI              FileFact = "ci"       // cloud keys that jobs get
	FileCalls           FileFact = "calls"    // reusable workflows and actions that are called and not read
	FileSecretsProvider FileFact = "secrets-provider"
)

// FileFacts lists all of them.
func FileFacts() []FileFact {
	return []FileFact{
		FileFindings, FileConfigured, FileCommands, FileIsDotenv, FileLogins, FileCI, FileCalls, FileSecretsProvider,
	}
}

// Has tells whether the fact is known of the file.
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
	case FileSecretsProvider:
		return f.SecretsProvider != ""
	}
	return false
}

// URN is what a file has in place of a resource's URN: exemptions and baselines name it that way.
func (f *File) URN() string { return FileURN + f.Name }

// FileURN is what the URN of a file begins with.
const FileURN = "file:"

// FileDocument returns the input document for one file and the policies that are to judge it.
func FileDocument(run *Run, ctx Context, f *File, candidates *ast.Term) ast.Value {
	about := new(object)
	about.str("today", run.today)
	if f.Stack != "" {
		about.str("stack", f.Stack)
	}
	o := ctx.document(ScopeRepository, about.term(), candidates)
	o.add("file", f.term())
	found := make([]*ast.Term, len(f.Findings))
	for i := range f.Findings {
		found[i] = f.Findings[i].term(nil)
	}
	o.add("findings", ast.ArrayTerm(found...))
	return o.term().Value
}

func (f *File) term() *ast.Term {
	o := new(object)
	o.str("name", line(f.Name))
	o.str("kind", string(f.Kind))
	o.optional("stack", line(f.Stack))
	o.add("template", ast.InternedTerm(f.Template))
	o.add("more", ast.InternedTerm(f.More))
	o.add("commands", terms(f.Commands))
	o.add("config", terms(f.Config))
	o.add("logins", terms(f.Logins))
	o.add("ci", terms(f.CI))
	o.add("calls", terms(f.Calls))
	if f.SecretsProvider != "" {
		p := at(f.SecretsProviderAt)
		p.str("scheme", f.SecretsProvider)
		o.add("secretsProvider", p.term())
	}
	return o.term()
}

// at begins the object of something at a position.
func at(p Position) *object {
	o := new(object)
	o.add("line", ast.InternedTerm(p.Line))
	o.add("column", ast.InternedTerm(p.Column))
	return o
}

// optional adds a text that may be absent.
func (o *object) optional(key, value string) {
	if value != "" {
		o.str(key, value)
	}
}

// line is a name with escapes for what ends a line or steers a terminal: its author does not write lines of messages.
func line(name string) string {
	odd := func(c rune) bool { return unicode.IsControl(c) || c == '\u2028' || c == '\u2029' }
	if strings.IndexFunc(name, odd) < 0 {
		return name
	}
	var b strings.Builder
	for _, c := range name {
		if odd(c) {
			quoted := strconv.QuoteRune(c)
			b.WriteString(quoted[1 : len(quoted)-1])
			continue
		}
		b.WriteRune(c)
	}
	return b.String()
}

func (c FileCommand) term() *ast.Term {
	o := at(c.At)
	o.str("tool", c.Tool)
	o.str("command", c.Command)
	o.str("action", c.Action)
	o.add("certain", ast.InternedTerm(c.Certain))
	o.optional("job", line(c.Job))
	return o.term()
}

func (c FileConfig) term() *ast.Term {
	o := at(c.At)
	o.str("key", c.Key)
	o.add("secret", ast.InternedTerm(c.Secret))
	return o.term()
}

func (l FileLogin) term() *ast.Term {
	o := at(l.At)
	o.str("cloud", l.Cloud)
	o.str("uses", line(l.Uses))
	o.optional("job", line(l.Job))
	o.str("how", l.How)
	o.strs("missing", l.Missing)
	o.strs("static", l.Static)
	o.str("token", l.Token)
	return o.term()
}

func (k FileKey) term() *ast.Term {
	o := at(k.At)
	o.str("name", k.Name)
	o.str("cloud", k.Cloud)
	o.str("by", k.By)
	o.optional("job", line(k.Job))
	return o.term()
}

func (c FileCall) term() *ast.Term {
	o := at(c.At)
	o.str("uses", line(c.Uses))
	o.optional("job", line(c.Job))
	o.optional("secrets", c.Secrets)
	return o.term()
}

// reasons are the reasons of findings, those that say most about a value first: rego/lib/finding.rego keeps the same order.
var reasons = [...]string{
	ReasonKnown, detect.ReasonFormat, detect.ReasonExtra, ReasonProperty, detect.ReasonKeyName, ReasonUnknown,
	ReasonHardcoded,
}

// Foremost returns the finding that says most about the value, nil where there is none.
func Foremost(findings []*Finding) *Finding {
	var first *Finding
	rank := func(f *Finding) int {
		if i := slices.Index(reasons[:], f.Reason); i >= 0 {
			return i
		}
		return len(reasons)
	}
	for _, f := range findings {
		if first == nil || cmp.Or(cmp.Compare(rank(f), rank(first)), cmp.Compare(f.Inner, first.Inner),
			cmp.Compare(f.Detector, first.Detector)) < 0 {
			first = f
		}
	}
	return first
}
