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
	form := "is not {service}/{environment}"
	_defects(
		data.lib.fixture.aws, [
			"api/prod", "production/api", "api/staging", "аpi/production", "API/production", "api", "api//production", "/api/production",
			"api_x/production", "api--production", "api_production", "a/b/production",
		],
		{},
	) == {
		"api/prod": $"{form}: `prod` is none of the environments production, staging, development",
		"production/api": $"{form}: service and environment seem swapped, `api` is none of the environments production, staging, development",
		"аpi/production": $"{form}: the letter `а` is not one of a-z, even if it looks like one",
		"API/production": $"{form}: it has upper-case letters",
		"api": $"{form}: it has 1 of 2 parts",
		"api//production": $"{form}: a part is empty, or `/` stands at an end",
		"/api/production": $"{form}: a part is empty, or `/` stands at an end",
		"api_x/production": $"{form}: `api_x` is not lower-case kebab",
		"api--production": $"{form}: its parts are divided by `--`, not by `/`",
		"api_production": $"{form}: its parts are divided by `_`, not by `/`",
		"a/b/production": $"{form}: it has other parts",
	}
}

test_the_environment_is_the_stacks if {
	settings := {"settings": {"environmentByStack": {"production": "staging"}}}
	_defects(data.lib.fixture.aws, ["api/staging", "api/production"], settings) == {
		"api/production": "is not {service}/{environment}: the environment of stack `production` is `staging`, not `production`",
	}
	_defects(data.lib.fixture.aws, ["api/production"], object.union(settings, _parameters({"matchStack": false}))) == {}
}

test_the_service_may_have_to_be_the_project if {
	document := object.union(_parameters({"serviceIsProject": true}), {"run": {"project": "My Shop"}})
	_defects(data.lib.fixture.aws, ["my-shop/production", "api/production"], document) == {
		"api/production": "is not {service}/{environment}: the service must be the project, `my-shop`, not `api`",
	}
}

test_one_of_several_templates_suffices if {
	document := _parameters({"templates": ["{service}/{environment}", "no template", "{service}/{environment}/{key}"]})
	_defects(data.lib.fixture.aws, ["api/production", "api/production/stripe", "api", "api/prod/stripe"], document) == {
		"api": "is not {service}/{environment} or {service}/{environment}/{key}: it has 1 of 2 parts",
		"api/prod/stripe": "is not {service}/{environment} or {service}/{environment}/{key}: `prod` is none of the environments production, staging, development",
	}
}

test_names_that_the_provider_makes if {
	_defects(data.lib.fixture.aws, ["db-abcdef1", "db-abcdef", "db"], {}) == {
		"db-abcdef1": "is auto-named: it is the logical name with random characters behind it",
		"db-abcdef": "is not {service}/{environment}: it has 1 of 2 parts",
		"db": "is not {service}/{environment}: it has 1 of 2 parts",
	}
	_defects(data.lib.fixture.azure, ["db", "shop"], {}) == {
		"db": "is copied from the logical name and is not {service}--{environment}",
		"shop": "is not {service}--{environment}: it has 1 of 2 parts",
	}
	_defects(data.lib.fixture.azure, ["db"], {"run": {"program": "terraform"}}) == {"db": "is not {service}--{environment}: it has 1 of 2 parts"}
}

test_managers_have_rules_of_their_own if {
	_defects(data.lib.fixture.ssm, ["api/production", "/ssm-x/production"], {}) == {
		"api/production": "is not /{service}/{environment}: it does not begin with `/`",
		"/ssm-x/production": "begins with aws or ssm, which Parameter Store keeps for itself",
	}
	short := {"kind": {"naming": {"max": 10}}}
	_defects(data.lib.fixture.aws, ["api/production"], short) == {"api/production": "has more than the 10 characters that are allowed there"}
	letters := {"kind": {"naming": {"regex": "^[a-z/]+$"}}}
	_defects(data.lib.fixture.aws, ["api2/production"], letters) == {"api2/production": "has characters that are not allowed there"}
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
		", with one of the environments production, staging, development",
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
	elsewhere := "and its name in the cluster cannot be {service}_{environment}"
	_where("kubernetes:secretmanager.cnrm.cloud.google.com:SecretManagerSecret") == [["spec", "resourceID"], elsewhere]
	_where("kubernetes:secretsmanager.aws.upbound.io:Secret") == [["metadata", "annotations", "crossplane.io/external-name"], elsewhere]
	_where("kubernetes:core/v1:Secret") == [["metadata", "name"], "so the provider makes one up"]
}

test_a_name_is_on_one_line_or_unknown if {
	name := data.lib.naming.name with input as _document(data.lib.fixture.aws, "a\nb", {})
	name == `a\nb`
	not data.lib.naming.name with input as _document(data.lib.fixture.aws, "a", {"resource": {"unknown": [["name"]]}})
	not data.lib.naming.defect with input as data.lib.fixture.with_({"kind": data.lib.fixture.aws})
}
