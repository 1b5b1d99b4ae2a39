package facts

import (
	"encoding/base64"
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"

	"github.com/progression-labs-development/policypack/internal/detect"
	"github.com/progression-labs-development/policypack/internal/race"
	"github.com/progression-labs-development/policypack/internal/wire"
)

// textForms are the forms in which people write a secret into a text.
var textForms = []struct {
	name string
	give func(secret string) string
}{
	{"ini", func(s string) string { return "[db]\nuser = app\npassword = " + s + "\nport = 5432\n" }},
	{"properties", func(s string) string { return "db.user=app\ndb.password=" + s + "\ndb.port=5432\n" }},
	{"properties that go on", func(s string) string {
		s = strings.ReplaceAll(s, `\`, `\\`)
		return "db.password=" + s[:5] + "\\\n" + s[5:] + "\ndb.port=5432\n"
	}},
	{"dotenv", func(s string) string { return "USER=app\nDB_PASSWORD=" + s + "\nPORT=5432\n" }},
	{"dotenv in double quotes", func(s string) string { return "USER=app\nDB_PASSWORD=\"" + s + "\"\nPORT=5432\n" }},
	{"dotenv in single quotes", func(s string) string { return "export DB_PASSWORD='" + s + "'\nPORT=5432\n" }},
	{"YAML", func(s string) string { return "db:\n  user: app\n  password: " + s + "\n  port: 5432\n" }},
	{"YAML in quotes", func(s string) string { return "db:\n  password: " + quoted(s) + "\n  port: 5432\n" }},
	{"YAML in single quotes", func(s string) string {
		return "db:\n  password: '" + strings.ReplaceAll(s, "'", "''") + "'\n  port: 5432\n"
	}},
	{"YAML over two lines", func(s string) string {
		return "db:\n  password: " + strings.Replace(s, " ", "\n    ", 1) + "\n  port: 5432\n"
	}},
	{"JSON", func(s string) string { return `{"db":{"user":"app","password":` + quoted(s) + `,"port":5432}}` }},
	{"JSON in lines", func(s string) string { return "{\n  \"password\": " + quoted(s) + ",\n  \"port\": 5432\n}" }},
	{
		"a text in JSON",
		func(s string) string { return `{"command":` + quoted("deploy --password="+s) + `,"port":5432}` },
	},
	{"TOML", func(s string) string { return "[db]\npassword = " + quoted(s) + "\nport = 5432\n" }},
	{
		"an option with =",
		func(s string) string { return "#!/bin/sh\ndeploy --user app --password=" + s + " --port 5432\n" },
	},
	{"an option in quotes", func(s string) string { return "deploy --password='" + s + "' --port 5432\n" }},
	{"an option", func(s string) string { return "#!/bin/sh\ndeploy --user app --password " + s + " --port 5432\n" }},
	{"an attached option", func(s string) string { return "#!/bin/sh\nmysql -u app -p" + s + " -h db shop\n" }},
	{"an attached option in quotes", func(s string) string { return "mysql -u app -p'" + s + "' -h db shop\n" }},
	{
		"a variable before a command",
		func(s string) string { return "#!/bin/sh\nPGPASSWORD=" + s + " psql -h db shop\n" },
	},
	{"docker run", func(s string) string { return "docker run --rm -e DB_PASSWORD=" + s + " shop:1\n" }},
	{"a URL", func(s string) string { return "DATABASE_URL=postgres://app:" + s + "@db:5432/shop\n" }},
	{
		"a URL alone",
		func(s string) string { return "postgres://" + url.UserPassword("app", s).String() + "@db:5432/shop" },
	},
	{"a query", func(s string) string { return "curl https://api.example.com/v1?user=app&password=" + s + "\n" }},
	{"a query, then more", func(s string) string { return "https://api.example.com/v1?password=" + s + "&user=app" }},
	{
		"a connection string",
		func(s string) string { return "Server=db;Database=shop;User Id=app;Password=" + s + ";Encrypt=true;" },
	},
	{"a header", func(s string) string { return "GET / HTTP/1.1\nX-Api-Password: " + s + "\nAccept: */*\n" }},
	{
		"an Authorization header",
		func(s string) string { return "GET / HTTP/1.1\nAuthorization: Bearer " + s + "\nAccept: */*\n" },
	},
	{"an element", func(s string) string { return "<db>\n<user>app</user>\n<password>" + s + "</password>\n</db>\n" }},
	{"an attribute", func(s string) string { return `<add key="DbPassword" value="` + s + `" />` + "\n<add />" }},
	{"cloud-init", func(s string) string {
		return "#cloud-config\nusers:\n- name: app\n  password: " + s + "\n  shell: /bin/bash\nruncmd:\n- [ls]\n"
	}},
	{"chpasswd", func(s string) string {
		return "#cloud-config\nchpasswd:\n  list: |\n    app:" + s + "\n  expire: false\n"
	}},
	{"SQL", func(s string) string {
		return "CREATE USER app IDENTIFIED BY '" + strings.ReplaceAll(s, "'", "''") + "' ACCOUNT LOCK;\n"
	}},
	{
		"a heredoc",
		func(s string) string { return "cat > /etc/app.conf <<EOF\nuser=app\npassword=" + s + "\nEOF\nls\n" },
	},
	{"base64", func(s string) string {
		return base64.StdEncoding.EncodeToString(
			[]byte("#!/bin/sh\nexport DB_PASSWORD='" + s + "'\nexec /usr/bin/app --port 5432\n"))
	}},
}

func quoted(s string) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil {
		panic(err)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// neighbours are the characters that end a value somewhere, and some that end none.
const neighbours = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~ \t"

// Where a secret is found in a text, no rule sees six bytes of it: not there, nor of a copy of it in the same resource,
// as it is or encoded.
func TestNoRuleSeesAPiece(t *testing.T) {
	t.Parallel()
	d := testDetector(t)
	c := testCatalogue(t)
	halves := [][2]string{{"Kp7wQz4v", "Xt9mRb2y"}, {"hT5rWc8nLq", "vZ3xJd6kGs1"}}
	for _, form := range textForms {
		t.Run(form.name, func(t *testing.T) {
			t.Parallel()
			found := 0
			for _, n := range race.Some([]rune(neighbours)) {
				for _, h := range halves {
					secret := h[0] + string(n) + h[1]
					for i, props := range []resource.PropertyMap{
						{"text": resource.NewProperty(form.give(secret))},
						{"text": resource.NewProperty(form.give(secret) + "# was " + secret + "\n")},
						{
							"text":   resource.NewProperty(form.give(secret)),
							"note":   resource.NewProperty("use " + secret + " here"),
							"packed": resource.NewProperty(base64.StdEncoding.EncodeToString([]byte(secret))),
							"map": resource.NewProperty(
								resource.PropertyMap{resource.PropertyKey(secret): resource.NewProperty("a")}),
						},
					} {
						run := NewRun(wire.Stack(
							&pulumirpc.AnalyzerStackConfigureRequest{Project: "shop", Stack: "production"}),
							"2026-11-23")
						name := "b"
						if i == 2 {
							name = "b-" + secret
						}
						r, err := fromAnalyze(t, &pulumirpc.AnalyzeRequest{
							Urn: "urn:pulumi:production::shop::acme:index:Thing::" + name, Type: "acme:index:Thing",
							Name:       name,
							Properties: marshalled(t, props),
						}, c)
						if err != nil {
							t.Fatal(err)
						}
						r.Scan(run, d)
						if !sees(d, form.give(secret), h) {
							continue // what nobody finds, nobody hides
						}
						found++
						empty := ast.ObjectTerm()
						doc, err := ResourceDocument(run, Context{Settings: empty, Enabled: empty, Parameters: empty},
							r, empty)
						if err != nil {
							t.Fatal(err)
						}
						benign := form.give(strings.Repeat("\x00", 10))
						for _, text := range texts(doc) {
							if p := piece(text, benign, secret); p != "" {
								t.Errorf("%q, copies %d: a rule sees a piece of %d bytes:\n%s", n, i, len(p), text)
								break
							}
						}
					}
				}
			}
			if least := len(neighbours); found < least && !race.Enabled {
				t.Errorf("the secret is found %d times, want at least %d: the test tests nothing", found, least)
			}
		})
	}
}

// sees reports whether the detector finds the beginning of the secret in the text, plain or encoded.
func sees(d *detect.Detector, text string, halves [2]string) bool {
	for _, m := range d.Find(text, detect.Evidence{Name: "text"}) {
		if part := text[m.Start:m.End]; strings.HasPrefix(part, halves[0][:6]) ||
			!strings.Contains(text, halves[0][:6]) {
			return true
		}
	}
	return false
}

// texts are all strings of a document, keys included.
func texts(v ast.Value) []string {
	var all []string
	ast.WalkTerms(ast.NewTerm(v), func(t *ast.Term) bool {
		if s, ok := t.Value.(ast.String); ok {
			all = append(all, string(s))
		}
		return false
	})
	return all
}

// piece returns six bytes of the secret that stand in the text, as they are or in base64, empty where none do.
func piece(text, benign, secret string) string {
	plain := text
	if raw, err := base64.StdEncoding.DecodeString(text); err == nil {
		plain += "\x00" + string(raw)
	}
	for i := range len(secret) - 5 {
		if p := secret[i : i+6]; strings.Contains(plain, p) && !strings.Contains(benign, p) {
			return p
		}
	}
	return ""
}

// A token is hidden whatever stands beside it, and so is a passphrase wherever it is written again.
func TestNoRuleSeesAToken(t *testing.T) {
	t.Parallel()
	d := testDetector(t)
	c := testCatalogue(t)
	for _, secret := range []string{
		"ghp_" + "kT7xQ2mB9vR4wZ8nJ3cF6hL1pD5sG0yAeUiX", "correct horse battery staple", "kT7x Q2mB9vR4!wZ8nJ3",
	} {
		for _, form := range textForms {
			for _, n := range race.Some([]rune(neighbours + "\n")) {
				for side, text := range []string{
					form.give(secret + string(n) + "and"),
					form.give("and" + string(n) + secret),
				} {
					if side == 1 && strings.ContainsRune("\"'", n) && strings.Contains(secret, " ") {
						continue // to a shell the quote opens: the value is what the rest of the line makes of it
					}
					r, err := fromAnalyze(t, &pulumirpc.AnalyzeRequest{
						Urn: "urn:pulumi:production::shop::acme:index:Thing::b", Type: "acme:index:Thing",
						Properties: marshalled(t,
							resource.PropertyMap{"text": resource.NewProperty(text + "\n# " + secret + "\n")}),
					}, c)
					if err != nil {
						t.Fatal(err)
					}
					r.Scan(NewRun(nil, "2026-11-23"), d)
					finds := false
					for _, m := range d.Find(text, detect.Evidence{Name: "text"}) {
						found := text[m.Start:m.End]
						finds = finds || strings.Contains(found, secret[:6]) && strings.Contains(found, secret)
					}
					if !finds {
						continue
					}
					empty := ast.ObjectTerm()
					doc, err := ResourceDocument(NewRun(nil, "2026-11-23"),
						Context{Settings: empty, Enabled: empty, Parameters: empty}, r, empty)
					if err != nil {
						t.Fatal(err)
					}
					for _, text := range texts(doc) {
						if p := piece(text, form.give("and-all-that"), secret); p != "" {
							t.Errorf("%s, %q, side %d: a rule sees a piece: %s", form.name, n, side, text)
							break
						}
					}
				}
			}
		}
	}
}
