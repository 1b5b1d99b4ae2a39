package lib.store_test

_owner(kind) := {owner |
	some owner, _ in {"own": 1, "foreign": 1}
	_is(owner, kind)
}

_is("own", kind) if data.lib.store.own with input as data.lib.fixture.with_({"kind": kind})

_is("foreign", kind) if data.lib.store.foreign with input as data.lib.fixture.with_({"kind": kind})

test_each_secret_has_one_owner if {
	owners := [_owner(kind) | some kind in [
		data.lib.fixture.aws, data.lib.fixture.ssm, {"class": "policy", "manager": "vault"},
		{"class": "store", "subclass": "config-store", "manager": "vault"}, {"class": "version", "manager": "vault"},
	]]
	owners == [{"own"}, {"foreign"}, set(), set(), {"foreign"}]
}

test_settings_can_add_a_manager if {
	data.lib.store.own with input as data.lib.fixture.with_({
		"kind": data.lib.fixture.ssm,
		"settings": {"managers": ["ssm-parameter-store"]},
	})
}
