package lib.property_test

_input := data.lib.fixture.with_({"resource": {
	"properties": {
		"name": "db", "none": null, "off": false, "list": [{"value": "a"}, null], "data": {"a": "x", "b": "[secret]"}, "all": "[secret]",
	},
	"unknown": [["list", 1, "value"], ["later"]],
	"secret": [["data", "b"], ["all"]],
}})

_is(state, path) if {
	state == "known"
	data.lib.property.known(path) with input as _input
}

_is(state, path) if {
	state == "missing"
	data.lib.property.missing(path) with input as _input
}

_is(state, path) if {
	state == "unknown"
	data.lib.property.unknown(path) with input as _input
}

_is(state, path) if {
	state == "secret"
	data.lib.property.secret(path) with input as _input
}

_found(path) := {state | some state in ["known", "missing", "unknown", "secret"]; _is(state, path)}

test_every_path_has_its_state if {
	found := {data.lib.property.show(path): _found(path) | some path in [
		["name"], ["off"], ["none"], ["nothing"], ["name", "below"], ["list"], ["list", 0, "value"], ["list", 1],
		["list", 1, "value"], ["later"], ["later", "below"], ["data"], ["data", "a"], ["data", "b"], ["data", "c"], ["all"], ["all", "x"],
	]}
	found == {
		"name": {"known"}, "off": {"known"}, "none": {"missing"}, "nothing": {"missing"}, "name.below": {"missing"},
		"list": {"unknown"}, "list[0].value": {"known"}, "list[1]": {"unknown"}, "list[1].value": {"unknown"},
		"later": {"unknown"}, "later.below": {"unknown"}, "data": {"secret"}, "data.a": {"known"},
		"data.b": {"secret"}, "data.c": {"missing"}, "all": {"secret"}, "all.x": {"secret"},
	}
}

test_value_is_that_of_a_known_property_only if {
	values := {value | some path in [["name"], ["all"], ["later"], ["none"]]; value := data.lib.property.value(path) with input as _input}
	values == {"db"}
}

test_paths_read_as_a_person_writes_them if {
	shown := [data.lib.property.show(path) | some path in [
		[], ["environment", "variables", "DB_PASSWORD"], ["items", 0, "value"], ["metadata", "annotations", "pulumi.com/autonamed"],
		["a\"b"], [0, "x"], ["app-config"], [""],
	]]
	shown == [
		"", "environment.variables.DB_PASSWORD", "items[0].value", `metadata.annotations["pulumi.com/autonamed"]`,
		`["a\"b"]`, "[0].x", "app-config", `[""]`,
	]
}

test_patterns_fit_what_lies_at_or_below_them if {
	fitting := {data.lib.property.show(path) |
		some path in [["a", 0, "b"], ["a", 0, "b", "c"], ["a", 0], ["a", "x", "b"]]
		data.lib.property.fits(path, ["a", "[]", "b"])
	}
	fitting == {"a[0].b", "a[0].b.c"}
	data.lib.property.fits(["a", "x"], ["a", "*"])
	not data.lib.property.fits(["a", 0], ["a", "*"])
}
