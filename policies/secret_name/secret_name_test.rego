package policies.secret_name_test

_keep := "Existing secret: do not rename it, a renamed secret is replaced and its value lost; exempt it."

_off(what, proposal, path) := _at(_raw, {"message": $"{what}\nNew secret: write `{proposal}`.\n{_keep}", "path": path})

_raw := {"yields": [{"policy": "raw-secret-resource"}]}

_at(place, violation) := {object.union(place, violation)}

_patch(kind, resource) := {
	"kind": kind,
	"resource": object.union({"ancestors": ["acme:infra:Secret"], "suggestion": "db"}, resource),
}

_deny(patch) := decisions if {
	decisions := data.policies.secret_name.deny with input as data.lib.fixture.with_(patch)
}

_undecided(patch) := decisions if {
	decisions := data.policies.secret_name.undecided with input as data.lib.fixture.with_(patch)
}

_named(name) := _deny(_patch(data.lib.fixture.aws, {"properties": {"name": name}}))

test_good_names_pass_in_every_manager if {
	found := {decision |
		some patch in [
			_patch(data.lib.fixture.aws, {"properties": {"name": "llm-service/staging"}}),
			_patch(data.lib.fixture.aws, {"properties": {"name": "staging/production"}}),
			_patch(data.lib.fixture.gcp, {"properties": {"secretId": "api_production"}}),
			_patch(data.lib.fixture.azure, {"properties": {"secretName": "api--production"}}),
			object.union(
				_patch(data.lib.fixture.ssm, {"properties": {"name": "/api/production", "type": "SecureString"}}),
				{"settings": {"managers": ["ssm-parameter-store"]}},
			),
		]
		some decision in (_deny(patch) | _undecided(patch))
	}
	found == set()
}

test_each_wrong_name_has_its_reason if {
	reasons := {
		"db": "it has 1 of 2 parts",
		"a/b/production": "it has other parts",
		"api/prod": "`prod` is none of the environments production, staging, development",
		"production/api": "service and environment seem swapped, `api` is none of the environments production, staging, development",
		"Api/production": "it has upper-case letters",
		"api/рroduction": "the letter `р` is not one of a-z, even if it looks like one",
		"api_production": "its parts are divided by `_`, not by `/`",
		"api--production": "its parts are divided by `--`, not by `/`",
		"api//production": "a part is empty, or `/` stands at an end",
		"": "a part is empty, or `/` stands at an end",
		"api-/production": "`api-` is not lower-case kebab",
		"api.v2/production": "`api.v2` is not lower-case kebab",
	}
	every name, reason in reasons {
		_named(name) == _off($"The `name` of this AWS Secrets Manager secret, `{name}`, is not \{service}/\{environment}: {reason}.", "db/production", ["name"])
	}
}

test_auto_named_and_copied_and_missing_names_say_so if {
	_named("db-0123abc") == _off("The `name` of this AWS Secrets Manager secret, `db-0123abc`, is auto-named: it is the logical name with random characters behind it.", "db/production", ["name"])
	_deny(_patch(data.lib.fixture.azure, {"properties": {"secretName": "db"}})) == _off(
		"The `secretName` of this Azure Key Vault secret, `db`, is copied from the logical name and is not {service}--{environment}.",
		"db--production", ["secretName"],
	)
	_deny(_patch(data.lib.fixture.aws, {"properties": {"namePrefix": "x"}})) == _off(
		"This AWS Secrets Manager secret has no `name`, so the provider makes one up.",
		"db/production", ["name"],
	)
}

test_hidden_names_are_undecided if {
	hidden := [_undecided(_patch(data.lib.fixture.gcp, resource)) | some resource in [
		{"unknown": [["secretId"]]}, {"properties": {"secretId": "[secret]"}, "secret": [["secretId"]]},
	]]
	hidden == [
		_at(_raw, {"message": "The name of this Google Secret Manager secret cannot be judged: `secretId` is not known yet.\nIt should be {service}_{environment}.", "path": ["secretId"]}),
		_at(_raw, {"message": "The name of this Google Secret Manager secret cannot be judged: `secretId` is marked secret, which a name is not.\nIt should be {service}_{environment}.", "path": ["secretId"]}),
	]
	_deny(_patch(data.lib.fixture.gcp, {"unknown": [["secretId"]]})) == set()
	_deny(_patch(data.lib.fixture.gcp, {"properties": {"secretId": "[secret]"}, "secret": [["secretId"]]})) == set()
}

