# METADATA
# title: Properties of the resource
# description: |
#   The state of a property: known, missing, unknown (the preview cannot see it yet) or secret. A path is an array of
#   keys and list indexes. If a leaf is unknown or secret, so is everything above and below it, which is why policies
#   use this package instead of "not input.resource.properties.x".
package lib.property

# METADATA
# description: Reports whether the property is set and nothing at, above or below it is unknown or secret. Null is not set.
known(path) if {
	present(path)
	not hidden(path)
}

# METADATA
# description: Reports whether the property is set, even if it is secret or unknown in parts. Null is not set.
present(path) if object.get(input.resource.properties, path, null) != null

# METADATA
# description: Reports whether the property is certainly not set. A default of the provider is a set value.
missing(path) if {
	not present(path)
	not hidden(path)
}

# METADATA
# description: Reports whether a leaf at, above or below the path is not known yet.
unknown(path) if {
	some leaf in input.resource.unknown
	_related(leaf, path)
}

# METADATA
# description: Reports whether a leaf at, above or below the path is marked secret.
secret(path) if {
	some leaf in input.resource.secret
	_related(leaf, path)
}

# METADATA
# description: Reports whether the property is unknown or secret, so that it cannot be seen.
hidden(path) if unknown(path)

hidden(path) if secret(path)

# METADATA
# description: The value of a known property; undefined for all others.
value(path) := object.get(input.resource.properties, path, null) if known(path)

# METADATA
# description: The path in its written form, such as items[0].value or metadata.annotations["pulumi.com/autonamed"].
show(path) := trim_prefix(concat("", [_segment(segment) | some segment in path]), ".")

# METADATA
# description: |
#   Reports whether the path, cut to the length of the pattern, matches the pattern, in which "[]" matches every list
#   index and "*" every key.
fits(path, pattern) if {
	count(path) >= count(pattern)
	every i, segment in pattern {
		_same(segment, path[i])
	}
}

_related(a, b) if {
	n := min([count(a), count(b)])
	array.slice(a, 0, n) == array.slice(b, 0, n)
}

_same(segment, segment)

_same("*", key) if is_string(key)

_same("[]", index) if is_number(index)

_segment(segment) := $"[{segment}]" if is_number(segment)

_segment(segment) := $".{segment}" if {
	is_string(segment)
	_plain(segment)
}

_segment(segment) := $"[{json.marshal(segment)}]" if {
	is_string(segment)
	not _plain(segment)
}

_plain(key) if regex.match(`^[A-Za-z_$][A-Za-z0-9_$:-]*$`, key)
