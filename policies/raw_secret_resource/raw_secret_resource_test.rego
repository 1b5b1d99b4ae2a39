package policies.raw_secret_resource_test

_advice := "Existing secret: adopt it with an alias or exempt it; replacing it loses its value. New secret: create it with acme:infra:Secret."

_in_template := "Existing secret: leave it in the template and exempt it; removing it deletes its value. New secret: create it with acme:infra:Secret."

_alone := "outside the infra package, not inside any component"

_raw(noun, place) := _first(noun, place, _advice)

_first(noun, place, advice) := {{"message": $"This {noun} is created {place}.\n{advice}", "path": [], "yields": []}}

_version_advice := "Existing version: its value has been in the program, so set a new one by hand, then remove the version. New version: leave it out and set the value by hand after deployment."

_version(yields) := {{
	"message": concat("\n", [
		$"This AWS Secrets Manager secret version is created {_alone}.",
		_version_advice,
	]),
	"path": [],
	"yields": yields,
}}

_deny(patch) := decisions if {
	decisions := data.policies.raw_secret_resource.deny with input as data.lib.fixture.with_(patch)
}

_undecided(patch) := decisions if {
	decisions := data.policies.raw_secret_resource.undecided with input as data.lib.fixture.with_(patch)
}

test_raw_secret_of_each_manager_is_denied if {
	found := [_deny({"kind": kind}) | some kind in [data.lib.fixture.aws, data.lib.fixture.gcp, data.lib.fixture.azure]]
	found == [
		_raw("AWS Secrets Manager secret", _alone), _raw("Google Secret Manager secret", _alone), _raw("Azure Key Vault secret", _alone),
	]
}

test_nothing_is_said_of_what_holds_no_secret if {
	found := {decision |
		some kind in [
			{"class": "policy", "manager": "aws-secrets-manager"}, {"class": "version", "subclass": "implicit-secret", "manager": "aws-secrets-manager"},
			{"class": "store", "subclass": "certificate", "manager": "azure-key-vault"}, data.lib.fixture.ssm, data.lib.fixture.kubernetes,
		]
		some decision in (_deny({"kind": kind}) | _undecided({"kind": kind}))
	}
	found == set()
	_deny({}) == set()
}

test_any_blessed_ancestor_suffices if {
	_deny({"kind": data.lib.fixture.aws, "resource": {"ancestors": ["acme:web:App", "acme:infra:Database"]}}) == set()
	_deny({"kind": data.lib.fixture.aws, "resource": {"ancestors": ["acme:web:App"]}}) == _raw(
		"AWS Secrets Manager secret",
		"inside `acme:web:App`, which may not create secrets",
	)
	_deny({"kind": data.lib.fixture.aws, "resource": {"ancestors": ["aws:ec2/vpc:Vpc"]}}) == _raw(
		"AWS Secrets Manager secret",
		"outside the infra package: none of its parents may create secrets",
	)
}

test_only_the_direct_parent_counts_when_asked_for if {
	direct := {"kind": data.lib.fixture.aws, "parameters": {"raw-secret-resource": {"requireDirectParent": true}}}
	_deny(object.union(direct, {"resource": {"ancestors": ["acme:infra:Secret", "acme:web:App"]}})) == set()
	_deny(object.union(direct, {"resource": {"ancestors": ["acme:web:App", "acme:infra:Secret"]}})) == _raw(
		"AWS Secrets Manager secret",
		"inside `acme:web:App`, which may not create secrets (requireDirectParent is on)",
	)
}

test_version_without_a_value_is_left_to_its_secrets_where_all_are_raw if {
	raw := {"urn": "urn:pulumi:a", "type": data.lib.fixture.aws.token, "ancestors": []}
	blessed := {"urn": "urn:pulumi:b", "type": data.lib.fixture.aws.token, "ancestors": ["acme:infra:Secret"]}
	found := [_deny({"kind": data.lib.fixture.aws_version, "resource": {"stores": stores}}) | some stores in [[], [raw], [raw, raw], [raw, blessed], [blessed]]]
	secret := {"policy": "raw-secret-resource", "urn": "urn:pulumi:a"}
	found == [_version([]), _version([secret]), _version([secret, secret]), _version([]), _version([])]
}

