package dialect

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestOf(t *testing.T) {
	t.Parallel()
	prose := Quoted | Bare | Colon | Prose
	tests := []struct {
		name, give string // names, between blanks
		want       Dialect
	}{
		{
			"a language with an SDK of Pulumi", "a/main.go x.TS b.kts",
			Dialect{Language: Program, Values: Code, Comments: slashes},
		},
		{"the same with another comment", "x.py", Dialect{Language: Program, Values: Script, Comments: hash}},
		{"any other language", "x.rs", Dialect{Values: Code, Comments: slashes}},
		{"a structure", "a.json", Dialect{Structure: JSON, Values: Code, Comments: slashes}},
		{"a script", "x.sh a/b.Bash", Dialect{Language: Shell, Values: Shells, Comments: hash}},
		{"what a shell reads at its start", ".bashrc x/.zshenv .profile", Dialect{Language: Shell, Values: Shells}},
		{"a file that only looks like a script", ".bash_logout .env.local", Dialect{Values: Shells}},
		{"a .env file", ".env production.env", Dialect{Values: Shells, Comments: hash}},
		{"the ending of a .env file", ".env.json", Dialect{Structure: JSON, Values: Shells, Comments: slashes}},
		{
			"a Dockerfile by all its names", "Dockerfile api.Dockerfile Dockerfile.dev Dockerfile.go Containerfile.dev",
			Dialect{Language: Docker, Values: Shells | Spaced, Comments: hash},
		},
		{"what lies beside a Dockerfile", "Dockerfile.md Dockerfile.dev.md", Dialect{Values: prose, Comments: markup}},
		{"what a Dockerfile leaves out", "Dockerfile.dockerignore", Dialect{Values: prose}},
		{"a makefile", "Makefile GNUmakefile Makefile.inc x.make", Dialect{Language: Make, Values: Shells}},
		{"a makefile with an ending", "rules.mk", Dialect{Language: Make, Values: Shells, Comments: hash}},
		{
			"a lock file in the dialect of its ending", "a/package-lock.json",
			Dialect{Values: Code, Comments: slashes, Hashes: true},
		},
		{"a lock file in none", "Cargo.lock go.sum", Dialect{Values: prose, Hashes: true}},
		{"configuration by its whole name", ".npmrc config", Dialect{Values: Config}},
		{"what is not known", "README a.txt LICENSE x.unknown a.b/x", Dialect{Values: prose}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			for _, name := range strings.Fields(tt.give) {
				if diff := cmp.Diff(tt.want, Of(name)); diff != "" {
					t.Errorf("%s: mismatch (-want +got):\n%s", name, diff)
				}
			}
		})
	}
}

// A name, a beginning or an ending stands in one row: a second one would say nothing.
func TestTableSaysEachOnce(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, r := range table {
		for what, list := range map[string]string{"name ": r.names, "prefix ": r.prefixes, "ending ": r.endings} {
			for _, word := range strings.Fields(list) {
				if key := what + word; seen[key] || word != strings.ToLower(word) {
					t.Errorf("%q stands twice, or not in lower case", key)
				} else {
					seen[key] = true
				}
			}
		}
	}
}
