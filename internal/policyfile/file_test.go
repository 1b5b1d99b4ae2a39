package policyfile

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/progression-labs-development/policypack/internal/exception"
	"github.com/progression-labs-development/policypack/internal/fuzzing"
)

const urn = "urn:pulumi:production::shop::aws:iam/accessKey:AccessKey::upload"

// lines writes mistakes as ROW: MESSAGE.
func lines(mistakes []Mistake) string {
	var b strings.Builder
	for _, m := range mistakes {
		fmt.Fprintf(&b, "%d: %s\n", m.Row, m.Message)
	}
	return strings.ReplaceAll(strings.ReplaceAll(b.String(), Shape2, "SHAPE2"), Shape1, "SHAPE1")
}

func TestBothShapes(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, give string
		version    int
	}{
		{"old", `{"all": "advisory", "secret-name": {"enforcementLevel": "remediate", "words": ["a"]}, "environments": ["acme/a"]}`, 1},
		{"version 2", `{"$schema": "x", "version": 2, "environments": ["acme/a"],
			"policies": {"all": "advisory", "secret-name": {"enforcementLevel": "remediate", "words": ["a"]}}}`, 2},
		{"version 2.0", `{"policies": {"all": "advisory", "secret-name": {"enforcementLevel": "remediate", "words": ["a"]}}, "exceptions": null,
			"environments": ["acme/a"], "version": 2.0}`, 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := Parse([]byte(tt.give), []string{"secret-name"})
			if len(f.Mistakes)+len(f.Doubts) > 0 || f.Version != tt.version || f.Environments == nil {
				t.Errorf("got version %d, %v, %v", f.Version, f.Mistakes, f.Doubts)
			}
			if all, own := f.Level(All), f.Level("secret-name"); all != "advisory" || own != "remediate" {
				t.Errorf("levels: got %q and %q", all, own)
			}
			want := map[string]map[string]any{"secret-name": {"words": []any{"a"}}}
			if diff := cmp.Diff(want, f.Parameters()); diff != "" {
				t.Errorf("parameters: mismatch (-want +got)\n%s", diff)
			}
		})
	}
}

// A policy may have the name of a key of version 2, where its file is in the old shape.
func TestAPolicyNamedVersion(t *testing.T) {
	t.Parallel()
	f := Parse([]byte(`{"version": "advisory", "exceptions": {"a": 1}}`), []string{"version", "exceptions"})
	if len(f.Mistakes) > 0 || f.Version != 1 || f.Level("version") != "advisory" {
		t.Errorf("got version %d, %v", f.Version, f.Mistakes)
	}
}

