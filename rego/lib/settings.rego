# METADATA
# title: Settings of this stack
# description: |
#   The policy settings that apply to the stack of this run. In maps by stack, the exact stack name wins, then the longest
#   matching glob, then the alphabetically first.
package lib.settings

# METADATA
# description: The managers that may hold this stack's secrets.
managers := _mapped(input.settings.managersByStack)

managers := input.settings.managers if not _mapped(input.settings.managersByStack)

# METADATA
# description: The environment that environmentByStack maps this stack to. Undefined if it is not mapped.
environment := _mapped(input.settings.environmentByStack)

# METADATA
# description: |
#   The environment to use in a new name: the mapped one, else the stack's name if that is an environment, else a
#   placeholder.
advised_environment := environment

advised_environment := input.run.stack if {
	not environment
	_named_like_one
}

advised_environment := "<environment>" if {
	not environment
	not _named_like_one
}

# METADATA
# description: Reports whether a glob in the list of environments matches the text.
is_environment(text) if {
	some pattern in input.settings.environments
	data.lib.glob.match(pattern, null, text)
}

# METADATA
# description: The list of environments on one line.
environments := concat(", ", input.settings.environments)

_named_like_one if {
	data.lib.name.kebab(input.run.stack)
	is_environment(input.run.stack)
}

_mapped(map) := map[_key(map)]

_key(map) := input.run.stack if {
	input.run.stack in object.keys(map)
} else := sort([key | some [_, key] in _matches(map)])[0]

_matches(map) := [match |
	all := [[count(pattern), pattern] | some pattern, _ in map; data.lib.glob.match(pattern, null, input.run.stack)]
	longest := max([n | some [n, _] in all])
	some match in all
	match[0] == longest
]
