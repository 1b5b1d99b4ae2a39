# METADATA
# title: Long-lived credentials
# description: What a message says of them, what to write instead, and which of them the parameters of a policy let pass.
package lib.credential

# METADATA
# description: True when a glob of the policy's parameter allowTypes matches the type token; * stays within one part.
allowed(type, policy) if {
	some pattern in input.parameters[policy].allowTypes
	glob.match(pattern, [":"], type)
}

# METADATA
# description: |
#   True when the parameter lets this resource pass, by the token that the program wrote, by the catalogue's, or by
#   Terraform's type.
passes(policy) if allowed(input.resource.type, policy)

passes(policy) if allowed(input.kind.token, policy)

passes(policy) if {
	data.lib.program.terraform
	allowed(input.kind.terraform, policy)
}

# METADATA
# description: The name of the cloud, or of the manager that stands for it, as people write it.
cloud(id) := object.get(_clouds, id, id)

# METADATA
# description: How services, CI and people log in to the cloud without a long-lived key.
instead(id) := object.get(_instead, id, _instead.azure)

# METADATA
# description: How a job of CI logs in to the cloud by OIDC.
job(id) := _job[id]

# METADATA
# description: |
#   True for a finding in the key of a provider, or of its config, that static-credential reports: it is one defect, and that
#   policy says that the key is in plaintext. Keys of a session stay with whom they were.
owned(finding) if {
	finding.login
	"static-credential" in input.enabled
	not allowed(_provider(finding), "static-credential")
	_static(finding)
}

# METADATA
# description: The type token of the provider that the config key is for.
provider(key) := $"pulumi:providers:{split(key, ":")[0]}"

_provider(finding) := finding.type if finding.place == "property"

_provider(finding) := provider(finding.path[0]) if finding.place == "config"

_static(finding) if {
	finding.place == "property"
	some login in input.resource.logins
	login.path[0] == finding.path[0]
	login.how == "static-key"
}

# The documents of the stack's scope hold no logins: there the mark on the finding has to do.
_static(finding) if {
	finding.place == "property"
	input.scope == "stack"
}

_static(finding) if {
	finding.place == "config"
	some entry in input.config
	entry.key == finding.path[0]
	entry.login.how == "static-key"
}

_clouds := {
	"aws": "AWS",
	"gcp": "Google Cloud",
	"azure": "Azure",
	"azuread": "Entra",
	"kubernetes": "Kubernetes",
}

_instead := {
	"aws": "Services take an IAM role, CI logs in by OIDC (role-to-assume), people by `aws sso login`.",
	"gcp": "Services take an attached service account or workload identity, CI logs in by OIDC (workload_identity_provider), people by `gcloud auth login --update-adc`.",
	"azure": "Services take a managed identity, CI logs in by OIDC (a federated credential of the application), people by `az login`.",
	"kubernetes": "Use a kubeconfig whose user asks for a token by exec: aws eks get-token, gke-gcloud-auth-plugin or kubelogin.",
}

_job := {
	"aws": "Let the job log in by OIDC: an IAM role that trusts the CI's tokens, in role-to-assume; the role's ARN is no secret.",
	"gcp": "Let the job log in by OIDC: a workload identity pool that trusts the CI's tokens, in workload_identity_provider; its name is no secret.",
	"azure": "Let the job log in by OIDC: a federated credential of the application, and its client-id, tenant-id and subscription-id, which are no secrets.",
}
