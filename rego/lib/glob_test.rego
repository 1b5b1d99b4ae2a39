package lib.glob_test

_matched(pattern, separators, texts) := {text | some text in texts; data.lib.glob.match(pattern, separators, text)}

test_type_tokens_have_three_parts if {
	types := {"acme:infra:Secret", "acme:web:App", "acme:infra:x:Secret", "acme-eu:infra:Secret"}
	found := {pattern: _matched(pattern, [":"], types) | some pattern in ["acme:infra:*", "acme:*", "acme:**", "acme*:*:Secret", "acme:{web,infra}:?pp"]}
	found == {
		"acme:infra:*": {"acme:infra:Secret"},
		"acme:*": set(),
		"acme:**": {"acme:infra:Secret", "acme:web:App", "acme:infra:x:Secret"},
		"acme*:*:Secret": {"acme:infra:Secret", "acme-eu:infra:Secret"},
		"acme:{web,infra}:?pp": {"acme:web:App"},
	}
}

test_without_separators_there_is_one_part if {
	_matched("testdata/*", null, {"testdata/a", "testdata/a/b.txt", "src/testdata/a"}) == {"testdata/a", "testdata/a/b.txt"}
}

test_brackets_stand_for_themselves if {
	paths := {"items[0].value", "items0.value", "items[0]", "items[1].value"}
	found := {pattern: _matched(pattern, null, paths) | some pattern in ["items[0].*", `items\[0].*`, "items[0]", "items[*].value", `items\\[0]*`]}
	found == {
		"items[0].*": {"items[0].value"},
		`items\[0].*`: {"items[0].value"},
		"items[0]": {"items[0]"},
		"items[*].value": {"items[0].value", "items[1].value"},
		`items\\[0]*`: set(),
	}
}

test_a_text_matches_itself if {
	text := `a[0]["b.c(d)^$|+\\"]["e{1}"]`
	_matched(text, null, {text, "a0"}) == {text}
}

# Whether the setting's glob matches the text, as the rules ask.
_setting("components", glob, type) if {
	data.lib.component.blessed([type]) with input as data.lib.fixture.with_({"settings": {"components": [{"type": glob, "values": "none"}]}})
}

_setting("children", glob, type) if {
	component := {"type": "acme:infra:Database", "values": "none", "children": [glob]}
	data.lib.component.lists(["acme:infra:Database"], {type}) with input as data.lib.fixture.with_({"settings": {"components": [component]}})
}

_setting("blessedModules", glob, source) if {
	document := data.lib.fixture.terraform({"settings": {"blessedModules": [{"source": glob}]}})
	data.lib.component.blessed([$"terraform:module:{source}"]) with input as document
}

_setting("environments", glob, text) if {
	data.lib.settings.is_environment(text) with input as data.lib.fixture.with_({"settings": {"environments": [glob]}})
}

_setting("environmentByStack", glob, stack) if {
	data.lib.settings.environment with input as data.lib.fixture.with_({"run": {"stack": stack}, "settings": {"environmentByStack": {glob: "x"}}})
}

_setting("managersByStack", glob, stack) if {
	document := data.lib.fixture.with_({"run": {"stack": stack}, "settings": {"managers": [], "managersByStack": {glob: ["vault"]}}})
	data.lib.settings.managers == ["vault"] with input as document
}

_setting("packageSources", glob, file) if {
	decisions := data.policies.component_contract.deny with input as data.lib.fixture.file({
		"file": {"name": file, "components": [{"token": "acme:infra:Secret", "line": 1, "column": 1}]},
		"settings": {"packageSources": [glob]},
	})
	decisions == set()
}

_setting("allowTypes", glob, type) if {
	data.lib.credential.allowed(type, "p") with input as {"parameters": {"p": {"allowTypes": [glob]}}}
}

_setting("allowKeys", glob, key) if {
	data.lib.finding.allowed({"place": "property", "reason": "key-name", "key": key, "path": []}, "p") with input as {"parameters": {"p": {"allowKeys": [glob]}}}
}

_setting("allowPaths.path", glob, shown) if {
	finding := {"place": "property", "reason": "format", "type": "a:b:C", "shown": shown, "path": []}
	data.lib.finding.allowed(finding, "p") with input as {"parameters": {"p": {"allowPaths": [{"path": glob}]}}}
}

_setting("allowPaths.type", glob, type) if {
	finding := {"place": "property", "reason": "format", "type": type, "shown": "x", "path": []}
	data.lib.finding.allowed(finding, "p") with input as {"parameters": {"p": {"allowPaths": [{"path": "x", "type": glob}]}}}
}

_setting("allowPaths of files", glob, file) if {
	finding := {"place": "file", "reason": "format", "detector": "x"}
	data.lib.finding.allowed(finding, "p") with input as {"file": {"name": file}, "parameters": {"p": {"allowPaths": [{"path": glob}]}}}
}

