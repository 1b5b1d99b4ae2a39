package main

import (
	"fmt"
	"maps"
	"slices"
)

// condition and test are the machine-readable form of "only then is it a secret"; README.md of rego/catalogue says what
// they mean.
type condition struct {
	All []test `json:"all,omitempty"`
	Any []test `json:"any,omitempty"`
}

type test struct {
	Path      []string `json:"path"`
	Equals    any      `json:"equals,omitempty"`
	NotEquals any      `json:"notEquals,omitempty"`
	Set       bool     `json:"set,omitempty"`
	Unset     bool     `json:"unset,omitempty"`
	NonEmpty  bool     `json:"nonEmpty,omitempty"`
}

func path(segments ...string) []string { return segments }

// conditions turns the prose of the full catalogue into tests. A phrase that is not here stops the generator.
var conditions = map[string]*condition{
	`encrypted == true`:      {All: []test{{Path: path("encrypted"), Equals: true}}},
	`isEncrypted == true`:    {All: []test{{Path: path("isEncrypted"), Equals: true}}},
	`isSecret == true`:       {All: []test{{Path: path("isSecret"), Equals: true}}},
	`secure == true`:         {All: []test{{Path: path("secure"), Equals: true}}},
	`type == "SecureString"`: {All: []test{{Path: path("type"), Equals: "SecureString"}}},
	`type != "vault"`:        {All: []test{{Path: path("type"), NotEquals: "vault"}}},
	`secret == true and keyVault is not set`: {All: []test{
		{Path: path("secret"), Equals: true}, {Path: path("keyVault"), Unset: true},
	}},
	`secret == true and valueFromKeyVault is not set`: {All: []test{
		{Path: path("secret"), Equals: true}, {Path: path("valueFromKeyVault"), Unset: true},
	}},
	`valueFromKeyVault is not set`: {All: []test{{Path: path("valueFromKeyVault"), Unset: true}}},
	`environment.environmentVariables[].type is absent or "PLAINTEXT"`: {Any: []test{
		{Path: path("environment", "environmentVariables", "[]", "type"), Equals: "PLAINTEXT"},
		{Path: path("environment", "environmentVariables", "[]", "type"), Unset: true},
	}},
	`privateKey or privateKeyWo is set`: {Any: []test{
		{Path: path("privateKey"), Set: true}, {Path: path("privateKeyWo"), Set: true},
	}},
	`csr is not set and certificatePem is not set`: {All: []test{
		{Path: path("csr"), Unset: true}, {Path: path("certificatePem"), Unset: true},
	}},
	`generateSecret == true`:       {All: []test{{Path: path("generateSecret"), Equals: true}}},
	`hasSshPassword == true`:       {All: []test{{Path: path("hasSshPassword"), Equals: true}}},
	`sshPasswordEnabled == true`:   {All: []test{{Path: path("sshPasswordEnabled"), Equals: true}}},
	`loginProfile is set`:          {All: []test{{Path: path("loginProfile"), Set: true}}},
	`password is set`:              {All: []test{{Path: path("password"), Set: true}}},
	`publicKey is not set`:         {All: []test{{Path: path("publicKey"), Unset: true}}},
	`publicKeyData is not set`:     {All: []test{{Path: path("publicKeyData"), Unset: true}}},
	`publicKeyMaterial is not set`: {All: []test{{Path: path("publicKeyMaterial"), Unset: true}}},
}

// own holds the three managers' own secrets and secret versions: what raw-secret-resource judges. Not own are secret
// policies, rotations, grants and tags (they hold no secret), mirrors and references (azure-native awsconnector, CDN and
// registry credential sets: the secret is elsewhere), secrets that another service keeps in a manager by itself
// (EventBridge connections, AppFlow, AgentCore: nobody can create those through a package), Key Vault certificates and
// keys (another kind of object with its own lifecycle), KMS ciphertexts and configuration stores.
var own = []string{
	"aws-native:secretsmanager:Secret",
	"aws:secretsmanager/secret:Secret",
	"aws:secretsmanager/secretVersion:SecretVersion",
	"azure-native:keyvault:Secret",
	"azure:keyvault/secret:Secret",
	"gcp:secretmanager/regionalSecret:RegionalSecret",
	"gcp:secretmanager/regionalSecretVersion:RegionalSecretVersion",
	"gcp:secretmanager/secret:Secret",
	"gcp:secretmanager/secretVersion:SecretVersion",
	"google-native:secretmanager/v1:Secret",
	"google-native:secretmanager/v1beta1:Secret",
}

