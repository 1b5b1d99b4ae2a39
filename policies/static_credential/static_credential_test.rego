package policies.static_credential_test

_logins := "a managed identity (services), OIDC (CI) or `az login` (people)"

_instead(logins) := $"Existing credential: switch its users over before you remove it, or exempt it. Use {logins}."

_aws := _instead("an IAM role (services), OIDC (CI) or `aws sso login` (people)")

_document(patch) := data.lib.fixture.with_(object.union({"parameters": {"static-credential": {"allowTypes": []}}}, patch))

_deny(patch) := decisions if {
	decisions := data.policies.static_credential.deny with input as _document(patch)
}

_undecided(patch) := decisions if {
	decisions := data.policies.static_credential.undecided with input as _document(patch)
}

_key := {
	"resource": {"type": "aws:iam/accessKey:AccessKey"},
	"kind": {"token": "aws:iam/accessKey:AccessKey", "class": "static-credential", "manager": "aws", "cloud_key": true},
}

_allow(types) := {"parameters": {"static-credential": {"allowTypes": types}}}

test_cloud_key_is_denied_everywhere if {
	denied := {{
		"message": concat("\n", ["This is a long-lived AWS credential (`aws:iam/accessKey:AccessKey`): it works until somebody deletes it.", _aws]),
		"path": [],
	}}
	_deny(_key) == denied
	_deny(object.union(_key, {"resource": {"ancestors": ["acme:infra:Secret"]}})) == denied
	_deny(object.union(_key, _allow(["aws:iam/*:*"]))) == set()
}

test_type_is_allowed_by_either_token if {
	versioned := object.union(_key, {"resource": {"type": "aws-x:iam/v2:AccessKey"}})
	_deny(object.union(versioned, _allow(["aws-x:iam/v2:AccessKey"]))) == set()
	_deny(object.union(versioned, _allow(["aws:iam/accessKey:AccessKey"]))) == set()
}

test_other_credentials_pass if {
	_deny(object.union(_key, {"kind": {"cloud_key": false}})) == set()
}

test_condition if {
	kind := {"condition": {"all": [{"path": ["password"], "set": true}]}, "manager": "azuread", "token": "azuread:index/application:Application"}
	application := object.union(_key, {"kind": kind, "resource": {"type": "azuread:index/application:Application"}})
	unknown := object.union(application, {"resource": {"unknown": [["password"]]}})
	_deny(application) == set()
	_undecided(application) == set()
	_deny(unknown) == set()
	_undecided(unknown) == {{
		"message": concat("\n", ["Cannot tell whether this creates a long-lived Entra credential: that depends on properties that are unknown or marked secret.", _instead(_logins)]),
		"path": [],
	}}
}

test_template if {
	path := ["templateBody", "Resources", "Key"]
	declares := [
		{"type": "AWS::IAM::AccessKey", "class": "static-credential", "manager": "aws", "path": path},
		{"type": "AWS::SecretsManager::Secret", "class": "store", "manager": "aws-secrets-manager", "path": ["templateBody"]},
	]
	patch := {"kind": {"class": "command", "manager": "aws"}, "resource": {"declares": declares}}
	_deny(patch) == {{
		"message": concat("\n", ["The template at `templateBody.Resources.Key` creates a long-lived AWS credential (`AWS::IAM::AccessKey`).", _aws]),
		"path": path,
	}}
	_deny(object.union(patch, _allow(["AWS::IAM::*"]))) == set()
}

test_unreadable_template_is_left_to_raw_secret_resource if {
	patch := {"resource": {"declares": [{"unreadable": true, "path": ["templateBody"]}]}}
	said := {{"message": "Cannot tell whether the template at `templateBody` creates long-lived credentials: it is not known yet or cannot be read.\nIf it does, switch their users to a role or managed identity (services), OIDC (CI) or a CLI login (people), then remove them.", "path": ["templateBody"], "yields": [{"policy": "raw-secret-resource", "path": ["templateBody"]}]}}
	_undecided(patch) == said
	_undecided(object.union(patch, {"resource": {"ancestors": ["acme:infra:Secret"]}})) == said
}

_provider(name, logins) := {"resource": {"type": "pulumi:providers:azure", "name": name, "logins": logins}}

_login(key, how, marked) := {"cloud": "azure", "path": [key], "how": how, "marked": marked}

test_provider_with_static_keys_is_one_violation if {
	logins := [_login("clientCertificate", "static-key", true), _login("clientCertificatePassword", "static-key", false)]
	_deny(_provider("prod", logins)) == {{
		"message": concat("\n", [
			"This provider logs in to Azure with a long-lived key at `clientCertificate`, `clientCertificatePassword`, in plaintext.",
			$"Use {_logins}, then remove the key here and delete it in the cloud.",
		]),
		"path": ["clientCertificate"],
	}}
	_deny(object.union(_provider("prod", logins), _allow(["pulumi:providers:azure"]))) == set()
}

