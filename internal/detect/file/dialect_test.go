package file

import (
	"strings"
	"testing"
)

// Every dialect of the table is reached by a name, and what is unknown is prose.
func TestDialects(t *testing.T) {
	for names, want := range map[string]dialect{
		"a/main.go x.TS b.json":                       codeSyntax,
		"a.py Gemfile x.toml":                         scriptSyntax,
		"a.sh Makefile .env .env.local .bashrc a.env": shellSyntax,
		"Dockerfile api.Dockerfile Dockerfile.dev":    shellSyntax | spaceText,
		"a.ini .npmrc app.properties my.cnf":          configSyntax,
		".netrc":                                      netrcSyntax,
		"a.yml k8s/a.yaml":                            scriptSyntax | colonText | commandText,
		"pom.xml web.csproj":                          quotedText | markup,
		"README README.md a.txt LICENSE x.unknown":    quotedText | bareText | colonText | proseText,
	} {
		for _, n := range strings.Fields(names) {
			if got := dialectOf(n); got != want {
				t.Errorf("%s: dialect %b, want %b", n, got, want)
			}
		}
	}
}

func TestSamplePaths(t *testing.T) {
	for _, p := range strings.Fields("a_test.go src/test/java/A.java AppTests.cs foo.spec.ts testdata/x.pem docs/a.md examples/main.tf .env.example e2e/a.ts dockerTest/a.yml __tests__/a.js mocks/x.json README.txt") {
		if !samplePath(p) {
			t.Errorf("%s is a sample", p)
		}
	}
	for _, p := range strings.Fields("main.go src/latest/a.go contest/a.py internal/attest.go .env deploy/prod.yaml specification/a.go templates/x.yaml protest.rb fastest/x.c") {
		if samplePath(p) {
			t.Errorf("%s is no sample", p)
		}
	}
}
