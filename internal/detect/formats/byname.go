package formats

import "github.com/progression-labs-development/policypack/internal/slot"

func (known) DockerAuth() Format {
	return Format{
		ID: "docker-auth", Title: "a container registry login",
		Matches: "auth: base64 of a user and a password, as in .dockerconfigjson and .npmrc",
		Source:  "https://docs.docker.com/reference/cli/docker/login/",
		By:      "the name auth",
		Samples: func(m Maker) Samples {
			return Samples{
				True: texts(
					`{"auths":{"ghcr.io":{"auth":"`+Encode("bob:"+m.Of(SetAlnum, 12))+`"}}}`,
					Encode(`{"auths":{"ghcr.io":{"auth":"`+Encode("bob:"+m.Of(SetAlnum, 12))+`"}}}`),
				),
				False: append(texts(
					`{"auths":{"ghcr.io":{}},"credsStore":"ecr-login"}`,
				), named("auth", "required", "auth", Encode("nothing"))...),
			}
		},
	}
}

func (known) ExtraPattern() Format {
	return Format{
		ID: "extra-pattern", Title: "a custom secret",
		Matches: "the organisation's own patterns (extraPatterns)",
		Source:  "the configuration",
		By:      "the patterns of the options",
		Samples: func(Maker) Samples {
			return Samples{
				True:  texts("ACME-123456", "id=ACME-999999;"),
				False: texts("ACME-12345", "acme-123456"),
			}
		},
	}
}

func (known) Password() Format {
	return Format{
		ID: "password", Title: "a password",
		Matches: "any literal of four characters or more under a name whose last word is password, passphrase, pwd, " +
			"..., weak ones too; arguments of mysql, docker login, curl and the like",
		Source: "the name of the key",
		By:     "the name beside it",
		Samples: func(m Maker) Samples {
			return Samples{
				True: named(
					"dbPassword", "hunter2",
					"app:dbPassword", "Passw0rd!",
					"PGPASSWORD", m.Of(SetAlnum, 12),
					"userPasswords.admin", m.Of(SetAlnum, 9),
					"passphrase", "otter lamp 42 river",
					"environment[0].value", "DB_PASSWORD="+m.Of(SetAlnum, 12),
					"containerDefinitions",
					`[{"name":"a","environment":[{"name":"DB_PASSWORD","value":"`+m.Of(SetAlnum, 12)+`"}]}]`,
					"values", "auth:\n  user: a\n  password: "+m.Of(SetAlnum, 9)+"\n",
					"connection", "Server=db;User ID=sa;Password="+m.Of(SetAlnum, 9)+";Encrypt=True",
					"userData", "#!/bin/sh\nmysql -u root -p'"+m.Of(SetAlnum, 9)+"' -e x\n",
					"userData", "docker login -u bob -p "+m.Of(SetAlnum, 9)+" ghcr.io",
					"userDataBase64", Encode("#!/bin/sh\necho starting\nexport DB_PASSWORD="+m.Of(SetAlnum, 9)+"\n"),
					"value", "jdbc:postgresql://h/db?user=a&password="+m.Of(SetAlnum, 12),
					"x", "<password>"+m.Of(SetAlnum, 12)+"</password>",
				),
				False: named(
					"passwordPolicy", "hunter2",
					"passwordSecretArn", "hunter22",
					"password", "changeme",
					"password", "${var.password}",
					"password", "arn:aws:secretsmanager:eu-west-1:123456789012:secret:x",
					"manageMasterUserPassword", "hunter2",
					"password", "$2b$12$"+m.Of(SetAlnum, 53),
					"password", "projects/p/secrets/s/versions/1",
					"password", "@Microsoft.KeyVault(SecretUri=https://v.vault.azure.net/secrets/x)",
					"password", "Enter your password",
					"passwordLength", "hunter2",
					"password", "{{ .Values.password }}",
					"password", "op://vault/item/password",
					"password", "true",
					"values", "auth:\n  password: ${PASSWORD}\n  existingSecret: db-credentials\n",
					"env", `[{"name":"DB_PASSWORD","valueFrom":{"secretKeyRef":{"name":"db","key":"password"}}}]`,
					"userData", "docker login -u bob --password-stdin ghcr.io",
				),
			}
		},
	}
}

