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

_open(names) := [_finding({"reason": "unknown-output", "path": [name], "key": name}) | some name in names]

_said(names) := [split(decision.message, "\n")[0] |
	some decision in data.policies.plaintext_secret_output.undecided with input as data.lib.fixture.with_({
		"scope": "stack", "findings": _open(names), "parameters": {"plaintext-secret-output": {}},
	})
]

test_unknown_output_is_undecided if {
	_decide(_finding({"reason": "unknown-output"}), {}) == {"deny": set(), "undecided": {{
		"message": concat("\n", [
			"The stack output dbPassword is not known yet: the update decides whether a secret stands there in plaintext.",
			"What the program marks secret is fine: a preview does not show the mark of a value that is not known yet. For anything else, export a reference such as its ARN.",
		]),
		"path": [],
		"urn": _urn,
	}}}
}

test_unknown_outputs_are_one_decision_with_a_bounded_list if {
	_said(["token", "apiKey"]) == ["The stack outputs apiKey, token are not known yet: the update decides whether secrets stand there in plaintext."]
	many := _said([$"key{n}" | some n in numbers.range(10, 21)])
	many == ["The stack outputs key10, key11, key12, key13, key14, key15, key16, key17, key18, key19 and 2 more are not known yet: the update decides whether secrets stand there in plaintext."]
	count(_said([$"key{n}" | some n in numbers.range(10, 19)])) == 1
}

test_unknown_output_of_terraform if {
	decisions := data.policies.plaintext_secret_output.undecided with input as data.lib.fixture.terraform({
		"scope": "stack", "findings": [_finding({"reason": "unknown-output", "path": ["db_password"], "shown": "db_password"})],
	})
	{decision.message | some decision in decisions} == {concat("\n", [
		"The output db_password is not known yet: the apply decides whether a secret stands there in plaintext.",
		"None of them is sensitive: output a reference to a secret instead, such as its ARN, or set sensitive = true on the output.",
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
	told == ["It is stored in the state already: rotate it.", "It is stored in the state already: rotate it."]
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
