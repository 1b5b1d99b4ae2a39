# METADATA
# title: Long-lived credentials
# description: Texts for messages about long-lived credentials, and which of them a policy's parameters allow.
package lib.credential

# METADATA
# description: Reports whether a glob in the policy's parameter allowTypes matches the type token. * matches within one part.
allowed(type, policy) if {
	some pattern in input.parameters[policy].allowTypes
	data.lib.glob.match(pattern, [":"], type)
}

# METADATA
# description: |
#   Reports whether the parameter allows this resource, by the token in the program, the one in the catalogue or the
#   Terraform type.
passes(policy) if allowed(input.resource.type, policy)

passes(policy) if allowed(input.kind.token, policy)

passes(policy) if {
	data.lib.program.terraform
	allowed(input.kind.terraform, policy)
}

# METADATA
# description: The display name of the cloud, or of its manager.
cloud(id) := object.get(_clouds, id, id)

# METADATA
# description: How services, CI and people log in to the cloud without a long-lived key.
instead(id) := $"Use {logins(id)}."

# METADATA
# description: The ways to log in without a long-lived key, as a noun phrase.
logins(id) := object.get(_logins, id, _logins.azure)

# METADATA
# description: How a CI job logs in to the cloud with OIDC.
job(id) := _job[id]

# METADATA
# description: The same in the words of the CI system that reads this kind of file.
job_in(kind, id) := _systems[kind][id] if {
	_systems[kind][id]
} else := job(id)

# METADATA
# description: The cloud that a command-line tool logs in to.
tool(name) := _tools[name]

# METADATA
# description: |
#   Where static-credential reports the key of a provider or of its config that the finding is about. It is one violation,
#   and that policy also reports that the key is in plaintext.
yields(finding) := [{"policy": "static-credential", "path": [_first(finding.path[0])]}] if {
	finding.login
	finding.place == "config"
} else := array.concat([{"policy": "static-credential", "urn": finding.urn}], _config(finding)) if {
	finding.login
} else := []

# METADATA
# description: The type token of the provider that the config key is for.
provider(key) := $"pulumi:providers:{split(key, ":")[0]}"

# If a provider has several keys for one cloud, the first is reported.
_first(key) := [entry.key |
	some own in input.config
	own.key == key
	some entry in input.config
	entry.login.how == "static-key"
	entry.login.cloud == own.login.cloud
	provider(entry.key) == provider(key)
][0]

# The engine creates default providers from the config; the key is reported there, on the stack.
_config(finding) := [{"policy": "static-credential", "urn": $"{prefix}::{project}::pulumi:pulumi:Stack::{project}-{trim_prefix(prefix, "urn:pulumi:")}"}] if {
	startswith(finding.name, "default")
	parts := split(finding.urn, "::")
	prefix := parts[0]
	project := parts[1]
} else := []

_tools := {
	"aws": "aws",
	"aws-vault": "aws",
	"gcloud": "gcp",
	"docker": "gcp",
	"podman": "gcp",
	"az": "azure",
	"Connect-AzAccount": "azure",
}

_clouds := {
	"aws": "AWS",
	"gcp": "Google Cloud",
	"azure": "Azure",
	"azuread": "Entra",
	"kubernetes": "Kubernetes",
	"pulumi": "Pulumi Cloud",
	"s3": "an S3-compatible service",
}

_logins := {
	"aws": "an IAM role (services), OIDC (CI) or `aws sso login` (people)",
	"gcp": "an attached service account (services), OIDC (CI) or `gcloud auth login --update-adc` (people)",
	"azure": "a managed identity (services), OIDC (CI) or `az login` (people)",
	"kubernetes": "a kubeconfig whose user gets tokens from an exec plugin (aws eks get-token, gke-gcloud-auth-plugin, kubelogin)",
}

_systems := {
	"azure-pipelines": {
		"aws": "Log in with OIDC: use an AWS service connection with OIDC and a role that trusts it; its ARN is not a secret.",
		"azure": "Use a service connection with workload identity federation: AzureCLI@2 logs in before its script starts.",
	},
	"bitbucket-pipelines": {"aws": "Log in with OIDC: set oidc: true, and AWS_OIDC_ROLE_ARN or AWS_ROLE_ARN to an IAM role that trusts Bitbucket."},
	"buildkite": {"aws": "Log in with OIDC: pass an IAM role that trusts Buildkite as role-arn of the plugin aws-assume-role-with-web-identity."},
	"circleci": {
		"aws": "Log in with OIDC: pass an IAM role that trusts CircleCI as role_arn of aws-cli/setup; its ARN is not a secret.",
		"gcp": "Log in with OIDC: use a workload identity pool that trusts CircleCI, and set use_oidc: true on gcp-cli/setup.",
	},
	"cloudbuild": {"gcp": "Use the build's own service account (serviceAccount), which needs no key."},
	"codebuild": {"aws": "Use the build's own service role, which needs no key."},
	"drone": _runner,
	"jenkins": _runner,
	"travis": _runner,
}

# CI systems that do not issue an OIDC token to every job.
_runner := {
	"aws": "Use the IAM role of the machine or pod that runs the job, or one that trusts tokens of the CI system.",
	"gcp": "Use the service account of the machine or pod that runs the job, or a workload identity pool that trusts tokens of the CI system.",
	"azure": "Use the managed identity of the machine or pod that runs the job, or a federated credential for tokens of the CI system.",
}

_job := {
	"aws": "Log in with OIDC: use an IAM role that trusts the CI's tokens (GitHub: role-to-assume); its ARN is not a secret.",
	"gcp": "Log in with OIDC: use a workload identity pool that trusts the CI's tokens (GitHub: workload_identity_provider).",
	"azure": "Log in with OIDC: add a federated credential to the application; client-id, tenant-id and subscription-id are not secrets.",
	"pulumi": "Log in with OIDC: use pulumi/auth-actions or `pulumi login --oidc-token` with an issuer that Pulumi Cloud trusts.",
}
