package policies.dotenv_file_test

_advice := "If it has been shipped, rotate its secrets. Set plain settings as environment variables and read secrets by reference at run time."

_deny(files) := decisions if {
	decisions := data.policies.dotenv_file.deny with input as data.lib.fixture.with_({"resource": {"files": files}})
}

_file(name, how, path) := {"name": name, "how": how, "path": path}

test_every_way_has_its_message if {
	files := [
		_file("a.env", "asset", ["source"]), _file("b.env", "archive", ["code"]), _file("c.env", "object-key", ["key"]),
		_file("d.env", "file", ["filename"]), _file(".env", "config-map", ["data", ".env"]), _file("f.env", "command", ["create"]),
	]
	_deny(files) == {
		{"message": $"The .env file `a.env` is shipped as the asset at `source`.\n{_advice}", "path": ["source"]},
		{"message": $"The .env file `b.env` is shipped in the archive at `code`.\n{_advice}", "path": ["code"]},
		{"message": $"The .env file `c.env` is uploaded to a bucket, as set by `key`.\n{_advice}", "path": ["key"]},
		{"message": $"The .env file `d.env` is written, as set by `filename`.\n{_advice}", "path": ["filename"]},
		{"message": $"The .env file at `data[\".env\"]` is mounted into every workload that uses this resource.\n{_advice}", "path": ["data", ".env"]},
		{"message": $"The command in `create` writes a .env file.\n{_advice}", "path": ["create"]},
	}
}

test_file_told_twice_is_one_violation if {
	_deny([_file("config/.env", "object-key", ["key"]), _file(".env", "asset", ["source"])]) == {{
		"message": $"The .env file `.env` is shipped as the asset at `source`.\n{_advice}",
		"path": ["source"],
	}}
}

test_nothing_shipped_passes if {
	_deny([]) == set()
}

_in(patch) := {object.union(decision, {}) | some decision in decisions} if {
	decisions := data.policies.dotenv_file.deny with input as data.lib.fixture.file(object.union({"parameters": {"committed-secret": {"allowKeys": ["PUBLIC_*"]}}}, patch))
}

_committed := {{"message": concat("\n", [
	"The .env file app/.env is in the repository.",
	"Rotate its secrets: every clone has them. Then remove it, add it to .gitignore, and read secrets by reference at run time.",
])}}

_template := {{
	"message": concat("\n", [
		"The .env file app/.env is a template by its name, but contains a secret.",
		"Rotate the secret, since every clone has it, and remove it from the template.",
	]),
	"yields": [{"policy": "committed-secret"}],
}}

_finding(reason, key) := {"place": "file", "line": 1, "column": 1, "path": [], "reason": reason, "key": key, "detector": "x"}

test_file_of_a_repository if {
	file := {"name": "app/.env", "kind": "dotenv"}
	template := object.union(file, {"template": true})
	found := [_in(patch) | some patch in [
		{"file": file}, {"file": template}, {"file": template, "findings": [_finding("format", "TOKEN")]},
		{"file": template, "findings": [_finding("key-name", "PUBLIC_KEY")]}, {"file": {"name": "app/run.sh", "kind": "script"}},
	]]
	found == [_committed, set(), _template, set(), set()]
}

test_command_of_a_file_that_writes_one if {
	command := {"line": 4, "column": 2, "tool": "shell", "command": "> .env", "action": "write-dotenv", "certain": true}
	_in({"file": {"commands": [command, object.union(command, {"line": 9, "certain": false}), object.union(command, {"action": "create-secret"})]}}) == {{
		"message": "The command at deploy/run.sh:4 writes a .env file.\nRemove it: set plain settings as environment variables and read secrets by reference at run time.",
		"line": 4, "column": 2,
	}}
}
