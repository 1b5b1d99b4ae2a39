# METADATA
# title: Secrets are created through the company's infra package
# description: |
#   A secret, or a secret version, of AWS Secrets Manager, Google Secret Manager or Azure Key Vault, or of a manager that
#   the settings add, lies inside a blessed component, in whatever provider, token form or template it is written: one that
#   the parameter components of the policy settings names, with children only if they take in its type. By default that is
#   the infra package's Secret alone, since a raw secret can be given any component as its parent. What refers to secrets, rotates them or grants access to them
#   passes, and so do configuration stores, ciphertexts, certificates and secrets that another service makes by itself.
#   It cannot see a template behind a URL (templateUrl, templateLink), the children of a Terraform module, or what the
#   code of a dynamic provider does.
# custom:
#   level: mandatory
#   severity: critical
#   standard: [S1]
#   tags: [secrets, components]
#   applies:
#     classes: [store, version]
#     declares: true
#   remediation: |
#     1. A new secret: create it with the component that the message names, and set its value by hand after deployment.
#     2. An existing secret: do not move it under a component or create it anew, since a replaced secret loses its value.
#        Adopt it with an alias, or exempt it, as docs/adopt/existing-secrets.md says. An existing version: its value has been in the program;
#        docs/reference/secrets.md has the steps.
#   parameters:
#     properties:
#       requireDirectParent:
#         description: Only the direct parent counts as the component of a secret, not every ancestor.
#         type: boolean
#         relaxes: [true, false]
#         default: false
package policies.raw_secret_resource

_advice("store") := concat("\n", [$"New secret: create it with {data.lib.component.advised}.", _existing])

_advice("version") := concat("\n", [
	"New version: leave it out of the program, and set the value by hand in the cloud after deployment.",
	"Existing version: its value has been in the program, so set a new one by hand first, then remove the version.",
])

_existing := "Existing secret: do not re-create it, its value would be lost; take it into the module with a `moved` block or an import, or exempt it." if {
	data.lib.program.terraform
} else := "Existing secret: do not move or re-create it, its value would be lost; adopt it with an alias or exempt it."

_through := "a blessed module" if {
	data.lib.program.terraform
} else := "the infra package"

deny contains violation if {
	input.kind.class in {"store", "version"}
	_raw
	not data.lib.component.hidden(input.resource.ancestors)
	data.lib.condition.verdict == "holds"

	violation := {
		"message": $"This {_noun} is not created through {_through}. {_place(input.resource.ancestors)}\n{_advice(input.kind.class)}",
		"path": [],
		"yields": _yields,
	}
}

deny contains violation if {
	input.resource.declares
	not data.lib.store.own
	not _accepted(input.resource.ancestors, _types)
	not data.lib.component.hidden(input.resource.ancestors)
	some declared in input.resource.declares
	_checked(declared)

	violation := {
		"message": $"The template at {data.lib.program.at(declared)} creates {_article(declared.manager)} {data.lib.manager.title(declared.manager)} {_thing(declared.class)} (`{declared.type}`) outside of {_through}. {_place(input.resource.ancestors)}\n{_advice(declared.class)}",
		"path": declared.path,
	}
}

# A state of Terraform does not hold the sources of modules.
undecided contains violation if {
	input.kind.class in {"store", "version"}
	_raw
	data.lib.component.hidden(input.resource.ancestors)
	data.lib.condition.verdict == "holds"

	violation := {
		"message": $"Whether this {_noun} is created through a blessed module cannot be seen: a state does not hold the sources of modules.\nCheck a plan of the same configuration, which does.",
		"path": [],
		"yields": _of_secret,
	}
}

undecided contains violation if {
	input.kind.class in {"store", "version"}
	_raw
	data.lib.condition.verdict == "undecided"

	violation := {
		"message": $"Whether this resource of {data.lib.manager.title(input.kind.manager)} is a secret depends on properties that are not known yet or marked secret.\n{_place(input.resource.ancestors)}",
		"path": [],
		"yields": _of_secret,
	}
}

