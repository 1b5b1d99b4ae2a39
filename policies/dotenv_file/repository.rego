# The rules about files of a repository. A preview is checked without this file.
package policies.dotenv_file

deny contains violation if {
	input.file.kind == "dotenv"
	not input.file.template

	violation := {"message": concat("\n", [
		$"The .env file {input.file.name} is part of the repository.",
		"Remove it and let git ignore it: plain settings belong in the workload's environment, secrets in the secrets manager, read by reference at run time.",
		"Rotate what is secret in it: everybody with a copy of the repository has it.",
	])}
}

deny contains violation if {
	some command in input.file.commands
	command.action == "write-dotenv"
	command.certain

	violation := {
		"message": concat("\n", [
			$"The command in {input.file.name}, line {command.line}, writes a .env file.",
			"Leave it out: plain settings belong in the workload's environment, secrets in the secrets manager, read by reference at run time.",
		]),
		"line": command.line,
		"column": command.column,
	}
}

# A template with a secret in it is none. It is one defect with the secret.
deny contains violation if {
	input.file.kind == "dotenv"
	input.file.template
	some finding in input.findings
	data.lib.finding.committed(finding)

	violation := {
		"message": concat("\n", [
			$"The .env file {input.file.name} is part of the repository: by its name it is a template, and it holds a secret.",
			"Leave the secret out of it, and rotate it: everybody with a copy of the repository has it.",
		]),
		"yields": [{"policy": "committed-secret"}],
	}
}
