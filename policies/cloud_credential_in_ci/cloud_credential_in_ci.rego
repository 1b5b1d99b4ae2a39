# METADATA
# title: CI holds no long-lived key of a cloud
# description: |
#   No secret or variable of a CI system (GitHub, GitLab, CircleCI, Azure DevOps, CodeBuild, Cloud Build, Terraform
#   Cloud, Pulumi Deployments) holds a long-lived credential of AWS, Google Cloud, Azure or Pulumi Cloud, and no workflow
#   or pipeline of a repository hands one to a job: not in env or variables, not as an input of an action, and not by a
#   command that sets such a variable, writes it into the job's environment, a container or a file of credentials, in any
#   shell. It is told by the variable's name, by the value's format, marked secret or not,
#   and by its source: an output of a resource that makes such a credential. What OIDC needs passes: the ARN of a role,
#   the name of a workload identity provider, the ids of client, tenant and subscription; so does a Google variable with
#   the name of a file, or a federated credential file; so do the outputs of actions that issue short-lived credentials
#   (configure-aws-credentials, google-github-actions/auth, pulumi/auth-actions and the like), a key with its session token,
#   and values that are no key, such as test. A key under a name of nobody's, whose value has no format and no
#   source in the stack, cannot be told. A step that logs in with a key is for workflow-oidc.
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
#     1. Let the cloud trust the tokens of the CI system (an OIDC provider and a role, a workload identity pool, a federated
#        credential), and let the job ask for a token: permissions id-token: write on GitHub, id_tokens on GitLab.
#     2. When the job logs in that way, remove the variable, and delete the key at the cloud.
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

# A Google variable may name a file, or hold one without a key, which says how to exchange the job's own token.
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
