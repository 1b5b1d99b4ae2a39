# METADATA
# title: No commands that create, write or delete secrets
# description: |
#   A command must not create or delete a secret, write a value into one, create a long-lived cloud key, log in with
#   one, or set stack config to a CI secret in plaintext (`pulumi config set` without `--secret`). This applies to
#   commands that a program runs, locally, on a machine or in a container, and to scripts, Makefiles, Dockerfiles,
#   package.json and pipelines in a repository. Commands are parsed as a shell would parse them: through variables,
#   pipes, here-documents and eval.
#
#   A value that a command writes passes through the program, its state or its log, and has no owner. That is why
#   writing is denied too, although the standard only mentions creating and deleting.
#
#   Reading a secret at run time is allowed, and so are OIDC and roles. A command that is read from a file or the
#   network, or is in a language other than shell, is not seen.
# custom:
#   level: mandatory
#   severity: high
#   standard: [S3, S8, S9, S10]
#   tags: [secrets, commands]
#   applies:
#     extracts: [commands]
#     repository: [commands]
#   remediation: |
#     1. Creating or deleting: let a component do it, as a resource of the program. Import an existing secret into the
#        program before you remove the command; see docs/adopt/existing-secrets.md.
#     2. Writing: set the value by hand in the cloud after deployment. Generated values come from a component.
#     3. Keys and logins: use the identity of the machine or job (a role, OIDC), then delete the key in the cloud.
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
