package formats

import (
	"strings"

	"github.com/progression-labs-development/policypack/internal/detect/ascii"
	"github.com/progression-labs-development/policypack/internal/detect/looks"
	"github.com/progression-labs-development/policypack/internal/detect/names"
)

func (known) PasswordArgument() Format {
	return Format{
		ID: "password-argument", Title: "a password", Since: "0.2.0",
		Matches: "a literal where a call takes its password: DriverManager.getConnection, mysqli_connect, new PDO, " +
			"SetBasicAuth, NetworkCredential, ConvertTo-SecureString, ...",
		Source: "https://docs.oracle.com/javase/8/docs/api/java/sql/DriverManager.html",
		Forms: []Form{
			{Anchor: "DriverManager.getConnection(", Test: argument(2)},
			{Anchor: "mysqli_connect(", Test: argument(2)},
			{Anchor: "mysql_connect(", Test: argument(2)},
			{Anchor: "mysqli_real_connect(", Test: argument(3)},
			{Anchor: "new mysqli(", Test: argument(2)},
			{Anchor: "new PDO(", Test: argument(2)},
			{Anchor: "MySQLdb.connect(", Test: argument(2)},
			{Anchor: "oci_connect(", Test: argument(1)},
			{Anchor: "ftp_login(", Test: argument(2)},
			{Anchor: "Sequelize(", Test: argument(2)},
			{Anchor: "etBasicAuth(", Test: argument(1)}, // SetBasicAuth, setBasicAuth
			{Anchor: "url.UserPassword(", Test: argument(1)},
			{Anchor: "NetworkCredential(", Test: argument(1)},
			{Anchor: "UsernamePasswordCredentials(", Test: argument(1)},
			{Anchor: "PasswordAuthentication(", Test: argument(1)},
			{Anchor: "HTTPBasicAuth(", Test: argument(1)},
			{Anchor: "basic_auth ", Test: argument(1)},
			{Anchor: "keyring.set_password(", Test: argument(2)},
			{Anchor: "pulumi.secret(", Test: argument(0)},
			{Anchor: "Output.secret(", Test: argument(0)},
			{Anchor: "Output.CreateSecret(", Test: argument(0)},
			{Anchor: "pulumi.ToSecret(pulumi.String(", Test: argument(0)},
			{Anchor: "ConvertTo-SecureString ", Test: secureString},
		},
		Samples: func(m Maker) Samples {
			p := func() string { return "k7" + m.Of(SetAlnum, 12) + "9" }
			return Samples{
				True: texts(
					`DriverManager.getConnection(url, "app", "`+p()+`")`, `mysqli_connect('db', 'app', '`+p()+`');`,
					`mysql_connect('db', 'app', '`+p()+`')`,
					`mysqli_real_connect($c, 'db', 'app', '`+p()+`')`, `new mysqli(DB_HOST, 'app', "`+p()+`", 'shop')`,
					`new PDO("mysql:host=db;dbname=a,b", 'app', '`+p()+`')`, `MySQLdb.connect("db", "app", "`+p()+`")`,
					`oci_connect('app', '`+p()+`', 'db')`, `ftp_login($c, 'app', '`+p()+`')`,
					`new Sequelize("shop", f("app", 1), "`+p()+`")`, `req.SetBasicAuth("app", "`+p()+`")`,
					`url.UserPassword("app", "`+p()+`")`, `new NetworkCredential("app", "`+p()+`")`,
					`new UsernamePasswordCredentials("app", "`+p()+`")`,
					`new PasswordAuthentication("app", "`+p()+`".toCharArray())`, `HTTPBasicAuth("app", "`+p()+`")`,
					`http.basic_auth 'app', '`+p()+`'`, `keyring.set_password("a", "b", "`+p()+`")`,
					`pulumi.secret("`+p()+`")`, `pulumi.Output.secret("`+p()+`")`, `Output.CreateSecret("`+p()+`")`,
					`pulumi.ToSecret(pulumi.String("`+p()+`"))`, `ConvertTo-SecureString "`+p()+`" -AsPlainText`,
					`ConvertTo-SecureString -String '`+p()+`' -AsPlainText -Force`,
					`ConvertTo-SecureString -AsPlainText -Force `+p(), `mysqli_connect(
						'db', 'app',
						'`+p()+`')`,
				),
				False: texts(
					`DriverManager.getConnection(url, user, password)`, `DriverManager.getConnection("`+p()+`")`,
					`DriverManager.getConnection(url, "`+p()+`", env("PW"))`, `mysqli_connect('db', 'app', '')`,
					`new PDO($dsn, 'app', getenv('`+p()+`'))`, `req.SetBasicAuth(user, "`+p()+`" + suffix)`,
					`mysqli_connect('db', 'app', 'changeme')`, `ConvertTo-SecureString $password -AsPlainText -Force`,
					`ConvertTo-SecureString (Get-Content x1) -AsPlainText`, `ConvertTo-SecureString "`+p()+`" -Key $k`,
					`ConvertTo-SecureString -String "$($env:PW1)" -AsPlainText`, `pulumi.secret(config.require("pw1"))`,
					`new NetworkCredential("app", "${password1}")`,
				),
			}
		},
	}
}

