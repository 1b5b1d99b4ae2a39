package report

import (
	"strings"
	"testing"

	"github.com/progression-labs-development/policypack/internal/place"
)

func TestLocations(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		form Format
		want []string
	}{
		{Text, []string{"  ✖ infra/api.ts:12:20  api at environment.variables.STRIPE_KEY  plaintext-secret-property  "}},
		{SARIF, []string{`"uri": "infra/api.ts"`, `"startColumn": 18`, `"text": "called from here"`, `"uri": "infra/index.ts"`}},
		{GitHub, []string{"::error file=infra/api.ts,line=12,col=20,"}},
		{JUnit, []string{"infra/api.ts:12:20  api at environment.variables.STRIPE_KEY"}},
		{Markdown, []string{
			"[<code>infra/api.ts:12:20</code>](https://github.com/acme/shop/blob/5c6f0e1/infra/api.ts#L12) <code>api at",
			"[<code>deploy/app.env:12:9</code>](https://github.com/acme/shop/blob/5c6f0e1/deploy/app.env#L12)",
		}},
		{HTML, []string{
			`<a class="place" href="https://github.com/acme/shop/blob/5c6f0e1/infra/api.ts#L12" rel="noopener noreferrer">infra/api.ts:12:20</a>`,
		}},
		{CSV, []string{",infra,infra/api.ts,12,"}},
	} {
		text := written(t, sample(), tt.form, Options{})
		for _, want := range tt.want {
			if !strings.Contains(text, want) {
				t.Errorf("%s: no %q in\n%s", tt.form, want, text)
			}
		}
	}
}

// Where it was written is no part of what identifies a finding: lines move.
func TestLocationsAreNoPartOfTheFingerprint(t *testing.T) {
	t.Parallel()
	moved := sample()
	moved.Locate(func(*Finding) []place.Location { return []place.Location{{File: "other.ts", Line: 99}} })
	a, b := sample().complete(), moved.complete()
	for i := range a.Findings {
		if a.Findings[i].Fingerprint != b.Findings[i].Fingerprint {
			t.Errorf("the fingerprint of %s at %s changed", a.Findings[i].Policy, a.Findings[i].where())
		}
		if b.Findings[i].File == "" && len(b.Findings[i].Locations) == 0 {
			t.Errorf("%s has no location", b.Findings[i].where())
		}
	}
}

func TestBrowseURL(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		env  map[string]string
		want string
	}{
		{"nowhere", nil, ""},
		{
			"GitHub",
			map[string]string{
				"GITHUB_SERVER_URL": "https://github.com", "GITHUB_REPOSITORY": "acme/shop", "GITHUB_SHA": "5c6f0e1",
			},
			"https://github.com/acme/shop/blob/5c6f0e1/a%20b/x.ts#L7",
		},
		{
			"GitLab",
			map[string]string{"CI_PROJECT_URL": "https://git.example.com/acme/shop", "CI_COMMIT_SHA": "5c6f0e1"},
			"https://git.example.com/acme/shop/-/blob/5c6f0e1/a%20b/x.ts#L7",
		},
		{
			"Bitbucket",
			map[string]string{"BITBUCKET_GIT_HTTP_ORIGIN": "http://bitbucket.org/acme/shop", "BITBUCKET_COMMIT": "5c6f0e1"},
			"https://bitbucket.org/acme/shop/src/5c6f0e1/a%20b/x.ts#lines-7",
		},
		{
			"Azure DevOps",
			map[string]string{
				"SYSTEM_COLLECTIONURI": "https://dev.azure.com/acme/", "SYSTEM_TEAMPROJECT": "web shop",
				"BUILD_REPOSITORY_NAME": "shop", "BUILD_SOURCEVERSION": "5c6f0e1",
			},
			"https://dev.azure.com/acme/web%20shop/_git/shop?path=/a%20b/x.ts&version=GC5c6f0e1&line=7&lineEnd=7&" +
				"lineStartColumn=1&lineEndColumn=1",
		},
		{
			"a user in the URL",
			map[string]string{"CI_PROJECT_URL": "https://someone:word@git.example.com/shop", "CI_COMMIT_SHA": "5c6f0e1"},
			"",
		},
		{"no web page", map[string]string{"CI_PROJECT_URL": "javascript:alert(1)//", "CI_COMMIT_SHA": "5c6f0e1"}, ""},
	} {
		r := &Report{Browse: BrowseURL(func(name string) string { return tt.env[name] })}
		if got := r.browse(place.Location{File: "a b/x.ts", Line: 7}); got != tt.want {
			t.Errorf("%s: mismatch: got %q, want %q", tt.name, got, tt.want)
		}
	}
}
