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
		pluginArchive    string // as Pulumi asks for it
		plugin           string
	}{
		{
			Platform{"linux", "amd64"},
			"policypack-" + version + "-linux-amd64.tar.gz", "policypack",
			"pulumi-language-policypack-" + version + "-linux-amd64.tar.gz", "pulumi-language-policypack",
		},
		{
			Platform{"windows", "arm64"},
			"policypack-" + version + "-windows-arm64.zip", "policypack.exe",
			"pulumi-language-policypack-" + version + "-windows-arm64.tar.gz", "pulumi-language-policypack.exe",
		},
	} {
		if got := tt.give.pluginArchive(); got != tt.pluginArchive {
			t.Errorf("plugin's archive: got %s, want %s", got, tt.pluginArchive)
		}
		if got := tt.give.plugin(); got != tt.plugin {
			t.Errorf("plugin: got %s, want %s", got, tt.plugin)
		}
		if got := tt.give.archive(); got != tt.archive {
			t.Errorf("archive: got %s, want %s", got, tt.archive)
		}
		if got := tt.give.program(); got != tt.program {
			t.Errorf("program: got %s, want %s", got, tt.program)
		}
	}
}

func TestEpoch(t *testing.T) {
	now := time.Date(2026, 11, 26, 9, 0, 0, 0, time.UTC)
	for _, tt := range []struct{ name, released, variable, want, err string }{
		{"the day of the release", "2026-11-26", "", "2026-11-26T00:00:00Z", ""},
		{"another one", "2026-11-01", "", "2026-11-01T00:00:00Z", ""},
		{"the caller's", "2026-11-01", "1700000000", "2023-11-14T22:13:20Z", ""},
		{"a caller's that is none", "2026-11-01", "yesterday", "", "SOURCE_DATE_EPOCH"},
		{"a day to come", "2026-11-27", "", "", "released: 2026-11-27 is in the future; today is 2026-11-26"},
		{"a day to come, with the caller's", "2026-11-27", "1700000000", "", "is in the future"},
		{"no day", "", "", "", "released: expected the day of the release, such as 2026-11-26"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Setenv("SOURCE_DATE_EPOCH", tt.variable)
			got, err := epochOf(tt.released, now)
			if tt.err != "" {
				if err == nil || !strings.Contains(err.Error(), tt.err) {
					t.Errorf("got %v, want an error with %q", err, tt.err)
				}
				return
			}
			if err != nil || got.Format(time.RFC3339) != tt.want {
				t.Errorf("got %v, %v; want %s", got, err, tt.want)
			}
		})
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
