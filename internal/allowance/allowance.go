// Package allowance finds parameters that switch a policy off in effect: allow-lists that let everything pass.
//
// The METADATA of a parameter says with allows: KIND of what its entries let something pass. Whether they let
// everything pass is found out by trying: with what the catalogue knows, where the policy is about nothing else, and
// with things that have nothing in common, some of which belong to nobody, where it can be about anything. How the
// entries are spelled does not matter.
package allowance

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/progression-labs-development/policypack/internal/catalogue"
	"github.com/progression-labs-development/policypack/internal/glob"
	"github.com/progression-labs-development/policypack/internal/pack"
)

// kind is a kind of allow-list. Its names are what METADATA may say; adding one is adding a row.
type kind struct {
	what   string   // what all of it lets pass, for a message: every …
	probes []probe  // what is tried
	match  matching // of an entry's text, as the rules do it
	fields [2]string
	part   bool // the policy has other evidence, or checks something else too
}

// probe is something that an entry may let pass. The second text is for lists whose entries have two globs.
type probe struct{ text, second string }

type matching func(pattern string) func(text string) bool

// globs matches as data.lib.glob does.
func globs(separators ...rune) matching {
	return func(pattern string) func(string) bool {
		g, err := glob.Compile(pattern, separators...)
		if err != nil {
			return func(string) bool { return false }
		}
		return g.Match
	}
}

// anyCase is globs, where case does not count.
func anyCase(pattern string) func(string) bool {
	match := globs()(strings.ToLower(pattern))
	return func(text string) bool { return match(strings.ToLower(text)) }
}

var (
	placed   = [2]string{"path", "type"}
	detected = [2]string{"path", "detector"}
)

// kinds are the kinds by their names. Those without probes are tried with the catalogue.
var kinds = map[string]kind{
	"cloud-credentials":   {what: "credential of a cloud", match: globs(':')},
	"service-credentials": {what: "credential of a service", match: globs(':')},
	"names": {part: true, what: "name", match: anyCase, probes: texts(
		"password", "token", "apiKey", "client_secret", "PRIVATE_KEY", "passphrase", "credentials", "x9Q7",
	)},
	"properties": {what: "property", match: globs(), fields: placed, probes: []probe{
		{"password", "aws:rds/instance:Instance"},
		{"environment.variables.DB_PASSWORD", "aws:lambda/function:Function"},
		{"secretKey", "pulumi:providers:aws"},
		{"x9[0].q7", "zz:yy/x:Xx"},
		{"0", "kubernetes:core/v1:Secret"},
	}},
	"outputs": {what: "output", match: globs(), fields: placed, probes: []probe{
		{"dbPassword", "pulumi:pulumi:Stack"}, {"x9[0].q7", "zz:yy/x:Xx"}, {"0", "acme:infra:Service"},
	}},
	"config": {what: "config key", match: globs(), fields: placed, probes: []probe{
		{"shop:dbPassword", "pulumi:pulumi:Stack"},
		{"aws:secretKey", "pulumi:pulumi:Stack"},
		{"x9:q7.0", "pulumi:pulumi:Stack"},
	}},
	"files": {what: "file", match: globs(), fields: detected, probes: []probe{
		{".env", "github-token"},
		{"deploy/id_rsa", "private-key"},
		{"src/App.ts", "password"},
		{"x9/q7", "aws-access-key"},
	}},
	"sources": {
		part: true, what: "file", match: globs(),
		probes: texts("index.ts", "src/Infra/secret.go", "x9/q7"),
	},
	"environments": {part: true, what: "environment", match: globs(), probes: texts("production", "staging", "x9-q7")},
	"workflows": {what: "workflow", match: globs(), probes: texts(
		"acme/ci/.github/workflows/deploy.yml@v1", "actions/checkout@v4", "x9/q7@main", "./.github/workflows/build.yml",
	)},
	"backends": {what: "backend", match: globs('/', '#', '@', '\\'), probes: texts(
		"https://api.pulumi.com", "https://x9.example.org/q7", "s3://x9", "gs://q7", "azblob://x9",
	)},
}

