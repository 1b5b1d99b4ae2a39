package policies.secret_in_workload_test

_urn := "urn:pulumi:production::shop::aws:lambda/function:Function::api"

_finding(patch) := object.union(
	{
		"id": 1,
		"place": "property",
		"urn": _urn,
		"type": "aws:lambda/function:Function",
		"name": "api",
		"ancestors": [],
		"path": ["tags", "note"],
		"key": "note",
		"detector": "handed",
		"title": "a secret value",
		"reason": "handed",
		"marked": true,
		"workload": {"kind": "tag", "instead": "Leave it out.", "whole": false, "literal": false},
	},
	patch,
)

# The union frees the decisions from their static types.
_deny(findings, patch) := {object.union(decision, {}) | some decision in decisions} if {
	decisions := data.policies.secret_in_workload.deny with input as data.lib.fixture.with_(object.union({"scope": "stack", "findings": findings}, patch))
}

_denied(subject, patch) := {object.union(
	{
		"message": $"{subject} is in a tag or label, visible to anyone who can list resources, marked secret or not.\nLeave it out.",
		"path": ["tags", "note"],
		"urn": _urn,
		"finding": 1,
		"yields": [],
	},
	patch,
)}

test_marked_secret_is_denied if {
	_deny([_finding({})], {}) == _denied("The secret at `tags.note`", {})
}

test_literal_is_left_to_hardcoded_secret if {
	literal := _finding({"workload": {"kind": "tag", "instead": "Leave it out.", "whole": false, "literal": true}})
	_deny([literal], {}) == _denied("The secret at `tags.note`", {"yields": [{
		"policy": "hardcoded-secret",
		"urn": _urn,
		"path": ["tags", "note"],
	}]})
}

test_map_that_is_marked_as_a_whole if {
	whole := _finding({"workload": {"kind": "tag", "instead": "Leave it out.", "whole": true, "literal": false}})
	_deny([whole], {}) == _denied("The value at `tags.note` contains a secret and", {})
}

test_key_of_a_cloud_in_a_build_is_left_to_its_policy if {
	some decision in _deny([_finding({"workload": {"kind": "build", "instead": "Mount it.", "whole": false, "literal": false}})], {})
	decision.yields == [{"policy": "cloud-credential-in-ci", "urn": _urn, "path": ["tags", "note"]}]
}

test_terraform_says_sensitive if {
	some decision in _deny([_finding({"shown": "tags[\"note\"]"})], {"run": {"program": "terraform"}})
	startswith(decision.message, "The secret at `tags[\"note\"]` is in a tag or label, visible to anyone who can list resources, sensitive or not.")
}

test_allowed_place_passes if {
	parameters := {"secret-in-workload": {"allowPaths": [{"path": "tags.*"}]}}
	_deny([_finding({})], {"parameters": parameters}) == set()
}

test_other_findings_pass if {
	_deny([_finding({"reason": "hardcoded"}), _finding({"reason": "known-secret", "marked": false})], {}) == set()
}

test_place_inside_a_document_is_shown if {
	_deny([_finding({"inner": "[0].value"})], {}) == _denied("The secret at `tags.note`, in `[0].value`,", {})
}
