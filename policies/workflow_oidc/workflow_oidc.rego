# METADATA
# title: Workflows log in to clouds with OIDC
# description: |
#   A step of a workflow or composite action that logs in to AWS, Google Cloud or Azure must use OIDC: role-to-assume,
#   workload_identity_provider, or client-id, tenant-id and subscription-id, without a static key. The job must be
#   able to request a token: permissions id-token: write on the job or the workflow. The same applies to commands of
#   CircleCI orbs, with role_arn or use_oidc.
#
#   A reusable workflow outside the repository must not receive a cloud key. If it receives all secrets, the policy is
#   undecided. allowedWorkflows exempts your own.
#
#   A key in plaintext is left to committed-secret, a login with a command to secret-cli-command.
# custom:
#   level: mandatory
#   severity: high
#   scope: repository
#   standard: [S9]
#   tags: [credentials, ci]
#   applies:
#     repository: [logins, calls]
#   remediation: |
#     1. Make the cloud trust the tokens of the CI system: an OIDC provider and a role, a workload identity pool, or a
#        federated credential of the application, each bound to the repository and its branch or environment.
#     2. Pass the login what OIDC needs, none of which is secret. On GitHub, give the job permissions id-token: write
#        and contents: read.
#     3. Once the job logs in that way, delete the secret in GitHub (in CircleCI, from contexts and project settings)
#        and the key in the cloud.
#     4. Reusable workflow of your own that logs in itself: add it to allowedWorkflows.
#   parameters:
#     properties:
#       allowedWorkflows:
#         allows: workflows
#         description: Globs over reusable workflows and actions that may receive secrets, as jobs reference them, such as acme/ci/*; * matches any characters.
#         type: array
#         relaxes: more
#         items:
#           type: string
#           format: glob
#           pattern: '[^*?/@.]'
#           expected: 'a glob that contains part of a workflow name, such as acme/ci/*'
#         default: []
package policies.workflow_oidc

deny contains violation if {
	some login in input.file.logins
	login.how == "static-key"

	violation := object.union({"yields": _committed(login)}, _at(login, [
		$"{_who(login)} logs in to {data.lib.credential.cloud(login.cloud)} with a long-lived key: {concat(", ", login.static)} of {login.uses}.",
		$"{data.lib.credential.job_in(input.file.kind, login.cloud)} {_then(login)}",
	]))
}

deny contains violation if {
	some login in input.file.logins
	login.how == "oidc"
	reason := _no_token[login.token]

	violation := _at(login, [
		$"{_who(login)} logs in to {data.lib.credential.cloud(login.cloud)} with OIDC ({login.uses}) but cannot request a token: {reason}.",
		"Set `id-token: write` under permissions, with `contents: read` for a checkout, on the job or at the top of the workflow.",
	])
}

deny contains violation if {
	some call in input.file.calls
	call.secrets == "keys"
	not _allowed(call)

	violation := _at(call, [
		$"{_who(call)} passes a long-lived cloud key to {call.uses}, which is not checked here.",
		"Pass a role or workload identity provider instead and grant the job id-token: write. If your own workflow needs the key, list it in allowedWorkflows.",
	])
}

undecided contains violation if {
	some login in input.file.logins
	login.how == "unknown"

	violation := _at(login, [
		$"Cannot tell whether {_whom(login)} logs in to {data.lib.credential.cloud(login.cloud)} with OIDC ({login.uses}){_without(login)}.",
		data.lib.credential.job_in(input.file.kind, login.cloud),
	])
}

undecided contains violation if {
	some call in input.file.calls
	call.secrets == "inherit"
	not _allowed(call)

	violation := _at(call, [
		$"Cannot tell whether {call.uses} logs in to clouds with OIDC: it inherits all secrets and is not checked here.",
		"Pass only the secrets that it needs, each by name, or list it in allowedWorkflows of workflow-oidc.",
	])
}

_at(fact, lines) := {"message": concat("\n", lines), "line": fact.line, "column": fact.column}

_who(fact) := $"Job {fact.job}" if {
	fact.job
} else := "A command in the configuration" if {
	input.file.kind == "circleci"
} else := "The action"

_whom(fact) := $"job {fact.job}" if {
	fact.job
} else := "a command in the configuration" if {
	input.file.kind == "circleci"
} else := "the action"

# A CircleCI job can always request a token.
_then(_) := "Then delete the key in CircleCI and in the cloud." if {
	input.file.kind == "circleci"
}

_then(login) := $"Grant {_its(login)} id-token: write, then delete the secret and the key." if {
	input.file.kind != "circleci"
}

_its(fact) := "the job" if {
	fact.job
} else := "its callers"

_no_token := {"no": "its permissions omit id-token", "default": "permissions are not set, and the default omits id-token"}

_without(login) := $": no {concat(", ", login.missing)}" if {
	login.missing != []
} else := ""

_allowed(call) if {
	some pattern in input.parameters["workflow-oidc"].allowedWorkflows
	data.lib.glob.match(pattern, null, call.uses)
}

# The key itself is in the file, between this login and the next.
_committed(login) := [{"policy": "committed-secret", "line": finding.line, "column": finding.column} |
	some finding in input.findings
	finding.key in login.static
	data.lib.finding.committed(finding)
	finding.line >= login.line
	between := {other.line | some other in input.file.logins; other.line > login.line; other.line <= finding.line}
	between == set()
]
