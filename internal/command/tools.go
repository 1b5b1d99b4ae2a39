package command

// entry is a command that concerns secrets: its words without options, its action, and a test of the remaining
// arguments (nil: any). doc is the vendor's page about it.
type entry struct {
	words  string
	action Action
	when   func(args []string) answer
	doc    string
}

// answer is the result of a test: no, yes, or unknown because it depends on an unknown argument.
type answer uint8

const (
	no answer = iota
	yes
	unsure
)

const (
	awsDoc     = "https://docs.aws.amazon.com/cli/latest/reference/"
	gcloudDoc  = "https://cloud.google.com/sdk/gcloud/reference/"
	azDoc      = "https://learn.microsoft.com/cli/azure/"
	kubectlDoc = "https://kubernetes.io/docs/reference/kubectl/generated/"
	vaultDoc   = "https://developer.hashicorp.com/vault/docs/commands/"
	psAWSDoc   = "https://docs.aws.amazon.com/powershell/v5/reference/items/"
	psAzDoc    = "https://learn.microsoft.com/powershell/module/"

	configureSet = "aws configure set"
)

// entries are the supported commands. Left out on purpose: commands that read a secret, change only its metadata or
// policy, enable or disable a version, rotate (the manager does it), or undo a deletion; commands that create the vault
// around the secrets; and references, such as --set-secrets of Cloud Run.
var entries = [...]entry{
	{"aws secretsmanager create-secret", CreateSecret, nil, awsDoc + "secretsmanager/create-secret.html"},
	{"aws secretsmanager delete-secret", DeleteSecret, nil, awsDoc + "secretsmanager/delete-secret.html"},
	{"aws secretsmanager put-secret-value", WriteSecret, nil, awsDoc + "secretsmanager/put-secret-value.html"},
	{
		"aws secretsmanager update-secret", WriteSecret,
		anyOf("--secret-string", "--secret-binary", "--cli-input-json", "--cli-input-yaml"),
		awsDoc + "secretsmanager/update-secret.html",
	},
	{
		"aws secretsmanager replicate-secret-to-regions", CreateSecret, nil,
		awsDoc + "secretsmanager/replicate-secret-to-regions.html",
	},
	{
		"aws secretsmanager remove-regions-from-replication", DeleteSecret, nil,
		awsDoc + "secretsmanager/remove-regions-from-replication.html",
	},
	{"aws ssm put-parameter", WriteSecret, secureString, awsDoc + "ssm/put-parameter.html"},
	{
		"aws cloudcontrol create-resource", CreateSecret, mentions("AWS::SecretsManager::Secret"),
		awsDoc + "cloudcontrol/create-resource.html",
	},
	{
		"aws cloudcontrol delete-resource", DeleteSecret, mentions("AWS::SecretsManager::Secret"),
		awsDoc + "cloudcontrol/delete-resource.html",
	},
	{"aws iam create-access-key", CreateCloudKey, nil, awsDoc + "iam/create-access-key.html"},
	{
		"aws iam create-service-specific-credential", CreateCloudKey, nil,
		awsDoc + "iam/create-service-specific-credential.html",
	},
	{configureSet, StaticLogin, awsKey, awsDoc + "configure/set.html"},
	{"aws configure import", StaticLogin, nil, awsDoc + "configure/import.html"},
	{"aws-vault add", StaticLogin, nil, "https://github.com/99designs/aws-vault/blob/master/USAGE.md"},

	{"gcloud secrets create", CreateSecret, nil, gcloudDoc + "secrets/create"},
	{"gcloud secrets delete", DeleteSecret, nil, gcloudDoc + "secrets/delete"},
	{"gcloud secrets versions add", WriteSecret, nil, gcloudDoc + "secrets/versions/add"},
	{"gcloud secrets versions destroy", DeleteSecret, nil, gcloudDoc + "secrets/versions/destroy"},
	{"gcloud auth activate-service-account", StaticLogin, nil, gcloudDoc + "auth/activate-service-account"},
	{"gcloud iam service-accounts keys create", CreateCloudKey, nil, gcloudDoc + "iam/service-accounts/keys/create"},
	{"gcloud iam service-accounts keys upload", CreateCloudKey, nil, gcloudDoc + "iam/service-accounts/keys/upload"},
	{"gcloud storage hmac create", CreateCloudKey, nil, gcloudDoc + "storage/hmac/create"},
	{"gsutil hmac create", CreateCloudKey, nil, "https://cloud.google.com/storage/docs/gsutil/commands/hmac"},
	{"firebase functions:secrets:set", WriteSecret, nil, "https://firebase.google.com/docs/functions/config-env"},
	{"firebase functions:secrets:destroy", DeleteSecret, nil, "https://firebase.google.com/docs/functions/config-env"},
	{"firebase apphosting:secrets:set", WriteSecret, nil, "https://firebase.google.com/docs/app-hosting/configure"},

	{"az keyvault secret set", WriteSecret, nil, azDoc + "keyvault/secret#az-keyvault-secret-set"},
	{"az keyvault secret delete", DeleteSecret, nil, azDoc + "keyvault/secret#az-keyvault-secret-delete"},
	{"az keyvault secret purge", DeleteSecret, nil, azDoc + "keyvault/secret#az-keyvault-secret-purge"},
	{"az keyvault secret restore", CreateSecret, nil, azDoc + "keyvault/secret#az-keyvault-secret-restore"},
	{
		"az containerapp secret set", WriteSecret, without("keyvaultref:"),
		azDoc + "containerapp/secret#az-containerapp-secret-set",
	},
	{"az login", StaticLogin, azLogin, azDoc + "authenticate-azure-cli-service-principal"},
	{"az ad sp create-for-rbac", CreateCloudKey, nil, azDoc + "ad/sp#az-ad-sp-create-for-rbac"},
	{"az ad sp credential reset", CreateCloudKey, nil, azDoc + "ad/sp/credential#az-ad-sp-credential-reset"},
	{"az ad app credential reset", CreateCloudKey, nil, azDoc + "ad/app/credential#az-ad-app-credential-reset"},

	{"kubectl create secret", CreateSecret, nil, kubectlDoc + "kubectl_create/kubectl_create_secret/"},
	{
		"oc create secret", CreateSecret, nil,
		"https://docs.redhat.com/documentation/en-us/openshift_container_platform/4.17/html/cli_tools/openshift-cli-oc",
	},
	{"flux create secret", CreateSecret, without("--export"), "https://fluxcd.io/flux/cmd/flux_create_secret/"},
	{"docker secret create", CreateSecret, nil, "https://docs.docker.com/reference/cli/docker/secret/create/"},
	{"docker secret rm", DeleteSecret, nil, "https://docs.docker.com/reference/cli/docker/secret/rm/"},
	{
		"podman secret create", CreateSecret, nil,
		"https://docs.podman.io/en/latest/markdown/podman-secret-create.1.html",
	},
	{"podman secret rm", DeleteSecret, nil, "https://docs.podman.io/en/latest/markdown/podman-secret-rm.1.html"},
	{
		"docker login", StaticLogin, googleKey,
		"https://cloud.google.com/artifact-registry/docs/docker/authentication#json-key",
	},

	{"vault kv put", WriteSecret, nil, vaultDoc + "kv/put"},
	{"vault kv patch", WriteSecret, nil, vaultDoc + "kv/patch"},
	{"vault kv rollback", WriteSecret, nil, vaultDoc + "kv/rollback"},
	{"vault kv delete", DeleteSecret, nil, vaultDoc + "kv/delete"},
	{"vault kv destroy", DeleteSecret, nil, vaultDoc + "kv/destroy"},
	{"vault kv metadata put", CreateSecret, nil, vaultDoc + "kv/metadata"},
	{"vault kv metadata delete", DeleteSecret, nil, vaultDoc + "kv/metadata"},
	{"vault write", WriteSecret, kvPath, vaultDoc + "write"},
	{"vault delete", DeleteSecret, kvPath, vaultDoc + "delete"},
	{"vault login", StaticLogin, vaultLogin, vaultDoc + "login"},

	{"doppler secrets set", WriteSecret, nil, "https://docs.doppler.com/docs/setting-secrets"},
	{"doppler secrets upload", WriteSecret, nil, "https://docs.doppler.com/docs/importing-secrets"},
	{"doppler secrets delete", DeleteSecret, nil, "https://docs.doppler.com/docs/cli"},
	{"infisical secrets set", WriteSecret, nil, "https://infisical.com/docs/cli/commands/secrets"},
	{"infisical secrets delete", DeleteSecret, nil, "https://infisical.com/docs/cli/commands/secrets"},
	{
		"op item create", CreateSecret, nil,
		"https://developer.1password.com/docs/cli/reference/management-commands/item/",
	},
	{"op item edit", WriteSecret, nil, "https://developer.1password.com/docs/cli/reference/management-commands/item/"},
	{
		"op item delete", DeleteSecret, nil,
		"https://developer.1password.com/docs/cli/reference/management-commands/item/",
	},
	{
		"op document create", CreateSecret, nil,
		"https://developer.1password.com/docs/cli/reference/management-commands/document/",
	},
	{
		"op document edit", WriteSecret, nil,
		"https://developer.1password.com/docs/cli/reference/management-commands/document/",
	},
	{
		"op document delete", DeleteSecret, nil,
		"https://developer.1password.com/docs/cli/reference/management-commands/document/",
	},
	{"bw create item", CreateSecret, nil, "https://bitwarden.com/help/cli/"},
	{"bw edit item", WriteSecret, nil, "https://bitwarden.com/help/cli/"},
	{"bw delete item", DeleteSecret, nil, "https://bitwarden.com/help/cli/"},
	{"chamber write", WriteSecret, nil, "https://github.com/segmentio/chamber#writing-secrets"},
	{"chamber import", WriteSecret, nil, "https://github.com/segmentio/chamber#importing-secrets"},
	{"chamber delete", DeleteSecret, nil, "https://github.com/segmentio/chamber#deleting"},
	{"copilot secret init", CreateSecret, nil, "https://aws.github.io/copilot-cli/docs/commands/secret-init/"},
	{"akeyless create-secret", CreateSecret, nil, "https://docs.akeyless.io/docs/cli-ref-static-secrets"},
	{"conjur variable set", WriteSecret, nil, "https://github.com/cyberark/conjur-cli-go"},

	{"gh secret set", WriteSecret, nil, "https://cli.github.com/manual/gh_secret_set"},
	{"gh variable set", WriteSecret, cloudKey, "https://cli.github.com/manual/gh_variable_set"},
	{"glab variable set", WriteSecret, cloudKey, "https://docs.gitlab.com/cli/variable/set/"},
	{"wrangler secret put", WriteSecret, nil, "https://developers.cloudflare.com/workers/wrangler/commands/"},
	{"wrangler secret bulk", WriteSecret, nil, "https://developers.cloudflare.com/workers/wrangler/commands/"},
	{"wrangler secret delete", DeleteSecret, nil, "https://developers.cloudflare.com/workers/wrangler/commands/"},
	{"fly secrets set", WriteSecret, nil, "https://fly.io/docs/flyctl/secrets-set/"},
	{"fly secrets import", WriteSecret, nil, "https://fly.io/docs/flyctl/secrets-import/"},
	{"fly secrets unset", DeleteSecret, nil, "https://fly.io/docs/flyctl/secrets-unset/"},
	{"supabase secrets set", WriteSecret, nil, "https://supabase.com/docs/reference/cli/supabase-secrets-set"},
	{"supabase secrets unset", DeleteSecret, nil, "https://supabase.com/docs/reference/cli/supabase-secrets-unset"},

	{"New-SECSecret", CreateSecret, nil, psAWSDoc + "New-SECSecret.html"},
	{"Remove-SECSecret", DeleteSecret, nil, psAWSDoc + "Remove-SECSecret.html"},
	{"Write-SECSecretValue", WriteSecret, nil, psAWSDoc + "Write-SECSecretValue.html"},
	{"Update-SECSecret", WriteSecret, anyOf("-secretstring", "-secretbinary"), psAWSDoc + "Update-SECSecret.html"},
	{"Write-SSMParameter", WriteSecret, secureString, psAWSDoc + "Write-SSMParameter.html"},
	{"New-IAMAccessKey", CreateCloudKey, nil, psAWSDoc + "New-IAMAccessKey.html"},
	{"Set-AzKeyVaultSecret", WriteSecret, nil, psAzDoc + "az.keyvault/set-azkeyvaultsecret"},
	{"Remove-AzKeyVaultSecret", DeleteSecret, nil, psAzDoc + "az.keyvault/remove-azkeyvaultsecret"},
	{"Restore-AzKeyVaultSecret", CreateSecret, nil, psAzDoc + "az.keyvault/restore-azkeyvaultsecret"},
	{"New-AzADAppCredential", CreateCloudKey, nil, psAzDoc + "az.resources/new-azadappcredential"},
	{"New-AzADSpCredential", CreateCloudKey, nil, psAzDoc + "az.resources/new-azadspcredential"},
	{"Connect-AzAccount", StaticLogin, azConnect, psAzDoc + "az.accounts/connect-azaccount"},
}
