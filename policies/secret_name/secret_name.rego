# METADATA
# title: Secrets are named {service}/{environment}
# description: |
#   The physical name of a secret must match one of the templates. Its parts are in kebab-case. Its environment is
#   listed in the setting `environments` and, if the setting environmentByStack maps the stack, is the environment of
#   the stack. Managers that do not allow slashes encode the same parts: service_environment in Google Secret Manager,
#   service--environment in Azure Key Vault. Names of SSM parameters start with a slash.
#
#   A secret that is reported because of where it is created is not reported for its name as well. In a store that is
#   not one of this stack's managers, a wrong name is only advisory.
# custom:
#   level: mandatory
#   severity: high
#   standard: [S6]
#   tags: [secrets, names]
#   applies:
#     classes: [store]
#     types: ["pulumi:pulumi:Stack"]
#   remediation: |
#     1. Existing secret: do not rename it. A renamed secret is replaced, and the value set by hand is lost. Keep the
#        name and exempt the secret, see docs/govern/exemptions.md.
#     2. New secret: set the property in the message to the name in the message. Without a name, the provider appends
#        random characters to the logical name.
#     3. A non-ASCII character can look exactly like a Latin letter: type the name again.
#     4. AWS: avoid names that end in a hyphen and six characters. Secrets Manager cannot distinguish them from the
#        suffix of an ARN.
#   parameters:
#     properties:
#       templates:
#         description: The forms a name may have. The parts are separated by slashes and made of {service}, {environment}, {key} and literal text.
#         type: array
#         relaxes: more
#         items:
#           type: string
#         default: ["{service}/{environment}"]
#       matchStack:
#         description: Require the environment to be the one that the setting environmentByStack maps the stack to.
#         type: boolean
#         relaxes: [true, false]
#         default: true
#       serviceIsProject:
#         description: Require the service to be the name of the Pulumi project.
#         type: boolean
#         relaxes: [true, false]
#         default: false
package policies.secret_name

# A secret whose name is checked.
_checked if {
	input.kind.naming
	input.kind.name
	count(data.lib.naming.templates) > 0
}

deny contains violation if {
	input.kind.class == "store"
	_checked
	data.lib.condition.verdict == "holds"
	wrong := _wrong

	violation := object.union(_place, {
		"message": $"{wrong}{_remarks}\n{_advice}",
		"path": data.lib.naming.path,
	})
}

deny contains violation if {
	input.resource.type == "pulumi:pulumi:Stack"
	some i, text in input.parameters["secret-name"].templates
	not data.lib.name.template(text)

	violation := {
		"message": concat("\n", [
			$"secret-name.templates[{i}] is not a valid template: it must contain \{service} and \{environment} once each.",
			"Separate the parts with slashes; each may combine kebab-case text with one of {service}, {environment} and {key}.",
		]),
		"path": ["templates", i],
	}
}

deny contains violation if {
	input.resource.type == "pulumi:pulumi:Stack"
	input.parameters["secret-name"].templates == []

	violation := {
		"message": "secret-name.templates is an empty list.\nRemove it to use the default, {service}/{environment}, or list at least one template.",
		"path": ["templates"],
	}
}

undecided contains violation if {
	input.kind.class == "store"
	_checked
	data.lib.property.hidden(data.lib.naming.path)
	data.lib.condition.verdict != "fails"

	violation := object.union(_place, {
		"message": $"The name of this {_title} secret cannot be checked: `{_property}` is {_hidden}.\nDo not rename an existing secret. The name of a new one must match {data.lib.naming.forms}.",
		"path": data.lib.naming.path,
	})
}

undecided contains violation if {
	input.kind.class == "store"
	_checked
	data.lib.condition.verdict == "undecided"
	wrong := _wrong

	violation := object.union(_place, {
		"message": $"{wrong}\nIf this is a secret (some properties are {data.lib.program.hidden}), exempt an existing one, and name a new one `{data.lib.naming.proposal}`.",
		"path": data.lib.naming.path,
	})
}

# A secret that is reported for where it is created is not reported for its name too.
_place := {"yields": [{"policy": "unsupported-secret-store"}], "level": "advisory"} if {
	data.lib.store.foreign
	not input.kind.own
} else := {"yields": [{"policy": "raw-secret-resource"}]}

_title := data.lib.manager.title(input.kind.manager)

_property := data.lib.program.name if {
	data.lib.program.terraform
} else := data.lib.property.show(data.lib.naming.path)

_hidden := "not known yet" if data.lib.property.unknown(data.lib.naming.path)

_hidden := $"marked {data.lib.program.sensitive}" if not data.lib.property.unknown(data.lib.naming.path)

_wrong := $"This {_title} secret has no `{_property}`, {data.lib.naming.nameless}." if {
	data.lib.property.missing(data.lib.naming.path)
}

_wrong := $"The `{_property}` of this {_title} secret, `{data.lib.name.short(data.lib.naming.name)}`, {data.lib.naming.defect}." if {
	data.lib.naming.defect
}

_remarks := concat("", array.concat(
	[$" Because of {data.lib.program.ignored}, this is the deployed name, not the {data.lib.program.code}'s." |
		some ignored in input.resource.options.ignoreChanges
		ignored in {"*", _property}
	],
	[$" It also {warning}." | some warning in data.lib.naming.warnings],
))

_advice := concat(" ", [
	"Existing secret: keep the name and exempt it; renaming replaces the secret and loses its value.",
	$"New secret: name it `{data.lib.naming.proposal}`{data.lib.naming.choice}.",
])
