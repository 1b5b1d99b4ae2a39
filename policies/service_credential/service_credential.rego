# METADATA
# title: Services trust each other by identity, not by long-lived keys
# description: |
#   A program makes no long-lived key, token or password of a service where an identity would do: authorization rules
#   of queues, API keys, access tokens, users of databases. It is advice, since some services know nothing else. What
#   has no other way passes: certificates of servers, keys that only sign or encrypt, clients of OAuth, webhooks,
#   agents that register themselves, first passwords, public halves, one-time codes and sessions, and connections
#   whose credential may be an identity. A provider that logs in with such a key is reported too: one of AWS that is pointed
#   at another service of the same protocol (R2, MinIO, Spaces) with a key that has not AWS's format. Credentials of the
#   clouds' own identities are for static-credential.
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
#     1. Use the caller's own identity where the service takes it: a role on the queue or topic (and local authentication
#        switched off), IAM or Entra authentication of the database, an OIDC trust, an app installation.
#     2. Where there is no other way: keep the key in the secrets manager, with the narrowest rights and an end, rotate it,
#        and list the type in allowTypes.
#   parameters:
#     properties:
#       allowTypes:
#         allows: service-credentials
#         description: Globs over the type tokens of credentials that pass; * stays within one part.
#         type: array
#         relaxes: more
#         items:
#           type: string
#           format: glob
#           pattern: '^([A-Za-z0-9_.:/@*?-]|\{[A-Za-z0-9_./*-]+(,[A-Za-z0-9_./*-]+)*\})+$'
#         default: []
package policies.service_credential

deny contains violation if {
	input.kind.class == "static-credential"
	_checked
	_verdict == "holds"

	violation := {
		"message": $"This is a long-lived credential of a service (`{data.lib.program.type}`): it works until somebody deletes it.\n{_instead}\nWhere there is no other way: keep it in the secrets manager, rotate it, and list the type in allowTypes.",
		"path": [],
	}
}

deny contains violation if {
	not data.lib.credential.passes("service-credential")
	some login in input.resource.logins
	login.how == "service-key"
	not login.config

	violation := {
		"message": $"This provider logs in to {data.lib.credential.cloud(login.cloud)} with a long-lived key at {data.lib.program.at(login)}.\n{_instead_of_key}",
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
		"message": $"Config {entry.key} logs a provider in to {data.lib.credential.cloud(entry.login.cloud)} with a long-lived key.\n{_instead_of_key}",
		"path": [entry.key],
		"yields": [{"policy": "plaintext-secret-config", "path": [entry.key]}],
	}
}

undecided contains violation if {
	input.kind.class == "static-credential"
	_checked
	_verdict == "undecided"

	violation := {
		"message": $"Whether this makes a long-lived credential of a service (`{data.lib.program.type}`) depends on properties that are not known yet or marked secret.\n{_instead}",
		"path": [],
	}
}

_checked if {
	not input.kind.cloud_key
	not input.kind.token in _harmless
	not data.lib.credential.passes("service-credential")
}

_verdict := data.lib.condition.verdict if {
	not input.kind.token in _optional
	not _imports[input.kind.token]
} else := "fails" if {
	data.lib.property.present(_imports[input.kind.token])
} else := "undecided" if {
	data.lib.property.hidden(_imports[input.kind.token])
} else := "holds" if {
	_imports[input.kind.token]
} else := "holds" if {
	some path in input.kind.values
	data.lib.property.present(path)
} else := "undecided" if {
	some path in input.kind.values
	data.lib.property.hidden(path)
} else := "fails"

_instead_of_key := "Keep the key in the secrets manager, with the narrowest rights and an end, rotate it, and list the provider's type in allowTypes."

_instead := "Give the caller a role on it (such as Azure Service Bus Data Sender), and switch local authentication off." if {
	input.kind.subclass == "sas-rule"
} else := "Use the caller's own identity where the service takes it: a role, IAM or Entra authentication, an OIDC trust, an app installation."

# Types that hold a credential only when one of their values is given.
_optional := {
	"azure-native:botservice:BotConnection",
	"azure-native:servicelinker:Linker",
	"cloudflare:index/tunnel:Tunnel",
	"cloudflare:index/zeroTrustTunnelCloudflared:ZeroTrustTunnelCloudflared",
	"cloudflare:index/zeroTrustTunnelWarpConnector:ZeroTrustTunnelWarpConnector",
	"mongodbatlas:index/databaseUser:DatabaseUser",
	"vault:aws/secretBackend:SecretBackend",
	"vault:azure/backend:Backend",
	"vault:database/secretBackendStaticRole:SecretBackendStaticRole",
	"vault:gcp/secretBackend:SecretBackend",
}

# Key pairs that are made only where no public key is imported.
_imports := {
	"alicloud:ecs/ecsKeyPair:EcsKeyPair": ["publicKey"],
	"alicloud:ecs/keyPair:KeyPair": ["publicKey"],
}

_harmless := ((((((_certificates | _signing) | _oauth) | _webhooks) | _agents) | _public) | _fleeting) | _connections

