# METADATA
# title: Secret values are set by hand, not by the program
# description: |
#   A program must not write a value into a secret of a secrets manager. A component may write what its entry in the
#   setting `components` allows: no values, or only generated values, which are built from the output of a resource
#   that generates or issues them. Outside components nothing may be written.
#
#   A constant placeholder under ignoreChanges is allowed, since some stores reject an empty secret. So is a
#   write-only argument that is set to a placeholder or to a value issued by a resource, such as an ephemeral one.
#   Neither excuses a real value: a literal in a write-only argument is denied. In both cases, so is a value from the
#   configuration, or one in the format of a known kind of secret.
#
#   If raw-secret-resource reports the secret, a value in that secret is part of the same violation. A secret version
#   with a value is a separate violation.
# custom:
#   kinds:
#     write-only: {since: 0.2.0, title: A literal in a write-only argument}
#     ignored: {since: 0.2.0, title: A config value or a known secret format in a property under ignoreChanges}
#   level: mandatory
#   severity: critical
#   scope: both
#   standard: [S3]
#   tags: [secrets, values]
#   applies:
#     written: true
#   remediation: |
#     1. Existing secret: its value has been in the program. Set a new value by hand first. See
#        docs/reference/secrets.md for the steps, in an order that loses nothing.
#     2. New secret: leave the value out, and set it by hand in the cloud after deployment. Key Vault rejects a secret
#        without a value: write a constant placeholder, under ignoreChanges.
#     3. Component that creates a resource with a generated value: write the output of the resource that generates it.
#     4. Placeholder under ignoreChanges whose real value a refresh has read into the state: exempt the property, or
#        put the placeholder back into the state.
package policies.secret_value_in_program

deny contains violation if {
	input.scope == "resource"
	some written in input.resource.written
	_manager(input.kind.manager)
	not _hidden(input.resource.ancestors)
	_contract(input.resource.ancestors) == "none"
	not _passes(written)
	not written.ignored
	not _perhaps(written)

	violation := {
		"message": _none(written, input.kind, input.resource.ancestors),
		"path": written.path,
		"yields": _yields(written),
	}
}

deny contains violation if {
	input.scope == "stack"
	some written in input.written
	written.generated == "no"
	_generated(written)
	not written.ignored
	not _perhaps(written)

	violation := {
		"message": concat("\n", [
			$"The value of this {_thing(written)} at `{data.lib.program.at(written)}` is not generated in this {data.lib.program.stack}; {_component(written.ancestors)} may only write generated values.",
			"Existing secret: set a new value by hand first. Then write the output of the resource that generates it, or leave the value out and set it by hand after deployment.",
		]),
		"path": written.path,
		"urn": written.urn,
		"yields": _stack_yields(written),
	}
}

# A write-only argument keeps a value out of the state, not out of the program.
deny contains violation if {
	input.scope == "stack"
	some written in input.written
	written.writeOnly
	written.generated == "no"
	_manager(written.manager)
	not _hidden(written.ancestors)
	origin := _origin(written)

	violation := {
		"message": concat("\n", [
			$"{origin} is written into this {_thing(written)} at `{data.lib.program.at(written)}`; a write-only argument keeps it out of the state, not out of the {data.lib.program.code}.",
			"Existing secret: set a new value by hand first. Then pass the output of the resource that issues it, or leave it out and set it by hand after deployment.",
		]),
		"path": written.path,
		"urn": written.urn,
		"yields": _literal_yields(written),
		"kind": "write-only",
	}
}

# The old input is what the program wrote or what a refresh read. Either way the state contains the value.
deny contains violation if {
	input.scope == "resource"
	some written in input.resource.written
	_manager(input.kind.manager)
	not _hidden(input.resource.ancestors)
	_contract(input.resource.ancestors) == "none"
	not _passes(written)
	written.ignored
	evidence := _evidence(written)

	violation := {
		"message": _under_ignored(written, input.kind, evidence),
		"path": written.path,
		"yields": _yields(written),
		"kind": "ignored",
	}
}

deny contains violation if {
	input.scope == "stack"
	some written in input.written
	written.generated == "no"
	_generated(written)
	written.ignored
	evidence := _evidence(written)

	violation := {
		"message": _under_ignored(written, written, evidence), "path": written.path, "urn": written.urn,
		"yields": _stack_yields(written), "kind": "ignored",
	}
}

# After a refresh, the old input may be the value that was set by hand, so only certain evidence is denied.
undecided contains violation if {
	input.scope == "resource"
	some written in input.resource.written
	_manager(input.kind.manager)
	not _hidden(input.resource.ancestors)
	_contract(input.resource.ancestors) == "none"
	not _passes(written)
	written.ignored
	not _evidence(written)

	violation := {
		"message": concat("\n", [
			_old(written, input.kind),
			$"Make sure that the {data.lib.program.code} writes nothing but a constant placeholder there, such as changeme.",
		]),
		"path": written.path,
		"yields": _raw,
	}
}

undecided contains violation if {
	input.scope == "stack"
	some written in input.written
	written.generated in {"no", "open"}
	_generated(written)
	written.ignored
	not _told(written)

	violation := {
		"message": concat("\n", [
			_old(written, written),
			$"Make sure that the {data.lib.program.code} writes nothing but a generated value or a constant placeholder there, such as changeme.",
		]),
		"path": written.path,
		"urn": written.urn,
		"yields": _stack_yields(written),
	}
}

undecided contains violation if {
	input.scope == "resource"
	some written in input.resource.written
	_manager(input.kind.manager)
	not _hidden(input.resource.ancestors)
	_contract(input.resource.ancestors) == "none"
	_perhaps(written)

	violation := {"message": _placeholder(written, input.kind), "path": written.path, "yields": _raw}
}

