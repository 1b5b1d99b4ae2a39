# METADATA
# title: Secrets are created through the company's infra package
# description: |
#   A secret or secret version in AWS Secrets Manager, Google Secret Manager or Azure Key Vault, or in a manager that
#   the settings add, must be created inside a blessed component: one listed in the setting `components`. If its entry
#   has `children`, they must include the type of the secret. By default only the infra package's Secret is blessed,
#   because any component can be passed as the parent of a raw secret. This applies to every provider, to every form
#   of a type token, and to templates.
#
#   Resources that refer to secrets, rotate them or grant access to them are allowed, and so are configuration stores,
#   ciphertexts, certificates and secrets that another service creates for itself.
#
#   Not visible to the policy: templates behind a URL (templateUrl, templateLink), the children of a Terraform module
#   inside a Pulumi program, and the code of dynamic providers.
# custom:
#   level: mandatory
#   severity: critical
#   standard: [S1]
#   tags: [secrets, components]
#   applies:
#     classes: [store, version]
#     declares: true
#   remediation: |
#     1. Existing secret: do not move it under a component or re-create it, because a replaced secret loses its value.
#        Adopt it with an alias (Terraform: a moved block or an import), see docs/adopt/existing-secrets.md, or exempt
#        it, see docs/govern/exemptions.md.
#     2. Existing secret in a template: leave it in the template and exempt it. Removing it deletes its value.
#     3. Existing secret version: its value has been in the program. Set a new value by hand first, then remove the
#        version. See docs/reference/secrets.md for the steps.
#     4. New secret: create it with the component in the message, and set its value by hand after deployment, without
#        a version in the program.
#     5. Component of your own infra package: add it to the setting `components`, with the types it may contain in
#        `children`. Terraform module: add its source to blessedModules.
#   parameters:
#     properties:
#       requireDirectParent:
#         description: Require the direct parent of a secret to be its component. By default any ancestor will do.
#         type: boolean
#         relaxes: [true, false]
#         default: false
package policies.raw_secret_resource

_advice("store") := $"Existing secret: {_adopt} it; replacing it loses its value. New secret: create it with {data.lib.component.advised}."

_advice("version") := concat(" ", [
	"Existing version: its value has been in the program, so set a new one by hand, then remove the version.",
	"New version: leave it out and set the value by hand after deployment.",
])

_advice_in_template("store") := $"Existing secret: leave it in the template and exempt it; removing it deletes its value. New secret: create it with {data.lib.component.advised}."

_advice_in_template("version") := _advice("version")

_adopt := "adopt it with a `moved` block or an import, or exempt" if {
	data.lib.program.terraform
} else := "adopt it with an alias or exempt"

deny contains violation if {
	input.kind.class in {"store", "version"}
	_raw
	not data.lib.component.hidden(input.resource.ancestors)
	data.lib.condition.verdict == "holds"

	violation := {
		"message": $"This {_noun} is created {_place(input.resource.ancestors)}.\n{_remedy(_advice(input.kind.class))}",
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
		"message": $"The template at `{data.lib.program.at(declared)}` creates {_article(declared.manager)} {data.lib.manager.title(declared.manager)} {_thing(declared.class)} {_place(input.resource.ancestors)}.\n{_remedy(_advice_in_template(declared.class))}",
		"path": declared.path,
	}
}

# A Terraform state does not record module sources.
undecided contains violation if {
	input.kind.class in {"store", "version"}
	_raw
	data.lib.component.hidden(input.resource.ancestors)
	data.lib.condition.verdict == "holds"

	violation := {
		"message": $"Cannot tell whether this {_noun} is created through a blessed module: a Terraform state does not record module sources.\nCheck a plan of the same configuration instead.",
		"path": [],
		"yields": _of_secret,
	}
}

undecided contains violation if {
	input.kind.class in {"store", "version"}
	_raw
	data.lib.condition.verdict == "undecided"

	violation := {
		"message": $"Cannot tell whether this {data.lib.manager.title(input.kind.manager)} resource is a secret: that depends on properties that are {data.lib.program.hidden}.\n{_advice(input.kind.class)}",
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
		"message": $"Cannot tell whether the template at `{data.lib.program.at(declared)}` creates secrets: it is not known yet or cannot be read.\nIf it does, exempt it for existing secrets, and create new ones with {data.lib.component.advised}.",
		"path": declared.path,
	}
}

_raw if {
	data.lib.store.own
	not _accepted(input.resource.ancestors, _types)
}

# A version with a value is reported for the value; one without is the same violation as its secret.
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

# The types that a component's children may list for the resource: the one in the program, the one in the catalogue and,
# for a version, the type of its secret.
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

# Where it is created, to follow `created`.
_place(ancestors) := "in the root module, which may not create secrets" if {
	ancestors == []
	data.lib.program.terraform
} else := "outside the infra package, not inside any component" if {
	ancestors == []
} else := $"inside `{data.lib.component.title(ancestors[0])}`, which may not create secrets (requireDirectParent is on)" if {
	data.lib.component.blessed(ancestors)
	not data.lib.component.encloses(ancestors, data.lib.component.direct)
} else := $"inside `{data.lib.component.entry(ancestors).type}`, which may hold only {concat(", ", data.lib.component.entry(ancestors).children)}" if {
	data.lib.component.blessed(ancestors)
} else := $"inside `{data.lib.component.undeclared(ancestors)}`, which is not declared to hold secrets" if {
	data.lib.component.undeclared(ancestors)
} else := $"inside `{data.lib.component.title(data.lib.component.around(ancestors))}`, which may not create secrets" if {
	data.lib.component.around(ancestors)
} else := "inside a module that may not create secrets" if {
	data.lib.program.terraform
} else := "outside the infra package: none of its parents may create secrets"

# The first of several secrets in the same component has the setting that would allow them all.
_remedy(advice) := $"Adopt or exempt it. {_setting}" if {
	_component in input.resource.firstIn
} else := advice

_component := [type | some type in input.resource.ancestors; data.lib.component.blessed([type])][0] if {
	data.lib.component.encloses(input.resource.ancestors, data.lib.component.direct)
} else := data.lib.component.undeclared(input.resource.ancestors) if {
	not data.lib.component.blessed(input.resource.ancestors)
} else := data.lib.component.around(input.resource.ancestors) if {
	not data.lib.component.blessed(input.resource.ancestors)
}

_setting := $"If it belongs here too, add \"{_family}\" to the component's children in settings.components." if {
	data.lib.component.blessed([_component])
} else := $"If secrets belong here, add {data.lib.component.row(_component, _family)} to settings.components." if {
	data.lib.component.undeclared([_component])
} else := $"If this is your infra {_package}, add {data.lib.component.row(_component, _family)} to settings.{data.lib.component.parameter}."

_package := "module" if {
	data.lib.program.terraform
} else := "package"

# The types of a manager's secrets and versions, or the type of the resource that holds the template.
_family := regex.replace(input.kind.token, `/[^:]*:[^:]*$`, "/*:*") if {
	not input.resource.declares
} else := input.resource.type

_article(manager) := "an" if regex.match(`^[AEIOU]`, data.lib.manager.title(manager))

_article(manager) := "a" if not regex.match(`^[AEIOU]`, data.lib.manager.title(manager))