test_version_with_a_value_is_not_the_defect_of_its_secret if {
	stores := [{"urn": "urn:pulumi:a", "type": data.lib.fixture.aws.token, "ancestors": []}]
	left := [[target.policy | some decision in decisions; some target in decision.yields] |
		some patch in [{}, {"placeholder": true}, {"writeOnly": true}]
		written := object.union({"path": ["secretString"], "placeholder": false, "writeOnly": false}, patch)
		decisions := _deny({"kind": data.lib.fixture.aws_version, "resource": {"stores": stores, "written": [written]}})
	]
	left == [["secret-value-in-program"], ["raw-secret-resource"], ["raw-secret-resource"]]
}

test_manager_that_the_settings_add_is_checked_under_its_condition if {
	patch := {"kind": data.lib.fixture.ssm, "settings": {"managers": ["ssm-parameter-store"]}}
	secure := object.union(patch, {"resource": {"properties": {"type": "SecureString"}}})
	_deny(secure) == _raw("SSM Parameter Store secret", _alone)
	_undecided(secure) == set()

	unknown := object.union(patch, {"resource": {"unknown": [["type"]]}})
	_deny(unknown) == set()
	_undecided(unknown) == {{
		"message": $"Cannot tell whether this SSM Parameter Store resource is a secret: that depends on properties that are unknown or marked secret.\n{_advice}",
		"path": [],
		"yields": [],
	}}

	_deny(object.union(patch, {"resource": {"properties": {"type": "String"}}})) == set()
}

test_template_with_secrets_is_denied_per_secret if {
	declares := [
		{"type": "AWS::SecretsManager::Secret", "class": "store", "manager": "aws-secrets-manager", "path": ["templateBody", "Resources", "Db"]},
		{"type": "Microsoft.KeyVault/vaults/secrets", "class": "store", "manager": "azure-key-vault", "path": ["template", "resources", 0]},
		{"type": "v1/Secret", "class": "store", "manager": "kubernetes", "path": ["manifest"]},
		{"type": "AWS::SecretsManager::RotationSchedule", "class": "policy", "manager": "aws-secrets-manager", "path": ["x"]},
		{"unreadable": true, "path": ["other"]},
	]
	kind := {"class": "command", "subclass": "template-passthrough", "manager": "aws"}
	patch := {"kind": kind, "resource": {"declares": declares}}
	_deny(patch) == {
		{
			"message": $"The template at `templateBody.Resources.Db` creates an AWS Secrets Manager secret {_alone}.\n{_in_template}",
			"path": ["templateBody", "Resources", "Db"],
		},
		{
			"message": $"The template at `template.resources[0]` creates an Azure Key Vault secret {_alone}.\n{_in_template}",
			"path": ["template", "resources", 0],
		},
	}
	_undecided(patch) == {{
		"message": "Cannot tell whether the template at `other` creates secrets: it is not known yet or cannot be read.\nIf it does, exempt it for existing secrets, and create new ones with acme:infra:Secret.",
		"path": ["other"],
	}}

	blessed := object.union(patch, {"resource": {"ancestors": ["acme:infra:Secret"]}})
	_deny(blessed) | _undecided(blessed) == set()
}

_terraform(patch) := {"deny": deny, "undecided": undecided} if {
	deny := data.policies.raw_secret_resource.deny with input as data.lib.fixture.terraform(patch)
	undecided := data.policies.raw_secret_resource.undecided with input as data.lib.fixture.terraform(patch)
}

_in_terraform(place, advised) := {"deny": _first("AWS Secrets Manager secret", place, advice), "undecided": set()} if {
	advice := $"Existing secret: adopt it with a `moved` block or an import, or exempt it; replacing it loses its value. New secret: create it with {advised}."
}

test_secret_of_terraform_outside_of_blessed_modules if {
	aws := {"kind": data.lib.fixture.aws}
	around := object.union(aws, {"resource": {"ancestors": ["terraform:module:./modules/other"]}})
	_terraform(aws) == _in_terraform("in the root module, which may not create secrets", "the module ./modules/secret")
	_terraform(around) == _in_terraform("inside `module ./modules/other`, which may not create secrets", "the module ./modules/secret")
	first := {"resource": {"firstIn": ["terraform:module:./modules/other"]}, "settings": {"blessedModules": []}}
	_terraform(object.union(around, first)).deny == _first(
		"AWS Secrets Manager secret", "inside `module ./modules/other`, which may not create secrets",
		`Adopt or exempt it. If this is your infra module, add {"source": "./modules/other", "values": "none"} to settings.blessedModules.`,
	)
	odd := object.union(aws, {"resource": {"ancestors": ["terraform:module:file%3A//modules"]}})
	_terraform(odd) == _in_terraform("inside a module that may not create secrets", "the module ./modules/secret")
	_terraform(object.union(odd, {"settings": {"blessedModules": []}})) == _in_terraform(
		"inside a module that may not create secrets",
		"a module listed in settings.blessedModules (none yet)",
	)
	direct := object.union(aws, {
		"resource": {"ancestors": ["terraform:module:./x", "terraform:module:./modules/secret"]},
		"parameters": {"raw-secret-resource": {"requireDirectParent": true}},
	})
	_terraform(direct) == _in_terraform(
		"inside `module ./x`, which may not create secrets (requireDirectParent is on)",
		"the module ./modules/secret",
	)
}