test_names_of_misplaced_secrets_are_left_to_those_who_report_the_place if {
	raw := _patch(data.lib.fixture.aws, {"ancestors": [], "properties": {"name": "db"}})
	_deny(raw) == _named("db")

	elsewhere := _patch(data.lib.fixture.ssm, {"properties": {"name": "db", "type": "SecureString"}})
	_deny(elsewhere) == _at({"yields": [{"policy": "unsupported-secret-store"}], "level": "advisory"}, {
		"message": $"The `name` of this SSM Parameter Store secret, `db`, is not /\{service}/\{environment}: it does not begin with `/`.\nNew secret: write `/db/production`.\n{_keep}",
		"path": ["name"],
	})
}

test_name_in_a_cluster_is_that_of_the_secret_outside if {
	kind := object.union(data.lib.fixture.gcp, {
		"token": "kubernetes:secretmanager.cnrm.cloud.google.com:SecretManagerSecret",
		"name": ["metadata", "name"],
	})
	_deny(_patch(kind, {"properties": {"metadata": {"name": "db"}, "spec": {"resourceID": "api_production"}}})) == set()
	_deny(_patch(kind, {"properties": {"metadata": {"name": "db"}}})) == _off(
		"This Google Secret Manager secret has no `spec.resourceID`, and its name in the cluster cannot be {service}_{environment}.",
		"db_production", ["spec", "resourceID"],
	)
}

test_wrong_templates_are_reported_on_the_stack_and_not_used if {
	parameters := {"secret-name": {"templates": ["{service}", "{service}/{environment}"]}}
	_deny({"resource": {"type": "pulumi:pulumi:Stack"}, "parameters": parameters}) == {{
		"message": "Parameter templates[0] of the policy secret-name is not a template with one {service} and one {environment}.\nWrite parts with slashes between them, each of lower-case kebab text and at most one of {service}, {environment} and {key}.",
		"path": ["templates", 0],
	}}
	_deny({"resource": {"type": "pulumi:pulumi:Stack"}, "parameters": {"secret-name": {"templates": []}}}) == {{
		"message": "Parameter templates of the policy secret-name is an empty list.\nLeave it out to get {service}/{environment}, or list at least one template.",
		"path": ["templates"],
	}}
	_deny(object.union(_patch(data.lib.fixture.aws, {"properties": {"name": "api"}}), {"parameters": parameters})) == _off(
		"The `name` of this AWS Secrets Manager secret, `api`, is not {service}/{environment}: it has 1 of 2 parts.",
		"db/production", ["name"],
	)
}

test_every_message_has_three_lines_at_most if {
	every name in ["db", "api/prod", "аpi", "api-master", "db-0123abc"] {
		every decision in _named(name) {
			count(split(decision.message, "\n")) == 3
		}
	}
}

test_name_of_terraform if {
	_terraform := [decisions |
		some properties in [{}, {"name": "db-1a2b3c4"}, {"name": "db/production"}]
		decisions := data.policies.secret_name.deny with input as data.lib.fixture.terraform(object.union(
			_patch(data.lib.fixture.aws, {"properties": properties, "name": "db", "nameShown": "name", "ancestors": ["terraform:module:./modules/secret"]}),
			{},
		))
	]
	_terraform == [
		_off("This AWS Secrets Manager secret has no `name`, so the provider makes one up.", "db/production", ["name"]),
		_off("The `name` of this AWS Secrets Manager secret, `db-1a2b3c4`, is not {service}/{environment}: it has 1 of 2 parts.", "db/production", ["name"]),
		set(),
	]
}

test_wrong_name_of_what_may_be_a_secret_is_undecided if {
	document := object.union(
		_patch(data.lib.fixture.ssm, {"properties": {"name": "/db"}, "unknown": [["type"]]}),
		{"settings": {"managers": ["ssm-parameter-store"]}},
	)
	_deny(document) == set()
	_undecided(document) == _at(_raw, {
		"message": "The `name` of this SSM Parameter Store secret, `/db`, is not /{service}/{environment}: it has 1 of 2 parts.\nWhether it is a secret depends on properties that are not known yet or marked secret.",
		"path": ["name"],
	})
}
