package corpus

import (
	"strings"
)

// formats generates secrets that are recognisable by their format, mostly under neutral keys.
func (g *generator) formats() {
	g.group = Formats
	g.positive("aws-secret-key",
		keys("environment.variables.AWS_SECRET_ACCESS_KEY", "secretKey", "aws:secretKey", "secretAccessKey",
			"s3SecretKey"), g.awsSecret)
	g.positive("aws-session-token", neutral,
		func() string { return "IQoJb3JpZ2luX2Vj" + g.of(b64, g.between(300, 700)) + "==" })
	g.positive("aws-ses-smtp", keys("smtpPassword", "sesSmtpPassword", "environment.SMTP_PASSWORD"),
		func() string { return "B" + g.of(b64, 43) })
	g.positive("github-classic", neutral, func() string { return g.github(g.pick("ghp", "gho", "ghu", "ghs", "ghr")) })
	g.positive("github-fine", neutral,
		func() string { return "github" + "_pat_" + g.of(alnum, 22) + "_" + g.of(alnum, 59) })
	g.positive("github-ghs-jwt", neutral, func() string { return "ghs" + "_" + g.number(7) + "_" + g.jwt() })
	g.positive("gitlab-pat", neutral, func() string { return "glpat" + "-" + g.of(b64u, 20) })
	g.positive("gitlab-routable", neutral,
		func() string { return "glpat" + "-" + g.of(b64u, 27) + ".0" + g.of(lalnum, 1) + g.of(lalnum, 7) })
	g.positive("gitlab-other", neutral, func() string {
		return g.pick("glrt"+"-"+g.of(b64u, 20), "gldt"+"-"+g.of(b64u, 20), "glptt"+"-"+g.hex(40),
			"glcbt"+"-"+g.of(alnum, 2)+"_"+g.of(b64u, 20), "gloas"+"-"+g.of(b64u, 64))
	})
	g.positive("slack-bot", neutral,
		func() string { return "xox" + "b-" + g.number(12) + "-" + g.number(13) + "-" + g.of(alnum, 24) })
	g.positive("slack-user-app", neutral, func() string {
		return g.pick("xox"+"p-"+g.number(12)+"-"+g.number(12)+"-"+g.number(13)+"-"+g.hex(32),
			"xapp"+"-1-A"+g.of(ualnum, 10)+"-"+g.number(13)+"-"+g.hex(64))
	})
	g.positive("slack-webhook", keys("webhookUrl", "value", "notificationUrl"), func() string {
		return "https://hooks.slack" + ".com/services/T" + g.of(ualnum, 10) + "/B" + g.of(ualnum, 10) + "/" +
			g.of(alnum, 24)
	})
	g.positive("stripe", neutral, func() string {
		return g.pick("sk", "rk") + "_" + g.pick("live", "live", "test") + "_" +
			g.pick(g.of(alnum, 24), "51"+g.of(alnum, 97))
	})
	g.positive("stripe-whsec", neutral, func() string { return "whsec" + "_" + g.of(alnum, 32) })
	g.positive("google-api-key", neutral, func() string { return "AIza" + "Sy" + g.of(b64u, 33) })
	g.positive("google-oauth-secret", neutral, func() string { return "GOCSPX" + "-" + g.of(b64u, 28) })
	g.positive("gcp-sa-json", keys("credentials", "value", "gcp:credentials"),
		func() string { return g.serviceAccount(g.random.IntN(2) == 0) })
	g.positive("gcp-sa-json-b64", keys("value", "privateKey", "data.key"),
		func() string { return encode(g.serviceAccount(true)) })
	g.positive("azure-storage-connstr", neutral, func() string {
		return "DefaultEndpointsProtocol=https;AccountName=" + g.of(lalnum, 14) + ";AccountKey=" + g.storageKey() +
			";EndpointSuffix=core.windows.net"
	})
	g.positive("azure-storage-key",
		keys("storageAccountAccessKey", "primaryAccessKey", "accountKey", "environment.AZURE_STORAGE_KEY"),
		g.storageKey)
	g.positive("azure-sas", keys("value", "packageUri", "url"), func() string {
		sig := strings.NewReplacer("+", "%2B", "/", "%2F", "=", "%3D").Replace(g.base64(32))
		return "https://" + g.of(lalnum, 12) + ".blob.core.windows.net/" + g.word() +
			"/app.zip?sv=2023-11-03&ss=b&srt=sco&sp=rwdlac&se=2027-01-01T00:00:00Z&st=2025-01-01T00:00:00Z&spr=https&sig=" + sig
	})
	g.positive("azure-servicebus", neutral, func() string {
		return "Endpoint=sb://" + g.word() +
			".servicebus.windows.net/;SharedAccessKeyName=RootManageSharedAccessKey;SharedAccessKey=" + g.of(b64, 33) +
			"+ASb" + g.of(b64, 6) + "="
	})
	g.positive("azure-cosmos", neutral, func() string {
		return "AccountEndpoint=https://" + g.word() + ".documents.azure.com:443/;AccountKey=" + g.of(b64, 76) +
			"ACDb" + g.of(b64, 6) + "==;"
	})
	g.positive("azure-sql-connstr", neutral, func() string {
		return "Server=tcp:" + g.word() + ".database.windows.net,1433;Initial Catalog=" + g.word() +
			";Persist Security Info=False;User ID=" + g.word() + ";Password=" +
			strings.ReplaceAll(g.strong(), ";", "x") + ";MultipleActiveResultSets=False;Encrypt=True;"
	})
	g.positive("azure-ad-secret", neutral,
		func() string { return g.of(alnum+"_~.", 3) + g.of(digits, 1) + "Q~" + g.of(alnum+"_~.-", 34) })
	g.positive("azure-devops-pat", keys("value", "personalAccessToken"),
		func() string { return g.of(alnum, 76) + "AZDO" + g.of(alnum, 4) })
	g.positive("pem-rsa", neutral, g.rsaKey)
	g.positive("pem-ec", neutral, g.ecKey)
	g.positive("pem-pkcs8", neutral, g.pkcs8Key)
	g.positive("pem-openssh", neutral, g.sshKey)
	g.positive("pem-pgp", neutral, g.pgpKey)
	g.positive("pem-encrypted", neutral, g.encryptedKey)
	g.positive("pem-oneline", neutral, func() string { return strings.ReplaceAll(g.anyKey(), "\n", "\\n") })
	g.positive("pem-b64", keys("value", "data.tls.key", "sshKey"), func() string { return encode(g.anyKey()) })
	g.positive("jwt", neutral, g.jwt)
	g.positive("npm-token", neutral, func() string { return "npm" + "_" + g.of(alnum, 36) })
	g.positive("npmrc-line", keys("content", "data..npmrc"), func() string {
		return "registry=https://npm.example.com/\n//npm.example.com/:_authToken=" +
			g.pick("npm"+"_"+g.of(alnum, 36), g.uuid()) + "\nalways-auth=true\n"
	})
	g.positive("pypi", neutral, func() string { return "pypi" + "-AgEIcHlwaS5vcmc" + g.of(b64u, g.between(130, 170)) })
	g.positive("openai", neutral, func() string {
		return g.pick("sk"+"-proj-"+g.of(b64u, 74)+"T3Blbk"+"FJ"+g.of(b64u, 74),
			"sk"+"-"+g.of(alnum, 20)+"T3Blbk"+"FJ"+g.of(alnum, 20),
			"sk"+"-svcacct-"+g.of(b64u, 58)+"T3Blbk"+"FJ"+g.of(b64u, 58))
	})
	g.positive("anthropic", neutral, func() string {
		return "sk" + "-ant-" +
			g.pick("api03-"+g.of(b64u, 93)+"AA", "admin01-"+g.of(b64u, 93)+"AA", "oat01-"+g.of(b64u, 93)+"AA")
	})
	g.positive("sendgrid", neutral, func() string { return "SG" + "." + g.of(b64u, 22) + "." + g.of(b64u, 43) })
	g.positive("twilio-auth-token", keys("twilioAuthToken", "environment.TWILIO_AUTH_TOKEN", "authToken"),
		func() string { return g.hex(32) })
	g.positive("twilio-api-secret", keys("twilioApiSecret", "environment.TWILIO_API_SECRET", "apiSecret"),
		func() string { return g.of(alnum, 32) })
	g.positive("datadog-api-key", keys("datadogApiKey", "environment.DD_API_KEY", "datadog:apiKey"),
		func() string { return g.hex(32) })
	g.positive("datadog-app-key", keys("datadogAppKey", "environment.DD_APP_KEY", "datadog:appKey"),
		func() string { return g.hex(40) })
	g.positive("azure-cask", neutral,
		func() string { return g.of(alnum, 52) + "JQQJ" + "99" + g.of(ualnum, 2) + g.of(alnum, 24) })
	g.positive("azure-other-sig", neutral, func() string {
		return g.pick(g.of(alnum, 42)+"AzSe"+g.of("ABCD", 1)+g.of(alnum, 5), g.of(b64u, 44)+"AzFu"+g.of(alnum, 5)+"==",
			g.of(b64, 33)+"AzCa"+g.of("ABCDEFGHIJKLMNOP", 1)+g.of(b64, 5)+"=",
			g.of(alnum, 42)+"+ACR"+g.of("ABCD", 1)+g.of(alnum, 5))
	})
	g.positive("datadog-ddapp", neutral, func() string { return "ddapp" + "_" + g.of(alnum, 34) })
	g.urls()
	g.services()
}
