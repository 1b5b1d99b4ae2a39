package corpus

// configuration returns the templates of configuration files.
func configuration() []template {
	return []template{
		{"dotenv", ".env", []string{
			"A=b\nDB_PASSWORD=«w»", "export API_KEY=«a»", "SECRET_KEY_BASE='«h»'", "JWT_SECRET=\"«p»\"",
			"DATABASE_URL=postgres://app:«a»@db.internal:5432/shop",
			"GITHUB_TOKEN=«t»", "AWS_SECRET_ACCESS_KEY=«c»", "SMTP_PASS=«w» # mail", "APP_SECRET=«w»",
		}, []string{
			"DB_PASSWORD=", "DB_PASSWORD=changeme", "DB_PASSWORD=${VAULT_PASSWORD}", "API_KEY=<your-api-key>",
			"API_KEY=your_api_key_here", "TOKEN_TTL=3600s1",
			"PASSWORD_FILE=/run/secrets/db1", "SECRET_NAME=prod/db-1", "# DB_PASSWORD=«w»",
			".env.example▸DB_PASSWORD=«w»", ".env.test▸DB_PASSWORD=«w»",
			"DATABASE_URL=postgres://postgres:postgres@localhost:5432/app", "POSTGRES_PASSWORD=postgres",
			"API_KEY_ID=«u»", "AWS_ACCESS_KEY_ID=AKIA" + "IOSFODNN7EXAMPLE",
			"SENTRY_DSN=https://«h»@o1.ingest.sentry.io/1",
		}},
		{"yaml", "deploy/values.yaml", []string{
			"db:\n  password: «w»", "db:\n  password: \"«p»\"", "auth: {user: app, password: «w»}",
			"env:\n  - name: DB_PASSWORD\n    value: «w»",
			"env:\n  - name: DB_PASSWORD\n    value: \"«w»\"", "environment:\n  - DB_PASSWORD=«w»", "apiKey: «a»",
			"stringData:\n  client-secret: '«a»'",
			"data:\n  password: «x»", "url: redis://:«a»@cache.internal:6379",
			"run: |\n  curl -u deploy:«a» https://repo.internal/x", "run: mysql -uroot -p«a» shop",
			"ci:\n  token: «h»", "config: |\n  DB_PASSWORD=«w»", "password: «w» # rotate",
		}, []string{
			"password: ${{ secrets.DB_PASSWORD }}", "password: {{ .Values.password }}", "password: !vault |",
			"password: ''", "password: postgres",
			"password:\n  type: string\n  description: The password", "type: password", "secretName: db-credentials-1",
			"tokenTTL: 24h30", "existingSecret: db-1",
			"secretKeyRef:\n  name: db\n  key: password1", "password: *password1", "password: ENC[AES256_GCM,data:«b»]",
			"# password: «w»", "test/values.yaml▸password: «w»",
			"docs/x.yaml▸apiKey: «h»", "examples/values.yaml▸password: \"«w»\"", "image: repo@sha256:«d»", "uid: «u»",
			"clientId: «u»", "password: $DB_PASSWORD1",
			"secretRef: vault:secret/data/db#password1",
			"arn: arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-Ab1Cd2",
			"password: op://vault/db/password1",
			"name: password1\nvalue: true", "- name: DB_PASSWORD\n  valueFrom:\n    secretKeyRef: {name: db, key: pw1}",
			"password: <redacted1>", "token: [REDACTED1]",
			"passwordPolicy: min8-upper1", "run: docker login -u app --password-stdin reg1",
			"run: mysql -p \"$PASSWORD\" db1", "api_key: ENV_API_KEY_1",
		}},
		{"json", "config/app.json", []string{
			"{\"db\": {\"password\": \"«w»\"}}", "{\"apiKey\": \"«a»\"}",
			"{\"environment\": [{\"name\": \"DB_PASSWORD\", \"value\": \"«w»\"}]}",
			"{\"environment\": [{\"Key\": \"API_TOKEN\", \"Value\": \"«a»\"}]}",
			"{\"ConnectionStrings\": {\"Db\": \"Server=db;User Id=sa;Password=«p»;\"}}",
			"{\"auths\": {\"reg.internal\": {\"password\": \"«p»\"}}}",
			"{\"type\": \"service_account\", \"private_key\": \"«l»\"}", "{\"client_secret\":\"«a»\",\"x\":1}",
			"{\"body\": \"{\\\"password\\\": \\\"«w»\\\"}\"}", "{\"headers\": {\"Authorization\": \"Bearer «a»\"}}",
		}, []string{
			"{\"password\": \"\"}", "{\"password\": {\"type\": \"string\", \"format\": \"password\"}}",
			"{\"password\": \"Password\"}", "{\"password\": \"Das Passwort\"}",
			"{\"auth.password1\": \"Passwort eingeben\"}", "{\"integrity\": \"sha512-«b»\"}",
			"{\"token\": \"kubernetes:apps/v1beta1:Deployment\"}", "{\"key\": \"«u»\"}",
			"{\"secretArn\": \"arn:aws:secretsmanager:eu-west-1:1:secret:x-A1b2C3\"}", "{\"nextToken\": \"«b»\"}",
			"{\"password\": \"${DB_PASSWORD}\"}",
			"{\"password\": \"[parameters('password1')]\"}", "{\"token\": \"token.2\"}",
			"test/fixtures/a.json▸{\"password\": \"«w»\"}",
			"testdata/vectors.json▸{\"shared_secret\": \"«h»\", \"privateKey\": \"«h»\"}",
			"{\"tokenColors\": [{\"name\": \"Token2\", \"scope\": \"x\"}]}",
			"{\"password\": \"vault:v1:«b»\"}", "{\"secret\": \"AgA«b»«b»«b»«b»«b»«b»«b»«b»\"}",
			"{\"hash\": \"«d»\", \"sha\": \"«h»\"}", "{\"publicKey\": \"«b»\"}",
			"{\"passwordHash\": \"$2b$10$«a»\"}", "package-lock.json▸{\"node_modules/token\": {\"version\": " +
				"\"1.2.3\", \"resolved\": \"https://r.io/token-1.tgz\"}}",
		}},
		{"toml", "config.toml", []string{
			"password = \"«w»\"", "[db]\napi_key = '«a»'", "secret = \"«a»\"",
			"url = \"amqp://app:«a»@mq.internal:5672\"", "db = { user = \"app\", password = \"«p»\" }",
		}, []string{
			"password = \"\"", "password = \"env:DB_PASSWORD1\"", "token = \"${TOKEN1}\"", "checksum = \"«d»\"",
			"# password = \"«w»\"", "examples/a.toml▸password = \"«w»\"",
			"password-file = \"/etc/pw1\"", "name = \"token1\"",
		}},
		{"properties", "src/main/resources/application.properties", []string{
			"spring.datasource.password=«w»", "api.key=«a»", "oauth.client-secret = «a»",
			"jdbc.url=jdbc:mysql://db.internal/shop?user=app&password=«a»", "mail.password: «w»",
		}, []string{
			"spring.datasource.password=${DB_PASSWORD}", "password.label=Passwort 2",
			"error.password=Your password has 8 characters", "spring.datasource.password=",
			"#spring.datasource.password=«w»",
			"src/test/resources/application.properties▸spring.datasource.password=«w»", "token.validity=3600s",
			"password.min.length=8",
			"password.regex=^[a-z0-9]{8,}$", "secret.name=orders-db-2",
			"messages_fr.properties▸password=Mot de passe 1",
		}},
		{"ini", "etc/app.ini", []string{
			"[db]\npassword = «w»", "[db]\nuser=app\npasswd=«p»", "[api]\ntoken=\"«a»\"",
			".npmrc▸//npm.acme.dev/:_authToken=«a»",
			".pypirc▸[pypi]\nusername = app\npassword = «a»", ".netrc▸machine git.internal login app password «a»",
		}, []string{
			"password = ", "password = %(db_password)s", "; password = «w»", "token_lifetime = 3600s",
			".npmrc▸//npm.acme.dev/:_authToken=${NPM_TOKEN}",
			"password = the password of the user 1", "docs/app.ini▸password = «w»",
		}},
		{"terraform", "main.tf", []string{
			"password = \"«w»\"", "variable \"db_password\" {\n  type    = string\n  default = \"«w»\"\n}",
			"resource \"x\" \"y\" {\n  administrator_login_password = \"«p»\"\n}",
			"terraform.tfvars▸api_token = \"«a»\"", "environment { variables = { DB_PASSWORD = \"«w»\" } }",
			"client_secret   = \"«a»\"",
		}, []string{
			"password = var.db_password", "password = random_password.db.result",
			"variable \"db_password\" {\n  type      = string\n  sensitive = true\n}",
			"password = data.aws_secretsmanager_secret_version.db.secret_string", "secret_id = \"prod/db-password1\"",
			"password = \"${var.password}1\"",
			"key = \"terraform.tfstate1\"", "name = \"api-token-1\"", "# password = \"«w»\"",
			"examples/main.tf▸password = \"«w»\"", "kms_key_id = \"«u»\"",
			"variable \"password\" {\n  description = \"Use 8 or more\"\n}\nvariable \"x\" {\n  default = " +
				"\"abc123de\"\n}",
		}},
		{"xml", "web.config", []string{
			"<add name=\"Db\" connectionString=\"Server=db;User Id=sa;Password=«p»;\" />",
			"<add key=\"ApiKey\" value=\"«a»\" />", "<property name=\"password\" value=\"«w»\"/>",
			"<password>«w»</password>", "<entry key=\"db.password\">«w»</entry>",
			"<user name=\"app\" password=\"«w»\"/>", "<name>db.password</name>\n<value>«w»</value>",
		}, []string{
			"<password>${env.PASSWORD}</password>", "<password>{«b»}</password>",
			"<xs:element name=\"password\" type=\"xs:string\"/>", "<token type=\"KeywordType\"/>",
			"<input type=\"password\" id=\"pw1\"/>", "<string name=\"password\">Passwort 1</string>",
			"<!-- <password>«w»</password> -->",
			"src/test/resources/a.xml▸<password>«w»</password>", "<assembly publicKeyToken=\"b77a5c561934e089\"/>",
			"<property name=\"password\" ref=\"bean1\"/>",
			"<label for=\"password1\">Password</label>",
		}},
	}
}

