package policies.plaintext_secret_output_test

_urn := "urn:pulumi:production::shop::pulumi:pulumi:Stack::shop-production"

_advice := "Export a reference such as its ARN, or nothing. If it must be exported, use pulumi.secret(...) or the resource's additionalSecretOutputs."

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
		$"Stack output `db.password` contains a password in plaintext, matched by its name, `password`.\n{_advice}",
		["db", "password"],
	)
	source := {"kind": "output", "urn": "urn:pulumi:p::s::aws:rds/instance:Instance::db", "path": "password"}
	_decide(_finding({"reason": "known-secret", "path": ["note"], "form": "equal", "source": source}), {}) == _denied(
		concat("\n", [
			"Stack output `note` contains a copy of the secret `password` of `db` (aws:rds/instance:Instance) in plaintext.",
			_advice,
		]),
		["note"],
	)
}

_open(names) := [_finding({"reason": "unknown-output", "path": [name], "key": name}) | some name in names]

_said(names) := [split(decision.message, "\n")[0] |
	some decision in data.policies.plaintext_secret_output.undecided with input as data.lib.fixture.with_({
		"scope": "stack", "findings": _open(names), "parameters": {"plaintext-secret-output": {}},
	})
]

test_unknown_output_is_undecided if {
	_decide(_finding({"reason": "unknown-output"}), {}) == {"deny": set(), "undecided": {{
		"message": concat("\n", [
			"Stack output `dbPassword` is named like a secret, and its value is not known until the update.",
			"Outputs that the program marks secret are fine: a preview cannot show the mark on unknown values. For anything else, export a reference such as an ARN.",
		]),
		"path": [],
		"urn": _urn,
	}}}
}

test_unknown_outputs_are_one_decision_with_a_bounded_list if {
	_said(["token", "apiKey"]) == ["Stack outputs `apiKey`, `token` are named like secrets, and their values are not known until the update."]
	many := _said([$"key{n}" | some n in numbers.range(10, 21)])
	many == ["Stack outputs `key10`, `key11`, `key12`, `key13`, `key14`, `key15`, `key16`, `key17`, `key18`, `key19` and 2 more are named like secrets, and their values are not known until the update."]
	count(_said([$"key{n}" | some n in numbers.range(10, 19)])) == 1
}

test_unknown_output_of_terraform if {
	decisions := data.policies.plaintext_secret_output.undecided with input as data.lib.fixture.terraform({
		"scope": "stack", "findings": [_finding({"reason": "unknown-output", "path": ["db_password"], "shown": "db_password"})],
	})
	{decision.message | some decision in decisions} == {concat("\n", [
		"Output `db_password` is named like a secret, and its value is not known until the apply.",
		"Not marked sensitive: output a reference such as an ARN instead, or set sensitive = true.",
	])}
}

test_what_is_stored_has_to_be_rotated if {
	told := [lines[count(lines) - 1] |
		some run in [{"dryRun": false}, {}]
		document := object.union(
			object.remove(_input(_finding({}), {}), ["run"]),
			{"run": object.union({"organization": "acme", "project": "shop", "stack": "production"}, run)},
		)
		some decision in data.policies.plaintext_secret_output.deny with input as document
		lines := split(decision.message, "\n")
	]
	told == [$"Rotate it: the state already contains it. {_advice}", $"Rotate it: the state already contains it. {_advice}"]
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
			"Output `db_password` contains a password in plaintext, matched by its name, `db_password`.",
			"Output a reference such as its ARN, or nothing. If it must be an output, set sensitive = true; the state still contains it.",
		]),
		"path": ["db_password"],
		"urn": _urn,
	}}
}
