package tests

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/progression-labs-development/policypack/tests/internal/canary"
	"github.com/progression-labs-development/policypack/tests/internal/harness"
)

// parrots are an organisation's rules that try to say everything they are told, whole, in pieces and in disguise, in
// messages and in paths.
var parrots = map[string]string{
	"rules/parrot/parrot.rego":             parrot("parrot", "resource", ""),
	"rules/parrot_stack/parrot_stack.rego": parrot("parrot_stack", "stack", ""),
	"rules/parrot_both/parrot_both.rego": parrot("parrot_both", "both",
		"#   applies:\n#     findings: [property, output, config]\n#     written: true\n"),
}

func parrot(name, scope, applies string) string {
	return metadata(name, scope, applies) + `
deny contains {"message": json.marshal(input), "path": []}

deny contains {"message": sprintf("%v", [input]), "path": []} if {
	print("the input is", input)
}

deny contains {"message": yaml.marshal(input), "path": []}

deny contains {"message": $"leaf {said}", "path": path} if {
	some top in {"resource", "resources", "findings", "written", "config", "kind"}
	[path, leaf] := walk(object.get(input, top, null))
	some said in _said(leaf)
}

deny contains {"message": $"step {said}", "path": []} if {
	some top in {"resource", "resources", "findings", "written", "config"}
	[path, _] := walk(object.get(input, top, null))
	count(path) > 0
	some said in _said(path[count(path) - 1])
}

_said(leaf) := said if {
	is_string(leaf)
	said := {
		upper(leaf), strings.reverse(leaf), base64.encode(leaf), hex.encode(leaf), urlquery.encode(leaf),
		substring(leaf, 0, 8), substring(leaf, 3, 8), substring(leaf, 9, 8), concat(" ", split(leaf, "-")),
	}
} else := {sprintf("%v", [leaf])}
`
}

func metadata(name, scope, applies string) string {
	return `# METADATA
# title: Parrots say nothing secret
# description: Says everything that it is told.
# custom:
#   level: mandatory
#   severity: low
#   scope: ` + scope + "\n" + applies + `#   remediation: None.
package rules.` + name + "\n"
}

// Nothing that the pack gives away holds a canary: no answer, header, error or log line, of any call.
func TestCanaries(t *testing.T) {
	for _, tt := range []struct {
		name  string
		rules map[string]string
		args  []string
		// atLeast is how many diagnostics there must be: a pack that says nothing gives nothing away.
		atLeast int
	}{
		{name: "the pack's own policies", atLeast: 40},
		{name: "rules that say what they are told", rules: parrots, atLeast: 1000},
		{
			name: "logging as much as it can", rules: parrots, atLeast: 1000,
			args: []string{"--logtostderr", "-v=9", "--tracing", "http://127.0.0.1:1", "ENGINE"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			birds := newAviary(11)
			temp := t.TempDir()
			dir, bin := harness.PackDir(t, tt.rules), ""
			if tt.args != nil { // which the engine gives to an executable
				bin = filepath.Join(dir, "policypack")
				copyFile(t, harness.Policypack(t), bin)
			}
			a := harness.StartAnalyzer(t, harness.Start{
				Bin: bin, Dir: dir, Record: true, Args: tt.args,
				Env: []string{
					"TMPDIR=" + temp, "PULUMI_CONFIG=" + fmt.Sprint(birds.stack.Config),
					"OPA_LOG_LEVEL=debug",
				},
			})
			a.Ready(t, birds.stack, nil)
			if got := birds.fly(t, a); got < tt.atLeast {
				t.Errorf("got %d diagnostics, want at least %d", got, tt.atLeast)
			}
			silent(t, birds.Cage, a)
			if files, err := os.ReadDir(temp); err != nil || len(files) > 0 {
				t.Errorf("the pack writes files: %v, %v", files, err)
			}
		})
	}
}