func TestMistakes(t *testing.T) {
	t.Parallel()
	one := func(exception string) string { return "{\"version\": 2,\n\"exceptions\": {\n" + exception + "}}" }
	matched := func(policies, targets string) string {
		return one(`"EXC-1": {"reason": "canary", "match": [{"policies": ` + policies + `,
"targets": ` + targets + `}]}`)
	}
	const wantURN = "expected the full URN of one resource, urn:pulumi:STACK::PROJECT::TYPE::NAME, as printed by `pulumi stack " +
		"--show-urns`"
	for _, tt := range []struct{ name, give, want, doubts string }{
		{
			"no version, $schema", `{"$schema": "canary"}`,
			"1: without \"version\": 2, Pulumi takes \"$schema\" for a policy, and refuses the file; remove " +
				"it, or write SHAPE2\n", "",
		},
		{
			"version as a text", `{"version": "2", "policies": {}}`,
			"1: \"version\" has to be the number 2, got a text; without it, the file is SHAPE1\n" +
				"1: Pulumi reads \"policies\" as the name of a policy in a file without \"version\": 2; write SHAPE2\n",
			"",
		},
		{
			"no version, exceptions", `{"exceptions": {}}`,
			"1: Pulumi reads \"exceptions\" as the name of a policy in a file without \"version\": 2; write SHAPE2\n",
			"",
		},
		{
			"version 1", `{"version": 1}`, "1: \"version\" has to be 2, the only one that Pulumi knows; write SHAPE2\n",
			"",
		},
		{"version 3", `{"version": 3, "canary": {}}`, "1: \"version\" has to be 2, the only one that Pulumi knows; " +
			"write SHAPE2\n", ""},
		{"version 2.5", `{"version": 2.5}`, "1: \"version\" has to be 2, the only one that Pulumi knows; write " +
			"SHAPE2\n", ""},
		{
			"a policy beside the policies", "{\"version\": 2,\n\"secret-name\": \"advisory\",\n\"all\": " +
				"\"advisory\", \"x\": \"disabled\"}",
			"2: Pulumi ignores \"secret-name\" here: version 2 has policies under \"policies\"; move it there\n" +
				"3: Pulumi ignores \"all\" here: version 2 has policies under \"policies\"; move it there\n" +
				"3: Pulumi ignores \"x\" here: version 2 has policies under \"policies\"; move it there\n", "",
		},
		{
			"a misspelt key, and a remark", `{"version": 2, "Policies": {}, "exception": {}, "comment": "canary"}`,
			"1: Pulumi ignores \"Policies\": version 2 has \"policies\", \"exceptions\" and \"environments\"; did you mean " +
				"policies?\n" +
				"1: Pulumi ignores \"exception\": version 2 has \"policies\", \"exceptions\" and \"environments\"; did you " +
				"mean exceptions?\n",
			"1: Pulumi ignores \"comment\": version 2 has \"policies\", \"exceptions\" and \"environments\"\n",
		},
		{
			"policies of another shape", `{"version": 2, "policies": ["canary"]}`,
			"1: \"policies\" is an object in version 2: expected SHAPE1, got a list\n", "",
		},
		{
			"a level", "{\"version\": 2, \"policies\": {\n\"secret-name\": \"canary\"}}",
			"2: policy secret-name: level: expected one of advisory, mandatory, remediate, disabled\n", "",
		},
		{
			"exceptions as a list", `{"version": 2, "exceptions": ["canary"]}`,
			"1: \"exceptions\" is an object by id: expected {\"ID\": " + shapeException + "}, got a list\n", "",
		},
		{
			"an id", one(`"EXC 1": "canary"`),
			"3: \"exceptions\": an id has letters, digits, -, . and _ alone\n3: exceptions: expected " + shapeException +
				", got a text\n", "",
		},
		{
			"an id twice", one(`"a": 1,
"a": {"reason": "r", "match": [{"policies": ["secret-name"], "targets": ["` + urn + `"]}]}`),
			"4: duplicate key \"a\", of which only the last one is used; remove one\n", "",
		},
		{"nothing in it", one(`"EXC-1": {}`), "3: exceptions.EXC-1: missing reason\n3: exceptions.EXC-1: missing " +
			"match\n", ""},
		{
			"empty parts", one(`"EXC-1": {"reason": " ", "match": []}`),
			"3: exceptions.EXC-1.reason: expected the reason, got an empty string\n" +
				"3: exceptions.EXC-1.match: expected at least one {\"policies\": [\"POLICY\"], \"targets\": [\"URN\"]}\n",
			"",
		},
		{
			"empty lists", matched("[]", "[]"),
			"3: exceptions.EXC-1.match[0].policies: expected at least one\n4: exceptions.EXC-1.match[0].targets: expected at " +
				"least one\n", "",
		},
		{
			"what Pulumi ignores",
			one(`"EXC-1": {"reason": "r", "expires": "canary", "match": [{"policies": ["secret-name"], "targets": ["` + urn + `"], "path": "canary"}]}`),
			"3: exceptions.EXC-1.match[0]: Pulumi ignores \"path\": it has policies and targets; remove it\n" +
				"3: exceptions.EXC-1: Pulumi ignores \"expires\": it has reason and match; exceptions in a file " +
				"have no expiry or owner; use an exemption in the settings if it needs them\n", "",
		},
		{
			"policies", matched(`["", "all", "settings", "canary", 3, "secret-name", "secret-name"]`, `["`+urn+`"]`),
			"3: exceptions.EXC-1.match[0].policies[0]: expected the name of a policy, got an empty string\n" +
				"3: exceptions.EXC-1.match[0].policies[1]: an exception names its policies; \"all\" is none\n" +
				"3: exceptions.EXC-1.match[0].policies[2]: mistakes in the settings cannot be exempted\n" +
				"3: exceptions.EXC-1.match[0].policies[3]: unknown policy; `policypack list` lists them\n" +
				"3: exceptions.EXC-1.match[0].policies[4]: expected a string, got a number\n" +
				"3: exceptions.EXC-1.match[0].policies[6]: duplicate; remove one\n", "",
		},
		{
			"targets", matched(`["secret-name"]`, `["canary",
"file:canary", "urn:pulumi:a::b::c",
"urn:pulumi:canary::shop::a:b:C::",
"urn:pulumi:*::shop::a:b:C::canary", "urn:pulumi:production::shop::a:b:*::canary", "urn:pulumi:production::shop::a:b:C::canary-*",
"urn:pulumi:production::shop::a:b:C::*.canary.example", null]`),
			"4: exceptions.EXC-1.match[0].targets[0]: " + wantURN + "\n" +
				"5: exceptions.EXC-1.match[0].targets[1]: exceptions only apply to resources; exempt a file in the " +
				"settings\n" +
				"5: exceptions.EXC-1.match[0].targets[2]: " + wantURN + "\n" +
				"6: exceptions.EXC-1.match[0].targets[3]: " + wantURN + "\n" +
				"7: exceptions.EXC-1.match[0].targets[4]: targets are not globs: " + wantURN +
				", or exempt the finding in the settings, which accept globs\n" +
				"7: exceptions.EXC-1.match[0].targets[5]: targets are not globs: " + wantURN +
				", or exempt the finding in the settings, which accept globs\n" +
				"7: exceptions.EXC-1.match[0].targets[6]: targets are not globs: " + wantURN +
				", or exempt the finding in the settings, which accept globs\n" +
				"8: exceptions.EXC-1.match[0].targets[8]: expected a string, got null\n",
			"8: exceptions.EXC-1.match[0].targets[7]: targets are not globs, so the * is literal\n",
		},
		{
			"two are about the same", one(`"EXC-10": {"reason": "r", "match": [{"policies": ["secret-name"], "targets": ["` + urn + `"]}]},
"EXC-2": {"reason": "r", "match": [{"policies": ["secret-name"], "targets": ["` + urn + `"]}]}`),
			"", "3: exceptions.EXC-10: exceptions.EXC-2 already has the same policy and target\n",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := Parse([]byte(tt.give), []string{"secret-name", "raw-secret-resource"})
			if diff := cmp.Diff(tt.want, lines(slices.Concat(f.Twice, f.Mistakes))); diff != "" {
				t.Errorf("mistakes: mismatch (-want +got)\n%s", diff)
			}
			if diff := cmp.Diff(tt.doubts, lines(f.Doubts)); diff != "" {
				t.Errorf("doubts: mismatch (-want +got)\n%s", diff)
			}
			if strings.Contains(lines(f.Mistakes)+lines(f.Doubts), `canary`) {
				t.Error("a message repeats a value")
			}
		})
	}
}

