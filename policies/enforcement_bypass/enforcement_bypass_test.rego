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
			"`plugins.languages` in infra/Pulumi.yaml, line 4, runs a program of the repository in place of the host that starts policy packs with `runtime: policypack`.",
			"Remove the entry: the host is installed on the machine, by `policypack install` or with Pulumi.",
		])},
		{"line": 4, "column": 7, "message": concat("\n", [
			"`plugins.analyzers` in infra/Pulumi.yaml, line 4, runs a program of the repository in place of the policy analyzer `policy-policypack`.",
			"Remove the entry: an analyzer is given by --policy-pack, or required by the organisation.",
		])},
		{"line": 4, "column": 7, "message": concat("\n", [
			"`backend.url` in infra/Pulumi.yaml, line 4, moves the stacks to file://./state, where the organisation's policy packs are not required.",
			"Remove it, so that the login decides. A backend of the company: add it to allowedBackends of enforcement-bypass in the policy configuration.",
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
		"infra/Pulumi.yaml is a link, and what Pulumi reads there as the project is not checked.",
		"Commit the project file itself, or link to the project file of another folder.",
	])}}
}

test_nothing_said_passes if {
	_deny([], []) == set()
}
