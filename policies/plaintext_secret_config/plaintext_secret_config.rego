# METADATA
# title: No plaintext secret stands in the stack's config
# description: |
#   A config value that is a secret, or holds one, is encrypted. It is reported on the stack itself, before anything is
#   created. Long-lived cloud keys of provider config such as aws:secretKey are for static-credential. Encrypted config passes unless the parameter
#   secretConfig says otherwise: to the letter, the standard wants secrets in the secrets manager alone.
# custom:
#   level: mandatory
#   severity: critical
#   standard: [S4]
#   tags: [secrets, plaintext, config]
#   applies:
#     findings: [config]
#     types: ["pulumi:pulumi:Stack"]
#   remediation: |
#     1. Rotate the value: the old one stays in the git history of the stack's file.
#     2. Set the new one with the command that the message names; it asks for the value, so that none ends up in the
#        history of the shell. A value under config in Pulumi.yaml cannot be encrypted: remove it there.
#     3. Better still, keep it in the secrets manager and let what runs read it there.
#     4. What is no secret: name it in allowKeys or allowPaths.
#   parameters:
#     properties:
#       allowKeys:
#         description: Globs over names that do not make a value a secret, such as *PublicToken; * and ? stand for characters, case does not count.
#         type: array
#         items:
#           type: string
#           pattern: '[^*?]'
#         default: []
#       allowPaths:
#         description: Places that pass, each a glob over the path as messages write it and, if given, one over the resource's type token.
#         type: array
#         items:
#           type: object
#           additionalProperties: false
#           required: [path]
#           properties:
#             type:
#               description: A glob over the type token; without it, any.
#               type: string
#               minLength: 1
#             path:
#               description: A glob over the path; * stands for any characters.
#               type: string
#               pattern: '[^*?]'
#         default: []
#       secretConfig:
#         description: What to say of secrets in encrypted config, nothing (allow), an advisory (warn) or a violation (deny).
#         type: string
#         enum: [allow, warn, deny]
#         default: allow
package policies.plaintext_secret_config

deny contains violation if {
	some [urn, path], findings in _at
	finding := data.lib.finding.foremost(findings)

	violation := {
		"message": concat("\n", [
			$"{data.lib.finding.subject(finding)} stands in plaintext in config at {data.lib.finding.where(finding)}.{data.lib.finding.remarks(finding, findings)}",
			_command(finding),
			$"Rotate it, since it stays in the git history of Pulumi.{input.run.stack}.yaml; what Pulumi.yaml sets under config cannot be encrypted, remove it there.",
		]),
		"path": path,
		"urn": urn,
	}
}

deny contains violation if {
	input.resource.type == "pulumi:pulumi:Stack"
	input.parameters["plaintext-secret-config"].secretConfig == "deny"
	some key in _encrypted

	violation := {"message": _message(key), "path": [key]}
}

deny contains violation if {
	input.resource.type == "pulumi:pulumi:Stack"
	input.parameters["plaintext-secret-config"].secretConfig == "warn"
	some key in _encrypted

	violation := {"message": _message(key), "path": [key], "level": "advisory"}
}

_mine contains finding if {
	some finding in input.findings
	finding.place == "config"
	not finding.marked
	not data.lib.finding.owned(finding)
	not data.lib.finding.allowed(finding, "plaintext-secret-config")
}

_command(finding) := $"Encrypt it: {_set(finding)} (it asks for the value)." if not finding.cloud

_command(finding) := $"{data.lib.advice.login}, and remove it: pulumi config rm {_key(finding)}. Where it has to stay: {_set(finding)}." if {
	finding.cloud
}

_set(finding) := $"pulumi config set --secret {_key(finding)}"

_key(finding) := finding.path[0] if count(finding.path) == 1

# A part of a structured value, in the shell's quotes.
_key(finding) := $"--path '{replace(data.lib.finding.place(finding), "'", `'\''`)}'" if count(finding.path) > 1

_encrypted contains entry.key if {
	some entry in input.config
	entry.secret
	finding := {"reason": "config", "place": "config", "type": input.resource.type, "path": [entry.key]}
	not data.lib.finding.allowed(finding, "plaintext-secret-config")
}

_message(key) := concat("\n", [
	$"Config {key} is a secret, and by the parameter secretConfig none stands in config, encrypted or not.",
	$"Keep it in the secrets manager, set by hand, and read it at run time; once nothing reads it here: pulumi config rm {key}.",
])

# By place. A rule of the form _at[place] contains finding would look at all places for each finding.
_at := {place: findings |
	some one in _mine
	place := [one.urn, one.path]
	findings := {finding | some finding in _mine; place == [finding.urn, finding.path]}
}
