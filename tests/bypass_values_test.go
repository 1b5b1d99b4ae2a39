package tests

// valueBypasses carry a secret in plaintext. Where its name would give it away, it has another.
var valueBypasses = []bypass{
	{
		name: "token under a harmless name", give: function(`GREETING: "{{.Token}}"`),
		caught: []string{"mandatory plaintext-secret-property on api"},
	},
	{
		name: "password under a harmless name", give: function(`GREETING: "{{.Password}}"`),
		open: "random text of no format under a name of nobody's: to deny it would be a guess",
	},
	{
		name: "password under the name of its hash", give: function(`PASSWORD_HASH: "{{.Password}}"`),
		open: "a name that only looks secret; a hash may stand in plaintext",
	},
	{
		name: "two halves of a token", give: function(`PART_A: "{{head .Token}}", PART_B: "{{tail .Token}}"`),
		open: "no half has the format, and nothing says that they belong together",
	},
	{
		name:   "two halves of a password",
		give:   function(`PASSWORD_1: "{{head .Password}}", PASSWORD_2: "{{tail .Password}}"`),
		caught: []string{"mandatory plaintext-secret-property on api", "mandatory plaintext-secret-property on api"},
	},
	{name: "config secret joined to a text", give: `
run: {config: {"shop:apiToken": {$secret: "{{.Password}}"}}}
resources:
  - {type: "aws:s3/bucket:Bucket", name: files, properties: {tags: {note: "ask-{{.Password}}-now"}}}
`, caught: []string{"mandatory plaintext-secret-property on files"}},
	{name: "half of a config secret", give: `
run: {config: {"shop:apiToken": {$secret: "{{.Password}}"}}}
resources:
  - {type: "aws:s3/bucket:Bucket", name: files, properties: {tags: {note: "{{head .Password}}"}}}
`, open: "a part of a known secret is not looked for: short parts turn up by chance"},
	{name: "config secret in reverse", give: `
run: {config: {"shop:apiToken": {$secret: "{{.Password}}"}}}
resources:
  - {type: "aws:s3/bucket:Bucket", name: files, properties: {tags: {note: "{{reverse .Password}}"}}}
`, open: "encodings that programs use are undone, not tricks"},
	{name: "config secret in base64", give: `
run: {config: {"shop:apiToken": {$secret: "{{.Password}}"}}}
resources:
  - {type: "aws:s3/bucket:Bucket", name: files, properties: {tags: {note: "{{base64 .Password}}"}}}
`, caught: []string{"mandatory plaintext-secret-property on files"}},
	{name: "config secret in hexadecimal", give: `
run: {config: {"shop:apiToken": {$secret: "{{.Password}}"}}}
resources:
  - {type: "aws:s3/bucket:Bucket", name: files, properties: {tags: {note: "{{hex .Password}}"}}}
`, caught: []string{"mandatory plaintext-secret-property on files"}},
	{name: "config secret in base64 twice", give: `
run: {config: {"shop:apiToken": {$secret: "{{.Password}}"}}}
resources:
  - {type: "aws:s3/bucket:Bucket", name: files, properties: {tags: {note: "{{base64 (base64 .Password)}}"}}}
`, open: "the forms of a known secret are one encoding deep"},
	{name: "config secret in percent signs", give: `
run: {config: {"shop:apiToken": {$secret: "{{.Password}}"}}}
resources:
  - {type: "aws:s3/bucket:Bucket", name: files, properties: {tags: {note: "{{percent .Password}}"}}}
`, caught: []string{"mandatory plaintext-secret-property on files"}},
	{
		name: "token in base64", give: function(`GREETING: "{{base64 .Token}}"`),
		caught: []string{"mandatory plaintext-secret-property on api"},
	},
	{
		name: "token in URL-safe base64", give: function(`GREETING: "{{base64u .Token}}"`),
		caught: []string{"mandatory plaintext-secret-property on api"},
	},
	{
		name: "token in base64 twice", give: function(`GREETING: "{{base64 (base64 .Token)}}"`),
		caught: []string{"mandatory plaintext-secret-property on api"},
	},
	{
		name: "token in base64 five times",
		give: function(`GREETING: "{{base64 (base64 (base64 (base64 (base64 .Token))))}}"`),
		open: "texts in texts are looked into a few levels deep",
	},
	{
		name: "token in hexadecimal", give: function(`GREETING: "{{hex .Token}}"`),
		open: "hexadecimal texts are hashes and ids; they are not decoded",
	},
	{
		name: "token in percent signs", give: function(`GREETING: "{{percent .Token}}"`),
		open: "letters and digits that a URL need not encode are not decoded",
	},
	{
		name: "token in reverse", give: function(`GREETING: "{{reverse .Token}}"`),
		open: "encodings that programs use are undone, not tricks",
	},
	{
		name: "token with a character that is not seen",
		give: function(`GREETING: "{{head .Token}}\u200b{{tail .Token}}"`),
		open: "the format does not match; nobody can use the value as it is",
	},
	{
		name:   "JSON in YAML in base64",
		give:   function(`CONFIG: '{{base64 "a:\n  b: '{\"password\": \"correct-horse-9\"}'\n"}}'`),
		caught: []string{"mandatory plaintext-secret-property on api"},
	},
	{name: "password in a name and value pair", give: `
resources:
  - type: aws:ecs/taskDefinition:TaskDefinition
    name: api
    properties: {containerDefinitions: '[{"name":"api","environment":[{"name":"DB_PASSWORD","value":"{{.Password}}"}]}]'}
`, caught: []string{"mandatory plaintext-secret-property on api"}},
	{name: "pair with other names", give: `
resources:
  - {type: "acme:shop:Job", name: api, properties: {environment: [{variable: DB_PASSWORD, content: "{{.Password}}"}]}}
`, caught: []string{"mandatory plaintext-secret-property on api"}},
	{name: "password in a list", give: `
resources:
  - {type: "acme:shop:Job", name: api, properties: {environment: ["LOG=info", "DB_PASSWORD={{.Password}}"]}}
`, caught: []string{"mandatory plaintext-secret-property on api"}},
	{
		name: "look-alike letter in the name of a password", give: function(`"DB_P\u0410SSWORD": "{{.Password}}"`),
		open: "a name with a Cyrillic letter is another name; whoever reads the variable must write it too",
	},
	{
		name: "password in a database URL", give: function(`LINK: "postgres://app:{{.Password}}@db.internal/orders"`),
		caught: []string{"mandatory plaintext-secret-property on api"},
	},
	{
		name: "token as the key of a map", give: function(`"{{.Token}}": "on"`),
		open: "keys are not judged: the engine prints them, and a message would too",
	},
	{name: "token as a resource's name", give: `
resources:
  - {type: "aws:s3/bucket:Bucket", name: "{{.Token}}", properties: {acl: private}}
`, open: "names of resources are not judged; they stand in every URN that the engine prints"},
	{name: "token as a stack tag", give: `
run: {tags: {note: "{{.Token}}"}}
resources:
  - {type: "pulumi:pulumi:Stack", name: shop-production, properties: {}}
`, open: "tags of the stack are not the program's, and are not judged"},
	{name: "token in a description", give: `
resources:
  - {type: "aws:s3/bucket:Bucket", name: files, properties: {description: "ask for {{.Token}}"}}
`, caught: []string{"mandatory plaintext-secret-property on files"}},
	{name: "token in a text asset", give: `
resources:
  - {type: "aws:s3/bucketObject:BucketObject", name: file, properties: {key: notes.txt, source: {$asset: {text: "ask for {{.Token}}"}}}}
`, caught: []string{"mandatory plaintext-secret-property on file"}},
	{name: "token in a file", give: `
resources:
  - {type: "aws:s3/bucketObject:BucketObject", name: file, properties: {key: notes.txt, source: {$asset: {path: notes.txt}}}}
`, open: "of files the engine sends the name and a hash; the repository check reads them"},
	{name: "token in the user data of a machine", give: `
resources:
  - {type: "aws:ec2/instance:Instance", name: vm, properties: {userDataBase64: "{{base64 (printf "#!/bin/sh\nagent --join %s\n" .Token)}}"}}
`, caught: []string{"mandatory plaintext-secret-property on vm"}},
	{name: "token behind ignoreChanges", give: `
resources:
  - {type: "aws:s3/bucket:Bucket", name: files, properties: {tags: {note: "{{.Token}}"}}, options: {ignoreChanges: [tags]}}
`, caught: []string{"mandatory plaintext-secret-property on files"}},
	{name: "literal that the program marks", give: `
resources:
  - {type: "aws:lambda/function:Function", name: api, properties: {environment: {variables: {$secret: {DB_PASSWORD: "{{.Password}}"}}}}}
`, caught: []string{"advisory hardcoded-secret on api"}},
	{
		name: "plain output renamed", give: outputs(`hint: "{{.Token}}"`),
		caught: []string{"mandatory plaintext-secret-output on shop-production"},
	},
	{
		name: "password as an output under a harmless name", give: outputs(`hint: "{{.Password}}"`),
		open: "random text of no format under a name of nobody's, and of no secret of the run",
	},
	{
		name: "generated password as an output under a harmless name", give: generator(`hint: "{{.Password}}"`),
		caught: []string{"mandatory plaintext-secret-output on shop-production"},
	},
	{
		name:   "generated password as an output, unmarked and in base64",
		give:   generator(`hint: "{{base64 .Password}}"`),
		caught: []string{"mandatory plaintext-secret-output on shop-production"},
	},
	{
		name: "generated password as an output, in reverse", give: generator(`hint: "{{reverse .Password}}"`),
		open: "encodings that programs use are undone, not tricks",
	},
	{
		name: "unknown output under a harmless name", give: outputs(`hint: {$unknown: true}`),
		open: "an output that is not known can only be told by its name; the update decides",
	},
	{
		name: "unknown output named like a token", give: outputs(`apiToken: {$unknown: true}`),
		caught: []string{"advisory plaintext-secret-output on shop-production"},
	},
	{name: "output of a component", give: `
resources:
  - {type: "acme:shop:Api", name: api, component: true, properties: {}, outputs: {link: "postgres://app:{{.Password}}@db.internal/orders"}}
`, caught: []string{"mandatory plaintext-secret-property on api"}},
	{name: "structured config", give: `
run: {config: {"shop:database": '{"host":"db","auth":{"password":"{{.Password}}"}}'}}
resources:
  - {type: "pulumi:pulumi:Stack", name: shop-production, properties: {}}
`, caught: []string{"mandatory plaintext-secret-config on shop-production"}},
	{name: "config under a harmless name", give: `
run: {config: {"shop:greeting": "{{.Token}}"}}
resources:
  - {type: "pulumi:pulumi:Stack", name: shop-production, properties: {}}
`, caught: []string{"mandatory plaintext-secret-config on shop-production"}},
	{
		name:   "apply of a literal, in an update",
		give:   written(`{$secret: "{{.Token}}"}`, "dryRun: false", `{$secret: "{{.Password}}"}`),
		caught: []string{"mandatory secret-value-in-program on db-value"},
	},
	{
		name: "apply of a literal, in a preview",
		give: written(`{$secret: {$unknown: true}}`, "dryRun: true", `{$secret: {$unknown: true}}`),
		open: "what an apply makes of a generated value is not known before the update, which finds it",
	},
	{name: "token in a write-only argument", give: `
resources:
  - {type: "progression-labs-development:infra:Secret", name: db, component: true}
  - {type: "gcp:secretmanager/secretVersion:SecretVersion", name: db-value, ancestors: ["progression-labs-development:infra:Secret"], properties: {secret: db_production, secretDataWo: {$secret: "{{.Token}}"}, secretDataWoVersion: 1}}
`, caught: []string{"mandatory secret-value-in-program on db-value"}},
	{name: "password in a write-only argument", give: `
resources:
  - {type: "progression-labs-development:infra:Secret", name: db, component: true}
  - {type: "azure:keyvault/secret:Secret", name: db-value, ancestors: ["progression-labs-development:infra:Secret"], properties: {name: db--production, valueWo: {$secret: "{{.Password}}"}, valueWoVersion: 2}}
`, caught: []string{"mandatory secret-value-in-program on db-value"}},
	{name: "config secret in a write-only argument", give: `
run: {config: {"shop:apiToken": {$secret: "{{.Password}}"}}}
resources:
  - {type: "progression-labs-development:infra:Secret", name: db, component: true}
  - {type: "aws:secretsmanager/secretVersion:SecretVersion", name: db-value, ancestors: ["progression-labs-development:infra:Secret"], properties: {secretId: db/production, secretStringWo: {$secret: "{{.Password}}"}, secretStringWoVersion: 1}}
`, caught: []string{"mandatory secret-value-in-program on db-value"}},
	{name: "token in Key Vault behind ignoreChanges", give: `
resources:
  - {type: "progression-labs-development:infra:Secret", name: db, component: true}
  - {type: "azure-native:keyvault:Secret", name: db, ancestors: ["progression-labs-development:infra:Secret"], properties: {secretName: db--production, properties: {value: {$secret: "{{.Token}}"}}}, options: {ignoreChanges: ["*"]}}
`, caught: []string{"mandatory secret-value-in-program on db"}},
	{name: "config secret in Key Vault behind ignoreChanges", give: `
run: {config: {"shop:apiToken": {$secret: "{{.Password}}"}}}
resources:
  - {type: "progression-labs-development:infra:Secret", name: db, component: true}
  - {type: "azure:keyvault/secret:Secret", name: db, ancestors: ["progression-labs-development:infra:Secret"], properties: {name: db--production, value: {$secret: "{{.Password}}"}}, options: {ignoreChanges: [value]}}
`, caught: []string{"mandatory secret-value-in-program on db"}},
	{
		name: "literal beside a generated value",
		give: written(`{$secret: "{{.Password}}{{.Token}}"}`, "dryRun: false", `{$secret: "{{.Password}}"}`),
		open: "a value that is built from a generated one may hold more",
	},
}

