# METADATA
# title: A workload reads its secrets at run time, and is not handed their values
# description: |
#   No value that is marked secret stands in the environment of a function, a container or an app, in the user data or
#   metadata of a machine, in a tag, or among the arguments of a build. The mark hides it in the state; whoever may read
#   the resource in the cloud reads the value too. References pass: valueFrom, secretKeyRef, `secrets` of ECS,
#   @Microsoft.KeyVault(…), the name or ARN of a secret; and so does what the cloud does not show again, such as
#   secureValue. Marks spread to whatever is built from a secret: hosts, ports, users, regions, names and URLs without a
#   password pass, and of a map or script that is marked as a whole only the secrets in it count, once and together.
#   A literal is left to hardcoded-secret. The places are rows of rego/catalogue/workloads.jsonl.
# custom:
#   since: 0.2.0
#   level: advisory
#   severity: medium
#   scope: stack
#   standard: [S3]
#   tags: [secrets, workloads]
#   applies:
#     findings: [property]
#   remediation: |
#     1. Hand over where the secret is, not what it is: its name, its ARN, or the reference that the service resolves
#        when it starts the workload. The message names the way of the service.
#     2. Allow the workload's own identity to read that secret, and nobody else.
#     3. Rotate the value: it stays in old revisions, in the machine's metadata and in the layers of the image.
#     4. What cannot read a secret by itself: name its place in allowPaths.
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
#               expected: a glob that says more than * or ?
#         default: []
package policies.secret_in_workload

deny contains violation if {
	some finding in input.findings
	finding.reason == "handed"
	not data.lib.finding.allowed(finding, "secret-in-workload")

	violation := object.union(data.lib.finding.about(finding), {
		"message": $"{_subject(finding)} is {_where[finding.workload.kind]}, {_marked} or not.{data.lib.finding.remarks(finding, {finding})}\n{finding.workload.instead}",
		"path": finding.path,
		"urn": finding.urn,
		"yields": _yields(finding),
	})
}

_subject(finding) := $"The secret at {data.lib.finding.where(finding)}{_comma(finding)}" if {
	not finding.workload.whole
} else := $"The value at {data.lib.finding.where(finding)} contains a secret and"

_comma(finding) := "" if {
	data.lib.finding.inner(finding) == ""
} else := ","

_where := {
	"environment": "in the environment of a workload, visible to anyone who can read the resource",
	"boot": "in a machine's boot data, visible to anything on the machine and anyone who can describe it",
	"tag": "in a tag or label, visible to anyone who can list resources",
	"build": "in a build argument, visible to anyone who has the image or can read the build",
}

_marked := "sensitive" if {
	data.lib.program.terraform
} else := "marked secret"

# A literal is one defect, whatever it is handed to; so is a key of a cloud that a build gets.
_yields(finding) := array.concat(
	[{"policy": "hardcoded-secret", "urn": finding.urn, "path": finding.path} | finding.workload.literal],
	[{"policy": "cloud-credential-in-ci", "urn": finding.urn, "path": finding.path} |
		finding.workload.kind in {"build", "environment"}
	],
)
