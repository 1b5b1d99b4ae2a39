package policies.unprotected_secret_test

_document(patch) := data.lib.fixture.with_(object.union(
	{
		"kind": {"class": "store", "manager": "aws-secrets-manager", "own": true},
		"resource": {"ancestors": ["acme:infra:Secret"]},
	},
	patch,
))

_deny(patch) := {object.union(decision, {}) | some decision in decisions} if {
	decisions := data.policies.unprotected_secret.deny with input as _document(patch)
}

_denied := {{
	"message": concat("\n", [
		"This secret is not protected: renaming, moving or removing it in the program deletes it, and the value set by hand with it.",
		"Set `protect: true` on the component around it (acme:infra:Secret). If it has retainOnDelete, which a preview does not show, exempt it.",
	]),
	"path": [],
}}

test_unprotected_secret_is_denied if _deny({}) == _denied

test_protected_or_retained_secret_passes if {
	_deny({"resource": {"options": {"protect": true}}}) == set()
	_deny({"resource": {"options": {"retainOnDelete": true}}}) == set()
}

test_raw_secret_is_left_to_raw_secret_resource if _deny({"resource": {"ancestors": []}}) == set()

test_secret_of_another_manager_passes if _deny({"kind": {"own": false, "manager": "vault"}}) == set()

test_secret_version_passes if _deny({"kind": {"class": "version"}}) == set()

test_terraform_is_not_checked if _deny({"run": {"program": "terraform"}}) == set()
