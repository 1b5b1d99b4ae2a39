// Package login recognises cloud credentials: the environment variables and files that the clouds' own tools and SDKs
// read long-lived keys from, the packages whose providers log in to a cloud, and values that are not keys at all. It
// is used for environments, commands, inputs of actions, CI secrets and provider configurations.
package login

import "strings"

// The clouds, by the names that rules know them under.
const (
	AWS        = "aws"
	Google     = "gcp"
	Azure      = "azure"
	Pulumi     = "pulumi"
	Kubernetes = "kubernetes"
)

// variable is a name under which a long-lived credential is handed over.
type variable struct{ name, cloud string }

// variables are from the documentation of the clouds' CLIs, SDKs, Terraform providers, backends and GitHub actions.
// Names of identifiers (AWS_ACCESS_KEY_ID, AZURE_CLIENT_ID, AWS_ROLE_ARN) are not among them: OIDC needs those.
var variables = [...]variable{
	// https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-envvars.html
	{"AWS_SECRET_ACCESS_KEY", AWS},
	{"AWS_SECRET_KEY", AWS},
	{"AWS_ACCESS_KEY_SECRET", AWS},
	{"AWS_ACCESS_SECRET_KEY", AWS},
	// https://registry.terraform.io/providers/hashicorp/google/latest/docs/guides/provider_reference#authentication
	{"GOOGLE_CREDENTIALS", Google},
	{"GOOGLE_APPLICATION_CREDENTIALS", Google},
	{"GOOGLE_BACKEND_CREDENTIALS", Google},
	{"GOOGLE_CLOUD_KEYFILE_JSON", Google},
	{"GCLOUD_KEYFILE_JSON", Google},
	{"GCP_CREDENTIALS", Google},
	{"GCP_CREDS", Google},
	{"GCP_SA_KEY", Google},
	{"GCP_SA_JSON", Google},
	{"GCP_KEY", Google},
	{"GCP_JSON_KEY", Google},
	{"GCLOUD_SERVICE_KEY", Google},
	{"GKE_SA_KEY", Google},
	{"SERVICE_ACCOUNT_KEY", Google},
	{"SERVICE_ACCOUNT_JSON", Google},
	// https://github.com/FirebaseExtended/action-hosting-deploy, https://firebase.google.com/docs/cli#cli-ci-systems
	{"FIREBASE_SERVICE_ACCOUNT", Google},
	{"FIREBASE_TOKEN", Google},
	// https://learn.microsoft.com/dotnet/api/azure.identity.environmentcredential
	{"AZURE_CLIENT_SECRET", Azure},
	{"AZURE_CLIENT_CERTIFICATE", Azure},
	{"AZURE_CREDENTIALS", Azure},
	{"AZURE_CREDS", Azure},
	{"AZURE_SP_PASSWORD", Azure},
	// https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs, and the backend of that name
	{"ARM_CLIENT_SECRET", Azure},
	{"ARM_CLIENT_CERTIFICATE", Azure},
	{"ARM_ACCESS_KEY", Azure},
	{"ARM_SAS_TOKEN", Azure},
	// https://learn.microsoft.com/azure/storage/blobs/authorize-data-operations-cli#set-environment-variables-for-authorization-parameters
	{"AZURE_STORAGE_KEY", Azure},
	{"AZURE_STORAGE_ACCOUNT_KEY", Azure},
	{"AZURE_STORAGE_ACCESS_KEY", Azure},
	{"AZURE_STORAGE_CONNECTION_STRING", Azure},
	{"AZURE_STORAGE_SAS_TOKEN", Azure},
	{"AZCOPY_SPA_CLIENT_SECRET", Azure},
	// https://learn.microsoft.com/azure/static-web-apps/build-configuration, https://github.com/Azure/webapps-deploy
	{"AZURE_STATIC_WEB_APPS_API_TOKEN", Azure},
	{"SWA_CLI_DEPLOYMENT_TOKEN", Azure},
	{"AZURE_WEBAPP_PUBLISH_PROFILE", Azure},
	{"AZURE_FUNCTIONAPP_PUBLISH_PROFILE", Azure},
	// https://www.pulumi.com/docs/iac/cli/environment-variables/
	{"PULUMI_ACCESS_TOKEN", Pulumi},
}