undecided contains violation if {
	input.resource.declares
	not _accepted(input.resource.ancestors, _types)
	some declared in input.resource.declares
	declared.unreadable

	violation := {
		"message": $"Whether the template at {data.lib.program.at(declared)} creates secrets cannot be seen: it is not known yet or cannot be read.\n{_place(input.resource.ancestors)}",
		"path": declared.path,
	}
}

_raw if {
	data.lib.store.own
	not _accepted(input.resource.ancestors, _types)
}

# A version with a value is reported for that; one without is the same defect as its secret.
_yields := [{"policy": "secret-value-in-program"}] if {
	input.kind.class == "version"
	_filled
} else := _of_secret

_of_secret := [{"policy": "raw-secret-resource", "urn": store.urn} | some store in input.resource.stores] if {
	input.kind.class == "version"
	every store in input.resource.stores {
		not _accepted(store.ancestors, {store.type})
	}
} else := []

_filled if {
	some written in input.resource.written
	not written.placeholder
	not written.writeOnly
}

_accepted(ancestors, types) if {
	data.lib.component.encloses(ancestors, data.lib.component.direct)
	data.lib.component.lists(ancestors, types)
}

# The types by which children of a component may name the resource: as the program has it, as the catalogue has it, and
# for a version that of its secret.
_types := {type |
	some type in array.concat(
		[input.resource.type, object.get(input, ["kind", "token"], input.resource.type)],
		[store.type | some store in object.get(input.resource, "stores", [])],
	)
}

_checked(declared) if {
	declared.class in {"store", "version"}
	declared.manager in data.lib.manager.own
}

_checked(declared) if {
	declared.class in {"store", "version"}
	declared.manager in data.lib.settings.managers
}

_noun := $"{data.lib.manager.title(input.kind.manager)} {_thing(input.kind.class)}"

_thing("store") := "secret"

_thing("version") := "secret version"

_place(ancestors) := $"It is not inside any {trim_suffix(data.lib.component.plural, "s")}." if {
	ancestors == []
} else := $"Its direct parent, `{data.lib.component.title(ancestors[0])}`, is none of {data.lib.component.list}; the parameter requireDirectParent lets no other ancestor count." if {
	data.lib.component.blessed(ancestors)
	not data.lib.component.encloses(ancestors, data.lib.component.direct)
} else := $"It is inside `{data.lib.component.entry(ancestors).type}`, which is declared to hold {concat(", ", data.lib.component.entry(ancestors).children)} only.{_hint(component, $"If it does hold this one, add \"{_family}\" to its children in components")}" if {
	component := [type | some type in ancestors; data.lib.component.blessed([type])][0]
} else := $"It is inside `{component}`, which is not declared to hold secrets.{_hint(component, $"If it does hold secrets, add {data.lib.component.row(component, _family)} to components")}" if {
	component := data.lib.component.undeclared(ancestors)
} else := $"It is inside `{data.lib.component.title(component)}`, which is not blessed.{_hint(component, $"If it is part of your infra package, add {data.lib.component.row(component, _family)} to {data.lib.component.parameter}")}" if {
	component := data.lib.component.around(ancestors)
} else := "None of the modules around it is blessed." if {
	data.lib.component.list == ""
} else := $"None of the {data.lib.component.plural} around it is one of {data.lib.component.list}."

# It is said for the first of several secrets in the same component.
_hint(component, remedy) := $"\n{remedy} of the policy settings." if {
	component in input.resource.firstIn
} else := ""

# The types of a manager's secrets and their versions, or that of a template.
_family := regex.replace(input.kind.token, `/[^:]*:[^:]*$`, "/*:*") if {
	not input.resource.declares
} else := input.resource.type

_article(manager) := "an" if regex.match(`^[AEIOU]`, data.lib.manager.title(manager))

_article(manager) := "a" if not regex.match(`^[AEIOU]`, data.lib.manager.title(manager))
