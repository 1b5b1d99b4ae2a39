# METADATA
# title: Nobody logs in to a cloud with a long-lived key
# description: |
#   A program must not create a long-lived credential of an AWS, Google Cloud or Entra identity: an access key,
#   service-account key, client secret, client certificate, HMAC key or console password. This list is complete.
#   Templates are searched too. No provider, and no provider config, may log in with such a key, encrypted or not:
#   encryption does not make a key short-lived. This covers every package with these clouds' providers, under Pulumi's
#   name, Terraform's or your own.
#
#   The value decides. Published examples, test, mock_key and the like are not keys. A key in AWS's format is a key at
#   any endpoint; any other is allowed if the endpoint is on the machine itself. A key for another S3-compatible
#   service is left to service-credential. Session keys (with a session token), federated credential files and
#   kubeconfigs that get tokens from an exec plugin are allowed. So is a value that is not known yet: another resource
#   outputs it, and the update checks it.
#
#   Not visible to the policy: keys that are only in environment variables, kubeconfigs on disk, and files that a
#   provider reads on its own.
# custom:
#   level: mandatory
#   severity: critical
#   standard: [S9, S10]
#   tags: [credentials, clouds]
#   applies:
#     classes: [static-credential]
#     types: ["pulumi:pulumi:Stack"]
#     declares: true
#     extracts: [logins]
#   remediation: |
#     1. Existing credential: switch everything that uses it to another login first, then delete it.
#     2. Service: give it an identity that the platform renews: an IAM role, an attached service account or workload
#        identity, a managed identity.
#     3. CI: log in with OIDC (AWS: role-to-assume, Google Cloud: workload_identity_provider, Azure: a federated
#        credential of the application). People: aws sso login, gcloud auth login --update-adc, az login. Kubernetes:
#        a kubeconfig whose user gets tokens from an exec plugin (aws eks get-token, gke-gcloud-auth-plugin,
#        kubelogin).
#     4. Remove the key from the provider and from the config (`pulumi config rm`, or its line in Pulumi.yaml). A key
#        that was in plaintext stays in git history: delete it in the cloud.
#     5. Client that supports nothing else: exempt that one resource (see docs/govern/exemptions.md), or list its type
#        in allowTypes.
#   parameters:
#     properties:
#       allowTypes:
#         allows: cloud-credentials
#         description: Globs over the type tokens of credentials to allow, and of providers (pulumi:providers:kubernetes) that may log in with one. * matches within one part of the token.
#         type: array
#         relaxes: more
#         items:
#           type: string
#           format: glob
#           pattern: '^([A-Za-z0-9_.:/@*?-]|\{[A-Za-z0-9_./*-]+(,[A-Za-z0-9_./*-]+)*\})+$'
#           expected: 'a type token such as aws:secretsmanager/secret:Secret, where * matches any text within one part'
#         default: []
package policies.static_credential

deny contains violation if {
	input.kind.cloud_key
	not data.lib.credential.passes("static-credential")
	data.lib.condition.verdict == "holds"

	violation := {
		"message": $"This is a long-lived {data.lib.credential.cloud(input.kind.manager)} credential (`{data.lib.program.type}`): it works until somebody deletes it.\n{_instead(input.kind.manager)}",
		"path": [],
	}
}

deny contains violation if {
	input.resource.declares
	not input.kind.cloud_key
	some declared in input.resource.declares
	declared.class == "static-credential"
	not data.lib.credential.allowed(declared.type, "static-credential")

	violation := {
		"message": $"The template at `{data.lib.program.at(declared)}` creates a long-lived {data.lib.credential.cloud(declared.manager)} credential (`{declared.type}`).\n{_instead(declared.manager)}",
		"path": declared.path,
	}
}

deny contains violation if {
	input.resource.logins
	_checked
	some cloud, logins in _logins
	static := [login | some login in logins; login.how == "static-key"]
	count(static) > 0

	violation := {
		"message": concat("\n", [
			$"This provider logs in to {data.lib.credential.cloud(cloud)} with a long-lived key at {_list([data.lib.program.at(login) | some login in static])}{_encryption(static)}.",
			_instead_of_key(cloud, static),
		]),
		"path": static[0].path,
	}
}

