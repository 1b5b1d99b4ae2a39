package policies.committed_secret_test

_rotate := "Rotate it first: everybody with a copy of the repository has it, and its history keeps it, so remove it there too."

_read := "Read it at run time from the secrets manager, by reference."

_finding(patch) := object.union(
	{
		"place": "file", "line": 3, "column": 9, "path": [], "key": "", "detector": "github-token", "title": "a GitHub token",
		"reason": "format", "marked": false,
	},
	patch,
)

_password(patch) := _finding(object.union({"key": "DB_PASSWORD", "detector": "password", "title": "a password", "reason": "key-name", "tier": "password"}, patch))

_deny(findings, parameters) := decisions if {
	decisions := data.policies.committed_secret.deny with input as _document(findings, parameters, ["plaintext-secret-config", "cloud-credential-in-ci"])
}

_document(findings, parameters, enabled) := data.lib.fixture.file({
	"file": {"ci": [{"line": 7, "column": 1, "name": "AWS_SECRET_ACCESS_KEY", "cloud": "aws", "by": by, "job": "a"} | some by in ["value", "name"]]},
	"findings": findings,
	"parameters": {"committed-secret": parameters},
	"enabled": enabled,
})

test_secret_by_format_and_by_name if {
	_deny([_finding({}), _password({"line": 4})], {}) == {
		{
			"message": $"A GitHub token stands in deploy/run.sh, line 3. Its format tells, whatever its name (github-token).\n{_rotate}\n{_read}",
			"line": 3, "column": 9,
		},
		{"message": $"A password stands in deploy/run.sh, line 4. Its name tells: `DB_PASSWORD`.\n{_rotate}\n{_read}", "line": 4, "column": 9},
	}
}

test_key_of_a_cloud_has_its_own_advice if {
	instead := data.lib.credential.instead("aws")
	found := _deny([_finding({"detector": "aws-secret-key", "title": "an AWS secret key", "cloud": "aws"})], {})
	found == {{
		"message": $"An AWS secret key stands in deploy/run.sh, line 3. Its format tells, whatever its name (aws-secret-key).\n{_rotate}\n{instead}",
		"line": 3, "column": 9,
	}}
}

test_more_than_are_told if {
	document := _document([], {}, ["plaintext-secret-config", "cloud-credential-in-ci"])
	found := data.policies.committed_secret.deny with input as object.union(document, {"file": {"more": true}})
	found == {{
		"message": "deploy/run.sh holds more secrets than are told one by one.\nMend or take out what is told, and check again; if the file is made of examples, exempt it as a whole.",
		"path": ["more"],
	}}
}

test_one_place_is_one_violation if {
	found := _deny([_finding({}), _password({})], {})
	found == _deny([_finding({})], {})
}

test_what_other_policies_report_is_theirs_as_long_as_they_are_on if {
	findings := [_finding({"place": "config", "path": ["shop:token"]})]
	_deny(findings, {}) == set()
	off := data.policies.committed_secret.deny with input as _document(findings, {}, [])
	first := {split(decision.message, " line ")[0] | some decision in off}
	first == {"A GitHub token stands in deploy/run.sh,", "A long-lived AWS key stands in deploy/run.sh,"}
	allowed := data.policies.committed_secret.deny with input as _document([], {"allowPaths": [{"path": "deploy/*"}]}, [])
	allowed == set()
}

test_parameters_let_pass if {
	findings := [_finding({}), _password({"line": 4})]
	lines := [{decision.line | some decision in _deny(findings, parameters)} | some parameters in [
		{}, {"allowKeys": ["db_*"]}, {"allowPaths": [{"path": "deploy/*"}]}, {"allowPaths": [{"path": "*.sh", "detector": "github-*"}]},
		{"allowPaths": [{"path": "deploy"}]},
	]]
	lines == [{3, 4}, {3}, set(), {4}, {3, 4}]
}
