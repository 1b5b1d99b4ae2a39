# What a schema cannot check of the parameter blessedModules.
package policies.settings

# Where everybody can have modules: there the name behind it says whose they are.
_public_hosts := ["app.terraform.io", "bitbucket.org", "github.com", "gitlab.com", "registry.opentofu.org", "registry.terraform.io"]

deny contains violation if {
	input.resource.type == "pulumi:pulumi:Stack"
	some i, module in input.settings.blessedModules
	_everybodys(split(module.source, "/"))

	violation := {
		"message": $"Parameter blessedModules[{i}].source of the policy settings blesses modules of everybody.\nWrite the address of your own modules in front, such as github.com/acme/infra//modules/*.",
		"path": ["blessedModules", i, "source"],
	}
}

deny contains violation if {
	input.resource.type == "pulumi:pulumi:Stack"
	some i, module in input.settings.blessedModules
	regex.match(`::|://|^[^/]*@|[?]ref=|[.]git(//|$)|^[.][.]?$|/$`, module.source)

	violation := {
		"message": $"Parameter blessedModules[{i}].source of the policy settings matches no module: sources are compared without scheme, user, .git and version.\nWrite host/path//directory, a registry's address, or a path that begins with ./ or ../.",
		"path": ["blessedModules", i, "source"],
	}
}

deny contains violation if {
	input.resource.type == "pulumi:pulumi:Stack"
	some i, module in input.settings.blessedModules
	earlier := [j | some j, other in input.settings.blessedModules; j < i; _takes_in(other.source, module.source)]
	count(earlier) > 0

	violation := {
		"message": $"Parameter blessedModules[{i}] of the policy settings never counts: blessedModules[{earlier[0]}] matches it first.\nPut the narrower entry first, or remove it.",
		"path": ["blessedModules", i],
	}
}

_everybodys(parts) if regex.match(`[*?]`, parts[0])

_everybodys(parts) if {
	parts[0] in _public_hosts
	regex.match(`[*?]`, parts[1])
}

_everybodys(parts) if {
	parts[0] in {".", ".."}
	every part in parts {
		regex.match(`^[.]{1,2}$|^[*?]+$`, part)
	}
}

_takes_in(pattern, source) if pattern == source

_takes_in(pattern, source) if {
	not regex.match(`[*?{]`, source)
	data.lib.glob.match(pattern, ["/"], source)
}
