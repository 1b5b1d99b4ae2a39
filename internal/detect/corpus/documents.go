package corpus

// documents generates secrets inside documents.
func (g *generator) documents() {
	g.group = Documents
	g.positive("userdata-embedded", keys("userData", "customData", "metadata.startup-script"), func() string {
		line := g.pick("export DB_PASSWORD="+g.plain(),
			"export AWS_ACCESS_KEY_ID="+g.accessKeyID("AKIA")+"\nexport AWS_SECRET_ACCESS_KEY="+g.awsSecret(),
			"mysql -u root -p'"+g.plain()+"' -e 'FLUSH PRIVILEGES'",
			"docker login -u "+g.word()+" -p "+g.plain()+" registry.example.com",
			"curl -H \"Authorization: Bearer "+g.of(alnum, 40)+"\" https://"+g.host()+"/v1",
			"echo 'API_TOKEN="+g.of(alnum, 32)+"' >> /etc/environment",
			"git clone https://deploy:"+g.plain()+"@github.com/acme/"+g.word()+".git")
		return "#!/bin/bash\nset -euo pipefail\napt-get update -y\napt-get install -y nginx jq awscli\n" + line +
			"\nsystemctl enable --now nginx\n"
	})
	g.positive("containerdefs-embedded", keys("containerDefinitions", "taskDefinition.containers"), func() string {
		return `[{"name":"` + g.word() + `","image":"` + g.account() + `.dkr.ecr.` + g.region() + `.amazonaws.com/` +
			g.word() + `:` + g.hex(7) +
			`","cpu":256,"memory":512,"essential":true,"environment":[{"name":"LOG_LEVEL","value":"info"},{"name":"` + g.pick("DB_PASSWORD", "API_KEY", "STRIPE_SECRET", "JWT_SECRET", "AUTH_TOKEN") + `","value":"` + g.of(alnum, g.between(16, 40)) + `"}]}]`
	})
	g.positive("yaml-embedded", keys("values", "valuesYaml[0]", "content", "data.application-yml"), func() string {
		return "replicaCount: 2\nimage:\n  repository: " + g.word() + "\n  tag: 1.2.3\npostgresql:\n  auth:\n    " +
			"username: app\n    " + g.pick("password", "postgresPassword") + ": " + g.plain() +
			"\ningress:\n  enabled: true\n"
	})
	g.positive("json-embedded", keys("settings", "secretString", "appSettings", "value"), func() string {
		return `{"host":"` + g.host() + `","port":5432,"username":"` + g.word() + `","` +
			g.pick("password", "dbPassword", "apiKey", "clientSecret") + `":"` + g.pick(g.plain(), g.of(alnum, 32)) +
			`"}`
	})
	g.positive("userdata-b64-embedded", keys("userDataBase64", "customData"), func() string {
		return encode("#!/bin/bash\nset -e\nyum install -y nginx\nexport DB_PASSWORD=" + g.plain() +
			"\nexport AWS_SECRET_ACCESS_KEY=" + g.awsSecret() + "\n")
	})
	g.positive("bearer-header", keys("headers.Authorization", "requestHeaders.authorization", "value"), func() string {
		return g.pick("Bearer "+g.of(alnum, 40), "Bearer "+g.jwt(), "Basic "+encode(g.word()+":"+g.plain()),
			"token "+g.of(hexd, 40))
	})
}
