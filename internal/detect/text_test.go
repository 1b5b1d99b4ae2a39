package detect_test

import "testing"

// A text inside a literal of source code is looked into like a file of its own.
func TestTextsInLiterals(t *testing.T) {
	proveKinds(t, []kindCase{
		{
			"dotenv in Go", "a.go", "package a\n\nconst c = `\nDB_PASSWORD=«r»\nAWS_SECRET_ACCESS_KEY=«k»\nDB_USER=app\n`\n" +
				"const d = `\nDB_PASSWORD=«Gr4pejam7»\n`\n",
		},
		{"ini in Go", "a.go", "package a\n\nvar c = `[db]\n  user = app\n  password = «r»`\n"},
		{"YAML in Go", "a.go", "package a\n\nvar c = `\ndb:\n  password: «r»\n  user: app\n`\n"},
		{
			"escapes in Go", "a.go", "package a\n\nvar c = \"DB_USER=app\\nDB_PASSWORD=«r»\\n\"\n" +
				"var d = \"export DB_PASSWORD=«r»\\nrun\\n\"\nvar e = `{\"password\":\"«r»\"}`\n",
		},
		{
			"a script in TypeScript", "a.ts", "const ud = `#!/bin/bash\nexport DB_PASSWORD=«r»\n" +
				"echo \"password: «r»\" >/etc/a.yml\nmysql -u root -p«r» shop\nrun --password ${pw} --token-file K7xQ9aB2kM4Zp1\n`;\n",
		},
		{"YAML in TypeScript", "a.ts", "const y = `db:\n  password: ${pw}\n  other_password: «r»\n`;\n"},
		{"YAML in Python", "a.py", "cfg = \"\"\"\ndb:\n  password: «Gr4pejam7»\n\"\"\"\ny = '''\n[db]\npassword = «r»\n'''\n"},
		{"documentation in Python", "a.py", "def f(password):\n    \"\"\"Log in.\n\n    password: Gr4pejam7\n    \"\"\"\n"},
		{"a block in Java", "A.java", "class A {\n  String c = \"\"\"\n    db:\n      password: «r»\n    \"\"\";\n}\n"},
		{"C#", "a.cs", "var c = @\"\nDB_PASSWORD=«r»\n\";\n"},
		{"Rust", "a.rs", "const C: &str = r#\"\ndb:\n  password: «r»\n\"#;\n"},
		{"PHP", "a.php", "<?php\n$c = <<<EOT\nDB_PASSWORD=«r»\npassword: «r»\nEOT;\n"},
		{"Ruby", "a.rb", "c = <<~EOT\n  db:\n    password: «r»\nEOT\nd = <<-ENVF\n  DB_PASSWORD=«r»\nENVF\n"},
		{"a here document", "a.sh", "cat >a.yml <<EOF\ndb:\n  password: «r»\nEOF\ncat <<'X' >a.ini\n[db]\npassword = «r»\nX\n"},
		{
			"SQL in Go", "a.go", "package a\n\nconst q = `CREATE USER app WITH PASSWORD '«r»'`\n" +
				"const r = \"ALTER USER app IDENTIFIED BY '«r»'\"\nconst s = `SELECT 1 WHERE password = $1 AND a = 'K7xQ9aB2kM4'`\n",
		},
		{
			"commands in Go", "a.go", "package a\n\nvar c = exec.Command(\"sh\", \"-c\", \"app --db-password «r» --x\")\n" +
				"var d = []string{\"run\", \"-e\", \"DB_PASSWORD=«r»\", \"--api-password=«r»\"}\n" +
				"var e = []string{\"PASSWORD_FILE=/run/K7xQ9aB2kM4Zp1\", \"--password-file=/run/K7xQ9aB2kM4Zp1\"}\n",
		},
		{
			"a text of a test", "a_test.go",
			"package a\n\nconst c = `\ndb:\n  password: Gr4pejam7\n  other: x\n`\nconst d = `\npassword: «r»\nuser: app\n`\n",
		},
		{
			"texts about passwords", "a.go", "package a\n\nconst usage = `\nUsage: app [flags]\n  --password: the password (default: none1)\n" +
				"`\nconst t = `\npassword: {{ .Password1 }}\ntoken: {{ .Token }}\n`\nconst u = `type T struct {\n  password: string\n  token: uint32\n}`\n" +
				"var e = fmt.Errorf(\"password: wrong1 token=%s2\")\nvar f = \"password=\" + x1\n",
		},
		{
			"queries and styles", "a.ts", "const q = `\n  mutation L($password: String!) {\n    l(password: $password) { token }\n  }\n`;\n" +
				"const c = `\n  .password1: hover { a: b }\n`;\n// it's `password: Gr4pejam7\nconst x = 1;\n",
		},
		{"a secret in a comment between texts", "a.go", "package a\n\n// `DB_PASSWORD=Gr4pejam7\nvar c = `a`\n"},
	})
}