// function is a function with these variables.
func function(variables string) string {
	return `
resources:
  - {type: "aws:lambda/function:Function", name: api, properties: {runtime: nodejs22.x, environment: {variables: {` + variables + "}}}}\n"
}

// outputs is a stack with these outputs.
func outputs(outputs string) string {
	return `
resources:
  - {type: "pulumi:pulumi:Stack", name: shop-production, properties: {}, outputs: {` + outputs + "}}\n"
}

// generator is a stack with a generated password and these outputs.
func generator(outputs string) string {
	return `
run: {dryRun: false}
resources:
  - {type: "pulumi:pulumi:Stack", name: shop-production, properties: {}, outputs: {` + outputs + `}}
  - {type: "random:index/randomPassword:RandomPassword", name: password, properties: {length: 28}, outputs: {length: 28, result: {$secret: "{{.Password}}"}}}
`
}

// written is a database of the infra package that writes a value, which depends on a generated password.
func written(value, run, password string) string {
	return `
run: {` + run + `}
settings: {components: [{type: "progression-labs-development:infra:Database", values: generated, children: ["aws:secretsmanager/*:*"]}]}
resources:
  - {type: "progression-labs-development:infra:Database", name: db, component: true}
  - type: random:index/randomPassword:RandomPassword
    name: db-password
    ancestors: ["progression-labs-development:infra:Database"]
    properties: {length: 28}
    outputs: {length: 28, result: ` + password + `}
  - type: aws:secretsmanager/secretVersion:SecretVersion
    name: db-value
    ancestors: ["progression-labs-development:infra:Database"]
    properties: {secretId: db/production, secretString: ` + value + `}
    dependsOn: {secretString: [db-password]}
`
}
