# METADATA
# title: No secrets in git
# description: |
#   A file in a repository must not contain a secret: a token of a known format, a private key, a URL with a password,
#   a value under a name such as password or api_key, or a match of extraPatterns. References, placeholders, hashes,
#   ciphertexts and public keys are not secrets, nor is a value that identifies itself as an example. A key store
#   (PKCS #12, Java, a password database) is a secret as a whole, unless it contains only certificates.
#
#   Each secret in a .env file is reported in addition to the file itself (dotenv-file), because it must be rotated.
#   Values in stack config are left to plaintext-secret-config and cloud keys in a job's variables to
#   cloud-credential-in-ci; if their violation has no effect, this policy reports them. Older commits are searched
#   only with policypack check --history or --since.
#
#   A comment on the line, policypack:allow committed-secret: REASON, allows it.
# custom:
#   kinds:
#     key-store: {since: 0.2.0, title: A key store in a repository}
#   level: mandatory
#   severity: critical
#   scope: repository
#   standard: [S11]
#   tags: [secrets, plaintext, files]
#   applies:
#     repository: [findings, config, ci, key-store]
#   remediation: |
#     1. Rotate the secret first: create a new one, deploy it wherever it is used, and revoke the old one. Anyone with
#        a clone has the old one.
#     2. Remove it from the file, and have the workload read it from the secrets manager at run time, by reference.
#        Keep a key store there as base64, and write it to a file where it is used.
#     3. Remove it from the git history (git filter-repo --replace-text) if the service cannot revoke it, or if more
#        people can read the repository than may know the secret.
#     4. Value that is not a secret: comment its line with policypack:allow committed-secret: REASON, or add its name
#        to allowKeys or its file to allowPaths.
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
#         allows: files
#         description: Files to allow, each with a glob over the file name from the root of the repository and, optionally, one over the detector.
#         type: array
#         relaxes: more
#         items:
#           type: object
#           additionalProperties: false
#           required: [path]
#           properties:
#             path:
#               description: A glob over the file name, such as testdata/*; * matches any characters, also slashes.
#               type: string
#               format: glob
#               pattern: '[^*?/.]'
#               expected: 'a glob that contains part of a file name, such as testdata/*'
#             detector:
#               description: A glob over the detector, such as private-key. Without it, every detector matches.
#               type: string
#               format: glob
#               minLength: 1
#         default: []
package policies.committed_secret

deny contains violation if {
	some [line, column], findings in _at
	finding := data.lib.finding.foremost(_foremost(findings))

	violation := object.union(object.union(_left(finding), data.lib.finding.about(finding)), {
		"message": concat("\n", [
			$"{input.file.name}:{line} contains {data.lib.finding.subject(finding)}{data.lib.finding.why(finding)}.",
			_instead(finding),
		]),
		"line": line,
		"column": column,
	})
}

# The path prevents a comment from suppressing it: nobody has seen the secrets that are not listed.
deny contains violation if {
	input.file.more

	violation := {
		"message": concat("\n", [
			$"{input.file.name} contains more secrets than can be listed.",
			"Fix the listed ones and check again. If the file consists of examples, exempt it as a whole.",
		]),
		"path": ["more"],
	}
}

# A key store has no line for a comment.
deny contains violation if {
	store := input.file.keyStore
	not data.lib.finding.allowed({"place": "file", "reason": "format", "detector": "key-store", "key": ""}, "committed-secret")

	violation := {
		"message": concat("\n", [
			$"{input.file.name} is {store} committed to the repository.",
			"Replace its keys first: anyone with a clone can try passwords without limit. Then keep it in the secrets manager and write the file at run time.",
		]),
		"path": ["key-store"],
		"kind": "key-store",
	}
}

_mine contains finding if {
	some finding in input.findings
	finding.place in {"file", "config"}
	not data.lib.finding.allowed(finding, "committed-secret")
}

_mine contains finding if {
	some key in input.file.ci
	key.by == "value"
	title := $"a long-lived {data.lib.credential.cloud(key.cloud)} key"
	finding := object.union(key, {"place": "file", "ci": true, "path": [], "key": key.name, "title": title, "reason": "key-name", "detector": "cloud-key"})
	not data.lib.finding.allowed(finding, "committed-secret")
}

# Variables of a job and stack config are left to their own policies.
_left(finding) := {"yields": [{"policy": "cloud-credential-in-ci", "line": finding.line, "column": finding.column}]} if {
	finding.ci
} else := {"path": finding.path, "yields": [{"policy": "plaintext-secret-config", "owns": true}]} if {
	finding.place == "config"
} else := {}

# Findings that no other policy reports come first.
_foremost(findings) := own if {
	own := {finding | some finding in findings; _left(finding) == {}}
	count(own) > 0
} else := findings

_instead(finding) := $"Revoke it first: every clone has it. {data.lib.credential.instead(finding.cloud)}" if {
	finding.cloud
} else := "Rotate it first: every clone and the git history keep it. Then remove it and read it from the secrets manager at run time."

# By location. A rule of the form _at[place] contains finding would search all locations for each finding.
_at := {place: findings |
	some one in _mine
	place := [one.line, one.column]
	findings := {finding | some finding in _mine; place == [finding.line, finding.column]}
}
