package terraform

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/progression-labs-development/policypack/internal/facts"
	"github.com/progression-labs-development/policypack/internal/model"
	"github.com/progression-labs-development/policypack/internal/place"
)

func TestCanonicalSource(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, source, parent, want string }{
		{"a registry", "terraform-aws-modules/rds/aws", "", "terraform-aws-modules/rds/aws"},
		{"a registry with its host", "app.terraform.io/acme/secret/aws", "", "app.terraform.io/acme/secret/aws"},
		{"a directory of a registry's module", "acme/secret/aws//modules/x", "", "acme/secret/aws//modules/x"},
		{"GitHub", "github.com/acme/infra//modules/secret?ref=v1.2.3", "", "github.com/acme/infra//modules/secret"},
		{
			"git over https", "git::https://github.com/acme/infra.git//modules/secret?ref=main&depth=1", "",
			"github.com/acme/infra//modules/secret",
		},
		{"git over ssh", "git::ssh://git@github.com/acme/infra.git//secret", "", "github.com/acme/infra//secret"},
		{"git over ssh with its port", "git::ssh://git@github.com:22/acme/infra.git", "", "github.com/acme/infra"},
		{"git as scp writes it", "git@github.com:acme/infra.git//secret", "", "github.com/acme/infra//secret"},
		{"git as scp writes it, with git::", "git::git@github.com:acme/infra.git", "", "github.com/acme/infra"},
		{"a token in a URL does not stay", "git::https://oauth2:" + strings.Repeat("x", 20) +
			"@gitlab.com/acme/infra.git?ref=v1", "", "gitlab.com/acme/infra"},
		{"an archive", "https://example.com/modules.zip?archive=zip", "", "example.com/modules.zip"},
		{
			"a bucket", "s3::https://s3-eu-west-1.amazonaws.com/acme/secret.zip", "",
			"s3-eu-west-1.amazonaws.com/acme/secret.zip",
		},
		{"dots that lead elsewhere", "github.com/acme/../evil/infra//x", "", "github.com/evil/infra//x"},
		{"dots in disguise", "git::https://github.com/acme/%2e%2e/evil/infra", "", "github.com/evil/infra"},
		{"a file that looks like a host's", "git::file://github.com/acme/infra", "", "file://github.com/acme/infra"},
		{"a host in the user's place", "https://github.com@evil.example/acme/infra", "", "evil.example/acme/infra"},
		{"a host in capitals", "GitHub.com/acme/infra", "", "github.com/acme/infra"},
		{"out of the package", "github.com/acme/infra//../../x", "", "github.com/acme/infra//x"},
		{"a path", "./modules/secret/", "", "./modules/secret"},
		{"a path upwards", "../shared/secret", "", "../shared/secret"},
		{"a path of Windows", `.\modules\secret`, "", "./modules/secret"},
		{"a path inside of a local module", "../secret", "./modules/database", "./modules/secret"},
		{
			"a path inside of a module of a registry", "./modules/secret", "acme/secret/aws",
			"acme/secret/aws//modules/secret",
		},
		{
			"a path beside a directory of a package", "../secret", "github.com/acme/infra//modules/db",
			"github.com/acme/infra//modules/secret",
		},
		{"back to the package", "../..", "github.com/acme/infra//modules/db", "github.com/acme/infra"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := Canonical(tt.source, tt.parent); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// inModule puts a change into a module instance.
func inModule(change, module string) string {
	change = strings.Replace(change, `{"address": "`,
		`{"module_address": `+quoteJSON(module)+`, "address": "`+strings.Trim(quoteJSON(module), `"`)+`.`, 1)
	return change
}

func quoteJSON(s string) string { return `"` + strings.ReplaceAll(s, `"`, `\"`) + `"` }

func TestModulesAreAncestors(t *testing.T) {
	t.Parallel()
	d := read(t, planOf(
		inModule(changeOf("aws_secretsmanager_secret", "this", `{"name": "a/b"}`, `{}`, `{}`),
			`module.db["x::y"].module.secret[0]`)+","+
			inModule(changeOf("aws_x", "b", `{}`, `{}`, `{}`), `module.odd`),
		`{"module_calls": {
			"db": {"source": "./modules/db", "module": {"module_calls": {"secret": {"source": "git::https://github.com/acme/in$fra.git//a:b?ref=v1", "module": {}}}}},
			"odd": {"source": "acme/odd/aws", "module": {}}
		}}`))
	c := load(t)
	type spot struct {
		Type, Name, Address string
		Ancestors           []string
		Custom              bool
	}
	got := map[string]spot{}
	for _, req := range d.Resources(d.Stack("shop", "production"))[1:] {
		r, err := facts.New(req, c)
		if err != nil {
			t.Fatal(err)
		}
		address, _ := d.Place(r.URN, nil)
		got[address] = spot{r.Type, r.Name, address, r.Ancestors, req.Provider != nil}
	}
	db, secret := "terraform:module:./modules/db", "terraform:module:github.com/acme/in%24fra//a%3Ab"
	inner, outer := `module.db["x::y"].module.secret[0]`, `module.db["x::y"]`
	want := map[string]spot{
		outer: {db, "db", outer, nil, false},
		inner: {secret, "secret", inner, []string{db}, false},
		inner + ".aws_secretsmanager_secret.this": {
			"aws:secretsmanager/secret:Secret", "secret", inner + ".aws_secretsmanager_secret.this",
			[]string{secret, db},
			true,
		},
		"module.odd": {"terraform:module:acme/odd/aws", "odd", "module.odd", nil, false},
		"module.odd.aws_x.b": {
			"terraform:tf:aws_x", "b", "module.odd.aws_x.b",
			[]string{"terraform:module:acme/odd/aws"},
			true,
		},
		"module.db.module.secret": {"terraform:source:Module", "secret", "module.db.module.secret", nil, false},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("mismatch (-want +got)\n%s", diff)
	}
	row := inStack(t, d, inner+".aws_secretsmanager_secret.this")
	if parent := place.NameOf(row.Parent); parent != inner {
		t.Errorf("the parent is %s, want %s", parent, inner)
	}
}

func TestParseReference(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		give string
		want reference
	}{
		{"var.password", reference{kind: "var", name: "password"}},
		{"var.db.password", reference{kind: "var", name: "db", rest: []string{"password"}}},
		{"local.a", reference{kind: "local", name: "a"}},
		{"module.db", reference{kind: "module", name: "db"}},
		{`module.db["a.b"].url`, reference{kind: "module", name: "db", key: `["a.b"]`, rest: []string{"url"}}},
		{"data.aws_x.y.z", reference{kind: "data", typ: "aws_x", name: "y", rest: []string{"z"}}},
		{"each.value.a", reference{kind: "each", name: "value", rest: []string{"a"}}},
		{
			"random_password.p[0].result",
			reference{kind: "resource", typ: "random_password", name: "p", key: "[0]", rest: []string{"result"}},
		},
		{"random_password.p", reference{kind: "resource", typ: "random_password", name: "p"}},
		{"resource.module.x", reference{kind: "resource", typ: "module", name: "x"}},
	} {
		t.Run(tt.give, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, parseReference(tt.give), cmp.AllowUnexported(reference{})); diff != "" {
				t.Errorf("mismatch (-want +got)\n%s", diff)
			}
		})
	}
}

