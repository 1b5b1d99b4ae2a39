package conformance

import "strings"

// conformanceCase is one break of the standard, or one thing that is none, in two languages.
type conformanceCase struct {
	name      string
	pulumi    pulumiProgram
	terraform terraformPlan
	want      []string // policy and level, or "undecided"
	// state is what differs in a state, which has no configuration and where all is known.
	state *[]string
	plan  []string // of a plan, where they are others
	// secrets may stand in no output.
	secrets []string
}

func conformanceCases() []conformanceCase {
	return slicesOf(storeCases(), valueCases(), plaintextCases(), credentialCases(), commandCases())
}

func slicesOf(parts ...[]conformanceCase) []conformanceCase {
	var all []conformanceCase
	for _, part := range parts {
		all = append(all, part...)
	}
	return all
}

// What the cases have in common.
const (
	awsSecret        = "aws:secretsmanager/secret:Secret"
	awsSecretVersion = "aws:secretsmanager/secretVersion:SecretVersion"
	raw              = "raw-secret-resource mandatory"
	property         = "plaintext-secret-property mandatory"
)

var (
	nothing   = []string(nil)
	noFinding = &nothing
	password  = strings.Join([]string{"Zk8vR2q", "Lw94xTb6", "Hn5cYp3W"}, "")
	token     = "ghp_" + "x7Qm2Lw9Zr4Tk8Vb1Ny6Hc3Jd5Fg0PsAeRuX"
)

type props = map[string]any

// one is a program of one resource.
func one(typ string, p props) pulumiProgram {
	return pulumiProgram{resources: []pulumiResource{{name: "it", typ: typ, props: p}}}
}

// tf is a configuration of one resource.
func tf(typ string, values props) terraformPlan {
	return terraformPlan{resources: []terraformResource{{address: typ + ".it", values: values}}}
}

// inside is a resource in a component.
func inside(component, typ string, p props) pulumiProgram {
	return pulumiProgram{resources: []pulumiResource{{name: "it", typ: component}, {name: "it/it", typ: typ, props: p}}}
}

