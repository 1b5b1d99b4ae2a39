# METADATA
# title: A secret comes from secret config or from the resource that issues it, not from the program
# description: |
#   A mark hides a value, it does not say where the value came from: SDKs mark what they know to be secret, a literal in the
#   program too. A marked input whose value comes neither from secret config nor from another resource of the stack is a
#   literal, or was looked up by the program (an invoke, a file, an environment variable, another stack), which the
#   engine does not show. Of what is marked as a whole, and under a name that says nothing, the content counts: an ordinary
#   member, a URL or a script without a secret in it passes. Values that are written into a secrets manager belong to secret-value-in-program.
# custom:
#   level: advisory
#   severity: high
#   scope: stack
#   needsConfiguration: true
#   standard: [S3]
#   tags: [secrets, literals]
#   applies:
#     findings: [property]
#   remediation: |
#     1. A literal: take it out of the program and rotate it. Let the service issue or generate the value, let what runs
#        read it from the secrets manager, or pass config.requireSecret.
#     2. A value that the program looks up and that the provider needs: name its place in allowPaths.
#   parameters:
#     properties:
#       allowPaths:
#         allows: properties
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
package policies.hardcoded_secret

deny contains violation if {
	some [urn, path], findings in _at
	finding := data.lib.finding.foremost(findings)

	violation := object.union(data.lib.finding.about(finding), {
		"message": concat("\n", [
			$"The secret at {data.lib.finding.where(finding)} is a literal, or looked up by the program.{data.lib.finding.remarks(finding, findings)}",
			_nowhere,
			$"Let the service issue it or read it at run time from the secrets manager; else pass {data.lib.advice.pass}. Rotate a literal.",
		]),
		"path": path,
		"urn": urn,
		"yields": data.lib.finding.yields(finding),
	})
}

_nowhere := "It is sensitive, yet comes neither from a sensitive variable nor from another resource." if {
	data.lib.program.terraform
} else := "It is marked, yet comes neither from secret config nor from another resource of this stack."

_mine contains finding if {
	some finding in input.findings
	finding.reason == "hardcoded"
	not data.lib.finding.by_hand(finding)
	not data.lib.finding.allowed(finding, "hardcoded-secret")
}

# By place. A rule of the form _at[place] contains finding would look at all places for each finding.
_at := {place: findings |
	some one in _mine
	place := [one.urn, one.path]
	findings := {finding | some finding in _mine; place == [finding.urn, finding.path]}
}
