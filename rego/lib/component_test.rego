package lib.component_test

_blessed(types) := {types[i] |
	some i, _ in types
	data.lib.component.blessed([types[i]]) with input as data.lib.fixture.base
}

test_star_stays_within_one_part_of_a_token if {
	_blessed([
		"acme:infra:Secret", "acme:infra:Database", "acme:infra/x:Secret", "acme:infra", "acme:infra:a:b", "other:infra:Secret",
		"xacme:infra:Secret", "ACME:infra:Secret",
	]) == {"acme:infra:Secret", "acme:infra:Database"}
}

test_nearest_ancestor_gives_the_entry_and_the_first_of_its_matches if {
	entries := [values |
		some ancestors in [["acme:infra:Secret", "acme:infra:Database"], ["acme:web:App", "acme:infra:Database", "acme:infra:Secret"]]
		values := data.lib.component.entry(ancestors).values with input as data.lib.fixture.base
	]
	entries == ["none", "generated"]
}

test_no_ancestor_is_no_component if {
	not data.lib.component.blessed([]) with input as data.lib.fixture.base
	not data.lib.component.entry(["acme:web:App"]) with input as data.lib.fixture.base
}

test_direct_parent_alone_counts_when_asked_for if {
	within := {[i, direct] |
		some i, ancestors in [["acme:infra:Secret"], ["acme:web:App", "acme:infra:Secret"]]
		some direct in [true, false]
		data.lib.component.encloses(ancestors, direct) with input as data.lib.fixture.base
	}
	within == {[0, true], [0, false], [1, false]}
}

test_inside_follows_the_parameter_of_raw_secret_resource if {
	resource := {"resource": {"ancestors": ["acme:web:App", "acme:infra:Secret"]}}
	data.lib.component.inside with input as data.lib.fixture.with_(resource)
	not data.lib.component.inside with input as data.lib.fixture.with_(object.union(
		resource,
		{"parameters": {"raw-secret-resource": {"requireDirectParent": true}}},
	))
}
