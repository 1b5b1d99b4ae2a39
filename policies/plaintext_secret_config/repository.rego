# The rules about files of a repository. A preview is checked without this file.
package policies.plaintext_secret_config

deny contains violation if {
	input.scope == "repository"
	some [line, path], findings in _in_file
	finding := data.lib.finding.foremost(findings)

	violation := object.union(data.lib.finding.about(finding), {
		"message": concat("\n", [
			$"{data.lib.finding.subject(finding)} stands in plaintext in {input.file.name}, line {line}, at {data.lib.finding.where(finding)}.",
			_mend(finding),
			"Rotate it, since everybody with a copy of the repository has it, and its history keeps it.",
		]),
		"path": path,
		"line": line,
		"column": finding.column,
	})
}

deny contains violation if {
	input.scope == "repository"
	input.parameters["plaintext-secret-config"].secretConfig in {"deny", "warn"}
	some entry in input.file.config
	entry.secret
	not data.lib.finding.allowed({"reason": "config", "place": "config", "path": [entry.key]}, "plaintext-secret-config")

	violation := object.union(_level, {"message": _message(entry.key), "path": [entry.key], "line": entry.line, "column": entry.column})
}

deny contains violation if {
	input.scope == "repository"
	some provider in _providers
	not provider.scheme in input.parameters["plaintext-secret-config"].secretsProviders

	violation := {
		"message": $"The secrets of this stack are encrypted by {_named(provider.scheme)}, which is not in secretsProviders ({concat(", ", input.parameters["plaintext-secret-config"].secretsProviders)}).\nEncrypt them anew: pulumi stack change-secrets-provider --stack {_quoted(input.file.stack)} PROVIDER.",
		"path": ["secretsprovider"],
		"line": provider.line,
		"column": provider.column,
	}
}

# A project's file encrypts nothing: its values hold for all stacks.
_mend(finding) := _command(finding) if {
	input.file.stack
} else := $"Remove it there, where nothing can be encrypted, and set it for each stack: {_set(finding)} (it asks for the value)."

_level := {"level": "advisory"} if {
	input.parameters["plaintext-secret-config"].secretConfig == "warn"
} else := {}

_providers contains input.file.secretsProvider if _restricted

# Without a provider Pulumi Cloud encrypts. A file without a secret says nothing of it.
_providers contains object.union({"scheme": "default"}, first) if {
	_restricted
	not input.file.secretsProvider
	first := [{"line": entry.line, "column": entry.column} | some entry in input.file.config; entry.secret][0]
}

_restricted if input.parameters["plaintext-secret-config"].secretsProviders != []

_named("default") := "Pulumi Cloud"

_named(scheme) := scheme if scheme != "default"

_in_file := {place: findings |
	some one in _mine
	place := [one.line, one.path]
	findings := {finding | some finding in _mine; place == [finding.line, finding.path]}
}