test_secret_of_terraform_in_a_blessed_module_passes if {
	patch := {"kind": data.lib.fixture.aws, "resource": {"ancestors": ["terraform:module:./x", "terraform:module:github.com/acme/infra//a/b"]}}
	_terraform(patch) == {"deny": set(), "undecided": set()}
}

test_secret_in_a_module_of_a_state_is_undecided if {
	patch := {"kind": data.lib.fixture.aws, "resource": {"ancestors": ["terraform:module:-"]}}
	_terraform(patch) == {"deny": set(), "undecided": {{
		"message": "Cannot tell whether this AWS Secrets Manager secret is created through a blessed module: a Terraform state does not record module sources.\nCheck a plan of the same configuration instead.",
		"path": [],
		"yields": [],
	}}}
}

_declared := {"settings": {"components": [
	{"type": "acme:infra:Secret", "values": "none"},
	{"type": "acme:infra:Database", "values": "generated", "children": ["aws:secretsmanager/secret:Secret", "gcp:secretmanager/*:*"]},
]}}

_within(kind, ancestors, patch) := _deny(object.union(
	_declared,
	{"kind": kind, "resource": object.union({"type": kind.token, "ancestors": ancestors}, patch)},
))

test_component_of_the_package_that_is_not_declared_holds_no_secret if {
	vpc := "inside `acme:infra:Vpc`, which is not declared to hold secrets"
	row := `Adopt or exempt it. If secrets belong here, add {"type": "acme:infra:Vpc", "values": "generated", "children": ["aws:secretsmanager/*:*"]} to settings.components.`
	_within(data.lib.fixture.aws, ["acme:infra:Vpc"], {"firstIn": ["acme:infra:Vpc"]}) == _first("AWS Secrets Manager secret", vpc, row)
	_within(data.lib.fixture.aws, ["acme:infra:Vpc"], {}) == _raw("AWS Secrets Manager secret", vpc)
	_within(data.lib.fixture.aws, ["acme:web:App", "acme:infra:Vpc"], {}) == _raw("AWS Secrets Manager secret", vpc)
	azure := `Adopt or exempt it. If secrets belong here, add {"type": "acme:infra:Vpc", "values": "generated", "children": ["azure-native:keyvault:Secret"]} to settings.components.`
	_within(data.lib.fixture.azure, ["acme:infra:Vpc"], {"firstIn": ["acme:infra:Vpc"]}) == _first("Azure Key Vault secret", vpc, azure)
}

test_declared_component_beside_one_that_is_not if {
	_within(data.lib.fixture.aws, ["acme:infra:Secret", "acme:infra:Vpc"], {"firstIn": ["acme:infra:Vpc"]}) == set()
	_within(data.lib.fixture.aws, ["acme:infra:Vpc", "acme:infra:Secret"], {"firstIn": ["acme:infra:Vpc"]}) == set()
	direct := {"parameters": {"raw-secret-resource": {"requireDirectParent": true}}}
	_deny(object.union(object.union(_declared, direct), {"kind": data.lib.fixture.aws, "resource": {"ancestors": ["acme:infra:Vpc", "acme:infra:Secret"], "firstIn": ["acme:infra:Vpc"]}})) == _raw(
		"AWS Secrets Manager secret",
		"inside `acme:infra:Vpc`, which may not create secrets (requireDirectParent is on)",
	)
}

_unblessed(component, row) := _first(
	"AWS Secrets Manager secret", $"inside `{component}`, which may not create secrets",
	$"Adopt or exempt it. If this is your infra package, add {row} to settings.components.",
)

