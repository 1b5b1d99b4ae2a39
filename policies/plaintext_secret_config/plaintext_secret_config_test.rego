package policies.plaintext_secret_config_test

_urn := "urn:pulumi:production::shop::pulumi:pulumi:Stack::shop-production"

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

_denied(first, second, path) := {object.union({"message": $"{first}\n{second}"}, {"path": path, "urn": _urn, "yields": []})}

_encrypt(command) := $"Rotate it: git history keeps the old value. Encrypt the new one with `{command}` (it prompts for the value)."

test_message_has_the_command if {
	_deny([_finding({})], {}) == _denied(
		"Config `shop:dbPassword` contains a password in plaintext, matched by its name, `dbPassword`.",
		_encrypt("pulumi config set --secret shop:dbPassword"),
		["shop:dbPassword"],
	)
}

test_part_of_a_structured_value_has_its_path if {
	path := ["shop:db", "users", 0, "o'hara.password"]
	_deny([_finding({"path": path, "key": "o'hara.password"})], {}) == _denied(
		"Config `shop:db.users[0][\"o'hara.password\"]` contains a password in plaintext, matched by its name, `o'hara.password`.",
		_encrypt(`pulumi config set --secret --path 'shop:db.users[0]["o'\''hara.password"]'`),
		path,
	)
}

test_key_of_a_cloud_is_rather_removed if {
	_deny([_finding({"path": ["aws:secretKey"], "title": "an AWS secret key", "reason": "format", "cloud": "aws"})], {}) == _denied(
		"Config `aws:secretKey` contains an AWS secret key in plaintext, matched by its format (password).",
		"Log in with OIDC in CI and the cloud's CLI elsewhere, then delete the key and run `pulumi config rm aws:secretKey`. To keep one, rotate it: `pulumi config set --secret aws:secretKey`.",
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
		$"Config `{key}` is a secret, and the parameter secretConfig forbids secrets in config, encrypted or not.",
		$"Set it by hand in the secrets manager and read it at run time. Once nothing reads it from config: `pulumi config rm {key}`.",
	]),
	"path": [key],
}

test_encrypted_config_passes_unless_the_parameter_says_otherwise if {
	both := {_encrypted("shop:apiKey"), _encrypted("shop:hosts")}
	found := [_deny([], parameters) | some parameters in [{}, {"secretConfig": "allow"}, {"secretConfig": "deny"}, {"secretConfig": "warn"}]]
	found == [set(), set(), both, {object.union(decision, {"level": "advisory"}) | some decision in both}]
	_deny([], {"secretConfig": "deny", "allowPaths": [{"path": "shop:api*"}]}) == {_encrypted("shop:hosts")}
}

_stack_file := {
	"name": "infra/Pulumi.staging.yaml", "kind": "pulumi-stack", "stack": "staging",
	"config": [{"line": 2, "column": 3, "key": "aws:region", "secret": false}, {"line": 3, "column": 3, "key": "shop:apiKey", "secret": true}],
}

_project_file := {"name": "Pulumi.yaml", "kind": "pulumi-project"}

_in(file, findings, parameters) := {object.union(decision, {}) | some decision in decisions} if {
	decisions := data.policies.plaintext_secret_config.deny with input as data.lib.fixture.file({
		"file": file,
		"findings": [object.union(object.remove(finding, ["urn", "type", "name", "ancestors"]), {"line": 4, "column": 19}) | some finding in findings],
		"parameters": {"plaintext-secret-config": object.union({"secretConfig": "allow", "secretsProviders": []}, parameters)},
	})
}

test_file_of_a_stack if {
	_in(_stack_file, [_finding({})], {}) == {{
		"message": concat("\n", [
			"Config `shop:dbPassword` at infra/Pulumi.staging.yaml:4 contains a password in plaintext, matched by its name, `dbPassword`.",
			_encrypt("pulumi config set --secret --stack staging shop:dbPassword"),
		]),
		"path": ["shop:dbPassword"], "line": 4, "column": 19,
	}}
	_in(_stack_file, [_finding({})], {"allowPaths": [{"path": "shop:db*"}]}) == set()
	_in(_stack_file, [_finding({"place": "file"})], {}) == set()
}

