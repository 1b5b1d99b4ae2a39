# METADATA
# title: Blessed components
# description: |
#   Components through which secrets may be created: the parameter components of the policy settings. A resource lies
#   inside one when an ancestor's type matches. In a glob * stays within one of the three parts of a type token.
package lib.component

# METADATA
# description: True when one of the ancestors is a blessed component.
blessed(ancestors) if entry(ancestors)

# METADATA
# description: |
#   The entry of components that counts for the ancestors: the nearest blessed ancestor's, and of several that match
#   it the first. Undefined when there is none.
entry(ancestors) := [found | some type in ancestors; found := _entry(type)][0]

# METADATA
# description: True when the ancestors make a secret blessed; with direct set, only the direct parent counts.
encloses(ancestors, direct) if {
	not direct
	blessed(ancestors)
}

encloses(ancestors, direct) if {
	direct
	blessed(array.slice(ancestors, 0, 1))
}

# METADATA
# description: True when this resource lies inside a blessed component, as the policy raw-secret-resource sees it.
inside if encloses(input.resource.ancestors, direct)

# METADATA
# description: The component with which to create a new secret, as it is written in the settings.
advised := object.get(input.settings, ["components", 0, "type"], "<component>")

# METADATA
# description: The blessed components in one line.
list := concat(", ", [component.type | some component in input.settings.components])

# METADATA
# description: The parameter requireDirectParent of raw-secret-resource; false where that policy is switched off.
direct := object.get(input, ["parameters", "raw-secret-resource", "requireDirectParent"], false)

_entry(type) := [component | some component in input.settings.components; glob.match(component.type, [":"], type)][0]