func (known) Secret() Format {
	return Format{
		ID: "secret", Title: "a secret",
		Matches: "a value that looks random under a name whose last words are secret, token, credentials, api key, " +
			"access key, private key, ...",
		Source: "the name of the key",
		By:     "the name beside it",
		Samples: func(m Maker) Samples {
			return Samples{
				True: named(
					"clientSecret", m.Of(SetAlnum, 24),
					"STRIPE_API_KEY", m.Of(SetHex, 32),
					"jwt_secret", m.Of(SetBase64, 32),
					"x-api-key", m.Of(SetAlnum, 20),
					"apiKey", "3b241101-e2bb-4255-8caf-4136c566a962",
					"authToken", m.Of(SetHex, 32),
					"content", "//npm.example.com/:_authToken="+m.Of(SetHex, 36)+"\n",
				),
				False: named(
					"nextToken", m.Of(SetAlnum, 32),
					"clientToken", "3b241101-e2bb-4255-8caf-4136c566a962",
					"publicKey", m.Of(SetBase64, 64),
					"secretName", m.Of(SetAlnum, 24),
					"kmsKeyId", "3b241101-e2bb-4255-8caf-4136c566a962",
					"apiKey", "YOUR_API_KEY",
					"token", "my-service-token",
					"clientSecret", "prod/db/client-secret",
					"partitionKey", m.Of(SetAlnum, 32),
					"tokenUrl", "https://x.io/token",
					"secret", "v1:"+m.Of(SetBase64, 16)+":"+m.Of(SetBase64, 32),
					"imagePullSecret", m.Of(SetAlnum, 20),
					"apiKeySource", "HEADER",
				),
			}
		},
	}
}

func (known) StrongKey() Format {
	return Format{
		ID: "strong-key", Title: "a key",
		Matches: "40 to 200 characters of base64 with high entropy under any other name that ends in key, unless it " +
			"is a public, partition, sort, cache, ... key",
		Source: "the name of the key",
		By:     "the name beside it",
		Samples: func(m Maker) Samples {
			return Samples{
				True: named(
					"primaryKey", "Aa0"+m.Of(SetBase64, 60),
					"sharedAccessPolicyKey", "Zz9"+m.Of(SetBase64, 80),
				),
				False: named(
					"primaryKey", "createdAt",
					"primaryKey", m.Of(SetHex, 64),
					"publicKey", "Aa0"+m.Of(SetBase64, 60),
					"cacheKey", "Aa0"+m.Of(SetBase64, 60),
					"sortKey", "Aa0"+m.Of(SetBase64, 60),
				),
			}
		},
	}
}

func (known) SecretProperty() Format {
	return Format{
		ID: "secret-property", Title: "a secret value",
		Matches: "any string except references and placeholders in a property that takes a secret, such as the value " +
			"of a Container App's secret or of a SecureString; in a Kubernetes Secret's data, also not URLs, hosts, " +
			"paths, numbers and user names",
		Source: "the catalogue of properties",
		By:     "the property that it is in",
		Samples: func(m Maker) Samples {
			return Samples{
				True: append(
					placed(slot.Holds, "value", "otter", "secureValue", m.Of(SetAlnum, 16), "text", "https://db.internal"),
					placed(slot.Mixed, "license", "otter-lamp", "phrase", Encode("otter lamp 42"))...,
				),
				False: append(
					placed(slot.Holds, "value", "changeme", "value", "${var.db}", "value", ""),
					append(placed(slot.Mixed, "server", "https://db.internal:5432", "host", "db.internal", "port", "5432",
						"user", "orders_app", "mount", "/var/run/db", "config", Encode("https://db.internal")),
						placed(slot.Open, "license", "otter-lamp")...)...,
				),
			}
		},
	}
}

// placed returns samples in a property with that meaning.
func placed(meaning slot.Meaning, pairs ...string) []Sample {
	samples := named(pairs...)
	for i := range samples {
		samples[i].Place = meaning
	}
	return samples
}
