package policies.secret_value_in_program_test

_urn := "urn:pulumi:production::shop::aws:secretsmanager/secretVersion:SecretVersion::db"

_leave_version_out := "Existing secret: set a new value by hand, then remove this version. New secret: leave the version out and set the value by hand after deployment."

_written(patch) := object.union(
	{"path": ["secretString"], "state": "known", "marked": true, "placeholder": false, "ignored": false, "writeOnly": false},
	patch,
)

_decide(document) := {"deny": deny, "undecided": undecided} if {
	deny := data.policies.secret_value_in_program.deny with input as document
	undecided := data.policies.secret_value_in_program.undecided with input as document
}

_resource(kind, ancestors, written, patch) := _decide(data.lib.fixture.with_(object.union(
	{"kind": kind, "resource": {"ancestors": ancestors, "written": [written]}},
	patch,
)))

_inside(written) := _resource(data.lib.fixture.aws_version, ["acme:infra:Secret"], written, {})

_stack(patch, ancestors) := _decide(data.lib.fixture.with_({"scope": "stack", "written": [object.union(
	{"urn": _urn, "type": "aws:secretsmanager/secretVersion:SecretVersion", "name": "db", "ancestors": ancestors, "manager": "aws-secrets-manager", "class": "version"},
	_written(patch),
)]}))

_nothing := {"deny": set(), "undecided": set()}

_denied(lines, path) := _left(lines, path, [])

_left(lines, path, yields) := {"deny": {{"message": concat("\n", lines), "path": path, "yields": yields}}, "undecided": set()}

_raw := {"policy": "raw-secret-resource"}

_at_stack := [{"policy": "raw-secret-resource", "urn": _urn}]

_version := _denied(
	[
		"The program writes the value of this AWS Secrets Manager secret version at `secretString`; acme:infra:Secret may not write values.",
		_leave_version_out,
	],
	["secretString"],
)

test_component_without_values_may_write_none if {
	_inside(_written({})) == _version
	_inside(_written({"state": "unknown"})) == _version
}

test_advice_follows_the_store if {
	_resource(data.lib.fixture.azure, ["acme:infra:Secret"], _written({"path": ["properties", "value"]}), {}) == _left(
		[
			"The program writes the value of this Azure Key Vault secret at `properties.value`; acme:infra:Secret may not write values.",
			"Existing secret: set a new value by hand, then write a placeholder with ignoreChanges. New secret: write the placeholder, and set the value by hand after deployment.",
		],
		["properties", "value"], [_raw],
	)
	_resource(data.lib.fixture.aws, ["acme:infra:Secret"], _written({}), {}) == _left(
		[
			"The program writes the value of this AWS Secrets Manager secret at `secretString`; acme:infra:Secret may not write values.",
			"Existing secret: set a new value by hand, then remove this value. New secret: leave the value out and set it by hand after deployment.",
		],
		["secretString"], [_raw],
	)
}

test_placeholder_passes_with_ignore_changes if {
	_inside(_written({"placeholder": true, "ignored": true})) == _nothing
	_inside(_written({"writeOnly": true})) == _nothing
	_inside(_written({"placeholder": true})) == _left(
		[
			"A placeholder is written into this AWS Secrets Manager secret version at `secretString` without ignoreChanges: a later update would overwrite the real value.",
			"Add `secretString` to ignoreChanges, and set the value by hand after deployment.",
		],
		["secretString"], [_raw],
	)
}

test_old_input_cannot_be_checked if {
	_inside(_written({"ignored": true})) == {"deny": set(), "undecided": {{
		"message": concat("\n", [
			"Cannot tell whether the program writes a value into this AWS Secrets Manager secret version at `secretString`: with ignoreChanges, only the old value is visible.",
			"Make sure that the program writes nothing but a constant placeholder there, such as changeme.",
		]),
		"path": ["secretString"],
		"yields": [_raw],
	}}}
	found := _stack({"generated": "no", "ignored": true}, ["acme:infra:Database"])
	found.deny == set()
	{decision.path | some decision in found.undecided} == {["secretString"]}
}

test_version_outside_of_components_may_hold_no_value if {
	_resource(data.lib.fixture.aws_version, ["acme:web:App"], _written({}), {}) == _denied(
		[
			"The program writes the value of this AWS Secrets Manager secret version at `secretString`; secret values must be set by hand.",
			_leave_version_out,
		],
		["secretString"],
	)
}

