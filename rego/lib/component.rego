# METADATA
# title: Blessed components and modules
# description: |
#   Components through which secrets may be created: components in the policy settings, by type token, and for Terraform
#   blessedModules, by module source. A resource is inside one if any of its ancestors is one. In a glob over type tokens,
#   * matches within one of the three parts; in a glob over sources, * matches within one path segment and ** across them.
package lib.component

# METADATA
# description: Reports whether any of the ancestors is a blessed component.
blessed(ancestors) if entry(ancestors)

# METADATA
# description: |
#   The settings entry that applies to the ancestors: the one for the nearest blessed ancestor, the first if several match
#   it. Undefined if none is blessed.
entry(ancestors) := [found | some type in ancestors; found := _entry(type)][0]

# METADATA
# description: Reports whether a secret with these ancestors is blessed. With direct, only the direct parent counts.
encloses(ancestors, direct) if {
	not direct
	blessed(ancestors)
}

encloses(ancestors, direct) if {
	direct
	blessed(array.slice(ancestors, 0, 1))
}

# METADATA
# description: |
#   Reports whether the entry that applies to the ancestors allows a secret of one of the types: it has no children, or
#   one that matches.
lists(ancestors, _) if not entry(ancestors).children

lists(ancestors, types) if {
	some pattern in entry(ancestors).children
	some type in types
	data.lib.glob.match(pattern, [":"], type)
}

# METADATA
# description: |
#   The nearest ancestor that is a component of the company's package but is not in the settings, although others of the
#   package are. Undefined if there is none, and for Terraform modules.
undeclared(ancestors) := [type | some type in ancestors; not _entry(type); _ours(type)][0] if not data.lib.program.terraform

# METADATA
# description: |
#   The component or module around a secret that a settings entry could bless: of the ancestors that count, the nearest
#   with "secret" in its name, else the nearest. Undefined if there is none.
around(ancestors) := array.concat([type | some type in all; _of_secrets(type)], all)[0] if {
	all := [type | some type in _counting(ancestors); _nameable(type)]
}

# METADATA
# description: |
#   The settings entry that would bless a module or a component. A component without "secret" in its name may then hold
#   only secrets of the family of types.
row(type, _) := $"\{\"source\": \"{_source(type)}\", \"values\": \"none\"}" if {
	_terraform(type)
} else := $"\{\"type\": \"{type}\", \"values\": \"none\"}" if {
	_of_secrets(type)
}

row(type, family) := $"\{\"type\": \"{type}\", \"values\": \"generated\", \"children\": [\"{family}\"]}" if {
	not _terraform(type)
	not _of_secrets(type)
}

# METADATA
# description: The settings parameter for these entries.
parameter := "blessedModules" if {
	data.lib.program.terraform
} else := "components"

# METADATA
# description: |
#   Reports whether an ancestor that counts may be blessed, but its source is not visible: a Terraform state does not
#   record module sources.
hidden(ancestors) if {
	data.lib.program.terraform
	count(_modules) > 0
	not direct
	_module in ancestors
}

hidden(ancestors) if {
	data.lib.program.terraform
	count(_modules) > 0
	direct
	ancestors[0] == _module
}

# METADATA
# description: The component to create a new secret with, as the settings spell it.
advised := object.get(input.settings, ["components", 0, "type"], "<component>") if {
	not data.lib.program.terraform
} else := $"the module {_modules[0].source}" if {
	count(_modules) > 0
} else := "a module listed in settings.blessedModules (none yet)"

# METADATA
# description: An ancestor for a message, its type token or the module's source.
title(type) := $"module {_source(type)}" if {
	_terraform(type)
	type != _module
} else := "module" if {
	_terraform(type)
} else := type

# METADATA
# description: A settings entry for a message.
name(found) := found.source if {
	found.source
} else := found.type

# METADATA
# description: The parameter requireDirectParent of raw-secret-resource; false if that policy is disabled.
direct := object.get(input, ["parameters", "raw-secret-resource", "requireDirectParent"], false)

# The prefix of a module's type token, followed by its source.
_prefix := "terraform:module:"

# A module with an unknown source.
_module := "terraform:module:-"

_modules := object.get(input.settings, "blessedModules", [])

_terraform(type) if {
	data.lib.program.terraform
	startswith(type, _prefix)
}

# Resources of well-known providers are not components, and the settings reject some sources.
_nameable(type) if {
	not _terraform(type)
	regex.match(`^([A-Za-z0-9_./@-]+:){2}[A-Za-z0-9_./@-]+$`, type)
	not split(type, ":")[0] in _providers
}

_nameable(type) if {
	_terraform(type)
	type != _module
	regex.match(`^[A-Za-z0-9_.:/@~+-]+$`, _source(type))
	not regex.match(`^[.]{1,2}$|://`, _source(type))
}

_of_secrets(type) if regex.match(`(?i)secret`, regex.replace(type, `^.*:`, ""))

_counting(ancestors) := array.slice(ancestors, 0, 1) if {
	direct
} else := ancestors

_providers := {"aws", "aws-native", "azure", "azure-native", "gcp", "google-native", "kubernetes", "pulumi", "random"}

_entry(type) := [component | some component in input.settings.components; data.lib.glob.match(component.type, [":"], type)][0] if {
	not _terraform(type)
}

_entry(type) := [{"source": module.source, "values": object.get(module, "values", "none")} |
	some module in _modules
	data.lib.glob.match(module.source, ["/"], _source(type))
][0] if {
	_terraform(type)
	type != _module
}

# A component from the same package and module as one in the settings.
_ours(type) if {
	count(split(type, ":")) == 3
	some component in input.settings.components
	data.lib.glob.match(_module_of(component.type), [":"], _module_of(type))
}

_module_of(token) := concat(":", array.slice(split(token, ":"), 0, 2))

# The source in a type token, where characters that a URN cannot contain are escaped.
_source(type) := replace(replace(replace(substring(type, count(_prefix), -1), "%24", "$"), "%3A", ":"), "%25", "%")