// fly makes all calls of a run and returns how many diagnostics came; errors of calls are part of what is looked at.
func (a *aviary) fly(t *testing.T, pack *harness.Analyzer) int {
	t.Helper()
	n := 0
	call := func(res *pulumirpc.AnalyzeResponse, err error) {
		if err == nil {
			n += len(res.Diagnostics)
		}
	}
	for _, req := range a.requests {
		_, _ = pack.Client.Remediate(t.Context(), req)
		call(pack.Client.Analyze(t.Context(), req))
	}
	call(pack.Client.AnalyzeStack(t.Context(), a.outputs))
	_, _ = pack.Client.GetAnalyzerInfo(t.Context(), &emptypb.Empty{})
	_, _ = pack.Client.GetPluginInfo(t.Context(), &emptypb.Empty{})
	_, _ = pack.Client.Cancel(t.Context(), &emptypb.Empty{})
	return n
}

// silent looks for canaries in everything that the process has given away. It reports each canary once a call.
func silent(t *testing.T, cage *canary.Cage, a *harness.Analyzer) {
	t.Helper()
	reported := map[string]bool{}
	for _, e := range a.Emitted() {
		for _, what := range cage.Find(e.Text) {
			name, _, _ := strings.Cut(what, ",")
			if key := e.From + name; !reported[key] {
				reported[key] = true
				t.Errorf("%s gives away a canary: %s", e.From, what)
			}
		}
	}
}

// The test above can fail: a value of which nobody can know that it is secret does come out, by each of the ways that
// rules have to say it, and the recorder sees it.
func TestCanariesCanBeSeen(t *testing.T) {
	for _, where := range []string{"Analyze", "AnalyzeStack", "Analyze error"} {
		t.Run(where, func(t *testing.T) {
			cage := canary.New(12)
			rules := parrots
			if where == "Analyze error" {
				rules = failing(`regex.match(concat("", ["(", leaf]), "a")`)
			}
			a := harness.StartAnalyzer(t, harness.Start{Dir: harness.PackDir(t, rules), Record: true})
			a.Ready(t, nil, nil)
			req := request(bucketToken, nil, map[string]any{"acl": cage.Word("nobody knows")})
			_, _ = a.Client.Analyze(t.Context(), req)
			_, _ = a.Client.AnalyzeStack(t.Context(), rows(req))
			for _, e := range a.Emitted() {
				if e.From == where && len(cage.Find(e.Text)) > 0 {
					return
				}
			}
			t.Error("the canary is not seen")
		})
	}
}

// A secret of one resource that stands in another, where nothing marks it: the second wall hides it from the moment on
// at which the run knows it, and what AnalyzeStack says is free of it.
func TestCanariesOfOtherResources(t *testing.T) {
	cage := canary.New(13)
	value, generated := cage.Random("marked elsewhere"), cage.Random("generated elsewhere")
	source := called("source", request(bucketToken, nil, map[string]any{"tags": marked(value)}))
	copied := called("copy", request(bucketToken, nil, map[string]any{"acl": "x " + value, "bucket": generated}))
	generator := called("generator", request("random:index/randomPassword:RandomPassword", nil, nil))
	for _, tt := range []struct {
		name  string
		rules map[string]string
		order []*pulumirpc.AnalyzeRequest
	}{
		{"whole, the copy last", map[string]string{"rules/parrot/parrot.rego": metadata("parrot", "resource", "") +
			"\ndeny contains {\"message\": json.marshal(input), \"path\": []}\n"}, []*pulumirpc.AnalyzeRequest{source}},
		{
			"in AnalyzeStack",
			map[string]string{"rules/parrot_stack/parrot_stack.rego": parrots["rules/parrot_stack/parrot_stack.rego"]},
			[]*pulumirpc.AnalyzeRequest{copied, source},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := harness.StartAnalyzer(t, harness.Start{Dir: harness.PackDir(t, tt.rules), Record: true})
			a.Ready(t, nil, nil)
			for _, req := range tt.order {
				analyze(t, a, req)
			}
			if tt.order[0] == source {
				analyze(t, a, called("copy", request(bucketToken, nil, map[string]any{"acl": "x " + value})))
			}
			stack := rows(source, copied, generator)
			stack.Resources[2].Properties = structOf(map[string]any{"result": marked(generated)})
			if _, err := a.Client.AnalyzeStack(t.Context(), stack); err != nil {
				t.Fatal(err)
			}
			silent(t, cage, a)
		})
	}
}

