package tests

// tokenBypasses write a secret's type in a way that a list of types does not hold.
var tokenBypasses = []bypass{
	{name: "versioned token of azure-native 2", give: `
resources:
  - {type: "azure-native:keyvault/v20230701:Secret", name: db, properties: {secretName: db--production, properties: {contentType: text}}}
`, caught: []string{"mandatory raw-secret-resource on db"}},
	{name: "parameterized package of azure-native 3", give: `
resources:
  - {type: "azure-native_keyvault_v20230701:keyvault/v20230701:Secret", name: db, properties: {secretName: db--production}}
`, caught: []string{"mandatory raw-secret-resource on db"}},
	{name: "old name of azure-native", give: `
resources:
  - {type: "azure-nextgen:keyvault/latest:Secret", name: db, properties: {secretName: db--production}}
`, caught: []string{"mandatory raw-secret-resource on db"}},
	{name: "any Terraform provider", give: `
resources:
  - {type: "aws:index/secretsmanagerSecret:SecretsmanagerSecret", name: db, properties: {name: db/production}}
`, caught: []string{"mandatory raw-secret-resource on db"}},
	{name: "any Terraform provider under another name", give: `
resources:
  - {type: "tools:index/secretsmanagerSecret:SecretsmanagerSecret", name: db, properties: {name: db/production}}
`, caught: []string{"mandatory raw-secret-resource on db"}},
	{name: "any Terraform provider under the name of another", give: `
resources:
  - {type: "digitalocean:index/secretsmanagerSecret:SecretsmanagerSecret", name: db, properties: {name: db/production}}
`, open: "a package with the name of a well-known provider is that provider: its types are not looked for elsewhere"},
	{name: "any Terraform provider, a token in another case", give: `
resources:
  - {type: "tools:index/SecretsManagerSecret:SecretsManagerSecret", name: db, properties: {name: db/production}}
`, open: "the bridge derives the token from the Terraform type; another spelling reaches no provider"},
	{name: "child of a Terraform module", give: `
resources:
  - {type: "shop:tf:aws_secretsmanager_secret", name: db, properties: {name: db/production}}
`, caught: []string{"mandatory raw-secret-resource on db"}},
	{name: "Terraform module", give: `
resources:
  - {type: "shop:index:Module", name: db, properties: {name: db/production, create_secret: true}}
`, open: "the engine shows a pack the module, whose children are views that no pack is sent"},
	{name: "alias to a secret inside of the infra package", give: `
resources:
  - type: aws:secretsmanager/secret:Secret
    name: db
    properties: {name: db/production}
    options: {aliases: ["urn:pulumi:production::shop::progression-labs-development:infra:Secret$aws:secretsmanager/secret:Secret::db"]}
`, caught: []string{"mandatory raw-secret-resource on db"}},
	{name: "dynamic provider in TypeScript", give: `
resources:
  - {type: "pulumi-nodejs:dynamic:Resource", name: db, properties: {__provider: "exports.create = () => client.createSecret()", name: db/production}}
`, open: "code of the program is not read; what it is given is looked into for values"},
	{name: "dynamic provider in Python, with a token", give: `
resources:
  - {type: "pulumi-python:dynamic/shop:Secret", name: db, properties: {name: db/production, value: "{{.Token}}"}}
`, caught: []string{"mandatory plaintext-secret-property on db"}},
	{name: "cloud control", give: `
resources:
  - {type: "aws:cloudcontrol/resource:Resource", name: db, properties: {typeName: "AWS::SecretsManager::Secret", desiredState: '{"Name":"db/production"}'}}
`, caught: []string{"mandatory raw-secret-resource on db"}},
	{name: "cloud control, the type marked secret", give: `
resources:
  - {type: "aws:cloudcontrol/resource:Resource", name: db, properties: {typeName: {$secret: "AWS::SecretsManager::Secret"}, desiredState: {$secret: '{"Name":"db/production"}'}}}
`, caught: []string{"mandatory raw-secret-resource on db"}},
	{name: "extension resource of aws-native", give: `
resources:
  - {type: "aws-native:index:ExtensionResource", name: db, properties: {type: "AWS::SecretsManager::Secret", properties: {Name: db/production}}}
`, caught: []string{"mandatory raw-secret-resource on db"}},
	{name: "generic resource of azure-native", give: `
resources:
  - {type: "azure-native:resources:Resource", name: db, properties: {resourceProviderNamespace: Microsoft.KeyVault, parentResourcePath: vaults/shop, resourceType: secrets, resourceName: db--production}}
`, caught: []string{"mandatory raw-secret-resource on db"}},
	{name: "azapi", give: `
resources:
  - {type: "azapi:index/resource:Resource", name: db, properties: {type: "Microsoft.KeyVault/vaults/secrets@2023-07-01", name: db--production, body: {properties: {attributes: {enabled: true}}}}}
`, caught: []string{"mandatory raw-secret-resource on db"}},
	{name: "generic endpoint of Vault", give: `
resources:
  - {type: "vault:generic/endpoint:Endpoint", name: db, properties: {path: secret/data/db, dataJson: {$secret: {$unknown: true}}}}
`, caught: []string{"advisory unsupported-secret-store on db"}},
	{name: "custom resource of Crossplane", give: `
resources:
  - {type: "kubernetes:secretsmanager.aws.upbound.io/v1beta1:Secret", name: db, properties: {spec: {forProvider: {name: db/production}}}}
`, caught: []string{"mandatory raw-secret-resource on db"}},
	{name: "custom resource of Config Connector", give: `
resources:
  - {type: "kubernetes:secretmanager.cnrm.cloud.google.com/v1beta1:SecretManagerSecret", name: db, properties: {metadata: {name: db}, spec: {replication: {automatic: true}}}}
`, caught: []string{"mandatory raw-secret-resource on db"}},
	{name: "patch of a Kubernetes secret", give: `
resources:
  - {type: "kubernetes:core/v1:SecretPatch", name: db, properties: {metadata: {name: db}, stringData: {$secret: {password: correct-horse-9}}}}
`, caught: []string{"advisory hardcoded-secret on db", "advisory unsupported-secret-store on db"}},
	{name: "chart", give: `
resources:
  - {type: "kubernetes:helm.sh/v3:Release", name: db, properties: {chart: postgresql, values: {auth: {existingSecret: db}}}}
`, open: "what a chart renders on the server is no resource of the program; its values are looked into"},
	{name: "value in a chart", give: `
resources:
  - {type: "kubernetes:helm.sh/v3:Release", name: db, properties: {chart: postgresql, values: {auth: {postgresPassword: "{{.Password}}"}}}}
`, caught: []string{"mandatory plaintext-secret-property on db"}},
	{name: "ciphertext type with a plaintext", give: `
resources:
  - {type: "kubernetes:bitnami.com/v1alpha1:SealedSecret", name: db, properties: {spec: {encryptedData: {password: "{{.Token}}"}}}}
`, caught: []string{"mandatory plaintext-secret-property on db"}},
}

