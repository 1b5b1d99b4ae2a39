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
