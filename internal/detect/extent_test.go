package detect_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/progression-labs-development/policypack/internal/detect"
)

func TestExtents(t *testing.T) {
	t.Parallel()
	d := detector(t, detect.Options{})
	token := "ghp_" + strings.Repeat("aB3dE5fG7h", 4)[:36]
	for _, tt := range []struct{ name, give, want string }{
		{
			"an ini value with an ampersand", "user = app\npassword = Abc4xyz&Def5uvw\nport = 1\n",
			"user = app\npassword = [secret]\nport = 1\n",
		},
		{
			"an ini value with blanks and quotes", "password = Abc4xyz \"Def5uvw\nport = 1\n",
			"password = [secret]\nport = 1\n",
		},
		{"a quoted value", `password = "Abc4xyz;Def5uvw" # why`, `password = "[secret]" # why`},
		{"a quote inside a quoted value", `password = "Abc4xyz"Def5uvw" # why`, `password = "[secret]" # why`},
		{"a quote that is written twice", "password: 'Abc4xyz''Def5uvw'\nport: 1", "password: '[secret]'\nport: 1"},
		{"an option", "deploy --password=Abc4xyz;Def5uvw --verbose", "deploy --password=[secret]"},
		{
			"an option in quotes", "deploy --password='Abc4xyz;Def5uvw' --verbose",
			"deploy --password='[secret]' --verbose",
		},
		{
			"a query", "https://api.example.com/v1?password=Abc4xyz&Def5uvw",
			"https://api.example.com/v1?password=[secret]",
		},
		{
			"a variable of a container", "docker run -e DB_PASSWORD=Abc4xyz,Def5uvw app",
			"docker run -e DB_PASSWORD=[secret]",
		},
		{"a variable in front of a command", "PGPASSWORD=Abc4xyz&Def5uvw psql -h db", "PGPASSWORD=[secret]"},
		{"a string of JSON", `{"a":{"password":"Abc4xyz;Def5uvw"},"b":"c"}`, `{"a":{"password":"[secret]"},"b":"c"}`},
		{
			"a connection string in JSON", `{"dsn":"Server=db;Password=Abc4xyz;Def5uvw","b":"c"}`,
			`{"dsn":"Server=db;Password=[secret]","b":"c"}`,
		},
		{"a plain scalar that goes on", "password: Abc4xyz\n  Def5uvw\nport: 1\n", "password: [secret]\nport: 1\n"},
		{
			"an item of a sequence", "users:\n- password: Abc4xyz&1\n  name: app\n",
			"users:\n- password: [secret]\n  name: app\n",
		},
		{
			"a line that goes on behind a backslash", "password=Abc4xyz\\\nDef5uvw\nport=1\n",
			"password=[secret]\nport=1\n",
		},
		{
			"a command that goes on behind a backslash", "psql --password=Abc4xyz \\\n  --host db\n",
			"psql --password=[secret]\n  --host db\n",
		},
		{
			"an element", "<a><password>Abc4xyz&amp;Def5uvw</password><b>c</b></a>",
			"<a><password>[secret]</password><b>c</b></a>",
		},
		{
			"an attribute", `<add key="password" value="Abc4xyz;Def5uvw" /><b/>`,
			`<add key="password" value="[secret]" /><b/>`,
		},
		{
			"a statement", "CREATE USER app IDENTIFIED BY 'Abc4xyz;Def5uvw' ACCOUNT LOCK",
			"CREATE USER app IDENTIFIED BY '[secret]' ACCOUNT LOCK",
		},
		{"a URL", "postgres://app:Abc4xyz&Def5uvw@db:5432/shop", "postgres://app:[secret]@db:5432/shop"},
		{
			"a URL with an at sign behind a slash", "postgres://app:Abc4xyz@1/Def5uvw@db:5432/shop",
			"postgres://app:[secret]@db:5432/shop",
		},
		{"a token in a URL", "https://x:" + token + "@github.com/acme/shop", "https://x:[secret]@github.com/acme/shop"},
		{"a token in a sentence", "the token " + token + " is old", "the token [secret] is old"},
		{"a token with more behind it", "the token " + token + "&Def5uvw is old", "the token [secret] is old"},
		{"a token under a name", "token = " + token + " Def5uvw\nport = 1", "token = [secret]\nport = 1"},
		{"a token in quotes", `aws_x.y["` + token + `"]`, `aws_x.y["[secret]"]`},
		{
			"a header", "Authorization: Bearer " + "aB3dE5fG7hJ9kL1mN3pQ5rS7 Def5uvw\nAccept: */*",
			"Authorization: Bearer [secret]\nAccept: */*",
		},
		{"a key in JSON", `{"` + token + `":"a"}`, `{"[secret]":"a"}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			matches := d.Find(tt.give, detect.Evidence{Name: "text"})
			if len(matches) == 0 {
				t.Fatal("nothing is found")
			}
			spans := detect.Extents(tt.give, matches)
			var b strings.Builder
			end := 0
			for _, s := range spans {
				if s.Start < end {
					end = max(end, s.End)
					continue
				}
				b.WriteString(tt.give[end:s.Start] + detect.Hidden)
				end = s.End
			}
			if diff := cmp.Diff(tt.want, b.String()+tt.give[end:]); diff != "" {
				t.Errorf("mismatch (-want +got)\n%s", diff)
			}
		})
	}
}
