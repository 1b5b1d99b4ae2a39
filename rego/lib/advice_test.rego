package lib.advice_test

_instead(type, path, patch) := data.lib.advice.instead(object.union({"type": type, "path": path, "reason": "key-name"}, patch))

test_advice_follows_the_place if {
	found := [substring(_instead(type, path, patch), 0, 21) | some [type, path, patch] in [
		["pulumi:providers:aws", ["secretKey"], {}],
		["pulumi:providers:datadog", ["apiKey"], {"reason": "known-secret"}],
		["acme:web:App", ["password"], {"component": true}],
		["aws:ec2/instance:Instance", ["userData"], {"reason": "known-secret"}],
		["gcp:compute/instance:Instance", ["metadata", "startup-script"], {}],
		["aws:s3/bucket:Bucket", ["tags", "note"], {"reason": "known-secret"}],
		["aws:lambda/function:Function", ["environment", "variables", "X"], {}],
		["kubernetes:core/v1:ConfigMap", ["data", "X"], {}],
		["aws:rds/instance:Instance", ["password"], {}],
	]]
	found == [
		"Log in by OIDC in CI ",
		"Pass it as a secret (",
		"Do not register it as",
		"Let the machine fetch",
		"Let the machine fetch",
		"Leave it out, or pass",
		"Give the workload a r",
		"Give the workload a r",
		"Read it at run time f",
	]
}

test_names_of_the_place_count_as_a_whole if {
	_instead("aws:x/y:Z", ["environmentId"], {}) == _instead("aws:x/y:Z", ["password"], {})
	_instead("aws:x/y:Z", ["user_data"], {}) == _instead("aws:x/y:Z", ["userData"], {})
}

test_advice_for_terraform_names_nothing_of_pulumi if {
	places := [
		["pulumi:providers:aws", ["secretKey"], {}],
		["pulumi:providers:datadog", ["apiKey"], {}],
		["aws:ec2/instance:Instance", ["userData"], {}],
		["aws:s3/bucket:Bucket", ["tags", "note"], {"reason": "known-secret"}],
		["aws:lambda/function:Function", ["environment", "variables", "X"], {}],
		["aws:rds/instance:Instance", ["password"], {}],
		["terraform:source:Module", ["source"], {}],
		["terraform:check:Check", ["problems", 0, "message"], {"reason": "known-secret"}],
	]
	found := [advice |
		some [type, path, patch] in places
		advice := _instead(type, path, patch) with input as data.lib.fixture.terraform({})
	]
	count(found) == count(places)
	every advice in found {
		not regex.match(`pulumi|requireSecret|unsecret|ignoreChanges`, advice)
	}
	found[1] == "Pass it by a variable with sensitive = true (TF_VAR_…), or by the provider's environment variable."
	startswith(found[6], "Take it out of the source, and let git log in ")
	startswith(found[7], "Take it out of error_message, ")
}
