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
			data.lib.credential.job("aws"),
			"Give the job permissions id-token: write; once it logs in that way, delete the secret and the key.",
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
	write := "Write permissions: id-token: write, with contents: read for a checkout, at the job or at the top of the workflow."
	what := "Job deploy logs in to AWS by OIDC (aws-actions/configure-aws-credentials) and may not ask for a token"
	found == {
		"no": {$"{what}: its permissions leave id-token out.\n{write}"},
		"default": {$"{what}: no permissions are written, which gives none.\n{write}"},
	}
}

test_login_that_is_not_seen_is_undecided if {
	found := _undecided({"file": {"logins": [_login({"how": "unknown", "missing": ["role-to-assume"]})]}})
	found == _at(12, 9, [
		"Whether job deploy logs in to AWS by OIDC (aws-actions/configure-aws-credentials) cannot be told: role-to-assume missing.",
		data.lib.credential.job("aws"),
	])
}

test_called_workflow_gets_no_key if {
	_deny({"file": {"calls": [_call({"secrets": "keys"}), _call({"line": 30})]}}) == _at(20, 5, [
		"Job ship hands a long-lived key of a cloud to acme/ci/.github/workflows/deploy.yml@v1, which is not read here.",
		"Hand it the role or workload identity provider instead, which is no secret, and give the job permissions id-token: write.",
		"A reusable workflow of the company that is known to need the key: name it in allowedWorkflows of workflow-oidc.",
	])
}

test_called_workflow_with_all_secrets_is_undecided if {
	_undecided({"file": {"calls": [_call({"secrets": "inherit"})]}}) == _at(20, 5, [
		"Whether acme/ci/.github/workflows/deploy.yml@v1 logs in to clouds by OIDC cannot be told: it gets all secrets (inherit), and is not read here.",
		"Hand it the secrets that it needs by name, or name it in allowedWorkflows of workflow-oidc.",
	])
}

test_workflows_of_the_company_pass if {
	calls := [_call({"secrets": "keys"}), _call({"secrets": "inherit"})]
	document := {"file": {"calls": calls}, "parameters": {"workflow-oidc": {"allowedWorkflows": ["acme/ci/*"]}, "committed-secret": {}}}
	_deny(document) | _undecided(document) == set()
}

test_login_of_an_action_is_the_actions if {
	what := {decision.message | some decision in _undecided({"file": {"logins": [object.remove(_login({"how": "unknown"}), ["job"])]}})}
	what == {$"Whether the action logs in to AWS by OIDC (aws-actions/configure-aws-credentials) cannot be told.\n{data.lib.credential.job("aws")}"}
}

test_static_key_of_an_orb_is_denied_in_its_own_words if {
	login := _login({"uses": "gcp-cli/setup", "cloud": "gcp", "how": "static-key", "static": ["gcloud_service_key"]})
	last := "Once it logs in that way, remove the key from the contexts and the settings of CircleCI, and delete it at the cloud."
	found := _deny({"file": {"kind": "circleci", "logins": [login, object.remove(login, ["job"])]}})
	{decision.message | some decision in found} == {concat("\n", [
		$"{who} logs in to Google Cloud with a long-lived key: gcloud_service_key of gcp-cli/setup.",
		data.lib.credential.job_in("circleci", "gcp"),
		last,
	]) |
		some who in ["Job deploy", "A command of the configuration"]
	}
}

test_command_of_circleci_is_no_job if {
	bare := object.remove(_static, ["job"])
	found := _deny({"file": {"kind": "circleci", "logins": [bare]}})
	{split(decision.message, " with ")[0] | some decision in found} == {"A command of the configuration logs in to AWS"}

	unknown := object.remove(_login({"how": "unknown"}), ["job"])
	whether := {decision.message | some decision in _undecided({"file": {"kind": "circleci", "logins": [unknown]}})}
	count(whether) == 1
	every message in whether {
		startswith(message, "Whether a command of the configuration logs in to AWS by OIDC")
	}
}