// failing is a rule that calls a builtin with every text of the properties.
func failing(call string) map[string]string {
	return map[string]string{"rules/failing/failing.rego": metadata("failing", "resource", "") + `
deny contains {"message": "x", "path": []} if {
	[_, leaf] := walk(input.resource.properties)
	is_string(leaf)
	count(leaf) > 7
	` + call + `
}
`}
}

// A rule that does not work on a value stops the run with OPA's own words, which like to quote the value.
func TestCanariesInErrorsOfRules(t *testing.T) {
	for _, call := range []string{
		`to_number(leaf) > 0`,
		`json.unmarshal(leaf)`,
		`yaml.unmarshal(concat("", ["{", leaf]))`,
		`base64.decode(concat("", [leaf, "!"]))`,
		`regex.match(concat("", ["(", leaf]), "a")`,
		`glob.match(concat("", ["[", leaf]), [], "a")`,
		`time.parse_rfc3339_ns(leaf) > 0`,
		`time.parse_duration_ns(leaf) > 0`,
		`net.cidr_contains(leaf, "10.0.0.0/8")`,
		`semver.compare(leaf, "1.0.0") > 0`,
		`units.parse_bytes(concat("", ["1", leaf])) > 0`,
		`urlquery.decode(concat("", [leaf, "%zz"]))`,
		`hex.decode(leaf)`,
		`io.jwt.decode(leaf)`,
		`crypto.x509.parse_certificates(leaf)`,
		`graphql.parse(leaf, leaf)`,
		`rego.parse_module("x", leaf)`,
		`json.patch({}, [{"op": "remove", "path": leaf}])`,
		`{leaf: 1 | true} == {x: 2 | some x, _ in {leaf: 1, "y": count(leaf)}; to_number(x)}`,
	} {
		t.Run(call, func(t *testing.T) {
			birds := newAviary(14)
			a := harness.StartAnalyzer(t, harness.Start{Dir: harness.PackDir(t, failing(call)), Record: true})
			a.Ready(t, birds.stack, nil)
			birds.fly(t, a)
			failed := 0
			for _, e := range a.Emitted() {
				if e.From == "Analyze error" {
					failed++
				}
			}
			t.Logf("%d calls failed", failed/2)
			silent(t, birds.Cage, a)
		})
	}
}

// What the person who configures the pack writes comes back in messages. A secret of the stack in it does not, and no
// mistake is explained with the value.
func TestCanariesInSettings(t *testing.T) {
	birds := newAviary(15)
	value := birds.configured
	a := harness.StartAnalyzer(t, harness.Start{Record: true})
	a.Ready(t, birds.stack, nil)
	info := a.Info(t)
	try := func(policy string, properties map[string]any) {
		s, err := structpb.NewStruct(properties)
		if err != nil {
			t.Fatal(err)
		}
		_, err = a.Client.Configure(t.Context(),
			&pulumirpc.ConfigureAnalyzerRequest{PolicyConfig: map[string]*pulumirpc.PolicyConfig{
				policy: {EnforcementLevel: pulumirpc.EnforcementLevel_MANDATORY, Properties: s},
			}})
		if err != nil {
			return
		}
		for _, req := range birds.requests[:3] {
			_, _ = a.Client.Analyze(t.Context(), req)
		}
		_, _ = a.Client.AnalyzeStack(t.Context(), birds.outputs)
		_, _ = a.Client.GetAnalyzerInfo(t.Context(), &emptypb.Empty{})
	}
	for _, p := range info.Policies {
		for name := range p.ConfigSchema.GetProperties().GetFields() {
			for _, v := range []any{
				value,
				[]any{value},
				[]any{[]any{value}},
				map[string]any{"x": value},
				map[string]any{"x": []any{value}},
				[]any{map[string]any{"type": value, "values": value}},
				[]any{map[string]any{"type": value, "path": value}},
				[]any{map[string]any{"type": value, "values": "none", "children": []any{value}}},
				[]any{"(" + value},
				map[string]any{"production": value},
				map[string]any{value: []any{value}},
			} {
				try(p.Name, map[string]any{name: v})
			}
		}
	}
	day := func(days int) string { return time.Now().UTC().AddDate(0, 0, days).Format(time.DateOnly) }
	entry := func(change map[string]any) map[string]any {
		e := map[string]any{
			"policies": []any{"raw-secret-resource"}, "urn": "urn:pulumi:production::shop::*::value-*", "reason": "x",
			"owner": "team", "expires": day(30),
		}
		for key, v := range change {
			e[key] = v
		}
		return map[string]any{"exemptions": map[string]any{"x": e}}
	}
	for _, change := range []map[string]any{
		{"reason": value},
		{"owner": value},
		{"ticket": value},
		{"approvedBy": value},
		{"path": value},
		{"expires": value},
		{"policies": []any{value}},
		{"urn": value},
		{"urn": "urn:pulumi:production::shop::*::{" + value},
		{"urn": "urn:pulumi:production::shop::*::" + value, "owner": value}, // matches nothing
		{"reason": value, "expires": day(-9), "owner": value},
		{
			"breakGlass": true, "owner": value, "reason": value,
			"expires": time.Now().UTC().Add(time.Hour).Format(time.RFC3339),
		},
		{"unknown": value},
		{"breakGlass": value},
		{"reason": 1.0, "owner": []any{value}},
	} {
		try("settings", entry(change))
	}
	silent(t, birds.Cage, a)
}

