package policies.settings_test

test_managers_that_nobody_knows if {
	_paths({"managers": ["vault", "Vault"], "managersByStack": {"a*": ["aws", "doppler"]}}) == {"managers[1]", `managersByStack["a*"][0]`}
}

test_environments if {
	_paths({"environments": ["production", "Staging", "a_b", "pr-*"], "environmentByStack": {"a": "production", "b": "prod", "c": "pr-1"}}) == {
		"environments[1]", "environments[2]", "environmentByStack.b",
	}
}
