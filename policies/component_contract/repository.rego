# The rules for files in a repository. Previews are evaluated without this file.
package policies.component_contract

deny contains violation if {
	some component in input.file.components
	data.lib.component.blessed([component.token])
	not _source_of_the_package

	violation := {
		"message": concat("\n", [
			$"{input.file.name}:{component.line} registers a component as `{component.token}`, a type of the infra package; its secrets would look as if the package had created them.",
			"Use the package's own component, or give this class its own type token. If this file is the package's source, add it to settings.packageSources.",
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
