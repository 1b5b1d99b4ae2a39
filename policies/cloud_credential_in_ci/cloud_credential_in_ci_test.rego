package policies.cloud_credential_in_ci_test

_urn := "urn:pulumi:production::shop::github:index/actionsSecret:ActionsSecret::key"

_existing := "Then remove the key here and delete it in the cloud."

_aws := "Log in with OIDC: use an IAM role that trusts the CI's tokens (GitHub: role-to-assume); its ARN is not a secret."

_gcp := "Log in with OIDC: use a workload identity pool that trusts the CI's tokens (GitHub: workload_identity_provider)."

# The union frees the decisions from their static types: not all have the same keys.
_deny(patch) := {object.union(decision, {}) | some decision in decisions} if {
	decisions := data.policies.cloud_credential_in_ci.deny with input as data.lib.fixture.with_(patch)
}

_key(patch) := object.union({"path": ["plaintextValue"], "name": "AWS_SECRET_ACCESS_KEY", "by": "name", "cloud": "aws"}, patch)

test_key_by_name if {
	_deny({"resource": {"ci": [_key({})]}}) == {{
		"message": $"`AWS_SECRET_ACCESS_KEY` gives CI a long-lived AWS key, matched by its name.\n{_aws} {_existing}",
		"path": ["plaintextValue"],
	}}
}

test_key_by_value_without_a_name if {
	_deny({"resource": {"ci": [_key({"by": "value", "cloud": "gcp", "name": ""})]}}) == {{
		"message": $"`plaintextValue` gives CI a long-lived Google Cloud key, matched by its format.\n{_gcp} {_existing}",
		"path": ["plaintextValue"],
	}}
}

test_key_by_source_is_of_the_resource_that_holds_it if {
	_deny({"scope": "stack", "ci": [_key({"by": "source", "name": "DEPLOY", "urn": _urn})]}) == {{
		"message": $"`DEPLOY` gives CI a long-lived AWS key, created by another resource.\n{_aws} {_existing}",
		"path": ["plaintextValue"],
		"urn": _urn,
	}}
}

test_file_and_federated_credentials_of_google_pass if {
	key := _key({"path": ["value"], "name": "GOOGLE_CREDENTIALS", "cloud": "gcp"})
	denied := [value |
		some value in ["/run/x.json", "$CI_DIR/x", "x.json", `{"type":"external_account"}`, `{"type":"service_account"}`, "a b.json", "aGVsbG8="]
		_deny({"resource": {"ci": [key], "properties": {"value": value}}}) != set()
	]
	denied == [`{"type":"service_account"}`, "a b.json", "aGVsbG8="]
	_deny({"resource": {"ci": [key], "properties": {"value": "[secret]"}, "secret": [["value"]]}}) != set()
	_deny({"resource": {"ci": [_key({})], "properties": {"plaintextValue": "/run/x.json"}}}) != set()
}

_file(patch) := {object.union(decision, {}) | some decision in decisions} if {
	decisions := data.policies.cloud_credential_in_ci.deny with input as data.lib.fixture.file(patch)
}

_handed(patch) := object.union({"line": 7, "column": 5, "name": "AWS_SECRET_ACCESS_KEY", "cloud": "aws", "by": "name", "job": "deploy"}, patch)

test_key_that_a_file_hands_a_job if {
	_file({"file": {"ci": [_handed({})]}}) == {{
		"message": $"`AWS_SECRET_ACCESS_KEY` at deploy/run.sh:7 gives job deploy a long-lived AWS key, matched by its name or that of the secret.\n{_aws} {_existing}",
		"line": 7, "column": 5, "yields": [],
	}}
	everywhere := _file({"file": {"ci": [object.remove(_handed({"by": "value"}), ["job"])]}})
	everywhere == {{
		"message": concat("\n", [
			"`AWS_SECRET_ACCESS_KEY` at deploy/run.sh:7 gives CI a long-lived AWS key in plaintext.",
			$"Delete the key in the cloud: every clone has it. {_aws}",
		]),
		"line": 7, "column": 5, "yields": [],
	}}
}

test_key_that_a_command_of_the_line_logs_in_with if {
	command := {"line": 7, "column": 1, "tool": "aws", "command": "aws configure set", "action": "static-login", "certain": true, "job": "deploy"}
	decisions := _file({"file": {"ci": [_handed({})], "commands": [command, object.union(command, {"line": 8})]}})
	{decision.yields | some decision in decisions} == {[{"policy": "secret-cli-command", "line": 7, "column": 1}]}
}

test_key_in_a_system_with_words_of_its_own if {
	found := {kind: messages |
		some kind in ["codebuild", "gitlab-ci"]
		messages := {split(decision.message, "\n")[1] | some decision in _file({"file": {"kind": kind, "ci": [_handed({})]}})}
	}
	found == {"codebuild": {$"Use the build's own service role, which needs no key. {_existing}"}, "gitlab-ci": {$"{_aws} {_existing}"}}
}

test_all_secrets_at_once_are_undecided if {
	document := data.lib.fixture.file({"file": {"ci": [_handed({"by": "all", "name": "toJSON(secrets)", "cloud": ""})]}})
	decisions := data.policies.cloud_credential_in_ci.undecided with input as document
	decisions == {{
		"message": "Cannot tell whether job deploy gets a long-lived cloud key: `toJSON(secrets)` passes it all secrets.\nPass only the secrets that it needs, each by name.",
		"line": 7, "column": 5,
	}}
	denied := data.policies.cloud_credential_in_ci.deny with input as document
	denied == set()
}
