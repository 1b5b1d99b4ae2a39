package policies.component_contract_test

_prefix := "urn:pulumi:production::shop::"

_deny(components, patch) := decisions if {
	decisions := data.policies.component_contract.deny with input as data.lib.fixture.with_(object.union(
		{
			"scope": "stack",
			"components": components,
			"parameters": {"component-contract": {"maxSecrets": 1, "childNames": "component"}},
		},
		patch,
	))
}

_component(type, name, children) := {"urn": $"{_prefix}{type}::{name}", "type": type, "name": name, "ancestors": [], "children": children}

_child(name, patch) := object.union(
	{
		"urn": $"{_prefix}acme:infra:Secret$aws:secretsmanager/secret:Secret::{name}", "type": "aws:secretsmanager/secret:Secret", "name": name,
		"class": "store", "manager": "aws-secrets-manager", "own": true, "direct": true, "custom": true,
	},
	patch,
)

_version := {"type": "aws:secretsmanager/secretVersion:SecretVersion", "class": "version"}

_named(decisions) := {concat("::", array.slice(split(decision.urn, "::"), 3, 4)) | some decision in decisions}

test_component_that_keeps_its_contract_passes if {
	policy := {"urn": "x", "type": "aws:iam/policy:Policy", "name": "reader", "direct": true, "custom": true}
	_deny([_component("acme:infra:Secret", "StripeKey", [_child("stripe-key", {}), _child("stripe-key-v1", _version), policy])], {}) == set()
}

test_secret_that_is_not_called_after_its_component if {
	_deny([_component("acme:infra:Secret", "stripe", [_child("stripe-secret", {}), _child("db", {}), _child("db-v1", _version)])], {}) == {{
		"message": concat("\n", [
			"This secret has `stripe` (acme:infra:Secret) as its parent but is not named after it, so the component may not have created it.",
			"Existing secret: adopt it with an alias or exempt it. New secret: create it with its own acme:infra:Secret. If the component does create it, set childNames to any.",
		]),
		"path": [],
		"urn": $"{_prefix}acme:infra:Secret$aws:secretsmanager/secret:Secret::db",
	}}
}

test_version_alone_counts if {
	_named(_deny([_component("acme:infra:Secret", "stripe", [_child("stripe", {}), _child("old", _version)])], {})) == {"old"}
}

test_several_secrets_where_one_is_meant if {
	children := [_child("app-db", {}), _child("app-web", {}), _child("app-gcp", {"manager": "gcp-secret-manager"})]
	_deny([_component("acme:infra:Secret", "app", children)], {}) == {{
		"message": concat("\n", [
			"Component `app` (acme:infra:Secret) has 2 secrets in AWS Secrets Manager; it may have 1.",
			"Existing secrets: adopt or exempt them. New secrets: create one acme:infra:Secret for each. If your program defines this class, give it its own type token.",
		]),
		"path": [],
		"urn": $"{_prefix}acme:infra:Secret::app",
	}}
	_deny([_component("acme:infra:Database", "app", children)], {}) == set()
	_deny([_component("acme:infra:Secret", "app", children)], {"parameters": {"component-contract": {"maxSecrets": 2}}}) == set()
	_deny([_component("acme:infra:Secret", "app", children)], {"settings": {"components": [{"type": "acme:infra:*", "values": "none"}]}}) == set()
}

test_secret_that_the_contract_does_not_name_is_left_to_its_own_policy if {
	settings := {"components": [{"type": "acme:infra:Secret", "values": "none", "children": ["gcp:secretmanager/*:*", "azure:keyvault/*:*"]}]}
	expected := _child("app", {"type": "gcp:secretmanager/secret:Secret", "manager": "gcp-secret-manager"})
	_deny([_component("acme:infra:Secret", "app", [_child("other", {}), expected])], {"settings": settings}) == set()
	_named(_deny([_component("acme:infra:Secret", "app", [_child("other", {}), object.union(expected, {"urn": "a::b::c::db", "name": "db"})])], {"settings": settings})) == {"db"}
}

test_component_inside_of_one_for_a_single_secret if {
	secret := _child("inner-secret", {"direct": false})
	inner := _component("acme:infra:Database", "inner", [object.union(secret, {"direct": true})])
	within := {"urn": inner.urn, "type": inner.type, "name": inner.name, "direct": true, "custom": false}
	_deny([_component("acme:infra:Secret", "app", [within, secret]), inner], {}) == {{
		"message": concat("\n", [
			"Component `inner` (acme:infra:Database) has its own secrets but is inside `app` (acme:infra:Secret), which may hold one secret and no other component.",
			"Create it next to that component; give an existing one an alias. If your program defines the outer class, give it its own type token.",
		]),
		"path": [],
		"urn": inner.urn,
	}}
	_deny([_component("acme:infra:Queue", "app", [within, secret]), inner], {}) == set()
}

test_what_lies_deeper_is_left_to_the_direct_parent if {
	component := _component("acme:infra:Secret", "stripe", [_child("db", {"direct": false})])
	_named(_deny([component], {})) == {"db"}
	_deny([component], {"parameters": {"raw-secret-resource": {"requireDirectParent": true}}}) == set()
}

test_components_that_are_not_blessed_pass if {
	_deny([_component("shop:index:App", "app", [_child("db", {})])], {}) == set()
	_deny([_component("acme:infra:Secret", "app", [_child("db", {})])], {"parameters": {"component-contract": {"childNames": "any"}}}) == set()
}

test_modules_of_terraform_are_what_their_source_says if {
	decisions := data.policies.component_contract.deny with input as data.lib.fixture.terraform({
		"scope": "stack",
		"parameters": {"component-contract": {"maxSecrets": 1, "childNames": "component"}},
		"components": [{
			"urn": "urn:pulumi:production::shop::terraform:module:./modules/secret::module.a", "type": "terraform:module:./modules/secret",
			"name": "a", "ancestors": [],
			"children": [{
				"urn": "x", "type": "aws:secretsmanager/secret:Secret", "name": "this", "class": "store", "manager": "aws-secrets-manager",
				"own": true, "direct": true, "custom": true,
			}],
		}],
	})
	decisions == set()
}

_registers(token, patch) := {decision.line | some decision in decisions} if {
	decisions := data.policies.component_contract.deny with input as data.lib.fixture.file(object.union(
		{"file": {"name": "src/secret.ts", "components": [{"line": 4, "column": 5, "token": token}]}},
		patch,
	))
}

test_token_of_the_package_is_for_its_own_source if {
	_registers("acme:infra:Secret", {}) == {4}
	_registers("acme:web:App", {}) == set()
	_registers("acme:infra:Secret", {"settings": {"packageSources": ["src/*"]}}) == set()
	_registers("acme:infra:Secret", {"settings": {"packageSources": ["*"]}}) == set()
	_registers("acme:infra:Secret", {"settings": {"packageSources": ["packages/*", "src"]}}) == {4}
}

test_message_about_a_claimed_token if {
	decisions := data.policies.component_contract.deny with input as data.lib.fixture.file({"file": {"components": [{"line": 4, "column": 5, "token": "acme:infra:Secret"}]}})
	decisions == {{
		"message": concat("\n", [
			"deploy/run.sh:4 registers a component as `acme:infra:Secret`, a type of the infra package; its secrets would look as if the package had created them.",
			"Use the package's own component, or give this class its own type token. If this file is the package's source, add it to settings.packageSources.",
		]),
		"line": 4,
		"column": 5,
		"kind": "claimed-token",
	}}
}
