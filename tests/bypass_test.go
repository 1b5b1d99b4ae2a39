package tests

import (
	"encoding/base64"
	"encoding/hex"
	"maps"
	"slices"
	"strings"
	"testing"
	"text/template"

	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"

	"github.com/progression-labs-development/policypack/internal/example"
	"github.com/progression-labs-development/policypack/internal/place"
	"github.com/progression-labs-development/policypack/internal/wire/wiretest"
	"github.com/progression-labs-development/policypack/tests/internal/canary"
	"github.com/progression-labs-development/policypack/tests/internal/harness"
)

// bypass is an attempt to get past the pack. It is caught, or it is open for a reason that is written down; one that is
// open must stay silent, so that nobody finds out by chance that it no longer is.
type bypass struct {
	name string
	// give is the program, a case of an examples.yaml: its `resources`, and `run` and `settings` where they matter.
	// Values come from disguise.
	give string
	// caught is everything that the pack says: "LEVEL POLICY on RESOURCE". What is only advice because the preview
	// cannot see enough is advisory too.
	caught []string
	// open is why nothing is said.
	open string
}

// bypasses are all attempts, by what they try to get past.
var bypasses = map[string][]bypass{
	"tokens": tokenBypasses, "components": componentBypasses, "templates": templateBypasses, "values": valueBypasses,
	"commands": commandBypasses, "files": fileBypasses, "logins": loginBypasses, "ci": ciBypasses,
	"names": nameBypasses,
}

// leastBypasses is how many attempts there are at least.
const leastBypasses = 40

// Whoever wants to get past the pack is stopped, or the pack says that it cannot.
func TestBypasses(t *testing.T) {
	cage := canary.New(43)
	values := disguises(cage)
	a := harness.StartAnalyzer(t, harness.Start{})
	names, open := map[string]bool{}, 0
	for _, group := range slices.Sorted(maps.Keys(bypasses)) {
		for _, b := range bypasses[group] {
			if (b.open == "") == (len(b.caught) == 0) {
				t.Errorf("%s/%s: want either caught or open", group, b.name)
			}
			if names[b.name] {
				t.Errorf("%s/%s: the name is there twice", group, b.name)
			}
			names[b.name] = true
			if b.open != "" {
				open++
			}
			t.Run(group+"/"+b.name, func(t *testing.T) {
				got, said := attempt(t, a, caseOf(t, b, values))
				want := slices.Sorted(slices.Values(b.caught))
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("mismatch (-want +got):\n%s\n%s", diff, said)
				}
				for _, what := range cage.Find(said) {
					t.Errorf("the pack gives away a canary: %s", what)
				}
			})
		}
	}
	t.Logf("%d attempts, %d open", len(names), open)
	if len(names) < leastBypasses {
		t.Errorf("got %d attempts, want %d", len(names), leastBypasses)
	}
}

// attempt makes the engine's calls and returns what the pack says, in short and in full.
func attempt(t *testing.T, a *harness.Analyzer, c example.Case) (short []string, full string) {
	t.Helper()
	config := map[string]plugin.AnalyzerPolicyConfig{}
	if s := c.Settings; len(s) > 0 {
		config["settings"] = plugin.AnalyzerPolicyConfig{Properties: s}
	}
	a.Ready(t, wiretest.Stack(c.About()), config)
	var text strings.Builder
	collect := func(name string, res *pulumirpc.AnalyzeResponse, err error) {
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, d := range res.Diagnostics {
			on := name
			if on == "" {
				on = place.NameOf(d.Urn)
			}
			short = append(short, strings.ToLower(d.EnforcementLevel.String())+" "+d.PolicyName+" on "+on)
			text.WriteString(d.PolicyName + " on " + on + "\n" + d.Message + "\n")
		}
	}
	for _, req := range wiretest.Analyze(t, c.Registered()) {
		res, err := a.Client.Analyze(t.Context(), req)
		collect(req.Name, res, err)
	}
	res, err := a.Client.AnalyzeStack(t.Context(), wiretest.AnalyzeStack(t, c.Whole()))
	collect("", res, err)
	slices.Sort(short)
	return short, text.String()
}

// caseOf fills in the values and reads the case.
func caseOf(t *testing.T, b bypass, values disguise) example.Case {
	t.Helper()
	tmpl, err := template.New(b.name).Funcs(template.FuncMap{
		"base64": base64Of,
		"hex":    func(s string) string { return hex.EncodeToString([]byte(s)) },
		"percent": func(s string) string {
			var b strings.Builder
			for _, c := range []byte(s) {
				b.WriteString("%" + hex.EncodeToString([]byte{c}))
			}
			return b.String()
		},
		"base64u": func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) },
		"reverse": func(s string) string {
			b := []byte(s)
			slices.Reverse(b)
			return string(b)
		},
		"head": func(s string) string { return s[:len(s)/2] },
		"tail": func(s string) string { return s[len(s)/2:] },
	}).Parse(b.give)
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	text.WriteString("allow:\n  - name: attempt\n")
	var body strings.Builder
	if err := tmpl.Execute(&body, values); err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(strings.Trim(body.String(), "\n")) {
		text.WriteString("    " + line)
	}
	file, err := example.Parse("attempt", []byte(text.String()))
	if err != nil {
		t.Fatalf("%v\n%s", err, text.String())
	}
	return file.Cases[0]
}

// disguise are the values that the attempts hide.
type disguise struct {
	Token    string // of a known format
	Password string // a random one, which only its name gives away
	Cloud    string // a secret access key of AWS
	KeyID    string // the identifier that belongs to it
	Google   string // the JSON of a Google service-account key, in base64
}

func disguises(cage *canary.Cage) disguise {
	d := disguise{
		Token: cage.Token("token", "gh"+"p_", 36), Password: cage.Random("password"),
		Cloud: cage.Random("cloud key") + cage.Random("cloud key's rest")[:12],
		KeyID: "AK" + "IA" + strings.Repeat("Q7", 8),
	}
	d.Google = base64Of(`{"type": "service_` + `account", "project_id": "shop", "private_key_id": "` +
		cage.Hex("key id") +
		`", "private_key": "` + strings.ReplaceAll(cage.Key("private key"), "\n", `\n`) +
		`", "client_email": "ci@shop.iam.gserviceaccount.com"}`)
	return d
}
