# METADATA
# title: No long-lived cloud keys in CI
# description: |
#   A secret or variable of a CI system (GitHub, GitLab, CircleCI, Azure DevOps, CodeBuild, Cloud Build, Terraform
#   Cloud, Pulumi Deployments) must not contain a long-lived credential of AWS, Google Cloud, Azure or Pulumi Cloud. A
#   workflow or pipeline in a repository must not pass one to a job: in env or variables, as an input of an action, or
#   with a command, in any shell, that sets such a variable or writes it into the job's environment, a container or a
#   credentials file.
#
#   A key is recognised by the name of the variable, by the format of the value, marked secret or not, and by its
#   source: an output of a resource that creates such a credential. A key under an unrelated name, whose value has no
#   known format and no source in the stack, is not recognised.
#
#   What OIDC needs is allowed: the ARN of a role, the name of a workload identity provider, the ids of client, tenant
#   and subscription. So are a Google variable that contains a file name or a federated credential file, outputs of
#   actions that issue short-lived credentials (configure-aws-credentials, google-github-actions/auth,
#   pulumi/auth-actions and similar), a key together with its session token, and values that are not keys, such as
#   test. A step that logs in with a key is left to workflow-oidc.
# custom:
#   level: mandatory
#   severity: critical
#   scope: both
#   standard: [S9]
#   tags: [credentials, ci]
#   applies:
#     extracts: [ci]
#     repository: [ci]
#   remediation: |
#     1. Make the cloud trust the tokens of the CI system (an OIDC provider and a role, a workload identity pool, a
#        federated credential), and let the job request a token: permissions id-token: write on GitHub, id_tokens on
#        GitLab.
#     2. Once the job logs in that way, remove the variable and delete the key in the cloud: every job has had access
#        to it.
package policies.cloud_credential_in_ci

deny contains violation if {
	input.scope == "resource"
	some key in input.resource.ci
	not _federated(key)

	violation := {"message": _message(key), "path": key.path}
}

deny contains violation if {
	input.scope == "stack"
	some key in input.ci

	violation := {"message": _message(key), "path": key.path, "urn": key.urn}
}

_message(key) := _says(_what(key), key, "CI", _by[key.by], _existing(key))

_says(what, key, whom, why, instead) := concat("\n", [
	$"{what} gives {whom} a long-lived {data.lib.credential.cloud(key.cloud)} key{why}.",
	instead,
])

_instead(key) := data.lib.credential.job_in(_kind, key.cloud)

_kind := object.get(input, ["file", "kind"], "")

_existing(key) := $"{_instead(key)} Then remove the key here and delete it in the cloud."

_what(key) := $"`{key.name}`" if {
	key.name != ""
} else := $"`{data.lib.program.at(key)}`"

_by := {
	"name": ", matched by its name",
	"value": ", matched by its format",
	"source": ", created by another resource",
}

# A Google variable may contain a file name, or a file without a key that configures the exchange of the job's own token.
_federated(key) if {
	key.by == "name"
	key.cloud == "gcp"
	regex.match(`^([/~.$][^\s"]{0,200}|[^\s{}"]{1,200}\.json)$`, data.lib.property.value(key.path))
}

_federated(key) if {
	key.by == "name"
	key.cloud == "gcp"
	text := data.lib.property.value(key.path)
	json.is_valid(text)
	startswith(json.unmarshal(text).type, "external_account")
}
