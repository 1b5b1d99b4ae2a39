// Package allowance finds parameters that disable a policy in effect: allow-lists that match everything.
//
// The METADATA of a parameter says what its entries match, as allows: KIND. Whether they match everything is determined
// by trying: with the types in the catalogue if the policy is limited to them, otherwise with unrelated and partly
// made-up names. The spelling of the entries does not matter.
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

// kind is a kind of allow-list. METADATA refers to it by name.
type kind struct {
	what   string   // what an entry allows, for a message: every …
	probes []probe  // what to try
	match  matching // matches an entry's text, as the rules do
	fields [2]string
	part   bool // the policy has other evidence, or checks other things as well
}

// probe is something that an entry may match. The second text is for lists whose entries have two globs.
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

// anyCase is globs, ignoring case.
func anyCase(pattern string) func(string) bool {
	match := globs()(strings.ToLower(pattern))
	return func(text string) bool { return match(strings.ToLower(text)) }
}

var (
	placed   = [2]string{"path", "type"}
	detected = [2]string{"path", "detector"}
)

// kinds are the kinds by name. Those without probes use the catalogue.
var kinds = map[string]kind{
	"cloud-credentials":   {what: "cloud credential", match: globs(':')},
	"service-credentials": {what: "service credential", match: globs(':')},
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

// Kinds lists the kinds that METADATA may use.
func Kinds() []string { return slices.Sorted(maps.Keys(kinds)) }

// Check checks that METADATA uses known kinds and policies.
func Check(p *pack.Pack) error {
	var errs pack.Errors
	for _, q := range p.Policies {
		for _, name := range slices.Sorted(maps.Keys(q.Parameters.Allows)) {
			if _, ok := kinds[q.Parameters.Allows[name]]; !ok {
				errs = append(errs, pack.Mistake{File: q.File, Row: q.Row, Message: fmt.Sprintf(
					"METADATA: custom.parameters.properties.%s.allows: expected one of %s", name,
					strings.Join(Kinds(), ", "))})
			}
			if of := q.Parameters.AllowsFor[name]; of != "" && p.Policy(of) == nil {
				errs = append(errs, pack.Mistake{File: q.File, Row: q.Row, Message: fmt.Sprintf(
					"METADATA: custom.parameters.properties.%s.allowsFor: unknown policy %q", name, of)})
			}
		}
	}
	if len(errs) > 0 {
		return errs
	}
	return nil
}

// Opened is a parameter that allows everything.
type Opened struct {
	Policy    string // the policy disabled in effect
	Of        string // the policy whose parameter it is
	Parameter string
	What      string // what is allowed
	Part      bool   // it disables only a part of the policy
}

// Open returns the parameters of a policy that allow everything, by name. The values are decoded JSON.
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

// Lets describes the effect of the parameter, for readers of the configuration.
func (o Opened) Lets() string {
	if o.Part {
		return fmt.Sprintf("allows every %s, which partly disables %s", o.What, o.Policy)
	}
	return fmt.Sprintf("allows every %s, which disables the policy in effect", o.What)
}

// everything reports whether each of the probes matches one of the entries.
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
		return false // names without globs never match everything
	}
	probes := k.probes
	if probes == nil {
		probes = credentials(c, of == "cloud-credentials")
	}
	return !slices.ContainsFunc(probes, func(p probe) bool {
		return !slices.ContainsFunc(match, func(m func(probe) bool) bool { return m(p) })
	})
}

// credentials returns the types of long-lived credentials in the catalogue, of clouds or of services.
func credentials(c *catalogue.Catalogue, cloud bool) []probe {
	var out []probe
	for _, token := range c.Tokens() {
		if k := c.Kind(token); k != nil && k.Class == catalogue.StaticCredential && k.CloudKey == cloud {
			out = append(out, probe{text: token})
		}
	}
	return out
}
