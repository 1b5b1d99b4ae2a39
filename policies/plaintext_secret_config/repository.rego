# Rules for files of a repository. A preview is evaluated without this file.
package policies.plaintext_secret_config

deny contains violation if {
	input.scope == "repository"
	some [line, path], findings in _in_file
	finding := data.lib.finding.foremost(findings)

	violation := object.union(data.lib.finding.about(finding), {
		"message": concat("\n", [
			$"Config `{data.lib.finding.place(finding)}` at {input.file.name}:{line} {data.lib.finding.plaintext(finding)}.",
			_fix(finding),
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
		"message": $"The secrets of this stack are encrypted with {_named(provider.scheme)}, which is not in secretsProviders ({concat(", ", input.parameters["plaintext-secret-config"].secretsProviders)}).\nRe-encrypt them: `pulumi stack change-secrets-provider --stack {_quoted(input.file.stack)} PROVIDER`.",
		"path": ["secretsprovider"],
		"line": provider.line,
		"column": provider.column,
	}
}

# A project file cannot encrypt anything: its values apply to all stacks.
_fix(finding) := _command(finding) if {
	input.file.stack
} else := $"Rotate it: git history keeps it. A project file cannot encrypt values: remove it, and set the new one per stack with `{_set(finding)}`."

_level := {"level": "advisory"} if {
	input.parameters["plaintext-secret-config"].secretConfig == "warn"
} else := {}

_providers contains input.file.secretsProvider if _restricted

# Without a provider, Pulumi Cloud encrypts. A file without a secret does not show that.
_providers contains object.union({"scheme": "default"}, first) if {
	_restricted
	not input.file.secretsProvider
	first := [{"line": entry.line, "column": entry.column} | some entry in input.file.config; entry.secret][0]
}

_restricted if input.parameters["plaintext-secret-config"].secretsProviders != []

_named("default") := "Pulumi Cloud"

_named(scheme) := $"the provider `{scheme}`" if scheme != "default"

_in_file := {place: findings |
	some one in _mine
	place := [one.line, one.path]
	findings := {finding | some finding in _mine; place == [finding.line, finding.path]}
}