// An argument is the value of the flag in front of it, in a line and in a list.
func TestArguments(t *testing.T) {
	proveKinds(t, []kindCase{
		{
			"a Dockerfile", "Dockerfile", "FROM a\nCMD [\"app\", \"--db-password\", \"«r»\"]\n" +
				"ENTRYPOINT [\"app\", \"--api-password=«r»\"]\nCMD app --db-password «r»\n" +
				"CMD [\"redis-server\", \"--requirepass\", \"«r»\"]\nENTRYPOINT [\"sh\", \"-c\", \"app --db-password «r»\"]\n" +
				"CMD [\"app\", \"-e\", \"DB_PASSWORD=«r»\"]\nCMD [\"app\", \"--password\", \"$PASSWORD\"]\n" +
				"CMD [\"redis-cli\", \"-a\", \"«r»\"]\nCMD [\"app\", \"--password-file\", \"/K7xQ9aB2kM4Zp1\"]\n",
		},
		{
			"a script", "a.sh", "docker run -e DB_PASSWORD=«r» x\nhelm install x --set db.password=«r»\n" +
				"kubectl x --from-literal=password=«r»\nredis-cli -a «r» ping\nkeytool -storepass «r» -v\n" +
				"openssl enc -pass pass:«r»\necho «r» | docker login -u x --password-stdin r.acme.io\n" +
				"openssl enc -pass env:K7xQ9aB2kM4Zp1\nrun --password --user K7xQ9aB2kM4Zp1\napp --db-password '«Gr4pe$jam7»'\n" +
				"sh -c \"mysql -uroot -p«r» shop\"\necho K7xQ9aB2kM4Zp1 | run\n",
		},
		{"PowerShell", "a.ps1", "app -Password «r»\napp -Path K7xQ9aB2kM4Zp1\n"},
		{"systemd", "a.service", "[Service]\nExecStart=/a --db-password «r»\nEnvironment=DB_PASSWORD=«r»\nEnvironment=\"X_PASSWORD=«r»\" \"A=b\"\n"},
		{"a process file", "Procfile", "web: app --db-password «r»\n"},
		{"Redis", "redis.conf", "requirepass «r»\n# requirepass foobared\nmasterauth «r»\n"},
		{
			"lists of YAML", "a.yaml", "args:\n  - --db-password\n  - «r»\n  - --token-file\n  - /run/K7xQ9aB2kM4Zp1\n" +
				"  - \"--password\"\n  - $(PASSWORD)\ncommand: [\"redis-cli\", \"-a\", \"«r»\"]\n" +
				"entrypoint: redis-server --requirepass «r»\nwords: [\"password\", \"K7xQ9aB2kM4Zp1\"]\n",
		},
		{"a list of JSON", "a.json", "{\"command\": [\"app\", \"--db-password\",\n\"«r»\"],\n\"scripts\": {\"a\": \"app --db-password «r»\"}}\n"},
		{"a list in code", "a.ts", "const c = { command: [\"app\", \"--db-password\", \"«r»\"], args: [\"--password=«r»\"] };\n"},
	})
}
