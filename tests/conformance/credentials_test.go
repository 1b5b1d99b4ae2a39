package conformance

func credentialCases() []conformanceCase {
	static := "static-credential mandatory"
	provider := func(p props) pulumiProgram {
		return pulumiProgram{resources: []pulumiResource{{name: "p", typ: "pulumi:providers:aws", props: p}}}
	}
	block := func(arguments props) terraformPlan {
		return terraformPlan{providers: map[string]map[string]any{"aws": arguments}}
	}
	return []conformanceCase{
		{
			name: "an access key of AWS", want: []string{static},
			pulumi:    one("aws:iam/accessKey:AccessKey", props{"user": "ci", "secret": computed{marked{later{}}}}),
			terraform: tf("aws_iam_access_key", props{"user": "ci", "secret": computed{marked{later{}}}}),
		},
		{
			name: "a key of a service account of Google", want: []string{static},
			pulumi: one("gcp:serviceaccount/key:Key",
				props{"serviceAccountId": "ci", "privateKey": computed{marked{later{}}}}),
			terraform: tf("google_service_account_key",
				props{"service_account_id": "ci", "private_key": computed{marked{later{}}}}),
		},
		{
			name: "a client secret of Entra", want: []string{static},
			pulumi: one("azuread:index/applicationPassword:ApplicationPassword",
				props{"applicationId": "/applications/1", "value": computed{marked{later{}}}}),
			terraform: tf("azuread_application_password",
				props{"application_id": "/applications/1", "value": computed{marked{later{}}}}),
		},
		{
			name: "a role is no credential", want: nothing,
			pulumi:    one("aws:iam/role:Role", props{"name": "ci", "assumeRolePolicy": "{}"}),
			terraform: tf("aws_iam_role", props{"name": "ci", "assume_role_policy": "{}"}),
		},
		{
			name: "a provider with a long-lived key", want: []string{static}, secrets: []string{password},
			pulumi: provider(props{"region": "eu-west-1", "secretKey": marked{password}}), terraform: terraformPlan{
				providers: map[string]map[string]any{
					"aws": {"region": "eu-west-1", "secret_key": from{nil, []string{"var.key"}}},
				},
				variables: props{"key": marked{password}},
			},
		},
		{
			name: "a provider that assumes a role", want: nothing,
			pulumi: provider(props{
				"region":      "eu-west-1",
				"assumeRoles": []any{props{"roleArn": "arn:aws:iam::1:role/r"}},
			}),
			terraform: block(props{
				"region":      "eu-west-1",
				"assume_role": []any{props{"role_arn": "arn:aws:iam::1:role/r"}},
			}),
		},
		{
			name: "a rule of a queue's namespace", want: []string{"service-credential advisory"},
			pulumi: one("azure:servicebus/namespaceAuthorizationRule:NamespaceAuthorizationRule",
				props{"name": "send", "namespaceId": "n", "send": true}),
			terraform: tf("azurerm_servicebus_namespace_authorization_rule",
				props{"name": "send", "namespace_id": "n", "send": true}),
		},
		{
			name: "a cloud key in the CI system by its name", want: []string{"cloud-credential-in-ci mandatory"},
			pulumi: one("github:index/actionsSecret:ActionsSecret",
				props{"repository": "r", "secretName": "AWS_SECRET_ACCESS_KEY", "plaintextValue": marked{later{}}}),
			terraform: tf("github_actions_secret",
				props{"repository": "r", "secret_name": "AWS_SECRET_ACCESS_KEY", "plaintext_value": marked{later{}}}),
		},
		{
			name: "a cloud key in the CI system by where it comes from",
			want: []string{"cloud-credential-in-ci mandatory", static},
			pulumi: pulumiProgram{resources: []pulumiResource{
				{
					name: "key", typ: "aws:iam/accessKey:AccessKey",
					props: props{"user": "ci", "secret": computed{marked{later{}}}},
				},
				{
					name: "s", typ: "github:index/actionsSecret:ActionsSecret",
					props: props{
						"repository": "r", "secretName": "DEPLOY",
						"plaintextValue": marked{from{later{}, []string{"key"}}},
					},
				},
			}},
			terraform: terraformPlan{resources: []terraformResource{
				{address: "aws_iam_access_key.key", values: props{"user": "ci", "secret": computed{marked{later{}}}}},
				{
					address: "github_actions_secret.s",
					values: props{
						"repository": "r", "secret_name": "DEPLOY",
						"plaintext_value": marked{from{later{}, []string{"aws_iam_access_key.key.secret"}}},
					},
				},
			}},
		},
		{
			name: "the name of a role in the CI system passes", want: nothing,
			pulumi: one("github:index/actionsVariable:ActionsVariable",
				props{"repository": "r", "variableName": "AWS_ROLE_ARN", "value": "arn:aws:iam::1:role/r"}),
			terraform: tf("github_actions_variable",
				props{"repository": "r", "variable_name": "AWS_ROLE_ARN", "value": "arn:aws:iam::1:role/r"}),
		},
	}
}

