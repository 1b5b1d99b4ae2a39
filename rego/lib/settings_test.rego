package lib.settings_test

_environment(stack, map) := found if {
	found := data.lib.settings.environment with input as data.lib.fixture.with_({
		"run": {"stack": stack},
		"settings": {"environmentByStack": map},
	})
}

_advised(stack, map) := found if {
	found := data.lib.settings.advised_environment with input as data.lib.fixture.with_({
		"run": {"stack": stack},
		"settings": {"environmentByStack": map},
	})
}

test_exact_name_wins_over_globs_and_long_globs_over_short if {
	map := {"*": "development", "prod*": "staging", "prod-e*": "production", "prod-eu": "staging", "prod-us?": "production"}
	found := [_environment(stack, map) | some stack in ["prod-eu", "prod-east", "prod-us1", "production", "pr-12"]]
	found == ["staging", "production", "production", "staging", "development"]
}

test_stack_that_no_glob_names_has_no_environment if {
	found := {stack | some stack in ["prod", "eu.prod"]; _environment(stack, {"eu*": "production"})}
	found == {"eu.prod"}
}

test_managers_of_the_stack_replace_the_list if {
	settings := {"managersByStack": {"*-gcp": ["gcp-secret-manager"]}}
	found := [managers |
		some stack in ["prod-gcp", "prod"]
		managers := data.lib.settings.managers with input as data.lib.fixture.with_({"run": {"stack": stack}, "settings": settings})
	]
	found == [["gcp-secret-manager"], data.lib.fixture.settings.managers]
}

test_advised_environment_is_the_mapped_one_or_the_stack_or_a_placeholder if {
	[_advised("prod", {"prod": "production"}), _advised("staging", {}), _advised("staging", {"*": "production"}), _advised("alice", {})] == [
		"production", "staging", "production", "<environment>",
	]
}

test_stack_that_is_no_kebab_is_not_advised if {
	found := data.lib.settings.advised_environment with input as data.lib.fixture.with_({
		"run": {"stack": "PR.12"},
		"settings": {"environments": ["*"]},
	})
	found == "<environment>"
}