// origin writes an origin in one text.
func origin(o model.Origin) string {
	switch o.Kind {
	case model.Literal:
		return "a literal"
	case model.Variable:
		return "var." + o.From
	case model.LookedUp:
		return o.From
	default:
		return place.NameOf(o.From)
	}
}

// TestOrigins: a value is built from the resources that its expression leads to, through variables and outputs of
// modules.
func TestOrigins(t *testing.T) {
	t.Parallel()
	refs := func(texts ...string) string { return `{"references": ["` + strings.Join(texts, `", "`) + `"]}` }
	const hidden = "not-shown"
	for _, tt := range []struct {
		name, value string
		want        []string
	}{
		{"a literal", `{"constant_value": "x"}`, []string{"a literal"}},
		{"a function of nothing", `{}`, nil},
		{"a resource", refs("random_password.p.result", "random_password.p"), []string{"random_password.p"}},
		{
			"blocks", `[{"a": ` + refs("random_password.p.result", "random_password.p") + `}]`,
			[]string{"random_password.p"},
		},
		{
			"one block", `{"a": ` + refs("random_password.p.result", "random_password.p") + `}`,
			[]string{"random_password.p"},
		},
		{
			"one of several",
			refs(`random_password.many[\"b\"].result`, `random_password.many[\"b\"]`, "random_password.many"),
			[]string{`random_password.many["b"]`},
		},
		{"a variable", refs("var.v"), []string{"var.v"}},
		{"a local value", refs("local.l"), []string{hidden}},
		{
			"a data source that needs a resource", refs("data.template_file.t.rendered", "data.template_file.t"),
			[]string{"data.template_file.t", "random_password.p"},
		},
		{"a data source that needs none", refs("data.aws_x.x.value", "data.aws_x.x"), []string{"data.aws_x.x"}},
		{"an output of a module", refs("module.m.out", "module.m"), []string{"module.m.random_password.inner"}},
		{
			"an output of a module that is built from what the module gets", refs("module.m.through", "module.m"),
			[]string{"random_password.p"},
		},
		{"a module complete", refs("module.m"), []string{"module.m.random_password.inner", "random_password.p"}},
		{"a module that is not there", refs("module.none.x", "module.none"), []string{hidden}},
		{"what the loop goes over", refs("each.value"), []string{"random_password.p"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			many := func(key string) string {
				c := changeOf("random_password", "many", `{}`, `{"result": true}`, `{"result": true}`)
				return strings.Replace(c, `"random_password.many"`,
					`"random_password.many[\"`+key+`\"]", "index": "`+key+`"`, 1)
			}
			target := strings.Replace(
				configOf("aws_secretsmanager_secret_version", "v", `{"secret_string": `+tt.value+`}`), `"expressions"`,
				`"for_each_expression": `+refs("random_password.p.result", "random_password.p")+`, "expressions"`, 1)
			d := read(t, planOf(strings.Join([]string{
				changeOf("random_password", "p", `{}`, `{"result": true}`, `{"result": true}`), many("a"), many("b"),
				inModule(changeOf("random_password", "inner", `{}`, `{"result": true}`, `{"result": true}`),
					"module.m"),
				changeOf("aws_secretsmanager_secret_version", "v", `{}`, `{"secret_string": true}`, `{}`),
			}, ","), `{
				"variables": {"v": {}},
				"resources": [`+target+`, {"address": "data.template_file.t", "mode": "data", "type": "template_file", "name": "t", "expressions": {"vars": `+refs("random_password.p.result", "random_password.p")+`}}],
				"module_calls": {"m": {"source": "./m", "expressions": {"in": `+refs("random_password.p.result", "random_password.p")+`}, "module": {
					"variables": {"in": {}},
					"outputs": {"out": {"expression": `+refs("random_password.inner.result", "random_password.inner")+`}, "through": {"expression": `+refs("var.in")+`}}
				}}}
			}`))
			var got []string
			for _, from := range inStack(t, d, "aws_secretsmanager_secret_version.v").Origins.Of("secretString") {
				got = append(got, origin(from))
			}
			want := map[string]bool{}
			for _, w := range tt.want {
				want[w] = true
			}
			have := map[string]bool{}
			for _, g := range got {
				have[g] = true
			}
			if diff := cmp.Diff(want, have); diff != "" {
				t.Errorf("mismatch (-want +got)\n%s", diff)
			}
		})
	}
}

// TestOriginOfTheSameKey: with count and for_each the plan does not tell which instance is meant.
func TestOriginOfTheSameKey(t *testing.T) {
	t.Parallel()
	instance := func(typ, key string) string {
		c := changeOf(typ, "x", `{}`, `{"secret_string": true}`, `{}`)
		return strings.Replace(c, `"`+typ+`.x"`, `"`+typ+`.x[\"`+key+`\"]", "index": "`+key+`"`, 1)
	}
	var changes []string
	for _, typ := range []string{"random_password", "aws_secretsmanager_secret_version"} {
		for _, key := range []string{"a", "b"} {
			changes = append(changes, instance(typ, key))
		}
	}
	d := read(t, planOf(strings.Join(changes, ","), `{"resources": [`+configOf("aws_secretsmanager_secret_version", "x",
		`{"secret_string": {"references": ["random_password.x", "each.key"]}}`)+`]}`))
	got := inStack(t, d, `aws_secretsmanager_secret_version.x["b"]`).Origins.Of("secretString")
	if len(got) != 1 || place.NameOf(got[0].From) != `random_password.x["b"]` {
		t.Errorf("got %v, want the instance with the same key alone", got)
	}
}
