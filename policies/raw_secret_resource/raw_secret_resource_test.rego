package policies.raw_secret_resource_test

_advice := concat("\n", [
	"New secret: create it with acme:infra:Secret.",
	"Existing secret: do not move or re-create it, its value would be lost; adopt it with an alias or exempt it.",
])

_alone := "It is not inside any component."

_raw(noun, place) := {{"message": $"This {noun} is not created through the infra package. {place}\n{_advice}", "path": [], "yields": []}}

_version(yields) := {{
	"message": concat("\n", [
		$"This AWS Secrets Manager secret version is not created through the infra package. {_alone}",
		"New version: leave it out of the program, and set the value by hand in the cloud after deployment.",
		"Existing version: its value has been in the program, so set a new one by hand first, then remove the version.",
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
		"It is inside `acme:web:App`, which is not blessed.",
	)
}

test_only_the_direct_parent_counts_when_asked_for if {
	direct := {"kind": data.lib.fixture.aws, "parameters": {"raw-secret-resource": {"requireDirectParent": true}}}
	_deny(object.union(direct, {"resource": {"ancestors": ["acme:infra:Secret", "acme:web:App"]}})) == set()
	_deny(object.union(direct, {"resource": {"ancestors": ["acme:web:App", "acme:infra:Secret"]}})) == _raw(
		"AWS Secrets Manager secret",
		"Its direct parent, `acme:web:App`, is none of acme:infra:Secret, acme:infra:*; the parameter requireDirectParent lets no other ancestor count.",
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
		"message": $"Whether this resource of SSM Parameter Store is a secret depends on properties that are not known yet or marked secret.\n{_alone}",
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
			"message": $"The template at templateBody.Resources.Db creates an AWS Secrets Manager secret (`AWS::SecretsManager::Secret`) outside of the infra package. {_alone}\n{_advice}",
			"path": ["templateBody", "Resources", "Db"],
		},
		{
			"message": $"The template at template.resources[0] creates an Azure Key Vault secret (`Microsoft.KeyVault/vaults/secrets`) outside of the infra package. {_alone}\n{_advice}",
			"path": ["template", "resources", 0],
		},
	}
	_undecided(patch) == {{
		"message": $"Whether the template at other creates secrets cannot be seen: it is not known yet or cannot be read.\n{_alone}",
		"path": ["other"],
	}}

	blessed := object.union(patch, {"resource": {"ancestors": ["acme:infra:Secret"]}})
	_deny(blessed) | _undecided(blessed) == set()
}

_terraform(patch) := {"deny": deny, "undecided": undecided} if {
	deny := data.policies.raw_secret_resource.deny with input as data.lib.fixture.terraform(patch)
	undecided := data.policies.raw_secret_resource.undecided with input as data.lib.fixture.terraform(patch)
}

_in_terraform(place, advised) := {
	"deny": {{
		"message": concat("\n", [
			$"This AWS Secrets Manager secret is not created through a blessed module. {place}",
			$"New secret: create it with {advised}.",
			"Existing secret: do not re-create it, its value would be lost; take it into the module with a `moved` block or an import, or exempt it.",
		]),
		"path": [],
		"yields": [],
	}},
	"undecided": set(),
}

test_secret_of_terraform_outside_of_blessed_modules if {
	aws := {"kind": data.lib.fixture.aws}
	around := object.union(aws, {"resource": {"ancestors": ["terraform:module:./modules/other"]}})
	_terraform(aws) == _in_terraform("It is not inside any module.", "the module ./modules/secret")
	_terraform(around) == _in_terraform("It is inside `module ./modules/other`, which is not blessed.", "the module ./modules/secret")
	_terraform(object.union(around, {"resource": {"firstIn": ["terraform:module:./modules/other"]}, "settings": {"blessedModules": []}})) == _in_terraform(
		concat("\n", [
			"It is inside `module ./modules/other`, which is not blessed.",
			`If it is part of your infra package, add {"source": "./modules/other", "values": "none"} to blessedModules of the policy settings.`,
		]),
		"a module that the parameter blessedModules of the policy settings names (so far none)",
	)
	odd := object.union(aws, {"resource": {"ancestors": ["terraform:module:file%3A//modules"]}})
	_terraform(odd) == _in_terraform("None of the modules around it is one of ./modules/secret, github.com/acme/infra//**.", "the module ./modules/secret")
	_terraform(object.union(odd, {"settings": {"blessedModules": []}})) == _in_terraform(
		"None of the modules around it is blessed.",
		"a module that the parameter blessedModules of the policy settings names (so far none)",
	)
	direct := object.union(aws, {
		"resource": {"ancestors": ["terraform:module:./x", "terraform:module:./modules/secret"]},
		"parameters": {"raw-secret-resource": {"requireDirectParent": true}},
	})
	_terraform(direct) == _in_terraform(
		"Its direct parent, `module ./x`, is none of ./modules/secret, github.com/acme/infra//**; the parameter requireDirectParent lets no other ancestor count.",
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
		"message": "Whether this AWS Secrets Manager secret is created through a blessed module cannot be seen: a state does not hold the sources of modules.\nCheck a plan of the same configuration, which does.",
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
	vpc := "It is inside `acme:infra:Vpc`, which is not declared to hold secrets."
	row := `If it does hold secrets, add {"type": "acme:infra:Vpc", "values": "generated", "children": ["aws:secretsmanager/*:*"]} to components of the policy settings.`
	_within(data.lib.fixture.aws, ["acme:infra:Vpc"], {"firstIn": ["acme:infra:Vpc"]}) == _raw("AWS Secrets Manager secret", $"{vpc}\n{row}")
	_within(data.lib.fixture.aws, ["acme:infra:Vpc"], {}) == _raw("AWS Secrets Manager secret", vpc)
	_within(data.lib.fixture.aws, ["acme:web:App", "acme:infra:Vpc"], {}) == _raw("AWS Secrets Manager secret", vpc)
	azure := `If it does hold secrets, add {"type": "acme:infra:Vpc", "values": "generated", "children": ["azure-native:keyvault:Secret"]} to components of the policy settings.`
	_within(data.lib.fixture.azure, ["acme:infra:Vpc"], {"firstIn": ["acme:infra:Vpc"]}) == _raw("Azure Key Vault secret", $"{vpc}\n{azure}")
}

test_declared_component_beside_one_that_is_not if {
	_within(data.lib.fixture.aws, ["acme:infra:Secret", "acme:infra:Vpc"], {"firstIn": ["acme:infra:Vpc"]}) == set()
	_within(data.lib.fixture.aws, ["acme:infra:Vpc", "acme:infra:Secret"], {"firstIn": ["acme:infra:Vpc"]}) == set()
	direct := {"parameters": {"raw-secret-resource": {"requireDirectParent": true}}}
	_deny(object.union(object.union(_declared, direct), {"kind": data.lib.fixture.aws, "resource": {"ancestors": ["acme:infra:Vpc", "acme:infra:Secret"], "firstIn": ["acme:infra:Vpc"]}})) == _raw(
		"AWS Secrets Manager secret",
		"Its direct parent, `acme:infra:Vpc`, is none of acme:infra:Secret, acme:infra:Database; the parameter requireDirectParent lets no other ancestor count.",
	)
}

_unblessed(component, row) := concat("\n", [
	$"It is inside `{component}`, which is not blessed.",
	$"If it is part of your infra package, add {row} to components of the policy settings.",
])

test_component_of_another_package_is_named_with_its_row if {
	every component in ["infra:index:Secret", "acme:infrared:ManagedSecret", "other:infra/v2:Secrets"] {
		_within(data.lib.fixture.aws, [component], {"firstIn": [component]}) == _raw(
			"AWS Secrets Manager secret",
			_unblessed(component, $"\{\"type\": \"{component}\", \"values\": \"none\"}"),
		)
	}
	every component in ["acme:web:App", "other:infra:Vpc"] {
		_within(data.lib.fixture.aws, [component], {"firstIn": [component]}) == _raw(
			"AWS Secrets Manager secret",
			_unblessed(component, $"\{\"type\": \"{component}\", \"values\": \"generated\", \"children\": [\"aws:secretsmanager/*:*\"]}"),
		)
	}
}

test_row_of_a_component_is_said_once if {
	_within(data.lib.fixture.aws, ["infra:index:Secret", "acme:web:App"], {"firstIn": ["acme:web:App"]}) == _raw(
		"AWS Secrets Manager secret",
		"It is inside `infra:index:Secret`, which is not blessed.",
	)
}

test_component_holds_what_its_children_say if {
	_within(data.lib.fixture.aws, ["acme:infra:Database"], {}) == set()
	_within(data.lib.fixture.gcp, ["acme:infra:Database"], {}) == set()
	only := "It is inside `acme:infra:Database`, which is declared to hold aws:secretsmanager/secret:Secret, gcp:secretmanager/*:* only."
	more := `If it does hold this one, add "azure-native:keyvault:Secret" to its children in components of the policy settings.`
	_within(data.lib.fixture.azure, ["acme:infra:Database"], {"firstIn": ["acme:infra:Database"]}) == _raw("Azure Key Vault secret", $"{only}\n{more}")
	_within(data.lib.fixture.azure, ["acme:infra:Database"], {}) == _raw("Azure Key Vault secret", only)
}

test_children_name_a_version_by_its_secret_and_any_form_of_a_token if {
	version := data.lib.fixture.aws_version
	inside := ["acme:infra:Database"]
	_within(version, inside, {"stores": [{"urn": "urn:pulumi:a", "type": "aws:secretsmanager/secret:Secret", "ancestors": inside}]}) == set()
	_deny(object.union(_declared, {"kind": data.lib.fixture.aws, "resource": {"type": "tools:index/secretsmanagerSecret:SecretsmanagerSecret", "ancestors": inside}})) == set()
	only := "It is inside `acme:infra:Database`, which is declared to hold aws:secretsmanager/secret:Secret, gcp:secretmanager/*:* only."
	{split(decision.message, "\n")[0] | some decision in _within(version, inside, {"stores": []})} == {$"This AWS Secrets Manager secret version is not created through the infra package. {only}"}
}

test_template_with_secrets_of_a_manager_that_the_settings_add if {
	patch := {
		"kind": {"class": "command", "subclass": "template-passthrough", "manager": "aws"},
		"resource": {"type": "pulumi:x:Template", "declares": [{"type": "v1/Secret", "class": "store", "manager": "vault", "path": ["manifest"]}]},
		"settings": {"managers": ["vault"]},
	}
	{decision.message | some decision in _deny(patch)} == {
		$"The template at manifest creates a HashiCorp Vault secret (`v1/Secret`) outside of the infra package. {_alone}\n{_advice}",
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
