# METADATA
# title: Workloads read their secrets at run time
# description: |
#   A value that is marked secret must not be in the environment of a function, container or app, in the user data or
#   metadata of a machine, in a tag or in a build argument. The mark hides it in the state, but anyone who can read
#   the resource in the cloud can read the value.
#
#   References are allowed: valueFrom, secretKeyRef, `secrets` in ECS, @Microsoft.KeyVault(…), the name or ARN of a
#   secret. So are inputs that the cloud never shows again, such as secureValue. Marks spread to everything that is
#   built from a secret, so hosts, ports, users, regions, names and URLs without a password are allowed, and in a map
#   or script that is marked as a whole only the secrets in it are reported, as one finding. Literals are left to
#   hardcoded-secret. The inputs are listed in rego/catalogue/workloads.jsonl.
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
#     1. Pass a reference instead of the value: the secret's name, its ARN, or the reference that the service resolves
#        when it starts the workload. The message shows how this service does it.
#     2. Allow only the workload's own identity to read that secret.
#     3. Rotate the value: it remains in old revisions, in the machine's metadata and in image layers.
#     4. Workload that cannot read a secret itself: add the path to allowPaths.
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

# A literal is one violation, wherever it is passed; so is a cloud key in a build or an environment.
_yields(finding) := array.concat(
	[{"policy": "hardcoded-secret", "urn": finding.urn, "path": finding.path} | finding.workload.literal],
	[{"policy": "cloud-credential-in-ci", "urn": finding.urn, "path": finding.path} |
		finding.workload.kind in {"build", "environment"}
	],
)
