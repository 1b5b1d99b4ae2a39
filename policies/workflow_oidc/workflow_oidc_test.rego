package policies.workflow_oidc_test

_deny(patch) := decisions if {
	decisions := data.policies.workflow_oidc.deny with input as _document(patch)
}

_undecided(patch) := decisions if {
	decisions := data.policies.workflow_oidc.undecided with input as _document(patch)
}

_document(patch) := data.lib.fixture.file(object.union(
	{"parameters": {"workflow-oidc": {"allowedWorkflows": []}, "committed-secret": {}}},
	patch,
))

_login(patch) := object.union(
	{
		"line": 12, "column": 9, "cloud": "aws", "uses": "aws-actions/configure-aws-credentials", "job": "deploy", "how": "oidc",
		"missing": [], "static": [], "token": "yes",
	},
	patch,
)

_static := _login({"how": "static-key", "static": ["aws-secret-access-key"], "missing": ["role-to-assume"]})

_call(patch) := object.union({"line": 20, "column": 5, "uses": "acme/ci/.github/workflows/deploy.yml@v1", "job": "ship"}, patch)

_at(line, column, lines) := {{"message": concat("\n", lines), "line": line, "column": column}}

test_oidc_with_a_token_passes if {
	logins := [_login({"token": token}) | some token in ["yes", "caller"]]
	_deny({"file": {"logins": array.concat(logins, [_login({"how": "inherited", "token": "no"})])}}) == set()
}

test_static_key_is_denied if {
	_deny({"file": {"logins": [_static]}}) == {{
		"message": concat("\n", [
			"Job deploy logs in to AWS with a long-lived key: aws-secret-access-key of aws-actions/configure-aws-credentials.",
			$"{data.lib.credential.job("aws")} Grant the job id-token: write, then delete the secret and the key.",
		]),
		"line": 12, "column": 9, "yields": [],
	}}
	found := _deny({"file": {"logins": [object.remove(_static, ["job"])]}})
	{split(decision.message, " with ")[0] | some decision in found} == {"The action logs in to AWS"}
}

test_key_that_is_committed_is_for_another_policy if {
	finding := {"place": "file", "line": 15, "column": 3, "path": [], "key": "aws-secret-access-key", "detector": "aws-secret-key", "reason": "format"}
	document := {"file": {"logins": [_static]}, "findings": [finding]}
	{decision.yields | some decision in _deny(document)} == {[{"policy": "committed-secret", "line": 15, "column": 3}]}
	{decision.yields | some decision in _deny(object.union(document, {"file": {"logins": [_static, _login({"line": 14})]}}))} == {[]}
}

test_job_without_a_token_is_denied if {
	found := {token: messages |
		some token in ["no", "default"]
		messages := {decision.message | some decision in _deny({"file": {"logins": [_login({"token": token})]}})}
	}
	write := "Set `id-token: write` under permissions, with `contents: read` for a checkout, on the job or at the top of the workflow."
	what := "Job deploy logs in to AWS with OIDC (aws-actions/configure-aws-credentials) but cannot request a token"
	found == {
		"no": {$"{what}: its permissions omit id-token.\n{write}"},
		"default": {$"{what}: permissions are not set, and the default omits id-token.\n{write}"},
	}
}

test_login_that_is_not_seen_is_undecided if {
	found := _undecided({"file": {"logins": [_login({"how": "unknown", "missing": ["role-to-assume"]})]}})
	found == _at(12, 9, [
		"Cannot tell whether job deploy logs in to AWS with OIDC (aws-actions/configure-aws-credentials): no role-to-assume.",
		data.lib.credential.job("aws"),
	])
}

test_called_workflow_gets_no_key if {
	_deny({"file": {"calls": [_call({"secrets": "keys"}), _call({"line": 30})]}}) == _at(20, 5, [
		"Job ship passes a long-lived cloud key to acme/ci/.github/workflows/deploy.yml@v1, which is not checked here.",
		"Pass a role or workload identity provider instead and grant the job id-token: write. If your own workflow needs the key, list it in allowedWorkflows.",
	])
}

test_called_workflow_with_all_secrets_is_undecided if {
	_undecided({"file": {"calls": [_call({"secrets": "inherit"})]}}) == _at(20, 5, [
		"Cannot tell whether acme/ci/.github/workflows/deploy.yml@v1 logs in to clouds with OIDC: it inherits all secrets and is not checked here.",
		"Pass only the secrets that it needs, each by name, or list it in allowedWorkflows of workflow-oidc.",
	])
}

test_workflows_of_the_company_pass if {
	calls := [_call({"secrets": "keys"}), _call({"secrets": "inherit"})]
	document := {"file": {"calls": calls}, "parameters": {"workflow-oidc": {"allowedWorkflows": ["acme/ci/*"]}, "committed-secret": {}}}
	_deny(document) | _undecided(document) == set()
}

test_login_of_an_action_is_the_actions if {
	what := {decision.message | some decision in _undecided({"file": {"logins": [object.remove(_login({"how": "unknown"}), ["job"])]}})}
	what == {$"Cannot tell whether the action logs in to AWS with OIDC (aws-actions/configure-aws-credentials).\n{data.lib.credential.job("aws")}"}
}

test_static_key_of_an_orb_is_denied_in_its_own_words if {
	login := _login({"uses": "gcp-cli/setup", "cloud": "gcp", "how": "static-key", "static": ["gcloud_service_key"]})
	found := _deny({"file": {"kind": "circleci", "logins": [login, object.remove(login, ["job"])]}})
	{decision.message | some decision in found} == {concat("\n", [
		$"{who} logs in to Google Cloud with a long-lived key: gcloud_service_key of gcp-cli/setup.",
		$"{data.lib.credential.job_in("circleci", "gcp")} Then delete the key in CircleCI and in the cloud.",
	]) |
		some who in ["Job deploy", "A command in the configuration"]
	}
}

test_command_of_circleci_is_no_job if {
	bare := object.remove(_static, ["job"])
	found := _deny({"file": {"kind": "circleci", "logins": [bare]}})
	{split(decision.message, " with ")[0] | some decision in found} == {"A command in the configuration logs in to AWS"}

	unknown := object.remove(_login({"how": "unknown"}), ["job"])
	whether := {decision.message | some decision in _undecided({"file": {"kind": "circleci", "logins": [unknown]}})}
	count(whether) == 1
	every message in whether {
		startswith(message, "Cannot tell whether a command in the configuration logs in to AWS with OIDC")
	}
}
