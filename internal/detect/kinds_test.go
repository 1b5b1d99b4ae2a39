package detect_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/progression-labs-development/policypack/internal/detect"
	"github.com/progression-labs-development/policypack/internal/detect/formats"
)

// kindCase is a file with secrets on some of its lines. «r» stands for a random password, «h» for hexadecimal digits,
// «u» for a UUID and «k» for a secret key of AWS; any other text in such quotes stands for itself. A line with one of
// them holds a secret, and any other holds none. AKID stands for an access key id.
type kindCase struct{ name, file, text string }

// fill puts values in and returns the lines that hold secrets.
func (c kindCase) fill() (text string, lines []int) {
	s := formats.Maker{Rand: rand.New(rand.NewPCG(5, 1))}
	var b strings.Builder
	for i, line := range strings.SplitAfter(strings.ReplaceAll(c.text, "AKID", "AKIA"+s.Of(formats.SetUpper, 16)), "\n") {
		if strings.Contains(line, "«") {
			lines = append(lines, i+1)
		}
		for strings.Contains(line, "«") {
			before, rest, _ := strings.Cut(line, "«")
			of, after, _ := strings.Cut(rest, "»")
			switch of {
			case "r":
				of = "7"
				for range 5 {
					of += s.Of("BCDFGHJKMNPQRSTVWXZ", 1) + s.Of(formats.SetDigits, 1) + s.Of("bcdfghjkmnpqrstvwxz", 2)
				}
			case "h":
				of = s.Of(formats.SetHex, 32)
			case "u":
				of = strings.Join([]string{
					s.Of(formats.SetHex, 8), s.Of(formats.SetHex, 4), s.Of(formats.SetHex, 4),
					s.Of(formats.SetHex, 4), s.Of(formats.SetHex, 12),
				}, "-")
			case "k":
				of = "Aa0" + s.Of(formats.SetAlnum, 36) + "/"
			}
			line = before + of + after
		}
		b.WriteString(line)
	}
	return b.String(), lines
}

// proveKinds reports files in which the lines of secrets are not those that are found.
func proveKinds(t *testing.T, cases []kindCase) {
	t.Helper()
	d := detector(t, detect.Options{})
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			text, want := c.fill()
			var got []int
			for _, m := range d.File(c.file, []byte(text)) {
				if n := len(got); n == 0 || got[n-1] != m.Line {
					got = append(got, m.Line)
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s: lines with secrets: mismatch (-want +got)\n%s\n%s", c.file, diff, c.text)
			}
		})
	}
}

// A folder called test is an environment where settings of environments are, and a sample elsewhere.
func TestEnvironmentsAreNoSamples(t *testing.T) {
	weak := "S0me" + "r@ndom7"
	for text, names := range map[string]map[string]int{
		"db_password = \"" + weak + "\"\n": {
			"environments/test/terraform.tfvars": 1, "envs/demo/eu.tfvars": 1, "acceptance.auto.tfvars": 1,
			"live/envs/test/main.tf": 1, "stacks/demo/main.tf": 1, "test/integration/main.tf": 0,
			"examples/complete/terraform.tfvars": 0, "docs/terraform.tfvars": 0, "test/fixtures/a.tfvars": 0,
			"terraform.tfvars.example": 0,
		},
		"db_password: " + weak + "\n": {
			"environments/test/values.yaml": 1, "charts/shop/values-test.yaml": 1, "group_vars/test.yml": 1,
			"inventories/test/group_vars/all.yml": 1, "host_vars/demo.acme.io.yml": 1, "overlays/test/secret.yaml": 1,
			"test/values.yaml": 0, "test/config.yaml": 0, "overlays/docs/a.yaml": 0,
			"charts/shop/examples/values.yaml": 0,
		},
	} {
		for name, want := range names {
			if got := detector(t, detect.Options{}).File(name, []byte(text)); len(got) != want {
				t.Errorf("%s: %d matches, want %d", name, len(got), want)
			}
		}
	}
}

// A host below one of illustrations is that of somebody, and such a host itself is not.
func TestHostsOfIllustrations(t *testing.T) {
	proveKinds(t, []kindCase{
		{
			"in settings", "config.yaml", "a: postgres://app:«S0me7r@ndom»@db.example.org:5432/a\n" +
				"b: postgres://app:hunter2x@example.org/a\nc: postgres://app:«r»@example.com/a\n",
		},
		{
			"in code", "main.go", "a := \"postgres://app:hunter22@db.example.org/a\"\n" +
				"b := \"amqp://a:«r»@mq.example.com\"\n",
		},
		{
			"in a manual", "docs/a.md",
			"`postgres://app:hunter2x@db.example.org`\nhttps://a:Kq7RbqT2xV" + "w9Lk4@example.com\n",
		},
	})
}

// A working directory has the name of a password.
func TestWorkingDirectories(t *testing.T) {
	proveKinds(t, []kindCase{
		{"JSON", "a.json", `{"pwd":"/tmp/run-7f3a91bc-99182736","b":{"pwd":"C:\\w\\7f3aQ9x2bc"}}` + "\n"},
		{"one folder", "a.json", `{"pwd":"/7f3a91bc-99182736"}` + "\n"},
		{"relative", "a.yaml", "pwd: ./run-7f3a91bc-99182736\noldPwd: ~/7f3aQ9x2bc1\ncwd: /x/7f3aQ9x2bc1\n"},
		{"shell", "a.sh", "export PWD=/tmp/tmp.7f3aQ9x2bc\nOLDPWD=\"/builds/8xQq2Wm4/0/acme\"\n"},
		{"passwords", "a.env", "DB_PWD=«/7f3aQ9x+2bcZ8»\nPWD=«r»\n"},
	})
}

// An access key id is no secret, and what stands beside it is.
func TestAccessKeyPairs(t *testing.T) {
	proveKinds(t, []kindCase{
		{"list", "NOTES.md", "- Key: `AKID`\n- Secret: `«k»`\n"},
		{"table", "NOTES.md", "| id | key |\n|---|---|\n| AKID | «k» |\n"},
		{"the console's", "a_accessKeys.csv", "\ufeffUser name,Access key id,Secret access key\njane,AKID,«k»\n"},
		{"raw string of a test", "a_test.go", "package a\nconst c = `\n[x]\n  id = AKID\n  key = «k»\n`\n"},
		{"escapes", "a.go", `var c = "[x]\nid = AKID\nkey = «k»\n"` + "\n"},
		{"the key first", "a.ts", "const a = { x: '«k»', id: 'AKID' };\n"},
		{"an id alone", "a.md", "id AKID of commit 3ebf21f8e5d1ab86b27a720842c3bb563ebf21f8\n"},
	})
}

// What people write in place of a value is none.
func TestStandIns(t *testing.T) {
	proveKinds(t, []kindCase{
		{
			"serials", "a.env", "API_TOKEN=KL12-MN34-OP56-QR78\nLICENSE_SECRET=ABCD-1234-EFGH-5678\n" +
				"B_TOKEN=AAAA-BBBB-CCCC\n",
		},
		{
			"phrases", "a.yaml",
			"password: if_you_see_this_it_broke_1\npassword: correct-horse-battery-1\npassword: «r»\n",
		},
		{
			"a key of words", "a.py", "k = '''-----BEGIN RSA PRIVATE" + " KEY-----\n" +
				strings.Repeat("MIIEpAIBAAPutYourOwnPrivateKeyHereAndNotThisOne\n", 2) +
				"-----END RSA PRIVATE" + " KEY-----'''\n",
		},
	})
}
