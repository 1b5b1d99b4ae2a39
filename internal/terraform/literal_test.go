package terraform

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/progression-labs-development/policypack/internal/model"
	"github.com/progression-labs-development/policypack/internal/model/modeltest"
	"github.com/progression-labs-development/policypack/internal/place"
)

// leaf writes the origin of a value in one text, with what writes it down and where that is reported.
func leaf(d *Document, o model.Origin) string {
	switch o.Kind {
	case model.Variable:
		if o.Partly {
			return "given, perhaps: var." + o.From
		}
		return "given: var." + o.From
	case model.LookedUp:
		if o.Partly {
			return "looked up, perhaps: " + o.From
		}
		return "looked up: " + o.From
	case model.OutputOf:
		return "of a resource"
	case model.Literal:
		address, attribute := d.Place(o.By.URN, place.ParsePath(o.By.Path))
		block := strings.TrimPrefix(o.By.Module+"."+o.By.Block, ".")
		return strings.TrimSuffix(string(o.By.Kind)+" of "+block+": "+o.By.Name+" "+o.By.Inner, " ") + "; at " + address +
			", " + attribute
	default:
		return "not known"
	}
}

// TestLeavesOfARecordedPlan: where the one value of each resource comes from.
func TestLeavesOfARecordedPlan(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join("testdata", "origins.json"))
	if err != nil {
		t.Fatal(err)
	}
	d := read(t, string(text))
	got := map[string]string{}
	for _, r := range d.Resources(d.Stack("shop", "production")) {
		if leaves, ok := r.Origins.(model.Leaves); ok && strings.Contains(r.URN, "Data::") {
			got[place.NameOf(r.URN)] = leaf(d, leaves.Leaf(place.Path{"input"}))
		}
	}
	own := "default of module.db.var.own: default; at module.db.var.own, default"
	argument := "argument of module.db: literal; at module.db, literal"
	logins := func(key string) string {
		return "default of var.logins: default " + key + ".password; at var.logins, default." + key + ".password"
	}
	want := map[string]string{
		"terraform_data.given":    "given: var.given",
		"terraform_data.fallback": "default of var.fallback: default; at var.fallback, default",
		"terraform_data.optional": "default of var.database: default password; at var.database, default.password",
		"terraform_data.replica": "default of var.database: default replicas[0].password; at var.database, " +
			"default.replicas[0].password",
		`terraform_data.each["mail"]`:   logins("mail"),
		`terraform_data.each["orders"]`: logins("orders"),
		"terraform_data.counted[0]":     logins("mail"),
		"terraform_data.counted[1]":     logins("orders"),
		"terraform_data.text":           "not known", // built from a default
		"terraform_data.condition":      "default of var.fallback: default; at var.fallback, default",
		"terraform_data.wrapped":        "not known", // sensitive("…")
		"terraform_data.output":         own,
		`terraform_data.inline["a"]`: `attribute of terraform_data.inline: for_each a.password; at ` +
			`terraform_data.inline["a"], input`,
		`module.db["mail"].terraform_data.password`:               logins("mail"),
		`module.db["orders"].terraform_data.password`:             logins("orders"),
		`module.db["mail"].terraform_data.own`:                    own,
		`module.db["orders"].terraform_data.own`:                  own,
		`module.db["mail"].module.login.terraform_data.literal`:   argument,
		`module.db["orders"].module.login.terraform_data.literal`: argument,
		`module.db["mail"].module.login.terraform_data.own`:       own,
		`module.db["orders"].module.login.terraform_data.own`:     own,
		`module.db["mail"].module.login.terraform_data.through`:   "given: var.given",
		`module.db["orders"].module.login.terraform_data.through`: "given: var.given",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("mismatch (-want +got)\n%s", diff)
	}
}