// other returns the templates of scripts and documents.
func other() []template {
	return []template{
		{"shell", "deploy.sh", []string{
			"export DB_PASSWORD=«w»", "PASSWORD='«p»'", "mysql -u root -p«a» shop",
			"curl -u app:«a» https://api.internal/x",
			"curl -H \"Authorization: Bearer «a»\" https://api.internal", "docker login -u app -p «a» reg.internal",
			"deploy --token «a» --force",
			"sshpass -p '«w»' ssh app@host", "TOKEN=\"«t»\"", "API_KEY=«a» ./run", "key=\"«k»\"",
		}, []string{
			"export DB_PASSWORD=$(vault read x)", "PASSWORD=\"$1\"", "read -s -p \"Password: \" PASSWORD",
			"curl -u \"$USER:$TOKEN\" https://x", "mysql -u root -p\"$PASSWORD\"",
			"docker login --password-stdin", "deploy --token \"$TOKEN\"", "echo \"password: set1\"",
			"# export DB_PASSWORD=«w»", "test/run.sh▸export DB_PASSWORD=«w»",
			"TOKEN=${TOKEN:-none1}", "mkdir -p /opt/app1", "docker build --secret id=token,src=a1 .",
			"PASSWORD_FILE=/run/secrets/x1", "ssh -p 2222 app@host1",
			"if [ \"$PASSWORD\" = \"x1\" ]; then",
		}},
		{"powershell", "deploy.ps1", []string{
			"$password = \"«w»\"", "$pw = ConvertTo-SecureString \"«p»\" -AsPlainText -Force", "$env:API_KEY = '«a»'",
		}, []string{
			"$password = Read-Host -AsSecureString", "$password = $env:DB_PASSWORD", "param([string]$Password)",
			"# $password = \"«w»\"",
		}},
		{"dockerfile", "Dockerfile", []string{
			"ENV DB_PASSWORD=«w»", "ENV API_KEY «a»", "ARG TOKEN=«a»", "RUN curl -u app:«a» https://repo.internal/x",
			"ENV A=b SECRET_KEY=\"«a»\"",
		}, []string{
			"ARG TOKEN", "ENV DB_PASSWORD=$PASSWORD", "ENV PASSWORD_FILE /run/secrets/x1",
			"RUN --mount=type=secret,id=token1 cat /run/secrets/token1", "# ENV DB_PASSWORD=«w»",
			"RUN mkdir -p /srv/app1 && useradd -u 1001 app",
		}},
		{"makefile", "Makefile", []string{
			"DB_PASSWORD := «w»", "API_KEY ?= «a»", "deploy:\n\tmysql -uroot -p«a» shop",
		}, []string{
			"DB_PASSWORD ?= $(shell cat pw1)", "PASSWORD = $(PASSWORD1)", "TOKEN ?=", "run:\n\tmkdir -p bin1",
		}},
		{"sql", "init.sql", []string{
			"CREATE USER app IDENTIFIED BY '«w»';", "CREATE ROLE app LOGIN PASSWORD '«w»';",
			"ALTER USER app WITH PASSWORD '«p»';",
		}, []string{
			"SELECT password FROM users WHERE token = 'a1';", "CREATE TABLE u (password varchar(255), token text);",
			"-- PASSWORD '«w»'",
			"test/init.sql▸CREATE ROLE app LOGIN PASSWORD '«w»';", "ORDER BY 'name1'",
		}},
		{"markdown", "README.md", []string{
			"Use `«t»` to log in.", "```\n«k»\n```", "API_KEY=«a»", "    password: «a»", "Set `STRIPE_KEY` to «s».",
		}, []string{
			"The password: hunter2 is weak.", "Set `DB_PASSWORD=«w»` first.", "```yaml\npassword: \"«w»\"\n```",
			"| token | a token1 |", "`postgres://user:password@host/db`",
			"`https://user:«w»@host.internal`", "-----BEGIN PRIVATE" + " KEY-----\nMIIE...\n-----END PRIVATE" +
				" KEY-----", "sha256: `«d»`", "commit «h»",
			"export TOKEN=<token>", "`ghp" + "_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx`", "token: `1234567890abcdef1234`",
			"apiKey: «u»",
		}},
		{"key files", "deploy/id_rsa", []string{
			"«k»", "server.pem▸-----BEGIN CERTIFICATE-----\nMIIDabc\n-----END CERTIFICATE-----\n«k»",
			"testdata/server.key▸«k»",
		}, []string{
			"id_rsa.pub▸ssh-rsa AAAAB3NzaC1yc2E«b»«b» app@host", "server.crt▸-----BEGIN CERTIFICATE-----\n" +
				"«b»«b»\n-----END CERTIFICATE-----",
			"key.pub▸-----BEGIN PUBLIC KEY-----\n«b»«b»\n-----END PUBLIC KEY-----", "go.sum▸x.io/token v1.0.0 h1:«b»",
			"yarn.lock▸  resolved \"https://r.io/token/-/token-1.tgz#«h»\"\n  integrity sha512-«b»",
		}},
	}
}
