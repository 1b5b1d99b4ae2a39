package conformance

// randomPassword is a generator, in both programs.
var (
	pulumiGenerator = pulumiResource{
		name: "generated", typ: "random:index/randomPassword:RandomPassword",
		props: props{"length": 20, "result": computed{marked{later{}}}},
	}
	terraformGenerator = terraformResource{
		address: "random_password.generated",
		values:  props{"length": 20, "result": computed{marked{later{}}}},
	}
)

// A value in a blessed component, and in the module for the same.
func versionIn(component string, value any) pulumiProgram {
	return pulumiProgram{resources: []pulumiResource{
		pulumiGenerator,
		{name: "it", typ: component},
		{name: "it/it", typ: awsSecretVersion, props: props{"secretId": "api/production", "secretString": value}},
	}}
}

func versionInModule(module string, value any) terraformPlan {
	return terraformPlan{resources: []terraformResource{
		terraformGenerator,
		{
			address: "module." + module + ".aws_secretsmanager_secret_version.this",
			values:  props{"secret_id": "api/production", "secret_string": value},
		},
	}}
}

func valueCases() []conformanceCase {
	return []conformanceCase{
		{
			name: "a literal written into a secret that takes none",
			want: []string{"secret-value-in-program mandatory"}, secrets: []string{password},
			pulumi:    versionIn("acme:infra:Secret", marked{password}),
			terraform: versionInModule("secret", marked{password}),
		},
		{
			name: "a literal where generated values may be written",
			want: []string{"secret-value-in-program mandatory"}, secrets: []string{password},
			pulumi:    versionIn("acme:infra:Database", marked{password}),
			terraform: versionInModule("database", marked{password}),
		},
		{
			name: "a generated value where one may be written", want: nothing,
			pulumi: versionIn("acme:infra:Database", marked{from{later{}, []string{"generated"}}}),
			terraform: terraformPlan{resources: []terraformResource{
				{address: "module.database.random_password.generated", values: terraformGenerator.values},
				{address: "module.database.aws_secretsmanager_secret_version.this", values: props{
					"secret_id":     "api/production",
					"secret_string": marked{from{later{}, []string{"random_password.generated.result"}}},
				}},
			}},
		},
		{
			name: "a generated value where none may be written", want: []string{"secret-value-in-program mandatory"},
			pulumi:    versionIn("acme:infra:Secret", marked{from{later{}, []string{"generated"}}}),
			terraform: versionInModule("secret", marked{from{later{}, []string{"random_password.generated.result"}}}),
		},
		{
			name: "a write-only argument", want: nothing,
			pulumi: pulumiProgram{resources: []pulumiResource{
				pulumiGenerator,
				{name: "it", typ: "acme:infra:Secret"},
				{name: "it/it", typ: awsSecretVersion, props: props{
					"secretId": "api/production", "secretStringWo": marked{from{later{}, []string{"generated"}}},
					"secretStringWoVersion": 1,
				}},
			}},
			terraform: terraformPlan{resources: []terraformResource{{
				address:   "module.secret.aws_secretsmanager_secret_version.this",
				values:    props{"secret_id": "api/production", "secret_string_wo_version": 1},
				constants: props{"secret_string_wo": from{nil, []string{"ephemeral.random_password.p.result"}}},
			}}},
		},
		{
			name: "a literal in a write-only argument", want: []string{"secret-value-in-program mandatory"},
			secrets: []string{password},
			pulumi: pulumiProgram{resources: []pulumiResource{
				{name: "it", typ: "acme:infra:Secret"},
				{
					name: "it/it", typ: awsSecretVersion,
					props: props{
						"secretId": "api/production", "secretStringWo": marked{password},
						"secretStringWoVersion": 1,
					},
				},
			}},
			terraform: terraformPlan{resources: []terraformResource{{
				address:   "module.secret.aws_secretsmanager_secret_version.this",
				values:    props{"secret_id": "api/production", "secret_string_wo_version": 1},
				constants: props{"secret_string_wo": password},
			}}},
		},
		{
			name: "a placeholder that later changes pass over", want: nothing,
			pulumi: pulumiProgram{resources: []pulumiResource{
				{name: "it", typ: "acme:infra:Secret"},
				{
					name: "it/it", typ: "azure:keyvault/secret:Secret",
					props: props{"name": "api--production", "value": marked{"changeme"}}, ignore: []string{"value"},
				},
			}},
			terraform: terraformPlan{resources: []terraformResource{{
				address:   "module.secret.azurerm_key_vault_secret.this",
				values:    props{"name": "api--production", "value": marked{password}},
				constants: props{"value": "changeme"}, actions: []any{"no-op"},
			}}},
			secrets: []string{password},
		},
		{
			name: "a literal password of a database", want: []string{"hardcoded-secret advisory"},
			plan:    []string{"hardcoded-secret mandatory"}, // which proves that it is a literal
			secrets: []string{password}, state: noFinding,
			pulumi: one("aws:rds/instance:Instance",
				props{"identifier": "db", "username": "app", "password": marked{password}}),
			terraform: tf("aws_db_instance",
				props{"identifier": "db", "username": "app", "password": marked{password}}),
		},
		{
			name: "a password that a generator made", want: nothing,
			pulumi: pulumiProgram{resources: []pulumiResource{
				pulumiGenerator,
				{
					name: "db", typ: "aws:rds/instance:Instance",
					props: props{"identifier": "db", "password": marked{from{later{}, []string{"generated"}}}},
				},
			}},
			terraform: terraformPlan{resources: []terraformResource{
				terraformGenerator,
				{
					address: "aws_db_instance.db",
					values: props{
						"identifier": "db",
						"password":   marked{from{later{}, []string{"random_password.generated.result"}}},
					},
				},
			}},
		},
		{
			name: "a password from secret configuration", want: nothing, secrets: []string{password},
			pulumi: pulumiProgram{
				resources: []pulumiResource{
					{
						name: "db", typ: "aws:rds/instance:Instance",
						props: props{"identifier": "db", "password": marked{password}},
					},
				},
				config: props{"shop:dbPassword": marked{password}},
			},
			terraform: terraformPlan{
				resources: []terraformResource{
					{
						address: "aws_db_instance.db",
						values: props{
							"identifier": "db",
							"password":   marked{from{password, []string{"var.db_password"}}},
						},
					},
				},
				variables: props{"db_password": marked{password}},
			},
		},
	}
}

