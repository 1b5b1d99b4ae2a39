package policies.plaintext_secret_property_test

_urn := "urn:pulumi:production::shop::aws:lambda/function:Function::api"

_finding(patch) := object.union(
	{
		"place": "property",
		"urn": _urn,
		"type": "aws:lambda/function:Function",
		"name": "api",
		"ancestors": [],
		"path": ["environment", "variables", "DB_PASSWORD"],
		"key": "DB_PASSWORD",
		"detector": "password",
		"title": "a password",
		"reason": "key-name",
		"tier": "password",
		"marked": false,
	},
	patch,
)

# The union frees the decisions from their static types.
_deny(findings, patch) := {object.union(decision, {}) | some decision in decisions} if {
	decisions := data.policies.plaintext_secret_property.deny with input as data.lib.fixture.with_(object.union({"findings": findings}, patch))
}

_password := _left([])

_left(yields) := {object.union({"yields": yields}, {
	"message": concat("\n", [
		"`environment.variables.DB_PASSWORD` contains a password in plaintext, matched by its name, `DB_PASSWORD`.",
		"Pass a reference that the workload resolves at run time (valueFrom, secretKeyRef, the secret's ARN), not the value.",
	]),
	"path": ["environment", "variables", "DB_PASSWORD"],
	"urn": _urn,
})}

test_finding_is_denied_in_both_scopes if {
	_deny([_finding({})], {}) == _password
	_deny([_finding({})], {"scope": "stack"}) == _password
}

test_one_diagnostic_per_place if {
	token := _finding({"path": ["userData"], "key": "TOKEN", "reason": "format", "title": "a GitHub token", "detector": "github-token", "inner": "TOKEN"})
	password := _finding({"path": ["userData"], "inner": "DB_PASSWORD"})
	elsewhere := object.union(token, {"urn": "urn:pulumi:production::shop::aws:lambda/function:Function::web"})
	violation := {
		"message": concat("\n", [
			"`userData` contains a GitHub token in plaintext at `TOKEN`, matched by its format (github-token). The same goes for `DB_PASSWORD`.",
			"Fetch it from the secrets manager at boot with the machine's own role: anyone who can describe the machine can read its user data.",
		]),
		"path": ["userData"],
		"urn": _urn,
		"yields": [],
	}
	alone := object.union(violation, {"urn": elsewhere.urn, "message": replace(violation.message, " The same goes for `DB_PASSWORD`.", "")})
	_deny([token, password, elsewhere], {}) == {violation, alone}
}

test_known_secret_names_its_source if {
	source := {"kind": "config", "path": "shop:dbPassword"}
	known := _finding({"path": ["tags", "note"], "key": "note", "reason": "known-secret", "title": "a value that is secret elsewhere", "form": "base64", "source": source})
	_deny([known, _finding({"path": ["tags", "note"]})], {}) == {{
		"message": concat("\n", [
			"`tags.note` contains a base64-encoded copy of secret config `shop:dbPassword` in plaintext.",
			"Leave it out, or pass the secret output itself, not a value from unsecret, get or a plain variable. Build strings with pulumi.interpolate.",
		]),
		"path": ["tags", "note"],
		"urn": _urn,
		"yields": [],
	}}
}

test_others_findings_pass if {
	others := [_finding({"place": "output"}), _finding({"place": "config"}), _finding({"marked": true, "reason": "hardcoded"})]
	_deny(others, {}) == set()
}

_copied(path, inner) := _finding({
	"path": path, "inner": inner, "key": "password", "reason": "stored-copy",
	"detector": "stored-copy", "title": "a copy of an encrypted input",
})

_stored(places, others) := {
	"message": concat("\n", [
		$"The state contains a plaintext copy of an encrypted input, stored by the provider at {places}{others}.",
		"Rotate it, then run `pulumi refresh` with a current provider version to rewrite the copy. Older states in the backend's history keep the old value.",
	]),
	"urn": _urn,
	"level": "advisory",
	"kind": "stored-copy",
}

test_copies_that_a_provider_stores_are_one_advisory if {
	annotation := _copied(["metadata", "annotations", "a/b"], "data.password")
	a := _copied(["__inputs", "data", "a"], "")
	b := _copied(["__inputs", "data", "b"], "")
	found := [_deny(findings, {"scope": "stack"}) | some findings in [[annotation], [annotation, a], [b, annotation, a]]]
	found == [
		{object.union(_stored("`metadata.annotations[\"a/b\"]`, in `data.password`", ""), {"path": annotation.path})},
		{object.union(_stored("`__inputs.data.a`", " and 1 other path"), {"path": a.path})},
		{object.union(_stored("`__inputs.data.a`", " and 2 other paths"), {"path": a.path})},
	]
	_deny([a], {"parameters": {"plaintext-secret-property": {"allowKeys": [], "allowPaths": [{"path": "__inputs.*"}]}}}) == set()
}

test_value_of_a_secret_is_left_to_its_own_policies if {
	_deny([_finding({"covered": true, "own": true})], {}) == _left([
		{"policy": "secret-value-in-program", "urn": _urn, "owns": true},
		{"policy": "raw-secret-resource", "urn": _urn},
	])
	_deny([_finding({"covered": true, "manager": "vault"})], {}) == _password
}

test_value_that_may_have_been_set_by_hand_is_not_checked_by_its_name if {
	old := {"covered": true, "own": true, "ignored": true}
	counted := [count(_deny([_finding(object.union(old, patch))], {})) | some patch in [
		{}, {"reason": "secret-property"}, {"reason": "format"}, {"reason": "known-secret", "form": "equal", "source": {"kind": "config", "path": "shop:a"}},
	]]
	counted == [0, 0, 1, 1]
}

test_allowed_findings_pass if {
	passed := [_deny([_finding({})], {"parameters": {"plaintext-secret-property": parameters}}) | some parameters in [
		{"allowKeys": ["db_password"], "allowPaths": []}, {"allowKeys": [], "allowPaths": [{"path": "*.DB_PASSWORD"}]},
		{"allowKeys": ["db"], "allowPaths": [{"path": "tags.*"}]},
	]]
	passed == [set(), set(), _password]
}

test_property_of_terraform_is_named_as_it_is_written_there if {
	shown := "environment[0].variables.DB_PASSWORD"
	found := [decisions |
		some patch in [{}, {"parameters": {"plaintext-secret-property": {"allowPaths": [{"path": "environment[[]0].*"}, {"path": shown}]}}}]
		decisions := data.policies.plaintext_secret_property.deny with input as data.lib.fixture.terraform(object.union(
			{"findings": [_finding({"shown": shown})]},
			patch,
		))
	]
	found == [
		{{
			"message": concat("\n", [
				$"`{shown}` contains a password in plaintext, matched by its name, `DB_PASSWORD`.",
				"Pass a reference that the workload resolves at run time (valueFrom, secretKeyRef, the secret's ARN), not the value.",
			]),
			"path": ["environment", "variables", "DB_PASSWORD"],
			"urn": _urn,
			"yields": [],
		}},
		set(),
	]
}
