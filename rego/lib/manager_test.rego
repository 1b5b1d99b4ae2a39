package lib.manager_test

test_titles if {
	data.lib.manager.list(["aws-secrets-manager", "vault", "of-nobody"]) == "AWS Secrets Manager, HashiCorp Vault or of-nobody"
	data.lib.manager.list(["vault"]) == "HashiCorp Vault"
	data.lib.manager.list([]) == ""
}

test_own_managers_have_titles if {
	data.lib.manager.own - object.keys(data.lib.manager.titles) == set()
}
