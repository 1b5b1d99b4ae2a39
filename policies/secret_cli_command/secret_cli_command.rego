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
		"message": $"`{command.command}` {_place(command)} {_does[command.action]}.\n{_advice[command.action]}",
		"path": command.path,
	}
}

undecided contains violation if {
	some command in input.resource.commands
	not command.certain
	_may[command.action]

	violation := {
		"message": $"Cannot tell whether `{command.command}` {_place(command)} {_may[command.action]}: part of the command is unknown.\n{_advice[command.action]}",
		"path": command.path,
	}
}

undecided contains violation if {
	some command in input.resource.commands
	command.action == "unseen"

	violation := {
		"message": $"Cannot tell whether `{data.lib.program.at(command)}` creates, writes or deletes secrets: a plan omits strings that are built from other values.\nMove the varying parts into `environment`, so that the command is a constant that can be checked.",
		"path": command.path,
	}
}

undecided contains violation if {
	some command in input.resource.commands
	command.action == "unreadable"

	violation := {
		"message": $"Cannot tell everything that `{data.lib.program.at(command)}` does with secrets: it is too long or too complex to follow.\nShorten it, or replace it with resources in the program.",
		"path": command.path,
	}
}

_place(command) := $"on line {command.line} of `{data.lib.program.at(command)}`" if command.line > 1

_place(command) := $"in `{data.lib.program.at(command)}`" if command.line < 2

_does := {
	"create-secret": "creates a secret with the CLI, bypassing the infra package",
	"delete-secret": "deletes a secret with the CLI, and with it a value that is stored nowhere else",
	"write-secret": "writes a secret value, which passes through the program, its state or its log",
	"create-cloud-key": "creates a long-lived cloud key that no resource in the program tracks",
	"static-login": "logs in with a long-lived key",
	"plain-config": "writes a CI secret into the stack's config in plaintext",
}

_may := {
	"create-secret": "creates a secret",
	"delete-secret": "deletes a secret",
	"write-secret": "writes a secret value",
	"create-cloud-key": "creates a long-lived cloud key",
	"static-login": "logs in with a long-lived key",
	"plain-config": "writes a secret into the stack's config in plaintext",
}

_advice := {
	"create-secret": $"Existing secret: import it, then remove the command. New secret: create it with {data.lib.component.advised} and set its value by hand after deployment.",
	"delete-secret": "Remove the command: a secret is deleted with the resource that created it, after its last reader is gone.",
	"write-secret": "Remove the command and set the value by hand in the cloud after deployment. To generate a value, use a component.",
	"create-cloud-key": "Remove the command: services use a role, an attached service account or a managed identity, and CI logs in with OIDC.",
	"static-login": "Use the identity of the machine or job (a role, a managed identity, OIDC). People use `aws sso login`, `gcloud auth login` or `az login`.",
	"plain-config": "Set the value by hand in the secrets manager and reference it in the program. If it must be config, use `pulumi config set --secret`.",
}