undecided contains violation if {
	input.scope == "stack"
	some written in input.written
	written.generated == "no"
	_generated(written)
	_perhaps(written)

	violation := {
		"message": _placeholder(written, written), "path": written.path, "urn": written.urn,
		"yields": _stack_yields(written),
	}
}

undecided contains violation if {
	input.scope == "stack"
	some written in input.written
	written.generated == "open"
	not written.ignored
	_generated(written)

	violation := {
		"message": concat("\n", [
			$"Cannot tell yet whether the value of this {_thing(written)} at `{data.lib.program.at(written)}` is generated.",
			$"{_component(written.ancestors)} may only write generated values: use the output of the resource that generates or issues it.",
		]),
		"path": written.path,
		"urn": written.urn,
		"yields": _stack_yields(written),
	}
}

# A Terraform state does not record module sources, so what a module may write is unknown.
undecided contains violation if {
	input.scope == "resource"
	some written in input.resource.written
	_manager(input.kind.manager)
	_hidden(input.resource.ancestors)
	not _passes(written)

	violation := {
		"message": concat("\n", [
			$"Cannot tell whether this {_thing(input.kind)} may have a value at `{data.lib.program.at(written)}`: a Terraform state does not record module sources.",
			"Check a plan of the same configuration instead.",
		]),
		"path": written.path,
		"yields": _raw,
	}
}

# A secret outside components is reported by raw-secret-resource, not for its value too. A version with a value is another
# violation, which raw-secret-resource leaves to this policy; one with a placeholder is not.
_yields(written) := _raw if {
	input.kind.class == "store"
} else := _raw if {
	written.placeholder
} else := []

_raw := [{"policy": "raw-secret-resource"}]

# In the stack scope, the resource has already been reported.
_stack_yields(written) := [{"policy": "raw-secret-resource", "urn": written.urn}]

_literal_yields(written) := _stack_yields(written) if {
	written.class == "store"
} else := []

_hidden(ancestors) if {
	data.lib.component.hidden(ancestors)
	not data.lib.component.entry(ancestors)
}

_manager(manager) if manager in data.lib.manager.own

_manager(manager) if manager in data.lib.settings.managers

_contract(ancestors) := data.lib.component.entry(ancestors).values

_contract(ancestors) := "none" if not data.lib.component.entry(ancestors)

_generated(written) if {
	_manager(written.manager)
	_contract(written.ancestors) == "generated"
	not _passes(written)
}

# A Terraform plan does not contain meta-arguments: ignore_changes on a placeholder shows only once it has taken effect.
_perhaps(written) if {
	data.lib.program.terraform
	written.placeholder
	not written.ignored
	not written.writeOnly
}

_placeholder(written, kind) := concat("\n", [
	$"A placeholder is written into this {_thing(kind)} at `{data.lib.program.at(written)}`; a plan does not show whether ignore_changes covers it.",
	$"If not, add `lifecycle \{ ignore_changes = [{data.lib.program.at(written)}] }`, or a later apply will overwrite the real value.",
])

_old(written, kind) := $"Cannot tell whether the {data.lib.program.code} writes a value into this {_thing(kind)} at `{data.lib.program.at(written)}`: with {data.lib.program.ignored}, only the old value is visible."

_passes(written) if written.writeOnly

_passes(written) if {
	written.placeholder
	written.ignored
}

_told(written) if {
	written.generated == "no"
	_evidence(written)
}

# Certain evidence that the value is a hard-coded secret, as the beginning of a sentence.
_evidence(written) := $"The value of config `{data.lib.program.config(written.config)}`" if {
	written.config
} else := $"A value that looks like {written.format}" if {
	written.format
}

_origin(written) := _evidence(written)

_origin(written) := _literal if {
	written.literal
	not _evidence(written)
}

# The engine does not show an analyzer what a Pulumi program looks up with a function call.
_literal := "A literal" if {
	data.lib.program.terraform
} else := "A literal or looked-up value"

_under_ignored(written, kind, evidence) := concat("\n", [
	$"{evidence} is in this {_thing(kind)} at `{data.lib.program.at(written)}`, under {data.lib.program.ignored}, where only a constant placeholder is allowed.",
	$"If the {data.lib.program.code} writes it, set a new value by hand, then write a placeholder such as changeme. If a refresh read it from the cloud, exempt this property.",
])

_none(written, kind, ancestors) := concat("\n", [
	$"A placeholder is written into this {_thing(kind)} at `{path}` without {data.lib.program.ignored}: a later update would overwrite the real value.",
	$"Add `{path}` to {data.lib.program.ignored}, and set the value by hand after deployment.",
]) if {
	written.placeholder
	path := data.lib.program.at(written)
} else := concat("\n", [
	$"The {data.lib.program.code} writes the value of this {_thing(kind)} at `{data.lib.program.at(written)}`{_forbidden(ancestors)}.",
	_leave(kind),
])

_forbidden(ancestors) := $"; {_component(ancestors)} may not write values" if {
	data.lib.component.entry(ancestors)
} else := "; secret values must be set by hand"

_leave(kind) := $"Existing secret: set a new value by hand, then write a placeholder with {data.lib.program.ignored}. New secret: write the placeholder, and set the value by hand after deployment." if {
	kind.manager == "azure-key-vault"
} else := "Existing secret: set a new value by hand, then remove this version. New secret: leave the version out and set the value by hand after deployment." if {
	kind.class == "version"
} else := "Existing secret: set a new value by hand, then remove this value. New secret: leave the value out and set it by hand after deployment."

_component(ancestors) := data.lib.component.name(data.lib.component.entry(ancestors))

_thing(kind) := $"{data.lib.manager.title(kind.manager)} {_noun[kind.class]}"

_noun := {"store": "secret", "version": "secret version"}
