# METADATA
# title: No plaintext secret stands in a resource's properties
# description: |
#   No input of a resource or provider, and no output of a component, holds a secret that is not marked secret. What counts:
#   known token formats, values under names like password or api_key, values of properties that take a secret, patterns
#   of the settings, and copies of what the stack keeps secret, encoded ones too. It looks into JSON, YAML, user data
#   and base64. References, placeholders, hashes, ciphertexts and public keys are no secrets. docs/reference/secrets.md says more.
#   A marked input of which the provider keeps an unmarked copy in the state is an advisory.
# custom:
#   kinds:
#     stored-copy: {since: 0.2.0, title: A copy of an encrypted input that the provider keeps in plaintext}
#   level: mandatory
#   severity: critical
#   scope: both
#   standard: [S3, S10]
#   tags: [secrets, plaintext]
#   applies:
#     findings: [property]
#   remediation: |
#     1. Take the value out of the program. What runs reads it from the secrets manager at run time, by reference.
#     2. Where the provider needs the value itself, pass it as a secret: config.requireSecret, or the output of the
#        resource that issues it. Never take a secret apart with unsecret, get or a plain variable.
#     3. Rotate what was written down: it stays in the state's history and in git.
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
#           expected: a glob that says more than * or ?
#         default: []
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
#               expected: a glob that says more than * or ?
#         default: []
package policies.plaintext_secret_property

deny contains violation if {
	some [urn, path], findings in _at
	finding := data.lib.finding.foremost(findings)

	violation := object.union(data.lib.finding.about(finding), {
		"message": concat("\n", [
			$"`{data.lib.finding.place(finding)}` {data.lib.finding.plaintext(finding)}.{data.lib.finding.remarks(finding, findings)}",
			data.lib.advice.instead(finding),
		]),
		"path": path,
		"urn": urn,
		"yields": data.lib.finding.yields(finding),
	})
}

# What a provider keeps in plaintext is none of the program's doing: it is advice, once for each resource.
deny contains violation if {
	some urn, findings in _kept
	finding := sort([[_depth(finding), finding] | some finding in findings])[0][1]

	violation := object.union(data.lib.finding.about(finding), {
		"message": concat("\n", [
			$"The state contains a plaintext copy of an encrypted input, stored by the provider at {data.lib.finding.where(finding)}{_others(count(findings) - 1)}.",
			"Rotate it, then run `pulumi refresh` with a current provider version to rewrite the copy. Older states in the backend's history keep the old value.",
		]),
		"path": finding.path,
		"urn": urn,
		"level": "advisory",
		"kind": "stored-copy",
	})
}

_kept[urn] contains finding if {
	some finding in input.findings
	finding.reason == "stored-copy"
	not data.lib.finding.allowed(finding, "plaintext-secret-property")
	urn := finding.urn
}

# Copies under __inputs, which name the input, come first.
_depth(finding) := 0 if finding.path[0] == "__inputs"

_depth(finding) := 1 if finding.path[0] != "__inputs"

_others(0) := ""

_others(1) := " and at 1 other place"

_others(n) := $" and at {n} other places" if n > 1

_mine contains finding if {
	some finding in input.findings
	finding.place == "property"
	finding.reason != "stored-copy"
	not finding.marked
	not data.lib.finding.by_hand(finding)
	not data.lib.finding.allowed(finding, "plaintext-secret-property")
}

# By place. A rule of the form _at[place] contains finding would look at all places for each finding.
_at := {place: findings |
	some one in _mine
	place := [one.urn, one.path]
	findings := {finding | some finding in _mine; place == [finding.urn, finding.path]}
}
