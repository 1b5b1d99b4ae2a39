# METADATA
# title: The condition of a kind
# description: |
#   Some types are a secret only under a condition, such as an SSM parameter if its type is SecureString. The catalogue
#   writes it as {"all": [test], "any": [test]}: every test in all must hold, and one in any. A test is a path and an operator:
#   equals, notEquals, in, notIn (a missing property equals nothing), set, unset or nonEmpty (some value at or below the
#   path is neither empty nor null). With "[]" in a path, one matching item is enough.
package lib.condition

# METADATA
# description: holds, fails, or undecided if it depends on a property that is unknown or secret.
verdict := input.resource.keeps if {
	input.resource.keeps
} else := "holds" if not input.kind.condition

verdict := _all(array.concat(
	[_test(test) | some test in input.kind.condition.all],
	[_any([_test(test) | some test in input.kind.condition.any]) | input.kind.condition.any],
)) if {
	not input.resource.keeps
	input.kind.condition
}

_all(verdicts) := "fails" if {
	"fails" in verdicts
} else := "undecided" if {
	"undecided" in verdicts
} else := "holds"

_any(verdicts) := "holds" if {
	"holds" in verdicts
} else := "undecided" if {
	"undecided" in verdicts
} else := "fails"

_test(test) := _filled(test.path) if {
	test.nonEmpty == true
} else := _any([_single(object.union(test, {"path": path})) | some path in _paths(test.path)]) if {
	_listed(test.path)
} else := "undecided" if {
	"[]" in test.path
} else := _single(test)

# The paths that a path with one "[]" matches.
_paths(path) := [array.concat(array.concat(before, [i]), after) |
	some n, "[]" in path
	before := array.slice(path, 0, n)
	after := array.slice(path, n + 1, count(path))
	some i, _ in object.get(input.resource.properties, before, [])
]

_listed(path) if {
	some n, "[]" in path
	not data.lib.property.hidden(array.slice(path, 0, n))
}

_listed(path) if {
	some n, "[]" in path
	is_array(object.get(input.resource.properties, array.slice(path, 0, n), null))
}

# An unknown operator is undecided, so that a mistake in the catalogue shows up.
_single(test) := _member(test.path, [test.equals]) if {
	"equals" in object.keys(test)
} else := _not(_member(test.path, [test.notEquals])) if {
	"notEquals" in object.keys(test)
} else := _member(test.path, test["in"]) if {
	"in" in object.keys(test)
} else := _not(_member(test.path, test.notIn)) if {
	"notIn" in object.keys(test)
} else := _set(test.path) if {
	test.set == true
} else := _not(_set(test.path)) if {
	test.unset == true
} else := "undecided"

_member(path, values) := "undecided" if {
	data.lib.property.hidden(path)
} else := "holds" if {
	data.lib.property.value(path) in values
} else := "fails"

# A secret is set, whatever its value. An unknown may turn out to be empty.
_set(path) := "holds" if {
	data.lib.property.present(path)
} else := "holds" if {
	_given(path)
} else := "undecided" if {
	data.lib.property.hidden(path)
} else := "fails"

# If a program passes an output of another resource to a service credential, the property is nearly always set, which is enough
# for advice. An unknown in a Terraform plan may be computed by the provider.
_given(path) if {
	input.kind.class == "static-credential"
	not input.kind.cloud_key
	not data.lib.program.terraform
	path in input.resource.unknown
}

_filled(pattern) := "holds" if {
	some leaf in input.resource.secret
	data.lib.property.fits(leaf, pattern)
} else := "holds" if {
	some path, value
	walk(input.resource.properties, [path, value])
	data.lib.property.fits(path, pattern)
	_scalar(value)
	not value in {"", null}
} else := "undecided" if {
	some leaf in input.resource.unknown
	_touches(leaf, pattern)
} else := "undecided" if {
	some leaf in input.resource.secret
	_touches(leaf, pattern)
} else := "fails"

# An unknown or secret leaf above the pattern may hide the values that it matches.
_touches(leaf, pattern) if {
	n := min([count(leaf), count(pattern)])
	data.lib.property.fits(array.slice(leaf, 0, n), array.slice(pattern, 0, n))
}

_scalar(value) if not type_name(value) in {"object", "array"}

_not("holds") := "fails"

_not("fails") := "holds"

_not("undecided") := "undecided"
