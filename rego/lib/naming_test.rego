package lib.naming_test

# A secret of the manager with the name, in stack production of project shop.
_document(kind, name, patch) := object.union(
	data.lib.fixture.with_({"kind": kind, "resource": {"properties": {kind.name[0]: name}}}),
	patch,
)

_defects(kind, names, patch) := {name: defect |
	some name in names
	defect := data.lib.naming.defect with input as _document(kind, name, patch)
}

_parameters(parameters) := {"parameters": {"secret-name": parameters}}

test_good_names_have_no_defect if {
	_defects(data.lib.fixture.aws, ["api/production", "llm-service/production"], {}) == {}
	_defects(data.lib.fixture.gcp, ["api_production"], {}) == {}
	_defects(data.lib.fixture.azure, ["api--production"], {}) == {}
	_defects(data.lib.fixture.ssm, ["/api/production"], {}) == {}
}

test_the_most_telling_reason_comes_first if {
	form := "does not match {service}/{environment}"
	_defects(
		data.lib.fixture.aws, [
			"api/prod", "production/api", "api/staging", "аpi/production", "API/production", "api", "api//production", "/api/production",
			"api_x/production", "api--production", "api_production", "a/b/production",
		],
		{},
	) == {
		"api/prod": $"{form}: `prod` is not one of the environments production, staging, development",
		"production/api": $"{form}: service and environment look swapped (`api` is not one of production, staging, development)",
		"аpi/production": $"{form}: it contains the non-ASCII character `а`",
		"API/production": $"{form}: it contains upper-case letters",
		"api": $"{form}: it has only 1 of 2 parts",
		"api//production": $"{form}: it has an empty part, or starts or ends with `/`",
		"/api/production": $"{form}: it has an empty part, or starts or ends with `/`",
		"api_x/production": $"{form}: `api_x` is not kebab-case",
		"api--production": $"{form}: its parts are separated by `--`, not by `/`",
		"api_production": $"{form}: its parts are separated by `_`, not by `/`",
		"a/b/production": $"{form}: it has more than 2 parts",
	}
}

test_literal_parts_of_a_template_must_match if {
	document := _parameters({"templates": ["app/{service}/{environment}"]})
	_defects(data.lib.fixture.aws, ["app/api/production", "web/api/production"], document) == {
		"web/api/production": "does not match app/{service}/{environment}: its parts differ from the template",
	}
}

test_the_environment_is_the_stacks if {
	settings := {"settings": {"environmentByStack": {"production": "staging"}}}
	_defects(data.lib.fixture.aws, ["api/staging", "api/production"], settings) == {
		"api/production": "does not match {service}/{environment}: the environment of stack `production` is `staging`, not `production`",
	}
	_defects(data.lib.fixture.aws, ["api/production"], object.union(settings, _parameters({"matchStack": false}))) == {}
}

test_the_service_may_have_to_be_the_project if {
	document := object.union(_parameters({"serviceIsProject": true}), {"run": {"project": "My Shop"}})
	_defects(data.lib.fixture.aws, ["my-shop/production", "api/production"], document) == {
		"api/production": "does not match {service}/{environment}: the service must be the project name, `my-shop`, not `api`",
	}
}

test_one_of_several_templates_suffices if {
	document := _parameters({"templates": ["{service}/{environment}", "no template", "{service}/{environment}/{key}"]})
	_defects(data.lib.fixture.aws, ["api/production", "api/production/stripe", "api", "api/prod/stripe"], document) == {
		"api": "does not match {service}/{environment} or {service}/{environment}/{key}: it has only 1 of 2 parts",
		"api/prod/stripe": "does not match {service}/{environment} or {service}/{environment}/{key}: `prod` is not one of the environments production, staging, development",
	}
}

test_names_that_the_provider_makes if {
	_defects(data.lib.fixture.aws, ["db-abcdef1", "db-abcdef", "db"], {}) == {
		"db-abcdef1": "is auto-named: the logical name plus a random suffix",
		"db-abcdef": "does not match {service}/{environment}: it has only 1 of 2 parts",
		"db": "does not match {service}/{environment}: it has only 1 of 2 parts",
	}
	_defects(data.lib.fixture.azure, ["db", "shop"], {}) == {
		"db": "is copied from the logical name and does not match {service}--{environment}",
		"shop": "does not match {service}--{environment}: it has only 1 of 2 parts",
	}
	_defects(data.lib.fixture.azure, ["db"], {"run": {"program": "terraform"}}) == {"db": "does not match {service}--{environment}: it has only 1 of 2 parts"}
}

