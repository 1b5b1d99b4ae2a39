# METADATA
# title: Router
# description: |
#   The only entrypoint. It asks the policies that the input document names and hands on what they answer, untouched:
#   what is not of the form {message, path} is for the caller to refuse, so nothing is dropped here. A policy finds its
#   parameters in input.parameters under its own name: setting them with the keyword "with" would copy the
#   document for every rule.
# entrypoint: true
package main

# METADATA
# description: |
#   The answers of all policies asked, as {policy, rule, decision}, with the id of the finding at the decision's place where the
#   decision itself names none.
decisions contains _answer(policy, "deny", decision) if {
	some policy in input.policies
	policy.own
	some decision in _decisions([found | found := data.policies[policy.package].deny])
}

decisions contains _answer(policy, "deny", decision) if {
	some policy in input.policies
	not policy.own
	some decision in _decisions([found | found := data.rules[policy.package].deny])
}

decisions contains _answer(policy, "undecided", decision) if {
	some policy in input.policies
	policy.own
	found := data.policies[policy.package].undecided
	some decision in _decisions([found])
}

decisions contains _answer(policy, "undecided", decision) if {
	some policy in input.policies
	not policy.own
	found := data.rules[policy.package].undecided
	some decision in _decisions([found])
}

_answer(policy, rule, decision) := {"policy": policy.name, "rule": rule, "decision": decision, "finding": id} if {
	not decision.finding
	id := data.lib.finding.foremost(_there(decision)).id
} else := {"policy": policy.name, "rule": rule, "decision": decision}

# In a file the line and the column may stand alone.
_there(decision) := {finding |
	some finding in _in_file[[decision.line, decision.column]]
	object.get(decision, "path", finding.path) in {finding.path, []}
} if {
	decision.line
} else := _in_resource[[_urn(decision), decision.path]]

# A decision about the stack as a whole is one about its root.
_urn(decision) := decision.urn if {
	decision.urn
} else := input.resource.urn if {
	input.resource
} else := _root

_root := [finding.urn | some finding in input.findings; finding.type == "pulumi:pulumi:Stack"][0]

# By place, so that a decision looks at what is there alone.
_in_resource := {place: findings |
	some one in input.findings
	place := [one.urn, one.path]
	findings := {finding | some finding in input.findings; place == [finding.urn, finding.path]}
}

_in_file := {place: findings |
	some one in input.findings
	place := [one.line, one.column]
	findings := {finding | some finding in input.findings; place == [finding.line, finding.column]}
}

# A set holds decisions. Anything else, and a policy without a rule deny, becomes one decision of the wrong form.
_decisions([found]) := found if is_set(found)

_decisions([found]) := [found] if not is_set(found)

_decisions([]) := [null]
