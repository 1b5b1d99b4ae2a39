package release

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/progression-labs-development/policypack"
)

func TestNames(t *testing.T) {
	version := "v" + policypack.Version()
	for _, tt := range []struct {
		give             Platform
		archive, program string
	}{
		{Platform{"linux", "amd64"}, "policypack-" + version + "-linux-amd64.tar.gz", "policypack"},
		{Platform{"windows", "arm64"}, "policypack-" + version + "-windows-arm64.zip", "policypack.exe"},
	} {
		if got := tt.give.archive(); got != tt.archive {
			t.Errorf("archive: got %s, want %s", got, tt.archive)
		}
		if got := tt.give.program(); got != tt.program {
			t.Errorf("program: got %s, want %s", got, tt.program)
		}
	}
}

func TestEpoch(t *testing.T) {
	t.Setenv("SOURCE_DATE_EPOCH", "1700000000")
	got, err := epoch(t.Context(), t.TempDir())
	if want := time.Date(2023, 11, 14, 22, 13, 20, 0, time.UTC); err != nil || !got.Equal(want) {
		t.Errorf("got %v, %v; want %v", got, err, want)
	}
	t.Setenv("SOURCE_DATE_EPOCH", "yesterday")
	if _, err := epoch(t.Context(), t.TempDir()); err == nil || !strings.Contains(err.Error(), "SOURCE_DATE_EPOCH") {
		t.Errorf("got %v, want an error that names the variable", err)
	}
	t.Setenv("SOURCE_DATE_EPOCH", "")
	t.Setenv("GIT_CEILING_DIRECTORIES", "/")
	if _, err := epoch(t.Context(), t.TempDir()); err == nil || !strings.Contains(err.Error(), "set SOURCE_DATE_EPOCH") {
		t.Errorf("got %v, want an error that says what to set", err)
	}
}

// A bill tells neither the host that wrote it nor when, and gets the commit's time and the program's licence.
func TestSettled(t *testing.T) {
	const give = `{"metadata": {"component": {"name": "a&b"}, "tools": [{"name": "t", "hashes": [{"alg": "MD5"}]}]}}`
	const want = `{
  "metadata": {
    "component": {
      "licenses": [
        {
          "license": {
            "id": "Apache-2.0"
          }
        }
      ],
      "name": "a&b"
    },
    "timestamp": "1970-01-01T00:00:00Z",
    "tools": [
      {
        "name": "t"
      }
    ]
  }
}
`
	got, err := settled([]byte(give), time.Unix(0, 0).UTC())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("mismatch (-want +got):\n%s", diff)
	}
	if _, err := settled([]byte(`{}`), time.Unix(0, 0)); err == nil {
		t.Error("no error for a bill without metadata")
	}
}

func TestModuleOfSymbol(t *testing.T) {
	m := modules{{"example.com/a/b", "v1.0.0"}, {"gopkg.in/x.v3", "v3.0.0"}, {"example.com/a", ""}}
	for _, tt := range []struct{ give, want string }{
		{"example.com/a/b/c.F", "example.com/a/b v1.0.0"},
		{"example.com/a/b.F", "example.com/a/b v1.0.0"},
		{"example.com/a/bc.F", "example.com/a"},
		{"gopkg.in/x%2ev3.F", "gopkg.in/x.v3 v3.0.0"},
		{"type:*example.com/a.T", "example.com/a"},
		{"type:.eq.example.com/a/b.T", "example.com/a/b v1.0.0"},
		{"runtime.mallocgc", "the Go library"},
		{"crypto/tls.(*Conn).Read", "the Go library"},
		{"vendor/golang.org/x/net/idna.x", "the Go library"},
		{"example.org/unknown.F", ""},
		{"go:string.*", ""},
		{"", ""},
	} {
		if got := m.of(tt.give); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.give, got, tt.want)
		}
	}
}

// The setting adopt counts its days from the release, so the day of the release is not after the commit.
func TestReleased(t *testing.T) {
	commit := time.Date(2026, 11, 26, 9, 0, 0, 0, time.UTC)
	for _, tt := range []struct{ name, give, want string }{
		{"the day of the commit", "2026-11-26", ""},
		{"before the commit", "2026-11-01", ""},
		{"after the commit", "2026-11-27", "PulumiPolicy.yaml: released: 2026-11-27 is later than the commit, which is of 2026-11-26"},
		{"none", "", "PulumiPolicy.yaml: released: want the day of the release, such as 2026-11-26"},
	} {
		got := ""
		if err := checkReleased(tt.give, commit); err != nil {
			got = err.Error()
		}
		if got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}
