# METADATA
# title: Workflows log in to clouds by OIDC
# description: |
#   A step of a workflow, or of a composite action, that logs in to AWS, Google Cloud or Azure does so by OIDC: with
#   role-to-assume, workload_identity_provider, or client-id, tenant-id and subscription-id, and without a static key. Its
#   job may ask for a token, which takes permissions id-token: write at the job or the workflow. So does a command of an
#   orb of CircleCI that logs in: with role_arn or use_oidc. A key that stands there in
#   plaintext is for committed-secret. A reusable workflow that is not in the repository gets no key of a cloud; whether one
#   that gets all secrets needs one cannot be told. The company's own pass by allowedWorkflows. Logins by commands are for
#   secret-cli-command.
# custom:
#   level: mandatory
#   severity: high
#   scope: repository
#   standard: [S9]
#   tags: [credentials, ci]
#   applies:
#     repository: [logins, calls]
#   remediation: |
#     1. Let the cloud trust the tokens of GitHub: an OIDC provider and a role, a workload identity pool, or a federated
#        credential of the application, each bound to the repository and its branch or environment.
#     2. Give the login what it needs for that, which is no secret, and the job permissions id-token: write and contents: read.
#     3. When the job logs in that way, delete the secret in GitHub and the key at the cloud.
#     4. A reusable workflow of the company that logs in by itself: name it in allowedWorkflows.
#   parameters:
#     properties:
#       allowedWorkflows:
#         allows: workflows
#         description: Globs over reusable workflows and actions that may get secrets, as a job names them, such as acme/ci/*; * stands for any characters.
#         type: array
#         relaxes: more
#         items:
#           type: string
#           format: glob
#           pattern: '[^*?/@.]'
#           expected: 'a glob that names part of a workflow, such as acme/ci/*'
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

# The key itself stands there, between this login and the next.
_committed(login) := [{"policy": "committed-secret", "line": finding.line, "column": finding.column} |
	some finding in input.findings
	finding.key in login.static
	data.lib.finding.committed(finding)
	finding.line >= login.line
	between := {other.line | some other in input.file.logins; other.line > login.line; other.line <= finding.line}
	between == set()
]
