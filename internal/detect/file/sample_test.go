package file

import (
	"strings"
	"testing"
)

func TestSamplePaths(t *testing.T) {
	for _, p := range strings.Fields("a_test.go src/test/java/A.java AppTests.cs foo.spec.ts testdata/x.pem " +
		"docs/a.md examples/main.tf .env.example e2e/a.ts dockerTest/a.yml __tests__/a.js mocks/x.json README.txt") {
		if !Sample(p) {
			t.Errorf("%s is a sample", p)
		}
	}
	for _, p := range strings.Fields("main.go src/latest/a.go contest/a.py internal/attest.go .env deploy/prod.yaml " +
		"specification/a.go templates/x.yaml protest.rb fastest/x.c") {
		if Sample(p) {
			t.Errorf("%s is no sample", p)
		}
	}
}