test_file_of_a_project if {
	_in(_project_file, [_finding({})], {}) == {{
		"message": concat("\n", [
			"Config `shop:dbPassword` at Pulumi.yaml:4 contains a password in plaintext, matched by its name, `dbPassword`.",
			"Rotate it: git history keeps it. A project file cannot encrypt values: remove it, and set the new one per stack with `pulumi config set --secret shop:dbPassword`.",
		]),
		"path": ["shop:dbPassword"], "line": 4, "column": 19,
	}}
}

# Names come from whoever wrote the file, and the command is there to be copied.
test_names_that_a_shell_would_read if {
	file := object.union(_stack_file, {"stack": "$(id)"})
	found := {split(decision.message, "\n")[1] |
		some path in [["shop:it's `id`"], ["shop:db", "a b"]]
		some decision in _in(file, [_finding({"path": path})], {})
	}
	found == {
		_encrypt("pulumi config set --secret --stack '$(id)' 'shop:it'\\''s `id`'"),
		_encrypt(`pulumi config set --secret --stack '$(id)' --path 'shop:db["a b"]'`),
	}
}

test_encrypted_config_of_a_file if {
	denied := {"message": _encrypted("shop:apiKey").message, "path": ["shop:apiKey"], "line": 3, "column": 3}
	found := [_in(_stack_file, [], {"secretConfig": value}) | some value in ["allow", "warn", "deny"]]
	found == [set(), {object.union(denied, {"level": "advisory"})}, {denied}]
}

test_secrets_provider_that_is_not_allowed if {
	provider := {"secretsProvider": {"line": 1, "column": 1, "scheme": "passphrase"}}
	found := [{split(decision.message, "\n")[0] | some decision in _in(object.union(_stack_file, patch), [], {"secretsProviders": allowed})} |
		some [patch, allowed] in [[provider, []], [provider, ["awskms", "gcpkms"]], [provider, ["passphrase"]], [{}, ["awskms"]], [{}, ["default"]]]
	]
	found == [
		set(), {"The secrets of this stack are encrypted with the provider `passphrase`, which is not in secretsProviders (awskms, gcpkms)."}, set(),
		{"The secrets of this stack are encrypted with Pulumi Cloud, which is not in secretsProviders (awskms)."}, set(),
	]
	plain := {"config": [{"line": 2, "column": 3, "key": "aws:region", "secret": false}]}
	_in(object.union(_stack_file, plain), [], {"secretsProviders": ["awskms"]}) == set()
}

_variable(patch) := {split(decision.message, "\n")[1] | some decision in decisions} if {
	decisions := data.policies.plaintext_secret_config.deny with input as data.lib.fixture.terraform({
		"resource": {"type": "pulumi:pulumi:Stack"},
		"findings": [_finding(patch)],
		"parameters": {"plaintext-secret-config": {"secretConfig": "allow"}},
	})
}

test_variable_of_terraform if {
	decisions := data.policies.plaintext_secret_config.deny with input as data.lib.fixture.terraform({
		"resource": {"type": "pulumi:pulumi:Stack"},
		"findings": [_finding({"path": ["var:db_password"], "shown": "var.db_password"})],
		"parameters": {"plaintext-secret-config": {"secretConfig": "allow"}},
	})
	{decision.message | some decision in decisions} == {concat("\n", [
		"Variable `var.db_password` contains a password in plaintext, matched by its name, `dbPassword`.",
		"Rotate it: plans keep it. Declare the variable with sensitive = true and no default, and set TF_VAR_db_password, not a .tfvars file.",
	])}
	_variable({"path": ["default:db_password"], "shown": "var.db_password.default"}) == {
		"Rotate it and remove the default: sensitive = true hides it in output, not from anyone who reads the code.",
	}
	_variable({"path": ["var:key"], "shown": "var.key", "cloud": "aws"}) == {
		"Log in with OIDC in CI and the cloud's CLI elsewhere, then delete the key and remove the variable.",
	}
}

test_sensitive_variable_of_terraform if {
	decisions := data.policies.plaintext_secret_config.deny with input as data.lib.fixture.terraform({
		"resource": {"type": "pulumi:pulumi:Stack"},
		"config": [{"key": "var:db_password", "secret": true}, {"key": "default:db_password", "secret": false}],
		"parameters": {"plaintext-secret-config": {"secretConfig": "deny", "allowPaths": []}},
	})
	{decision.message | some decision in decisions} == {concat("\n", [
		"Variable `var.db_password` is sensitive, and the parameter secretConfig forbids secrets in variables.",
		"Set it by hand in the secrets manager and read it at run time, or make the variable ephemeral and pass it to a write-only argument.",
	])}
}
