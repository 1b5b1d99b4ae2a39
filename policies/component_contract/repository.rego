# The rules about files of a repository. A preview is checked without this file.
package policies.component_contract

deny contains violation if {
	some component in input.file.components
	data.lib.component.blessed([component.token])
	not _source_of_the_package

	violation := {
		"message": concat("\n", [
			$"{input.file.name}, line {component.line}, registers a component as `{component.token}`, which is a type of the infra package: the secrets in it would look as if the package had created them.",
			"Create the secret with the package's own component, or give this class a token of the program's own.",
			"If this file is the package's own source: name it in packageSources of the policy settings.",
		]),
		"line": component.line,
		"column": component.column,
		"kind": "claimed-token",
	}
}

_source_of_the_package if {
	some pattern in input.settings.packageSources
	data.lib.glob.match(pattern, null, input.file.name)
}
