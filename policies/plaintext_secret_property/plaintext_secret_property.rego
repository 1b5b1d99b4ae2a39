# METADATA
# title: No plaintext secrets in resource properties
# description: |
#   An input of a resource or provider, or an output of a component, must not contain a secret that is not marked
#   secret. The policy detects known token formats, values under names such as password or api_key, values of
#   properties that take a secret, matches of extraPatterns, and copies, even encoded ones, of values that the stack
#   keeps secret. It looks into JSON, YAML, user data and base64.
#
#   References, placeholders, hashes, ciphertexts and public keys are not secrets. docs/reference/secrets.md has the
#   details.
#
#   If the provider stores a plaintext copy of an encrypted input in the state, the policy reports an advisory.
# custom:
#   kinds:
#     stored-copy: {since: 0.2.0, title: "A plaintext copy of an encrypted input, stored by the provider"}
#   level: mandatory
#   severity: critical
#   scope: both
#   standard: [S3, S10]
#   tags: [secrets, plaintext]
#   applies:
#     findings: [property]
#   remediation: |
#     1. Remove the value from the program. Have the workload read it from the secrets manager at run time, by
#        reference.
#     2. If the provider needs the value itself, pass it as a secret: config.requireSecret, or the output of the
#        resource that issues it (Terraform: a variable with sensitive = true, or a write-only argument). Do not
#        unwrap secrets with unsecret, get or a plain variable; build strings with pulumi.interpolate.
#     3. Rotate the value: it remains in the history of the state and in git.
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
#         allows: properties
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

# A copy that a provider stores is not the program's fault: it is an advisory, once per resource.
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

# Copies under __inputs, which show the input, come first.
_depth(finding) := 0 if finding.path[0] == "__inputs"

_depth(finding) := 1 if finding.path[0] != "__inputs"

_others(0) := ""

_others(1) := " and 1 other path"

_others(n) := $" and {n} other paths" if n > 1

_mine contains finding if {
	some finding in input.findings
	finding.place == "property"
	finding.reason != "stored-copy"
	not finding.marked
	not data.lib.finding.by_hand(finding)
	not data.lib.finding.allowed(finding, "plaintext-secret-property")
}

# By location. A rule of the form _at[place] contains finding would search all locations for each finding.
_at := {place: findings |
	some one in _mine
	place := [one.urn, one.path]
	findings := {finding | some finding in _mine; place == [finding.urn, finding.path]}
}
