package terraform

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/progression-labs-development/policypack/internal/model"
	"github.com/progression-labs-development/policypack/internal/model/modeltest"
)

// lookupOf is a data source in the state before a plan, or in a state.
func lookupOf(typ, name, values, sensitive string) string {
	return `{"address": "data.` + typ + `.` + name + `", "mode": "data", "type": "` + typ + `", "name": "` + name +
		`", "provider_name": "registry.terraform.io/hashicorp/` + typ + `", "schema_version": 0, "values": ` + values +
		`, "sensitive_values": ` + sensitive + `}`
}

// with adds a part to a plan.
func with(plan, part string) string {
	return strings.TrimSuffix(strings.TrimSpace(plan), "}") + ", " + part + "}"
}

func prior(resources string) string {
	return `"prior_state": {"format_version": "1.0", "values": {"root_module": {"resources": [` + resources + `]}}}`
}

// given returns what the program gives to each row but the stack, by address and type.
func given(t *testing.T, d *Document) map[string]any {
	t.Helper()
	all := map[string]any{}
	for _, r := range d.Resources(d.Stack("shop", "production"))[1:] {
		address, _ := d.Place(r.URN, nil)
		all[address+" "+r.Type] = modeltest.Plain(r.Properties)
	}
	return all
}

func TestDataSources(t *testing.T) {
	t.Parallel()
	type object = map[string]any
	config := func(mode, typ, expressions string) string {
		return `{"resources": [{"address": "` + strings.TrimPrefix(mode+".", "managed.") + typ + `.a", "mode": "` + mode +
			`", "type": "` + typ + `", "name": "a", "provider_config_key": "x", "expressions": ` + expressions + `}]}`
	}
	for _, tt := range []struct {
		name, give string
		want       object
		checked    int
	}{
		{
			"what the program gives it, as it was when the plan was made",
			with(planOf("", config("data", "http", `{"url": {"constant_value": "u"}, "request_headers": {"references": ["local.h"]}}`)),
				prior(lookupOf("http", "a", `{"url": "u", "request_headers": {"X_a": "v"}, "method": null, "response_body": "answer"}`, `{}`))),
			object{"data.http.a terraform:data:http": object{"url": "u", "requestHeaders": object{"X_a": "v"}}},
			1,
		},
		{
			"what is sensitive",
			with(planOf("", config("data", "http", `{"request_body": {"references": ["var.b"]}}`)),
				prior(lookupOf("http", "a", `{"request_body": "v"}`, `{"request_body": true}`))),
			object{"data.http.a terraform:data:http": object{"requestBody": object{"$secret": "v"}}},
			1,
		},
		{
			"one that is read during the apply",
			planOf(`{"address": "data.http.a", "mode": "data", "type": "http", "name": "a", "change": {"actions": ["read"], "before": null,
				"after": {"url": null, "request_body": "v"}, "after_unknown": {"url": true, "id": true}, "after_sensitive": {}}}`,
				config("data", "http", `{"url": {"references": ["aws_x.y"]}, "request_body": {"constant_value": "v"}}`)),
			object{"data.http.a terraform:data:http": object{"url": modeltest.Unknown, "requestBody": "v"}},
			1,
		},
		{
			"one without an instance",
			planOf("", config("data", "http", `{"url": {"references": ["local.x"]}, "request_body": {"constant_value": "v"}}`)),
			object{"data.http.a terraform:data:http": object{"url": modeltest.Unknown, "requestBody": "v"}},
			1,
		},
		{
			"an ephemeral resource",
			planOf("", config("ephemeral", "acme_login", `{"password": {"constant_value": "v"}}`)),
			object{"ephemeral.acme_login.a terraform:ephemeral:acme_login": object{"password": "v"}},
			0,
		},
		{
			"a secret that is read is none that is created",
			with(planOf("", config("data", "aws_secretsmanager_secret", `{"name": {"constant_value": "x"}}`)),
				prior(lookupOf("aws_secretsmanager_secret", "a", `{"name": "x"}`, `{}`))),
			object{"data.aws_secretsmanager_secret.a terraform:data:aws_secretsmanager_secret": object{"name": "x"}},
			1,
		},
		{
			"dynamic blocks, of which the configuration says nothing",
			with(planOf("", config("data", "cloudinit_config", `{"gzip": {"constant_value": false}}`)),
				prior(lookupOf("cloudinit_config", "a", `{"gzip": false, "part": [{"content": "v"}], "rendered": "r"}`, `{}`))),
			object{"data.cloudinit_config.a terraform:data:cloudinit_config": object{
				"gzip": false, "part": []any{object{"content": "v"}},
			}},
			1,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := read(t, tt.give)
			if diff := cmp.Diff(tt.want, given(t, d)); diff != "" {
				t.Errorf("mismatch (-want +got)\n%s", diff)
			}
			if d.counts.data != tt.checked || d.counts.unread != 0 || d.Len() != 0 {
				t.Errorf("counted %+v, want %d data sources", d.counts, tt.checked)
			}
		})
	}
}