test_other_managers_are_not_checked_unless_the_settings_add_them if {
	_resource(data.lib.fixture.ssm, ["acme:infra:Secret"], _written({"path": ["value"]}), {}) == _nothing
	found := _resource(data.lib.fixture.ssm, ["acme:infra:Secret"], _written({"path": ["value"]}), {"settings": {"managers": ["ssm-parameter-store"]}})
	{decision.path | some decision in found.deny} == {["value"]}
}

test_component_with_generated_values_is_checked_with_the_whole_stack if {
	ancestors := ["acme:infra:Database"]
	_resource(data.lib.fixture.aws_version, ancestors, _written({}), {}) == _nothing
	found := [_stack(patch, ancestors) | some patch in [
		{"generated": "yes"}, {"generated": "no"}, {"generated": "open"},
		{"generated": "no", "placeholder": true, "ignored": true}, {"generated": "open", "writeOnly": true},
	]]
	literal := {
		"deny": {{
			"message": concat("\n", [
				"The value of this AWS Secrets Manager secret version at `secretString` is not generated in this stack; acme:infra:* may only write generated values.",
				"Existing secret: set a new value by hand first. Then write the output of the resource that generates it, or leave the value out and set it by hand after deployment.",
			]),
			"path": ["secretString"],
			"urn": _urn,
			"yields": _at_stack,
		}},
		"undecided": set(),
	}
	open := {"deny": set(), "undecided": {{
		"message": concat("\n", [
			"Cannot tell yet whether the value of this AWS Secrets Manager secret version at `secretString` is generated.",
			"acme:infra:* may only write generated values: use the output of the resource that generates or issues it.",
		]),
		"path": ["secretString"],
		"urn": _urn,
		"yields": _at_stack,
	}}}
	found == [_nothing, literal, open, _nothing, _nothing]
}

test_nearest_component_decides_and_no_value_is_checked_twice if {
	every ancestors in [["acme:infra:Secret"], ["acme:infra:Secret", "acme:infra:Database"], ["acme:web:App"]] {
		_stack({"generated": "no"}, ancestors) == _nothing
	}
}

_module := ["terraform:module:./modules/secret"]

_terraform(written) := _decide(data.lib.fixture.terraform({
	"kind": data.lib.fixture.aws_version,
	"resource": {"ancestors": _module, "written": [object.union(_written({"shown": "secret_string"}), written)]},
}))

test_value_that_terraform_writes if {
	_terraform({}) == _denied(
		[
			"The configuration writes the value of this AWS Secrets Manager secret version at `secret_string`; ./modules/secret may not write values.",
			_leave_version_out,
		],
		["secretString"],
	)
	_terraform({"writeOnly": true}) == _nothing
	_terraform({"placeholder": true, "ignored": true}) == _nothing
}

test_placeholder_of_terraform_is_undecided if {
	message := concat("\n", [
		"A placeholder is written into this AWS Secrets Manager secret version at `secret_string`; a plan does not show whether ignore_changes covers it.",
		"If not, add `lifecycle { ignore_changes = [secret_string] }`, or a later apply will overwrite the real value.",
	])
	_terraform({"placeholder": true}) == {"deny": set(), "undecided": {{"message": message, "path": ["secretString"], "yields": [_raw]}}}
	stack := _decide(data.lib.fixture.terraform({"scope": "stack", "written": [object.union(
		{
			"urn": _urn, "type": "aws:secretsmanager/secretVersion:SecretVersion", "name": "db", "manager": "aws-secrets-manager", "class": "version",
			"ancestors": ["terraform:module:github.com/acme/infra//db"], "generated": "no", "from": [],
		},
		_written({"shown": "secret_string", "placeholder": true}),
	)]}))
	stack == {"deny": set(), "undecided": {{"message": message, "path": ["secretString"], "urn": _urn, "yields": _at_stack}}}
}

test_what_a_module_of_a_state_may_write_is_undecided if {
	found := _decide(data.lib.fixture.terraform({
		"kind": data.lib.fixture.aws_version,
		"resource": {"ancestors": ["terraform:module:-"], "written": [_written({"shown": "secret_string"})]},
	}))
	found == {"deny": set(), "undecided": {{
		"message": concat("\n", [
			"Cannot tell whether this AWS Secrets Manager secret version may have a value at `secret_string`: a Terraform state does not record module sources.",
			"Check a plan of the same configuration instead.",
		]),
		"path": ["secretString"],
		"yields": [_raw],
	}}}
}

