package policies.plaintext_secret_config_test

_urn := "urn:pulumi:production::shop::pulumi:pulumi:Stack::shop-production"

_rotate := "Rotate it, since it stays in the git history of Pulumi.production.yaml; what Pulumi.yaml sets under config cannot be encrypted, remove it there."

_finding(patch) := object.union(
	{
		"place": "config",
		"urn": _urn,
		"type": "pulumi:pulumi:Stack",
		"name": "shop-production",
		"ancestors": [],
		"path": ["shop:dbPassword"],
		"key": "dbPassword",
		"detector": "password",
		"title": "a password",
		"reason": "key-name",
		"tier": "password",
		"marked": false,
	},
	patch,
)

# The union frees the decisions from their static types: not all have the same keys.
_deny(findings, parameters) := {object.union(decision, {}) | some decision in decisions} if {
	decisions := data.policies.plaintext_secret_config.deny with input as data.lib.fixture.with_({
		"resource": {"urn": _urn, "type": "pulumi:pulumi:Stack", "name": "shop-production"},
		"findings": findings,
		"config": [{"key": "aws:region", "secret": false}, {"key": "shop:apiKey", "secret": true}, {"key": "shop:hosts", "secret": true}],
		"parameters": {"plaintext-secret-config": parameters},
	})
}

_denied(first, second, path) := {object.union({"message": $"{first}\n{second}\n{_rotate}"}, {"path": path, "urn": _urn})}

test_message_has_the_command if {
	_deny([_finding({})], {}) == _denied(
		"A password stands in plaintext in config at shop:dbPassword.",
		"Encrypt it: pulumi config set --secret shop:dbPassword (it asks for the value).",
		["shop:dbPassword"],
	)
}

test_part_of_a_structured_value_has_its_path if {
	path := ["shop:db", "users", 0, "o'hara.password"]
	_deny([_finding({"path": path, "key": "o'hara.password"})], {}) == _denied(
		`A password stands in plaintext in config at shop:db.users[0]["o'hara.password"].`,
		`Encrypt it: pulumi config set --secret --path 'shop:db.users[0]["o'\''hara.password"]' (it asks for the value).`,
		path,
	)
}

test_key_of_a_cloud_is_rather_removed if {
	_deny([_finding({"path": ["aws:secretKey"], "title": "an AWS secret key", "reason": "format", "cloud": "aws"})], {}) == _denied(
		"An AWS secret key stands in plaintext in config at aws:secretKey.",
		"Log in by OIDC in CI and by the cloud's CLI elsewhere, and remove it: pulumi config rm aws:secretKey. Where it has to stay: pulumi config set --secret aws:secretKey.",
		["aws:secretKey"],
	)
}

test_others_and_allowed_findings_pass if {
	found := _deny([_finding({"place": "property"}), _finding({"marked": true})], {}) | _deny([_finding({})], {"allowKeys": ["*password"]})
	found == set()
	_deny([_finding({})], {"allowPaths": [{"path": "shop:db*"}]}) == set()
}

_encrypted(key) := {
	"message": concat("\n", [
		$"Config {key} is a secret, and by the parameter secretConfig none stands in config, encrypted or not.",
		$"Keep it in the secrets manager, set by hand, and read it at run time; once nothing reads it here: pulumi config rm {key}.",
	]),
	"path": [key],
}

test_encrypted_config_passes_unless_the_parameter_says_otherwise if {
	both := {_encrypted("shop:apiKey"), _encrypted("shop:hosts")}
	found := [_deny([], parameters) | some parameters in [{}, {"secretConfig": "allow"}, {"secretConfig": "deny"}, {"secretConfig": "warn"}]]
	found == [set(), set(), both, {object.union(decision, {"level": "advisory"}) | some decision in both}]
	_deny([], {"secretConfig": "deny", "allowPaths": [{"path": "shop:api*"}]}) == {_encrypted("shop:hosts")}
}