func storeCases() []conformanceCase {
	return []conformanceCase{
		{
			name: "a raw secret of AWS", want: []string{raw},
			pulumi:    one(awsSecret, props{"name": "api/production"}),
			terraform: tf("aws_secretsmanager_secret", props{"name": "api/production"}),
		},
		{
			name: "a raw secret of Google", want: []string{raw},
			pulumi:    one("gcp:secretmanager/secret:Secret", props{"secretId": "api_production"}),
			terraform: tf("google_secret_manager_secret", props{"secret_id": "api_production"}),
		},
		{
			name: "a raw secret of Azure with its value", want: []string{raw}, secrets: []string{password},
			pulumi:    one("azure:keyvault/secret:Secret", props{"name": "api--production", "value": marked{password}}),
			terraform: tf("azurerm_key_vault_secret", props{"name": "api--production", "value": marked{password}}),
		},
		{
			name: "a value in the version of a raw secret", want: []string{raw, "secret-value-in-program mandatory"},
			secrets: []string{password},
			pulumi: pulumiProgram{resources: []pulumiResource{
				{name: "it", typ: awsSecret, props: props{"name": "api/production", "arn": computed{later{}}}},
				{
					name: "version", typ: awsSecretVersion,
					props: props{"secretId": from{later{}, []string{"it"}}, "secretString": marked{password}},
				},
			}},
			terraform: terraformPlan{resources: []terraformResource{
				{
					address: "aws_secretsmanager_secret.it",
					values:  props{"name": "api/production", "arn": computed{later{}}},
				},
				{
					address: "aws_secretsmanager_secret_version.version",
					values: props{
						"secret_id":     from{later{}, []string{"aws_secretsmanager_secret.it.id"}},
						"secret_string": marked{password},
					},
				},
			}},
		},
		{
			name: "a raw secret and its version without a value are one defect", want: []string{raw},
			pulumi: pulumiProgram{resources: []pulumiResource{
				{name: "it", typ: awsSecret, props: props{"name": "api/production", "arn": computed{later{}}}},
				{
					name: "version", typ: awsSecretVersion,
					props: props{"secretId": from{later{}, []string{"it"}}, "secretString": "changeme"},
				},
			}},
			terraform: terraformPlan{resources: []terraformResource{
				{
					address: "aws_secretsmanager_secret.it",
					values:  props{"name": "api/production", "arn": computed{later{}}},
				},
				{
					address: "aws_secretsmanager_secret_version.version",
					values: props{
						"secret_id":     from{later{}, []string{"aws_secretsmanager_secret.it.id"}},
						"secret_string": "changeme",
					},
				},
			}},
		},
		{
			name: "a raw secret in a component of nobody's", want: []string{raw},
			pulumi: inside("acme:web:App", awsSecret, props{"name": "api/production"}),
			terraform: terraformPlan{
				resources: []terraformResource{
					{address: "module.app.aws_secretsmanager_secret.this", values: props{"name": "api/production"}},
				},
			},
		},
		{
			name: "a secret of a blessed component", want: nothing,
			pulumi: inside("acme:infra:Secret", awsSecret, props{"name": "api/production"}),
			terraform: terraformPlan{
				resources: []terraformResource{
					{
						address: "module.secret.aws_secretsmanager_secret.this",
						values:  props{"name": "api/production"},
					},
				},
			},
		},
		{
			name: "a blessed component further out", want: nothing,
			pulumi: pulumiProgram{resources: []pulumiResource{
				{name: "it", typ: "acme:infra:Database"},
				{name: "it/it", typ: "acme:web:Inner"},
				{name: "it/it/it", typ: awsSecret, props: props{"name": "api/production"}},
			}},
			terraform: terraformPlan{
				resources: []terraformResource{
					{
						address: "module.database.module.inner.aws_secretsmanager_secret.this",
						values:  props{"name": "api/production"},
					},
				},
			},
		},
		{
			name: "a name off the templates", want: []string{"secret-name mandatory"},
			pulumi: inside("acme:infra:Secret", awsSecret, props{"name": "StripeApiKey"}),
			terraform: terraformPlan{
				resources: []terraformResource{
					{address: "module.secret.aws_secretsmanager_secret.this", values: props{"name": "StripeApiKey"}},
				},
			},
		},
		{
			name: "an environment that is none", want: []string{"secret-name mandatory"},
			pulumi: inside("acme:infra:Secret", awsSecret, props{"name": "api/prod"}),
			terraform: terraformPlan{
				resources: []terraformResource{
					{address: "module.secret.aws_secretsmanager_secret.this", values: props{"name": "api/prod"}},
				},
			},
		},
		{
			name: "a name that the provider makes up", want: []string{"secret-name mandatory"},
			pulumi: inside("acme:infra:Secret", awsSecret, props{"name": "it-it-1a2b3c4"}),
			terraform: terraformPlan{
				resources: []terraformResource{
					{
						address: "module.secret.aws_secretsmanager_secret.this",
						values:  props{"name": computed{later{}}},
					},
				},
			},
		},
		{
			name: "a name in the encoding of another manager", want: []string{"secret-name mandatory"},
			pulumi: inside("acme:infra:Secret", "gcp:secretmanager/secret:Secret",
				props{"secretId": "api-production"}),
			terraform: terraformPlan{
				resources: []terraformResource{
					{
						address: "module.secret.google_secret_manager_secret.this",
						values:  props{"secret_id": "api-production"},
					},
				},
			},
		},
		{
			name: "a name that is not known yet", want: []string{"secret-name undecided"},
			state: &[]string{"secret-name mandatory"},
			pulumi: pulumiProgram{resources: []pulumiResource{
				{
					name: "id", typ: "random:index/randomId:RandomId",
					props: props{"byteLength": 4, "hex": computed{later{}}},
				},
				{name: "it", typ: "acme:infra:Secret"},
				{name: "it/it", typ: awsSecret, props: props{"name": from{later{}, []string{"id"}}}},
			}},
			terraform: terraformPlan{resources: []terraformResource{
				{address: "random_id.id", values: props{"byte_length": 4, "hex": computed{later{}}}},
				{
					address: "module.secret.aws_secretsmanager_secret.this",
					values:  props{"name": from{later{}, []string{"var.name"}}},
				},
			}},
		},
		{
			name: "a SecureString of Parameter Store", want: []string{"unsupported-secret-store advisory"},
			secrets: []string{password},
			pulumi: one("aws:ssm/parameter:Parameter",
				props{"name": "/api/production", "type": "SecureString", "value": marked{from{later{}, nil}}}),
			terraform: tf("aws_ssm_parameter",
				props{"name": "/api/production", "type": "SecureString", "value": marked{later{}}}),
		},
		{
			name: "a plain parameter is no secret", want: nothing,
			pulumi: one("aws:ssm/parameter:Parameter",
				props{"name": "/api/url", "type": "String", "value": "https://example.com"}),
			terraform: tf("aws_ssm_parameter",
				props{"name": "/api/url", "type": "String", "value": "https://example.com"}),
		},
		{
			name: "a Kubernetes Secret with data", want: []string{"unsupported-secret-store advisory"},
			pulumi: one("kubernetes:core/v1:Secret",
				props{"metadata": props{"name": "api"}, "type": "Opaque", "stringData": marked{props{"k": later{}}}}),
			terraform: tf("kubernetes_secret_v1",
				props{"metadata": []any{props{"name": "api"}}, "type": "Opaque", "data": marked{props{"k": later{}}}}),
		},
		{
			name: "a Kubernetes Secret that a controller fills", want: nothing,
			pulumi: one("kubernetes:core/v1:Secret",
				props{"metadata": props{"name": "api"}, "type": "kubernetes.io/service-account-token"}),
			terraform: tf("kubernetes_secret",
				props{"metadata": []any{props{"name": "api"}}, "type": "kubernetes.io/service-account-token"}),
		},
		{
			name: "a template that declares a secret", want: []string{raw},
			pulumi: one("aws:cloudformation/stack:Stack",
				props{"name": "s", "templateBody": `{"Resources": {"S": {"Type": "AWS::SecretsManager::Secret"}}}`}),
			terraform: tf("aws_cloudformation_stack",
				props{"name": "s", "template_body": `{"Resources": {"S": {"Type": "AWS::SecretsManager::Secret"}}}`}),
		},
	}
}
