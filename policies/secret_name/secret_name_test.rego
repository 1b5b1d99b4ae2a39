package policies.secret_name_test

_keep := "Existing secret: keep the name and exempt it; renaming replaces the secret and loses its value."

_off(what, proposal, path) := _at(_raw, {"message": $"{what}\n{_keep} New secret: name it `{proposal}`.", "path": path})

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
		"db": "it has only 1 of 2 parts",
		"a/b/production": "it has more than 2 parts",
		"api/prod": "`prod` is not one of the environments production, staging, development",
		"production/api": "service and environment look swapped (`api` is not one of production, staging, development)",
		"Api/production": "it contains upper-case letters",
		"api/рroduction": "it contains the non-ASCII character `р`",
		"api_production": "its parts are separated by `_`, not by `/`",
		"api--production": "its parts are separated by `--`, not by `/`",
		"api//production": "it has an empty part, or starts or ends with `/`",
		"": "it has an empty part, or starts or ends with `/`",
		"api-/production": "`api-` is not kebab-case",
		"api.v2/production": "`api.v2` is not kebab-case",
	}
	every name, reason in reasons {
		_named(name) == _off($"The `name` of this AWS Secrets Manager secret, `{name}`, does not match \{service}/\{environment}: {reason}.", "db/production", ["name"])
	}
}

test_auto_named_and_copied_and_missing_names_say_so if {
	_named("db-0123abc") == _off("The `name` of this AWS Secrets Manager secret, `db-0123abc`, is auto-named: the logical name plus a random suffix.", "db/production", ["name"])
	_deny(_patch(data.lib.fixture.azure, {"properties": {"secretName": "db"}})) == _off(
		"The `secretName` of this Azure Key Vault secret, `db`, is copied from the logical name and does not match {service}--{environment}.",
		"db--production", ["secretName"],
	)
	_deny(_patch(data.lib.fixture.aws, {"properties": {"namePrefix": "x"}})) == _off(
		"This AWS Secrets Manager secret has no `name`, so the provider generates one.",
		"db/production", ["name"],
	)
}

test_hidden_names_are_undecided if {
	hidden := [_undecided(_patch(data.lib.fixture.gcp, resource)) | some resource in [
		{"unknown": [["secretId"]]}, {"properties": {"secretId": "[secret]"}, "secret": [["secretId"]]},
	]]
	hidden == [
		_at(_raw, {"message": "The name of this Google Secret Manager secret cannot be checked: `secretId` is not known yet.\nDo not rename an existing secret. The name of a new one must match {service}_{environment}.", "path": ["secretId"]}),
		_at(_raw, {"message": "The name of this Google Secret Manager secret cannot be checked: `secretId` is marked secret.\nDo not rename an existing secret. The name of a new one must match {service}_{environment}.", "path": ["secretId"]}),
	]
	_deny(_patch(data.lib.fixture.gcp, {"unknown": [["secretId"]]})) == set()
	_deny(_patch(data.lib.fixture.gcp, {"properties": {"secretId": "[secret]"}, "secret": [["secretId"]]})) == set()
}

test_names_of_misplaced_secrets_are_left_to_those_who_report_the_place if {
	raw := _patch(data.lib.fixture.aws, {"ancestors": [], "properties": {"name": "db"}})
	_deny(raw) == _named("db")

	elsewhere := _patch(data.lib.fixture.ssm, {"properties": {"name": "db", "type": "SecureString"}})
	_deny(elsewhere) == _at({"yields": [{"policy": "unsupported-secret-store"}], "level": "advisory"}, {
		"message": $"The `name` of this SSM Parameter Store secret, `db`, does not match /\{service}/\{environment}: it does not start with `/`.\n{_keep} New secret: name it `/db/production`.",
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
		"This Google Secret Manager secret has no `spec.resourceID`, and its Kubernetes name cannot match {service}_{environment}.",
		"db_production", ["spec", "resourceID"],
	)
}

test_wrong_templates_are_reported_on_the_stack_and_not_used if {
	parameters := {"secret-name": {"templates": ["{service}", "{service}/{environment}"]}}
	_deny({"resource": {"type": "pulumi:pulumi:Stack"}, "parameters": parameters}) == {{
		"message": "secret-name.templates[0] is not a valid template: it must contain {service} and {environment} once each.\nSeparate the parts with slashes; each may combine kebab-case text with one of {service}, {environment} and {key}.",
		"path": ["templates", 0],
	}}
	_deny({"resource": {"type": "pulumi:pulumi:Stack"}, "parameters": {"secret-name": {"templates": []}}}) == {{
		"message": "secret-name.templates is an empty list.\nRemove it to use the default, {service}/{environment}, or list at least one template.",
		"path": ["templates"],
	}}
	_deny(object.union(_patch(data.lib.fixture.aws, {"properties": {"name": "api"}}), {"parameters": parameters})) == _off(
		"The `name` of this AWS Secrets Manager secret, `api`, does not match {service}/{environment}: it has only 1 of 2 parts.",
		"db/production", ["name"],
	)
}

test_every_message_has_two_lines if {
	every name in ["db", "api/prod", "аpi", "api-master", "db-0123abc"] {
		every decision in _named(name) {
			count(split(decision.message, "\n")) == 2
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
		_off("This AWS Secrets Manager secret has no `name`, so the provider generates one.", "db/production", ["name"]),
		_off("The `name` of this AWS Secrets Manager secret, `db-1a2b3c4`, does not match {service}/{environment}: it has only 1 of 2 parts.", "db/production", ["name"]),
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
		"message": "The `name` of this SSM Parameter Store secret, `/db`, does not match /{service}/{environment}: it has only 1 of 2 parts.\nIf this is a secret (some properties are unknown or marked secret), exempt an existing one, and name a new one `/db/production`.",
		"path": ["name"],
	})
}
