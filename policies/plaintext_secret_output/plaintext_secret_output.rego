# METADATA
# title: No plaintext secret stands in a stack output
# description: |
#   A stack output that holds a secret is marked secret. An output that is not known yet, is not marked and has the name of
#   a password, token, key or secret is undecided in a preview, since for programs in Go and YAML the engine loses the mark
#   of what is not known yet; the update decides. Where all programs are in TypeScript or Python, set onUnknown to deny.
#   A marked output passes, yet a secret that nobody reads is best not exported at all.
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
#     2. Where it must be exported, export pulumi.secret(...), or name the output in additionalSecretOutputs of the
#        resource that it comes from. Do not take the mark off with unsecret.
#     3. Rotate a secret that has been an output: it stays in the state's history.
#     4. What is no secret: name it in allowKeys or allowPaths.
#   parameters:
#     properties:
#       allowKeys:
#         allows: names
#         description: Globs over names that do not make a value a secret, such as *PublicToken; * and ? stand for characters, case does not count.
#         type: array
#         relaxes: more
#         items:
#           type: string
#           format: glob
#           pattern: '[^*?]'
#         default: []
#       allowPaths:
#         allows: outputs
#         description: Places that pass, each a glob over the path as messages write it and, if given, one over the resource's type token.
#         type: array
#         relaxes: more
#         items:
#           type: object
#           additionalProperties: false
#           required: [path]
#           properties:
#             type:
#               description: A glob over the type token; without it, any.
#               type: string
#               format: glob
#               minLength: 1
#             path:
#               description: A glob over the path; * stands for any characters.
#               type: string
#               format: glob
#               pattern: '[^*?]'
#         default: []
package policies.plaintext_secret_output

_advice := "Output a reference to it, such as its ARN, or nothing; else set sensitive = true on the output, though the state still holds it." if {
	data.lib.program.terraform
} else := "Export a reference to it, such as its ARN, or nothing; else pulumi.secret(...), or additionalSecretOutputs on the resource it comes from."

_output := "output" if {
	data.lib.program.terraform
} else := "stack output"

deny contains violation if {
	some [urn, path], findings in _at
	finding := data.lib.finding.foremost(findings)
	finding.reason != "unknown-output"

	violation := object.union(data.lib.finding.about(finding), {
		"message": concat("\n", [
			$"{data.lib.finding.subject(finding)} stands in plaintext in the {_output} {data.lib.finding.where(finding)}.{data.lib.finding.remarks(finding, findings)}",
			data.lib.finding.why(finding),
			_advice,
		]),
		"path": path,
		"urn": urn,
	})
}

# For programs in Go and YAML the engine loses the mark of an output that is not known yet, so none of these is certain.
undecided contains violation if {
	some [urn, path], findings in _at
	finding := data.lib.finding.foremost(findings)
	finding.reason == "unknown-output"

	violation := object.union(data.lib.finding.about(finding), {
		"message": $"The {_output} {data.lib.finding.where(finding)} may be plaintext once it is known, and {_name(finding)}.\n{_advice}",
		"path": path,
		"urn": urn,
	})
}

_name(finding) := "its name is that of a password" if finding.tier == "password"

_name(finding) := "by its name it may be a secret" if finding.tier != "password"

_mine contains finding if {
	some finding in input.findings
	finding.place == "output"
	not finding.marked
	not data.lib.finding.allowed(finding, "plaintext-secret-output")
}

# By place. A rule of the form _at[place] contains finding would look at all places for each finding.
_at := {place: findings |
	some one in _mine
	place := [one.urn, one.path]
	findings := {finding | some finding in _mine; place == [finding.urn, finding.path]}
}