// componentBypasses look like the infra package.
var componentBypasses = []bypass{
	{name: "package whose name begins alike", give: `
resources:
  - {type: "progression-labs-development-x:infra:Secret", name: db, component: true}
  - {type: "aws:secretsmanager/secret:Secret", name: db-secret, ancestors: ["progression-labs-development-x:infra:Secret"], properties: {name: db/production}}
`, caught: []string{"mandatory raw-secret-resource on db-secret"}},
	{name: "module whose name begins alike", give: `
resources:
  - {type: "aws:secretsmanager/secret:Secret", name: db, ancestors: ["progression-labs-development:infrared:Secret"], properties: {name: db/production}}
`, caught: []string{"mandatory raw-secret-resource on db"}},
	{name: "homoglyph", give: `
resources:
  - {type: "aws:secretsmanager/secret:Secret", name: db, ancestors: ["progressi\u043en-labs-development:infra:Secret"], properties: {name: db/production}}
`, caught: []string{"mandatory raw-secret-resource on db"}},
	{name: "another case", give: `
resources:
  - {type: "aws:secretsmanager/secret:Secret", name: db, ancestors: ["Progression-Labs-Development:Infra:Secret"], properties: {name: db/production}}
`, caught: []string{"mandatory raw-secret-resource on db"}},
	{name: "zero-width character", give: `
resources:
  - {type: "aws:secretsmanager/secret:Secret", name: db, ancestors: ["progression-labs-development:infra\u200b:Secret"], properties: {name: db/production}}
`, caught: []string{"mandatory raw-secret-resource on db"}},
	{name: "dollar in the type", give: `
resources:
  - {type: "aws:secretsmanager/secret:Secret", name: db, ancestors: ["acme:x:progression-labs-development:infra:Secret"], properties: {name: db/production}}
`, caught: []string{"mandatory raw-secret-resource on db"}},
	{name: "component as a name", give: `
resources:
  - {type: "aws:secretsmanager/secret:Secret", name: "progression-labs-development:infra:Secret::db", properties: {name: db/production}}
`, caught: []string{"mandatory raw-secret-resource on progression-labs-development:infra:Secret::db"}},
	{name: "qualified type in the name", give: `
resources:
  - {type: "aws:secretsmanager/secret:Secret", name: "x::progression-labs-development:infra:Secret$aws:secretsmanager/secret:Secret::db", properties: {name: db/production}}
`, caught: []string{"mandatory raw-secret-resource on x::progression-labs-development:infra:Secret$aws:secretsmanager/secret:Secret::db"}},
	{name: "raw secret given a component as its parent", give: `
resources:
  - {type: "progression-labs-development:infra:Secret", name: api, component: true}
  - {type: "aws:secretsmanager/secret:Secret", name: api-secret, ancestors: ["progression-labs-development:infra:Secret"], properties: {name: api/production}}
  - {type: "aws:secretsmanager/secret:Secret", name: db, ancestors: ["progression-labs-development:infra:Secret"], properties: {name: db/production}}
`, caught: []string{"advisory component-contract on db"}},
	{name: "raw secret given a component as its parent, and a name like its own", give: `
resources:
  - {type: "progression-labs-development:infra:Secret", name: api, component: true}
  - {type: "aws:secretsmanager/secret:Secret", name: api-secret, ancestors: ["progression-labs-development:infra:Secret"], properties: {name: api/production}}
  - {type: "aws:secretsmanager/secret:Secret", name: api-db, ancestors: ["progression-labs-development:infra:Secret"], properties: {name: db/production}}
`, caught: []string{"advisory component-contract on api"}},
	{name: "claimed type", give: `
resources:
  - {type: "progression-labs-development:infra:Secret", name: db, component: true}
  - {type: "aws:secretsmanager/secret:Secret", name: db, ancestors: ["progression-labs-development:infra:Secret"], properties: {name: db/production}}
`, open: "a type token can be claimed by any program, and a class with one secret of its own name looks like the real one"},
	{name: "claimed type, with the value inside", give: `
resources:
  - {type: "progression-labs-development:infra:Secret", name: db, component: true}
  - {type: "aws:secretsmanager/secret:Secret", name: db, ancestors: ["progression-labs-development:infra:Secret"], properties: {name: db/production}}
  - {type: "aws:secretsmanager/secretVersion:SecretVersion", name: db, ancestors: ["progression-labs-development:infra:Secret"], properties: {secretId: db/production, secretString: {$secret: "{{.Password}}"}}}
`, caught: []string{"mandatory secret-value-in-program on db"}},
	{name: "claimed type around a whole program", give: `
resources:
  - {type: "progression-labs-development:infra:Secret", name: all, component: true}
  - {type: "acme:shop:Api", name: api, component: true, ancestors: ["progression-labs-development:infra:Secret"]}
  - {type: "aws:secretsmanager/secret:Secret", name: db, ancestors: ["acme:shop:Api", "progression-labs-development:infra:Secret"], properties: {name: db/production}}
`, caught: []string{"advisory component-contract on db"}},
	{name: "component of the package that holds no secrets, as the parent", give: `
resources:
  - {type: "progression-labs-development:infra:Vpc", name: shop, component: true}
  - {type: "aws:secretsmanager/secret:Secret", name: shop-db, ancestors: ["progression-labs-development:infra:Vpc"], properties: {name: db/production}}
  - {type: "aws:secretsmanager/secretVersion:SecretVersion", name: shop-db-value, ancestors: ["progression-labs-development:infra:Vpc"], properties: {secretId: {$unknown: true}}}
  - {type: "gcp:secretmanager/secret:Secret", name: shop-web, ancestors: ["progression-labs-development:infra:Vpc"], properties: {secretId: web_production}}
  - {type: "azure-native:keyvault:Secret", name: shop-api, ancestors: ["acme:shop:Api", "progression-labs-development:infra:Vpc"], properties: {secretName: api--production}}
`, caught: []string{"mandatory raw-secret-resource on shop-api", "mandatory raw-secret-resource on shop-db", "mandatory raw-secret-resource on shop-web"}},
	{name: "component that holds secrets of other types, as the parent", give: `
settings: {components: [{type: "progression-labs-development:infra:Database", values: generated, children: ["aws:secretsmanager/*:*"]}]}
resources:
  - {type: "progression-labs-development:infra:Database", name: shop, component: true}
  - {type: "gcp:secretmanager/secret:Secret", name: shop-web, ancestors: ["progression-labs-development:infra:Database"], properties: {secretId: web_production}}
`, caught: []string{"mandatory raw-secret-resource on shop-web"}},
	{name: "template inside of a claimed type", give: `
resources:
  - {type: "progression-labs-development:infra:Secret", name: all, component: true}
  - {type: "aws:cloudformation/stack:Stack", name: all, ancestors: ["progression-labs-development:infra:Secret"], properties: {templateBody: '{"Resources":{"Db":{"Type":"AWS::SecretsManager::Secret"}}}'}}
`, open: "what a template inside of a blessed component makes is the component's"},
}