func texts(all ...string) (out []probe) {
	for _, text := range all {
		out = append(out, probe{text: text})
	}
	return out
}

// Kinds lists what METADATA may say.
func Kinds() []string { return slices.Sorted(maps.Keys(kinds)) }

// Check checks that METADATA names kinds that are known.
func Check(p *pack.Pack) error {
	var errs pack.Errors
	for _, q := range p.Policies {
		for _, name := range slices.Sorted(maps.Keys(q.Parameters.Allows)) {
			if _, ok := kinds[q.Parameters.Allows[name]]; !ok {
				errs = append(errs, pack.Mistake{File: q.File, Row: q.Row, Message: fmt.Sprintf(
					"METADATA: custom.parameters.properties.%s.allows: want one of %s", name,
					strings.Join(Kinds(), ", "))})
			}
			if of := q.Parameters.AllowsFor[name]; of != "" && p.Policy(of) == nil {
				errs = append(errs, pack.Mistake{File: q.File, Row: q.Row, Message: fmt.Sprintf(
					"METADATA: custom.parameters.properties.%s.allowsFor: there is no policy %q", name, of)})
			}
		}
	}
	if len(errs) > 0 {
		return errs
	}
	return nil
}

// Opened is a parameter that lets everything pass.
type Opened struct {
	Policy    string // that it switches off in effect
	Of        string // the policy whose parameter it is
	Parameter string
	What      string // every one of these passes
	Part      bool   // it takes a part out of the policy, and not all of it
}

// Open returns the parameters of a policy that let everything pass, by name. The values are decoded JSON.
func Open(q *pack.Policy, values map[string]any, c *catalogue.Catalogue) []Opened {
	var out []Opened
	for _, name := range slices.Sorted(maps.Keys(q.Parameters.Allows)) {
		of := q.Parameters.Allows[name]
		k, ok := kinds[of]
		entries, _ := values[name].([]any)
		if ok && len(entries) > 0 && k.everything(entries, of, c) {
			out = append(out, Opened{cmp.Or(q.Parameters.AllowsFor[name], q.Name), q.Name, name, k.what, k.part})
		}
	}
	return out
}

// Lets says what the parameter does, to whoever reads the configuration.
func (o Opened) Lets() string {
	if o.Part {
		return fmt.Sprintf("lets every %s pass, so that %s checks less", o.What, o.Policy)
	}
	return fmt.Sprintf("lets every %s pass, which switches the policy off in effect", o.What)
}

// everything reports whether each of the probes passes by one of the entries.
func (k kind) everything(entries []any, of string, c *catalogue.Catalogue) bool {
	var match []func(probe) bool
	wild := false
	for _, entry := range entries {
		first, second := entry, any("*")
		if fields, ok := entry.(map[string]any); ok {
			first = fields[k.fields[0]]
			if v, ok := fields[k.fields[1]]; ok {
				second = v
			}
		}
		a, _ := first.(string)
		b, _ := second.(string)
		wild = wild || glob.Wild(a)
		one, two := k.match(a), k.match(b)
		match = append(match, func(p probe) bool { return one(p.text) && (b == "*" || two(p.second)) })
	}
	if !wild {
		return false // names alone are never all
	}
	probes := k.probes
	if probes == nil {
		probes = credentials(c, of == "cloud-credentials")
	}
	return !slices.ContainsFunc(probes, func(p probe) bool {
		return !slices.ContainsFunc(match, func(m func(probe) bool) bool { return m(p) })
	})
}

// credentials are the types of long-lived credentials that the catalogue knows, of clouds or of services.
func credentials(c *catalogue.Catalogue, cloud bool) []probe {
	var out []probe
	for _, token := range c.Tokens() {
		if k := c.Kind(token); k != nil && k.Class == catalogue.StaticCredential && k.CloudKey == cloud {
			out = append(out, probe{text: token})
		}
	}
	return out
}