_write_only(patch) := _stack(object.union({"writeOnly": true, "generated": "no"}, patch), ["acme:infra:Secret"])

_lies(origin) := {
	"deny": {{
		"message": concat("\n", [
			$"{origin} is written into this AWS Secrets Manager secret version at `secretString`; a write-only argument keeps it out of the state, not out of the program.",
			"Existing secret: set a new value by hand first. Then pass the output of the resource that issues it, or leave it out and set it by hand after deployment.",
		]),
		"path": ["secretString"],
		"urn": _urn,
		"yields": [],
		"kind": "write-only",
	}},
	"undecided": set(),
}

test_write_only_argument_hides_no_value_that_is_written_down if {
	_write_only({"literal": true}) == _lies("A literal or looked-up value")
	_write_only({"format": "a GitHub token"}) == _lies("A value that looks like a GitHub token")
	_write_only({"literal": true, "config": "shop:key", "format": "a GitHub token"}) == _lies("The value of config `shop:key`")
	every ancestors in [["acme:infra:Database"], ["acme:web:App"]] {
		_stack({"writeOnly": true, "generated": "no", "literal": true}, ancestors) == _lies("A literal or looked-up value")
	}
	in_a_store := _stack({"writeOnly": true, "generated": "no", "literal": true, "class": "store"}, ["acme:web:App"])
	{decision.yields | some decision in in_a_store.deny} == {_at_stack}
}

test_write_only_argument_takes_what_a_resource_issues if {
	every patch in [
		{"generated": "yes", "format": "a GitHub token"},
		{"generated": "open", "state": "unknown"},
		{"literal": false},
		{"placeholder": true, "literal": false},
	] {
		_write_only(patch) == _nothing
	}
}

_under_ignore_changes(origin, at) := concat("\n", [
	$"{origin} is in this {at}, under ignoreChanges, where only a constant placeholder is allowed.",
	"If the program writes it, set a new value by hand, then write a placeholder such as changeme. If a refresh read it from the cloud, exempt this property.",
])

test_ignore_changes_hides_no_value_of_a_known_format_or_of_the_config if {
	vault := _written({"path": ["value"], "ignored": true, "format": "a Stripe key"})
	_resource(data.lib.fixture.azure, ["acme:infra:Secret"], vault, {}) == {
		"deny": {{"message": _under_ignore_changes("A value that looks like a Stripe key", "Azure Key Vault secret at `value`"), "path": ["value"], "yields": [_raw], "kind": "ignored"}},
		"undecided": set(),
	}
	_inside(_written({"ignored": true, "config": "shop:key"})) == {
		"deny": {{"message": _under_ignore_changes("The value of config `shop:key`", "AWS Secrets Manager secret version at `secretString`"), "path": ["secretString"], "yields": [], "kind": "ignored"}},
		"undecided": set(),
	}
	_stack({"generated": "no", "ignored": true, "format": "a Stripe key"}, ["acme:infra:Database"]) == {
		"deny": {{"message": _under_ignore_changes("A value that looks like a Stripe key", "AWS Secrets Manager secret version at `secretString`"), "path": ["secretString"], "urn": _urn, "yields": _at_stack, "kind": "ignored"}},
		"undecided": set(),
	}
	_stack({"generated": "yes", "ignored": true, "format": "a Stripe key"}, ["acme:infra:Database"]) == _nothing
	count(_stack({"generated": "open", "ignored": true, "format": "a Stripe key"}, ["acme:infra:Database"]).undecided) == 1
}

test_literal_of_terraform_is_a_literal if {
	found := data.policies.secret_value_in_program.deny with input as data.lib.fixture.terraform({"scope": "stack", "written": [object.union(
		{"urn": _urn, "type": "aws:secretsmanager/secretVersion:SecretVersion", "name": "db", "ancestors": ["terraform:module:./modules/secret"], "manager": "aws-secrets-manager", "class": "version"},
		_written({"writeOnly": true, "generated": "no", "literal": true, "shown": "secret_string_wo"}),
	)]})
	{split(decision.message, " is written into")[0] | some decision in found} == {"A literal"}
}
