package main

// extras are types that no package lists because their tokens are made at run time: custom resources of a cluster, and
// Terraform types that have no Pulumi provider, under the token that the any-terraform-provider bridge makes. A custom
// resource stands here without its version, because every version of it is the same thing.
func extras() []row {
	return append(customResources(), terraformOnly()...)
}

const (
	awsSecretsManager = "aws-secrets-manager"
	gcpSecretManager  = "gcp-secret-manager"
	azureKeyVault     = "azure-key-vault"
)

func customResources() []row {
	secret := func(token, manager, name, why string) row {
		return row{Token: "kubernetes:" + token, Class: "store", Manager: manager, Own: true, Name: name, Why: why}
	}
	version := func(token, manager, why string, values ...string) row {
		return row{Token: "kubernetes:" + token, Class: "version", Manager: manager, Own: true, Values: values, Why: why}
	}
	key := func(token, manager, why string) row {
		return row{Token: "kubernetes:" + token, Class: "static-credential", Manager: manager, CloudKey: true, Why: why}
	}
	reference := func(token, manager string) row {
		return row{Token: "kubernetes:" + token, Class: "policy", Subclass: "reference", Manager: manager}
	}
	const (
		connector = "Config Connector makes it in Google Cloud through the cluster"
		ack       = "AWS Controllers for Kubernetes makes it in AWS through the cluster"
		upbound   = "Crossplane makes it in the cloud through the cluster"
		asValue   = "Crossplane reads the value from a Kubernetes Secret"
	)
	return []row{
		secret("secretmanager.cnrm.cloud.google.com:SecretManagerSecret", gcpSecretManager, "metadata.name", connector),
		version("secretmanager.cnrm.cloud.google.com:SecretManagerSecretVersion", gcpSecretManager, connector, "spec.secretData.value"),
		secret("secretsmanager.services.k8s.aws:Secret", awsSecretsManager, "spec.name", ack),
		secret("secretsmanager.aws.crossplane.io:Secret", awsSecretsManager, "metadata.name", upbound),
		secret("secretsmanager.aws.upbound.io:Secret", awsSecretsManager, "spec.forProvider.name", upbound),
		version("secretsmanager.aws.upbound.io:SecretVersion", awsSecretsManager, asValue),
		secret("secretmanager.gcp.upbound.io:Secret", gcpSecretManager, "metadata.name", upbound),
		version("secretmanager.gcp.upbound.io:SecretVersion", gcpSecretManager, asValue),
		secret("secretmanager.gcp.upbound.io:RegionalSecret", gcpSecretManager, "metadata.name", upbound),
		version("secretmanager.gcp.upbound.io:RegionalSecretVersion", gcpSecretManager, asValue),
		secret("keyvault.azure.upbound.io:Secret", azureKeyVault, "spec.forProvider.name", upbound),
		{
			Token: "kubernetes:ssm.aws.upbound.io:Parameter", Class: "store", Manager: "ssm-parameter-store",
			Name: "metadata.name", Why: upbound,
			Condition: &condition{All: []test{{Path: path("spec", "forProvider", "type"), Equals: "SecureString"}}},
		},

		key("iam.aws.upbound.io:AccessKey", "aws", upbound),
		key("iam.aws.upbound.io:UserLoginProfile", "aws", upbound),
		key("iam.aws.crossplane.io:AccessKey", "aws", upbound),
		key("iam.cnrm.cloud.google.com:IAMServiceAccountKey", "gcp", connector),
		key("cloudplatform.gcp.upbound.io:ServiceAccountKey", "gcp", upbound),

		{
			Token: "kubernetes:bitnami.com:SealedSecret", Class: "store", Subclass: "ciphertext", Manager: "kubernetes",
			Name: "metadata.name", Why: "a Kubernetes Secret in encrypted form: no plaintext, but no manager either",
		},
		reference("external-secrets.io:ExternalSecret", "kubernetes"),
		reference("external-secrets.io:ClusterExternalSecret", "kubernetes"),
		{
			Token: "kubernetes:external-secrets.io:PushSecret", Class: "version", Subclass: "implicit-secret",
			Manager: "kubernetes", Why: "copies a Kubernetes Secret into a manager",
		},
		reference("secrets-store.csi.x-k8s.io:SecretProviderClass", "kubernetes"),
		reference("secrets.hashicorp.com:VaultStaticSecret", "vault"),
		reference("onepassword.com:OnePasswordItem", "1password"),
		reference("secrets.doppler.com:DopplerSecret", "doppler"),
	}
}

func terraformOnly() []row {
	passthrough := func(token, terraform, manager string, values ...string) row {
		return row{Token: token, Terraform: terraform, Class: "command", Subclass: "template-passthrough", Manager: manager, Values: values}
	}
	return []row{
		{
			Token: "pulumi-nodejs:dynamic:Resource", Class: "command", Subclass: "dynamic-provider", Manager: "program",
			Why: "the program's own code, run as a resource",
		},
		passthrough("kubernetes:index/manifest:Manifest", "kubernetes_manifest", "kubernetes", "manifest"),
		passthrough("kubectl:index/manifest:Manifest", "kubectl_manifest", "kubernetes", "yamlBody"),
		passthrough("azapi:index/resource:Resource", "azapi_resource", "azure", "body", "sensitiveBody"),
		passthrough("azapi:index/updateResource:UpdateResource", "azapi_update_resource", "azure", "body", "sensitiveBody"),
		passthrough("azapi:index/dataPlaneResource:DataPlaneResource", "azapi_data_plane_resource", "azure", "body", "sensitiveBody"),
		passthrough("azapi:index/resourceAction:ResourceAction", "azapi_resource_action", "azure", "body", "sensitiveBody"),
		{
			Token: "terraform:index/data:Data", Terraform: "terraform_data", Class: "command", Manager: "shell",
			Why: "its provisioners run; input is kept and is no command",
		},
		{Token: "null:index/resource:Resource", Terraform: "null_resource", Class: "command", Manager: "shell"},
		{
			Token: "local:index/file:File", Terraform: "local_file", Class: "command", Subclass: "object-write",
			Manager: "shell", Name: "filename", Values: []string{"content", "contentBase64"},
		},
		{
			Token: "local:index/sensitiveFile:SensitiveFile", Terraform: "local_sensitive_file", Class: "command", Subclass: "object-write",
			Manager: "shell", Name: "filename", Values: []string{"content", "contentBase64"},
		},
		{
			Token: "kubernetes:index/env:Env", Terraform: "kubernetes_env", Class: "paas-env", Manager: "kubernetes",
			Values: []string{"envs[].value"},
		},
		{
			Token: "kubernetes:index/tokenRequestV1:TokenRequestV1", Terraform: "kubernetes_token_request_v1", Class: "static-credential",
			Manager: "kubernetes", Outputs: []string{"token"},
		},
		{
			Token: "tfe:index/variable:Variable", Terraform: "tfe_variable", Class: "ci", Manager: "terraform-cloud",
			Name: "key", Values: []string{"value"},
		},
		{
			Token: "azuredevops:index/variableGroup:VariableGroup", Terraform: "azuredevops_variable_group", Class: "ci",
			Manager: "azure-devops", Name: "name", Values: []string{"variables[].secretValue", "variables[].value"},
		},
		{
			Token: "circleci:index/contextEnvironmentVariable:ContextEnvironmentVariable", Terraform: "circleci_context_environment_variable",
			Class: "ci", Manager: "circleci", Name: "name", Values: []string{"value"},
		},
	}
}
