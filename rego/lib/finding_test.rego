package lib.finding_test

_finding(patch) := object.union(
	{
		"place": "property",
		"urn": "urn:pulumi:production::shop::aws:lambda/function:Function::api",
		"type": "aws:lambda/function:Function",
		"name": "api",
		"ancestors": [],
		"path": ["environment", "variables", "DB_PASSWORD"],
		"key": "DB_PASSWORD",
		"detector": "password",
		"title": "a password",
		"reason": "key-name",
		"tier": "password",
		"marked": false,
	},
	patch,
)

_known(form, source) := _finding({"reason": "known-secret", "title": "a value that is secret elsewhere", "form": form, "source": source})

_allowed(parameters) := {reason |
	some reason in ["format", "key-name", "known-secret", "unknown-output"]
	_passes(_finding({"reason": reason}), parameters)
}

_passes(finding, parameters) if {
	data.lib.finding.allowed(finding, "a-policy") with input as data.lib.fixture.with_({"parameters": {"a-policy": parameters}})
}

test_name_that_tells_in_the_words_of_the_program if {
	finding := _finding({"key": "masterPassword", "keyShown": "master_password"})
	data.lib.finding.why(finding) == "Its name tells: `master_password`."
	data.lib.finding.why(_finding({})) == "Its name tells: `DB_PASSWORD`."
	passes := {pattern |
		some pattern in ["master_*", "masterpass*", "db_*"]
		_passes(finding, {"allowKeys": [pattern]})
	}
	passes == {"master_*", "masterpass*"}
}

test_allowed_keys_count_for_names_alone if {
	found := [_allowed({"allowKeys": [pattern]}) | some pattern in ["DB_PASSWORD", "db_*", "DB_PASS", "db.password", "?B_PASSWORD"]]
	names := {"key-name", "unknown-output"}
	found == [names, names, set(), set(), names]
}

test_allowed_paths_count_for_every_reason if {
	all := {"format", "key-name", "known-secret", "unknown-output"}
	found := [_allowed({"allowPaths": [entry]}) | some entry in [
		{"path": "environment.variables.DB_PASSWORD"}, {"path": "*.DB_*", "type": "aws:lambda/*"}, {"path": "environment"},
		{"path": "*.DB_*", "type": "aws:ecs/*"}, {"path": "environment.variables.DB.PASSWORD"},
	]]
	found == [all, all, set(), set(), set()]
}

test_nothing_in_a_pattern_but_wildcards_has_a_meaning if {
	finding := _finding({"path": ["a", 0, "b.c(d)^$|+\\", "e{1}"]})
	_passes(finding, {"allowPaths": [{"path": `a[0]["b.c(d)^$|+\\"]["e{1}"]`}]})
	not _passes(_finding({"path": ["ab"]}), {"allowPaths": [{"path": "a.*"}, {"path": "[a]b"}, {"path": "a+b"}]})
}

test_values_of_secrets_are_left_to_the_policies_about_them if {
	policies := [[target.policy | some target in targets] |
		some finding in [{"covered": true, "own": true}, {"covered": true, "manager": "vault"}, {"covered": true, "manager": "gcp-secret-manager"}, {}]
		targets := data.lib.finding.yields(_finding(finding)) with input as data.lib.fixture.with_({})
	]
	both := ["secret-value-in-program", "raw-secret-resource"]
	policies == [both, [], both, []]
}

test_the_finding_that_says_most_is_foremost if {
	format := _finding({"reason": "format", "detector": "github-token", "inner": "a"})
	other := _finding({"reason": "format", "detector": "github-token", "inner": "b"})
	name := _finding({})
	known := _known("equal", {"kind": "config", "path": "shop:db"})
	found := [data.lib.finding.foremost(findings) | some findings in [{name, format}, {other, format}, {name, known, format}, {name}]]
	found == [format, format, known, name]
}

test_places_are_written_as_people_do if {
	found := [data.lib.finding.where(finding) | some finding in [
		_finding({}), _finding({"path": ["userData"], "inner": "export.TOKEN"}), _finding({"place": "config", "path": ["shop:db", "hosts", 0, "password"]}),
	]]
	found == ["environment.variables.DB_PASSWORD", "userData, in export.TOKEN", "shop:db.hosts[0].password"]
}

