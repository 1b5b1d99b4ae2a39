# METADATA
# title: The name of this secret
# description: |
#   Checks the name of the resource against the parameters of the policy secret-name, the environments in the settings and
#   the manager's own rules, and proposes another.
package lib.naming

_parameters := input.parameters["secret-name"]

_rules := input.kind.naming

# The name of a Kubernetes object cannot contain the parts of a secret's name; another property sets the external name.
_elsewhere := ["spec", "resourceID"] if contains(input.kind.token, ".cnrm.cloud.google.com:")

_elsewhere := ["metadata", "annotations", "crossplane.io/external-name"] if {
	regex.match(`\.(upbound|crossplane)\.io:`, input.kind.token)
}

# METADATA
# description: The path of the property that sets the name.
path := _elsewhere if {
	input.kind.name == ["metadata", "name"]
} else := input.kind.name

# METADATA
# description: The name, on one line. Undefined if it is missing, unknown or secret.
name := data.lib.name.line($"{data.lib.property.value(path)}") if data.lib.property.known(path)

# METADATA
# description: The consequence of a missing name, to follow `has no name,`.
nameless := $"and its Kubernetes name cannot match {forms}" if {
	path != input.kind.name
} else := "so the provider generates one"

# METADATA
# description: The valid templates in the parameters.
templates := [text | some text in _parameters.templates; data.lib.name.template(text)]

# METADATA
# description: The templates in the manager's own form, on one line.
forms := concat(" or ", [data.lib.name.form(text, _rules) | some text in templates])

# METADATA
# description: What is wrong with the name, to follow the name. Undefined for a valid name.
defect := "is auto-named: the logical name plus a random suffix" if {
	_auto_named
} else := _refusal if {
	count(_good) > 0
	_refusal
} else := $"is copied from the logical name and does not match {forms}" if {
	count(_good) == 0
	not data.lib.program.terraform
	input.kind.autoname == ""
	name == input.resource.name
} else := $"does not match {forms}: {_reason}" if {
	count(_good) == 0
	name
}

# METADATA
# description: What the manager advises against in a name but accepts, to follow `It also`.
warnings := [rule.message |
	some rule in _rules.reserved
	rule.advice
	regex.match(rule.pattern, name)
]

# METADATA
# description: A name for the secret, unique in the run.
proposal := _written(_suggestion) if not _reserved(_written(_suggestion))

proposal := _written("<service>") if _reserved(_written(_suggestion))

# METADATA
# description: What is left to choose in the proposal, to follow it.
choice := $" (environments: {data.lib.settings.environments})" if {
	data.lib.settings.advised_environment == "<environment>"
} else := ""

_auto_named if {
	not data.lib.program.terraform
	input.kind.autoname != ""
	startswith(name, input.resource.name)
	regex.match($"^(?:{input.kind.autoname})$", trim_prefix(name, input.resource.name))
}

_read := [values | some text in templates; values := data.lib.name.read(name, text, _rules)]

_good := [values | some values in _read; not _flaw(values)]

# What is wrong with the parts of a name that matches a template. A service may have the name of an environment.
_flaw(values) := $"service and environment look swapped (`{values.environment}` is not one of {data.lib.settings.environments})" if {
	not data.lib.settings.is_environment(values.environment)
	data.lib.settings.is_environment(values.service)
} else := $"`{values.environment}` is not one of the environments {data.lib.settings.environments}" if {
	not data.lib.settings.is_environment(values.environment)
} else := $"the environment of stack `{input.run.stack}` is `{data.lib.settings.environment}`, not `{values.environment}`" if {
	_parameters.matchStack
	values.environment != data.lib.settings.environment
} else := $"the service must be the project name, `{data.lib.name.to_kebab(input.run.project)}`, not `{values.service}`" if {
	_parameters.serviceIsProject
	values.service != data.lib.name.to_kebab(input.run.project)
}

# Why a name does not match, the most specific reason first.
_reason := _flaw(_read[0]) if {
	count(_read) > 0
} else := $"it contains the non-ASCII character `{_odd}`" if {
	_odd
} else := "it contains upper-case letters" if {
	name != lower(name)
} else := $"it does not start with `{_rules.prefix}`" if {
	not startswith(name, _rules.prefix)
} else := $"its parts are separated by `{_divider}`, not by `{_rules.separator}`" if {
	_divider
} else := $"it has an empty part, or starts or ends with `{_rules.separator}`" if {
	"" in _parts
} else := $"`{[part | some part in _parts; not data.lib.name.kebab(part)][0]}` is not kebab-case" if {
	some part in _parts
	not data.lib.name.kebab(part)
} else := $"it has only {count(_parts)} of {_fewest} parts" if {
	count(_parts) < _fewest
} else := $"it has more than {_most} parts" if {
	count(_parts) > _most
} else := "its parts differ from the template"

_fewest := min([count(split(text, "/")) | some text in templates])

_most := max([count(split(text, "/")) | some text in templates])

_parts := split(trim_prefix(name, _rules.prefix), _rules.separator)

# The first non-ASCII character.
_odd := regex.find_n(`[^\x00-\x7f]`, name, 1)[0]

_divider := [other |
	some other in ["/", "--", "_"]
	other != _rules.separator
	some text in templates
	data.lib.name.read(trim_prefix(name, "/"), text, {"separator": other, "prefix": ""})
][0]

# Violations of the manager's own rules, for a name that matches a template.
_refusal := $"is longer than the {_rules.max} characters that {data.lib.manager.title(input.kind.manager)} allows" if {
	count(name) > _rules.max
} else := refusals[0] if {
	refusals := [rule.message |
		some rule in _rules.reserved
		not rule.advice
		regex.match(rule.pattern, name)
	]
} else := $"contains characters that {data.lib.manager.title(input.kind.manager)} does not allow" if {
	not regex.match(_rules.regex, name)
}

_reserved(text) if {
	some rule in _rules.reserved
	not rule.advice
	regex.match(rule.pattern, text)
}

# A template with a key distinguishes the secrets of one service; only there is the suggestion the key.
_proposed := array.concat([text | some text in templates; contains(text, "{key}") == _parameters.serviceIsProject], templates)[0]

_suggestion := object.get(input.resource, "suggestion", "<service>")

_written(suggestion) := data.lib.name.write(_proposed, values, _rules) if {
	not _parameters.serviceIsProject
	values := {"service": suggestion, "environment": data.lib.settings.advised_environment, "key": "<key>"}
}

_written(suggestion) := data.lib.name.write(_proposed, values, _rules) if {
	_parameters.serviceIsProject
	project := data.lib.name.to_kebab(input.run.project)
	values := {"service": project, "environment": data.lib.settings.advised_environment, "key": suggestion}
}
