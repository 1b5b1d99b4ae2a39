# METADATA
# title: A project does not choose who enforces policies on it
# description: |
#   Pulumi.yaml (also Pulumi.yml and Pulumi.json) names no program of the repository as the language host that starts policy
#   packs, or as an analyzer: Pulumi would run it in place of the installed one, and it may answer that nothing is wrong. It
#   moves the project's stacks to no other backend than those in allowedBackends, since packs are required by the
#   organisation of the backend. It is no link to something that is not checked as a project. Providers, packages and hosts of other languages are the program's own and pass. What
#   PULUMI_BACKEND_URL or a login says is the environment's, and not seen.
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
#     1. Remove the entry of plugins: the host of policy packs is installed on the machine (policypack install), or is the
#        release that the CI job fetches.
#     2. Remove backend: the login decides. Where the company keeps its state elsewhere than in Pulumi Cloud, name the URL in
#        allowedBackends; on pull requests the base branch's configuration counts.
#     3. A change that had one of these may have been previewed without policies: preview it again.
#   parameters:
#     properties:
#       allowedBackends:
#         allows: backends
#         description: URLs of backends that a project may name, such as s3://acme-state or https://pulumi.acme.com; * stays within one part of the URL, and a query has to be there in both.
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

# The runtimes in which policy packs are written. Other hosts start programs alone.
_runtimes := {"policypack", "nodejs", "bun", "python", "go", "dotnet", "java", "opa"}

_at(override, lines) := {"message": concat("\n", lines), "line": override.line, "column": override.column}

_where(override) := $"`{override.key}` in {input.file.name}:{override.line}"

_allowed(url) if {
	some allowed in input.parameters["enforcement-bypass"].allowedBackends
	_same(trim_suffix(allowed, "/"), trim_suffix(url, "/"))
}

_same(allowed, url) if allowed == url

# A query may name another account or endpoint, so it is part of what is compared.
_same(allowed, url) if {
	[of_pattern, of_url] := [split(text, "?") | some text in [allowed, url]]
	count(of_pattern) == count(of_url)
	every i, part in of_url {
		data.lib.glob.match(of_pattern[i], ["/", "#", "@", "\\"], part)
	}
}