// templateBypasses let another service make the secret.
var templateBypasses = []bypass{
	{name: "CloudFormation in JSON", give: `
resources:
  - {type: "aws:cloudformation/stack:Stack", name: db, properties: {templateBody: '{"Resources":{"Db":{"Type":"AWS::SecretsManager::Secret"}}}'}}
`, caught: []string{"mandatory raw-secret-resource on db"}},
	{name: "CloudFormation in YAML with intrinsic functions", give: `
resources:
  - type: aws:cloudformation/stack:Stack
    name: db
    properties:
      templateBody: |
        Parameters: {Name: {Type: String}}
        Resources:
          Db:
            Type: 'AWS::SecretsManager::Secret'
            Properties: {Name: !Sub "${Name}/production"}
`, caught: []string{"mandatory raw-secret-resource on db"}},
	{name: "CloudFormation marked secret", give: `
resources:
  - {type: "aws:cloudformation/stack:Stack", name: db, properties: {templateBody: {$secret: '{"Resources":{"Db":{"Type":"AWS::SecretsManager::Secret"}}}'}}}
`, caught: []string{"mandatory raw-secret-resource on db"}},
	{name: "CloudFormation that is not known yet", give: `
resources:
  - {type: "aws:cloudformation/stack:Stack", name: db, properties: {templateBody: {$unknown: true}}}
`, caught: []string{"advisory raw-secret-resource on db"}},
	{name: "CloudFormation by URL", give: `
resources:
  - {type: "aws:cloudformation/stack:Stack", name: db, properties: {templateUrl: "https://templates.s3.amazonaws.com/db.json"}}
`, open: "the template lies elsewhere, and nothing in the preview says what it holds"},
	{name: "CloudFormation that cannot be read", give: `
resources:
  - {type: "aws:cloudformation/stack:Stack", name: db, properties: {templateBody: "Resources: [unclosed"}}
`, caught: []string{"advisory raw-secret-resource on db"}},
	{name: "stack set", give: `
resources:
  - {type: "aws:cloudformation/stackSet:StackSet", name: db, properties: {templateBody: '{"Resources":{"Db":{"Type":"AWS::SecretsManager::Secret"}}}'}}
`, caught: []string{"mandatory raw-secret-resource on db"}},
	{name: "password in the parameters of a template", give: `
resources:
  - {type: "aws:cloudformation/stack:Stack", name: db, properties: {templateBody: '{"Resources":{}}', parameters: {MasterPassword: "{{.Password}}"}}}
`, caught: []string{"mandatory plaintext-secret-property on db"}},
	{name: "access key in a template", give: `
resources:
  - {type: "aws:cloudformation/stack:Stack", name: db, properties: {templateBody: '{"Resources":{"Key":{"Type":"AWS::IAM::AccessKey","Properties":{"UserName":"ci"}}}}'}}
`, caught: []string{"mandatory static-credential on db"}},
	{name: "ARM template", give: `
resources:
  - {type: "azure-native:resources:Deployment", name: db, properties: {properties: {mode: Incremental, template: {resources: [{type: Microsoft.KeyVault/vaults/secrets, name: shop/db}]}}}}
`, caught: []string{"mandatory raw-secret-resource on db"}},
	{name: "ARM template in a template, in another case", give: `
resources:
  - type: azure-native:resources:Deployment
    name: db
    properties:
      properties:
        template:
          resources:
            - type: Microsoft.Resources/deployments
              name: inner
              properties:
                template: {resources: [{type: MICROSOFT.KEYVAULT/VAULTS/SECRETS, name: shop/db}]}
`, caught: []string{"mandatory raw-secret-resource on db"}},
	{name: "ARM secret as the child of a vault", give: `
resources:
  - type: azure-native:resources:Deployment
    name: db
    properties:
      properties: {template: {resources: [{type: Microsoft.KeyVault/vaults, name: shop, resources: [{type: secrets, name: db}]}]}}
`, caught: []string{"mandatory raw-secret-resource on db"}},
	{name: "ARM template by link", give: `
resources:
  - {type: "azure-native:resources:Deployment", name: db, properties: {properties: {templateLink: {uri: "https://templates.acme.example/db.json"}}}}
`, open: "the template lies elsewhere, and nothing in the preview says what it holds"},
	{name: "Deployment Manager", give: `
resources:
  - type: gcp:deploymentmanager/deployment:Deployment
    name: db
    properties:
      target:
        config:
          content: |
            resources:
              - {name: db, type: gcp-types/secretmanager-v1:projects.secrets, properties: {secretId: db_production}}
`, caught: []string{"mandatory raw-secret-resource on db"}},
	{name: "list of manifests", give: `
resources:
  - type: kubectl:index/manifest:Manifest
    name: db
    properties:
      yamlBody: |
        apiVersion: v1
        kind: List
        items:
          - apiVersion: secretsmanager.aws.upbound.io/v1beta1
            kind: Secret
            spec: {forProvider: {name: db/production}}
`, caught: []string{"mandatory raw-secret-resource on db"}},
}

