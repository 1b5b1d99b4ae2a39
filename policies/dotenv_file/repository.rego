# Rules for files of a repository. A preview is evaluated without this file.
package policies.dotenv_file

deny contains violation if {
	input.file.kind == "dotenv"
	not input.file.template

	violation := {"message": concat("\n", [
		$"The .env file {input.file.name} is in the repository.",
		"Rotate its secrets: every clone has them. Then remove it, add it to .gitignore, and read secrets by reference at run time.",
	])}
}

deny contains violation if {
	some command in input.file.commands
	command.action == "write-dotenv"
	command.certain

	violation := {
		"message": concat("\n", [
			$"The command at {input.file.name}:{command.line} writes a .env file.",
			"Remove it: set plain settings as environment variables and read secrets by reference at run time.",
		]),
		"line": command.line,
		"column": command.column,
	}
}

# A template that contains a secret is an ordinary .env file. File and secret are one violation.
deny contains violation if {
	input.file.kind == "dotenv"
	input.file.template
	some finding in input.findings
	data.lib.finding.committed(finding)

	violation := {
		"message": concat("\n", [
			$"The .env file {input.file.name} is a template by its name, but contains a secret.",
			"Rotate the secret, since every clone has it, and remove it from the template.",
		]),
		"yields": [{"policy": "committed-secret"}],
	}
}