deny contains violation if {
	input.resource.type == "pulumi:pulumi:Stack"
	some [provider, cloud], entries in _config
	not data.lib.credential.allowed(provider, "static-credential")
	static := [entry | some entry in entries; entry.login.how == "static-key"]
	count(static) > 0
	keys := [entry.key | some entry in static]

	violation := {
		"message": concat("\n", [
			$"Config {_list(keys)} logs a provider in to {data.lib.credential.cloud(cloud)} with a long-lived key{_config_encryption(static)}.",
			$"Use {data.lib.credential.logins(cloud)}, then `pulumi config {_remove(keys)}`{_delete(static)}.",
		]),
		"path": [keys[0]],
	}
}

undecided contains violation if {
	input.kind.cloud_key
	not data.lib.credential.passes("static-credential")
	data.lib.condition.verdict == "undecided"

	violation := {
		"message": $"Cannot tell whether this creates a long-lived {data.lib.credential.cloud(input.kind.manager)} credential: that depends on properties that are {data.lib.program.hidden}.\n{_instead(input.kind.manager)}",
		"path": [],
	}
}

undecided contains violation if {
	input.resource.declares
	some declared in input.resource.declares
	declared.unreadable

	violation := {
		"message": $"Cannot tell whether the template at `{data.lib.program.at(declared)}` creates long-lived credentials: it is not known yet or cannot be read.\nIf it does, switch their users to a role or managed identity (services), OIDC (CI) or a CLI login (people), then remove them.",
		"path": declared.path,
		"yields": [{"policy": "raw-secret-resource", "path": declared.path}],
	}
}

undecided contains violation if {
	input.resource.logins
	_checked
	some login in input.resource.logins
	_open[login.how]

	violation := {
		"message": $"Cannot tell whether this provider logs in to {data.lib.credential.cloud(login.cloud)} with a long-lived key: `{data.lib.program.at(login)}` {_open[login.how]}.\nIf it does, use {data.lib.credential.logins(login.cloud)}.",
		"path": login.path,
	}
}

undecided contains violation if {
	input.resource.type == "pulumi:pulumi:Stack"
	some entry in input.config
	_open[entry.login.how]
	not data.lib.credential.allowed(data.lib.credential.provider(entry.key), "static-credential")

	violation := {
		"message": $"Cannot tell whether config `{entry.key}` logs a provider in to {data.lib.credential.cloud(entry.login.cloud)} with a long-lived key: it {_open[entry.login.how]}.\nIf it does, use {data.lib.credential.logins(entry.login.cloud)}.",
		"path": [entry.key],
	}
}

_instead(id) := $"Existing credential: switch its users over before you remove it, or exempt it. Use {data.lib.credential.logins(id)}."

_open := {"unread": "cannot be read", "key-file": "points to a file, which is not read"}

_checked if {
	not data.lib.credential.passes("static-credential")
	not _of_config
}

# The engine creates default providers from the config, where the key is reported.
_of_config if {
	every login in input.resource.logins {
		login.config
	}
}

_logins[cloud] := logins if {
	some first in input.resource.logins
	cloud := first.cloud
	logins := [login | some login in input.resource.logins; login.cloud == cloud]
}

_config[[provider, cloud]] := entries if {
	some first in input.config
	cloud := first.login.cloud
	provider := data.lib.credential.provider(first.key)
	entries := [entry |
		some entry in input.config
		entry.login.cloud == cloud
		data.lib.credential.provider(entry.key) == provider
	]
}

_list(names) := concat(", ", [$"`{name}`" | some name in names])

# An encrypted key is just as long-lived.
_encryption(logins) := ", in plaintext" if {
	_plain(logins)
} else := "; marking it sensitive does not change that" if {
	data.lib.program.terraform
} else := "; encrypting it does not change that"

_instead_of_key(cloud, logins) := $"Use {data.lib.credential.logins(cloud)}, then remove the key here and delete it in the cloud." if {
	_plain(logins)
} else := $"Use {data.lib.credential.logins(cloud)}, then remove the key."

_plain(logins) if {
	some login in logins
	not login.marked
}

_config_encryption(entries) := ", in plaintext" if {
	_unencrypted(entries)
} else := "; encrypting it does not change that"

_delete(entries) := " and delete the key in the cloud" if {
	_unencrypted(entries)
} else := ""

_unencrypted(entries) if {
	some entry in entries
	not entry.secret
}

_remove([key]) := $"rm {key}"

_remove(keys) := $"rm-all {concat(" ", keys)}" if count(keys) > 1
