package detect_test

import (
	"strings"
	"testing"

	"github.com/progression-labs-development/policypack/internal/detect"
)

// What stands in a template as it is counts like any literal: a default, and what stands beside what is filled in.
func TestLiteralsInTemplates(t *testing.T) {
	proveKinds(t, []kindCase{
		{
			"compose", "docker-compose.yml", "services:\n  db:\n    environment:\n" +
				"      A_PASSWORD: ${A_PASSWORD:-«r»}\n      B_PASSWORD: \"${B_PASSWORD:=«r»}\"\n" +
				"      C_PASSWORD: ${C_PASSWORD-«r»}\n      D_PASSWORD: ${A_PASSWORD:-${B_PASSWORD:-«r»}}\n" +
				"      E_PASSWORD: ${E_PASSWORD:?is not set, see 7f3aQ9x2bcM1}\n      F_PASSWORD: ${F_PASSWORD:-}\n" +
				"      G_PASSWORD: ${G_PASSWORD:-postgres1}\n",
		},
		{
			"shell", "run.sh", "export DB_PASSWORD=${DB_PASSWORD:-«r»}\n: \"${API_PASSWORD:=«r»}\"\n" +
				"PASSWORD=\"${1:-«r»}\"\nPASSWORD=«r»-${STAGE}\nPASSWORD=${PASSWORD:-$(pw show db-Q7x9aB2k)}\n" +
				"PASSWORD=\"app-$STAGE\"\nPASSWORD=${PASSWORD%%-Q7x9aB2kM4}\n",
		},
		{
			"Spring", "application.properties", "a.password=${DB_PASSWORD:«r»}\nb.password=${B_PASSWORD}\n" +
				"c.password=${env:C7xQ9aB2kM4Zp1}\nd.password=${D:${E:«r»}}\n",
		},
		{
			"Helm", "templates/config.yaml", "data:\n  password: {{ .Values.password | default \"«r»\" }}\n" +
				"  password: {{ default \"«r»\" .Values.password | b64enc | quote }}\n" +
				"  password: {{ coalesce .Values.a .Values.b \"«r»\" }}\n  password: {{ ternary \"«r»\" .a .b }}\n" +
				"  password: {{ required \"K7xQ9aB2kM4Zp1w\" .Values.p }}\n  password: {{ include \"K7xQ9aB2kM4Zp1\" . }}\n",
		},
		{
			"Jinja", "app.yml.j2", "db_password: \"{{ vault_password | default('«r»', true) }}\"\n" +
				"x_password: \"{{ lookup('env', 'K7xQ9aB2kM4Zp1w') }}\"\n",
		},
		{
			"HCL", "main.tf", "a {\n  password = var.p != \"\" ? var.p : \"«r»\"\n  password = coalesce(var.p, \"«r»\")\n" +
				"  password = \"«r»-${var.stage}\"\n  password = var.s == \"K7xQ9aB2kM4Zp1\" ? var.p : var.q\n" +
				"  password = join(var.p, \"K7xQ9aB2kM4Zp1w\")\n}\n",
		},
		{
			"TypeScript", "a.ts", "const p = cfg.get(\"dbPassword\") ?? \"«r»\";\n" +
				"const q = cfg.get(\"dbPassword\")\n  ?? \"«r»\";\nconst password = prod ? cfg.require(\"pw\") : \"«r»\";\n" +
				"const dbPassword = `«r»-${stage}`;\nconst dbPassword = `${a}-${b}`;\n" +
				"const t = get(\"dbPassword\") ?? get(\"K7xQ9aB2kM4Zp1\");\nconst o = { password: `${x}`, y: \"K7xQ9aB2kM4\" };\n",
		},
		{
			"Python", "a.py", "p = os.environ.get(\"DB_PASSWORD\") or \"«r»\"\npassword = x if x else \"«r»\"\n" +
				"password = f\"«r»-{stage}\"\npassword = f\"{a}-{b}\"\nPW = config(\"DB_PASSWORD\", default=\"«r»\")\n",
		},
		{
			"others", "a.rb", "p = ENV.fetch(\"DB_PASSWORD\") { \"«r»\" }\npassword = \"«r»-#{stage}\"\n" +
				"password = \"#{a}-#{b}\"\n",
		},
		{"Go", "a.go", "var p = cmp.Or(os.Getenv(\"DB_PASSWORD\"), \"«r»\")\nvar q = x.Sub(get(\"password\"), \"K7xQ9aB2kM4Zp\")\n"},
		{"Rust", "a.rs", "let p = env::var(\"DB_PASSWORD\").unwrap_or(\"«r»\".to_string());\n"},
		{"Kotlin", "A.kt", "val p = System.getenv(\"DB_PASSWORD\") ?: \"«r»\"\n"},
	})
}