// cloudKeys is the closed list of long-lived credentials of the three clouds' own identities (users, service accounts,
// applications, service principals), with the reason where it is not in the name.
var cloudKeys = map[string]string{
	"aws-native:iam:User":                                                   "only with a login profile, which gives the user a console password",
	"aws:iam/accessKey:AccessKey":                                           "",
	"aws:iam/serviceSpecificCredential:ServiceSpecificCredential":           "user name and password, or API key, of an IAM user for one service",
	"aws:iam/signingCertificate:SigningCertificate":                         "authenticates an IAM user; only the public half passes through",
	"aws:iam/userLoginProfile:UserLoginProfile":                             "console password of an IAM user",
	"aws:lightsail/bucketAccessKey:BucketAccessKey":                         "an AWS access key pair, though it opens one bucket only",
	"azuread:index/application:Application":                                 "only with the password block, which makes a client secret",
	"azuread:index/applicationCertificate:ApplicationCertificate":           "client credential; the private key lives outside of the program",
	"azuread:index/applicationPassword:ApplicationPassword":                 "",
	"azuread:index/servicePrincipalCertificate:ServicePrincipalCertificate": "client credential; the private key lives outside of the program",
	"azuread:index/servicePrincipalPassword:ServicePrincipalPassword":       "",
	"gcp:serviceaccount/key:Key":                                            "also with publicKeyData: an uploaded key lives as long as a made one",
	"gcp:storage/hmacKey:HmacKey":                                           "access key pair of a service account",
	"google-native:iam/v1:Key":                                              "",
	"google-native:storage/v1:HmacKey":                                      "access key pair of a service account",
}

// notCloudKeys says why some credentials that look like the ones above are not in that list. They stay
// static-credential, for the advisory policy service-credential.
var notCloudKeys = map[string]string{
	"aws:iam/serverCertificate:ServerCertificate": "TLS certificate of a server, not a credential of an identity",
	"aws:iam/sshKey:SshKey":                       "public half of an SSH key that opens CodeCommit repositories and no cloud API",
	"aws:iam/virtualMfaDevice:VirtualMfaDevice":   "second factor: opens nothing by itself",
	"aws:ssm/activation:Activation":               "one-time code that registers machines, and expires",
	"azure:storage/localUser:LocalUser":           "SFTP user of one storage account, not an Entra identity",
	"azuread:index/servicePrincipalTokenSigningCertificate:ServicePrincipalTokenSigningCertificate": "signs SAML tokens for an application; nobody logs in with it",
	"azuread:index/synchronizationSecret:SynchronizationSecret":                                     "credential of the system that is provisioned into",
	"azuread:index/user:User":                             "a user cannot be created without a first password; its value is judged where it is written",
	"gcp:iam/oauthClientCredential:OauthClientCredential": "identifies an OAuth application; people still log in",
	"gcp:projects/apiKey:ApiKey":                          "names a project for quota, no identity",
	"google-native:apikeys/v2:Key":                        "names a project for quota, no identity",
}

