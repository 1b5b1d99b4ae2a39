package detect_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/progression-labs-development/policypack/internal/detect"
	"github.com/progression-labs-development/policypack/internal/detect/formats"
)

// said is what a test compares of a match.
type said struct {
	Detector, Reason, Key string
	Line, Column          int
}

func saidOf(found []detect.FileMatch) []said {
	var s []said
	for _, m := range found {
		s = append(s, said{m.Detector, m.Reason, m.Key, m.Line, m.Column})
	}
	return s
}

func TestFilePositions(t *testing.T) {
	d := detector(t, detect.Options{ExtraPatterns: []string{`ACME-[0-9]{6}`}})
	token := "ghp_" + formats.Maker{Rand: rand.New(rand.NewPCG(1, 1))}.Of(formats.SetAlnum, 36)
	for _, tt := range []struct {
		name, file, text string
		want             []said
	}{
		{
			"first line and column", "a.env", "DB_PASSWORD=hunter2x\n",
			[]said{{"password", detect.ReasonKeyName, "DB_PASSWORD", 1, 13}},
		},
		{
			"columns count bytes", "a.go", "package a\n\nvar \u00e9 = 1; password := \"hunter2x\"\n",
			[]said{{"password", detect.ReasonKeyName, "password", 3, 26}},
		},
		{
			"carriage returns", "a.ini", "[a]\r\npassword=hunter2x\r\ntoken_ttl=3\r\n",
			[]said{{"password", detect.ReasonKeyName, "password", 2, 10}},
		},
		{
			"a byte order mark is no column", "a.json", "\ufeff{\"password\": \"hunter2x\"}",
			[]said{{"password", detect.ReasonKeyName, "password", 1, 15}},
		},
		{
			"the format counts where both do", "a.ts", "const apiToken = '" + token + "';",
			[]said{{"github-token", detect.ReasonFormat, "", 1, 19}},
		},
		{
			"two on a line, in their order", "a.py", "p = dict(password='hunter2x', token='" + token + "')",
			[]said{
				{"password", detect.ReasonKeyName, "password", 1, 20},
				{"github-token", detect.ReasonFormat, "", 1, 38},
			},
		},
		{
			"in base64, at its start", "a.yaml", "data: " + formats.Encode("export DB_PASSWORD=hunter2x\nexport A=b\n"),
			[]said{{"password", detect.ReasonKeyName, "DB_PASSWORD", 1, 7}},
		},
		{"extra patterns", "a.txt", "one\ntwo ACME-123456\n", []said{{"extra-pattern", detect.ReasonExtra, "", 2, 5}}},
		{"nothing in short files", "a.go", "x", nil},
		{"nothing in an empty file", "a.go", "", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, saidOf(d.File(tt.file, []byte(tt.text)))); diff != "" {
				t.Errorf("mismatch (-want +got)\n%s", diff)
			}
		})
	}
}

// How a place weakens what a name says; the templates of the corpus hold many more.
func TestFilePlaces(t *testing.T) {
	s := formats.Maker{Rand: rand.New(rand.NewPCG(2, 1))}
	random, weak := "x9Q"+s.Of(formats.SetAlnum, 24), "hunter2x"
	d := detector(t, detect.Options{})
	for _, tt := range []struct {
		name, file, text string
		want             int
	}{
		{"weak in code", "store.go", `password := "` + weak + `"`, 1},
		{"weak in a test", "store_test.go", `password := "` + weak + `"`, 0},
		{"random in a test", "store_test.go", `password := "` + random + `"`, 1},
		{"random secret in a test, which may be a vector", "store_test.go", `sharedSecret := "` + random + `"`, 0},
		{"hexadecimal key in a test", "testdata/a.json", `{"apiKey": "` + s.Of(formats.SetHex, 40) + `"}`, 0},
		{"weak in a comment", "store.go", `// password := "` + weak + `"`, 0},
		{"random in a comment", "store.go", `// password := "` + random + `"`, 1},
		{"weak in a comment over lines", "store.go", "/*\npassword = \"" + weak + "\"\n*/", 0},
		{"weak behind such a comment", "store.go", "/*\na\n*/\npassword = \"" + weak + "\"\n", 1},
		{
			"weak in the documentation of a function", "a.py",
			"def f():\n    '''x\n    password='" + weak + "'\n    '''\n", 0,
		},
		{"weak behind it", "a.py", "def f():\n    '''x'''\n    password='" + weak + "'\n", 1},
		{"weak in prose", "README.md", "password: " + weak, 0},
		{"random in prose", "README.md", "password: " + random, 1},
		{"a word", "store.go", `password := "postgres"`, 0},
		{"a word in configuration", "values.yaml", "password: postgres", 0},
		{"a local URL", "a.env", "DATABASE_URL=postgres://app:" + weak + "@localhost/a", 0},
		{"a URL of somewhere", "a.env", "DATABASE_URL=postgres://app:" + weak + "@db.internal/a", 1},
		{"a default for a missing setting, weak", "a.ts", "const password = process.env.PASSWORD || '" + weak + "'", 0},
		{
			"a default for a missing setting, random", "a.ts", "const password = process.env.PASSWORD || '" + random + "'",
			1,
		},
		{"a test key", "testdata/key.pem", s.PEM("EC PRIVATE" + " KEY"), 1},
		{"a key cut for a manual", "README.md", "-----BEGIN PRIVATE" + " KEY-----\nMII" + s.Of(formats.SetBase64, 50) +
			"...\n-----END PRIVATE" + " KEY-----", 0},
		{"an expired web token", "a.ts", "x('" + token(`{"sub":"a","exp":1600000000}`) + "')", 0},
		{"a web token without end", "a.ts", "x('" + token(`{"sub":"a"}`) + "')", 1},
		{
			"an expired signature", "a.ts",
			"u('https://a.blob.core.windows.net/c?sv=2020-08-04&se=2021-01-01T00:00:00Z&sr=c&sig=" +
				strings.ReplaceAll(s.Of(formats.SetAlnum, 43), "+", "a") + "%3D')", 0,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := d.File(tt.file, []byte(tt.text+"\n")); len(got) != tt.want {
				t.Errorf("%d matches, want %d: %+v", len(got), tt.want, got)
			}
		})
	}
}

