# METADATA
# title: Findings
# description: |
#   What the detectors found: where it stands, why it counts, and which policy may report the same defect. A finding holds no part of the value.
package lib.finding

# METADATA
# description: |
#   Reports whether the parameters of the policy let the finding pass: allowKeys by the name that alone gives it away, allowPaths by
#   the type of the resource and the place, in the text of a file by the file's name and the detector.
allowed(finding, policy) if {
	finding.reason in {"key-name", "unknown-output"}
	some pattern in input.parameters[policy].allowKeys
	some name in {finding.key, _written_as(finding)}
	data.lib.glob.match(lower(pattern), null, lower(name))
}

allowed(finding, policy) if {
	finding.place != "file"
	some allowed in input.parameters[policy].allowPaths
	data.lib.glob.match(object.get(allowed, "type", "*"), null, object.get(finding, "type", "pulumi:pulumi:Stack"))
	data.lib.glob.match(allowed.path, null, place(finding))
}

allowed(finding, policy) if {
	finding.place == "file"
	some allowed in input.parameters[policy].allowPaths
	data.lib.glob.match(object.get(allowed, "detector", "*"), null, finding.detector)
	data.lib.glob.match(allowed.path, null, input.file.name)
}

# METADATA
# description: Reports whether the finding in a file is for committed-secret.
committed(finding) if {
	finding.place == "file"
	not allowed(finding, "committed-secret")
}

# METADATA
# description: |
#   Which policies may report the same defect. The value of a secret in one of this stack's managers is for
#   secret-value-in-program, also where that lets it stand; raw-secret-resource may say no to the secret itself.
yields(finding) := array.concat(
	[
		{"policy": "secret-value-in-program", "urn": finding.urn, "owns": true},
		{"policy": "raw-secret-resource", "urn": finding.urn},
	],
	data.lib.credential.yields(finding),
) if {
	_stored(finding)
} else := data.lib.credential.yields(finding)

# METADATA
# description: |
#   Reports whether it is a value in one of this stack's managers that may have been set by hand: with ignoreChanges on it the
#   engine shows the old input. What tells by its format, or stands in the config too, has been in a program.
by_hand(finding) if {
	finding.ignored
	_stored(finding)
	not finding.reason in {"format", "extra-pattern"}
	not finding.source.kind == "config"
}

# METADATA
# description: The one to report of several findings at the same place, the one that says most about the value.
foremost(findings) := sort([[object.get(_rank, finding.reason, 9), inner(finding), finding.detector, finding] | some finding in findings])[0][3]

# METADATA
# description: The key of a violation by which it is about a finding; none for what is no entry of input.findings.
about(finding) := {"finding": finding.id} if finding.id

else := {}

# METADATA
# description: The place as a person writes it.
place(finding) := data.lib.program.at(finding)

# METADATA
# description: The place inside the document that the property holds, empty where there is none.
inner(finding) := object.get(finding, "inner", "")

# METADATA
# description: The place with the place inside the document.
where(finding) := place(finding) if inner(finding) == ""

where(finding) := $"{place(finding)}, in {inner(finding)}" if inner(finding) != ""

# METADATA
# description: What stands there, to begin a sentence with.
subject(finding) := $"{_form[finding.form]} {source(finding)}" if {
	finding.reason == "known-secret"
} else := $"{upper(substring(finding.title, 0, 1))}{substring(finding.title, 1, -1)}"

# METADATA
# description: Where a known secret comes from.
source(finding) := $"secret config `{finding.source.path}`" if {
	finding.source.kind == "config"
	not data.lib.program.terraform
}

source(finding) := $"the sensitive variable `{data.lib.program.config(finding.source.path)}`" if {
	finding.source.kind == "config"
	data.lib.program.terraform
}

source(finding) := $"the secret `{object.get(finding.source, "shown", finding.source.path)}` of {_resource(finding.source.urn)}" if {
	finding.source.kind in {"input", "output"}
}

source(finding) := $"what {_resource(finding.source.urn)} generates" if {
	finding.source.kind == "generator"
}

# METADATA
# description: Why it counts as a secret, in one sentence.
why(finding) := _why[finding.reason] if {
	not finding.reason in {"format", "key-name"}
} else := $"Its format tells, whatever its name ({finding.detector})." if {
	finding.reason == "format"
} else := $"Its name tells: `{_written_as(finding)}`."

# The name as the program writes it.
_written_as(finding) := object.get(finding, "keyShown", finding.key)

# METADATA
# description: What else there is to say about the place, with a space in front; empty where there is nothing.
remarks(finding, findings) := concat("", array.concat(
	[$" So does what is in {concat(", ", others)}." | others := _others(finding, findings); others != []],
	[$" With {data.lib.program.ignored} on it the engine shows the old input, not the program's." | finding.ignored],
))

_stored(finding) if {
	finding.covered
	finding.own
}

_stored(finding) if {
	finding.covered
	finding.manager in data.lib.settings.managers
}

_rank := {"known-secret": 0, "format": 1, "extra-pattern": 2, "secret-property": 3, "key-name": 4, "unknown-output": 5, "hardcoded": 6}

_form := {
	"equal": "A copy of",
	"contained": "A text with",
	"base64": "The base64 of",
	"url-encoded": "A URL-encoded copy of",
	"json-escaped": "A JSON-escaped copy of",
	"hex": "A hexadecimal copy of",
}

_why := {
	"extra-pattern": "It fits a pattern of the setting extraPatterns.",
	"secret-property": "The property takes a secret, whatever the name.",
	"known-secret": $"Elsewhere in this {data.lib.program.stack} it is kept {data.lib.program.sensitive}; there it can be read in the state and in the cloud.",
}

_others(finding, findings) := [other |
	some other in sort({inner(found) | some found in findings})
	not other in {"", inner(finding)}
]

# The name of a resource of Terraform is its address, in which the type stands.
_resource(urn) := $"`{resource(urn)}`" if {
	data.lib.program.terraform
} else := $"`{resource(urn)}` ({_type(urn)})"

# METADATA
# description: The name of a resource by its URN, which for Terraform is its address.
resource(urn) := concat("::", array.slice(parts, 3, count(parts))) if parts := split(urn, "::")

_type(urn) := types[count(types) - 1] if types := split(split(urn, "::")[2], "$")
