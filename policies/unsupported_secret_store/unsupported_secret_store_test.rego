package policies.unsupported_secret_store_test

_managers := "AWS Secrets Manager, Google Secret Manager or Azure Key Vault"

_kept(noun, manager, reason, managers) := _left(noun, manager, reason, managers, [])

_raw := {"policy": "raw-secret-resource"}

_left(noun, manager, reason, managers, more) := {{
	"message": concat("\n", [
		$"This {noun} is stored in {manager}, which is {reason}.",
		$"Existing secret: move its readers before you remove it, or exempt it. New secret: use acme:infra:Secret in {managers}.",
	]),
	"path": [],
	"yields": array.concat([_raw], more),
}}

_project := "not a secrets manager of this project"

_deny(patch) := decisions if {
	decisions := data.policies.unsupported_secret_store.deny with input as data.lib.fixture.with_(patch)
}

_undecided(patch) := decisions if {
	decisions := data.policies.unsupported_secret_store.undecided with input as data.lib.fixture.with_(patch)
}

_kubernetes(resource) := {"kind": data.lib.fixture.kubernetes, "resource": resource}

test_store_of_no_manager_is_denied_inside_a_component_too if {
	kind := {"class": "store", "manager": "vault"}
	denied := _kept("secret", "HashiCorp Vault", _project, _managers)
	_deny({"kind": kind}) == denied
	_deny({"kind": kind, "resource": {"ancestors": ["acme:infra:Secret"]}}) == denied
	_deny({"kind": kind, "settings": {"managers": ["vault"]}}) == set()
}

test_store_with_a_subclass_passes if {
	found := {decision |
		some subclass in ["config-store", "implicit-secret", "kms-ciphertext", "certificate", "reference"]
		some decision in _deny({"kind": {"class": "store", "subclass": subclass, "manager": "vault"}})
	}
	found == set()
}

test_version_of_a_secret_of_this_run_is_the_same_defect if {
	kind := {"class": "version", "manager": "scaleway-secret-manager"}
	_deny({"kind": kind, "resource": {"stores": [{"urn": "urn:pulumi:a", "ancestors": []}]}}) == _left(
		"secret version", "Scaleway Secret Manager", _project, _managers,
		[{"policy": "unsupported-secret-store", "urn": "urn:pulumi:a"}],
	)
	_deny({"kind": kind, "resource": {"stores": []}}) == _kept("secret version", "Scaleway Secret Manager", _project, _managers)
}

test_kubernetes_secret_counts_when_it_has_data if {
	denied := _kept("secret", "Kubernetes Secrets", _project, _managers)
	found := [_deny(_kubernetes(resource)) | some resource in [
		{"properties": {"data": {"a": "x"}}},
		{"properties": {"data": "[secret]"}, "secret": [["data"]]},
		{"properties": {"type": "kubernetes.io/tls", "stringData": {"tls.key": "[secret]"}}, "secret": [["stringData", "tls.key"]]},
		{"properties": {"data": {}, "stringData": {"a": ""}}},
		{"properties": {"type": "kubernetes.io/service-account-token", "data": {"a": "x"}}},
		{"unknown": [["data"]]},
	]]
	found == [denied, denied, denied, set(), set(), set()]
}

test_what_cannot_be_seen_is_undecided if {
	found := [_undecided(_kubernetes(resource)) | some resource in [
		{"unknown": [["data"]]}, {"unknown": [["type"]], "properties": {"data": {"a": "x"}}}, {"properties": {"data": {}}},
	]]
	message := concat("\n", [
		"Cannot tell whether this resource is a secret stored in Kubernetes Secrets: that depends on properties that are unknown or marked secret.",
		$"Existing secret: move its readers before you remove it, or exempt it. New secret: use acme:infra:Secret in {_managers}.",
	])
	said := {{"message": message, "path": [], "yields": [_raw]}}
	found == [said, said, set()]
}

test_another_clouds_manager_is_denied if {
	patch := {"kind": data.lib.fixture.gcp, "settings": {"managersByStack": {"prod*": ["aws-secrets-manager"]}}}
	denied := _kept("secret", "Google Secret Manager", "not a secrets manager of stack `production`", "AWS Secrets Manager")
	_deny(patch) == denied
	_deny(object.union(patch, {"resource": {"ancestors": ["acme:infra:Secret"]}})) == denied
	_deny(object.union(patch, {"run": {"stack": "staging"}, "resource": {"ancestors": ["acme:infra:Secret"]}})) == set()
}

test_template_that_keeps_secrets_elsewhere_is_denied if {
	path := ["template", "resources", 0]
	declares := [{"type": "Microsoft.Automation/automationAccounts/variables", "class": "store", "manager": "azure-automation", "path": path}]
	_deny({"kind": {"class": "command", "manager": "azure"}, "resource": {"declares": declares}}) == {{
		"message": concat("\n", [
			"The template at `template.resources[0]` stores a secret in Azure Automation assets, which is not a secrets manager of this project.",
			$"Existing secret: move its readers before you remove it, or exempt it. New secret: use acme:infra:Secret in {_managers}.",
		]),
		"path": path,
		"yields": [{"policy": "raw-secret-resource", "path": path}],
	}}
}
