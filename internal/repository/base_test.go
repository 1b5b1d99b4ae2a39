package repository_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/progression-labs-development/policypack/internal/facts"
	"github.com/progression-labs-development/policypack/internal/repository"
)

// pending reads a file that was changed and says of its comments which the base does not have.
func pending(t *testing.T, name, before, after string) (got []bool) {
	t.Helper()
	o := repository.Options{Detector: detector(t), Base: tree(t, map[string]string{"other.txt": "x", name: before})}
	if before == "" {
		o.Base = tree(t, map[string]string{"other.txt": "x"})
	}
	_, err := repository.Read(context.Background(), tree(t, map[string]string{name: after}), o,
		func(f *facts.File) error {
			for _, a := range f.Allows {
				got = append(got, a.Pending)
			}
			return nil
		})
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestCommentsOfTheBase(t *testing.T) {
	const line = "password = \"@password@\" # policypack:allow committed-secret: a demo\n"
	key := func(fill string) string {
		return "# policypack:allow committed-secret: a demo\n-----BEGIN RSA " + "PRIVATE KEY-----\n" +
			strings.Repeat(fill+"\n", 6) + "-----END RSA " + "PRIVATE KEY-----\n"
	}
	const oidc = "jobs:\n  a:\n    runs-on: x\n    steps:\n" +
		"      - uses: aws-actions/configure-aws-credentials@v4 # policypack:allow workflow-oidc: no OIDC there\n    " +
		"    with:\n          "
	for _, tt := range []struct {
		name          string
		file          string
		before, after string
		want          []bool
	}{
		{"the same", "a.py", line, line, []bool{false}},
		{
			"the same further down, with other ends of lines", "a.py", line,
			"x = 1\r\n" + strings.TrimSpace(line) + "\r\n",
			[]bool{false},
		},
		{"no such file", "a.py", "", line, []bool{true}},
		{"no such comment", "a.py", "password = \"@password@\"\n", line, []bool{true}},
		{"another reason", "a.py", line, strings.Replace(line, "a demo", "why not", 1), []bool{true}},
		{
			"another policy", "a.py", line, strings.Replace(line, "committed-secret", "secret-cli-command", 1),
			[]bool{true},
		},
		{"another value", "a.py", line, strings.Replace(line, "@password@", "@aws@", 1), []bool{true}},
		{
			"moved to another line", "a.py", "# policypack:allow a: b\nx = 1\n", "x = 1\n# policypack:allow a: b\ny = 2\n",
			[]bool{true},
		},
		{"one more", "a.py", line, line + strings.Replace(line, "password =", "dbPassword =", 1), []bool{false, true}},
		{
			"the same secret of several lines", "a.pem",
			key("MIIEowIBAAKCAQEAu1SU1LfVLPHCozMxH2Mo4lgOEePzNm0tRgeLezV6ffAt0gun"),
			key("MIIEowIBAAKCAQEAu1SU1LfVLPHCozMxH2Mo4lgOEePzNm0tRgeLezV6ffAt0gun"),
			[]bool{false},
		},
		{
			"another secret behind the same first line", "a.pem",
			key("MIIEowIBAAKCAQEAu1SU1LfVLPHCozMxH2Mo4lgOEePzNm0tRgeLezV6ffAt0gun"),
			key("MIIEpAIBAAKCAQEA3Tz2mr7SZiAMfQyuvBjM9Oi2fPEgnhG7Wzv1VqtI8Xa9Qx0z"),
			[]bool{true},
		},
		{
			"another command behind the same first line", "a.sh",
			"# policypack:allow secret-cli-command: a demo\naws secretsmanager \\\n  delete-secret --secret-id a\n",
			"# policypack:allow secret-cli-command: a demo\naws secretsmanager \\\n  create-secret --name a\n",
			[]bool{true},
		},
		{
			"other inputs of the same login", ".github/workflows/a.yml",
			oidc + "aws-access-key-id: ${{ secrets.A }}\n", oidc + "aws-secret-access-key: ${{ secrets.B }}\n",
			[]bool{true},
		},
		{
			"the same value under another key", "Pulumi.dev.yaml",
			"config:\n  shop:db:\n    password: @password@ # policypack:allow plaintext-secret-config: a demo\n",
			"config:\n  shop:api:\n    password: @password@ # policypack:allow plaintext-secret-config: a demo\n",
			[]bool{true},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := pending(t, tt.file, tt.before, tt.after)
			if len(got) != len(tt.want) {
				t.Fatalf("got %v, want %v", got, tt.want)
			}
			for i := range got {
				if got[i] != tt.want[i] {
					t.Errorf("got %v, want %v", got, tt.want)
				}
			}
		})
	}
}

// A link in the base leads nowhere, least of all to the file that is judged.
func TestLinkInTheBase(t *testing.T) {
	head := tree(t, map[string]string{"a/b.py": "x = 1 # policypack:allow committed-secret: a demo\n"})
	base := t.TempDir()
	if err := os.Symlink(filepath.Join(head, "a"), filepath.Join(base, "a")); err != nil {
		t.Skipf("no links here: %v", err)
	}
	_, err := repository.Read(context.Background(), head, repository.Options{Detector: detector(t), Base: base},
		func(f *facts.File) error {
			if !f.Allows[0].Pending {
				t.Error("the base has the comment, want it not to be found behind a link")
			}
			return nil
		})
	if err != nil {
		t.Fatal(err)
	}
}

func TestBaseThatIsNone(t *testing.T) {
	dir := tree(t, map[string]string{"a.py": "x = 1\n"})
	for base, want := range map[string]string{
		filepath.Join(dir, "gone"): "no such file", filepath.Join(dir, "a.py"): "expected a directory",
		dir: "this is the checked directory itself",
	} {
		_, err := repository.Read(context.Background(), dir, repository.Options{Detector: detector(t), Base: base}, nil)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("base %s: got %v, want %q", filepath.Base(base), err, want)
		}
	}
}
