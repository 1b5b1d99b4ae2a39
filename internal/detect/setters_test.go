package detect_test

import "testing"

// What a call sets, takes or exports under a name is the name's value.
func TestSettersAndSinks(t *testing.T) {
	proveKinds(t, []kindCase{
		{
			"Python", "a.py", "os.environ.setdefault(\"DB_PASSWORD\", \"«r»\")\nos.environ[\"DB_PASSWORD\"] = \"«r»\"\n" +
				"pulumi.export('db_password', '«r»')\npulumi.export(\"db_password\", pulumi.Output.secret(\"«r»\"))\n" +
				"config.set(\"db\", \"password\", \"«r»\")\nkeyring.set_password(\"svc\", \"app\", \"«r»\")\n" +
				"pulumi.export(\"password_id\", \"K7xQ9aB2kM4Zp1w\")\nassert_equal(\"password\", \"K7xQ9aB2kM4Zp1w\")\n" +
				"fields = [\"password\", \"K7xQ9aB2kM4Zp1w\"]\n",
		},
		{
			"Go", "a.go", "func f() {\n\tviper.SetDefault(\"db.password\", \"«r»\")\n\tflag.String(\"db-password\", \"«r»\", " +
				"\"the password\")\n\tflags.StringVarP(&p, \"password\", \"p\", \"«r»\", \"x\")\n" +
				"\tctx.Export(\"dbPassword\", pulumi.String(\"«r»\"))\n\treq.SetBasicAuth(\"app\", \"«r»\")\n" +
				"\tflag.String(\"password\", \"\", \"K7xQ9aB2kM4Zp1w\")\n\tlog.Info(\"password\", \"K7xQ9aB2kM4Zp1w\")\n}\n",
		},
		{
			"Java", "A.java", "class A {\n System.setProperty(\"db.password\", \"«r»\");\n" +
				" DriverManager.getConnection(url, \"app\", \"«r»\");\n DriverManager.getConnection(url, user, password);\n" +
				" registry.add(\"db.password\", () -> \"«r»\");\n map.containsKey(\"password\");\n}\n",
		},
		{
			"PowerShell", "a.ps1", "[Environment]::SetEnvironmentVariable(\"DB_PASSWORD\", \"«r»\")\n" +
				"ConvertTo-SecureString -String '«r»' -AsPlainText -Force\nConvertTo-SecureString $p -AsPlainText -Force\n",
		},
		{
			"Batch", "a.bat", "setx DB_PASSWORD «r»\nsetx DB_PASSWORD \"«r»\" /M\nset \"DB_PASSWORD=«r»\"\n" +
				"setx PASSWORD_FILE C:\\K7xQ9aB2\nsetx DB_PASSWORD %PW%\n",
		},
		{
			"Ruby", "a.rb", "set :db_password, '«r»'\ndefault['app']['db_password'] = '«r»'\npassword '«r»'\n" +
				"http.basic_auth 'app', '«r»'\nvalidates :password, 'K7xQ9aB2kM4Zp1w'\n",
		},
		{
			"PHP", "a.php", "<?php\ndefine( 'DB_PASSWORD', '«r»' );\nmysqli_connect(\"db\", \"app\", \"«r»\");\n" +
				"$d = new PDO('mysql:host=db', 'app', '«r»');\nmysqli_connect(\"db\", \"app\", $pw);\n",
		},
		{
			"C#", "a.cs", "new NetworkCredential(\"app\", \"«r»\");\nvar d = new Dictionary<string, object> { {\"dbPassword\", " +
				"\"«r»\"} };\n",
		},
		{
			"Bicep", "main.bicepparam", "param adminPassword = '«r»'\nparam b = readEnvironmentVariable('PASSWORD', '«r»')\n" +
				"param c = readEnvironmentVariable('K7xQ9aB2kM4Zp1w', 'x')\n",
		},
		{"arguments in a list", "a.ts", "run([\"app\", \"--db-password\", \"«r»\", \"--token-file\", \"K7xQ9aB2kM4Zp1w\"]);\n"},
	})
}
