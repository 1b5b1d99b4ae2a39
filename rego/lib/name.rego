# METADATA
# title: Names of secrets
# description: |
#   A name consists of kebab-case parts. A template such as {service}/{environment} defines them; the manager defines the
#   separator and the prefix (input.kind.naming).
package lib.name

# METADATA
# description: Reports whether the text is kebab-case, a-z and 0-9 with single hyphens inside.
kebab(text) if regex.match(`^[a-z0-9]+(-[a-z0-9]+)*$`, text)

# METADATA
# description: The closest kebab-case form of the text.
to_kebab(text) := trim(regex.replace(lower(text), `[^a-z0-9]+`, "-"), "-")

# METADATA
# description: The text on one line, so that it cannot add lines to a message.
line(text) := strings.replace_n({"\n": `\n`, "\r": `\r`, "\t": `\t`}, text)

# METADATA
# description: The text in at most 60 characters, so that a long name does not bury the rest of a message.
short(text) := text if {
	count(text) <= 60
} else := $"{substring(text, 0, 59)}…"

# METADATA
# description: |
#   Reports whether the text is a valid template: parts separated by slashes, each of literal kebab-case text and at most
#   one of {service}, {environment} and {key}. {service} and {environment} occur once, {key} at most once.
template(text) if {
	parts := split(text, "/")
	every part in parts {
		regex.match(`^[a-z0-9-]*(\{(service|environment|key)\})?[a-z0-9-]*$`, part)
		kebab(regex.replace(part, `\{[a-z]+\}`, "x"))
	}
	count(split(text, "{service}")) == 2
	count(split(text, "{environment}")) == 2
	count(split(text, "{key}")) <= 2
}

# METADATA
# description: |
#   The name parsed by the template, as an object of its placeholders. Undefined if it does not match. The name is split at
#   the separator after the prefix.
read(name, text, rules) := {placeholder: value |
	some i, part in split(text, "/")
	placeholder := _placeholder(part)
	value := _value(_parts(name, rules)[i], part)
} if {
	found := _parts(name, rules)
	wanted := split(text, "/")
	count(found) == count(wanted)
	every i, part in wanted {
		_fits(found[i], part)
	}
}

# METADATA
# description: The template with its placeholders filled in, in the manager's own form.
write(text, values, rules) := $"{rules.prefix}{concat(rules.separator, parts)}" if {
	parts := [filled |
		some part in split(text, "/")
		filled := strings.replace_n({$"\{{placeholder}}": value | some placeholder, value in values}, part)
	]
}

# METADATA
# description: The template in the manager's own form, such as /{service}/{environment} for SSM parameters.
form(text, rules) := $"{rules.prefix}{replace(text, "/", rules.separator)}"

_parts(name, rules) := split(trim_prefix(name, rules.prefix), rules.separator) if startswith(name, rules.prefix)

_placeholder(part) := trim(regex.find_n(`\{[a-z]+\}`, part, 1)[0], "{}")

_fits(text, part) if {
	kebab(text)
	text == part
}

_fits(text, part) if {
	kebab(text)
	kebab(_value(text, part))
}

_value(text, part) := trim_suffix(trim_prefix(text, ends[0]), ends[1]) if {
	ends := regex.split(`\{[a-z]+\}`, part)
	count(ends) == 2
	startswith(text, ends[0])
	endswith(text, ends[1])
	count(text) > count(ends[0]) + count(ends[1])
}
