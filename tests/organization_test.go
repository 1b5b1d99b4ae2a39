package tests

import (
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"

	"github.com/progression-labs-development/policypack/tests/cloud"
	"github.com/progression-labs-development/policypack/tests/internal/harness"
)

// A pack that is published from a bundle is enforced on a machine that has never seen it, with levels and parameters
// from the service: the whole way on the real CLI.
func TestOrganization(t *testing.T) {
	for _, launcher := range []string{"nodejs", "policypack"} {
		t.Run(launcher, func(t *testing.T) {
			o := newOrganization(t, launcher)
			var from []string
			if launcher == "nodejs" { // the binary that engineers download
				from = []string{"--from", hostRelease(t, harness.Root(t))}
			}
			o.publish(t, o.bundle(t, "1.2.0", "", from...))
			checkArchive(t, o.Published("policypack"), launcher)

			r := o.runner(t, "production")
			out, got := r.preview(t, "production")
			if diff := cmp.Diff([]string{}, got); diff != "" {
				t.Fatalf("before the pack is required: mismatch (-want +got)\n%s\n%s", diff, out)
			}
			for i, tt := range []struct {
				name, group, config string
				want                []string
				says                []string
			}{
				{
					"the levels of the policies", "", "",
					[]string{"bucket-prefix mandatory", "failed", "raw-secret-resource mandatory"},
					[]string{"policypack@v1.2.0", "want the prefix acme-"},
				},
				{
					"a level and a parameter from the service", "",
					`{"raw-secret-resource": "advisory", "bucket-prefix": {"prefix": "shop-"}}`,
					[]string{"raw-secret-resource advisory"},
					[]string{"policypack@v1.2.0"},
				},
				{
					"all levels from the service", "",
					`{"all": "disabled", "bucket-prefix": {"enforcementLevel": "advisory"}}`,
					[]string{"bucket-prefix advisory", "settings advisory"},
					[]string{"Disabled here: "},
				},
				{
					"a policy group of single stacks", "production", `{"bucket-prefix": {"prefix": "team-"}}`,
					[]string{"bucket-prefix mandatory", "failed", "raw-secret-resource mandatory"},
					[]string{"want the prefix team-"},
				},
				{
					"a policy that does not exist", "production", `{"bucket-prefixes": "advisory"}`,
					[]string{"failed"},
					[]string{"bucket-prefixes", "did you mean bucket-prefix?"},
				},
				{
					"a parameter that does not exist", "production", `{"bucket-prefix": {"prefixes": "x"}}`,
					[]string{"failed"},
					[]string{"bucket-prefix", "prefixes"},
				},
				{
					"a parameter of the wrong type", "production", `{"bucket-prefix": {"prefix": 3}}`,
					[]string{"failed"},
					[]string{"bucket-prefix", "prefix"},
				},
			} {
				o.enable(t, tt.group, tt.config)
				out, got := r.preview(t, "production")
				if diff := cmp.Diff(tt.want, got); diff != "" {
					t.Errorf("%s: mismatch (-want +got)\n%s\n%s", tt.name, diff, out)
				}
				for _, want := range tt.says {
					if !strings.Contains(out, want) {
						t.Errorf("%s: the output has no %q:\n%s", tt.name, want, out)
					}
				}
				if i == 0 && launcher == "policypack" {
					checkPage(t, out)
				}
			}
		})
	}
}

// The bundle's defaults stand below the service's configuration and above the policies' own.
func TestOrganizationDefaults(t *testing.T) {
	for _, launcher := range []string{"nodejs", "policypack"} {
		t.Run(launcher, func(t *testing.T) {
			o := newOrganization(t, launcher)
			o.publish(t, o.bundle(t, "1.0.0", `{"all": "advisory", "bucket-prefix": {"prefix": "shop-"}}`))
			for _, p := range o.Published("policypack").Policies {
				if p.EnforcementLevel != "advisory" {
					t.Errorf("the service was told that %s is %s by default, want advisory", p.Name, p.EnforcementLevel)
				}
			}
			r := o.runner(t, "production")
			o.enable(t, "", "")
			if out, got := r.preview(t, "production"); !slices.Equal(got, []string{"raw-secret-resource advisory"}) {
				t.Errorf("by the defaults: got %q\n%s", got, out)
			}
			o.enable(t, "", `{"bucket-prefix": {"enforcementLevel": "mandatory", "prefix": "team-"}}`)
			want := []string{"bucket-prefix mandatory", "failed", "raw-secret-resource advisory"}
			if out, got := r.preview(t, "production"); !slices.Equal(got, want) {
				t.Errorf("under the service's configuration: got %q, want %q\n%s", got, want, out)
			}
		})
	}
}

