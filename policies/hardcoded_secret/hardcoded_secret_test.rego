package policies.hardcoded_secret_test

_urn := "urn:pulumi:production::shop::aws:rds/instance:Instance::db"

_finding(patch) := object.union(
	{
		"place": "property",
		"urn": _urn,
		"type": "aws:rds/instance:Instance",
		"name": "db",
		"ancestors": [],
		"path": ["password"],
		"key": "password",
		"detector": "hardcoded",
		"title": "a secret",
		"reason": "hardcoded",
		"marked": true,
	},
	patch,
)

# The union frees the decisions from their static types.
_deny(finding, patch) := {object.union(decision, {}) | some decision in decisions} if {
	decisions := data.policies.hardcoded_secret.deny with input as data.lib.fixture.with_(object.union({"scope": "stack", "findings": [finding]}, patch))
}

_denied := _left([])

_left(yields) := {object.union({"yields": yields}, {
	"message": concat("\n", [
		"The secret at password is a literal, or looked up by the program.",
		"It is marked, yet comes neither from secret config nor from another resource of this stack.",
		"Let the service issue it or read it at run time from the secrets manager; else pass config.requireSecret. Rotate a literal.",
	]),
	"path": ["password"],
	"urn": _urn,
})}

test_marked_literal_is_denied if {
	_deny(_finding({}), {}) == _denied
}

test_value_of_a_secret_is_left_to_its_own_policies if {
	covered := {"covered": true, "own": true}
	_deny(_finding(covered), {}) == _left([
		{"policy": "secret-value-in-program", "urn": _urn, "owns": true},
		{"policy": "raw-secret-resource", "urn": _urn},
	])
	_deny(_finding(object.union(covered, {"ignored": true})), {}) == set()
	_deny(_finding({"covered": true, "manager": "vault"}), {}) == _denied
}

test_others_and_allowed_findings_pass if {
	_deny(_finding({"reason": "key-name", "marked": false}), {}) == set()
	_deny(_finding({}), {"parameters": {"hardcoded-secret": {"allowPaths": [{"type": "aws:rds/*", "path": "password"}]}}}) == set()
}

test_literal_of_terraform if {
	decisions := data.policies.hardcoded_secret.deny with input as data.lib.fixture.terraform({"scope": "stack", "findings": [_finding({})]})
	decisions == {{
		"message": concat("\n", [
			"The secret at password is a literal, or looked up by the program.",
			"It is sensitive, yet comes neither from a sensitive variable nor from another resource.",
			"Let the service issue it or read it at run time from the secrets manager; else pass a variable with sensitive = true (TF_VAR_…), or a write-only argument fed by an ephemeral resource. Rotate a literal.",
		]),
		"path": ["password"],
		"urn": _urn,
		"yields": [],
	}}
}
