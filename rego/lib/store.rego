# METADATA
# title: Secrets and secret versions
# description: Decides which policy checks a secret, so that a violation is reported once.
package lib.store

# METADATA
# description: |
#   Reports whether raw-secret-resource checks where the resource is created: a secret or version in one of the three
#   managers, or in a manager that this stack's settings add.
own if input.kind.own

own if {
	_secret
	input.kind.manager in data.lib.settings.managers
}

# METADATA
# description: Reports whether the resource is a secret or version in a manager that is not one of this stack's.
foreign if {
	_secret
	not input.kind.manager in data.lib.settings.managers
}

# METADATA
# description: The noun for a message.
noun := "secret version" if {
	input.kind.class == "version"
} else := "secret"

_secret if input.kind.own

# A resource with a subclass is not a secret of the project: it is a config store, a ciphertext, a certificate, or a secret
# that another service creates for itself.
_secret if {
	input.kind.class in {"store", "version"}
	not input.kind.subclass
}