// An update is judged too, and the state that it leaves is on the service.
func TestOrganizationUpdate(t *testing.T) {
	o := newOrganization(t, "policypack")
	o.publish(t, o.bundle(t, "1.0.0", `{"bucket-prefix": {"prefix": "shop-"}}`))
	o.enable(t, "", "")
	r := o.runner(t, "production")
	if out, err := r.pulumi("up", "--yes", "--stack", "acme/production"); err == nil {
		t.Errorf("an update with a raw secret went through:\n%s", out)
	}
	if out, err := r.pulumi("config", "set", "--secret", "endpoint", "x", "--stack", "acme/production"); err != nil {
		t.Errorf("config set: %v\n%s", err, out)
	}
	o.enable(t, "", `{"all": "advisory"}`)
	if out, err := r.pulumi("up", "--yes", "--stack", "acme/production"); err != nil {
		t.Errorf("with everything advisory: %v\n%s", err, out)
	}
	if got := r.Status("shop", "production"); got != apitype.StatusSucceeded {
		t.Errorf("the service was told that the update %s", got)
	}
	out, err := r.pulumi("stack", "export", "--stack", "acme/production")
	if err != nil || !strings.Contains(out, "::db") {
		t.Errorf("the state on the service: %v\n%s", err, out)
	}
}

// The other commands of a platform team.
func TestOrganizationCommands(t *testing.T) {
	o := newOrganization(t, "policypack")
	pack := o.bundle(t, "1.0.0", "")
	o.publish(t, pack)
	o.enable(t, "", `{"all": "advisory"}`)
	r := o.runner(t, "production")
	harness.WriteFiles(t, r.dir, map[string]string{
		"good.json": `{"bucket-prefix": {"enforcementLevel": "advisory", "prefix": "x"}}`,
		"bad.json":  `{"bucket-prefix": {"prefix": 3}}`,
	})
	for _, tt := range []struct {
		name, dir string
		args      []string
		says      string
		fails     bool
	}{
		{"one logs in", r.dir, []string{"login", o.URL}, "Logged in to", false},
		{"a version is published once", pack, []string{"policy", "publish", "acme"}, "is published already", true},
		{
			"a configuration is checked", r.dir,
			[]string{"policy", "validate-config", "acme/policypack", "1.0.0", "--config", "good.json"},
			"valid", false,
		},
		{
			"a wrong one too", r.dir,
			[]string{"policy", "validate-config", "acme/policypack", "1.0.0", "--config", "bad.json"},
			"Invalid type",
			true,
		},
		{
			"a machine is prepared before its first run", r.dir,
			[]string{"policy", "install", "--stack", "acme/production"},
			"Successfully installed 1 policy pack", false,
		},
	} {
		out, err := runIn(r.home, tt.dir, r.env, "pulumi", tt.args...)
		if !strings.Contains(out, tt.says) || (err != nil) != tt.fails {
			t.Errorf("%s: %v, want %q\n%s", tt.name, err, tt.says, out)
		}
	}
	installed(t, r)
	downloads := func() int {
		return len(slices.DeleteFunc(o.Calls(), func(call string) bool { return call != "GET /store" }))
	}
	before := downloads()
	if out, got := r.preview(t, "production"); len(got) != 2 || downloads() != before {
		t.Errorf("the prepared machine: got %q, and %d downloads\n%s", got, downloads()-before, out)
	}
}

// hostWarning is what the CLI says of a language plugin that is no plugin but on the PATH, as here.
var hostWarning = regexp.MustCompile(`(?m)^ *warning: using pulumi-language-.*\n`)

// checkPage checks that docs/govern/organization.md shows what a preview on a new machine prints; -update writes it there.
func checkPage(t *testing.T, out string) {
	t.Helper()
	const begin, end = "<!-- transcript:organization -->\n```console\n", "```\n<!-- /transcript:organization -->"
	path := filepath.Join(harness.Root(t), "docs", "govern", "organization.md")
	page, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(page), begin)
	shown, after, closed := strings.Cut(rest, end)
	if !found || !closed {
		t.Fatal("docs/govern/organization.md has no transcript between its markers")
	}
	out = hostWarning.ReplaceAllString(out, "")
	for _, v := range volatile {
		out = v.pattern.ReplaceAllString(out, v.with)
	}
	out = "$ pulumi preview\n" + strings.TrimSpace(out) + "\n"
	if *update {
		if err := os.WriteFile(path, []byte(before+begin+out+end+after), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if diff := cmp.Diff(shown, out); diff != "" {
		t.Errorf("docs/govern/organization.md is stale, run with -update: mismatch (-page +run)\n%s", diff)
	}
}

// checkArchive checks that all of a bundle is in what was uploaded, with its run bits, and nothing else.
func checkArchive(t *testing.T, p *cloud.Pack, launcher string) {
	t.Helper()
	want := []string{"package/PulumiPolicy.yaml 644", "package/rules/bucket_prefix/bucket_prefix.rego 644"}
	if launcher == "nodejs" {
		want = append(want, "package/bin/pulumi-analyzer-policypack-"+runtime.GOOS+"-"+runtime.GOARCH+" 755",
			"package/index.js 644",
			"package/npm-shrinkwrap.json 644", "package/package.json 644")
	}
	slices.Sort(want)
	if diff := cmp.Diff(want, archived(t, p)); diff != "" {
		t.Errorf("the archive: mismatch (-want +got)\n%s", diff)
	}
}
