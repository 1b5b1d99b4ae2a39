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
		"The secret at `password` is hard-coded or looked up by the program: it comes neither from secret config nor from another resource.",
		"If hard-coded, rotate it. Let the service issue it or read it from the secrets manager at run time; otherwise use config.requireSecret.",
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

_root := "urn:pulumi:default::terraform::pulumi:pulumi:Stack::terraform-default"

_module := "urn:pulumi:default::terraform::terraform:module:./db::module.db"

_plan(findings) := {object.union(decision, {}) |
	some decision in data.policies.hardcoded_secret.deny with input as data.lib.fixture.terraform({"scope": "stack", "findings": findings})
}

_rest := "\nRotate it. Let the service issue it or read it from the secrets manager at run time; otherwise use a sensitive variable (TF_VAR_…) or a write-only argument fed by an ephemeral resource."

_proven(by) := _finding({"literal": object.union({"block": "aws_db_instance.main", "name": "password", "urn": _urn, "path": ["password"]}, by)})

test_literal_of_a_plan_is_denied_where_it_is_written if {
	denied := [[first, decision.urn, decision.path, decision.yields, decision.kind] |
		some by in [
			{"kind": "attribute"},
			{"kind": "attribute", "name": "for_each", "block": "module.db", "module": "module.a"},
			{"kind": "default", "block": "var.password", "name": "default", "urn": _root, "path": ["default:password"]},
			{"kind": "default", "block": "var.password", "module": "module.db", "urn": _module, "path": ["default:password"]},
			{"kind": "argument", "block": "module.db", "module": "module.a", "urn": _module, "path": ["pw"], "name": "pw"},
			{"kind": "output", "block": "output.pw", "module": "module.db"},
		]
		some decision in _plan([_proven(by)])
		endswith(decision.message, _rest)
		first := split(decision.message, "\n")[0]
	]
	denied == [
		["The secret at `password` is hard-coded in the configuration.", _urn, ["password"], [], "literal"],
		["The secret at `password` is hard-coded in for_each of `module.a.module.db`.", _urn, ["password"], [], "literal"],
		[
			"The secret at `password` of `db` is hard-coded in the default of variable `password`.", _root, ["default:password"],
			[
				{"policy": "plaintext-secret-config", "urn": _root, "path": ["default:password"]},
				{"policy": "plaintext-secret-config", "urn": _root, "path": ["var:password"]},
			],
			"literal",
		],
		[
			"The secret at `password` of `db` is hard-coded in the default of variable `password` of `module.db`.", _module,
			["default:password"], [], "literal",
		],
		[
			"The secret at `password` of `db` is hard-coded in argument `pw` of `module.a.module.db`.", _module, ["pw"], [],
			"literal",
		],
		["The secret at `password` is hard-coded in the value of output `pw` of `module.db`.", _urn, ["password"], [], "literal"],
	]
}

test_one_default_is_one_violation if {
	by := {"kind": "default", "block": "var.password", "module": "module.db", "urn": _module, "path": ["default:password"]}
	two := [_proven(by), object.union(_proven(by), {"path": ["masterPassword"]})]
	first := [split(decision.message, "\n")[0] |
		some findings in [two, array.concat(two, [object.union(_proven(by), {"path": ["x"]})])]
		some decision in _plan(findings)
	]
	first == [
		"The secret at `masterPassword` of `db` is hard-coded in the default of variable `password` of `module.db`. Another argument uses it too.",
		"The secret at `masterPassword` of `db` is hard-coded in the default of variable `password` of `module.db`. 2 other arguments use it too.",
	]
}

test_literal_in_a_manager_stays_at_its_place if {
	by := {"kind": "default", "block": "var.password", "module": "module.db", "urn": _module, "path": ["default:password"]}
	spots := {[decision.urn, decision.path] |
		some decision in _plan([object.union(_proven(by), {"covered": true, "own": true})])
	}
	spots == {[_urn, ["password"]]}
}

test_what_a_plan_does_not_show_is_undecided if {
	_plan([_finding({})]) == set()
	decisions := data.policies.hardcoded_secret.undecided with input as data.lib.fixture.terraform({"scope": "stack", "findings": [_finding({})]})
	decisions == {{
		"message": concat("\n", [
			"Cannot tell whether the secret at `password` is hard-coded or looked up: the plan does not show its expression.",
			"If hard-coded, rotate it. Let the service issue it or read it from the secrets manager at run time; otherwise use a sensitive variable (TF_VAR_…) or a write-only argument fed by an ephemeral resource.",
		]),
		"path": ["password"],
		"urn": _urn,
		"yields": [],
		"kind": "not-shown",
	}}
}
