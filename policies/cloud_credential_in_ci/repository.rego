# Rules for files of a repository. A preview is evaluated without this file.
package policies.cloud_credential_in_ci

deny contains violation if {
	input.scope == "repository"
	some key in input.file.ci
	key.by != "all"

	violation := {
		"message": _says($"{_what(key)} at {input.file.name}:{key.line}", key, _job(key), _there[key.by], _then(key)),
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
			$"Cannot tell whether {_job(key)} gets a long-lived cloud key: `{key.name}` passes it all secrets.",
			"Pass only the secrets that it needs, each by name.",
		]),
		"line": key.line,
		"column": key.column,
	}
}

# If a command on the same line logs in with the key, secret-cli-command reports it.
_yields(key) := [{"policy": "secret-cli-command", "line": command.line, "column": command.column} |
	some command in input.file.commands
	command.action == "static-login"
	command.line == key.line
	data.lib.credential.tool(command.tool) == key.cloud
]

_job(key) := $"job {key.job}" if {
	key.job
} else := "CI"

_there := {"name": ", matched by its name or that of the secret", "value": " in plaintext"}

_then(key) := _existing(key) if key.by == "name"

_then(key) := $"Delete the key in the cloud: every clone has it. {_instead(key)}" if key.by == "value"
