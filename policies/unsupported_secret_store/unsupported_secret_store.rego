# METADATA
# title: Secrets live in the secrets manager of the project's own cloud
# description: |
#   A secret or secret version must be in one of this stack's secrets managers (the settings `managers` and
#   managersByStack), not in SSM Parameter Store, Vault, Kubernetes Secrets, Doppler and the like, nor in another
#   cloud's manager.
#
#   A resource in another store is reported only if it contains a secret: an SSM parameter of type SecureString, or a
#   Kubernetes Secret with data. A TLS key and a registry login are secrets too. A Kubernetes Secret without data is
#   filled by a controller, and service-account tokens are filled by the cluster itself, so both are allowed. So are
#   configuration stores.
# custom:
#   level: advisory
#   severity: high
#   standard: [S2]
#   tags: [secrets, managers]
#   applies:
#     classes: [store, version]
#     declares: true
#   remediation: |
#     1. Existing secret: create its successor in one of this stack's managers, set the value by hand, switch every
#        reader to it, and remove the old one last. Or exempt it, see docs/govern/exemptions.md.
#     2. New secret: create it with the component in the message, in one of this stack's managers.
#     3. Another manager that the project may use: add it to the setting `managers` or managersByStack.
package policies.unsupported_secret_store

_advice := concat(" ", [
	"Existing secret: move its readers before you remove it, or exempt it.",
	$"New secret: use {data.lib.component.advised} in {data.lib.manager.list(data.lib.settings.managers)}.",
])

deny contains violation if {
	input.kind.class in {"store", "version"}
	data.lib.store.foreign
	data.lib.condition.verdict == "holds"

	violation := {
		"message": $"This {data.lib.store.noun} is stored in {data.lib.manager.title(input.kind.manager)}, which is {_reason(input.kind.manager)}.\n{_advice}",
		"path": [],
		"yields": _yields,
	}
}

deny contains violation if {
	input.resource.declares
	not input.kind.class in {"store", "version"}
	some declared in input.resource.declares
	declared.class in {"store", "version"}
	not declared.manager in data.lib.settings.managers

	violation := {
		"message": $"The template at `{data.lib.program.at(declared)}` stores a secret in {data.lib.manager.title(declared.manager)}, which is {_reason(declared.manager)}.\n{_advice}",
		"path": declared.path,
		"yields": [{"policy": "raw-secret-resource", "path": declared.path}],
	}
}

undecided contains violation if {
	input.kind.class in {"store", "version"}
	data.lib.store.foreign
	data.lib.condition.verdict == "undecided"

	violation := {
		"message": $"Cannot tell whether this resource is a secret stored in {data.lib.manager.title(input.kind.manager)}: that depends on properties that are {data.lib.program.hidden}.\n{_advice}",
		"path": [],
		"yields": _yields,
	}
}

# A raw secret in the three managers is reported by raw-secret-resource, and a version is the same violation as its secret.
_yields := array.concat(
	[{"policy": "raw-secret-resource"}],
	[{"policy": "unsupported-secret-store", "urn": store.urn} |
		input.kind.class == "version"
		some store in input.resource.stores
	],
)

_reason(manager) := $"not a secrets manager of stack `{input.run.stack}`" if manager in data.lib.manager.own

_reason(manager) := "not a secrets manager of this project" if not manager in data.lib.manager.own