test_managers_have_rules_of_their_own if {
	_defects(data.lib.fixture.ssm, ["api/production", "/ssm-x/production"], {}) == {
		"api/production": "does not match /{service}/{environment}: it does not start with `/`",
		"/ssm-x/production": "starts with aws or ssm, which Parameter Store reserves",
	}
	short := {"kind": {"naming": {"max": 10}}}
	_defects(data.lib.fixture.aws, ["api/production"], short) == {"api/production": "is longer than the 10 characters that AWS Secrets Manager allows"}
	letters := {"kind": {"naming": {"regex": "^[a-z/]+$"}}}
	_defects(data.lib.fixture.aws, ["api2/production"], letters) == {"api2/production": "contains characters that AWS Secrets Manager does not allow"}
}

test_what_a_manager_advises_against_is_no_defect if {
	document := _document(data.lib.fixture.aws, "api-123abc/production", {"settings": {"environments": ["*"]}, "parameters": {"secret-name": {"matchStack": false}}})
	data.lib.naming.warnings == [] with input as document
	ending := json.patch(document, [{"op": "replace", "path": "/resource/properties/name", "value": "api/e-abc123"}])
	not data.lib.naming.defect with input as ending
	data.lib.naming.warnings == [data.lib.fixture.aws.naming.reserved[0].message] with input as ending
}

_proposed(kind, patch) := [proposal, choice] if {
	proposal := data.lib.naming.proposal with input as _document(kind, "x", patch)
	choice := data.lib.naming.choice with input as _document(kind, "x", patch)
}

test_a_name_is_proposed if {
	suggestion := {"resource": {"suggestion": "stripe"}}
	_proposed(data.lib.fixture.aws, suggestion) == ["stripe/production", ""]
	_proposed(data.lib.fixture.ssm, {}) == ["/<service>/production", ""]
	_proposed(data.lib.fixture.gcp, object.union(suggestion, {"run": {"stack": "alice"}})) == [
		"stripe_<environment>",
		" (environments: production, staging, development)",
	]
	_proposed(data.lib.fixture.aws, object.union(suggestion, _parameters({"templates": ["{service}/{environment}", "{service}/{environment}/{key}"], "serviceIsProject": true}))) == [
		"shop/production/stripe", "",
	]
}

test_no_name_is_proposed_that_the_manager_keeps_for_itself if {
	_proposed(data.lib.fixture.ssm, {"resource": {"suggestion": "aws-key"}}) == ["/<service>/production", ""]
}

_where(token) := [path, nameless] if {
	kind := object.union(data.lib.fixture.kubernetes, {"token": token, "naming": data.lib.fixture.gcp.naming})
	document := data.lib.fixture.with_({"kind": kind})
	path := data.lib.naming.path with input as document
	nameless := data.lib.naming.nameless with input as document
}

test_the_name_outside_of_a_cluster_counts if {
	elsewhere := "and its Kubernetes name cannot match {service}_{environment}"
	_where("kubernetes:secretmanager.cnrm.cloud.google.com:SecretManagerSecret") == [["spec", "resourceID"], elsewhere]
	_where("kubernetes:secretsmanager.aws.upbound.io:Secret") == [["metadata", "annotations", "crossplane.io/external-name"], elsewhere]
	_where("kubernetes:core/v1:Secret") == [["metadata", "name"], "so the provider generates one"]
}

test_a_name_is_on_one_line_or_unknown if {
	name := data.lib.naming.name with input as _document(data.lib.fixture.aws, "a\nb", {})
	name == `a\nb`
	not data.lib.naming.name with input as _document(data.lib.fixture.aws, "a", {"resource": {"unknown": [["name"]]}})
	not data.lib.naming.defect with input as data.lib.fixture.with_({"kind": data.lib.fixture.aws})
}