func TestDataSourcesOfAState(t *testing.T) {
	t.Parallel()
	d := read(t, `{"format_version": "1.0", "terraform_version": "1.14.2", "values": {"root_module": {"resources": [`+
		lookupOf("external", "a", `{"program": ["p"], "query": {"k": "v"}, "result": {"password": "x"}}`, `{}`)+","+
		lookupOf("local_file", "a", `{"filename": "f", "content": "x"}`, `{}`)+","+
		lookupOf("aws_iam_access_keys", "a", `{"access_keys": [{"secret": "x"}]}`, `{}`)+`]}}}`)
	want := map[string]any{"data.external.a terraform:data:external": map[string]any{
		"program": []any{"p"}, "query": map[string]any{"k": "v"},
	}}
	if diff := cmp.Diff(want, given(t, d)); diff != "" {
		t.Errorf("mismatch (-want +got)\n%s", diff)
	}
	if d.counts.data != 1 || d.counts.unread != 2 {
		t.Errorf("counted %+v, want 1 data source and 2 that are not read", d.counts)
	}
}

// A data source of another shape in the state before the plan has a place, and a resource of one is read over.
func TestPriorStateOfAnotherShape(t *testing.T) {
	t.Parallel()
	_, err := Read([]byte(with(planOf("", "{}"), "\n"+prior("\n"+lookupOf("http", "a", `{}`, `{}`)+",\n"+lookupOf("http", "b", `"canary"`, `{}`)))))
	if err == nil || !strings.Contains(err.Error(), "5:1: this is not a data source in") || strings.Contains(err.Error(), "canary") {
		t.Errorf("got error %v", err)
	}
	managed := strings.ReplaceAll(lookupOf("http", "b", `"data"`, `{}`), `"mode": "data"`, `"mode": "managed"`)
	if d := read(t, with(planOf("", "{}"), prior(managed))); len(d.rows) != 0 {
		t.Errorf("got %d rows, want none", len(d.rows))
	}
}

func invocationOf(address, values, more string) string {
	return `{"address": "` + address + `", "type": "local_command", "name": "a", "config_values": ` + values + more + `}`
}

