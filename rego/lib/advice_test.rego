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
		"Remove the key and lo",
		"Pass it as a secret (",
		"Do not register it as",
		"Fetch it from the sec",
		"Fetch it from the sec",
		"Leave it out, or pass",
		"Pass a reference that",
		"Pass a reference that",
		"Read it from the secr",
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
	found[1] == "Pass it in a variable with sensitive = true (TF_VAR_…), or set the provider's environment variable."
	startswith(found[6], "Rotate it and remove it from the source. ")
	startswith(found[7], "Remove it from error_message, ")
}
