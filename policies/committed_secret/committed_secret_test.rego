package policies.committed_secret_test

_rotate := "Rotate it first: every clone and the git history keep it. Then remove it and read it from the secrets manager at run time."

_finding(patch) := object.union(
	{
		"place": "file", "line": 3, "column": 9, "path": [], "key": "", "detector": "github-token", "title": "a GitHub token",
		"reason": "format", "marked": false,
	},
	patch,
)

_password(patch) := _finding(object.union({"key": "DB_PASSWORD", "detector": "password", "title": "a password", "reason": "key-name", "tier": "password"}, patch))

_deny(findings, parameters) := decisions if {
	decisions := {object.union(decision, {}) |
		some decision in data.policies.committed_secret.deny with input as _document(findings, parameters)
	}
}

_document(findings, parameters) := data.lib.fixture.file({
	"findings": findings,
	"parameters": {"committed-secret": parameters},
})

test_secret_by_format_and_by_name if {
	_deny([_finding({}), _password({"line": 4})], {}) == {
		{
			"message": $"deploy/run.sh:3 contains a GitHub token, matched by its format (github-token).\n{_rotate}",
			"line": 3, "column": 9,
		},
		{"message": $"deploy/run.sh:4 contains a password, matched by its name, `DB_PASSWORD`.\n{_rotate}", "line": 4, "column": 9},
	}
}

test_key_of_a_cloud_has_its_own_advice if {
	instead := data.lib.credential.instead("aws")
	found := _deny([_finding({"detector": "aws-secret-key", "title": "an AWS secret key", "cloud": "aws"})], {})
	found == {{
		"message": $"deploy/run.sh:3 contains an AWS secret key, matched by its format (aws-secret-key).\nRevoke it first: every clone has it. {instead}",
		"line": 3, "column": 9,
	}}
}

test_more_than_are_told if {
	document := _document([], {})
	found := data.policies.committed_secret.deny with input as object.union(document, {"file": {"more": true}})
	found == {{
		"message": "deploy/run.sh contains more secrets than can be listed.\nFix the listed ones and check again. If the file consists of examples, exempt it as a whole.",
		"path": ["more"],
	}}
}

test_key_store if {
	document := object.union(_document([], {}), {"file": {"keyStore": "a PKCS #12 key store"}})
	found := data.policies.committed_secret.deny with input as document
	messages := {[split(decision.message, "\n")[0], decision.path, decision.kind] | some decision in found}
	messages == {["deploy/run.sh is a PKCS #12 key store committed to the repository.", ["key-store"], "key-store"]}
	parameters := {"committed-secret": {"allowPaths": [{"path": "*", "detector": "key-store"}]}}
	allowed := data.policies.committed_secret.deny with input as object.union(document, {"parameters": parameters})
	allowed == set()
}

test_one_place_is_one_violation if {
	found := _deny([_finding({}), _password({})], {})
	found == _deny([_finding({})], {})
}

test_what_other_policies_report_is_left_to_them if {
	keys := {"file": {"ci": [{"line": 7, "column": 1, "name": "AWS_SECRET_ACCESS_KEY", "cloud": "aws", "by": by, "job": "a"} | some by in ["value", "name"]]}}
	config := _finding({"place": "config", "path": ["shop:token"]})
	found := {[split(decision.message, ", ")[0], path, decision.yields] |
		some decision in data.policies.committed_secret.deny with input as object.union(_document([config], {}), keys)
		path := object.get(decision, "path", [])
	}
	found == {
		["deploy/run.sh:3 contains a GitHub token", ["shop:token"], [{"policy": "plaintext-secret-config", "owns": true}]],
		["deploy/run.sh:7 contains a long-lived AWS key", [], [{"policy": "cloud-credential-in-ci", "line": 7, "column": 1}]],
	}
	allowed := data.policies.committed_secret.deny with input as object.union(_document([], {"allowPaths": [{"path": "deploy/*"}]}), keys)
	allowed == set()

	own := _password({})
	_deny([own, config], {}) == _deny([own], {})
}

test_parameters_let_pass if {
	findings := [_finding({}), _password({"line": 4})]
	lines := [{decision.line | some decision in _deny(findings, parameters)} | some parameters in [
		{}, {"allowKeys": ["db_*"]}, {"allowPaths": [{"path": "deploy/*"}]}, {"allowPaths": [{"path": "*.sh", "detector": "github-*"}]},
		{"allowPaths": [{"path": "deploy"}]},
	]]
	lines == [{3, 4}, {3}, set(), {4}, {3, 4}]
}
