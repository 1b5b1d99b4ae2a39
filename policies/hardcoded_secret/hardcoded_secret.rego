# METADATA
# title: Secrets come from secret config or the resource that issues them, not from the program
# description: |
#   Marking a value secret hides it, but says nothing about where it came from: SDKs also mark literals in inputs that
#   they know to be secret. The policy reports an input that is marked secret if its value comes neither from secret
#   config nor from another resource of the stack. Such a value is a literal, or the program looked it up (an invoke,
#   a file, an environment variable, another stack), which the engine does not show.
#
#   If a map or document is marked as a whole, or its name is too general, the content decides: ordinary members, URLs
#   and scripts without a secret are allowed. Values written into a secrets manager are left to
#   secret-value-in-program.
#
#   A Terraform plan shows its configuration. A constant, the default of a variable or a module argument in an
#   attribute that the provider marks sensitive is denied whatever it looks like, and reported where it is written. If
#   the plan does not show the expression (a local value, a function), the policy is undecided.
# custom:
#   level: advisory
#   levels: {terraform: mandatory}
#   kinds:
#     literal: {since: 0.2.0, title: A literal in a sensitive attribute of a Terraform plan}
#     not-shown: {since: 0.2.0, title: A sensitive value whose expression a Terraform plan does not show}
#   severity: high
#   scope: stack
#   needsConfiguration: true
#   standard: [S3]
#   tags: [secrets, literals]
#   applies:
#     findings: [property]
#   remediation: |
#     1. Literal: rotate it and remove it from the program. Marking it secret or sensitive hides it from the output,
#        not from the code. Let the service issue or generate the value, have the workload read it from the secrets
#        manager, or pass config.requireSecret (Terraform: a variable with sensitive = true, or a write-only argument
#        fed by an ephemeral resource).
#     2. Value that the program looks up and the provider needs: add its path to allowPaths.
#   parameters:
#     properties:
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
package policies.hardcoded_secret

deny contains violation if {
	not data.lib.program.terraform
	some [urn, path], findings in _at
	finding := data.lib.finding.foremost(findings)

	violation := object.union(data.lib.finding.about(finding), {
		"message": concat("\n", [
			$"The secret at {data.lib.finding.where(finding)} is hard-coded or looked up by the program: it comes neither from secret config nor from another resource.{data.lib.finding.remarks(finding, findings)}",
			_instead("If hard-coded, rotate it."),
		]),
		"path": path,
		"urn": urn,
		"yields": data.lib.finding.yields(finding),
	})
}

# The configuration in a plan proves that the value is not looked up.
deny contains violation if {
	some [urn, path], findings in _written_at
	finding := data.lib.finding.foremost(findings)

	violation := object.union(data.lib.finding.about(finding), {
		"message": concat("\n", [
			$"The secret at {data.lib.finding.where(finding)}{_taken(finding, urn)} is hard-coded in {_writer(finding.literal)}.{_more(findings)}",
			_instead("Rotate it."),
		]),
		"path": path,
		"urn": urn,
		"yields": array.concat(data.lib.finding.yields(finding), _config(finding)),
		"kind": "literal",
	})
}

undecided contains violation if {
	data.lib.program.terraform
	some [urn, path], findings in _at
	finding := data.lib.finding.foremost(findings)

	violation := object.union(data.lib.finding.about(finding), {
		"message": concat("\n", [
			$"Cannot tell whether the secret at {data.lib.finding.where(finding)} is hard-coded or looked up: the plan does not show its expression.{data.lib.finding.remarks(finding, findings)}",
			_instead("If hard-coded, rotate it."),
		]),
		"path": path,
		"urn": urn,
		"yields": data.lib.finding.yields(finding),
		"kind": "not-shown",
	})
}

_instead(rotate) := $"{rotate} Let the service issue it or read it from the secrets manager at run time; otherwise use {data.lib.advice.pass}."

_mine contains finding if {
	some finding in input.findings
	finding.reason == "hardcoded"
	not data.lib.finding.by_hand(finding)
	not data.lib.finding.allowed(finding, "hardcoded-secret")
}

# Where the literal is written, so that one default used by many resources is one violation. The value of a secret in a
# manager stays at its own path, which other policies decide on.
_place(finding) := [finding.urn, finding.path] if {
	finding.covered
} else := [finding.literal.urn, finding.literal.path]

_written_at := {place: findings |
	some one in _mine
	one.literal
	place := _place(one)
	findings := {finding | some finding in _mine; finding.literal; place == _place(finding)}
}

_taken(finding, urn) := "" if {
	urn == finding.urn
} else := $" of `{data.lib.finding.resource(finding.urn)}`"

_more(findings) := " Another argument uses it too." if {
	count(findings) == 2
} else := $" {count(findings) - 1} other arguments use it too." if {
	count(findings) > 2
} else := ""

_writer(literal) := $"the default of variable `{trim_prefix(literal.block, "var.")}`{_of(literal)}" if {
	literal.kind == "default"
} else := $"argument `{literal.name}` of `{concat(".", _address(literal))}`" if {
	literal.kind == "argument"
} else := $"the value of output `{trim_prefix(literal.block, "output.")}`{_of(literal)}" if {
	literal.kind == "output"
} else := $"for_each of `{concat(".", _address(literal))}`" if {
	literal.name == "for_each"
} else := "the configuration"

_of(literal) := $" of `{literal.module}`" if {
	literal.module
} else := ""

_address(literal) := [part | some part in [object.get(literal, "module", ""), literal.block]; part != ""]

# The default of a root variable is configuration too, and its value if no other is set.
_config(finding) := [{"policy": "plaintext-secret-config", "urn": finding.literal.urn, "path": path} |
	some space in ["default:", "var:"]
	name := concat("", [space, trim_prefix(finding.literal.path[0], "default:")])
	path := array.concat([name], array.slice(finding.literal.path, 1, count(finding.literal.path)))
] if {
	finding.literal.kind == "default"
	not finding.literal.module
} else := []

# By path. A rule of the form _at[place] contains finding would search all paths for each finding.
_at := {place: findings |
	some one in _mine
	not one.literal
	place := [one.urn, one.path]
	findings := {finding | some finding in _mine; not finding.literal; place == [finding.urn, finding.path]}
}
