package corpus

import (
	"fmt"
	"strings"
)

// harmless generates references, names, ids and hashes, often under keys that suggest a secret.
func (g *generator) harmless() {
	g.group = Harmless
	g.group = Harmless
	g.negative("aws-access-key-id",
		keys("environment.variables.AWS_ACCESS_KEY_ID", "accessKey", "value", "aws:accessKey"),
		func() string { return g.accessKeyID(g.pick("AKIA", "AKIA", "ASIA")) })
	g.negative("arn", keys("arn", "roleArn", "targetGroupArn", "value", "topicArn", "policyArns[0]"), func() string {
		a := g.account()
		r := g.region()
		return g.pick("arn:aws:iam::"+a+":role/"+g.words()+"-"+g.hex(7),
			"arn:aws:lambda:"+r+":"+a+":function:"+g.words(),
			"arn:aws:elasticloadbalancing:"+r+":"+a+":targetgroup/"+g.word()+"/"+g.hex(16),
			"arn:aws:kms:"+r+":"+a+":key/"+g.uuid(), "arn:aws:acm:"+r+":"+a+":certificate/"+g.uuid(),
			"arn:aws:s3:::"+g.words()+"-"+g.hex(7),
			"arn:aws:dynamodb:"+r+":"+a+":table/"+g.words()+"-"+g.hex(7)+
				"/stream/2024-05-01T00:00:00.000",
			"arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryReadOnly",
			"arn:aws:states:"+r+":"+a+":stateMachine:"+g.words())
	})
	g.negative("secret-arn",
		keys("secretArn", "masterUserSecret.secretArn", "valueFrom", "secretId", "passwordSecretArn", "credentialsArn",
			"dbPasswordArn", "tokenSecretArn"), func() string {
			a, r := g.account(), g.region()
			return g.pick("arn:aws:secretsmanager:"+r+":"+a+":secret:"+g.words()+"-"+g.of(alnum, 6),
				"arn:aws:secretsmanager:"+r+":"+a+":secret:rds!db-"+g.uuid()+"-"+g.of(alnum, 6),
				"arn:aws:ssm:"+r+":"+a+":parameter/"+g.word()+"/db/password",
				"arn:aws:secretsmanager:"+r+":"+a+":secret:prod/db-"+g.of(alnum, 6)+":password::")
		})
	g.negative("secret-ref",
		keys("dbPassword", "password", "value", "secretKeyRef", "apiKey", "environment.variables.DB_PASSWORD",
			"secretRef", "clientSecret", "passwordRef"), func() string {
			return g.pick("projects/"+g.word()+"-"+g.number(5)+"/secrets/"+g.words()+"/versions/latest",
				"projects/"+g.number(12)+"/secrets/db-password",
				"@Microsoft.KeyVault(SecretUri=https://"+g.word()+".vault.azure.net/secrets/"+g.word()+"/"+g.hex(32)+
					")", "@Microsoft.KeyVault(VaultName="+g.word()+";SecretName="+g.word()+")",
				"https://"+g.word()+".vault.azure.net/secrets/"+g.word()+"/"+g.hex(32),
				"{{resolve:secretsmanager:prod/"+g.word()+":SecretString:password}}",
				"{{resolve:ssm-secure:/prod/db/password:1}}", "vault:secret/data/"+g.word()+"#password",
				"op://infra/"+g.word()+"/password", "ref+awssecrets://prod/"+g.word()+"#/password",
				"ssm:///prod/"+g.word()+"/api-key", "sm://"+g.word()+"/db-password",
				"keyvault://"+g.word()+"/db-password")
		})
	g.negative("secret-name",
		keys("secretName", "name", "tlsSecretName", "imagePullSecrets[0].name", "passwordSecretName",
			"secretKeyRef.name", "secretKeyRef.key", "existingSecret", "parameterName", "apiKeySecretName",
			"credentialsSecretRef.name", "environment[0].name"), func() string {
			return g.pick(g.word()+"-db-password", "/prod/"+g.word()+"/password", g.word()+"-tls", g.word()+"-api-key",
				"db-credentials", "DB_PASSWORD", "STRIPE_SECRET_KEY", "password", "token", "admin-password",
				"redis-password", "regcred")
		})
	g.negative("interpolation",
		keys("password", "apiKey", "token", "clientSecret", "value", "connectionString",
			"environment.variables.DB_PASSWORD"), func() string {
			return g.pick("${DB_PASSWORD}", "${var.db_password}", "$(DB_PASSWORD)", "$DB_PASSWORD",
				"{{ .Values.auth.password }}", "{{ secrets.API_TOKEN }}", "${{ secrets.NPM_TOKEN }}", "%DB_PASSWORD%",
				"#{DB_PASSWORD}#", "${aws_secretsmanager_secret_version.db.secret_string}", "<%= ENV['DB_PASSWORD'] %>",
				"{{resolve:ssm:/app/token}}", "$(cat /run/secrets/db_password)",
				"postgres://app:${DB_PASSWORD}@"+g.host()+":5432/app",
				"postgresql://$(DB_USER):$(DB_PASSWORD)@db:5432/app", "env:DB_PASSWORD",
				"file:/run/secrets/token")
		})
	g.negative("placeholder",
		keys("password", "apiKey", "token", "clientSecret", "secretString", "value", "adminPassword",
			"environment.variables.API_KEY"), func() string {
			return g.pick("changeme", "CHANGE_ME", "change-me", "REPLACE_ME", "replace-me-later", "placeholder", "TODO",
				"<your-api-key>", "<password>", "xxxxxxxx", "XXXXXXXXXXXXXXXX", "********", "your-api-key-here", "dummy",
				"example", "not-used", "none", "n/a", "unset", "[secret]", "[REDACTED]", "(known after apply)",
				"AKIA"+"IOSFODNN7EXAMPLE", "wJalrXUtnFEMI"+"/K7MDENG/bPxRfiCYEXAMPLEKEY", "null", "undefined",
				"FIXME", "to-be-set", "0000000000", "")
		})
	g.negative("aws-ids", keys("id", "instanceId", "subnetIds[0]", "vpcId", "imageId", "value", "allocationId"),
		func() string {
			return g.pick("i-", "subnet-", "vpc-", "sg-", "ami-", "eipalloc-", "rtb-", "igw-", "nat-", "eni-", "vol-",
				"snap-", "lt-", "tgw-", "acl-", "fs-", "eipassoc-", "sgr-", "pcx-", "vpce-") + g.hex(17)
		})
	g.negative("aws-unique-id", keys("uniqueId", "roleId", "userId", "value"), func() string {
		return g.pick("AROA", "AIDA", "AGPA", "AIPA", "ANPA", "ANVA", "APKA", "ASCA") + g.of(b32, 17)
	})
	g.negative("uuid",
		keys("id", "tenantId", "clientId", "subscriptionId", "objectId", "principalId", "value", "correlationId",
			"kmsKeyId", "keyId", "secretVersionId", "clientRequestToken", "applicationId", "externalId"), g.uuid)
	g.negative("image-digest", keys("image", "imageUri", "digest", "value", "imageName"), func() string {
		return g.pick(g.account()+".dkr.ecr."+g.region()+".amazonaws.com/"+g.word()+"@sha256:"+g.hex(64),
			"docker.io/library/nginx:1.27@sha256:"+g.hex(64), "sha256:"+g.hex(64),
			"ghcr.io/acme/"+g.word()+":"+g.hex(40), "gcr.io/"+g.word()+"/"+g.word()+":v1.2."+g.number(1))
	})
	g.negative("git-sha", keys("commit", "sourceRevision", "tags.commit", "value", "version", "gitSha"),
		func() string { return g.hex(g.oneOf(40, 40, 7, 12)) })
	g.negative("hex-hash",
		keys("etag", "md5", "checksum", "fingerprint", "thumbprintLists[0]", "contentHash", "value", "configHash",
			"hash"), func() string {
			return g.pick(g.hex(32), g.hex(40), g.hex(64), "\""+g.hex(32)+"\"", strings.ToUpper(g.hex(40)),
				g.hex(32)+"-"+g.number(1))
		})
	g.negative("b64-hash", keys("sourceCodeHash", "codeSha256", "sourceHash", "value", "contentMd5", "checksumSha256"),
		func() string { return g.base64(g.oneOf(32, 32, 16)) })
	g.negative("sri-nonce", keys("integrity", "contentSecurityPolicy", "value"), func() string {
		return g.pick("sha384-"+g.base64(48), "sha256-"+g.base64(32),
			"default-src 'self'; script-src 'nonce-"+g.base64(16)+"' 'strict-dynamic'",
			"script-src 'sha256-"+g.base64(32)+"'")
	})
	g.negative("cidr-ip", keys("cidrBlock", "value", "privateIp", "cidrBlocks[0]"), func() string {
		return fmt.Sprintf("10.%d.%d.0/%d", g.random.IntN(256), g.random.IntN(256), g.between(16, 28))
	})
	g.negative("hostname", keys("endpoint", "address", "dnsName", "value", "domainName", "host"), func() string {
		return g.pick(g.host(), g.word()+"-"+g.number(9)+"."+g.region()+".elb.amazonaws.com",
			"d"+g.of(lalnum, 13)+".cloudfront.net", g.of(lalnum, 10)+".execute-api."+g.region()+".amazonaws.com",
			g.word()+"."+g.of(lalnum, 6)+".use1.cache.amazonaws.com:6379",
			"_"+g.hex(32)+"."+g.of(lower, 10)+".acm-validations.aws.")
	})
	g.negative("url-nocred",
		keys("url", "endpoint", "tokenUrl", "authorizationEndpoint", "issuer", "callbackUrls[0]", "webhookUrl",
			"secretsManagerEndpoint", "tokenEndpoint", "passwordResetUrl"), func() string {
			return g.pick("https://"+g.host()+"/oauth2/token", "https://login.microsoftonline.com/"+g.uuid()+"/v2.0",
				"https://"+g.host()+":8443/api/v1?page=2&token_type=bearer",
				"https://oidc.eks."+g.region()+".amazonaws.com/id/"+strings.ToUpper(g.hex(32)),
				"https://cognito-idp."+g.region()+".amazonaws.com/"+g.region()+"_"+g.of(alnum, 9),
				"https://"+g.word()+".s3.amazonaws.com/"+g.word()+"/"+g.uuid()+".zip?versionId="+
					g.of(alnum, 32), "https://hooks.example.com/services/"+g.word(),
				"https://accounts.google.com/o/oauth2/auth", "redis://"+g.host()+":6379/0",
				"postgres://"+g.host()+":5432/"+g.word(), "amqp://"+g.host(),
				"jdbc:postgresql://"+g.host()+":5432/"+g.word())
		})
	g.negative("url-user-only", keys("repositoryUrl", "cloneUrl", "source", "value", "dsn", "connectionString"),
		func() string {
			return g.pick("ssh://git@github.com/acme/"+g.word()+".git", "git@github.com:acme/"+g.word()+".git",
				"https://"+g.word()+"@bitbucket.org/acme/"+g.word()+".git", "postgres://app@"+g.host()+":5432/"+g.word(),
				"https://"+g.hex(32)+"@o"+g.number(6)+".ingest.sentry.io/"+g.number(7),
				"sftp://"+g.word()+"@"+g.host()+"/in", "mailto:"+g.word()+"@example.com")
		})
	g.negative("ssh-public-key",
		keys("publicKey", "sshPublicKeys[0]", "value", "sshKeys", "publicKeyOpenssh", "metadata.ssh-keys",
			"adminSshKey.publicKey"), func() string {
			return g.pick("ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQ"+g.of(b64, 340)+" "+g.word()+"@"+g.word(),
				"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI"+g.of(b64, 43)+" "+g.word(),
				"ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABB"+g.of(b64, 86)+"=")
		})
	g.negative("pem-cert",
		keys("certificate", "certificateBody", "caCert", "value", "certPem", "certificateAuthority.data",
			"rootCertificate"), func() string {
			return g.pick(g.certificate(), g.certificate()+g.certificate(), g.pem("CERTIFICATE REQUEST", "MIIC", 900),
				g.pem("PUBLIC KEY", "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A", 392), g.pem("X509 CRL", "MIIB", 700))
		})
	g.negative("pem-cert-b64", keys("certificateAuthority.data", "caCertificate", "clusterCaCertificate", "value"),
		func() string { return encode(g.certificate()) })
	g.negative("pubkey-b64", keys("publicKey", "peer.publicKey", "wireguardPublicKey", "value", "hostKeyFingerprint"),
		func() string {
			return g.pick(g.base64(32), "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA"+g.of(b64, 342)+"IDAQAB",
				"SHA256:"+g.of(b64, 43), "age1"+strings.ToLower(g.of(bech, 58)))
		})
	g.negative("dns-txt",
		keys("records[0]", "dkimTokens[0]", "verificationToken", "domainValidation", "value", "txtRecord"),
		func() string {
			return g.pick("v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQ"+g.of(b64, 180)+"IDAQAB",
				g.of(lalnum, 32), "google-site-verification="+g.of(b64u, 43), "MS=ms"+g.number(8), g.base64(32),
				"v=spf1 include:_spf.google.com ~all", "atlassian-domain-verification="+g.of(alnum, 64))
		})
}
