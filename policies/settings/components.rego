# The parameter components, beyond what a schema can check.
package policies.settings

# Packages of well-known providers, and a made-up one: a wildcard that matches one of them matches too much.
_foreign_packages := ["aws", "aws-native", "awsx", "azure", "azure-native", "gcp", "kubernetes", "random", "x9"]

deny contains violation if {
	input.resource.type == "pulumi:pulumi:Stack"
	some i, component in input.settings.components
	not _token(component.type)
	not _open(component.type)

	violation := {
		"message": $"settings.components[{i}].type is not a type token.\nWrite package:module:Name, such as progression-labs-development:infra:Secret; * matches any text within one part.",
		"path": ["components", i, "type"],
	}
}

deny contains violation if {
	input.resource.type == "pulumi:pulumi:Stack"
	some i, component in input.settings.components
	_open(component.type)

	violation := {
		"message": $"settings.components[{i}].type allows components of every package.\nBegin with the name of your own package, such as progression-labs-development:infra:Secret.",
		"path": ["components", i, "type"],
	}
}

deny contains violation if {
	input.resource.type == "pulumi:pulumi:Stack"
	some i, component in input.settings.components
	earlier := [j | some j, other in input.settings.components; j < i; _covers(other.type, component.type)]
	count(earlier) > 0

	violation := {
		"message": $"settings.components[{i}] has no effect: components[{earlier[0]}] matches first.\nPut the narrower entry first, or remove it.",
		"path": ["components", i],
	}
}

deny contains violation if {
	input.resource.type == "pulumi:pulumi:Stack"
	some i, component in input.settings.components
	component.children == []

	violation := {
		"message": $"settings.components[{i}].children is an empty list.\nOmit it if the component may contain any secret, or list the types of its secrets.",
		"path": ["components", i, "children"],
	}
}

deny contains violation if {
	input.resource.type == "pulumi:pulumi:Stack"
	some i, component in input.settings.components
	some j, child in component.children
	not _token(child)

	violation := {
		"message": $"settings.components[{i}].children[{j}] is not a type token.\nWrite package:module:Name, such as aws:secretsmanager/secret:Secret; * matches any text within one part.",
		"path": ["components", i, "children", j],
	}
}

_token(pattern) if {
	parts := split(pattern, ":")
	count(parts) == 3
	every part in parts {
		part != ""
	}
	not contains(pattern, "**")
}

_open(pattern) if {
	some name in _foreign_packages
	first := split(pattern, ":")[0]
	regex.match(`[*?]`, first)
	data.lib.glob.match(first, [":"], name)
}

_covers(pattern, type) if pattern == type

_covers(pattern, type) if {
	not regex.match(`[*?{]`, type)
	data.lib.glob.match(pattern, [":"], type)
}
