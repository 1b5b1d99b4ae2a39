# METADATA
# title: Services authenticate with identities, not long-lived keys
# description: |
#   A program should not create a long-lived key, token or password for a service if an identity would do:
#   authorization rules of queues, API keys, access tokens, database users. The policy is advisory because some
#   services support nothing else.
#
#   Credentials without an alternative are allowed: server certificates, keys that only sign or encrypt, OAuth
#   clients, webhooks, agents that register themselves, initial passwords, public keys, one-time codes and sessions,
#   and connections whose credential may be an identity. A provider that logs in with such a key is reported too: an
#   AWS provider that points to another service with the same protocol (R2, MinIO, Spaces) and has a key that is not
#   in AWS's format. Credentials of the clouds' own identities are left to static-credential.
# custom:
#   level: advisory
#   severity: medium
#   standard: [S9]
#   tags: [credentials, services]
#   applies:
#     classes: [static-credential]
#     types: ["pulumi:pulumi:Stack"]
#     extracts: [logins]
#   remediation: |
#     1. Use the caller's own identity if the service supports it: a role on the queue or topic (with local
#        authentication disabled), IAM or Entra authentication for the database, an OIDC trust, an app installation.
#     2. Otherwise keep the key in the secrets manager, with minimal permissions and an expiry, rotate it, and list
#        the type in allowTypes.
#   parameters:
#     properties:
#       allowTypes:
#         allows: service-credentials
#         description: Globs over the type tokens of credentials to allow. * matches within one part of the token.
#         type: array
#         relaxes: more
#         items:
#           type: string
#           format: glob
#           pattern: '^([A-Za-z0-9_.:/@*?-]|\{[A-Za-z0-9_./*-]+(,[A-Za-z0-9_./*-]+)*\})+$'
#           expected: 'a type token such as aws:secretsmanager/secret:Secret, where * matches any text within one part'
#         default: []
package policies.service_credential

deny contains violation if {
	input.kind.class == "static-credential"
	_checked
	data.lib.condition.verdict == "holds"

	violation := {
		"message": $"This is a long-lived service credential (`{data.lib.program.type}`): it works until somebody deletes it.\n{_instead}",
		"path": [],
	}
}

deny contains violation if {
	not data.lib.credential.passes("service-credential")
	some login in input.resource.logins
	login.how == "service-key"
	not login.config

	violation := {
		"message": $"This provider logs in to {data.lib.credential.cloud(login.cloud)} with a long-lived key at `{data.lib.program.at(login)}`.\n{_instead_of_key}",
		"path": login.path,
		"yields": [{"policy": "plaintext-secret-property", "path": login.path}],
	}
}

deny contains violation if {
	input.resource.type == "pulumi:pulumi:Stack"
	some entry in input.config
	entry.login.how == "service-key"
	not data.lib.credential.allowed(data.lib.credential.provider(entry.key), "service-credential")

	violation := {
		"message": $"Config `{entry.key}` logs a provider in to {data.lib.credential.cloud(entry.login.cloud)} with a long-lived key.\n{_instead_of_key}",
		"path": [entry.key],
		"yields": [{"policy": "plaintext-secret-config", "path": [entry.key]}],
	}
}

undecided contains violation if {
	input.kind.class == "static-credential"
	_checked
	data.lib.condition.verdict == "undecided"

	violation := {
		"message": $"Cannot tell whether this creates a long-lived service credential (`{data.lib.program.type}`): that depends on properties that are {data.lib.program.hidden}.\n{_instead}",
		"path": [],
	}
}

_checked if {
	not input.kind.cloud_key
	not _harmless
	not data.lib.credential.passes("service-credential")
}

_instead_of_key := "Keep the key in the secrets manager, give it minimal permissions and an expiry, rotate it, and list the provider's type in allowTypes."

_instead := "Give the caller a role (such as Azure Service Bus Data Sender) and disable local authentication, or keep the key in the secrets manager, rotate it and list the type in allowTypes." if {
	input.kind.subclass == "sas-rule"
} else := "Use the caller's own identity if the service supports it (a role, IAM, Entra, OIDC). If not, keep the credential in the secrets manager, rotate it and list the type in allowTypes."

# Credentials without a better alternative; their inputs are checked elsewhere. TLS needs certificates, nobody logs in with
# signing keys, people log in through OAuth clients, webhooks prove their origin, and agents have no identity before they
# register.
_harmless if input.kind.subclass in {
	"server-certificate", "signing-key", "oauth-client", "webhook", "registration", "no-login", "short-lived", "connection",
}