// What no engine sends gets an error that does not quote it.
func TestCanariesInOddShapes(t *testing.T) {
	cage := canary.New(16)
	secret := func(name string) any { return marked(cage.Random(name)) }
	deep := secret("deep")
	for range 250 {
		deep = map[string]any{"a": deep}
	}
	a := harness.StartAnalyzer(t, harness.Start{Dir: harness.PackDir(t, parrots), Record: true})
	a.Ready(t, nil, nil)
	inOrder(map[string]any{
		"an unknown signature": signed("00000000000000000000000000000000",
			map[string]any{"value": cage.Word("unknown signature")}),
		"a signature that is a number": map[string]any{signature: 1.0, "value": cage.Word("number as signature")},
		"a signature that is marked": map[string]any{
			signature: secret("marked signature"),
			"value":   secret("behind a marked signature"),
		},
		"a mark around nothing": signed("1b47061264138c4ac30d75fd1eb44270",
			map[string]any{"other": cage.Word("beside no value")}),
		"more in a mark": signed("1b47061264138c4ac30d75fd1eb44270",
			map[string]any{"value": "x", "more": cage.Word("beside a value")}),
		"an asset without anything": signed("c44067f5952c0a294b673a41bacd8c17",
			map[string]any{"other": cage.Word("in an asset")}),
		"an asset with a marked path": signed("c44067f5952c0a294b673a41bacd8c17",
			map[string]any{"path": secret("marked path")}),
		"a marked archive file": signed("0def7320c3a5731c473e5ecbe6d01bc7",
			map[string]any{"path": secret("marked archive file")}),
		"a reference with a mark": signed("5cf8f73096256a8f31e491e813e4eb8e",
			map[string]any{"urn": secret("marked reference"), "id": secret("marked ID")}),
		"an output around a mark":  output(secret("output around a mark"), false),
		"deeper than it looks":     deep,
		"a mark around an unknown": marked(map[string]any{"a": unknown, "b": cage.Word("beside an unknown")}),
		"not UTF-8 in base64":      marked("\u0000\uFFFD" + cage.Random("odd characters")),
	}, func(name string, v any) {
		req := called(strings.ReplaceAll(name, " ", "-"),
			request(bucketToken, nil, map[string]any{"tags": v, "v": []any{v}}))
		_, _ = a.Client.Analyze(t.Context(), req)
		_, _ = a.Client.AnalyzeStack(t.Context(), rows(req))
	})
	silent(t, cage, a)
	// The process has survived.
	if got := len(analyze(t, a, rawSecret())); got == 0 {
		t.Error("a raw secret gives no violation")
	}
}
