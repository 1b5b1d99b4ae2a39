# What a schema cannot check of the parameter components.
package policies.settings

# Packages of well-known providers and one of nobody: a wildcard that takes these in takes in everything.
_foreign_packages := ["aws", "aws-native", "awsx", "azure", "azure-native", "gcp", "kubernetes", "random", "x9"]

deny contains violation if {
	input.resource.type == "pulumi:pulumi:Stack"
	some i, component in input.settings.components
	not _token(component.type)
	not _open(component.type)

	violation := {
		"message": $"Parameter components[{i}].type of the policy settings is not a type token.\nWrite package:module:Name, such as progression-labs-development:infra:Secret; * stands for any text within one part.",
		"path": ["components", i, "type"],
	}
}

deny contains violation if {
	input.resource.type == "pulumi:pulumi:Stack"
	some i, component in input.settings.components
	_open(component.type)

	violation := {
		"message": $"Parameter components[{i}].type of the policy settings blesses components of every package.\nWrite the name of your own package in front, such as progression-labs-development:infra:Secret.",
		"path": ["components", i, "type"],
	}
}

deny contains violation if {
	input.resource.type == "pulumi:pulumi:Stack"
	some i, component in input.settings.components
	earlier := [j | some j, other in input.settings.components; j < i; _covers(other.type, component.type)]
	count(earlier) > 0

	violation := {
		"message": $"Parameter components[{i}] of the policy settings never counts: components[{earlier[0]}] matches it first.\nPut the narrower entry first, or remove it.",
		"path": ["components", i],
	}
}

deny contains violation if {
	input.resource.type == "pulumi:pulumi:Stack"
	some i, component in input.settings.components
	component.children == []

	violation := {
		"message": $"Parameter components[{i}].children of the policy settings is an empty list.\nLeave it out if the component may hold any secret, or list the types of its secrets.",
		"path": ["components", i, "children"],
	}
}

deny contains violation if {
	input.resource.type == "pulumi:pulumi:Stack"
	some i, component in input.settings.components
	some j, child in component.children
	not _token(child)

	violation := {
		"message": $"Parameter components[{i}].children[{j}] of the policy settings is not a type token.\nWrite package:module:Name, such as aws:secretsmanager/secret:Secret; * stands for any text within one part.",
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
