# METADATA
# title: Settings of this stack
# description: |
#   What the parameters of the policy settings say about the stack of this run. In the maps by stack the stack's exact
#   name wins, then the longest glob that matches, then the first in the alphabet.
package lib.settings

# METADATA
# description: The managers in which this stack's secrets may live.
managers := _mapped(input.settings.managersByStack)

managers := input.settings.managers if not _mapped(input.settings.managersByStack)

# METADATA
# description: The environment to which environmentByStack maps this stack; undefined when it maps it to none.
environment := _mapped(input.settings.environmentByStack)

# METADATA
# description: |
#   The environment to write into a new name: the mapped one, else the stack's own name when that is an environment,
#   else a placeholder.
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
# description: Reports whether a glob of the list of environments matches the text.
is_environment(text) if {
	some pattern in input.settings.environments
	data.lib.glob.match(pattern, null, text)
}

# METADATA
# description: The list of environments in one line.
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
