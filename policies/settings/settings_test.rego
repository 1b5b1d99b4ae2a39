package policies.settings_test

_paths(settings) := {data.lib.property.show(decision.path) | some decision in _deny(settings)}

_deny(settings) := decisions if {
	decisions := data.policies.settings.deny with input as data.lib.fixture.stack(settings)
}

_types(types) := {"components": [{"type": type, "values": "none"} | some type in types]}

test_good_settings_pass if {
	_deny({}) == set()
	_deny(object.union(_types(["acme:infra:Secret", "acme-*:infra:*", "acme:infra/x:{A,B}"]), {
		"managers": ["vault"],
		"managersByStack": {"*-gcp": ["gcp-secret-manager"]},
		"environments": ["production", "pr-*"],
		"environmentByStack": {"prod": "production", "pull-*": "pr-1"},
	})) == set()
}

test_only_the_stack_reports if {
	decisions := data.policies.settings.deny with input as data.lib.fixture.with_({"settings": {"managers": []}})
	decisions == set()
}

test_components_that_bless_too_much if {
	_paths(_types(["*:*:*", "**", "a*:x:Y", "?*:infra:Secret", "*-native:infra:Secret"])) == {$"components[{i}].type" | some i in numbers.range(0, 4)}
	_deny(_types(["*:infra:Secret"])) == {{
		"message": "Parameter components[0].type of the policy settings, `*:infra:Secret`, blesses components of every package.\nWrite the name of your own package in front, such as progression-labs-development:infra:Secret.",
		"path": ["components", 0, "type"],
	}}
}

test_components_that_are_no_type_tokens if {
	_paths(_types(["Secret", "acme:Secret", "acme:infra:", ":infra:Secret", "acme:a:b:c", "acme:infra:**"])) == {$"components[{i}].type" | some i in numbers.range(0, 5)}
}

test_components_that_never_count if {
	_paths(_types(["acme:infra:*", "acme:infra:Secret", "acme:infra:*", "acme:web:App"])) == {"components[1]", "components[2]"}
}

test_children if {
	found := _paths({"components": [
		{"type": "acme:infra:A", "values": "none", "children": []},
		{"type": "acme:infra:B", "values": "none", "children": ["aws:secretsmanager/*:*", "x"]},
		{"type": "acme:infra:C", "values": "none"},
	]})
	found == {"components[0].children", "components[1].children[1]"}
}

test_empty_lists if {
	_paths({"components": [], "managers": [], "environments": [], "managersByStack": {"prod": []}}) == {
		"components", "managers", "environments", "managersByStack.prod",
	}
}

test_managers_that_nobody_knows if {
	_paths({"managers": ["vault", "Vault"], "managersByStack": {"a*": ["aws", "doppler"]}}) == {"managers[1]", `managersByStack["a*"][0]`}
}

test_environments if {
	_paths({"environments": ["production", "Staging", "a_b", "pr-*"], "environmentByStack": {"a": "production", "b": "prod", "c": "pr-1"}}) == {
		"environments[1]", "environments[2]", "environmentByStack.b",
	}
}

test_patterns_that_match_every_value if {
	_paths({"extraPatterns": ["acme_[0-9a-f]{32}", "(acme)?", "x**", ".{0,40}"]}) == {"extraPatterns[1]", "extraPatterns[3]"}
}

_sources(sources) := {"blessedModules": [{"source": source} | some source in sources]}

test_good_modules_pass if {
	_deny(_sources([
		"app.terraform.io/acme/*/aws", "acme/secret/aws", "github.com/acme/infra//**", "./modules/secret", "../shared/{secret,database}",
		"gitlab.acme.com:8443/infra//secret",
	])) == set()
}

test_modules_that_bless_too_much if {
	wide := ["**", "*/*/*", "*/*/*/*", "github.com/**", "github.com/*/*", "./*", "../**", "*/secret/aws", "**/secret/**", "app.terraform.io/ac*e/x/y"]
	{i | some i, source in wide; "blessedModules[0].source" in _paths(_sources([source]))} == {i | some i, _ in wide}
	{decision.message | some decision in _deny(_sources(["github.com/*/*"]))} == {
		"Parameter blessedModules[0].source of the policy settings, `github.com/*/*`, blesses modules of everybody.\nWrite the address of your own modules in front, such as github.com/acme/infra//modules/*.",
	}
}

test_modules_that_never_match if {
	never := ["git::github.com/acme/infra", "https://github.com/acme/infra", "git@github.com/acme/infra", "github.com/acme/infra.git//secret", "github.com/acme/infra//secret?ref=v1", "./modules/"]
	_paths(_sources(never)) == {$"blessedModules[{i}].source" | some i in numbers.range(0, count(never) - 1)}
}

test_modules_that_never_count if {
	_paths(_sources(["./modules/*", "./modules/secret", "acme/a/aws", "acme/a/aws"])) == {"blessedModules[1]", "blessedModules[3]"}
}
