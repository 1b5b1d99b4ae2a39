package policies.service_credential_test

_own := "Use the caller's own identity if the service supports it (a role, IAM, Entra, OIDC). If not, keep the credential in the secrets manager, rotate it and list the type in allowTypes."

_role := "Give the caller a role (such as Azure Service Bus Data Sender) and disable local authentication, or keep the key in the secrets manager, rotate it and list the type in allowTypes."

_document(kind, patch) := data.lib.fixture.with_(object.union(
	{
		"kind": object.union({"class": "static-credential", "manager": "aws"}, kind),
		"resource": {"type": kind.token},
		"parameters": {"service-credential": {"allowTypes": []}},
	},
	patch,
))

_deny(kind, patch) := decisions if {
	decisions := data.policies.service_credential.deny with input as _document(kind, patch)
}

_undecided(kind, patch) := decisions if {
	decisions := data.policies.service_credential.undecided with input as _document(kind, patch)
}

_denied(token, instead) := {{
	"message": concat("\n", [
		$"This is a long-lived service credential (`{token}`): it works until somebody deletes it.",
		instead,
	]),
	"path": [],
}}

_open(token) := {{
	"message": concat("\n", [
		$"Cannot tell whether this creates a long-lived service credential (`{token}`): that depends on properties that are unknown or marked secret.",
		_own,
	]),
	"path": [],
}}

test_credential_of_a_service_is_denied if {
	_deny({"token": "aws:appsync/apiKey:ApiKey"}, {}) == _denied("aws:appsync/apiKey:ApiKey", _own)
}

test_rule_of_a_queue_has_its_own_advice if {
	_deny({"token": "azure-native:relay:NamespaceAuthorizationRule", "subclass": "sas-rule"}, {}) == _denied("azure-native:relay:NamespaceAuthorizationRule", _role)
}

test_cloud_keys_harmless_and_allowed_types_pass if {
	_deny({"token": "aws:iam/accessKey:AccessKey", "cloud_key": true}, {}) == set()
	_deny({"token": "aws:iam/virtualMfaDevice:VirtualMfaDevice", "subclass": "no-login"}, {}) == set()
	_deny({"token": "aws:appsync/apiKey:ApiKey"}, {"parameters": {"service-credential": {"allowTypes": ["aws:appsync/*:*"]}}}) == set()
}

test_condition_of_the_catalogue if {
	kind := {"token": "azure-native:storage:LocalUser", "condition": {"all": [{"path": ["hasSshPassword"], "equals": true}]}}
	_deny(kind, {}) == set()
	_deny(kind, {"resource": {"properties": {"hasSshPassword": true}}}) == _denied("azure-native:storage:LocalUser", _own)
	_undecided(kind, {"resource": {"unknown": [["hasSshPassword"]]}}) == _open("azure-native:storage:LocalUser")
}

_kept := "Keep the key in the secrets manager, give it minimal permissions and an expiry, rotate it, and list the provider's type in allowTypes."

_login(patch) := object.union({"cloud": "s3", "path": ["secretKey"], "how": "service-key", "marked": true, "config": false}, patch)

test_provider_of_another_service if {
	document := {"resource": {"type": "pulumi:providers:aws", "logins": [_login({}), _login({"how": "static-key", "cloud": "aws"})]}}
	denied := data.policies.service_credential.deny with input as data.lib.fixture.with_(document)
	denied == {{
		"message": $"This provider logs in to an S3-compatible service with a long-lived key at `secretKey`.\n{_kept}",
		"path": ["secretKey"],
		"yields": [{"policy": "plaintext-secret-property", "path": ["secretKey"]}],
	}}
	of_config := data.policies.service_credential.deny with input as data.lib.fixture.with_({"resource": {"type": "pulumi:providers:aws", "logins": [_login({"config": true})]}})
	of_config == set()
	allowed := data.policies.service_credential.deny with input as data.lib.fixture.with_(object.union(
		document,
		{"parameters": {"service-credential": {"allowTypes": ["pulumi:providers:aws"]}}},
	))
	allowed == set()
}

test_config_of_another_service if {
	denied := data.policies.service_credential.deny with input as data.lib.fixture.with_({
		"resource": {"type": "pulumi:pulumi:Stack"},
		"config": [
			{"key": "aws:secretKey", "secret": true, "login": {"cloud": "s3", "how": "service-key"}},
			{"key": "gcp:credentials", "secret": true, "login": {"cloud": "gcp", "how": "static-key"}},
		],
	})
	denied == {{
		"message": $"Config `aws:secretKey` logs a provider in to an S3-compatible service with a long-lived key.\n{_kept}",
		"path": ["aws:secretKey"],
		"yields": [{"policy": "plaintext-secret-config", "path": ["aws:secretKey"]}],
	}}
}
