package corpus

import (
	"strings"
)

// harmlessDocuments generates documents without a secret, and ciphertexts.
func (g *generator) harmlessDocuments() {
	g.negative("userdata-plain", keys("userData", "customData", "metadata.startup-script", "value"), func() string {
		return "#!/bin/bash\nset -euo pipefail\napt-get update -y\napt-get install -y nginx jq " +
			"awscli\nDB_PASSWORD=$(aws secretsmanager get-secret-value --secret-id prod/" + g.word() +
			" --query SecretString --output text)\nexport DB_PASSWORD\nAWS_REGION=" + g.region() +
			"\naws s3 cp s3://" + g.words() + "/bootstrap.sh /tmp/\ncurl -fsSL https://" + g.host() +
			"/install.sh -o /tmp/i.sh\necho \"token_ttl=3600\" >> /etc/app.conf\nsystemctl enable --now nginx\n"
	})
	g.negative("cloudinit-plain", keys("userData", "customData", "value"), func() string {
		return "#cloud-config\nusers:\n  - name: " + g.word() + "\n    sudo: ALL=(ALL) NOPASSWD:ALL\n    " +
			"lock_passwd: true\n    ssh_authorized_keys:\n      - ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI" +
			g.of(b64, 43) + " ops\npackages: [nginx, jq]\nssh_pwauth: false\nwrite_files:\n  - path: " +
			"/etc/app/config.yaml\n    content: |\n      password_file: /run/secrets/db\n      token_url: " +
			"https://" + g.host() + "/token\nruncmd:\n  - systemctl restart nginx\n"
	})
	g.negative("userdata-b64", keys("userDataBase64", "userData", "customData", "value"), func() string {
		return encode("#!/bin/bash\nset -e\nyum install -y nginx\n/etc/eks/bootstrap.sh " + g.words() +
			" --b64-cluster-ca " + encode(g.certificate()) + " --apiserver-endpoint https://" +
			strings.ToUpper(g.hex(32)) + ".gr7." + g.region() + ".eks.amazonaws.com\n")
	})
	g.negative("iam-policy", keys("policy", "assumeRolePolicy", "inlinePolicies[0].policy", "value"), func() string {
		return `{"Version":"2012-10-17","Statement":[{"Sid":"AllowSecretRead","Effect":"Allow","Action":["secretsmanager:GetSecretValue","kms:Decrypt","ssm:GetParameter"],"Resource":"arn:aws:secretsmanager:` + g.region() + `:` + g.account() + `:secret:` + g.words() + `-` + g.of(alnum, 6) + `"},{"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::` + g.account() + `:oidc-provider/token.actions.githubusercontent.com"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{"token.actions.githubusercontent.com:aud":"sts.amazonaws.com","token.actions.githubusercontent.com:sub":"repo:acme/` + g.word() + `:ref:refs/heads/main"}}}]}`
	})
	g.negative("containerdefs-plain", keys("containerDefinitions", "value"), func() string {
		return `[{"name":"` + g.word() + `","image":"` + g.account() + `.dkr.ecr.` + g.region() + `.amazonaws.com/` +
			g.word() + `:` + g.hex(40) +
			`","environment":[{"name":"TOKEN_TTL_SECONDS","value":"3600"},{"name":"SECRET_ID","value":"prod/` +
			g.word() + `"},{"name":"KMS_KEY_ID","value":"` + g.uuid() +
			`"}],"secrets":[{"name":"DB_PASSWORD","valueFrom":"arn:aws:secretsmanager:` + g.region() + `:` +
			g.account() + `:secret:` + g.words() + `-` + g.of(alnum, 6) +
			`:password::"}],"logConfiguration":{"logDriver":"awslogs","options":{"awslogs-group":"/ecs/` + g.word() + `"}}}]`
	})
	g.negative("k8s-yaml-plain", keys("manifest", "values", "content", "value"), func() string {
		return "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: " + g.word() +
			"\nspec:\n  template:\n    spec:\n      imagePullSecrets: [{name: regcred}]\n      containers:\n      - " +
			"name: app\n        image: " + g.word() + "@sha256:" + g.hex(64) +
			"\n        env:\n        - name: DB_PASSWORD\n          valueFrom:\n            secretKeyRef:\n  " +
			"            name: " + g.word() + "-db-credentials\n              key: password\n        - " +
			"name: TOKEN_URL\n          value: https://" + g.host() + "/token\n"
	})
	g.negative("json-plain", keys("settings", "dashboardBody", "definition", "value"), func() string {
		return `{"logLevel":"info","passwordPolicy":{"minimumLength":16,"requireSymbols":true},"tokenTtl":"1h","authType":"OIDC","secretName":"` + g.words() + `","kmsKeyId":"` + g.uuid() + `","apiKeySource":"HEADER","passwordFile":"/run/secrets/db","cacheKey":"user:` + g.word() + `","partitionKey":"id","publicKeyPath":"/etc/keys/pub.pem"}`
	})
	g.negative("pulumi-cipher",
		keys("app:dbPassword.secure", "password", "encryptionsalt", "encryptedkey", "value", "secure"), func() string {
			return g.pick("v1:"+g.base64(12)+":"+g.base64(g.oneOf(24, 40, 60)),
				"v1:"+g.base64(8)+":v1:"+g.base64(12)+":"+g.base64(28), "AAABA"+g.of(b64, g.oneOf(55, 75, 111)),
				"AAABA"+g.of(b64, 62)+"==", "AQICAHh"+g.of(b64, 200)+"==")
		})
	g.negative("encrypted-blob",
		keys("password", "secret", "ciphertextBlob", "value", "encryptedData.password", "ciphertext"), func() string {
			return g.pick("AQICAHh"+g.of(b64, 180)+"==",
				"ENC[AES256_GCM,data:"+g.of(b64, 20)+",iv:"+g.base64(32)+",tag:"+g.base64(16)+",type:str]",
				"AgB"+g.of(b64, 500)+"==", "$ANSIBLE_VAULT;1.1;AES256\n"+g.hex(80), "vault:v1:"+g.base64(48),
				"-----BEGIN PGP MESSAGE-----\n\n"+wrap("hQ"+g.of(b64, 500))+"\n-----END PGP MESSAGE-----",
				"-----BEGIN AGE ENCRYPTED FILE-----\n"+wrap("YWdl"+g.of(b64, 300))+
					"\n-----END AGE ENCRYPTED FILE-----", "CiQA"+g.of(b64, 100)+"=")
		})
	g.negative("pw-hash",
		keys("passwordHash", "users[0].password", "htpasswd", "hashedPassword", "value", "passwordBcrypt"),
		func() string {
			return g.pick("$2b$12$"+g.of("./"+alnum, 53), "$2a$10$"+g.of("./"+alnum, 53),
				"$6$"+g.of(alnum, 16)+"$"+g.of("./"+alnum, 86),
				"$argon2id$v=19$m=65536,t=3,p=4$"+g.of(b64, 22)+"$"+g.of(b64, 43),
				"SCRAM-SHA-256$4096:"+g.base64(16)+"$"+g.base64(32)+":"+g.base64(32),
				"$apr1$"+g.of(alnum, 8)+"$"+g.of("./"+alnum, 22), g.word()+":$2y$05$"+g.of("./"+alnum, 53),
				"pbkdf2_sha256$600000$"+g.of(alnum, 22)+"$"+g.base64(32))
		})
	g.negative("name-random",
		keys("bucket", "name", "resourceName", "value", "dbName", "clusterIdentifier", "functionName", "physicalName"),
		func() string {
			return g.pick(g.words()+"-"+g.hex(7), g.word()+"-"+g.of(lalnum, 12)+"-"+g.region(),
				"tf-"+g.word()+"-"+g.number(18), "cdk-hnb659fds-assets-"+g.account()+"-"+g.region(),
				g.words()+"-"+g.of(lalnum, 20), g.of(lalnum, 24), "terraform-20240501"+g.number(14)+"000001",
				g.word()+g.of(upper, 1)+g.of(alnum, 12)+"-"+g.of(ualnum, 12))
		})
	g.negative("random-id", keys("hex", "b64Url", "suffix", "id", "keepers.x", "value", "result.id"),
		func() string { return g.pick(g.hex(8), g.hex(16), g.of(b64u, 11), g.of(lalnum, 8), g.of(lalnum, 16)) })
	g.negative("cloud-short-ids",
		keys("zoneId", "hostedZoneId", "distributionId", "userPoolId", "restApiId", "value", "accountId",
			"userPoolClientId", "apiId", "projectNumber", "accountSid", "measurementId", "versionId", "teamId"),
		func() string {
			return g.pick("Z"+g.of(ualnum, g.between(12, 20)), "E"+g.of(ualnum, 13), g.region()+"_"+g.of(alnum, 9),
				g.of(lalnum, 10), g.account(), g.of(lalnum, 26), g.hex(32), "AC"+g.hex(32), "SK"+g.hex(32),
				"G-"+g.of(ualnum, 10), g.of(alnum+"._", 32), "T0"+g.of(ualnum, 9), "C0"+g.of(ualnum, 8),
				"prod_"+g.of(alnum, 14), "price_1"+g.of(alnum, 23), "pk_live_"+g.of(alnum, 24),
				g.number(12)+"-"+g.of(lalnum, 32)+".apps.googleusercontent.com")
		})
	g.negative("azure-id",
		keys("id", "resourceGroupId", "keyVaultId", "value", "scope", "workspaceResourceId",
			"sslCertificate.keyVaultSecretId"), func() string {
			return "/subscriptions/" + g.uuid() + "/resourceGroups/rg-" + g.word() + "/providers/" +
				g.pick("Microsoft.KeyVault/vaults/kv-"+g.word(),
					"Microsoft.Network/virtualNetworks/vnet-"+g.word()+"/subnets/snet",
					"Microsoft.ManagedIdentity/userAssignedIdentities/id-"+g.word(),
					"Microsoft.KeyVault/vaults/kv/secrets/db-password")
		})
	g.negative("gcp-id",
		keys("email", "serviceAccount", "selfLink", "member", "value", "serviceAccountEmail", "kmsKeyName",
			"cryptoKey"), func() string {
			p := g.word() + "-" + g.number(6)
			return g.pick(g.word()+"@"+p+".iam.gserviceaccount.com",
				"serviceAccount:"+g.word()+"@"+p+".iam.gserviceaccount.com",
				"https://www.googleapis.com/compute/v1/projects/"+p+"/zones/us-central1-a/instances/"+g.word(),
				"projects/"+p+"/locations/global/keyRings/"+g.word()+"/cryptoKeys/"+g.word(),
				"projects/"+p+"/serviceAccounts/"+g.word()+"@"+p+".iam.gserviceaccount.com/keys/"+g.hex(40))
		})
}