// argument returns the test of a call whose n-th argument, counted from 0, is a password when it is a literal.
func argument(n int) Test { return position(n).find }

type position int

func (p position) find(c *Cursor, _, body int) (start, end int) {
	t := c.Text[:min(len(c.Text), body+512)]
	depth, n, i := 0, 0, body
	defer func() { c.Work += i - body }()
	for ; i < len(t); i++ {
		switch b := t[i]; b {
		case '"', '\'', '`':
			j := i + 1
			for j < len(t) && t[j] != b && t[j] != '\n' {
				if t[j] == '\\' {
					j++
				}
				j++
			}
			if j >= len(t) || t[j] != b {
				return 0, 0
			}
			if depth == 0 && n == int(p) {
				if !ended(t[j+1:]) || strings.TrimLeft(t[body:i], " \t\r\n(") != "" && !preceded(t[:i], ',') {
					return 0, 0
				}
				return literal(t, i+1, j)
			}
			i = j
		case '(', '[', '{':
			depth++
		case ')', ']', '}':
			if depth--; depth < 0 {
				return 0, 0
			}
		case ',':
			if depth == 0 {
				n++
			}
		case ';', '\n':
			if n > int(p) || b == ';' {
				return 0, 0
			}
		}
	}
	return 0, 0
}

// ended reports whether an argument ends in front of the text, or is turned into characters there.
func ended(rest string) bool {
	rest = strings.TrimLeft(rest, " \t\r")
	return rest == "" || strings.IndexByte("),;}\n", rest[0]) >= 0 || strings.HasPrefix(rest, ".toCharArray()")
}

func preceded(t string, b byte) bool {
	t = strings.TrimRight(t, " \t\r\n")
	return t != "" && t[len(t)-1] == b
}

// literal returns the span where it holds what may be a password.
func literal(t string, start, end int) (int, int) {
	v := t[start:end]
	if !looks.Plausible(names.Password, "password", v, 0) || looks.Wordy(v) && !looks.MachineMade(v) {
		return 0, 0
	}
	return start, end
}

// secureString finds the text that PowerShell encrypts, beside -AsPlainText.
func secureString(c *Cursor, _, body int) (start, end int) {
	t := c.Text[body:min(len(c.Text), body+256)]
	if i := strings.IndexByte(t, '\n'); i >= 0 {
		t = t[:i]
	}
	c.Work += len(t)
	if !ascii.ContainsFold(t, "-AsPlainText") {
		return 0, 0
	}
	for i := 0; i < len(t); {
		j := i + 1
		switch b := t[i]; b {
		case ' ':
		case '"', '\'':
			if k := strings.IndexByte(t[j:], b); k >= 0 {
				return literal(c.Text, body+j, body+j+k)
			}
			return 0, 0
		default:
			for j < len(t) && strings.IndexByte(" \r;)|", t[j]) < 0 {
				j++
			}
			if b == '$' || b == '(' {
				return 0, 0
			}
			if b != '-' {
				return literal(c.Text, body+i, body+j)
			}
		}
		i = j
	}
	return 0, 0
}
