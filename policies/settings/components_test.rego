package policies.settings_test

_types(types) := {"components": [{"type": type, "values": "none"} | some type in types]}

test_components_that_bless_too_much if {
	_paths(_types(["*:*:*", "**", "a*:x:Y", "?*:infra:Secret", "*-native:infra:Secret"])) == {$"components[{i}].type" | some i in numbers.range(0, 4)}
	_deny(_types(["*:infra:Secret"])) == {{
		"message": "settings.components[0].type allows components of every package.\nBegin with the name of your own package, such as progression-labs-development:infra:Secret.",
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
