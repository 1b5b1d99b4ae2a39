# METADATA
# title: Blessed components keep their contract
# description: |
#   A blessed component, one that may create secrets, must keep its contract: its entry in the setting `components`. A
#   component that may not write values contains one secret per manager, and no other blessed component that has its
#   own secrets. A secret in it is named after it: components name their children that way, while a raw secret that
#   was merely given the component as its parent has an unrelated name. Types that the entry does not list are left to
#   raw-secret-resource, values to secret-value-in-program, and names in the manager to secret-name.
#
#   In a repository, only the package's own source (the setting packageSources) may register a component under the
#   type token of a blessed one. This covers TypeScript, JavaScript, Python, Go, C#, F#, Java, Kotlin and Scala, and
#   the components in Pulumi.yaml and PulumiPlugin.yaml. The classes that Pulumi generates for users of the package
#   are allowed.
#
#   This policy cannot prove that a component is genuine, because any program can claim a type token. In a preview, a
#   class of the program with the infra package's token and one secret named after it looks exactly the same, and code
#   may assemble the token in a way that no check finds. Only review, and control over who publishes the package, can
#   distinguish them.
# custom:
#   kinds:
#     claimed-token: {since: 0.2.0, title: Code outside the package that registers a blessed component's type token}
#   level: advisory
#   severity: high
#   scope: stack
#   standard: [S1]
#   tags: [secrets, components]
#   applies:
#     extracts: [components]
#     repository: [components]
#   remediation: |
#     1. Existing secret that was given a component as its parent: do not move it, since it would be replaced and lose
#        its value. Adopt it, see docs/adopt/existing-secrets.md. New secret: create it with its own component.
#     2. Class that the program defines: give it its own type token, and use the infra package's components in it. The
#        package's own source: add it to the setting packageSources.
#     3. Component of the infra package that is meant to contain more: declare it in its entry in `components`, or
#        raise maxSecrets. If it names its secrets differently, put the component's name into their names, or set
#        childNames to any.
#   parameters:
#     properties:
#       maxSecrets:
#         description: The maximum number of secrets per manager in a component that may not write values.
#         type: integer
#         relaxes: more
#         minimum: 1
#         default: 1
#       childNames:
#         description: "What the logical name of a secret in a component must contain: the component's name (component), or nothing in particular (any). Case and separators are ignored."
#         type: string
#         relaxes: [component, any]
#         enum: [component, any]
#         default: component
package policies.component_contract

_parameters := input.parameters["component-contract"]

deny contains violation if {
	_parameters.childNames == "component"
	some component in _blessed
	some child in _strangers(component)

	violation := {
		"message": concat("\n", [
			$"This secret has {_title(component)} as its parent but is not named after it, so the component may not have created it.",
			$"Existing secret: adopt it with an alias or exempt it. New secret: create it with its own {data.lib.component.advised}. If the component does create it, set childNames to any.",
		]),
		"path": [],
		"urn": child.urn,
	}
}

deny contains violation if {
	some component in _blessed
	component.entry.values == "none"
	_single(component.entry.type)
	some manager in {child.manager | some child in _own(component)}
	secrets := {child.urn |
		some child in _expected(component)
		child.class == "store"
		child.manager == manager
	}
	count(secrets) > _parameters.maxSecrets

	violation := {
		"message": concat("\n", [
			$"Component {_title(component)} has {count(secrets)} secrets in {data.lib.manager.title(manager)}; it may have {_parameters.maxSecrets}.",
			$"Existing secrets: adopt or exempt them. New secrets: create one {component.type} for each. If your program defines this class, give it its own type token.",
		]),
		"path": [],
		"urn": component.urn,
	}
}

deny contains violation if {
	some component in _blessed
	component.entry.values == "none"
	some inner in _below(component)

	violation := {
		"message": concat("\n", [
			$"Component {_title(inner)} has its own secrets but is inside {_title(component)}, which may hold one secret and no other component.",
			"Create it next to that component; give an existing one an alias. If your program defines the outer class, give it its own type token.",
		]),
		"path": [],
		"urn": inner.urn,
	}
}

# A Terraform module is known by its source, which nobody can claim, and nothing can be put inside it from outside.
_blessed contains object.union(component, {"entry": entry}) if {
	not data.lib.program.terraform
	some component in input.components
	entry := data.lib.component.entry([component.type])
}

# The secrets and versions that a component may hold. Those in a blessed component inside it belong to that component.
_own(component) := {child |
	some child in component.children
	child.own
	not child.urn in _inner(component)
	_checked(child)
	data.lib.component.lists([component.type], {child.type})
}

_inner(component) := {below.urn |
	some inner in _below(component)
	some below in inner.children
}

# The blessed components inside a component. Few are, so only for those all others are looked at.
_below(component) := {inner |
	some child in component.children
	child.urn in _urns
	some inner in _blessed
	inner.urn == child.urn
}

_urns := {component.urn | some component in _blessed}

# If only the direct parent counts, deeper secrets are left to raw-secret-resource.
_checked(child) if child.direct

_checked(_) if not data.lib.component.direct

_expected(component) := {child |
	some child in _own(component)
	not _stranger(component, child)
}

# A version is the same violation as its secret.
_strangers(component) := secrets if {
	secrets := {child |
		some child in _unnamed(component)
		child.class == "store"
	}
	count(secrets) > 0
} else := _unnamed(component)

_unnamed(component) := {child |
	some child in _own(component)
	_stranger(component, child)
}

_stranger(component, child) if {
	_parameters.childNames == "component"
	not contains(_plain(child.name), _plain(component.name))
}

_plain(name) := regex.replace(lower(name), `[^a-z0-9]`, "")

# An entry that matches several components may include one that holds several secrets.
_single(pattern) if not regex.match(`[*?{]`, split(pattern, ":")[2])

_title(component) := $"`{component.name}` ({component.type})"
