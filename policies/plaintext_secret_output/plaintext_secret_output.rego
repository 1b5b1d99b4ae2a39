# METADATA
# title: No plaintext secrets in stack outputs
# description: |
#   A stack output that contains a secret must be marked secret. Identifiers are allowed whatever their name: the id,
#   ARN or name of a resource in the stack, and values under names such as secretArns. An output that is marked secret
#   is allowed, but a secret that nobody reads is best not exported.
#
#   In a preview, outputs that are unknown, not marked, and named like a password, token, key or secret are reported
#   together as one undecided finding: programs send no mark for unknown values, so the update decides. A secret found
#   by an update is already in the state and must be rotated.
# custom:
#   level: mandatory
#   severity: critical
#   scope: stack
#   standard: [S5]
#   tags: [secrets, plaintext, outputs]
#   applies:
#     findings: [output]
#   remediation: |
#     1. Do not export the secret. Export where it is kept, such as its ARN, and let the reader fetch it there.
#     2. If it must be exported, use pulumi.secret(...), or additionalSecretOutputs on the resource that it comes from
#        (Terraform: sensitive = true on the output). Do not remove the mark with unsecret.
#     3. Rotate a secret that has been an output: it remains in the history of the state.
#     4. Value that is not a secret: add its name to allowKeys or its path to allowPaths.
#   parameters:
#     properties:
#       allowKeys:
#         allows: names
#         description: Globs over names that do not make a value a secret, such as *PublicToken. * matches any characters, ? one; case is ignored.
#         type: array
#         relaxes: more
#         items:
#           type: string
#           format: glob
#           pattern: '[^*?]'
#           expected: a glob with more than * and ?
#         default: []
#       allowPaths:
#         allows: outputs
#         description: Paths to allow, each with a glob over the path as messages show it and, optionally, one over the resource's type token.
#         type: array
#         relaxes: more
#         items:
#           type: object
#           additionalProperties: false
#           required: [path]
#           properties:
#             type:
#               description: A glob over the type token. Without it, every type matches.
#               type: string
#               format: glob
#               minLength: 1
#             path:
#               description: A glob over the path; * matches any characters.
#               type: string
#               format: glob
#               pattern: '[^*?]'
#               expected: a glob with more than * and ?
#         default: []
package policies.plaintext_secret_output

_advice := "Output a reference such as its ARN, or nothing. If it must be an output, set sensitive = true; the state still contains it." if {
	data.lib.program.terraform
} else := "Export a reference such as its ARN, or nothing. If it must be exported, use pulumi.secret(...) or the resource's additionalSecretOutputs."

_output := "Output" if {
	data.lib.program.terraform
} else := "Stack output"

deny contains violation if {
	some [urn, path], findings in _at
	finding := data.lib.finding.foremost(findings)
	finding.reason != "unknown-output"

	violation := object.union(data.lib.finding.about(finding), {
		"message": concat("\n", [
			$"{_output} `{data.lib.finding.place(finding)}` {data.lib.finding.plaintext(finding)}.{data.lib.finding.remarks(finding, findings)}",
			$"{_stored}{_advice}",
		]),
		"path": path,
		"urn": urn,
	})
}

# Programs lose the mark of an unknown output, so none of these is certain.
undecided contains violation if {
	some urn, places in _open
	count(places) > 0

	violation := {
		"message": $"{_named(places)} not known until the {_deployment}.\n{_wait}",
		"path": [],
		"urn": urn,
	}
}

# Only a preview has not stored it in the state.
_stored := "" if {
	input.run.dryRun
} else := "Rotate it: the state already contains it. "

_deployment := "apply" if {
	data.lib.program.terraform
} else := "update"

_wait := "Not marked sensitive: output a reference such as an ARN instead, or set sensitive = true." if {
	data.lib.program.terraform
} else := "Outputs that the program marks secret are fine: a preview cannot show the mark on unknown values. For anything else, export a reference such as an ARN."

_named([place]) := $"{_output} {place} is named like a secret, and its value is"

_named(places) := $"{_output}s {concat(", ", array.slice(places, 0, _listed))}{_more(count(places) - _listed)} are named like secrets, and their values are" if count(places) > 1

_listed := 10

_more(n) := $" and {n} more" if {
	n > 0
} else := ""

_open[urn] := places if {
	some urn in {urn | some [urn, _], _ in _at}
	places := sort([data.lib.finding.where(finding) |
		some [of, _], findings in _at
		of == urn
		finding := data.lib.finding.foremost(findings)
		finding.reason == "unknown-output"
	])
}

_mine contains finding if {
	some finding in input.findings
	finding.place == "output"
	not finding.marked
	not data.lib.finding.allowed(finding, "plaintext-secret-output")
}

# By location. A rule of the form _at[place] contains finding would search all locations for each finding.
_at := {place: findings |
	some one in _mine
	place := [one.urn, one.path]
	findings := {finding | some finding in _mine; place == [finding.urn, finding.path]}
}