test_subjects_name_the_source_of_a_known_secret if {
	found := [data.lib.finding.subject(finding) | some finding in [
		_finding({}),
		_known("equal", {"kind": "config", "path": "shop:db"}),
		_known("base64", {"kind": "input", "urn": "urn:pulumi:p::s::a:b:C$aws:rds/instance:Instance::db::main", "path": "password"}),
		_known("contained", {"kind": "generator", "urn": "urn:pulumi:p::s::random:index/randomPassword:RandomPassword::pw", "path": "result"}),
	]]
	found == [
		"A password",
		"A copy of secret config `shop:db`",
		"The base64 of the secret `password` of `db::main` (aws:rds/instance:Instance)",
		"A text with what `pw` (random:index/randomPassword:RandomPassword) generates",
	]
}

test_every_form_and_reason_has_its_words if {
	source := {"kind": "config", "path": "shop:db"}
	every form in ["equal", "contained", "base64", "url-encoded", "json-escaped", "hex"] {
		endswith(data.lib.finding.subject(_known(form, source)), " secret config `shop:db`")
	}
	every reason in ["format", "key-name", "extra-pattern", "secret-property", "known-secret"] {
		endswith(data.lib.finding.why(_finding({"reason": reason})), ".")
	}
}

test_remarks_name_the_other_places_of_a_document_and_old_inputs if {
	first := _finding({"path": ["userData"], "inner": "A", "ignored": true})
	second := object.union(first, {"inner": "B"})
	third := object.union(first, {"inner": "C"})
	ignored := " With ignoreChanges on it the engine shows the old input, not the program's."
	data.lib.finding.remarks(first, {first, second, third}) == $" So does what is in B, C.{ignored}"
	data.lib.finding.remarks(first, {first}) == ignored
	data.lib.finding.remarks(_finding({}), {_finding({})}) == ""
}

_document(parameters) := data.lib.fixture.file({"parameters": {"committed-secret": parameters}})

test_files_have_paths_of_their_own if {
	finding := {"place": "file", "path": [], "key": "DB_PASSWORD", "detector": "password", "reason": "key-name", "line": 1, "column": 1}
	passes := [parameters |
		some parameters in [{"allowPaths": [{"path": "deploy/*"}]}, {"allowPaths": [{"path": "*.sh", "detector": "private-*"}]}, {"allowKeys": ["db_*"]}]
		data.lib.finding.allowed(finding, "committed-secret") with input as _document(parameters)
	]
	passes == [{"allowPaths": [{"path": "deploy/*"}]}, {"allowKeys": ["db_*"]}]
	data.lib.finding.committed(finding) with input as _document({})
	not data.lib.finding.committed(finding) with input as _document({"allowKeys": ["db_*"]})
}

test_places_and_sources_as_terraform_writes_them if {
	document := data.lib.fixture.terraform({})
	finding := _known("equal", {"kind": "config", "path": "var:db_password"})
	place := data.lib.finding.place(object.union(finding, {"shown": "environment[0].variables.DB_PASSWORD"})) with input as document
	place == "environment[0].variables.DB_PASSWORD"
	urn := "urn:pulumi:default::shop::terraform:module:./m$random:index/randomPassword:RandomPassword::module.m.random_password.p"
	sources := [source |
		some from in [
			{"kind": "config", "path": "var:db_password"},
			{"kind": "input", "urn": urn, "path": "keepers", "shown": "keepers"},
			{"kind": "output", "urn": urn, "path": "bcryptHash", "shown": "bcrypt_hash"},
			{"kind": "generator", "urn": urn, "path": "result"},
		]
		source := data.lib.finding.source({"source": from}) with input as document
	]
	sources == [
		"the sensitive variable `var.db_password`",
		"the secret `keepers` of `module.m.random_password.p`",
		"the secret `bcrypt_hash` of `module.m.random_password.p`",
		"what `module.m.random_password.p` generates",
	]
}

test_violation_says_which_finding_it_is_about if {
	[data.lib.finding.about(finding) | some finding in [_finding({"id": 7}), _finding({})]] == [{"finding": 7}, {}]
}
