# Rules for files of a repository. A preview is evaluated without this file.
package policies.secret_cli_command

deny contains violation if {
	some command in input.file.commands
	command.certain

	violation := object.union(
		{"yields": _yields(command)},
		_at(command, [$"`{command.command}` at {_line(command)} {_does_there[command.action]}.", _advice[command.action]]),
	)
}

undecided contains violation if {
	some command in input.file.commands
	not command.certain
	_may[command.action]

	violation := _at(command, [
		$"Cannot tell whether `{command.command}` at {_line(command)} {_may[command.action]}: part of the command is unknown.",
		_advice[command.action],
	])
}

undecided contains violation if {
	some command in input.file.commands
	command.action == "unreadable"

	violation := _at(command, [
		$"Cannot tell everything that the script at {_line(command)} does with secrets: it is too long or too complex to follow.",
		"Shorten it, or replace it with resources in a program.",
	])
}

# If the job's environment contains the key, cloud-credential-in-ci reports it there.
_yields(command) := [{"policy": "cloud-credential-in-ci", "line": key.line, "column": key.column} |
	command.action == "static-login"
	some key in input.file.ci
	key.cloud == data.lib.credential.tool(command.tool)
	job := object.get(command, "job", "")
	object.get(key, "job", job) == job
	key.line != command.line
]

_at(command, lines) := {"message": concat("\n", lines), "line": command.line, "column": command.column}

_line(command) := $"{input.file.name}:{command.line} (job {command.job})" if {
	command.job
} else := $"{input.file.name}:{command.line}"

# The same for commands that no preview sees.
_does_there := object.union(_does, {
	"write-secret": "writes a secret value, which passes through a script, its machine or its log",
	"create-cloud-key": "creates a long-lived cloud key",
})
