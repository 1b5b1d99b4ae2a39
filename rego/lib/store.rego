# METADATA
# title: Secrets and secret versions
# description: Which policy checks the secret that a resource is, so that one defect has one diagnostic.
package lib.store

# METADATA
# description: |
#   Reports whether raw-secret-resource checks where the resource lies: one of the three managers' own secrets or versions,
#   or one of a manager that this stack's settings add.
own if input.kind.own

own if {
	_secret
	input.kind.manager in data.lib.settings.managers
}

# METADATA
# description: Reports whether the resource is a secret, or a version, in a manager that is not one of this stack's.
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

# A subclass says that the resource is not a secret of the project: a config store, a ciphertext, a certificate, or
# a secret that another service makes for itself.
_secret if {
	input.kind.class in {"store", "version"}
	not input.kind.subclass
}
