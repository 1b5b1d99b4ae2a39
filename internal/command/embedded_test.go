package command

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/progression-labs-development/policypack/internal/fuzzing"
	"github.com/progression-labs-development/policypack/internal/race"
)

const create = "aws secretsmanager create-secret --name api/production"

func b64(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }

func gz(text string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write([]byte(text))
	_ = w.Close()
	return b.String()
}

func TestEmbedded(t *testing.T) {
	t.Parallel()
	const made = "aws secretsmanager create-secret create-secret"
	for _, tt := range []struct {
		name, give, want string
	}{
		{"script", "#!/bin/bash\nset -e\n" + create, "3:1 " + made},
		{"script by env", "#!/usr/bin/env -S bash -e\n" + create, "2:1 " + made},
		{"script without a first line", create, "1:1 " + made},
		{"script in base64", b64("#!/bin/bash\nset -e\n" + create), "1:1 " + made},
		{
			"script in wrapped base64", b64("#!/bin/bash\n")[:12] + "\n" + b64("#!/bin/bash\n" + create)[12:] + "\n",
			"1:1 " + made,
		},
		{"script in gzip and base64", b64(gz("#!/bin/bash\n" + create)), "1:1 " + made},
		{"script in gzip", gz("#!/bin/bash\n" + create), "1:1 " + made},
		{"boothook", "#cloud-boothook\n" + create, "2:1 " + made},
		{"runcmd text", "#cloud-config\nruncmd:\n  - echo a\n  - " + create + "\n", "4:5 " + made},
		{"runcmd list", "#cloud-config\nruncmd:\n  - [aws, secretsmanager, create-secret]\n", "3:5 " + made},
		{
			"runcmd list of a shell", "#cloud-config\nruncmd:\n  - [sh, -c, \"aws secretsmanager create-secret\"]\n",
			"3:5 " + made,
		},
		{"runcmd block", "#cloud-config\nruncmd:\n  - |\n    set -e\n    " + create + "\n", "5:1 " + made},
		{"bootcmd", "#cloud-config\nbootcmd:\n  - " + create + "\n", "3:5 " + made},
		{"jinja", "## template: jinja\n#cloud-config\nruncmd:\n  - aws --region {{ v1.region }} secretsmanager " +
			"create-secret\n", "4:5 " + made + "?"},
		{"aliases of YAML", "#cloud-config\nx: &c " + create + "\nruncmd: [*c]\n", "2:4 " + made},
		{"file that a command runs", "#cloud-config\nwrite_files:\n  - path: /opt/x.sh\n    content: |\n      " +
			create + "\nruncmd:\n  - sh /opt/x.sh\n", "7:5 " + made},
		{"file in base64", "#cloud-config\nwrite_files:\n  - path: /opt/x.sh\n    encoding: b64\n    content: " +
			b64("#!/bin/sh\n"+create) + "\nruncmd:\n  - [/opt/x.sh]\n", "7:5 " + made},
		{"script that nothing here runs", "#cloud-config\nwrite_files:\n  - path: /etc/cron.daily/x\n    content: " +
			"|\n      #!/bin/sh\n      " + create + "\n", "3:11 " + made + "?"},
		{
			"dotenv file", "#cloud-config\nwrite_files:\n  - path: /srv/app/.env\n    content: A=b\n",
			"3:11 write_files .env write-dotenv",
		},
		{"installer", "#cloud-config\nautoinstall:\n  late-commands:\n    - curtin in-target -- true\n    - " + create +
			"\n", "5:7 " + made},
		{"archive", "#cloud-config-archive\n- type: text/x-shellscript\n  content: |\n    #!/bin/sh\n    " + create +
			"\n", "5:1 " + made},
		{"broken cloud-config", "#cloud-config\nruncmd:\n  - \"echo\n - " + create + "\n", "4:4 " + made + "?"},
		{"MIME", "Content-Type: multipart/mixed; boundary=\"B\"\nMIME-Version: 1.0\n\n--B\nContent-Type: " +
			"text/x-shellscript\n\n#!/bin/sh\n" + create + "\n--B--\n", "8:1 " + made},
		{
			"MIME with base64", "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=B\n\n--B\nContent-Type: " +
				"text/x-shellscript\nContent-Transfer-Encoding: base64\n\n" + b64("#!/bin/sh\n"+create) + "\n--B--\n",
			"1:1 " + made,
		},
		{
			"powershell", "<powershell>\nnew-secsecret -Name x\n</powershell>\n<persist>true</persist>",
			"2:1 New-SECSecret create-secret",
		},
		{"batch", "<script>\r\naws secretsmanager create-secret\r\n</script>", "2:1 " + made},

		{"python", "#!/usr/bin/env python3\n" + create, ""},
		{"reads", "#cloud-config\nruncmd:\n  - aws secretsmanager get-secret-value --secret-id x\n", ""},
		{"file that is documentation", "#cloud-config\nwrite_files:\n  - path: /etc/motd\n    content: |\n      " +
			create + "\n", ""},
		{"dotenv template", "#cloud-config\nwrite_files:\n  - path: /srv/app/.env.example\n    content: A=\n", ""},
		{"include", "#include\nhttps://x/aws-secretsmanager-create-secret\n", ""},
		{"packages", "#cloud-config\npackages: [awscli, vault, kubectl]\n", ""},
		{"nothing", "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			uses, err := Embedded(tt.give)
			if diff := cmp.Diff(tt.want, lines(uses)); diff != "" ||
				(err != nil) != strings.HasPrefix(tt.name, "broken") {
				t.Errorf("mismatch (-want +got), error %v:\n%s", err, diff)
			}
		})
	}
}

