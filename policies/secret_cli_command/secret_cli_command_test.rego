package policies.secret_cli_command_test

_new := "New secret: create it with acme:infra:Secret, and set its value by hand after deployment."

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
	advice := concat("\n", [_new, "Existing secret: import it into the program before the command goes."])
	_deny([_command({}), _command({"path": ["userData"], "line": 7})]) == {
		{"message": $"`gcloud secrets create` at create creates a secret by CLI, past the infra package.\n{advice}", "path": ["create"]},
		{"message": $"`gcloud secrets create` at userData, line 7, creates a secret by CLI, past the infra package.\n{advice}", "path": ["userData"]},
	}
}

test_every_action_has_its_message if {
	actions := ["delete-secret", "write-secret", "create-cloud-key", "static-login"]
	messages := {split(decision.message, "\n")[0] |
		some action in actions
		some decision in _deny([_command({"command": "x", "action": action})])
	}
	messages == {
		"`x` at create deletes a secret by CLI, and with it a value that nothing else holds.",
		"`x` at create writes the value of a secret, which has then passed through the program, its state or its log.",
		"`x` at create makes a long-lived key of a cloud, which no resource of the program stands for.",
		"`x` at create logs in with a long-lived key.",
	}
}

test_uncertain_command_is_undecided if {
	command := _command({"certain": false})
	_deny([command]) == set()
	_undecided([command, _command({})]) == {{
		"message": concat("\n", ["Whether `gcloud secrets create` at create creates a secret by CLI cannot be told: a part of the command is not known.", _new]),
		"path": ["create"],
	}}
}

test_text_that_cannot_be_read_is_undecided if {
	command := _command({"command": "a text that cannot be read", "action": "unreadable", "line": 0, "certain": false})
	_deny([command]) == set()
	_undecided([command]) == {{
		"message": "Not all that the text at create does with secrets can be seen: it is too long or too involved to be followed to its end.\nShorten it, or put what it does into resources of the program.",
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
		["`gcloud secrets create` in deploy/run.sh, line 7, creates a secret by CLI, past the infra package.", 7, 3],
		["`x` in deploy/run.sh, line 9 (job deploy), writes the value of a secret, which has then passed through a script, its machine or its log.", 9, 3],
	}
}

test_command_of_a_file_that_is_not_known_is_undecided if {
	decisions := data.policies.secret_cli_command.undecided with input as data.lib.fixture.file({"file": {"commands": [
		_there({"certain": false}), _there({"certain": false, "action": "unreadable", "line": 1, "column": 1}), _there({}),
		_there({"certain": false, "action": "write-dotenv"}),
	]}})
	decisions == {
		{
			"message": concat("\n", ["Whether `gcloud secrets create` in deploy/run.sh, line 7, creates a secret by CLI cannot be told: a part of the command is not known.", _new]),
			"line": 7, "column": 3,
		},
		{
			"message": "Not all that deploy/run.sh, line 1, does with secrets can be seen: the text is too long or too involved to be followed to its end.\nShorten it, or put what it does into resources of the program.",
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
		"message": "Whether the text at provisioner[0].command creates, writes or deletes secrets cannot be told: a plan holds no text that is built from something else.\nPut what changes into `environment`, and the text becomes a constant that can be read.",
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