// The same holds for the strings of a program: user data, config maps, environments.
func TestLiteralsInTemplatesOfStrings(t *testing.T) {
	d := detector(t, detect.Options{})
	random := "K7xQ9aB2" + "kM4Zp1w"
	for _, tt := range []struct{ name, key, text, want string }{
		{"environment", "DB_PASSWORD", "${DB_PASSWORD:-" + random + "}", random},
		{"a weak default", "DB_PASSWORD", "${DB_PASSWORD:-hunter2}", "hunter2"},
		{"user data", "userData", "#!/bin/sh\nexport DB_PASSWORD=${DB_PASSWORD:-" + random + "}\n", random},
		{"config map", "application.properties", "a=b\ndb.password=${DB_PASSWORD:" + random + "}\n", random},
		{"tail", "password", random + "-${stage}", random},
		{"a name in front of a template", "password", "orders-${stage}", ""},
		{"a host behind a template", "connectionString", "postgres://a:${PW}@K7xQ9aB2kM4Zp1w.internal/a", ""},
		{"no default", "password", "${DB_PASSWORD:?}", ""},
		{"an empty default", "password", "${DB_PASSWORD:-}", ""},
		{"a placeholder as default", "password", "${DB_PASSWORD:-changeme}", ""},
		{"a path as default", "password", "${DB_PASSWORD:-/run/secrets/db}", ""},
		{"default in a default", "DB_PASSWORD", "${A:-${B:" + random + "}}", random},
		{"default of Serverless", "password", "${env:DB_PASSWORD, 'hunter2'}", "hunter2"},
		{"no default of Serverless", "password", "${cf:shop.Password, ''}", ""},
		{"a reference as default of Serverless", "password", "${ssm:/shop/db, env:DB_PASSWORD}", ""},
		{"a call", "password", "coalesce(var.p, \"" + random + "\")", random},
		{"a call of references", "password", "coalesce(var.p, var.q)", ""},
		{"a call with a key", "password", "lookup(var.p, \"" + random + "\")", ""},
		{"an expression of ARM", "password", "[coalesce(parameters('p'), '" + random + "')]", random},
		{"a reference of ARM", "password", "[listKeys('" + random + "', '2021-01-01').keys[0].value]", ""},
		{"Helm", "password", "{{ .Values.p | default \"" + random + "\" }}", random},
		{"Helm without a default", "password", "{{ .Values.p }}", ""},
		{"tail behind a command", "password", random + "$(STAGE)", random},
		{"parts beside a template", "password", "Gr4pe${x}jam7qZ", "Gr4pe${x}jam7qZ"},
		{"names beside templates", "password", "k8s-${env}-db01", ""},
		{"a year beside templates", "password", "${project}-${env}-2031", ""},
		{"a word and a year", "password", "Winter${env}2031!", ""},
		{"variable", "password", "${var.x}", ""},
		{"command", "password", "$(pw show db-" + random + ")", ""},
		{"command in backticks", "run", "DB_PASSWORD=`cat /run/secrets/db`", ""},
		{"a part of an ARN", "password", "arn:${partition}:secretsmanager:eu-west-1:1:secret:shop/" + random, ""},
		{"a part of a path", "password", "vault:secret/data/${env}/" + random, ""},
		{"interpolation of Python", "password", "%(DB_PASSWORD)s", ""},
		{"variable of Grafana", "password", "$__file{/etc/secrets/" + random + "}", ""},
		{"no template: a bracket", "password", "Gr4pe(jam)7", "Gr4pe(jam)7"},
		{"no template: a sign", "password", "Gr4pe$jam7", "Gr4pe$jam7"},
		{"no template: no end", "password", "Gr4pe$(jam7!", "Gr4pe$(jam7!"},
		{"no template: no brace", "password", "Gr4pe${jam7!", "Gr4pe${jam7!"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := ""
			for _, m := range d.Find(tt.text, detect.Evidence{Name: tt.key}) {
				got += tt.text[m.Start:m.End]
			}
			if got != tt.want {
				t.Errorf("got a span of %d bytes, want %d", len(got), len(tt.want))
			}
		})
	}
}