func commandCases() []conformanceCase {
	const create = "aws secretsmanager create-secret --name api/production"
	const cli = "secret-cli-command mandatory"
	const dotenv = "dotenv-file mandatory"
	exec := func(typ string, arguments props) terraformPlan {
		expressions := props{}
		for key, v := range arguments {
			expressions[key] = expressionOf(v)
		}
		return terraformPlan{resources: []terraformResource{{
			address: "terraform_data.it", values: props{},
			provisioners: []any{props{"type": typ, "expressions": expressions}},
		}}}
	}
	return []conformanceCase{
		{
			name: "a command that creates a secret", want: []string{cli},
			pulumi:    one("command:local:Command", props{"create": create}),
			terraform: exec("local-exec", props{"command": create}),
		},
		{
			name: "a command on a machine that deletes one", want: []string{cli},
			pulumi:    one("command:remote:Command", props{"create": "gcloud secrets delete api_production --quiet"}),
			terraform: exec("remote-exec", props{"inline": []any{"gcloud secrets delete api_production --quiet"}}),
		},
		{
			name: "a command that reads one passes", want: nothing,
			pulumi: one("command:local:Command",
				props{"create": "aws secretsmanager get-secret-value --secret-id api/production >/dev/null"}),
			terraform: exec("local-exec", props{"command": "aws secretsmanager get-secret-value --secret-id " +
				"api/production >/dev/null"}),
		},
		{
			name: "user data that creates a secret", want: []string{cli},
			pulumi:    one("aws:ec2/instance:Instance", props{"userData": "#!/bin/sh\n" + create + "\n"}),
			terraform: tf("aws_instance", props{"user_data": "#!/bin/sh\n" + create + "\n"}),
		},
		{
			name: "a container that creates a secret", want: []string{cli},
			pulumi: one("kubernetes:batch/v1:Job",
				props{"spec": props{
					"template": props{
						"spec": props{
							"containers": []any{props{"name": "c", "command": []any{"sh", "-c", create}}},
						},
					},
				}}),
			terraform: tf("kubernetes_job_v1", props{"spec": []any{props{"template": []any{props{"spec": []any{props{
				"container": []any{props{"name": "c", "command": []any{"sh", "-c", create}}},
			}}}}}}}),
		},
		{
			name: "a .env file in a bucket", want: []string{dotenv},
			pulumi: one("aws:s3/bucketObject:BucketObject",
				props{"bucket": "b", "key": "app/.env", "content": "A=b"}),
			terraform: tf("aws_s3_object", props{"bucket": "b", "key": "app/.env", "content": "A=b"}),
		},
		{
			name: "a .env file in a config map", want: []string{dotenv},
			pulumi: one("kubernetes:core/v1:ConfigMap",
				props{"metadata": props{"name": "c"}, "data": props{".env": "A=b"}}),
			terraform: tf("kubernetes_config_map",
				props{"metadata": []any{props{"name": "c"}}, "data": props{".env": "A=b"}}),
		},
		{
			name: "a command that writes a .env file", want: []string{dotenv},
			pulumi:    one("command:local:Command", props{"create": "echo A=b > .env"}),
			terraform: exec("local-exec", props{"command": "echo A=b > .env"}),
		},
	}
}
