package lib.program_test

_document := data.lib.fixture.with_({
	"kind": object.union(data.lib.fixture.aws, {"terraform": "aws_secretsmanager_secret", "name": ["tags", "Name"]}),
	"resource": {"nameShown": "tags.Name"},
})

_words(document) := words if {
	words := [
		data.lib.program.name, data.lib.program.type, data.lib.program.ignored, data.lib.program.sensitive, data.lib.program.stack,
		data.lib.program.hidden, data.lib.program.code,
	] with input as document
}

test_things_are_called_as_the_program_calls_them if {
	_words(_document) == ["tags.Name", "aws:secretsmanager/secret:Secret", "ignoreChanges", "secret", "stack", "unknown or marked secret", "program"]
	_words(object.union(_document, {"run": {"program": "terraform"}, "resource": {"nameShown": "name_prefix"}})) == [
		"name_prefix", "aws_secretsmanager_secret", "ignore_changes", "sensitive", "configuration", "unknown or sensitive", "configuration",
	]
}

test_only_terraform_is_terraform if {
	programs := {program |
		some program in ["", "pulumi", "terraform"]
		data.lib.program.terraform with input as {"run": {"program": program}}
	}
	programs == {"terraform"}
}

test_places_are_shown_as_they_are_written if {
	data.lib.program.at({"path": ["environment", 0, "a.b"]}) == `environment[0]["a.b"]`
	data.lib.program.at({"path": ["environment"], "shown": "environment[0].variables"}) == "environment[0].variables"
}

test_config_is_a_variable_of_terraform if {
	keys := ["shop:password", "var:db_password", "default:db_password"]
	pulumi := [data.lib.program.config(key) | some key in keys] with input as data.lib.fixture.base
	pulumi == ["shop:password", "var:db_password", "default:db_password"]
	terraform := [data.lib.program.config(key) | some key in keys] with input as data.lib.fixture.terraform({})
	terraform == ["shop:password", "var.db_password", "var.db_password.default"]
}
