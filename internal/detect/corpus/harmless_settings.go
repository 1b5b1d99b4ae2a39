package corpus

// harmlessSettings generates values of options, prose and the like.
func (g *generator) harmlessSettings() {
	g.negative("policy-value",
		keys("passwordLength", "minimumPasswordLength", "passwordPolicy", "tokenTtl", "accessTokenLifetime",
			"passwordAuthentication", "manageMasterUserPassword", "tokenType", "apiKeySource", "secretRotationDays",
			"authType", "credentialType", "passwordReusePrevention", "keyType", "keyUsage",
			"tokenValidityUnits.accessToken", "secretRecoveryWindow", "keySpec", "authenticationType",
			"credentialsProvider", "accessTokenValidity"), func() string {
			return g.pick("16", "true", "false", "3600", "PT1H", "bearer", "HEADER", "RSA_2048", "ENCRYPT_DECRYPT", "24h",
				"API_KEY", "no", "disabled", "minutes", "SYMMETRIC_DEFAULT", "enabled", "SCRAM-SHA-512", "AWS_IAM",
				"client_secret_basic", "required", "30 days", "OAUTH2", "PASSWORD")
		})
	g.negative("benign-keyish",
		keys("keyName", "sshKeyName", "keyPairName", "partitionKey", "primaryKey", "sortKey", "cacheKey", "keyAlias",
			"kmsKeyAlias", "hashKey", "rangeKey", "objectKey", "s3Key", "key", "tokenName", "secretPath", "secretType",
			"tokenIssuer", "tokenAudience", "secretStoreRef", "passwordFile", "privateKeyPath", "tokenFile",
			"credentialsFile", "secretsProvider", "secretBackend", "keyFormat", "publicKeyPath"),
		func() string {
			return g.pick("alias/"+g.words(), g.word()+"-keypair", "id", "userId", "createdAt",
				"releases/"+g.word()+"/"+g.hex(40)+".zip", g.word()+"/"+g.uuid()+".tar.gz", "Opaque", "kubernetes.io/tls",
				"/run/secrets/"+g.word(), "/etc/ssl/private/"+g.word()+".pem", "secret/data/"+g.word(),
				"api://"+g.uuid(), "passphrase", "awskms://alias/"+g.word(), "~/.ssh/id_ed25519", g.word()+"-ci",
				"PEM", "vault-backend")
		})
	g.negative("idempotency-token",
		keys("clientRequestToken", "creationToken", "clientToken", "requestToken", "nextToken", "continuationToken",
			"idempotencyToken", "callerReference", "dkimTokens[0]", "resourceVersionToken", "verificationToken"),
		func() string {
			return g.pick(g.uuid(), "terraform-"+g.number(26), g.of(alnum, 32), "pulumi-"+g.number(14), g.of(lalnum, 32))
		})
	g.negative("prose", keys("description", "comment", "tags.Purpose", "value", "message", "alarmDescription"),
		func() string {
			return g.pick("Password for the "+g.word()+" database master user, stored in Secrets Manager",
				"Rotates the API key every 30 days", "Managed by Pulumi", "Allows token exchange for "+g.words(),
				"Secret: see runbook https://"+g.host()+"/wiki/secrets", "The access key is read from SSM at boot",
				"token=none; auth handled upstream", "auth: see vault path secret/"+g.word(),
				"Use password authentication for "+g.word(), "key: "+g.word()+" rotation lambda (v2)")
		})
	g.negative("filter-dsl", keys("filterPattern", "expression", "query", "value", "template", "sql"), func() string {
		return g.pick("{ ($.errorCode = \"*UnauthorizedOperation\") || ($.errorCode = \"AccessDenied*\") }",
			"SELECT id, token_type FROM tokens WHERE expires_at < now()",
			"fields @timestamp, @message | filter @message like /password/ | limit 20", "$input.path('$.token')",
			"event.request.headers['authorization']", "attribute_exists(password_hash)",
			"rate(http_requests_total{job=\""+g.word()+"\",secret=\"\"}[5m])",
			"ALTER TABLE users ADD COLUMN password_hash text")
	})
	g.negative("jwks", keys("jwks", "value", "publicKeys"), func() string {
		return `{"keys":[{"kty":"RSA","use":"sig","kid":"` + g.of(alnum, 24) + `","alg":"RS256","n":"` +
			g.of(b64u, 342) + `","e":"AQAB"}]}`
	})
	g.negative("appinsights",
		keys("instrumentationKey", "connectionString", "value", "APPLICATIONINSIGHTS_CONNECTION_STRING"),
		func() string {
			u := g.uuid()
			return g.pick(u, "InstrumentationKey="+u+
				";IngestionEndpoint=https://westeurope-5.in.applicationinsights.azure.com/;LiveEndpoint=https://westeurope.livediagnostics.monitor.azure.com/;ApplicationId="+g.uuid())
		})
	g.negative("misc",
		keys("version", "schedule", "timeZone", "path", "value", "contentType", "engineVersion", "urn", "filename",
			"cpu", "handler"), func() string {
			return g.pick("1.29", "rate(5 minutes)", "cron(0 12 * * ? *)", "Europe/Paris", "/var/log/"+g.word()+".log",
				"application/json", "15.4", "urn:pulumi:dev::"+g.word()+"::aws:s3/bucket:Bucket::"+g.word(),
				"2024-05-01T12:00:00Z", "index.handler", "t3.micro", "256", "*", "true", "us-east-1a",
				"PAY_PER_REQUEST", "nodejs20.x", "2021-01-01T00:00:00.000Z",
				"s3://"+g.words()+"/"+g.word()+"/"+g.hex(64)+".zip", "registry.k8s.io/pause:3.9")
		})
}