// nameBypasses get a secret's name past its rule. The secrets are made by the infra package.
var nameBypasses = []bypass{
	{
		name: "look-alike letter", give: named(`{name: "\u0430pi/production"}`),
		caught: []string{"mandatory secret-name on db"},
	},
	{
		name: "zero-width space", give: named(`{name: "api\u200b/production"}`),
		caught: []string{"mandatory secret-name on db"},
	},
	{
		name: "full-width slash", give: named(`{name: "api\uff0fproduction"}`),
		caught: []string{"mandatory secret-name on db"},
	},
	{name: "trailing slash", give: named(`{name: api/production/}`), caught: []string{"mandatory secret-name on db"}},
	{
		name: "trailing newline", give: named(`{name: "api/production\n"}`),
		caught: []string{"mandatory secret-name on db"},
	},
	{name: "leading space", give: named(`{name: " api/production"}`), caught: []string{"mandatory secret-name on db"}},
	{name: "capitals", give: named(`{name: API/PRODUCTION}`), caught: []string{"mandatory secret-name on db"}},
	{
		name: "marked name", give: named(`{name: {$secret: DB_PASSWORD}}`),
		caught: []string{"advisory secret-name on db"},
	},
	{
		name: "name that is not known yet", give: named(`{name: {$unknown: true}}`),
		caught: []string{"advisory secret-name on db"},
	},
	{
		name: "prefix in place of a name", give: named(`{namePrefix: db-password-}`),
		caught: []string{"mandatory secret-name on db"},
	},
	{
		name: "no name at all", give: named(`{name: db-0a1b2c3, __defaults: [name]}`),
		caught: []string{"mandatory secret-name on db"},
	},
	{name: "good name behind ignoreChanges", give: `
resources:
  - type: aws:secretsmanager/secret:Secret
    name: db
    ancestors: ["progression-labs-development:infra:Secret"]
    properties: {name: db/production}
    options: {ignoreChanges: [name]}
`, open: "with ignoreChanges the engine shows the name that the secret was made with, which is good"},
	{name: "environment of another stack", give: `
settings: {environmentByStack: {production: production}}
resources:
  - {type: "aws:secretsmanager/secret:Secret", name: db, ancestors: ["progression-labs-development:infra:Secret"], properties: {name: db/staging}}
`, caught: []string{"mandatory secret-name on db"}},
	{
		name: "value in a name", give: named(`{name: "{{.Token}}/production"}`),
		caught: []string{"mandatory plaintext-secret-property on db", "mandatory secret-name on db"},
	},
}

// named is a secret of the infra package with these properties.
func named(properties string) string {
	return `
resources:
  - {type: "progression-labs-development:infra:Secret", name: db, component: true}
  - {type: "aws:secretsmanager/secret:Secret", name: db, ancestors: ["progression-labs-development:infra:Secret"], properties: ` + properties + "}\n"
}