// token makes a web token with the payload.
func token(payload string) string {
	url := func(s string) string {
		return strings.TrimRight(strings.NewReplacer("+", "-", "/", "_").Replace(formats.Encode(s)), "=")
	}
	return url(`{"alg":"HS256","typ":"JWT"}`) + "." + url(payload) + "." +
		formats.Maker{Rand: rand.New(rand.NewPCG(3, 1))}.Of(formats.SetBase64URL, 43)
}

// Credentials that vendors publish are in the source as hashes only; these are their beginnings and ends.
func TestPublishedCredentials(t *testing.T) {
	d := detector(t, detect.Options{})
	for _, v := range []string{
		"sk_test" + "_" + "4eC39HqLyjWDar" + "jtT1zdp7dc", "ghp" + "_" + "16C7e42F292c6912E77" + "10c838347Ae178B4a",
		"AIza" + "SyD-9tSrke72PouQMnMX" + "-a7eZSW0jkFMBWY",
		"Basic " + formats.Encode("Aladdin:open sesame"),
		"AccountKey=" + "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6" +
			"IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==",
	} {
		for _, file := range []string{"README.md", "main.go", ".env"} {
			if got := d.File(file, []byte("x = \""+v+"\"\ny="+v+"\n")); len(got) > 0 {
				t.Errorf("%s: %.12s: %+v", file, v, got)
			}
		}
	}
}

// No field of a match holds any part of what it matched, however it is printed, nor does it keep the file alive.
func TestFileMatchesHoldNoValue(t *testing.T) {
	d := detector(t, detect.Options{})
	canary := "Zk3" + "vQ8xW2mN7pL4t"
	text := "const apiKey = \"" + canary + "\"\npassword: '" + canary + "!'\nu := \"https://a:" + canary +
		"@h.internal/\"\nexport " + canary + "_PASSWORD=" + canary + "9\n"
	data := []byte(text)
	found := d.File("a.sh", data)
	if len(found) < 3 {
		t.Fatalf("%d matches, want three at least", len(found))
	}
	for i := range data {
		data[i] = 'x'
	}
	for _, m := range found {
		if m.Inner != nil {
			t.Error("a match in a file has no path")
		}
		if got := fmt.Sprintf("%+v", m); strings.Contains(strings.Replace(got, m.Key, "", 1), canary[:4]) {
			t.Errorf("%s holds the value", m.Detector)
		}
		if strings.Contains(m.Key, "xx") {
			t.Error("the key of a match is that of the file, which may change")
		}
	}
	if n := reflect.TypeFor[detect.FileMatch]().NumField(); n != 5 {
		t.Errorf("FileMatch has %d fields: see that the new one holds no value, then count it here", n)
	}
}

func TestFilesAtOnce(t *testing.T) {
	d := detector(t, detect.Options{})
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			for range 50 {
				if n := len(d.File("a.env", []byte("DB_PASSWORD=hunter2x\n"))); n != 1 {
					t.Errorf("%d matches, want 1", n)
				}
			}
		})
	}
	wait.Wait()
}

func TestManySecretsInAFile(t *testing.T) {
	d := detector(t, detect.Options{})
	text := strings.Repeat("password: \"hunter2x\"\n", 5000)
	found := d.File("a.yaml", []byte(text))
	if len(found) != 256 {
		t.Fatalf("%d matches, want the first 256", len(found))
	}
	if last := found[255]; last.Line != 256 || text[last.Start:last.End] != "hunter2x" {
		t.Errorf("the last match is in line %d, with a span of %d bytes", last.Line, last.End-last.Start)
	}
	for i := range found {
		if found[i].More != (i == 255) {
			t.Errorf("match %d: got more %v, want it of the last alone", i, found[i].More)
		}
	}
	if few := d.File("a.yaml", []byte(text[:200])); few[len(few)-1].More {
		t.Error("a search that came to the end says that there may be more")
	}
}
