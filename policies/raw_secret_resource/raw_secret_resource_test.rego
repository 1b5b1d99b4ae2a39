package policies.raw_secret_resource_test

_advice := concat("\n", [
	"New secret: create it with acme:infra:Secret.",
	"Existing secret: do not move or re-create it, its value would be lost; adopt it with an alias or exempt it, see docs/adopting.md.",
])

_alone := "No component is around it."

_raw(noun, place) := {{"message": $"This {noun} is not created through the infra package. {place}\n{_advice}", "path": [], "yields": []}}

_version(yields) := {{
	"message": concat("\n", [
		$"This AWS Secrets Manager secret version is not created through the infra package. {_alone}",
		"New version: leave it out of the program, and set the value by hand in the cloud after deployment.",
		"Existing version: its value has been in the program, so set a new one by hand first, then remove the version; see docs/secrets.md.",
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
		"None of the components around it is one of acme:infra:Secret, acme:infra:*.",
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
	raw := {"urn": "urn:pulumi:a", "ancestors": []}
	blessed := {"urn": "urn:pulumi:b", "ancestors": ["acme:infra:Secret"]}
	found := [_deny({"kind": data.lib.fixture.aws_version, "resource": {"stores": stores}}) | some stores in [[], [raw], [raw, raw], [raw, blessed], [blessed]]]
	secret := {"policy": "raw-secret-resource", "urn": "urn:pulumi:a"}
	found == [_version([]), _version([secret]), _version([secret, secret]), _version([]), _version([])]
}

test_version_with_a_value_is_not_the_defect_of_its_secret if {
	stores := [{"urn": "urn:pulumi:a", "ancestors": []}]
	left := [[target.policy | some decision in decisions; some target in decision.yields] |
		some patch in [{}, {"placeholder": true}, {"writeOnly": true}]
		written := object.union({"path": ["secretString"], "placeholder": false, "writeOnly": false}, patch)
		decisions := _deny({"kind": data.lib.fixture.aws_version, "resource": {"stores": stores, "written": [written]}})
	]
	left == [["secret-value-in-program"], ["raw-secret-resource"], ["raw-secret-resource"]]
}

test_manager_that_the_settings_add_is_judged_under_its_condition if {
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
			"Existing secret: do not re-create it, its value would be lost; take it into the module with a `moved` block or an import, or exempt it, see docs/adopting.md.",
		]),
		"path": [],
		"yields": [],
	}},
	"undecided": set(),
}

test_secret_of_terraform_outside_of_blessed_modules if {
	aws := {"kind": data.lib.fixture.aws}
	around := object.union(aws, {"resource": {"ancestors": ["terraform:module:./modules/other"]}})
	_terraform(aws) == _in_terraform("No module is around it.", "the module ./modules/secret")
	_terraform(around) == _in_terraform("None of the modules around it is one of ./modules/secret, github.com/acme/infra//**.", "the module ./modules/secret")
	_terraform(object.union(around, {"settings": {"blessedModules": []}})) == _in_terraform(
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
		"message": "Whether this AWS Secrets Manager secret is created through a blessed module cannot be seen: a state does not hold the sources of modules.\nJudge a plan of the same configuration: it does.",
		"path": [],
		"yields": [],
	}}}
}