func TestExceptionsAreInNaturalOrder(t *testing.T) {
	t.Parallel()
	entry := `{"reason": "r", "match": [{"policies": ["p"], "targets": ["` + urn + `"]}]}`
	f := Parse([]byte(`{"version": 2, "exceptions": {"EXC-10": `+entry+`, "EXC-2": `+entry+`}}`), nil)
	want := []exception.Exception{{ID: "EXC-2", Reason: "r"}, {ID: "EXC-10", Reason: "r"}}
	if diff := cmp.Diff(want, f.Exceptions.Find("p", urn)); diff != "" || len(f.Mistakes) > 0 {
		t.Errorf("mismatch (-want +got)\n%s%v", diff, f.Mistakes)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(`{"all": "advisory", "a": {"enforcementLevel": "mandatory", "b": [1]}}`))
	f.Add([]byte(`{"version": 2, "policies": {"a": "disabled"}, "exceptions": {"e": {"reason": "r", "match": [{"policies": ["a"], "targets": ["u"]}]}}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		defer fuzzing.Watch(t, len(data))()
		Parse(data, []string{"a"}).Parameters()
	})
}

// A byte order mark, which some editors write and nobody sees, is named: everything behind it is JSON.
func TestByteOrderMark(t *testing.T) {
	t.Parallel()
	f := Parse([]byte("\ufeff{}"), nil)
	if got, want := lines(f.Mistakes), "1: the file begins with a byte order mark, which Pulumi does not accept; "+
		"save it as UTF-8 without one\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
