# The rules about files of a repository. A preview is checked without this file.
package policies.cloud_credential_in_ci

deny contains violation if {
	input.scope == "repository"
	some key in input.file.ci
	key.by != "all"

	violation := {
		"message": _says(key, _job(key), _there[key.by], _then[key.by]),
		"line": key.line,
		"column": key.column,
		"yields": _yields(key),
	}
}

undecided contains violation if {
	input.scope == "repository"
	some key in input.file.ci
	key.by == "all"

	violation := {
		"message": concat("\n", [
			$"Whether {_job(key)} gets a long-lived key of a cloud cannot be told: it gets all secrets at once, by {key.name}.",
			"Hand it the secrets that it needs, each by its name.",
		]),
		"line": key.line,
		"column": key.column,
	}
}

# A command of the same line logs in with the key, and secret-cli-command reports it.
_yields(key) := [{"policy": "secret-cli-command", "line": command.line, "column": command.column} |
	some command in input.file.commands
	command.action == "static-login"
	command.line == key.line
	data.lib.credential.tool(command.tool) == key.cloud
]

_job(key) := $"job {key.job}" if {
	key.job
} else := "CI"

_there := {"name": "its name, or that of the secret behind it, tells", "value": "the key itself stands there"}

_then := {
	"name": _existing,
	"value": "Delete the key at the cloud: everybody with a copy of the repository has it, and its history keeps it.",
}
