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
		"enabled": ["static-credential"],
		"parameters": {"static-credential": {"allowTypes": []}},
	},
	patch,
))

_property(key) := {"place": "property", "type": "pulumi:providers:aws", "path": [key], "login": true}

_config(key) := {"place": "config", "type": "pulumi:pulumi:Stack", "path": [key], "login": true}

_owned(patch) := {finding.path[0] |
	some finding in [_property("secretKey"), _property("token"), _config("aws:secretKey"), _config("gcp:credentials")]
	data.lib.credential.owned(finding) with input as _document(patch)
}

test_static_keys_are_owned_and_others_are_not if {
	_owned({}) == {"secretKey", "aws:secretKey"}
}

test_nothing_is_owned_by_a_policy_that_does_not_report_it if {
	_owned({"enabled": []}) == set()
	_owned({"parameters": {"static-credential": {"allowTypes": ["pulumi:providers:aws"]}}}) == set()
}

test_finding_of_no_login_is_not_owned if {
	not data.lib.credential.owned(object.remove(_property("secretKey"), ["login"])) with input as _document({})
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