// TestLeaves: where a value in blocks and objects comes from, and what only is near to it.
func TestLeaves(t *testing.T) {
	t.Parallel()
	const random = `{"references": ["random_password.p.result", "random_password.p"]}`
	const secret = `{"references": ["data.vault_generic_secret.p.data", "data.vault_generic_secret.p"]}`
	const region = `{"references": ["data.aws_region.r.name", "data.aws_region.r"]}`
	const lookups = `{"address": "data.vault_generic_secret.p", "mode": "data", "type": "vault_generic_secret", "name": "p",
		"expressions": {"path": {"constant_value": "tulip"}}},
		{"address": "random_password.p", "mode": "managed", "type": "random_password", "name": "p", "expressions": {}}`
	const variables = `{"a": {"default": "tulip"}, "given": {"sensitive": true}, "empty": {}}`
	for _, tt := range []struct{ name, after, expression, want string }{
		{"a constant", `"tulip"`, `{"constant_value": "tulip"}`, "attribute of acme_x.a: v; at acme_x.a, v"},
		{"a number", `"123456"`, `{"constant_value": 123456}`, "attribute of acme_x.a: v; at acme_x.a, v"},
		{"nothing", `null`, `{"constant_value": null}`, "not known"},
		{"another text than the constant", `"lily"`, `{"constant_value": "tulip"}`, "attribute of acme_x.a: v; at acme_x.a, v"},
		{"a resource", `"tulip"`, random, "of a resource"},
		{
			"a data source that is read by the same text", `"tulip"`, secret,
			"looked up: data.vault_generic_secret.p",
		},
		{"an ephemeral resource", `"tulip"`, `{"references": ["ephemeral.a.b.c", "ephemeral.a.b"]}`, "looked up: ephemeral.a.b"},
		{"a local value", `"tulip"`, `{"references": ["local.a"]}`, "not known"},
		{"a function of literals", `"tulip"`, `{}`, "not known"},
		{"one of two variables", `"tulip"`, `{"references": ["var.given", "var.a"]}`, "default of var.a: default; at var.a, default"},
		{"the other one", `"lily"`, `{"references": ["var.given", "var.a"]}`, "given: var.given"},
		{"a text with a default in it", `"tulip-1"`, `{"references": ["var.a"]}`, "not known"},
		{"a text with a given value in it", `"lily-1"`, `{"references": ["var.given"]}`, "given, perhaps: var.given"},
		{"a member of an object with a secret", `{"w": "lily"}`, secret, "looked up, perhaps: data.vault_generic_secret.p"},
		{"a member of an object with a region", `{"w": "lily"}`, region, "not known"},
		{"a variable beside a lookup", `{"w": "tulip"}`, `{"references": ["data.aws_region.r", "var.a"]}`, "default of var.a: default; at var.a, default"},
		{"an object", `{"w": "lily"}`, `{"constant_value": {"w": "lily"}}`, "attribute of acme_x.a: v w; at acme_x.a, v.w"},
		{"a block", `[{"w": "lily"}]`, `[{"w": {"constant_value": "lily"}}]`, "attribute of acme_x.a: v [0].w; at acme_x.a, v[0].w"},
		{
			"blocks in another order", `[{"u": "a", "w": "lily"}, {"u": "c", "w": "rose"}]`,
			`[{"u": {"constant_value": "c"}, "w": ` + random + `}, {"u": {"constant_value": "a"}, "w": {"constant_value": "lily"}}]`,
			"attribute of acme_x.a: v [0].w; at acme_x.a, v[0].w",
		},
		{"a block in a block", `[{"b": [{"w": "lily"}]}]`, `[{"b": [{"w": ` + random + `}]}]`, "of a resource"},
		{"dynamic blocks, of which nothing is shown", `[{"w": "lily"}]`, ``, "not known"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			expressions := `{}`
			if tt.expression != "" {
				expressions = `{"v": ` + tt.expression + `}`
			}
			plan := planOf(changeOf("acme_x", "a", `{"v": `+tt.after+`}`, `{}`, `{"v": true}`)+","+
				changeOf("random_password", "p", `{}`, `{"result": true}`, `{}`),
				`{"resources": [`+configOf("acme_x", "a", expressions)+`, `+lookups+`], "variables": `+variables+`}`)
			plan = strings.Replace(plan, `"resource_changes"`,
				`"variables": {"a": {"value": "tulip"}, "given": {"value": "lily"}}, "resource_changes"`, 1)
			d := read(t, plan)
			path := place.Path{"v"}
			switch {
			case strings.Contains(tt.after, `"b"`):
				path = place.Path{"v", 0, "b", 0, "w"}
			case tt.after[0] == '[':
				path = place.Path{"v", 0, "w"}
			case tt.after[0] == '{':
				path = place.Path{"v", "w"}
			}
			got := leaf(d, called(t, d, "acme_x.a").Origins.(model.Leaves).Leaf(path))
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("mismatch (-want +got)\n%s", diff)
			}
		})
	}
}

