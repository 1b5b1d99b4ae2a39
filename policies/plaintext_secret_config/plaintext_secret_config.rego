# METADATA
# title: No plaintext secrets in stack config
# description: |
#   A config value that is or contains a secret must be encrypted. The policy reports it on the stack itself, before
#   anything is created, and in Pulumi.yaml and Pulumi.*.yaml of a repository, with the line. In a preview, long-lived
#   cloud keys in provider config such as aws:secretKey are left to static-credential.
#
#   Encrypted config is allowed unless the parameter secretConfig says otherwise: read strictly, the standard wants
#   secrets only in the secrets manager. The parameter secretsProviders restricts what may encrypt it.
# custom:
#   level: mandatory
#   severity: critical
#   needsConfiguration: true
#   standard: [S4]
#   tags: [secrets, plaintext, config]
#   applies:
#     findings: [config]
#     types: ["pulumi:pulumi:Stack"]
#     repository: [config, secrets-provider]
#   remediation: |
#     1. Rotate the value: the old one remains in the git history of the stack file.
#     2. Set the new one with the command in the message. It prompts for the value, which keeps it out of the shell
#        history. A value under config in Pulumi.yaml cannot be encrypted: remove it there.
#        Terraform: declare the variable with sensitive = true and no default, and set TF_VAR_NAME.
#     3. Better, keep it in the secrets manager and have the workload read it there.
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
#         allows: config
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
#       secretConfig:
#         description: 'What secrets in encrypted config are: allowed (allow), an advisory (warn) or a violation (deny).'
#         type: string
#         relaxes: [deny, warn, allow]
#         enum: [allow, warn, deny]
#         default: allow
#       secretsProviders:
#         description: The secrets providers that stack files in a repository may use, such as awskms; default is Pulumi Cloud, used if a file sets none. Without it, every provider is allowed.
#         type: array
#         relaxes: more-or-none
#         items:
#           type: string
#           enum: [awskms, azurekeyvault, default, gcpkms, hashivault, passphrase]
#         default: []
package policies.plaintext_secret_config

deny contains violation if {
	some [urn, path], findings in _at
	finding := data.lib.finding.foremost(findings)

	violation := object.union(data.lib.finding.about(finding), {
		"message": concat("\n", [
			$"{_config} `{data.lib.finding.place(finding)}` {data.lib.finding.plaintext(finding)}.{data.lib.finding.remarks(finding, findings)}",
			_command(finding),
		]),
		"path": path,
		"urn": urn,
		"yields": data.lib.finding.yields(finding),
	})
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
	not data.lib.finding.allowed(finding, "plaintext-secret-config")
}

_config := "Variable" if {
	data.lib.program.terraform
} else := "Config"

_command(finding) := _variable(finding) if data.lib.program.terraform

_variable(finding) := "Rotate it and remove the default: sensitive = true hides it in output, not from anyone who reads the code." if {
	startswith(finding.path[0], "default:")
} else := $"Log in with {data.lib.advice.login}, then delete the key and remove the variable." if {
	finding.cloud
} else := $"Rotate it: plans keep it. Declare the variable with sensitive = true and no default, and set TF_VAR_{trim_prefix(finding.path[0], "var:")}, not a .tfvars file."

_command(finding) := $"Rotate it: git history keeps the old value. Encrypt the new one with `{_set(finding)}` (it prompts for the value)." if {
	not data.lib.program.terraform
	not finding.cloud
}

_command(finding) := $"Log in with {data.lib.advice.login}, then delete the key and run `pulumi config rm {_stack}{_key(finding)}`. To keep one, rotate it: `{_set(finding)}`." if {
	not data.lib.program.terraform
	finding.cloud
}

_set(finding) := $"pulumi config set --secret {_stack}{_key(finding)}"

_stack := $"--stack {_quoted(input.file.stack)} " if {
	input.file.stack
} else := ""

_key(finding) := _quoted(finding.path[0]) if count(finding.path) == 1

# A part of a structured value.
_key(finding) := $"--path {_quoted(data.lib.finding.place(finding))}" if count(finding.path) > 1

# Quotes a name for a shell: the author of the file chooses the name, and users copy the command.
_quoted(name) := name if {
	regex.match(`^[A-Za-z0-9_.:/@%+=,-]+$`, name)
} else := $"'{replace(replace(name, "'", `'\''`), "\n", " ")}'"

_encrypted contains entry.key if {
	some entry in input.config
	entry.secret
	finding := {
		"reason": "config", "place": "config", "type": input.resource.type, "path": [entry.key],
		"shown": data.lib.program.config(entry.key),
	}
	not data.lib.finding.allowed(finding, "plaintext-secret-config")
}

_message(key) := concat("\n", [
	$"Variable `{data.lib.program.config(key)}` is sensitive, and the parameter secretConfig forbids secrets in variables.",
	"Set it by hand in the secrets manager and read it at run time, or make the variable ephemeral and pass it to a write-only argument.",
]) if {
	data.lib.program.terraform
} else := concat("\n", [
	$"Config `{key}` is a secret, and the parameter secretConfig forbids secrets in config, encrypted or not.",
	$"Set it by hand in the secrets manager and read it at run time. Once nothing reads it from config: `pulumi config rm {_quoted(key)}`.",
])

# By location. A rule of the form _at[place] contains finding would search all locations for each finding.
_at := {place: findings |
	some one in _mine
	place := [one.urn, one.path]
	findings := {finding | some finding in _mine; place == [finding.urn, finding.path]}
}
