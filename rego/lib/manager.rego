# METADATA
# title: Secrets managers
# description: Display names of the managers, by their identifier in the catalogue.
package lib.manager

# METADATA
# description: The managers of the three clouds, whose secrets only components may create.
own := {"aws-secrets-manager", "azure-key-vault", "gcp-secret-manager"}

# METADATA
# description: The title of every manager or store with a secret or secret version in the catalogue.
titles := {
	"1password": "1Password",
	"alicloud-apig": "Alibaba Cloud API Gateway",
	"alicloud-kms": "Alibaba Cloud KMS Secrets Manager",
	"alicloud-oos": "Alibaba Cloud OOS parameters",
	"aws-secrets-manager": "AWS Secrets Manager",
	"azure-api-management": "Azure API Management named values",
	"azure-automation": "Azure Automation assets",
	"azure-devtest-lab": "Azure DevTest Labs secrets",
	"azure-key-vault": "Azure Key Vault",
	"azure-service-fabric-mesh": "Azure Service Fabric Mesh secrets",
	"cloudflare-secrets-store": "Cloudflare Secrets Store",
	"cloudflare-workers": "Cloudflare Workers secrets",
	"datadog": "Datadog variables",
	"docker-swarm": "Docker Swarm secrets",
	"doppler": "Doppler",
	"gcp-secret-manager": "Google Secret Manager",
	"kubernetes": "Kubernetes Secrets",
	"oci": "Oracle Cloud named credentials",
	"oci-vault": "Oracle Cloud Vault",
	"pulumi-esc": "Pulumi ESC",
	"scaleway-secret-manager": "Scaleway Secret Manager",
	"snowflake": "Snowflake secrets",
	"ssm-parameter-store": "SSM Parameter Store",
	"vault": "HashiCorp Vault",
}

# METADATA
# description: The manager's title, or its identifier if it has none.
title(manager) := object.get(titles, manager, manager)

# METADATA
# description: The titles of several managers as a choice, in their order.
list(managers) := concat(" or ", array.concat(_but_last(names), array.slice(names, count(names) - 1, count(names)))) if {
	names := [title(manager) | some manager in managers]
}

_but_last(texts) := [concat(", ", array.slice(texts, 0, count(texts) - 1))] if {
	count(texts) > 1
} else := []
