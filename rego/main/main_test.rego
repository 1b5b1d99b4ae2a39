package main_test

_violation := {"message": "Wrong.", "path": ["name"]}

test_own_policy_is_asked if {
	decisions := data.main.decisions with input as {"policies": [{"name": "a-policy", "package": "a_policy", "own": true}]}
		with data.policies as {"a_policy": {"deny": {_violation}, "undecided": {"odd"}}}
	decisions == {
		{"policy": "a-policy", "rule": "deny", "decision": _violation},
		{"policy": "a-policy", "rule": "undecided", "decision": "odd"},
	}
}

test_policy_of_the_organization_is_asked if {
	decisions := data.main.decisions with input as {"policies": [{"name": "a-policy", "package": "a_policy", "own": false}]}
		with data.rules as {"a_policy": {"deny": {_violation}}}
		with data.policies as {"a_policy": {"deny": {"not asked"}}}
	decisions == {{"policy": "a-policy", "rule": "deny", "decision": _violation}}
}

test_policy_that_is_not_named_is_not_asked if {
	decisions := data.main.decisions with input as {"policies": []}
		with data.policies as {"a_policy": {"deny": {_violation}}}
	decisions == set()
}

test_answer_that_is_no_set_is_handed_on if {
	decisions := data.main.decisions with input as {"policies": [{"name": "a-policy", "package": "a_policy", "own": false}]}
		with data.rules as {"a_policy": {"deny": "x", "undecided": 1}}
	decisions == {
		{"policy": "a-policy", "rule": "deny", "decision": "x"},
		{"policy": "a-policy", "rule": "undecided", "decision": 1},
	}
}

test_policy_that_does_not_exist_is_an_answer_of_the_wrong_form if {
	decisions := data.main.decisions with input as {"policies": [{"name": "gone", "package": "gone", "own": true}]}
		with data.policies as {}
	decisions == {{"policy": "gone", "rule": "deny", "decision": null}}
}

_finding(id, patch) := object.union({"id": id, "place": "property", "urn": "a", "path": ["name"], "reason": "key-name", "detector": "password"}, patch)

_about(findings, violation, patch) := ids if {
	document := object.union({"policies": [{"name": "a-policy", "package": "a_policy", "own": false}], "findings": findings}, patch)
	decisions := data.main.decisions with input as document
		with data.rules as {"a_policy": {"deny": {violation}}}
	ids := {object.get(answer, "finding", 0) | some answer in decisions}
}

test_violation_is_about_the_finding_at_its_place if {
	resource := {"resource": {"urn": "a"}}
	_about([_finding(1, {"path": ["other"]}), _finding(2, {})], _violation, resource) == {2}
	_about([_finding(1, {}), _finding(2, {"reason": "format"})], _violation, resource) == {2}
	_about([_finding(1, {"urn": "b"})], _violation, resource) == {0}
	_about([_finding(1, {})], {"message": "Wrong."}, resource) == {0}
	_about([_finding(1, {})], null, resource) == {0}
}

test_violation_about_the_stack_is_about_what_it_names if {
	output := _finding(1, {"place": "output", "type": "pulumi:pulumi:Stack"})
	_about([output], _violation, {}) == {1}
	_about([output, _finding(2, {"urn": "b"})], object.union(_violation, {"urn": "b"}), {}) == {2}
}

test_violation_in_a_file_is_about_the_finding_at_its_line if {
	text := _finding(1, {"place": "file", "line": 3, "column": 1, "path": []})
	value := _finding(2, {"place": "config", "line": 4, "column": 1, "path": ["shop:db"]})
	there := {"message": "Wrong.", "line": 3, "column": 1}
	_about([text, value], there, {}) == {1}
	_about([text, value], object.union(there, {"line": 4}), {}) == {2}
	_about([text, value], object.union(there, {"line": 4, "path": ["shop:db"]}), {}) == {2}
	_about([text, value], object.union(there, {"line": 4, "path": ["shop:other"]}), {}) == {0}
	_about([text, value], object.union(there, {"column": 2}), {}) == {0}
}

test_violation_that_says_which_finding_is_handed_on if {
	decisions := data.main.decisions with input as {
		"policies": [{"name": "a-policy", "package": "a_policy", "own": true}], "resource": {"urn": "a"}, "findings": [_finding(1, {})],
	}
		with data.policies as {"a_policy": {"deny": {object.union(_violation, {"finding": 7})}}}
	decisions == {{"policy": "a-policy", "rule": "deny", "decision": object.union(_violation, {"finding": 7})}}
}
