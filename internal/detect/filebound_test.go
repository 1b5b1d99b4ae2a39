package detect

import (
	"strings"
	"testing"

	"github.com/progression-labs-development/policypack/internal/detect/file"
	"github.com/progression-labs-development/policypack/internal/dialect"
	"github.com/progression-labs-development/policypack/internal/race"
)

// The work on a file grows with its length, whatever its kind: see TestLinear.
func TestFileLinear(t *testing.T) {
	d, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	units := []string{
		"password", "password=", "password: ", "password: \"", "password: \"hunter2x\" + ", "\"password\":\"",
		"password password password ", "passwordpassword", "token.", "key_", "password = \"a\"\n",
		"// password = \"hunter2x\"\n",
		" // password = \"hunter2x\"", "/*\npassword = \"hunter2x\"\n", "'''", "password='hunter2x'\n'''\n",
		"secretsecret=", "name: password\n", "{\"name\": \"password\", \"value\": \"", "name=\"password\" value=\"",
		"<password>", "<name>password</name>",
		"variable \"password\" {\n", "variable \"password\" { default", ";password=", "a=b;password=", "?password=",
		"://?password=", " host=a password=", " -p", "mysql -p", " -pa", "Y '", "IDENTIFIED BY '",
		"mysql -phunter2x ", "curl -u a:b ",
		"--password ", "password {", "password { get; set; } = ", "password string = ", "password: &'static str = ",
		"ENV password ", "setPassword(\"", "setenv(\"password\", \"", "\\\"password\\\": \\\"", "password\n",
		"password\t", "\xff\xfe", "://", "http://a:b", "&sig=", "-----BEGIN ",
		"eyJ", "a:b@tcp(", "password='" + strings.Repeat("a1", 30), "x password: a1b2c3d4e5f6g7h8 ", "$pw = ",
		"ConvertTo-SecureString ", "data: \"cGFzc3dvcmQ9aHVudGVyMng7cGFzc3dvcmQ9aHVudGVyMng=\"\n",
	}
	names := []string{
		"a.go", "a.py", "a.yaml", "a.env", "a.md", "a.xml", "a.sql", "Dockerfile", "a.properties", "a.tf",
		"test/a.go", ".netrc",
	}
	for i, unit := range race.Some(units) {
		for j, name := range names {
			measure := func(n int) float64 {
				text := strings.Repeat(unit, n/len(unit)+1)[:n]
				s := newScan(d, text)
				f := fileScan{Source: file.New(name, dialect.Of(name), &s.Cursor), s: &s}
				s.file = &f
				f.look()
				return float64(s.Work) / float64(n)
			}
			n := 64 << 10
			if (i+j)%24 == 0 {
				n = 1 << 20
			}
			small, large := measure(16<<10), measure(n)
			if large > 2*small+8 || large > 400 {
				t.Errorf("%s of %.30q: %.0f bytes looked at for each byte of 16 KB, %.0f of %d", name, unit, small,
					large, n)
			}
		}
	}
}