func TestDotenv(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]bool{
		".env": true, "a/.env": true, `C:\a\.env`: true, ".env.local": true, ".ENV": true, "prod.env": true,
		"api-staging.env": true, "baseline.env": false, "staging.example.env": false, Unknown + "/.env": true,
		".env.example": false, ".env.sample": false, ".env.local.template": false, "example.env": false,
		".envrc": false, ".env.": false,
		"process.env": false, ".environment": false, "env": false, "": false, Unknown: false, Unknown + ".env": false,
		"a.env.ts": false,
	} {
		if got := Dotenv(path); got != want {
			t.Errorf("%s: got %v", path, got)
		}
	}
}

// Whatever stands among the arguments, no field and no error holds a part of it.
func TestNoValueLeaves(t *testing.T) {
	t.Parallel()
	const canary = "c4n4ry"
	var texts []string
	for _, tt := range append(found, bypasses...) {
		texts = append(texts, tt.give+" "+canary, tt.give+" --secret-string="+canary, "A="+canary+"; "+tt.give,
			tt.give+"\nif "+canary+" '"+canary)
	}
	texts = append(texts, "aws secretsmanager create-secret --secret-string '"+canary+"\n${"+canary+"!",
		"kubectl create secret <<"+canary)
	for _, text := range texts {
		for _, read := range []func() ([]Use, error){
			func() ([]Use, error) { return Parse(text, Shell) },
			func() ([]Use, error) { return Parse(text, PowerShell) },
			func() ([]Use, error) { return Parse(text, Batch) },
			func() ([]Use, error) { return Args([]string{"sh", "-c", text}) },
			func() ([]Use, error) { return Embedded("#cloud-config\nruncmd:\n- |\n  " + text + "\n- " + text) },
		} {
			uses, err := read()
			if out := fmt.Sprintf("%#v %v %#v", uses, err, err); strings.Contains(out, canary) {
				t.Fatalf("a value is in %s", out)
			}
		}
	}
}

func TestEntriesHaveSources(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, e := range entries {
		if !strings.HasPrefix(e.doc, "https://") || seen[e.words] {
			t.Errorf("%s: no source, or twice in the table", e.words)
		}
		seen[e.words] = true
		if !concerns(e.words) {
			t.Errorf("%s: never read, as concerns does not know it", e.words)
		}
		a := no
		if e.when == nil {
			a = yes
		}
		if uses, _ := Parse(e.words, Shell); a == yes && len(uses) != 1 {
			t.Errorf("%s: got %s", e.words, lines(uses))
		}
	}
}

// Hostile texts end soon, and say that they were not read.
func TestLimits(t *testing.T) {
	t.Parallel()
	deep := create
	for range 12 {
		deep = "eval " + strings.Join([]string{"'", strings.ReplaceAll(deep, "'", `'\''`), "'"}, "")
	}
	hostile := map[string]string{
		"long": create + strings.Repeat(" x", maxText),
		"deep": deep,
		"calls": "a() { b; b; b; b; b; b; b; b; }; b() { c; c; c; c; c; c; c; c; }; c() { d; d; d; d; d; d; d; d; }; " +
			"d() { e; e; e; e; e; e; e; e; }; e() { g; g; g; g; g; g; g; g; }; g() { aws x; }; a",
		"brackets":  "aws $A" + strings.Repeat("((", 200_000),
		"keywords":  "aws; " + strings.Repeat("if ", 300_000),
		"negations": "aws; " + strings.Repeat("! ", 300_000),
		"ternaries": "aws $((" + strings.Repeat("1?", 300_000),
		"doubled":   "aws; a=aaaaaaaaaaaaaaaa; " + strings.Repeat("a=$a$a$a$a; ", 2000),
		"many values": "aws; " + strings.Repeat("for i in {a,b}{a,b}{a,b}{a,b}{a,b}{a,b}; do eval \"$i$i$i\" $i; "+
			"done; ", 2000),
		"braces": "aws " + strings.Repeat("{a,b}", 5000),
		"gzip":   gz(strings.Repeat("aws ", maxText)),
	}
	for _, name := range race.Some(slices.Sorted(maps.Keys(hostile))) {
		give := hostile[name]
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := Embedded(give)
			if !errors.Is(err, ErrTooComplex) && !errors.Is(err, ErrTooLong) {
				t.Errorf("got error %v", err)
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	for _, tt := range append(found, bypasses...) {
		f.Add(tt.give)
	}
	for _, tt := range silent {
		f.Add(tt.give)
	}
	f.Fuzz(func(t *testing.T, text string) {
		defer fuzzing.Watch(t, len(text))()
		for _, lang := range []Language{Shell, PowerShell, Batch} {
			uses, _ := Parse("aws "+text, lang)
			Sweep(text, lang)
			if len(uses) > maxSteps*maxAlts {
				t.Errorf("%d uses", len(uses))
			}
		}
		_, _ = Args(strings.Fields(text))
		_, _ = Embedded(text)
		_, _ = Embedded("#cloud-config\nruncmd:\n - " + text)
		_, _ = Pipeline(text)
		Keys(text)
		Interpreter(text)
	})
}

func BenchmarkParseNothing(b *testing.B) {
	text := strings.Repeat("The quick brown fox jumps over the lazy dog. ", 45)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if uses, _ := Parse(text, Shell); uses != nil {
			b.Fatal("found")
		}
	}
}

func BenchmarkEmbedded(b *testing.B) {
	text := "#!/bin/bash\nset -euo pipefail\n" + strings.Repeat("if [ -f /etc/x ]; then echo \"$HOSTNAME\" | tee "+
		"/var/log/x; fi\nsystemctl enable --now app.service\n", 20) + create + "\n"
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if uses, _ := Embedded(text); len(uses) != 1 {
			b.Fatal("not found")
		}
	}
}