func TestActions(t *testing.T) {
	t.Parallel()
	type object = map[string]any
	d := read(t, with(planOf("", `{"actions": [{"type": "local_command", "name": "a"}, {"type": "local_command", "name": "idle"}]}`),
		`"action_invocations": [null,`+
			invocationOf("action.local_command.a", `{"command": "c", "working_directory": "w"}`, `, "config_unknown": {"stdin": true}, "config_sensitive": {"command": true}`)+","+
			invocationOf("action.local_command.a", `{"command": "c", "working_directory": "w"}`, `, "config_unknown": {"stdin": true}, "config_sensitive": {"command": true}`)+","+
			invocationOf("action.local_command.a", `{"command": "of another resource"}`, "")+`],
		"deferred_action_invocations": [null, {"reason": "r", "action_invocation": `+invocationOf("module.m.action.local_command.a[0]", `{}`, "")+`}]`))
	got, open := []any{}, 0
	for _, r := range d.Whole(d.Stack("shop", "production"))[1:] {
		address, _ := d.Place(r.URN, nil)
		got = append(got, address, modeltest.Plain(r.Properties))
		for _, name := range r.Origins.Properties() {
			if o := r.Origins.Of(name); len(o) != 1 || o[0].Kind != model.NotKnown {
				t.Errorf("%s: %s comes from %v, want what the plan does not show", address, name, o)
			}
			open++
		}
	}
	if open != 4 {
		t.Errorf("%d arguments have an origin, want 4", open)
	}
	// An action has no outputs.
	want := []any{
		"action.local_command.a",
		object{},
		"action.local_command.a",
		object{},
		"module.m",
		object{},
		"module.m.action.local_command.a[0]",
		object{},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("mismatch (-want +got)\n%s", diff)
	}
	inputs := []any{}
	for _, r := range d.rows {
		inputs = append(inputs, modeltest.Plain(d.values.given(r)))
	}
	wantInputs := []any{
		object{"command": object{"$secret": "c"}, "workingDirectory": "w", "stdin": modeltest.Unknown},
		object{"command": "of another resource"},
		object{},
		object{},
	}
	if diff := cmp.Diff(wantInputs, inputs); diff != "" {
		t.Errorf("mismatch (-want +got)\n%s", diff)
	}
	if d.counts.actions != 3 || d.counts.idle != 1 {
		t.Errorf("counted %+v, want 3 actions and 1 that is not run", d.counts)
	}
}

func TestSourcesOfModules(t *testing.T) {
	t.Parallel()
	d := read(t, planOf("", `{"module_calls": {
		"a": {"source": "git::https://u:p@git.example.com/a.git", "module": {"module_calls": {"b": {"source": "https://example.com/b.zip?x=y", "module": {}}}}},
		"local": {"source": "./c", "module": {}}, "registry": {"source": "acme/vpc/aws", "module": {}}, "gone": null
	}}`))
	want := map[string]any{
		"module.a terraform:source:Module":          map[string]any{"source": "git::https://u:p@git.example.com/a.git"},
		"module.a.module.b terraform:source:Module": map[string]any{"source": "https://example.com/b.zip?x=y"},
	}
	if diff := cmp.Diff(want, given(t, d)); diff != "" {
		t.Errorf("mismatch (-want +got)\n%s", diff)
	}
	if d.counts.modules != 4 {
		t.Errorf("counted %+v, want 4 sources", d.counts)
	}
}

func TestMessagesOfChecks(t *testing.T) {
	t.Parallel()
	d := read(t, with(planOf(changeOf("aws_x", "a", `{}`, `{}`, `{}`), "{}"), `"checks": [null,
		{"address": {"to_display": "aws_x.a"}, "instances": [null, {"address": {"to_display": "aws_x.a"}, "problems": [null, {"message": "one"}, {"message": "two"}]}]},
		{"address": {"to_display": "module.m.check.c"}, "instances": [{"address": {}, "problems": [{"message": "three"}]}, {"address": {}}]}]`))
	problems := func(messages ...string) any {
		list := []any{}
		for _, m := range messages {
			list = append(list, map[string]any{"message": m})
		}
		return map[string]any{"problems": list}
	}
	want := map[string]any{
		"aws_x.a terraform:tf:aws_x":             map[string]any{},
		"aws_x.a terraform:check:Check":          problems("one", "two"),
		"module.m terraform:module:-":            map[string]any{},
		"module.m.check.c terraform:check:Check": problems("three"),
	}
	if diff := cmp.Diff(want, given(t, d)); diff != "" {
		t.Errorf("mismatch (-want +got)\n%s", diff)
	}
	if d.counts.checks != 2 {
		t.Errorf("counted %+v, want 2 checks", d.counts)
	}
}
