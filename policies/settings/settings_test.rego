package policies.settings_test

_paths(settings) := {data.lib.property.show(decision.path) | some decision in _deny(settings)}

_deny(settings) := decisions if {
	decisions := data.policies.settings.deny with input as data.lib.fixture.stack(settings)
}

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

test_empty_lists if {
	_paths({"components": [], "managers": [], "environments": [], "managersByStack": {"prod": []}}) == {
		"components", "managers", "environments", "managersByStack.prod",
	}
}

test_patterns_that_match_every_value if {
	_paths({"extraPatterns": ["acme_[0-9a-f]{32}", "(acme)?", "x**", ".{0,40}"]}) == {"extraPatterns[1]", "extraPatterns[3]"}
}