// Documents in strings are told by their first lines: TOML, HCL and files of settings as YAML is.
func TestSettingsInStrings(t *testing.T) {
	d := detector(t, detect.Options{})
	random := "K7xQ9aB2" + "kM4Zp1w"
	for _, tt := range []struct{ name, text, want string }{
		{"TOML on several lines", "password = '''\n" + random + "'''\n", random},
		{"a table of TOML", "[db]\nuser = \"a\"\npassword = \"\"\"\n" + random + "\"\"\"\n", random},
		{"an inline table", "[db]\npassword = { value = \"" + random + "\" }\n", random},
		{"a table under a name", "a = 1\n[db.password]\nvalue = \"" + random + "\"\n", random},
		{"tables of TOML", "[[users]]\nname = \"a\"\npassword = 'Gr4pe$jam7'\n", "Gr4pe$jam7"},
		{"a default in TOML", "[db]\npassword = \"${DB_PASSWORD:-" + random + "}\"\n", random},
		{"a template in TOML", "[db]\npassword = \"${DB_PASSWORD}\"\n", ""},
		{"a variable of HCL", "variable \"db_password\" {\n  default = \"" + random + "\"\n}\n", random},
		{"a block of HCL", "locals {\n  db_password = \"" + random + "\"\n}\n", random},
		{"a reference in HCL", "resource \"a\" \"b\" {\n  password = random_password.K7xQ9aB2kM4.result\n}\n", ""},
		{"braces that are no HCL", "http {\n  set $password \"" + random + "\";\n}\n", ""},
		{"ini", "; a\n[db]\npassword = Gr4pe$jam7\n", "Gr4pe$jam7"},
		{"brackets in ini", "[db]\npassword = s{ea}w33d(9\n", "s{ea}w33d(9"},
		{"a colon in ini", "[db]\npassword : " + random + "\n", random},
		{"a comment behind it", "[db]\npassword = Gr4pe(jam)7 ; old\n", "Gr4pe(jam)7"},
		{"a default in ini", "[db]\npassword = {{ pw | default('" + random + "') }}\n", random},
		{"pairs in ini", "[databases]\nshop = host=db user=app password=" + random + " dbname=a\n", random},
		{"a comment of ini", "[db]\n; password = " + random + "\n", ""},
		{"a file of ini", "[db]\npassword_file = /run/secrets/db\npassword = /run/secrets/db\n", ""},
		{"a sentence in ini", "[db]\npassword = the password of the user 1\n", ""},
		{"interpolation in ini", "[db]\npassword = %(DB_PASSWORD)s\n", ""},
		{"Grafana", "[security]\nadmin_password = $__env{GF_ADMIN_PASSWORD}\n", ""},
		{"code", "import os\npassword = cfg('a7')['x']\n", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := ""
			for _, m := range d.Find(tt.text, detect.Evidence{Name: "a"}) {
				got += strings.TrimSpace(tt.text[m.Start:m.End])
			}
			if got != tt.want {
				t.Errorf("got a span of %d bytes, want %d", len(got), len(tt.want))
			}
		})
	}
}

// In files whose values are no code, a sign that begins a template elsewhere is part of a password.
func TestPasswordsWithSignsOfTemplates(t *testing.T) {
	var cases []kindCase
	for _, v := range strings.Fields("Gr4pe$jam7 s{ea}w33d(9 m<Y9>zQ2m!a b[8]Kq2&mZ! c9\\kQz7!w w`W3e$R5t7 $Gr4pejam9! " +
		"$up3rS3cr3t!") {
		cases = append(cases,
			kindCase{v, "a.ini", "[db]\npassword = «" + v + "»\n"},
			kindCase{v, "a.properties", "db.password=«" + v + "»\n"},
			kindCase{v, ".env", "DB_PASSWORD=«" + v + "»\n"},
			kindCase{v, "a.sql", "CREATE USER a IDENTIFIED BY '«" + v + "»';\n"},
		)
	}
	for _, v := range strings.Fields("${X} $(cmd7) {{x7}} <your-password7> %s $X7 %PASSWORD7% {password7} @password7@ " +
		"#{x9} __PW7__ %(pw9)s `pw9` {0} pw9(x)") {
		cases = append(cases,
			kindCase{v, "a.ini", "[db]\npassword = " + v + "\n"},
			kindCase{v, "a.properties", "db.password=" + v + "\n"},
			kindCase{v, ".env", "DB_PASSWORD=" + v + "\n"},
			kindCase{v, "a.sql", "CREATE USER a IDENTIFIED BY '" + v + "';\n"},
		)
	}
	proveKinds(t, cases)
}

// Files are known by their names in which no name stands beside a value.
func TestKnownFiles(t *testing.T) {
	proveKinds(t, []kindCase{
		{"PostgreSQL", ".pgpass", "# host:port:db:user:pw\ndb.acme.io:5432:shop:app:«r»\n*:*:*:a\\:b:«hunter2x»\na:1:b:c:postgres\n"},
		{"Rails", "config/master.key", "«h»\n"},
		{"an environment of Rails", "config/credentials/production.key", "«h»"},
		{"another key", "config/other.key", "3ebf21f8e5d1ab86b27a720842c3bb56\n"},
		{"npm", ".npmrc", "//npm.acme.dev/:_authToken=«u»\n//npm.acme.dev/:_authToken=${TOKEN}\n"},
		{"WordPress", "wp-config.php", "<?php\ndefine( 'DB_PASSWORD', '«r»' );\ndefine( 'AUTH_KEY',   " +
			"'«w3@cG ZJfOb2PU);AZgYH5,ubbSlUp|ZnLZNlq|;tkFe5xc(=_0[LKbF71T.EE ~9»' );\n" +
			"define( 'NONCE_SALT', 'put your unique phrase here' );\n"},
		{"mail", ".msmtprc", "account a\nuser x\npassword «r»\n"},
	})
}