# Certificates of servers and of authorities: TLS has no other way. Their private keys are checked where they are written.
_certificates := {
	"aws-native:iam:ServerCertificate",
	"aws:acm/certificate:Certificate",
	"aws:iam/serverCertificate:ServerCertificate",
	"azure:apimanagement/certificate:Certificate",
	"azure:appservice/certificate:Certificate",
	"azure:batch/certificate:Certificate",
	"cloudflare:index/customSsl:CustomSsl",
	"cloudflare:index/mtlsCertificate:MtlsCertificate",
	"gcp:compute/regionSslCertificate:RegionSslCertificate",
	"gcp:compute/sSLCertificate:SSLCertificate",
	"vault:pkiSecret/secretBackendCert:SecretBackendCert",
	"vercel:index/customCertificate:CustomCertificate",
}

# Keys that sign, encrypt or prove who a server is: nobody logs in with them.
_signing := {
	"aws-native:transfer:HostKey",
	"aws:transfer/hostKey:HostKey",
	"azuread:index/servicePrincipalTokenSigningCertificate:ServicePrincipalTokenSigningCertificate",
	"cloudflare:index/streamKey:StreamKey",
	"gcp:compute/backendBucketSignedUrlKey:BackendBucketSignedUrlKey",
	"gcp:compute/backendServiceSignedUrlKey:BackendServiceSignedUrlKey",
	"scaleway:keymanager/keyMaterial:KeyMaterial",
}

# Clients of OAuth, which people log in through, and widgets that have a secret like them.
_oauth := {
	"aws:cognito/managedUserPoolClient:ManagedUserPoolClient",
	"aws:cognito/userPoolClient:UserPoolClient",
	"cloudflare:index/oauthClient:OauthClient",
	"cloudflare:index/turnstileWidget:TurnstileWidget",
	"gcp:iam/oauthClientCredential:OauthClientCredential",
	"gcp:iap/client:Client",
	"gitlab:index/application:Application",
	"vault:identity/oidcClient:OidcClient",
}

# Webhooks prove with a shared secret, if any, that a message is theirs.
_webhooks := {
	"doppler:index/webhook:Webhook",
	"github:index/organizationWebhook:OrganizationWebhook",
	"github:index/repositoryWebhook:RepositoryWebhook",
	"pulumiservice:api/esc:Webhook",
	"pulumiservice:api/stacks:Webhook",
	"pulumiservice:api:OrganizationWebhook",
	"pulumiservice:index:Webhook",
	"vercel:index/webhook:Webhook",
}

# Agents and runners register with a token, and have no identity before; an organization comes with its first key.
_agents := {
	"aws:ssm/activation:Activation",
	"datadog:index/syntheticsPrivateLocation:SyntheticsPrivateLocation",
	"gitlab:index/clusterAgentToken:ClusterAgentToken",
	"gitlab:index/runnerControllerToken:RunnerControllerToken",
	"gitlab:index/userRunner:UserRunner",
	"mongodbatlas:index/organization:Organization",
	"pulumiservice:api/agents:Pool",
	"pulumiservice:index:AgentPool",
}

# Public halves, a second factor, a user's first password, and a token's name without its password.
_public := {
	"aws:iam/sshKey:SshKey",
	"aws:iam/virtualMfaDevice:VirtualMfaDevice",
	"azure:containerservice/registryToken:RegistryToken",
	"azuread:index/user:User",
	"github:index/repositoryDeployKey:RepositoryDeployKey",
	"gitlab:index/deployKey:DeployKey",
	"snowflake:index/userPublicKeys:UserPublicKeys",
}

# One-time codes, and sessions that end by themselves.
_fleeting := {
	"azure-native:network:ExpressRouteCircuitAuthorization",
	"azure-native:network:ExpressRoutePortAuthorization",
	"azure:avs/expressRouteAuthorization:ExpressRouteAuthorization",
	"azure:compute/managedDiskSasToken:ManagedDiskSasToken",
	"azure:network/expressRouteCircuitAuthorization:ExpressRouteCircuitAuthorization",
	"azure:network/expressRoutePortAuthorization:ExpressRoutePortAuthorization",
	"gcp:compute/caExternalAccountKey:CaExternalAccountKey",
	"kubernetes:index/tokenRequestV1:TokenRequestV1",
	"vault:appRole/authBackendLogin:AuthBackendLogin",
	"vault:aws/authBackendLogin:AuthBackendLogin",
	"vault:pkiSecret/backendAcmeEab:BackendAcmeEab",
	"vault:terraformcloud/secretCreds:SecretCreds",
}

# Connections that may well use an identity, and the way in which Vault issues short-lived credentials. What a program
# writes into them is checked there.
_connections := {
	"azure-native:cognitiveservices:AccountConnection",
	"azure-native:cognitiveservices:ProjectConnection",
	"azure-native:datafactory:CredentialOperation",
	"azure-native:datafactory:LinkedService",
	"azure-native:machinelearningservices:WorkspaceConnection",
	"azure-native:web:Connection",
	"vault:database/secretBackendConnection:SecretBackendConnection",
	"vault:database/secretsMount:SecretsMount",
}
