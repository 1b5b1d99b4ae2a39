# METADATA
# title: A blessed component is what it claims to be
# description: |
#   A component through which secrets may be created keeps to its contract, its entry in components of the policy
#   settings: one that may write no value holds one secret of a manager, and no other blessed component with secrets of
#   its own; and a secret in it is called after it, as components name their children, for a raw secret that only was
#   given the component as its parent bears a name of its own. What its entry does not let it hold is for
#   raw-secret-resource, values are for secret-value-in-program, names in the manager for secret-name.
#   In a repository no code registers a component under the type token of one, but that of the package itself
#   (packageSources of the policy settings): in TypeScript, JavaScript, Python, Go, C#, F#, Java, Kotlin and Scala, and
#   in the components of Pulumi.yaml and PulumiPlugin.yaml. The classes that Pulumi generates for a package's users pass.
#   What it cannot prove: a type token can be claimed by any program. A class of the program's own under the infra
#   package's token, with one secret that is called after it, looks the same in a preview, down to the last property;
#   and code may put the token together where nobody reads it. What tells them apart then lies outside: who may publish
#   the package, and a review.
# custom:
#   kinds:
#     claimed-token: {since: 0.2.0, title: Code outside of the package that registers a blessed component's type token}
#   level: advisory
#   severity: high
#   scope: stack
#   standard: [S1]
#   tags: [secrets, components]
#   applies:
#     extracts: [components]
#     repository: [components]
#   remediation: |
#     1. A secret that was given a component as its parent: create it with a component of its own. One that exists is not
#        moved, since it would be replaced and its value lost; adopt it as docs/adopt/existing-secrets.md says.
#     2. A class of the program's own: give it a token of the program's own, and use the infra package's components in it.
#        The package's own source: name it in packageSources of the policy settings.
#     3. A component of the infra package that does hold more: say so in its entry in components, or in the parameters.
#   parameters:
#     properties:
#       maxSecrets:
#         description: How many secrets of one manager a component may hold that may write no value.
#         type: integer
#         relaxes: more
#         minimum: 1
#         default: 1
#       childNames:
#         description: What the logical names of the secrets in a component hold, the component's name (component) or anything (any). Case and separators do not count.
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
			$"This secret is inside {_title(component)} but is not named after it, so it may only have been given that parent.",
			$"Existing secret: leave it there. New secret: create it with its own {data.lib.component.advised}. If the component does create it, set childNames to any.",
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
			$"Create one {component.type} per new secret. If your program defines this class, give it its own type token.",
		]),
		"path": [],
		"urn": component.urn,
	}
}

deny contains violation if {
	some component in _blessed
	component.entry.values == "none"
	some inner in _blessed
	inner.urn in {child.urn | some child in component.children}

	violation := {
		"message": concat("\n", [
			$"Component {_title(inner)} has its own secrets but is inside {_title(component)}, which may hold one secret and no other component.",
			"Create it next to that component; give an existing one an alias. If your program defines the outer class, give it its own type token.",
		]),
		"path": [],
		"urn": inner.urn,
	}
}

# What a module of Terraform is tells its source, which nobody can claim; and nothing is moved under one from outside.
_blessed contains object.union(component, {"entry": entry}) if {
	not data.lib.program.terraform
	some component in input.components
	entry := data.lib.component.entry([component.type])
}

# The secrets and versions that a component may hold; what lies in a blessed one inside of it is that one's.
_own(component) := {child |
	some child in component.children
	child.own
	not child.urn in _inner(component)
	_checked(child)
	data.lib.component.lists([component.type], {child.type})
}

_inner(component) := {below.urn |
	some inner in _blessed
	inner.urn in {child.urn | some child in component.children}
	some below in inner.children
}

# What lies deeper is for raw-secret-resource where only the direct parent counts.
_checked(child) if child.direct

_checked(_) if not data.lib.component.direct

_expected(component) := {child |
	some child in _own(component)
	not _stranger(component, child)
}

# A version is the same defect as its secret.
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

# An entry that takes in several components may well mean one that holds several secrets.
_single(pattern) if not regex.match(`[*?{]`, split(pattern, ":")[2])

_title(component) := $"`{component.name}` ({component.type})"
