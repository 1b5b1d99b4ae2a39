# METADATA
# title: Properties of the resource
# description: |
#   What can be said of a property: known, missing, unknown (the preview cannot see it yet) or secret. A path is an
#   array of keys and list indexes. A leaf that is unknown or secret makes everything above and below it so, which
#   is why a policy asks here instead of writing "not input.resource.properties.x".
package lib.property

# METADATA
# description: Reports whether the property is set and nothing at, above or below it is unknown or secret. Null is not set.
known(path) if {
	present(path)
	not hidden(path)
}

# METADATA
# description: Reports whether something stands there, be it secret or unknown in parts. Null is not set.
present(path) if object.get(input.resource.properties, path, null) != null

# METADATA
# description: Reports whether the property is certainly not set; a default of the provider counts as set.
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
# description: Reports whether the property cannot be seen, being unknown or secret.
hidden(path) if unknown(path)

hidden(path) if secret(path)

# METADATA
# description: The value of a known property; undefined for every other.
value(path) := object.get(input.resource.properties, path, null) if known(path)

# METADATA
# description: The path as a person writes it, such as items[0].value or metadata.annotations["pulumi.com/autonamed"].
show(path) := trim_prefix(concat("", [_segment(segment) | some segment in path]), ".")

# METADATA
# description: |
#   Reports whether the path, cut to the pattern's length, fits the pattern, where "[]" stands for every list index and "*"
#   for every key.
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
