# The parameter blessedModules, beyond what a schema can check.
package policies.settings

# Hosts on which anyone can publish modules: there, the name after the host identifies the owner.
_public_hosts := ["app.terraform.io", "bitbucket.org", "github.com", "gitlab.com", "registry.opentofu.org", "registry.terraform.io"]

deny contains violation if {
	input.resource.type == "pulumi:pulumi:Stack"
	some i, module in input.settings.blessedModules
	_everybodys(split(module.source, "/"))

	violation := {
		"message": $"settings.blessedModules[{i}].source allows modules from anyone.\nBegin with the address of your own modules, such as github.com/acme/infra//modules/*.",
		"path": ["blessedModules", i, "source"],
	}
}

deny contains violation if {
	input.resource.type == "pulumi:pulumi:Stack"
	some i, module in input.settings.blessedModules
	regex.match(`::|://|^[^/]*@|[?]ref=|[.]git(//|$)|^[.][.]?$|/$`, module.source)

	violation := {
		"message": $"settings.blessedModules[{i}].source matches no module: sources are compared without scheme, user, .git and version.\nWrite host/path//directory, a registry address, or a path that begins with ./ or ../.",
		"path": ["blessedModules", i, "source"],
	}
}

deny contains violation if {
	input.resource.type == "pulumi:pulumi:Stack"
	some i, module in input.settings.blessedModules
	earlier := [j | some j, other in input.settings.blessedModules; j < i; _takes_in(other.source, module.source)]
	count(earlier) > 0

	violation := {
		"message": $"settings.blessedModules[{i}] has no effect: blessedModules[{earlier[0]}] matches first.\nPut the narrower entry first, or remove it.",
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