test_provider_with_an_encrypted_key if {
	_deny(_provider("prod", [_login("clientSecret", "static-key", true)])) == {{
		"message": concat("\n", ["This provider logs in to Azure with a long-lived key at `clientSecret`; encrypting it does not change that.", $"Use {_logins}, then remove the key."]),
		"path": ["clientSecret"],
	}}
}

test_short_lived_logins_pass if {
	logins := [_login(how, how, false) | some how in ["session", "federated", "exec"]]
	_deny(_provider("prod", logins)) == set()
	_undecided(_provider("prod", logins)) == set()
}

test_open_logins_are_undecided if {
	logins := [_login("a", "unread", true), _login("b", "key-file", false)]
	_deny(_provider("prod", logins)) == set()
	_undecided(_provider("prod", logins)) == {
		{"message": concat("\n", ["Cannot tell whether this provider logs in to Azure with a long-lived key: `a` cannot be read.", $"If it does, use {_logins}."]), "path": ["a"]},
		{"message": concat("\n", ["Cannot tell whether this provider logs in to Azure with a long-lived key: `b` points to a file, which is not read.", $"If it does, use {_logins}."]), "path": ["b"]},
	}
}

test_default_provider_repeats_the_config if {
	login := _login("clientSecret", "static-key", true)
	counted := [count(_deny(_provider("default_5_0_0", [object.union(login, patch)]))) | some patch in [{"config": true}, {"config": false}, {}]]
	counted == [0, 1, 1]
}

_stack(entries) := {"resource": {"type": "pulumi:pulumi:Stack", "name": "shop-production"}, "config": entries}

_entry(key, secret, how) := {"key": key, "secret": secret, "login": {"cloud": "azure", "how": how}}

test_config_is_one_violation_for_each_provider if {
	entries := [
		{"key": "shop:clientSecret", "secret": true},
		_entry("azure:clientSecret", true, "static-key"),
		_entry("azuread:clientCertificate", true, "static-key"),
		_entry("azuread:clientCertificatePassword", false, "static-key"),
	]
	_deny(_stack(entries)) == {
		{
			"message": concat("\n", ["Config `azure:clientSecret` logs a provider in to Azure with a long-lived key; encrypting it does not change that.", $"Use {_logins}, then `pulumi config rm azure:clientSecret`."]),
			"path": ["azure:clientSecret"],
		},
		{
			"message": concat("\n", [
				"Config `azuread:clientCertificate`, `azuread:clientCertificatePassword` logs a provider in to Azure with a long-lived key, in plaintext.",
				$"Use {_logins}, then `pulumi config rm-all azuread:clientCertificate azuread:clientCertificatePassword` and delete the key in the cloud.",
			]),
			"path": ["azuread:clientCertificate"],
		},
	}
	_deny(object.union(_stack(entries), _allow(["pulumi:providers:azure", "pulumi:providers:azuread"]))) == set()
}

test_open_config_is_undecided if {
	entries := [_entry("azure:clientSecretFilePath", false, "key-file"), _entry("azure:clientSecret", true, "session")]
	_deny(_stack(entries)) == set()
	_undecided(_stack(entries)) == {{
		"message": concat("\n", ["Cannot tell whether config `azure:clientSecretFilePath` logs a provider in to Azure with a long-lived key: it points to a file, which is not read.", $"If it does, use {_logins}."]),
		"path": ["azure:clientSecretFilePath"],
	}}
}

_terraform(patch) := decisions if {
	decisions := data.policies.static_credential.deny with input as data.lib.fixture.terraform(object.union(
		{"parameters": {"static-credential": {"allowTypes": []}}},
		patch,
	))
}

test_cloud_key_of_terraform_has_its_type if {
	key := object.union(_key, {"kind": {"terraform": "aws_iam_access_key"}})
	_terraform(key) == {{
		"message": concat("\n", ["This is a long-lived AWS credential (`aws_iam_access_key`): it works until somebody deletes it.", _aws]),
		"path": [],
	}}
	_terraform(object.union(key, _allow(["aws_iam_*"]))) == set()
}

test_provider_block_of_terraform if {
	login := {"cloud": "aws", "how": "static-key", "path": ["secretKey"], "shown": "secret_key", "marked": false, "config": false}
	first := [{split(decision.message, "\n")[0] | some decision in _terraform({"resource": {
		"type": "pulumi:providers:aws", "logins": [object.union(login, {"marked": marked})],
	}})} |
		some marked in [false, true]
	]
	first == [
		{"This provider logs in to AWS with a long-lived key at `secret_key`, in plaintext."},
		{"This provider logs in to AWS with a long-lived key at `secret_key`; marking it sensitive does not change that."},
	]
}