// flags are options of commands that take a long-lived credential, from the pages of the tools.
var flags = [...]struct{ tool, flag, cloud string }{
	{"az", "--account-key", Azure},
	{"az", "--connection-string", Azure},
	{"az", "--sas-token", Azure},
	{"swa", "--deployment-token", Azure},
	{"new-azstoragecontext", "-storageaccountkey", Azure},
	{"new-azstoragecontext", "-sastoken", Azure},
	{"new-azstoragecontext", "-connectionstring", Azure},
	{"firebase", "--token", Google},
	{"gcloud", "--cred-file", Google}, // of auth login: a key, or how to exchange another identity
	{"set-awscredential", "-secretkey", AWS},
	{"set-awscredentials", "-secretkey", AWS},
	{"initialize-awsdefaultconfiguration", "-secretkey", AWS},
}

// Flag returns the cloud that a tool logs in to with the value of an option, empty if none. Case is ignored.
func Flag(tool, flag string) (cloud string) {
	for _, f := range flags {
		if strings.EqualFold(f.tool, tool) && strings.EqualFold(f.flag, flag) {
			return f.cloud
		}
	}
	return ""
}

// about are the last words of names that speak of a key and do not hold it.
const about = " NAME ID ARN RING ALIAS VERSION EMAIL EXPIRY EXPIRATION AGE ROTATION URL URI "

// Variable returns the cloud whose long-lived credential a variable or an input of that name holds, empty if it is
// none. Words around the name do not matter (PROD_AWS_SECRET_ACCESS_KEY, TF_VAR_aws_secret_key), nor does its spelling
// (firebaseServiceAccount, azure-credentials).
func Variable(name string) (cloud string) {
	_, cloud = Canonical(name)
	return cloud
}

// Canonical returns the known variable that a name contains, and its cloud. Both are empty if it contains none.
func Canonical(name string) (canonical, cloud string) {
	if len(name) < len("GCP_KEY") || len(name) > 256 {
		return "", ""
	}
	name = "_" + upper(name) + "_"
	for _, v := range variables {
		i := strings.Index(name, v.name)
		if i < 1 || name[i-1] != '_' || name[i+len(v.name)] != '_' {
			continue
		}
		rest := strings.Trim(name[i+len(v.name):], "_")
		if last := rest[strings.LastIndexByte(rest, '_')+1:]; last == "" || !strings.Contains(about, " "+last+" ") {
			return v.name, v.cloud
		}
	}
	return "", ""
}

// upper writes a name in capitals with _ between its words, which may be joined by other signs or by capitals alone.
func upper(name string) string {
	var b strings.Builder
	b.Grow(len(name) + 8)
	for i := range len(name) {
		c := name[i]
		switch {
		case c == '-' || c == '.' || c == ' ' || c == ':':
			c = '_'
		case isUpper(c) && i > 0 && (isLower(name[i-1]) || isUpper(name[i-1]) && i+1 < len(name) && isLower(name[i+1])):
			b.WriteByte('_')
		}
		if isLower(c) {
			c -= 'a' - 'A'
		}
		b.WriteByte(c)
	}
	return b.String()
}

func isUpper(c byte) bool { return c >= 'A' && c <= 'Z' }
func isLower(c byte) bool { return c >= 'a' && c <= 'z' }

// Mentioned reports whether a text may contain the name of a known variable, in any spelling. It is cheap.
func Mentioned(text string) bool {
	for _, word := range [...]string{
		"secret", "cred", "key", "token", "certificate", "service", "connection",
		"publish", "sp_password",
	} {
		if foldContains(text, word) {
			return true
		}
	}
	return false
}

func foldContains(text, word string) bool {
	for i := 0; i+len(word) <= len(text); i++ {
		if text[i]|0x20 == word[0] && strings.EqualFold(text[i:i+len(word)], word) {
			return true
		}
	}
	return false
}

// File returns the cloud that a tool logs in to with the file at that path, empty if unknown. It covers the paths that
// the clouds' own tools read.
func File(path string) (cloud string) {
	path = strings.ReplaceAll(path, `\`, "/")
	for _, f := range [...]variable{
		{".aws/credentials", AWS},
		{"gcloud/application_default_credentials.json", Google},
		{".azure/accessTokens.json", Azure},
		{".azure/service_principal_entries.json", Azure},
		{".pulumi/credentials.json", Pulumi},
	} {
		if strings.HasSuffix(path, f.name) {
			return f.cloud
		}
	}
	return ""
}