// overrides are corrections of the full catalogue's entries.
var overrides = map[string]func(*row){
	// The template holds the other half of a generated secret, a user name as a rule; the value is not in the program.
	"aws-native:secretsmanager:Secret": func(r *row) { r.Values = []string{"secretString"} },
	"aws-native:ssm:Parameter": func(r *row) {
		r.Subclass = "config-store"
		r.Why = "CloudFormation offers String and StringList only, so this can be no SecureString"
	},
	"gcp:parametermanager/parameter:Parameter":                               parameterManager,
	"gcp:parametermanager/parameterVersion:ParameterVersion":                 parameterManager,
	"gcp:parametermanager/regionalParameter:RegionalParameter":               parameterManager,
	"gcp:parametermanager/regionalParameterVersion:RegionalParameterVersion": parameterManager,
	"gcp:serviceaccount/key:Key":                                             func(r *row) { r.Condition = nil },
	"kubernetes:core/v1:Secret":                                              func(r *row) { r.Condition = kubernetesSecret },
	"kubernetes:core/v1:SecretPatch":                                         func(r *row) { r.Condition = kubernetesSecret },
	"kubernetes:core/v1:SecretList": func(r *row) {
		r.Condition = &condition{Any: []test{
			{Path: path("items", "[]", "data"), NonEmpty: true}, {Path: path("items", "[]", "stringData"), NonEmpty: true},
		}}
	},
	// The children of these are resources of their own, so the Terraform type (one object, no children) is another thing;
	// it has an extra entry.
	"kubernetes:yaml/v2:ConfigFile":  func(r *row) { r.Terraform = "" },
	"kubernetes:yaml/v2:ConfigGroup": func(r *row) { r.Terraform = "" },
	"kubernetes:yaml:ConfigFile":     func(r *row) { r.Terraform = "" },
	"kubernetes:yaml:ConfigGroup":    func(r *row) { r.Terraform = "" },
	// Init containers take environment variables like the others; the full catalogue lists containers only.
	"kubernetes:apps/v1:DaemonSet":   initContainers("spec.template.spec."),
	"kubernetes:apps/v1:Deployment":  initContainers("spec.template.spec."),
	"kubernetes:apps/v1:StatefulSet": initContainers("spec.template.spec."),
	"kubernetes:batch/v1:CronJob":    initContainers("spec.jobTemplate.spec.template.spec."),
	"kubernetes:batch/v1:Job":        initContainers("spec.template.spec."),
	"kubernetes:core/v1:Pod":         initContainers("spec."),
}

// parameterManager: Google keeps configuration here, and lets it refer to secrets in Secret Manager.
func parameterManager(r *row) {
	r.Subclass = "config-store"
	r.Why = "keeps configuration that refers to secrets of Secret Manager"
}

// kubernetesSecret: a Secret without data is a place for a controller to write to, and the cluster itself fills the ones
// that hold a service account's token.
var kubernetesSecret = &condition{
	All: []test{{Path: path("type"), NotEquals: "kubernetes.io/service-account-token"}},
	Any: []test{{Path: path("data"), NonEmpty: true}, {Path: path("stringData"), NonEmpty: true}},
}

func initContainers(prefix string) func(*row) {
	return func(r *row) { r.Values = append(slices.Clone(r.Values), prefix+"initContainers[].env[].value") }
}

// judge applies the tables. Naming a type that does not exist is an error.
func judge(rows map[string]row) error {
	change := func(token string, change func(*row)) error {
		r, ok := rows[token]
		if !ok || r.Is != "" {
			return fmt.Errorf("%s: judged, but not in the catalogue", token)
		}
		change(&r)
		rows[token] = r
		return nil
	}
	for _, token := range own {
		if err := change(token, func(r *row) { r.Own = true }); err != nil {
			return err
		}
	}
	for _, token := range slices.Sorted(maps.Keys(cloudKeys)) {
		if err := change(token, func(r *row) { r.CloudKey, r.Why = true, cloudKeys[token] }); err != nil {
			return err
		}
	}
	for _, token := range slices.Sorted(maps.Keys(notCloudKeys)) {
		if err := change(token, func(r *row) { r.Why = notCloudKeys[token] }); err != nil {
			return err
		}
	}
	for _, token := range slices.Sorted(maps.Keys(overrides)) {
		if err := change(token, overrides[token]); err != nil {
			return err
		}
	}
	return nil
}
