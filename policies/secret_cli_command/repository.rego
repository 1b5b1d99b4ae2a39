# The rules about files of a repository. A preview is checked without this file.
package policies.secret_cli_command

deny contains violation if {
	some command in input.file.commands
	command.certain

	violation := object.union(
		{"yields": _yields(command)},
		_at(command, array.concat([$"`{command.command}` in {_line(command)} {_does_there[command.action]}."], _advice[command.action])),
	)
}

undecided contains violation if {
	some command in input.file.commands
	not command.certain
	_may[command.action]

	violation := _at(command, array.concat([$"Whether `{command.command}` in {_line(command)} {_may[command.action]} cannot be told: a part of the command is not known."], array.slice(_advice[command.action], 0, 1)))
}

undecided contains violation if {
	some command in input.file.commands
	command.action == "unreadable"

	violation := _at(command, [
		$"Not all that {_line(command)} does with secrets can be seen: the text is too long or too involved to be followed to its end.",
		"Shorten it, or put what it does into resources of the program.",
	])
}

# The job's environment holds the key, and cloud-credential-in-ci reports it there.
_yields(command) := [{"policy": "cloud-credential-in-ci", "line": key.line, "column": key.column} |
	command.action == "static-login"
	some key in input.file.ci
	key.cloud == data.lib.credential.tool(command.tool)
	job := object.get(command, "job", "")
	object.get(key, "job", job) == job
	key.line != command.line
]

_at(command, lines) := {"message": concat("\n", lines), "line": command.line, "column": command.column}

_line(command) := $"{input.file.name}, line {command.line} (job {command.job})," if {
	command.job
} else := $"{input.file.name}, line {command.line},"

# What a command does that nobody sees in a preview.
_does_there := object.union(_does, {
	"write-secret": "writes the value of a secret, which has then passed through a script, its machine or its log",
	"create-cloud-key": "makes a long-lived key of a cloud",
})
