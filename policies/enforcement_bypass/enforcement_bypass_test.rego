package policies.enforcement_bypass_test

_deny(overrides, backends) := decisions if {
	decisions := data.policies.enforcement_bypass.deny with input as data.lib.fixture.file({
		"file": {"name": "infra/Pulumi.yaml", "kind": "pulumi-project", "overrides": overrides},
		"parameters": {"enforcement-bypass": {"allowedBackends": backends}},
	})
}

_override(key, value) := {"line": 4, "column": 7, "key": key, "value": value}

_urls(backends, urls) := {url | some url in urls; _deny([_override("backend.url", url)], backends) != set()}

test_every_way_has_its_message if {
	found := _deny(
		[
			_override("plugins.languages", "policypack"), _override("plugins.analyzers", "policy-policypack"),
			_override("backend.url", "file://./state"),
		],
		[],
	)
	found == {
		{"line": 4, "column": 7, "message": concat("\n", [
			"`plugins.languages` at infra/Pulumi.yaml:4 replaces the host that starts `runtime: policypack` policy packs with a program from the repository.",
			"Remove the entry: the host is installed on the machine, by `policypack install` or with Pulumi.",
		])},
		{"line": 4, "column": 7, "message": concat("\n", [
			"`plugins.analyzers` at infra/Pulumi.yaml:4 replaces the policy analyzer `policy-policypack` with a program from the repository.",
			"Remove the entry: analyzers are passed with --policy-pack or required by the organisation.",
		])},
		{"line": 4, "column": 7, "message": concat("\n", [
			"`backend.url` at infra/Pulumi.yaml:4 moves the stacks to file://./state, where the organisation's policy packs are not required.",
			"Remove it: the login chooses the backend. If this is a company backend, add it to allowedBackends of enforcement-bypass.",
		])},
	}
}

test_hosts_of_packs if {
	names := ["policypack", "nodejs", "python", "yaml", "pcl", "Policypack", "besom"]
	found := {name | some name in names; _deny([_override("plugins.languages", name)], []) != set()}
	found == {"policypack", "nodejs", "python"}
}

test_allowed_backends if {
	urls := {
		"https://api.pulumi.com", "https://api.pulumi.com/", "https://api.pulumi.com.evil.example", "https://api.pulumi.com@evil.example",
		"file://~", "s3://acme-state", "s3://acme-state/shop",
	}
	_urls(["https://api.pulumi.com"], urls) == urls - {"https://api.pulumi.com", "https://api.pulumi.com/"}
	_urls([], {"https://api.pulumi.com"}) == {"https://api.pulumi.com"}
}

test_globs_stay_within_a_part if {
	urls := {
		"s3://acme-state", "s3://acme-state/shop", "s3://acme-state?endpoint=minio.example", "s3://acme-state?region=eu-west-1", "s3://acmestate",
		"s3://x@evil/acme-state",
	}
	_urls(["s3://acme-*"], urls) == urls - {"s3://acme-state"}
	_urls(["s3://acme-*?region=*"], urls) == urls - {"s3://acme-state?region=eu-west-1"}
	_urls(["https://*.acme.example"], {"https://pulumi.acme.example", "https://evil.example?.acme.example", "https://evil.example#.acme.example"}) == {
		"https://evil.example?.acme.example", "https://evil.example#.acme.example",
	}
}

test_link if {
	_deny([{"line": 0, "column": 0, "key": "link", "value": ""}], []) == {{"message": concat("\n", [
		"infra/Pulumi.yaml is a link, so the project that Pulumi reads through it is not checked.",
		"Commit the project file itself, or link to a project file in another folder.",
	])}}
}

test_nothing_said_passes if {
	_deny([], []) == set()
}
