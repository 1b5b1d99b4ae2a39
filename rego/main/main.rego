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
# description: The answers of all policies asked, as {policy, rule, decision}.
decisions contains {"policy": policy.name, "rule": "deny", "decision": decision} if {
	some policy in input.policies
	policy.own
	some decision in _decisions([found | found := data.policies[policy.package].deny])
}

decisions contains {"policy": policy.name, "rule": "deny", "decision": decision} if {
	some policy in input.policies
	not policy.own
	some decision in _decisions([found | found := data.rules[policy.package].deny])
}

decisions contains {"policy": policy.name, "rule": "undecided", "decision": decision} if {
	some policy in input.policies
	policy.own
	found := data.policies[policy.package].undecided
	some decision in _decisions([found])
}

decisions contains {"policy": policy.name, "rule": "undecided", "decision": decision} if {
	some policy in input.policies
	not policy.own
	found := data.rules[policy.package].undecided
	some decision in _decisions([found])
}

# A set holds decisions. Anything else, and a policy without a rule deny, becomes one decision of the wrong form.
_decisions([found]) := found if is_set(found)

_decisions([found]) := [found] if not is_set(found)

_decisions([]) := [null]
