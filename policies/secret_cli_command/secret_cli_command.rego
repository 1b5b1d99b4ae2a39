# METADATA
# title: No command creates, writes or deletes a secret
# description: |
#   No command that a program runs, here, on a machine or in a container, and none in a script, Makefile, Dockerfile,
#   package.json or pipeline of a repository creates or deletes a secret by CLI, writes a value into one, makes a
#   long-lived key of a cloud, logs in with one, or sets a stack's configuration to a secret of CI in plaintext
#   (`pulumi config set` without `--secret`). The text is parsed as the shell would:
#   through variables, pipes, here-documents and eval. A value that a command writes has passed through the program,
#   its state or its log, and nothing names its owner; that is why writing is denied with creating, though the
#   standard speaks of creating and deleting alone. Reading a secret at run time passes, and so do OIDC and roles. A
#   command from a file or from the network, or in another language than the shell's, cannot be seen.
# custom:
#   level: mandatory
#   severity: high
#   standard: [S3, S8, S9, S10]
#   tags: [secrets, commands]
#   applies:
#     extracts: [commands]
#     repository: [commands]
#   remediation: |
#     1. Creating or deleting: let a component do it, as a resource of the program. A
#        secret that exists is imported into the program before the command goes; docs/adopt/existing-secrets.md has the steps.
#     2. Writing: set the value by hand in the cloud after deployment; what is generated comes from a component.
#     3. Keys and logins: let the machine or the job use its own identity (a role, OIDC).
package policies.secret_cli_command

deny contains violation if {
	some command in input.resource.commands
	command.certain

	violation := {
		"message": concat("\n", array.concat([$"`{command.command}` at {_place(command)} {_does[command.action]}."], _advice[command.action])),
		"path": command.path,
	}
}

undecided contains violation if {
	some command in input.resource.commands
	not command.certain
	_may[command.action]

	violation := {
		"message": concat("\n", array.concat([$"Whether `{command.command}` at {_place(command)} {_may[command.action]} cannot be told: a part of the command is not known."], array.slice(_advice[command.action], 0, 1))),
		"path": command.path,
	}
}

undecided contains violation if {
	some command in input.resource.commands
	command.action == "unseen"

	violation := {
		"message": $"Whether the text at {data.lib.program.at(command)} creates, writes or deletes secrets cannot be told: a plan holds no text that is built from something else.\nPut what changes into `environment`, and the text becomes a constant that can be read.",
		"path": command.path,
	}
}

undecided contains violation if {
	some command in input.resource.commands
	command.action == "unreadable"

	violation := {
		"message": $"Not all that the text at {data.lib.program.at(command)} does with secrets can be seen: it is too long or too involved to be followed to its end.\nShorten it, or put what it does into resources of the program.",
		"path": command.path,
	}
}

_place(command) := $"{data.lib.program.at(command)}, line {command.line}," if command.line > 1

_place(command) := data.lib.program.at(command) if command.line < 2

_does := {
	"create-secret": "creates a secret by CLI, past the infra package",
	"delete-secret": "deletes a secret by CLI, and with it a value that nothing else holds",
	"write-secret": "writes the value of a secret, which has then passed through the program, its state or its log",
	"create-cloud-key": "makes a long-lived key of a cloud, which no resource of the program stands for",
	"static-login": "logs in with a long-lived key",
	"plain-config": "writes a secret of CI into the stack's configuration in plaintext",
}

_may := {
	"create-secret": "creates a secret by CLI",
	"delete-secret": "deletes a secret by CLI",
	"write-secret": "writes the value of a secret",
	"create-cloud-key": "makes a long-lived key of a cloud",
	"static-login": "logs in with a long-lived key",
	"plain-config": "writes a secret into the stack's configuration in plaintext",
}

_advice := {
	"create-secret": [
		$"New secret: create it with {data.lib.component.advised}, and set its value by hand after deployment.",
		"Existing secret: import it into the program before the command goes.",
	],
	"delete-secret": ["Leave the command out: a secret goes with the resource that made it, after its last reader."],
	"write-secret": ["Leave the command out, and set the value by hand in the cloud after deployment; what is generated comes from a component."],
	"create-cloud-key": ["Leave it out: services take a role, an attached service account or a managed identity, CI logs in by OIDC."],
	"static-login": ["Use the identity of the machine or the job (a role, a managed identity, OIDC); people log in by `aws sso login`, `gcloud auth login`, `az login`."],
	"plain-config": ["Leave the command out: set the value by hand in the secrets manager, and let the program refer to it. What must be configuration takes `pulumi config set --secret`."],
}