// TestWhatTheProgramGives: where a provider plans another value than the configuration has, that of the configuration
// is the program's.
func TestWhatTheProgramGives(t *testing.T) {
	t.Parallel()
	const script = `#!/bin/sh\necho hello\n`
	const sum = `"6a1e83a3c2a4a0f3dd2ed4c0de2f2b3f0c3a6b18"`
	for _, tt := range []struct{ name, after, sensitive, expressions, want string }{
		{
			"a script of which a hash is planned", `{"user_data": ` + sum + `}`, `{}`,
			`{"user_data": {"constant_value": "` + script + `"}}`, `{"userData": "` + script + `"}`,
		},
		{
			"a script in a variable", `{"user_data": ` + sum + `}`, `{}`, `{"user_data": {"references": ["var.script"]}}`,
			`{"userData": "` + script + `"}`,
		},
		{
			"a script in a variable under a name that says nothing", `{"sum": ` + sum + `}`, `{}`,
			`{"sum": {"references": ["var.script"]}}`, `{"sum": ` + sum + `}`,
		},
		{
			"a text that is built from a variable", `{"user_data": "echo tulip-1"}`, `{}`,
			`{"user_data": {"references": ["var.a"]}}`, `{"userData": "echo tulip-1"}`,
		},
		{
			"a script that a function reads", `{"user_data": ` + sum + `}`, `{}`, `{"user_data": {}}`,
			`{"userData": ` + sum + `}`,
		},
		{"the same text", `{"v": "tulip"}`, `{"v": true}`, `{"v": {"constant_value": "tulip"}}`, `{"v": {SECRET: "tulip"}}`},
		{"a number that is planned as a text", `{"v": "12"}`, `{}`, `{"v": {"constant_value": 12}}`, `{"v": "12"}`},
		{"nothing, where a constant is", `{"v": null}`, `{}`, `{"v": {"constant_value": "tulip"}}`, `{"v": "tulip"}`},
		{"nothing, where a variable is", `{"v": null}`, `{}`, `{"v": {"references": ["var.a"]}}`, `{}`},
		{"a write-only argument", `{"v_wo": null}`, `{}`, `{"v_wo": {"references": ["var.a"]}}`, `{"vWo": {SECRET: "tulip"}}`},
		{
			"a write-only argument that nobody knows", `{"v_wo": null}`, `{}`,
			`{"v_wo": {"references": ["ephemeral.a.b.c", "ephemeral.a.b"]}}`, `{"vWo": {SECRET: UNKNOWN}}`,
		},
		{"a write-only argument that is not given", `{"v_wo": null}`, `{}`, `{"v_wo": {"constant_value": null}}`, `{}`},
		{
			"a write-only argument of a block in a block", `{"a": [{"b": [{"u": "x", "v_wo": null}]}]}`, `{}`,
			`{"a": [{"b": [{"u": {"constant_value": "x"}, "v_wo": {"constant_value": "lily"}}]}]}`,
			`{"a": [{"b": [{"u": "x", "vWo": {SECRET: "lily"}}]}]}`,
		},
		{
			"a write-only argument of one of a set of blocks", `{"a": [{"u": "x", "v_wo": null}, {"u": "y", "v_wo": null}]}`, `{}`,
			`{"a": [{"u": {"constant_value": "y"}, "v_wo": {"constant_value": "lily"}}, {"u": {"constant_value": "x"}}]}`,
			`{"a": [{"u": "x"}, {"u": "y", "vWo": {SECRET: "lily"}}]}`,
		},
		{
			"a write-only argument of a block that is no list", `{"a": {"u": "x", "v_wo": null}}`, `{}`,
			`{"a": {"u": {"constant_value": "x"}, "v_wo": {"constant_value": "lily"}}}`,
			`{"a": {"u": "x", "v_wo": {SECRET: "lily"}}}`,
		},
		{
			"a write-only map", `{"v_wo": null}`, `{}`, `{"v_wo": {"constant_value": {"a": "lily"}}}`,
			`{"vWo": {SECRET: {"a": "lily"}}}`,
		},
		{
			"more blocks than are planned", `{"a": [{"v_wo": null}]}`, `{}`,
			`{"a": [{"v_wo": {"constant_value": "a"}}, {"v_wo": {"constant_value": "b"}}]}`, `{"a": [{}]}`,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			plan := planOf(changeOf("acme_x", "a", tt.after, `{}`, tt.sensitive),
				`{"resources": [`+configOf("acme_x", "a", tt.expressions)+`], "variables": {"a": {"default": "tulip"}, "script": {}}}`)
			plan = strings.Replace(plan, `"resource_changes"`,
				`"variables": {"a": {"value": "tulip"}, "script": {"value": "`+script+`"}}, "resource_changes"`, 1)
			d := read(t, plan)
			planned := d.values.load(d.rows[len(d.rows)-1]).outputs
			before := text(planned.value)
			if diff := cmp.Diff(object(t, tt.want), modeltest.Plain(called(t, d, "acme_x.a").Properties)); diff != "" {
				t.Errorf("mismatch (-want +got)\n%s", diff)
			}
			if diff := cmp.Diff(before, text(planned.value)); diff != "" || strings.Contains(before, "lily") {
				t.Errorf("the planned value was changed: %s", before)
			}
		})
	}
}