func plaintextCases() []conformanceCase {
	lambda := func(variables props) props { return props{"environment": props{"variables": variables}} }
	inTerraform := func(variables props) props { return props{"environment": []any{props{"variables": variables}}} }
	return []conformanceCase{
		{
			name: "a password in the environment of a function", want: []string{property}, secrets: []string{password},
			pulumi:    one("aws:lambda/function:Function", lambda(props{"DB_PASSWORD": password})),
			terraform: tf("aws_lambda_function", inTerraform(props{"DB_PASSWORD": password})),
		},
		{
			name: "a token in a tag", want: []string{property}, secrets: []string{token},
			pulumi:    one("aws:s3/bucket:Bucket", props{"tags": props{"note": "use " + token}}),
			terraform: tf("aws_s3_bucket", props{"tags": props{"note": "use " + token}}),
		},
		{
			name: "a password in user data", want: []string{property}, secrets: []string{password},
			pulumi: one("aws:ec2/instance:Instance",
				props{"ami": "ami-1", "userData": "#!/bin/sh\nexport DB_PASSWORD=" + password + "\n"}),
			terraform: tf("aws_instance",
				props{"ami": "ami-1", "user_data": "#!/bin/sh\nexport DB_PASSWORD=" + password + "\n"}),
		},
		{
			name: "a password in the container of a deployment", want: []string{property}, secrets: []string{password},
			pulumi: one("kubernetes:apps/v1:Deployment",
				props{"metadata": props{"name": "api"}, "spec": props{"template": props{"spec": props{
					"containers": []any{
						props{"name": "api", "env": []any{props{"name": "DB_PASSWORD", "value": password}}},
					},
				}}}}),
			terraform: tf("kubernetes_deployment_v1",
				props{
					"metadata": []any{props{"name": "api"}},
					"spec": []any{props{"template": []any{props{"spec": []any{props{
						"container": []any{props{"name": "api", "env": []any{props{"name": "DB_PASSWORD", "value": password}}}},
					}}}}}},
				}),
		},
		{
			name: "a copy of secret configuration in plaintext", want: []string{property}, secrets: []string{password},
			state: noFinding,
			pulumi: pulumiProgram{
				resources: []pulumiResource{
					{name: "b", typ: "aws:s3/bucket:Bucket", props: props{"tags": props{"note": "it is " + password}}},
				},
				config: props{"shop:apiToken": marked{password}},
			},
			terraform: terraformPlan{
				resources: []terraformResource{
					{
						address: "aws_s3_bucket.b",
						values:  props{"tags": props{"note": from{"it is " + password, []string{"var.api_token"}}}},
					},
				},
				variables: props{"api_token": marked{password}},
			},
		},
		{
			name: "a marked value", want: []string{"secret-in-workload advisory"}, state: noFinding, secrets: []string{password},
			pulumi: pulumiProgram{
				resources: []pulumiResource{
					{
						name: "f", typ: "aws:lambda/function:Function",
						props: lambda(props{"DB_PASSWORD": marked{password}}),
					},
				},
				config: props{"shop:apiToken": marked{password}},
			},
			terraform: terraformPlan{
				resources: []terraformResource{
					{
						address: "aws_lambda_function.f",
						values:  inTerraform(props{"DB_PASSWORD": marked{from{password, []string{"var.api_token"}}}}),
					},
				},
				variables: props{"api_token": marked{password}},
			},
		},
		{
			name: "a password in an output", want: []string{"plaintext-secret-output mandatory"},
			secrets:   []string{password},
			pulumi:    pulumiProgram{outputs: props{"dbPassword": password}},
			terraform: terraformPlan{outputs: props{"db_password": password}},
		},
		{
			name: "a marked output passes", want: nothing, secrets: []string{password},
			pulumi:    pulumiProgram{outputs: props{"dbPassword": marked{password}}},
			terraform: terraformPlan{outputs: props{"db_password": marked{password}}},
		},
		{
			name:      "an output that may be a password once it is known",
			want:      []string{"plaintext-secret-output undecided"},
			state:     &[]string{"plaintext-secret-output mandatory"},
			pulumi:    pulumiProgram{outputs: props{"dbPassword": later{}}},
			terraform: terraformPlan{outputs: props{"db_password": later{}}},
		},
		{
			name: "a password in configuration", want: []string{"plaintext-secret-config mandatory"},
			secrets: []string{password}, state: noFinding,
			pulumi:    pulumiProgram{config: props{"shop:dbPassword": password}},
			terraform: terraformPlan{variables: props{"db_password": password}},
		},
		{
			name: "secret configuration passes", want: nothing, secrets: []string{password},
			pulumi:    pulumiProgram{config: props{"shop:dbPassword": marked{password}}},
			terraform: terraformPlan{variables: props{"db_password": marked{password}}},
		},
	}
}
