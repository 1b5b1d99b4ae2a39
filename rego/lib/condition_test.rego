package lib.condition_test

_verdict(condition, resource) := found if {
	found := data.lib.condition.verdict with input as data.lib.fixture.with_({
		"kind": {"condition": condition},
		"resource": resource,
	})
}

_one(test, resource) := _verdict({"all": [test]}, resource)

_known := {"properties": {"type": "x", "data": {"a": ""}, "full": {"a": {"b": 1}}, "items": [{"type": "y", "data": {}}, {"data": {"k": "v"}}]}}

_unknown := {"properties": {"data": {}}, "unknown": [["type"], ["full", "a"], ["data", "k"], ["items"]]}

_secret := {"properties": {"type": "[secret]", "full": "[secret]"}, "secret": [["type"], ["full"]]}

test_no_condition_always_holds if {
	data.lib.condition.verdict == "holds" with input as data.lib.fixture.with_({"kind": {"class": "store"}})
}

test_operators_on_known_properties if {
	verdicts := [_one(test, _known) | some test in [
		{"path": ["type"], "equals": "x"}, {"path": ["type"], "equals": "y"}, {"path": ["none"], "equals": "x"},
		{"path": ["type"], "notEquals": "x"}, {"path": ["none"], "notEquals": "x"},
		{"path": ["type"], "in": ["x", "y"]}, {"path": ["type"], "notIn": ["x"]},
		{"path": ["type"], "set": true}, {"path": ["none"], "set": true},
		{"path": ["type"], "unset": true}, {"path": ["none"], "unset": true},
		{"path": ["full"], "nonEmpty": true}, {"path": ["data"], "nonEmpty": true}, {"path": ["none"], "nonEmpty": true},
	]]
	verdicts == [
		"holds", "fails", "fails",
		"fails", "holds",
		"holds", "fails",
		"holds", "fails",
		"fails", "holds",
		"holds", "fails", "fails",
	]
}

test_unknown_is_undecided if {
	verdicts := {_one(test, _unknown) | some test in [
		{"path": ["type"], "equals": "x"}, {"path": ["type"], "notEquals": "x"}, {"path": ["type"], "set": true},
		{"path": ["type"], "unset": true}, {"path": ["full"], "nonEmpty": true}, {"path": ["data"], "nonEmpty": true},
		{"path": ["items", "[]", "data"], "nonEmpty": true}, {"path": ["items", "[]", "type"], "equals": "x"},
	]}
	verdicts == {"undecided"}
}

test_what_a_service_credential_is_given_is_there if {
	verdicts := [verdict |
		some kind in [{}, {"cloud_key": true}, {"class": "store"}]
		some test in [{"path": ["type"], "set": true}, {"path": ["type"], "unset": true}, {"path": ["full"], "set": true}]
		document := data.lib.fixture.with_({"kind": object.union({"class": "static-credential", "condition": {"all": [test]}}, kind), "resource": _unknown})
		verdict := data.lib.condition.verdict with input as document
	]
	verdicts == [
		"holds", "fails", "undecided",
		"undecided", "undecided", "undecided",
		"undecided", "undecided", "undecided",
	]
	computed := data.lib.fixture.terraform({"kind": {"class": "static-credential", "condition": {"all": [{"path": ["type"], "unset": true}]}}, "resource": _unknown})
	data.lib.condition.verdict == "undecided" with input as computed
}

test_secret_is_there_but_has_no_value_to_compare if {
	verdicts := [_one(test, _secret) | some test in [
		{"path": ["type"], "equals": "x"}, {"path": ["type"], "notEquals": "x"}, {"path": ["type"], "set": true},
		{"path": ["type"], "unset": true}, {"path": ["full"], "nonEmpty": true}, {"path": ["full", "a"], "nonEmpty": true},
	]]
	verdicts == ["undecided", "undecided", "holds", "fails", "holds", "undecided"]
}

test_one_item_of_a_list_suffices if {
	verdicts := [_one(test, _known) | some test in [
		{"path": ["items", "[]", "data"], "nonEmpty": true}, {"path": ["items", "[]", "type"], "equals": "y"},
		{"path": ["items", "[]", "type"], "unset": true}, {"path": ["items", "[]", "type"], "equals": "z"},
		{"path": ["none", "[]", "type"], "equals": "z"},
	]]
	verdicts == ["holds", "holds", "holds", "fails", "fails"]
}

test_all_and_any_must_both_hold if {
	yes := {"path": ["type"], "equals": "x"}
	no := {"path": ["type"], "equals": "y"}
	open := {"path": ["later"], "equals": "y"}
	resource := object.union(_known, {"unknown": [["later"]]})
	verdicts := [_verdict(condition, resource) | some condition in [
		{"all": [yes], "any": [no, yes]}, {"all": [yes], "any": [no]}, {"all": [no], "any": [yes]}, {"any": [no, open]},
		{"any": [yes, open]}, {"all": [yes, open]}, {"all": [no, open]},
	]]
	verdicts == ["holds", "fails", "fails", "undecided", "holds", "undecided", "fails"]
}

test_operator_that_nobody_knows_is_undecided if {
	_one({"path": ["type"], "like": "x"}, _known) == "undecided"
}

test_known_items_of_a_list_count_beside_unknown_ones if {
	items := {"properties": {"items": [{"type": "y"}]}, "unknown": [["items", 1, "type"]]}
	[_one({"path": ["items", "[]", "type"], "equals": value}, items) | some value in ["y", "z"]] == ["holds", "fails"]
}

test_what_an_environment_keeps_comes_first if {
	verdicts := [_verdict({"all": [{"path": ["type"], "equals": "y"}]}, object.union(_known, {"keeps": keeps})) |
		some keeps in ["holds", "fails", "undecided"]
	]
	verdicts == ["holds", "fails", "undecided"]
}
