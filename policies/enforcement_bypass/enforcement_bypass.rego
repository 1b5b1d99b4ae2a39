# METADATA
# title: Projects do not choose who enforces policies on them
# description: |
#   Pulumi.yaml (also Pulumi.yml and Pulumi.json) must not replace the language host that starts policy packs, or an
#   analyzer, with a program from the repository: Pulumi would run it instead of the installed one, and it could
#   report that everything is fine. It must not move the stacks to a backend outside allowedBackends, because packs
#   are required by the organisation of the backend. And it must not be a link to a file that is not checked as a
#   project.
#
#   Entries for providers, packages and language hosts that start only programs are allowed. PULUMI_BACKEND_URL and
#   the login belong to the environment and are not checked.
# custom:
#   since: 0.2.0
#   level: mandatory
#   severity: critical
#   scope: repository
#   standard: [S1]
#   tags: [enforcement]
#   beforePreview: true
#   applies:
#     repository: [overrides]
#   remediation: |
#     1. Remove the entry under plugins: the host of policy packs is installed on the machine (policypack install), or
#        comes with the release that the CI job downloads.
#     2. Remove backend: the login decides which backend is used. If the company keeps its state outside Pulumi Cloud,
#        add the URL to allowedBackends. On pull requests, the configuration of the base branch applies.
#     3. Preview the change again: with one of these entries, it may have been previewed without policies.
#   parameters:
#     properties:
#       allowedBackends:
#         allows: backends
#         description: URLs of backends that a project may set, such as s3://acme-state or https://pulumi.acme.com. * matches within one part of the URL; a query must be in both the URL and the entry.
#         type: array
#         relaxes: more
#         items:
#           type: string
#           format: glob
#           minLength: 4
#         default: ["https://api.pulumi.com"]
package policies.enforcement_bypass

deny contains violation if {
	some override in input.file.overrides
	override.key == "plugins.languages"
	override.value in _runtimes

	violation := _at(override, [
		$"{_where(override)} replaces the host that starts `runtime: {override.value}` policy packs with a program from the repository.",
		"Remove the entry: the host is installed on the machine, by `policypack install` or with Pulumi.",
	])
}

deny contains violation if {
	some override in input.file.overrides
	override.key == "plugins.analyzers"

	violation := _at(override, [
		$"{_where(override)} replaces the policy analyzer `{override.value}` with a program from the repository.",
		"Remove the entry: analyzers are passed with --policy-pack or required by the organisation.",
	])
}

deny contains violation if {
	some override in input.file.overrides
	override.key == "backend.url"
	not _allowed(override.value)

	violation := _at(override, [
		$"{_where(override)} moves the stacks to {override.value}, where the organisation's policy packs are not required.",
		"Remove it: the login chooses the backend. If this is a company backend, add it to allowedBackends of enforcement-bypass.",
	])
}

deny contains violation if {
	some override in input.file.overrides
	override.key == "link"

	violation := {"message": concat("\n", [
		$"{input.file.name} is a link, so the project that Pulumi reads through it is not checked.",
		"Commit the project file itself, or link to a project file in another folder.",
	])}
}

# The runtimes of policy packs. Other hosts only start programs.
_runtimes := {"policypack", "nodejs", "bun", "python", "go", "dotnet", "java", "opa"}

_at(override, lines) := {"message": concat("\n", lines), "line": override.line, "column": override.column}

_where(override) := $"`{override.key}` at {input.file.name}:{override.line}"

_allowed(url) if {
	some allowed in input.parameters["enforcement-bypass"].allowedBackends
	_same(trim_suffix(allowed, "/"), trim_suffix(url, "/"))
}

_same(allowed, url) if allowed == url

# A query may select another account or endpoint, so it is compared too.
_same(allowed, url) if {
	[of_pattern, of_url] := [split(text, "?") | some text in [allowed, url]]
	count(of_pattern) == count(of_url)
	every i, part in of_url {
		data.lib.glob.match(of_pattern[i], ["/", "#", "@", "\\"], part)
	}
}