_setting("allowPaths.detector", glob, detector) if {
	finding := {"place": "file", "reason": "format", "detector": detector}
	data.lib.finding.allowed(finding, "p") with input as {"file": {"name": "x"}, "parameters": {"p": {"allowPaths": [{"path": "x", "detector": glob}]}}}
}

_setting("allowedWorkflows", glob, uses) if {
	decisions := data.policies.workflow_oidc.deny with input as data.lib.fixture.file({
		"file": {"name": ".github/workflows/x.yml", "kind": "workflow", "calls": [{"uses": uses, "secrets": "keys", "job": "x", "line": 1, "column": 1}]},
		"parameters": {"workflow-oidc": {"allowedWorkflows": [glob]}},
	})
	decisions == set()
}

_setting("allowedBackends", glob, url) if {
	decisions := data.policies.enforcement_bypass.deny with input as data.lib.fixture.file({
		"file": {"name": "Pulumi.yaml", "overrides": [{"key": "backend.url", "value": url, "line": 1, "column": 1}]},
		"parameters": {"enforcement-bypass": {"allowedBackends": [glob]}},
	})
	decisions == set()
}

# What the pages and the descriptions of the parameters show, what it matches, and what it does not.
_documented := [
	["components", "progression-labs-development:infra:Secret", ["progression-labs-development:infra:Secret"], ["progression-labs-development:infra:Secrets", "x:infra:Secret"]],
	["components", "acme:infra:*", ["acme:infra:Secret", "acme:infra:Database"], ["acme:infra/x:Secret", "acme:infra:a:b", "acme-x:infra:Secret"]],
	["children", "aws:secretsmanager/*:*", ["aws:secretsmanager/secret:Secret"], ["aws:ssm/parameter:Parameter", "aws:secretsmanager/a:b:C"]],
	["children", "gcp:secretmanager/*:*", ["gcp:secretmanager/secret:Secret"], ["gcp:secretmanager:Secret"]],
	["blessedModules", "app.terraform.io/acme/secret/aws", ["app.terraform.io/acme/secret/aws"], ["app.terraform.io/acme/secret/aws/x", "appXterraform.io/acme/secret/aws"]],
	["blessedModules", "github.com/acme/infra//modules/*", ["github.com/acme/infra//modules/secret"], ["github.com/acme/infra//modules/a/b", "github.com/acme/infra//modules"]],
	["blessedModules", "./modules/secret", ["./modules/secret"], ["../modules/secret", "/modules/secret"]],
	["environments", "pr-*", ["pr-1", "pr-"], ["pr", "a-pr-1"]],
	["environmentByStack", "prod-*", ["prod-eu", "prod-"], ["prod", "eu-prod-1"]],
	["managersByStack", "prod-*", ["prod-eu", "prod-a.b"], ["prod"]],
	["packageSources", "*", ["index.ts", "src/secret.ts"], []],
	["packageSources", "packages/infra/*", ["packages/infra/src/secret.ts"], ["packages/infra.ts", "x/packages/infra/a"]],
	["allowTypes", "**", ["aws:iam/accessKey:AccessKey"], []],
	["allowTypes", "*:*:*", ["aws:iam/accessKey:AccessKey", "pulumi:providers:kubernetes"], ["aws:iam"]],
	["allowTypes", "pulumi:providers:kubernetes", ["pulumi:providers:kubernetes"], ["pulumi:providers:aws"]],
	["allowKeys", "*PublicToken", ["PublicToken", "myPublicToken", "MY_PUBLICTOKEN"], ["publicTokens", "public_token"]],
	["allowPaths.type", "aws:lambda/*", ["aws:lambda/function:Function"], ["aws:ecs/service:Service", "aws:lambda"]],
	["allowPaths.path", "environment.variables.DEMO_*", ["environment.variables.DEMO_KEY", "environment.variables.DEMO_[0].x"], ["environment.variables.DEMO", "environmentXvariables.DEMO_KEY"]],
	["allowPaths of files", "testdata/*", ["testdata/a", "testdata/a/b.txt"], ["src/testdata/a", "testdata"]],
	["allowPaths.detector", "private-key", ["private-key"], ["private-keys"]],
	["allowedWorkflows", "acme/ci/*", ["acme/ci/.github/workflows/deploy.yml@v1", "acme/ci/x@main"], ["acme/ci@v1", "evil/acme/ci/x@v1"]],
	["allowedBackends", "s3://acme-state", ["s3://acme-state", "s3://acme-state/"], ["s3://acme-state/x", "s3://acme-state?endpoint=x"]],
	["allowedBackends", "https://pulumi.acme.com", ["https://pulumi.acme.com"], ["https://pulumiXacme.com", "https://pulumi.acme.com@x.org"]],
]

test_globs_of_the_docs_match_what_they_say if {
	wrong := {[setting, glob, text] |
		some [setting, glob, is, not_] in _documented
		some text in array.concat(is, not_)
		matched := {true | _setting(setting, glob, text)}
		matched != {true | text in is}
	}
	wrong == set()
}