test_component_of_another_package_is_named_with_its_row if {
	every component in ["infra:index:Secret", "acme:infrared:ManagedSecret", "other:infra/v2:Secrets"] {
		_within(data.lib.fixture.aws, [component], {"firstIn": [component]}) == _unblessed(component, $"\{\"type\": \"{component}\", \"values\": \"none\"}")
	}
	every component in ["acme:web:App", "other:infra:Vpc"] {
		_within(data.lib.fixture.aws, [component], {"firstIn": [component]}) == _unblessed(component, $"\{\"type\": \"{component}\", \"values\": \"generated\", \"children\": [\"aws:secretsmanager/*:*\"]}")
	}
}

test_row_of_a_component_is_said_once if {
	_within(data.lib.fixture.aws, ["infra:index:Secret", "acme:web:App"], {"firstIn": ["acme:web:App"]}) == _raw(
		"AWS Secrets Manager secret",
		"inside `infra:index:Secret`, which may not create secrets",
	)
}

test_component_holds_what_its_children_say if {
	_within(data.lib.fixture.aws, ["acme:infra:Database"], {}) == set()
	_within(data.lib.fixture.gcp, ["acme:infra:Database"], {}) == set()
	only := "inside `acme:infra:Database`, which may hold only aws:secretsmanager/secret:Secret, gcp:secretmanager/*:*"
	more := `Adopt or exempt it. If it belongs here too, add "azure-native:keyvault:Secret" to the component's children in settings.components.`
	_within(data.lib.fixture.azure, ["acme:infra:Database"], {"firstIn": ["acme:infra:Database"]}) == _first("Azure Key Vault secret", only, more)
	_within(data.lib.fixture.azure, ["acme:infra:Database"], {}) == _raw("Azure Key Vault secret", only)
}

test_children_name_a_version_by_its_secret_and_any_form_of_a_token if {
	version := data.lib.fixture.aws_version
	inside := ["acme:infra:Database"]
	_within(version, inside, {"stores": [{"urn": "urn:pulumi:a", "type": "aws:secretsmanager/secret:Secret", "ancestors": inside}]}) == set()
	_deny(object.union(_declared, {"kind": data.lib.fixture.aws, "resource": {"type": "tools:index/secretsmanagerSecret:SecretsmanagerSecret", "ancestors": inside}})) == set()
	only := "inside `acme:infra:Database`, which may hold only aws:secretsmanager/secret:Secret, gcp:secretmanager/*:*"
	{split(decision.message, "\n")[0] | some decision in _within(version, inside, {"stores": []})} == {$"This AWS Secrets Manager secret version is created {only}."}
}

test_template_with_secrets_of_a_manager_that_the_settings_add if {
	patch := {
		"kind": {"class": "command", "subclass": "template-passthrough", "manager": "aws"},
		"resource": {"type": "pulumi:x:Template", "declares": [{"type": "v1/Secret", "class": "store", "manager": "vault", "path": ["manifest"]}]},
		"settings": {"managers": ["vault"]},
	}
	{decision.message | some decision in _deny(patch)} == {
		$"The template at `manifest` creates a HashiCorp Vault secret {_alone}.\n{_in_template}",
	}
}

test_version_in_a_template_is_advised_as_a_version if {
	patch := {
		"kind": {"class": "command", "subclass": "template-passthrough", "manager": "gcp"},
		"resource": {"declares": [{"type": "x", "class": "version", "manager": "gcp-secret-manager", "path": ["manifest"]}]},
	}
	{decision.message | some decision in _deny(patch)} == {
		concat("\n", [$"The template at `manifest` creates a Google Secret Manager secret version {_alone}.", _version_advice]),
	}
}

test_component_that_is_not_declared_is_proposed_with_the_type_of_the_template if {
	template := "aws:cloudformation/stack:Stack"
	patch := {"firstIn": ["acme:infra:Vpc"], "declares": [{"type": "AWS::SecretsManager::Secret", "class": "store", "manager": "aws-secrets-manager", "path": ["templateBody"]}]}
	rows := {regex.find_n(`\{"type".*\]\}`, decision.message, 1) |
		some decision in _within({"class": "command", "token": template, "subclass": "template-passthrough", "manager": "aws"}, ["acme:infra:Vpc"], patch)
	}
	rows == {[`{"type": "acme:infra:Vpc", "values": "generated", "children": ["aws:cloudformation/stack:Stack"]}`]}
}
