# METADATA
# title: No secret is committed to git
# description: |
#   No file of a repository holds a secret: no token of a known format, no private key, no URL with a password, no value
#   under a name like password or api_key, nothing that fits a pattern of the settings. References, placeholders, hashes,
#   ciphertexts and public keys are no secrets, nor is a value that says that it is an example. Each secret in a .env file is
#   reported, beside the file itself (dotenv-file), since it has to be rotated. Values of a stack's configuration are for
#   plaintext-secret-config, keys of a cloud in the variables of a job for cloud-credential-in-ci, and for this policy where
#   what those say of them does not count. A key store (PKCS #12, Java, a password database) is a secret as a whole, unless it
#   holds certificates alone. Older commits are not read. A comment on the line, policypack:allow committed-secret: REASON,
#   lets it pass.
# custom:
#   kinds:
#     key-store: {since: 0.2.0, title: A key store that is part of a repository}
#   level: mandatory
#   severity: critical
#   scope: repository
#   standard: [S11]
#   tags: [secrets, plaintext, files]
#   applies:
#     repository: [findings, config, ci, key-store]
#   remediation: |
#     1. Rotate the secret first: make a new one, bring it to whatever needs it, and revoke the old one. Whoever has a copy
#        of the repository has the old one.
#     2. Take it out of the file. What runs reads it from the secrets manager at run time, by reference.
#     3. Take it out of the history (git filter-repo --replace-text) where the service cannot revoke it, or where the
#        repository is shared more widely than the secret may be.
#     4. What is no secret: say so on its line with policypack:allow committed-secret: REASON, or name it in allowKeys or
#        allowPaths.
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
#         allows: files
#         description: Files that pass, each a glob over the file's name from the root of the repository and, if given, one over the detector.
#         type: array
#         relaxes: more
#         items:
#           type: object
#           additionalProperties: false
#           required: [path]
#           properties:
#             path:
#               description: A glob over the name, such as testdata/*; * stands for any characters, slashes too.
#               type: string
#               format: glob
#               pattern: '[^*?/.]'
#               expected: 'a glob that names part of a file, such as testdata/*'
#             detector:
#               description: A glob over the detector, such as private-key; without it, any.
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

# The path keeps a comment from letting it pass: nobody has seen what it is about.
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

# No line of it can be commented.
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

# What is in the variables of a job, or in a stack's configuration, is for the policy about these.
_left(finding) := {"yields": [{"policy": "cloud-credential-in-ci", "line": finding.line, "column": finding.column}]} if {
	finding.ci
} else := {"path": finding.path, "yields": [{"policy": "plaintext-secret-config", "owns": true}]} if {
	finding.place == "config"
} else := {}

# What is for no other policy comes first.
_foremost(findings) := own if {
	own := {finding | some finding in findings; _left(finding) == {}}
	count(own) > 0
} else := findings

_instead(finding) := $"Revoke it first: every clone has it. {data.lib.credential.instead(finding.cloud)}" if {
	finding.cloud
} else := "Rotate it first: every clone and the git history keep it. Then remove it and read it from the secrets manager at run time."

# By place. A rule of the form _at[place] contains finding would look at all places for each finding.
_at := {place: findings |
	some one in _mine
	place := [one.line, one.column]
	findings := {finding | some finding in _mine; place == [finding.line, finding.column]}
}
