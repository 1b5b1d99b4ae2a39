package policies.settings_test

_sources(sources) := {"blessedModules": [{"source": source} | some source in sources]}

test_good_modules_pass if {
	_deny(_sources([
		"app.terraform.io/acme/*/aws", "acme/secret/aws", "github.com/acme/infra//**", "./modules/secret", "../shared/{secret,database}",
		"gitlab.acme.com:8443/infra//secret",
	])) == set()
}

test_modules_that_bless_too_much if {
	wide := ["**", "*/*/*", "*/*/*/*", "github.com/**", "github.com/*/*", "./*", "../**", "*/secret/aws", "**/secret/**", "app.terraform.io/ac*e/x/y"]
	{i | some i, source in wide; "blessedModules[0].source" in _paths(_sources([source]))} == {i | some i, _ in wide}
	{decision.message | some decision in _deny(_sources(["github.com/*/*"]))} == {
		"settings.blessedModules[0].source allows modules from anyone.\nBegin with the address of your own modules, such as github.com/acme/infra//modules/*.",
	}
}

test_modules_that_never_match if {
	never := ["git::github.com/acme/infra", "https://github.com/acme/infra", "git@github.com/acme/infra", "github.com/acme/infra.git//secret", "github.com/acme/infra//secret?ref=v1", "./modules/"]
	_paths(_sources(never)) == {$"blessedModules[{i}].source" | some i in numbers.range(0, count(never) - 1)}
}

test_modules_that_never_count if {
	_paths(_sources(["./modules/*", "./modules/secret", "acme/a/aws", "acme/a/aws"])) == {"blessedModules[1]", "blessedModules[3]"}
}
