# METADATA
# title: Blessed components and modules
# description: |
#   Components through which secrets may be created: the parameter components of the policy settings, by type token, and
#   for Terraform its parameter blessedModules, by a module's source. A resource lies inside one when one of its ancestors
#   is one. In a glob over type tokens * stays within one of the three parts, in one over sources within one part of the
#   path, and ** does not.
package lib.component

# METADATA
# description: Reports whether one of the ancestors is a blessed component.
blessed(ancestors) if entry(ancestors)

# METADATA
# description: |
#   The entry of components that counts for the ancestors: the nearest blessed ancestor's, and of several that match
#   it the first. Undefined when there is none.
entry(ancestors) := [found | some type in ancestors; found := _entry(type)][0]

# METADATA
# description: Reports whether the ancestors make a secret blessed; with direct set, only the direct parent counts.
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
#   Reports whether the component of the entry that counts for the ancestors may hold a secret of one of the types: its entry has
#   no children, or one that matches.
lists(ancestors, _) if not entry(ancestors).children

lists(ancestors, types) if {
	some pattern in entry(ancestors).children
	some type in types
	data.lib.glob.match(pattern, [":"], type)
}

# METADATA
# description: |
#   The nearest of the ancestors that is a component of the company's package, of which the settings name others but not
#   this one. Undefined when there is none, and for modules of Terraform.
undeclared(ancestors) := [type | some type in ancestors; not _entry(type); _ours(type)][0] if not data.lib.program.terraform

# METADATA
# description: |
#   The component, or module, around a secret that a row of the settings could bless: of the ancestors that count the nearest
#   that is called a secret, else the nearest. Undefined when there is none.
around(ancestors) := array.concat([type | some type in all; _of_secrets(type)], all)[0] if {
	all := [type | some type in _counting(ancestors); _nameable(type)]
}

# METADATA
# description: |
#   The row of the settings that blesses a module, or a component; one that is not called a secret holds those of the family of
#   types only.
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
# description: The parameter of the settings that has these rows.
parameter := "blessedModules" if {
	data.lib.program.terraform
} else := "components"

# METADATA
# description: |
#   Reports whether one of the ancestors that count may be blessed, but its source cannot be seen: a state of Terraform does not
#   hold the sources of modules.
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
# description: The component with which to create a new secret, as it is written in the settings.
advised := object.get(input.settings, ["components", 0, "type"], "<component>") if {
	not data.lib.program.terraform
} else := $"the module {_modules[0].source}" if {
	count(_modules) > 0
} else := "a module listed in settings.blessedModules (none yet)"

# METADATA
# description: An ancestor as a person writes it, its type token or the module's source.
title(type) := $"module {_source(type)}" if {
	_terraform(type)
	type != _module
} else := "module" if {
	_terraform(type)
} else := type

# METADATA
# description: What an entry of the settings is called in messages.
name(found) := found.source if {
	found.source
} else := found.type

# METADATA
# description: The parameter requireDirectParent of raw-secret-resource; false where that policy is switched off.
direct := object.get(input, ["parameters", "raw-secret-resource", "requireDirectParent"], false)

# What the type token of a module begins with; its source follows.
_prefix := "terraform:module:"

# A module whose source is not known.
_module := "terraform:module:-"

_modules := object.get(input.settings, "blessedModules", [])

_terraform(type) if {
	data.lib.program.terraform
	startswith(type, _prefix)
}

# Resources of the well-known providers are no components, and the settings refuse some sources.
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

# A component of the package, and its module, from which the settings bless a component.
_ours(type) if {
	count(split(type, ":")) == 3
	some component in input.settings.components
	data.lib.glob.match(_module_of(component.type), [":"], _module_of(type))
}

_module_of(token) := concat(":", array.slice(split(token, ":"), 0, 2))

# The source in a type token, where what a URN cannot hold is escaped.
_source(type) := replace(replace(replace(substring(type, count(_prefix), -1), "%24", "$"), "%3A", ":"), "%25", "%")
