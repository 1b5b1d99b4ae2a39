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

_modules(sources) := {sources[i] |
	some i, _ in sources
	data.lib.component.blessed([$"terraform:module:{sources[i]}"]) with input as data.lib.fixture.terraform({})
}

test_modules_are_blessed_by_their_source if {
	_modules([
		"./modules/secret", "github.com/acme/infra//modules/secret", "github.com/acme/infra", "github.com/acme/infra-x//y", "./modules/secret/x",
		"./modules/other", "-",
	]) == {"./modules/secret", "github.com/acme/infra//modules/secret"}
}

test_source_is_read_as_it_was_before_it_was_escaped if {
	document := data.lib.fixture.terraform({"settings": {"blessedModules": [{"source": "a:b/c"}, {"source": "a%24/c"}]}})
	blessed := [type |
		some type in ["terraform:module:a%3Ab/c", "terraform:module:a%2524/c", "terraform:module:a%24/c"]
		data.lib.component.blessed([type]) with input as document
	]
	blessed == ["terraform:module:a%3Ab/c", "terraform:module:a%2524/c"]
}

test_module_writes_no_value_where_its_entry_says_nothing if {
	values := [entry.values |
		some source in ["./modules/secret", "github.com/acme/infra//x"]
		entry := data.lib.component.entry([$"terraform:module:{source}"]) with input as data.lib.fixture.terraform({})
	]
	values == ["none", "generated"]
}

test_module_is_none_of_pulumis_components_and_the_other_way_round if {
	token := "terraform:module:./modules/secret"
	components := {"components": [{"type": "terraform:*:*", "values": "none"}], "blessedModules": []}
	not data.lib.component.blessed([token]) with input as data.lib.fixture.terraform({"settings": components})
	not data.lib.component.blessed([token]) with input as object.union(
		data.lib.fixture.base,
		{"settings": {"blessedModules": [{"source": "./modules/secret"}]}},
	)
}

test_module_of_unknown_source_may_be_blessed if {
	document := data.lib.fixture.terraform({})
	data.lib.component.hidden(["terraform:module:./a", "terraform:module:-"]) with input as document
	not data.lib.component.hidden(["terraform:module:./a"]) with input as document
	not data.lib.component.hidden(["terraform:module:-"]) with input as object.union(document, {"settings": {"blessedModules": []}})
	not data.lib.component.hidden(["terraform:module:./a", "terraform:module:-"]) with input as object.union(
		document,
		{"parameters": {"raw-secret-resource": {"requireDirectParent": true}}},
	)
}

test_children_are_the_types_that_a_component_lists if {
	document := data.lib.fixture.with_({"settings": {"components": [
		{"type": "acme:infra:Database", "values": "generated", "children": ["aws:secretsmanager/*:*"]},
		{"type": "acme:infra:*", "values": "none"},
	]}})
	listed := [[type, ancestor] |
		some type in ["aws:secretsmanager/secret:Secret", "gcp:secretmanager/secret:Secret"]
		some ancestor in ["acme:infra:Database", "acme:infra:Secret"]
		data.lib.component.lists([ancestor], {type, "x:y:z"}) with input as document
	]
	listed == [
		["aws:secretsmanager/secret:Secret", "acme:infra:Database"], ["aws:secretsmanager/secret:Secret", "acme:infra:Secret"],
		["gcp:secretmanager/secret:Secret", "acme:infra:Secret"],
	]
}

test_undeclared_component_is_of_a_package_with_declared_ones if {
	document := data.lib.fixture.with_({"settings": {"components": [{"type": "acme:infra*:Secret", "values": "none"}]}})
	found := [component |
		some ancestors in [["acme:web:App", "acme:infra:Vpc", "acme:infra-eu:Vpc"], ["acme:infra:Secret", "acme:infra-eu:Vpc"], ["acme:infra:Secret"], ["acme:web:App"], []]
		component := data.lib.component.undeclared(ancestors) with input as document
	]
	found == ["acme:infra:Vpc", "acme:infra-eu:Vpc"]
	not data.lib.component.undeclared(["terraform:module:./modules/vpc"]) with input as data.lib.fixture.terraform({})
}

test_direct_module_of_unknown_source_may_be_blessed if {
	document := data.lib.fixture.terraform({"parameters": {"raw-secret-resource": {"requireDirectParent": true}}})
	data.lib.component.hidden(["terraform:module:-", "terraform:module:./a"]) with input as document
}

test_ancestors_are_called_as_people_write_them if {
	titles := [title |
		some type in ["terraform:module:./modules/secret", "terraform:module:-", "acme:infra:Secret"]
		title := data.lib.component.title(type) with input as data.lib.fixture.terraform({})
	]
	titles == ["module ./modules/secret", "module", "acme:infra:Secret"]
}

test_component_around_a_secret_is_one_that_a_row_can_bless if {
	found := [[component] |
		some ancestors in [
			["acme:web:Base", "infra:index:Secret", "acme:web:App"], ["aws:secretsmanager/secret:Secret", "acme:web:App", "acme:web:Site"],
			["kubernetes:core/v1:Secret"], ["acme:web", "acme:a:b:c", "acme:web:*"], [],
		]
		component := data.lib.component.around(ancestors) with input as data.lib.fixture.base
	]
	found == [["infra:index:Secret"], ["acme:web:App"]]
}

test_direct_parent_alone_is_around_a_secret_when_only_it_counts if {
	document := data.lib.fixture.with_({"parameters": {"raw-secret-resource": {"requireDirectParent": true}}})
	data.lib.component.around(["acme:web:App", "infra:index:Secret"]) == "acme:web:App" with input as document
}

test_module_around_a_secret_is_one_that_a_row_can_bless if {
	found := [[module] |
		some ancestors in [
			["terraform:module:acme/store/aws", "terraform:module:./modules/aws-secret", "terraform:module:./modules/app"],
			["terraform:module:-", "terraform:module:./modules/app"], ["terraform:module:."], ["terraform:module:.."],
			["terraform:module:file%3A//modules/a"], ["terraform:module:./a b"], ["acme:infra:Secret"],
		]
		module := data.lib.component.around(ancestors) with input as data.lib.fixture.terraform({})
	]
	found == [["terraform:module:./modules/aws-secret"], ["terraform:module:./modules/app"], ["acme:infra:Secret"]]
}

test_row_that_blesses if {
	rows := [row |
		some type in ["infra:index:Secret", "infra:index:Database", "terraform:module:github.com/acme/infra//modules/secret"]
		row := json.unmarshal(data.lib.component.row(type, "aws:secretsmanager/*:*")) with input as data.lib.fixture.terraform({})
	]
	rows == [
		{"type": "infra:index:Secret", "values": "none"},
		{"type": "infra:index:Database", "values": "generated", "children": ["aws:secretsmanager/*:*"]},
		{"source": "github.com/acme/infra//modules/secret", "values": "none"},
	]
}

test_parameter_of_the_rows if {
	parameters := [parameter |
		some document in [data.lib.fixture.base, data.lib.fixture.terraform({})]
		parameter := data.lib.component.parameter with input as document
	]
	parameters == ["components", "blessedModules"]
}
