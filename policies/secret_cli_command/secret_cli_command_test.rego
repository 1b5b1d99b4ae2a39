package policies.secret_cli_command_test

_advice := "Existing secret: import it, then remove the command. New secret: create it with acme:infra:Secret and set its value by hand after deployment."

_deny(commands) := decisions if {
	decisions := data.policies.secret_cli_command.deny with input as data.lib.fixture.with_({"resource": {"commands": commands}})
}

_undecided(commands) := decisions if {
	decisions := data.policies.secret_cli_command.undecided with input as data.lib.fixture.with_({"resource": {"commands": commands}})
}

_command(patch) := object.union(
	{"tool": "gcloud", "command": "gcloud secrets create", "action": "create-secret", "path": ["create"], "line": 1, "certain": true},
	patch,
)

test_command_is_denied if {
	_deny([_command({}), _command({"path": ["userData"], "line": 7})]) == {
		{"message": $"`gcloud secrets create` in `create` creates a secret with the CLI, bypassing the infra package.\n{_advice}", "path": ["create"]},
		{"message": $"`gcloud secrets create` on line 7 of `userData` creates a secret with the CLI, bypassing the infra package.\n{_advice}", "path": ["userData"]},
	}
}

test_every_action_has_its_message if {
	actions := ["delete-secret", "write-secret", "create-cloud-key", "static-login"]
	messages := {split(decision.message, "\n")[0] |
		some action in actions
		some decision in _deny([_command({"command": "x", "action": action})])
	}
	messages == {
		"`x` in `create` deletes a secret with the CLI, and with it a value that is stored nowhere else.",
		"`x` in `create` writes a secret value, which passes through the program, its state or its log.",
		"`x` in `create` creates a long-lived cloud key that no resource in the program tracks.",
		"`x` in `create` logs in with a long-lived key.",
	}
}

test_uncertain_command_is_undecided if {
	command := _command({"certain": false})
	_deny([command]) == set()
	_undecided([command, _command({})]) == {{
		"message": $"Cannot tell whether `gcloud secrets create` in `create` creates a secret: part of the command is unknown.\n{_advice}",
		"path": ["create"],
	}}
}

test_text_that_cannot_be_read_is_undecided if {
	command := _command({"command": "a text that cannot be read", "action": "unreadable", "line": 0, "certain": false})
	_deny([command]) == set()
	_undecided([command]) == {{
		"message": "Cannot tell everything that `create` does with secrets: it is too long or too complex to follow.\nShorten it, or replace it with resources in the program.",
		"path": ["create"],
	}}
}

_there(patch) := object.remove(object.union(_command({"line": 7, "column": 3}), patch), ["path"])

test_command_of_a_file_has_its_line if {
	decisions := data.policies.secret_cli_command.deny with input as data.lib.fixture.file({"file": {"commands": [
		_there({}), _there({"line": 9, "job": "deploy", "action": "write-secret", "command": "x"}), _there({"certain": false}),
		_there({"action": "write-dotenv"}),
	]}})
	first := {[split(decision.message, "\n")[0], decision.line, decision.column] | some decision in decisions}
	first == {
		["`gcloud secrets create` at deploy/run.sh:7 creates a secret with the CLI, bypassing the infra package.", 7, 3],
		["`x` at deploy/run.sh:9 (job deploy) writes a secret value, which passes through a script, its machine or its log.", 9, 3],
	}
}

test_command_of_a_file_that_is_not_known_is_undecided if {
	decisions := data.policies.secret_cli_command.undecided with input as data.lib.fixture.file({"file": {"commands": [
		_there({"certain": false}), _there({"certain": false, "action": "unreadable", "line": 1, "column": 1}), _there({}),
		_there({"certain": false, "action": "write-dotenv"}),
	]}})
	decisions == {
		{
			"message": $"Cannot tell whether `gcloud secrets create` at deploy/run.sh:7 creates a secret: part of the command is unknown.\n{_advice}",
			"line": 7, "column": 3,
		},
		{
			"message": "Cannot tell everything that the script at deploy/run.sh:1 does with secrets: it is too long or too complex to follow.\nShorten it, or replace it with resources in a program.",
			"line": 1, "column": 1,
		},
	}
}

test_text_that_a_plan_does_not_hold_is_undecided if {
	command := _command({"action": "unseen", "certain": false, "path": ["create"], "shown": "provisioner[0].command"})
	document := data.lib.fixture.terraform({"resource": {"commands": [command]}})
	denied := data.policies.secret_cli_command.deny with input as document
	decisions := data.policies.secret_cli_command.undecided with input as document
	denied == set()
	decisions == {{
		"message": "Cannot tell whether `provisioner[0].command` creates, writes or deletes secrets: a plan omits strings that are built from other values.\nMove the varying parts into `environment`, so that the command is a constant that can be checked.",
		"path": ["create"],
	}}
}

test_login_with_a_key_of_the_environment_is_left_to_it if {
	login := _there({"action": "static-login", "tool": "aws", "command": "aws configure set", "job": "deploy"})
	decisions := data.policies.secret_cli_command.deny with input as data.lib.fixture.file({"file": {
		"commands": [login],
		"ci": [
			{"line": 4, "column": 9, "name": "AWS_SECRET_ACCESS_KEY", "cloud": "aws", "by": "name", "job": "deploy"},
			{"line": 7, "column": 30, "name": "AWS_SECRET_ACCESS_KEY", "cloud": "aws", "by": "name", "job": "deploy"},
			{"line": 2, "column": 3, "name": "AWS_SECRET_ACCESS_KEY", "cloud": "aws", "by": "name"},
			{"line": 5, "column": 9, "name": "ARM_CLIENT_SECRET", "cloud": "azure", "by": "name", "job": "deploy"},
			{"line": 6, "column": 9, "name": "AWS_SECRET_ACCESS_KEY", "cloud": "aws", "by": "name", "job": "other"},
		],
	}})
	{decision.yields | some decision in decisions} == {[
		{"policy": "cloud-credential-in-ci", "line": 4, "column": 9},
		{"policy": "cloud-credential-in-ci", "line": 2, "column": 3},
	]}
}
