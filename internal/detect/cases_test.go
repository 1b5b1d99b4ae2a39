package detect_test

import (
	"encoding/base64"
	"math/rand/v2"
	"strings"
)

// sample makes strings at run time, so that no shape of a token stands in a source file.
type sample struct{ *rand.Rand }

const (
	low  = "abcdefghijklmnopqrstuvwxyz"
	dig  = "0123456789"
	hexa = "0123456789abcdef"
	upp  = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	all  = upp + low + dig
	b64s = all + "+/"
	b64u = all + "-_"
)

func (s sample) of(set string, n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = set[s.IntN(len(set))]
	}
	return string(b)
}

func (s sample) pem(kind string) string {
	return "-----BEGIN " + kind + "-----\nMII" + s.of(b64s, 61) + "\n" + s.of(b64s, 62) + "==\n-----END " + kind + "-----\n"
}

func encode(t string) string { return base64.StdEncoding.EncodeToString([]byte(t)) }

// leaf is a key and a value.
type leaf struct{ key, value string }

// examples returns what each detector must find, and what it must leave alone. The wrong ones are those that a careless
// rule would take: too short, the public sibling, a reference in its place.
func examples(s sample) map[string]struct{ right, wrong []leaf } {
	type both = struct{ right, wrong []leaf }
	v := func(values ...string) (l []leaf) {
		for _, x := range values {
			l = append(l, leaf{"value", x})
		}
		return l
	}
	k := func(pairs ...string) (l []leaf) {
		for i := 0; i < len(pairs); i += 2 {
			l = append(l, leaf{pairs[i], pairs[i+1]})
		}
		return l
	}
	prefixed := func(prefix, set string, n int) both {
		return both{
			right: v(prefix+s.of(set, n), "https://x.io/?k="+prefix+s.of(set, n)+"&v=1", "("+prefix+s.of(set, n)+")", "%22"+prefix+s.of(set, n)+"%22", prefix+s.of(set, n)+"|x", prefix+s.of(set, n)+"<"),
			wrong: v(prefix+s.of(set, min(n/3, 20)), prefix, prefix+strings.Repeat("x", n), prefix+"${"+"token}", "x"+prefix+s.of(set, n)),
		}
	}
	azure := func(before int, mark string, after int, padding string) both {
		return both{
			right: v(s.of(all, before)+mark+s.of(all, after)+padding, "Endpoint=sb://x/;SharedAccessKey="+s.of(all, before)+mark+s.of(all, after)+padding),
			wrong: v(s.of(all, before-9)+mark+s.of(all, after)+padding, s.of(all, before+9)+mark+s.of(all, after+9)+padding, mark),
		}
	}
	jwt := "eyJ" + s.of(all, 33) + ".eyJ" + s.of(all, 90) + "." + s.of(b64u, 43)
	m := map[string]both{
		"age-key":             {v("AGE-SECRET" + "-KEY-1" + s.of("QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L", 58)), v("age1"+s.of(low+dig, 58), "AGE-SECRET"+"-KEY-1")},
		"anthropic-key":       prefixed("sk-ant"+"-api03-", b64u, 95),
		"atlassian-token":     prefixed("ATATT3", b64u, 190),
		"aws-bedrock-key":     prefixed("ABSK", b64s, 128),
		"aws-session-token":   prefixed("IQoJb3JpZ2lu"+"X2Vj", b64s, 400),
		"azure-devops-token":  azure(76, "AZDO", 4, ""),
		"azure-key":           azure(33, "+ASb", 6, "="),
		"azure-storage-key":   azure(76, "+ASt", 6, "=="),
		"brevo-key":           {v("xkeysib" + "-" + s.of(hexa, 64) + "-" + s.of(all, 16)), v("xkeysib" + "-" + s.of(hexa, 20))},
		"buildkite-token":     prefixed("bkua_", hexa, 40),
		"circleci-token":      {v("CCIPAT_" + s.of(all, 22) + "_" + s.of(hexa, 40)), v("CCIPAT_" + s.of(all, 22))},
		"cloudflare-token":    prefixed("cfut_", all, 48),
		"databricks-token":    prefixed("dapi", hexa, 32),
		"datadog-key":         prefixed("ddapp_", all, 34),
		"digitalocean-token":  prefixed("dop_v1_", hexa, 64),
		"docker-token":        prefixed("dckr_pat_", b64u, 27),
		"doppler-token":       prefixed("dp.pt.", all, 43),
		"figma-token":         prefixed("figd_", all, 40),
		"github-app-token":    {append(prefixed("ghs_", all, 36).right, v("ghs_12345_"+jwt)...), prefixed("ghs_", all, 36).wrong},
		"github-token":        prefixed("ghp_", all, 36),
		"gitlab-token":        prefixed("glpat-", all, 20),
		"google-access-token": prefixed("ya29.", b64u, 120),
		"google-api-key":      prefixed("AIza", all, 35),
		"google-oauth-secret": prefixed("GOCSPX-", all, 28),
		"grafana-token":       {v("glsa_" + s.of(all, 32) + "_" + s.of(hexa, 8)), v("glsa_" + s.of(all, 12))},
		"groq-key":            prefixed("gsk_", all, 52),
		"heroku-token":        prefixed("HRKU"+"-AA", all, 58),
		"huggingface-token":   prefixed("hf_", low+upp, 34),
		"linear-key":          prefixed("lin_api_", all, 40),
		"mailgun-key":         {v("key-" + s.of(hexa, 32)), v("sort-key-"+s.of(hexa, 32), "key-"+s.of(hexa, 17))},
		"mongodb-token":       prefixed("mdb_sa_sk_", all, 40),
		"netlify-token":       prefixed("nfp_", all, 36),
		"newrelic-key":        prefixed("NRAK-", upp+dig, 27),
		"notion-token":        prefixed("ntn_", all, 46),
		"npm-token":           prefixed("npm_", all, 36),
		"onepassword-token":   {v("ops_" + "eyJ" + s.of(all, 400)), v("ops_" + "eyJ" + s.of(all, 40))},
		"openai-key":          {v("sk-"+"proj-"+s.of(all, 120), "sk-"+s.of(all, 20)+"T3Blbk"+"FJ"+s.of(all, 20)), v("sk-"+"proj-"+s.of(all, 9), s.of(all, 40)+"T3Blbk"+"FJ")},
		"planetscale-token":   prefixed("pscale_tkn_", all, 43),
		"postman-key":         {v("PMAK-" + s.of(hexa, 24) + "-" + s.of(hexa, 34)), v("PMAK-" + s.of(hexa, 24))},
		"pulumi-token":        prefixed("pul-", hexa, 40),
		"pypi-token":          prefixed("pypi-"+"AgEIcHlwaS5vcmc", b64u, 140),
		"rubygems-key":        prefixed("rubygems_", hexa, 48),
		"sendgrid-key":        {v("SG." + s.of(all, 22) + "." + s.of(all, 43)), v("SG."+s.of(all, 22), "MSG."+s.of(all, 66))},
		"sentry-token":        {v("sntrys_" + "eyJpYXQiO" + s.of(all, 100) + "_" + s.of(all, 43)), v("https://" + s.of(hexa, 32) + "@o1.ingest.sentry.io/1")},
		"shopify-token":       prefixed("shpat_", hexa, 32),
		"sonarqube-token":     prefixed("squ_", hexa, 40),
		"stripe-key": {
			append(prefixed("sk_"+"live_", all, 24).right, v("rk_"+"test_"+s.of(all, 99))...),
			append(prefixed("sk_"+"live_", all, 24).wrong, v("pk_"+"live_"+s.of(all, 24))...),
		},
		"stripe-webhook-secret": prefixed("whsec_", all, 32),
		"supabase-token":        prefixed("sbp_", hexa, 40),
		"tailscale-key":         {v("tskey-" + "auth-" + s.of(all, 17) + "-" + s.of(all, 32)), v("tskey-" + "auth-" + s.of(all, 9))},
		"terraform-token":       {v(s.of(all, 14) + ".atlas" + "v1." + s.of(all, 67)), v(".atlas"+"v1."+s.of(all, 67), s.of(all, 14)+".atlas"+"v1."+s.of(all, 20))},
		"vault-token":           prefixed("hvs.", all, 24),

		"azure-client-secret": {
			v(s.of(all, 3)+"8Q~"+s.of(all, 34), "secret="+s.of(all, 3)+"7Q~"+s.of(all, 31)+"&x=1"),
			v(s.of(all, 3)+"8Q~"+s.of(all, 12), "8Q~", s.of(all, 40)),
		},
		"azure-sas": {
			v("https://a.blob.core.windows.net/c?sv=2024-01-01&se=2027-01-01&sp=r&sig="+s.of(all, 40)+"%2Bx%3D", "https://b.servicebus.windows.net?sr=x&sig="+s.of(all, 43)+"%3D&se=1&skn=k"),
			v("https://x.io/?sig="+s.of(all, 44), "https://a.blob.core.windows.net/c?sv=2024-01-01&se=2027-01-01&sig=${sig}"),
		},
		"cloudflare-origin-ca": {v("v1.0-" + s.of(hexa, 24) + "-" + s.of(hexa, 146)), v("v1.0-"+s.of(hexa, 24), "v1.0-"+s.of(hexa, 40))},
		"discord-webhook": {
			v("https://discord.com/api/webhooks/123456789012345678/" + s.of(all, 68)),
			v("https://discord.com/api/webhooks/123456789012345678", "https://example.com/api/webhooks/orders/created"),
		},
		"slack-token":   {v("xox"+"b-123456789012-1234567890123-"+s.of(all, 24), "xapp"+"-1-A"+s.of(upp+dig, 10)+"-1234567890123-"+s.of(hexa, 64)), v("xox"+"b-token", "xox"+"b-your-token-goes-here-please")},
		"slack-webhook": {v("https://hooks.slack.com/services/T" + s.of(upp+dig, 10) + "/B" + s.of(upp+dig, 10) + "/" + s.of(all, 24)), v("https://hooks.slack.com/services/", "https://hooks.slack.com/services/T00000000/B00000000/"+strings.Repeat("X", 24))},
		"teams-webhook": {v("https://x.webhook.office.com/webhookb2/" + s.of(hexa, 36) + "@" + s.of(hexa, 36) + "/IncomingWebhook/" + s.of(hexa, 32) + "/" + s.of(hexa, 36)), v("https://x.webhook.office.com/webhookb2/", "https://outlook.office.com/webhook")},

		"jwt": {v(jwt, "token_"+jwt, `{"a":"`+jwt+`"}`, `x\n`+jwt), v("eyJ"+s.of(all, 33), "eyJ"+s.of(all, 33)+"."+s.of(all, 30)+".x", encode(`{"alg":"HS256"}`))},
		"private-key": {
			v(s.pem("RSA PRIVATE"+" KEY"), s.pem("PRIVATE"+" KEY"), s.pem("OPENSSH PRIVATE"+" KEY"), s.pem("ENCRYPTED PRIVATE"+" KEY"), s.pem("PGP PRIVATE"+" KEY BLOCK"),
				strings.ReplaceAll(s.pem("EC PRIVATE"+" KEY"), "\n", `\n`), encode(s.pem("PRIVATE"+" KEY")), encode("#\n"+s.pem("PRIVATE"+" KEY")), encode("##\n"+s.pem("PRIVATE"+" KEY")),
				"PuTTY-User-Key-File"+"-3: ssh-ed25519\nEncryption: none\nPublic-Lines: 1\nAAAA\nPrivate-Lines: 1\n"+s.of(b64s, 48)+"\n"),
			v(s.pem("CERTIFICATE"), s.pem("PUBLIC KEY"), s.pem("CERTIFICATE REQUEST"), encode(s.pem("CERTIFICATE")), "-----BEGIN PRIVATE"+" KEY-----\n...\n-----END PRIVATE"+" KEY-----",
				"-----BEGIN PGP MESSAGE-----\n"+s.of(b64s, 64)+"\n-----END PGP MESSAGE-----", "begins with -----BEGIN RSA PRIVATE"+" KEY----- and a body"),
		},
		"gcp-service-account": {
			v(`{"type":"service_account","project_id":"x","private_key":"`+strings.ReplaceAll(s.pem("PRIVATE"+" KEY"), "\n", `\n`)+`"}`, encode(`{"type": "service_account", "private_key": "`+strings.ReplaceAll(s.pem("PRIVATE"+" KEY"), "\n", `\n`)+`"}`)),
			v(`{"type":"external_account","audience":"//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/x"}`, `{"type":"service_account","project_id":"x"}`),
		},
		"aws-secret-key": {
			k("AWS_SECRET_ACCESS_KEY", s.of(all, 38)+"/9", "aws:secretKey", "Aa0"+s.of(all, 37), "value", "AKIA"+s.of(upp, 16)+":"+"Aa0"+s.of(b64s, 37), "userData", "export AWS_SECRET_ACCESS_KEY='Ab1"+s.of(all, 37)+"'\n"),
			k("value", "Aa0"+s.of(b64s, 37), "accessKey", "AKIA"+s.of(upp, 16), "AWS_SECRET_ACCESS_KEY", "${AWS_SECRET_ACCESS_KEY}", "commit", s.of(hexa, 40), "secretKey", "wJalrXUtnFEMI"+"/K7MDENG/bPxRfiCYEXAMPLEKEY"),
		},
		"credentialed-url": {
			v("postgres://app:"+s.of(all, 12)+"@db:5432/app", "https://deploy:"+s.of(all, 20)+"@git.example.com/x.git", "redis://:"+s.of(all, 16)+"@cache:6379", "mongodb+srv://u:p%40"+s.of(all, 8)+"@c.mongodb.net/x?w=majority", `see "amqp://u:`+s.of(all, 9)+`@q/v".`,
				"app:"+s.of(all, 12)+"@tcp(db:3306)/app"),
			v("https://public@o1.ingest.sentry.io/1", "ssh://git@github.com/x/y.git", "postgres://app:${DB_PASSWORD}@db/app", "postgresql://$(U):$(P)@db", "https://user:password@example.com", "postgres://u:<password>@h/db",
				"docker://nginx:1.27@sha256:"+s.of(hexa, 64), "https://example.com:8443/a@b", "http://{{user}}:{{pass}}@h/", "app:${PW}@tcp(db:3306)/app", "%s:%s@tcp(%s)/app", "https://oauth2:****@git.example.com/x"),
		},
		"authorization-header": {
			append(v("Authorization: Bearer "+s.of(all, 40), "Basic "+encode("bob:"+s.of(all, 12)), "token "+s.of(hexa, 40)), k("Authorization", "ApiKey "+s.of(all, 24))...),
			append(v("Bearer ${token}", "Basic auth", "Bearer authentication-with-tokens", "basic "+encode("just words"), "the token "+s.of(hexa, 40)), k("Authorization", "AWS4-HMAC-SHA256", "authorization", "NONE")...),
		},
		"docker-auth": {
			v(`{"auths":{"ghcr.io":{"auth":"`+encode("bob:"+s.of(all, 12))+`"}}}`, encode(`{"auths":{"ghcr.io":{"auth":"`+encode("bob:"+s.of(all, 12))+`"}}}`)),
			append(v(`{"auths":{"ghcr.io":{}},"credsStore":"ecr-login"}`), k("auth", "required", "auth", encode("nothing"))...),
		},
		"password": {
			k("dbPassword", "hunter2", "app:dbPassword", "Passw0rd!", "PGPASSWORD", s.of(all, 12), "userPasswords.admin", s.of(all, 9), "passphrase", "otter lamp 42 river", "environment[0].value", "DB_PASSWORD="+s.of(all, 12),
				"containerDefinitions", `[{"name":"a","environment":[{"name":"DB_PASSWORD","value":"`+s.of(all, 12)+`"}]}]`, "values", "auth:\n  user: a\n  password: "+s.of(all, 9)+"\n",
				"connection", "Server=db;User ID=sa;Password="+s.of(all, 9)+";Encrypt=True", "userData", "#!/bin/sh\nmysql -u root -p'"+s.of(all, 9)+"' -e x\n", "userData", "docker login -u bob -p "+s.of(all, 9)+" ghcr.io",
				"userDataBase64", encode("#!/bin/sh\necho starting\nexport DB_PASSWORD="+s.of(all, 9)+"\n"), "value", "jdbc:postgresql://h/db?user=a&password="+s.of(all, 12), "x", "<password>"+s.of(all, 12)+"</password>"),
			k("passwordPolicy", "hunter2", "passwordSecretArn", "hunter22", "password", "changeme", "password", "${var.password}", "password", "arn:aws:secretsmanager:eu-west-1:123456789012:secret:x", "manageMasterUserPassword", "hunter2",
				"password", "$2b$12$"+s.of(all, 53), "password", "projects/p/secrets/s/versions/1", "password", "@Microsoft.KeyVault(SecretUri=https://v.vault.azure.net/secrets/x)", "password", "Enter your password", "passwordLength", "hunter2",
				"password", "{{ .Values.password }}", "password", "op://vault/item/password", "password", "true", "values", "auth:\n  password: ${PASSWORD}\n  existingSecret: db-credentials\n",
				"env", `[{"name":"DB_PASSWORD","valueFrom":{"secretKeyRef":{"name":"db","key":"password"}}}]`, "userData", "docker login -u bob --password-stdin ghcr.io"),
		},
		"secret": {
			k("clientSecret", s.of(all, 24), "STRIPE_API_KEY", s.of(hexa, 32), "jwt_secret", s.of(b64s, 32), "x-api-key", s.of(all, 20), "apiKey", "3b241101-e2bb-4255-8caf-4136c566a962", "authToken", s.of(hexa, 32), "content", "//npm.example.com/:_authToken="+s.of(hexa, 36)+"\n"),
			k("nextToken", s.of(all, 32), "clientToken", "3b241101-e2bb-4255-8caf-4136c566a962", "publicKey", s.of(b64s, 64), "secretName", s.of(all, 24), "kmsKeyId", "3b241101-e2bb-4255-8caf-4136c566a962", "apiKey", "YOUR_API_KEY", "token", "my-service-token",
				"clientSecret", "prod/db/client-secret", "partitionKey", s.of(all, 32), "tokenUrl", "https://x.io/token", "secret", "v1:"+s.of(b64s, 16)+":"+s.of(b64s, 32), "imagePullSecret", s.of(all, 20), "apiKeySource", "HEADER"),
		},
		"strong-key": {
			k("primaryKey", "Aa0"+s.of(b64s, 60), "sharedAccessPolicyKey", "Zz9"+s.of(b64s, 80)),
			k("primaryKey", "createdAt", "primaryKey", s.of(hexa, 64), "publicKey", "Aa0"+s.of(b64s, 60), "cacheKey", "Aa0"+s.of(b64s, 60), "sortKey", "Aa0"+s.of(b64s, 60)),
		},
		"extra-pattern": {v("ACME-123456", "id=ACME-999999;"), v("ACME-12345", "acme-123456")},
	}
	return m
}
