package policies.plaintext_secret_output_test

_urn := "urn:pulumi:production::shop::pulumi:pulumi:Stack::shop-production"

_advice := "Export a reference to it, such as its ARN, or nothing; else pulumi.secret(...), or additionalSecretOutputs on the resource it comes from."

_finding(patch) := object.union(
	{
		"place": "output",
		"urn": _urn,
		"type": "pulumi:pulumi:Stack",
		"name": "shop-production",
		"ancestors": [],
		"path": ["dbPassword"],
		"key": "dbPassword",
		"detector": "password",
		"title": "a password",
		"reason": "key-name",
		"tier": "password",
		"marked": false,
	},
	patch,
)

_input(finding, parameters) := data.lib.fixture.with_({
	"scope": "stack", "findings": [finding], "parameters": {"plaintext-secret-output": parameters},
})

_decide(finding, parameters) := {"deny": deny, "undecided": undecided} if {
	deny := data.policies.plaintext_secret_output.deny with input as _input(finding, parameters)
	undecided := data.policies.plaintext_secret_output.undecided with input as _input(finding, parameters)
}

_nothing := {"deny": set(), "undecided": set()}

_denied(message, path) := {"deny": {{"message": message, "path": path, "urn": _urn}}, "undecided": set()}

test_secret_in_an_output_is_denied if {
	_decide(_finding({"path": ["db", "password"], "key": "password"}), {}) == _denied(
		$"A password stands in plaintext in the stack output db.password.\nIts name tells: `password`.\n{_advice}",
		["db", "password"],
	)
	source := {"kind": "output", "urn": "urn:pulumi:p::s::aws:rds/instance:Instance::db", "path": "password"}
	_decide(_finding({"reason": "known-secret", "path": ["note"], "form": "equal", "source": source}), {}) == _denied(
		concat("\n", [
			"A copy of the secret `password` of `db` (aws:rds/instance:Instance) stands in plaintext in the stack output note.",
			"Elsewhere in this stack it is kept secret; there it can be read in the state and in the cloud.",
			_advice,
		]),
		["note"],
	)
}

test_unknown_output_is_undecided if {
	named := {
		"password": "its name is that of a password",
		"random": "by its name it may be a secret",
		"strong": "by its name it may be a secret",
	}
	every tier, why in named {
		_decide(_finding({"reason": "unknown-output", "tier": tier}), {}) == {"deny": set(), "undecided": {{
			"message": $"The stack output dbPassword may be plaintext once it is known, and {why}.\n{_advice}",
			"path": ["dbPassword"],
			"urn": _urn,
		}}}
	}
}

test_others_and_allowed_findings_pass if {
	found := {_decide(finding, parameters) | some [finding, parameters] in [
		[_finding({"place": "property"}), {}],
		[_finding({"marked": true}), {}],
		[_finding({}), {"allowKeys": ["db*"]}],
		[_finding({"reason": "unknown-output"}), {"allowKeys": ["db*"]}],
		[_finding({"reason": "format"}), {"allowPaths": [{"path": "dbPassword"}]}],
	]}
	found == {_nothing}
}

test_output_of_terraform if {
	decisions := data.policies.plaintext_secret_output.deny with input as data.lib.fixture.terraform({
		"scope": "stack", "findings": [_finding({"path": ["db_password"], "shown": "db_password", "key": "db_password"})],
	})
	decisions == {{
		"message": concat("\n", [
			"A password stands in plaintext in the output db_password.",
			"Its name tells: `db_password`.",
			"Output a reference to it, such as its ARN, or nothing; else set sensitive = true on the output, though the state still holds it.",
		]),
		"path": ["db_password"],
		"urn": _urn,
	}}
}
