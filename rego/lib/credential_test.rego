package lib.credential_test

_document(patch) := data.lib.fixture.with_(object.union(
	{
		"resource": {"type": "pulumi:providers:aws", "logins": [
			{"cloud": "aws", "path": ["secretKey"], "how": "static-key", "marked": false},
			{"cloud": "aws", "path": ["token"], "how": "session", "marked": false},
		]},
		"config": [
			{"key": "aws:secretKey", "secret": false, "login": {"cloud": "aws", "how": "static-key"}},
			{"key": "gcp:credentials", "secret": false, "login": {"cloud": "gcp", "how": "key-file"}},
		],
		"parameters": {"static-credential": {"allowTypes": []}},
	},
	patch,
))

_urn(name) := $"urn:pulumi:production::shop::pulumi:providers:aws::{name}"

_property(name) := {"place": "property", "urn": _urn(name), "type": "pulumi:providers:aws", "name": name, "path": ["secretKey"], "login": true}

_config(key) := {"place": "config", "type": "pulumi:pulumi:Stack", "path": [key], "login": true}

test_static_keys_are_left_to_where_they_are_reported if {
	left := [targets |
		some finding in [_property("prod"), _property("default_6_0_0"), _config("aws:secretKey"), object.remove(_property("prod"), ["login"])]
		targets := data.lib.credential.yields(finding) with input as _document({})
	]
	left == [
		[{"policy": "static-credential", "urn": _urn("prod")}],
		[
			{"policy": "static-credential", "urn": _urn("default_6_0_0")},
			{"policy": "static-credential", "urn": "urn:pulumi:production::shop::pulumi:pulumi:Stack::shop-production"},
		],
		[{"policy": "static-credential", "path": ["aws:secretKey"]}],
		[],
	]
}

test_several_keys_of_a_provider_are_reported_at_the_first if {
	document := _document({"config": [{"key": name, "secret": false, "login": {"cloud": "azure", "how": "static-key"}} |
		some name in ["azure:clientCertificate", "azure:clientCertificatePassword", "azuread:clientSecret"]
	]})
	targets := data.lib.credential.yields(_config("azure:clientCertificatePassword")) with input as document
	targets == [{"policy": "static-credential", "path": ["azure:clientCertificate"]}]
}

test_globs_keep_to_one_part_of_a_token if {
	found := {pattern |
		some pattern in ["aws:iam/*:*", "aws:iam/accessKey:AccessKey", "aws:*", "*", "aws:iam*"]
		data.lib.credential.allowed("aws:iam/accessKey:AccessKey", "p") with input as {"parameters": {"p": {"allowTypes": [pattern]}}}
	}
	found == {"aws:iam/*:*", "aws:iam/accessKey:AccessKey"}
}

test_every_cloud_has_its_advice if {
	instead := {data.lib.credential.instead(id) | some id in ["aws", "gcp", "azure", "kubernetes"]}
	count(instead) == 4
	data.lib.credential.instead("azuread") == data.lib.credential.instead("azure")
	job := {data.lib.credential.job(id) | some id in ["aws", "gcp", "azure"]}
	count(job) == 3
}
