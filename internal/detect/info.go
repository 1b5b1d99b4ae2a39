package detect

import (
	"slices"
	"strings"
)

// Info describes a detector.
type Info struct {
	ID      string
	Title   string // as in Match
	Matches string // what it matches, in words
	Source  string // the vendor's page or the standard that says so
	Since   string // the version that first had it, empty for the first release

	cloud string
	short bool
}

// List returns every detector, sorted by ID.
func List() []Info { return slices.Clone(infos[:]) }

// SinceOf returns the version that first had a detector, empty for the first release and for what is none.
func (*Detector) SinceOf(id string) string {
	i, ok := slices.BinarySearchFunc(infos[:], id, func(i Info, id string) int { return strings.Compare(i.ID, id) })
	if !ok {
		return ""
	}
	return infos[i].Since
}

func infoOf(id string) *Info {
	i, ok := slices.BinarySearchFunc(infos[:], id, func(i Info, id string) int { return strings.Compare(i.ID, id) })
	if !ok {
		panic("detect: no detector " + id)
	}
	return &infos[i]
}

var infos = [...]Info{
	{
		ID: "age-key", Title: "an age secret key",
		Matches: "AGE-SECRET-KEY-1 and 58 characters",
		Source:  "https://github.com/FiloSottile/age",
	},
	{
		ID: "anthropic-key", Title: "an Anthropic API key",
		Matches: "sk-ant- keys of the API, administrators and OAuth",
		Source:  "https://docs.anthropic.com/en/api/getting-started",
	},
	{
		ID: "atlassian-token", Title: "an Atlassian API token",
		Matches: "ATATT3 and 180 to 240 characters",
		Source:  "https://support.atlassian.com/atlassian-account/docs/manage-api-tokens-for-your-atlassian-account/",
	},
	{
		ID: "authorization-header", Title: "the credential of an Authorization header",
		Matches: "Bearer and a random token, Basic and base64 of a user and a password, token and 40 hex digits",
		Source:  "RFC 6750, RFC 7617",
	},
	{
		ID: "aws-bedrock-key", Title: "an Amazon Bedrock API key",
		Matches: "ABSK and 109 to 269 characters of base64",
		Source:  "https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys.html",
	},
	{
		ID: "aws-secret-key", Title: "an AWS secret access key", cloud: "aws",
		Matches: "40 characters of base64 under the name of a secret key, or right after an access key id",
		Source:  "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html",
	},
	{
		ID: "aws-session-token", Title: "an AWS session token", short: true,
		Matches: "the tokens of STS, by their three known beginnings",
		Source:  "https://docs.aws.amazon.com/STS/latest/APIReference/API_Credentials.html",
	},
	{
		ID: "azure-client-secret", Title: "a client secret of Entra ID", cloud: "azure",
		Matches: "three characters, a digit, Q~ and 31 to 34 more",
		Source:  "https://github.com/microsoft/security-utilities",
	},
	{
		ID: "azure-devops-token", Title: "an Azure DevOps token",
		Matches: "84 characters with AZDO near the end",
		Source:  "https://github.com/microsoft/security-utilities",
	},
	{
		ID: "azure-key", Title: "a key of an Azure service",
		Matches: "keys with the signature of their service at a fixed place, and common annotated keys (JQQJ9)",
		Source:  "https://github.com/microsoft/security-utilities",
	},
	{
		ID: "azure-sas", Title: "a shared access signature",
		Matches: "sig= with 32 bytes of base64 beside se= and sv= or sr=",
		Source:  "https://learn.microsoft.com/azure/storage/common/storage-sas-overview",
	},
	{
		ID: "azure-storage-key", Title: "an Azure storage account key", cloud: "azure",
		Matches: "88 characters of base64 with +ASt at a fixed place",
		Source:  "https://github.com/microsoft/security-utilities",
	},
	{
		ID: "brevo-key", Title: "a Brevo API key",
		Matches: "xkeysib-, 64 hex digits and 16 characters",
		Source:  "https://developers.brevo.com/docs/getting-started",
	},
	{
		ID: "buildkite-token", Title: "a Buildkite API token",
		Matches: "bkua_ and 40 hex digits",
		Source:  "https://buildkite.com/docs/apis/managing-api-tokens",
	},
	{
		ID: "circleci-token", Title: "a CircleCI token",
		Matches: "CCIPAT_ tokens",
		Source:  "https://circleci.com/docs/managing-api-tokens/",
	},
	{
		ID: "cloudflare-origin-ca", Title: "a Cloudflare origin CA key",
		Matches: "v1.0-, 24 hex digits and 146 more",
		Source:  "https://developers.cloudflare.com/fundamentals/api/get-started/ca-keys/",
	},
	{
		ID: "cloudflare-token", Title: "a Cloudflare API token",
		Matches: "cfk_, cfut_ or cfat_ and 40 characters with a checksum",
		Source:  "https://developers.cloudflare.com/fundamentals/api/",
	},
	{
		ID: "credentialed-url", Title: "a URL with a password",
		Matches: "scheme://user:password@host of any scheme; a user without a password is none",
		Source:  "RFC 3986, section 3.2.1",
	},
	{
		ID: "databricks-token", Title: "a Databricks token",
		Matches: "dapi and 32 hex digits",
		Source:  "https://docs.databricks.com/en/dev-tools/auth/pat.html",
	},
	{
		ID: "datadog-key", Title: "a Datadog application key",
		Matches: "ddapp_ and 34 characters; older keys by their name",
		Source:  "https://docs.datadoghq.com/account_management/api-app-keys/",
	},
	{
		ID: "digitalocean-token", Title: "a DigitalOcean token",
		Matches: "dop_v1_, doo_v1_ or dor_v1_ and 64 hex digits",
		Source:  "https://docs.digitalocean.com/reference/api/create-personal-access-token/",
	},
	{
		ID: "discord-webhook", Title: "a Discord webhook",
		Matches: "the path of a webhook URL",
		Source:  "https://discord.com/developers/docs/resources/webhook",
	},
	{
		ID: "docker-auth", Title: "the login of a container registry",
		Matches: "auth: base64 of a user and a password, as in .dockerconfigjson and .npmrc",
		Source:  "https://docs.docker.com/reference/cli/docker/login/",
	},
	{
		ID: "docker-token", Title: "a Docker token",
		Matches: "dckr_pat_ or dckr_oat_ and 27 characters or more",
		Source:  "https://docs.docker.com/security/access-tokens/",
	},
	{
		ID: "doppler-token", Title: "a Doppler token",
		Matches: "dp.pt., dp.st., dp.ct., dp.sa., dp.scim. or dp.audit. and 40 to 44 characters",
		Source:  "https://docs.doppler.com/reference/auth-token-formats",
	},
	{
		ID: "extra-pattern", Title: "a match of an extra pattern",
		Matches: "the organisation's own patterns (extraPatterns)",
		Source:  "the configuration",
	},
	{
		ID: "figma-token", Title: "a Figma token",
		Matches: "figd_ and 40 characters",
		Source:  "https://www.figma.com/developers/api",
	},
	{
		ID: "gcp-service-account", Title: "a service account key of Google Cloud", cloud: "gcp",
		Matches: "JSON of type service_account with a private key",
		Source:  "https://cloud.google.com/iam/docs/keys-create-delete",
	},
	{
		ID: "github-app-token", Title: "an installation token of a GitHub App", short: true,
		Matches: "ghs_ and 36 characters, or an app id and a web token",
		Source:  "https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/about-authentication-to-github",
	},
	{
		ID: "github-token", Title: "a GitHub token",
		Matches: "ghp_, gho_, ghu_ or ghr_ and 36 characters, github_pat_ and 82",
		Source:  "https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/about-authentication-to-github",
	},
	{
		ID: "gitlab-token", Title: "a GitLab token",
		Matches: "glpat-, glrt-, gldt-, glft-, glsoat-, glptt-, gloas-, glagent-, glcbt- and glimt- tokens",
		Source:  "https://docs.gitlab.com/security/tokens/",
	},
	{
		ID: "google-access-token", Title: "a Google access token", short: true,
		Matches: "ya29. and 40 characters or more",
		Source:  "https://cloud.google.com/docs/authentication/token-types",
	},
	{
		ID: "google-api-key", Title: "a Google API key",
		Matches: "AIza and 35 characters",
		Source:  "https://cloud.google.com/docs/authentication/api-keys",
	},
	{
		ID: "google-oauth-secret", Title: "a Google OAuth client secret",
		Matches: "GOCSPX- and 28 characters",
		Source:  "https://developers.google.com/identity/protocols/oauth2",
	},
	{
		ID: "grafana-token", Title: "a Grafana token",
		Matches: "glsa_ and glc_ tokens",
		Source:  "https://grafana.com/docs/grafana/latest/administration/service-accounts/",
	},
	{
		ID: "groq-key", Title: "a Groq API key",
		Matches: "gsk_ and 52 characters",
		Source:  "https://console.groq.com/docs",
	},
	{
		ID: "heroku-token", Title: "a Heroku token",
		Matches: "HRKU-AA and 58 characters; older ones by their name",
		Source:  "https://devcenter.heroku.com/articles/platform-api-reference",
	},
	{
		ID: "huggingface-token", Title: "a Hugging Face token",
		Matches: "hf_ and 34 characters",
		Source:  "https://huggingface.co/docs/hub/security-tokens",
	},
	{
		ID: "jwt", Title: "a JSON web token",
		Matches: "three parts of base64 of which two begin like JSON",
		Source:  "RFC 7519",
	},
	{
		ID: "linear-key", Title: "a Linear API key",
		Matches: "lin_api_ and 40 characters",
		Source:  "https://linear.app/developers/graphql",
	},
	{
		ID: "mailgun-key", Title: "a Mailgun API key",
		Matches: "key- and 32 hex digits",
		Source:  "https://documentation.mailgun.com/docs/mailgun/api-reference/authentication",
	},
	{
		ID: "mongodb-token", Title: "a MongoDB Atlas service account secret",
		Matches: "mdb_sa_sk_ and 40 characters or more",
		Source:  "https://www.mongodb.com/docs/atlas/api/service-accounts-overview/",
	},
	{
		ID: "netlify-token", Title: "a Netlify token",
		Matches: "nfp_ and 36 characters",
		Source:  "https://docs.netlify.com/api/get-started/",
	},
	{
		ID: "newrelic-key", Title: "a New Relic user key",
		Matches: "NRAK- and 27 characters",
		Source:  "https://docs.newrelic.com/docs/apis/intro-apis/new-relic-api-keys/",
	},
	{
		ID: "notion-token", Title: "a Notion token",
		Matches: "ntn_ and 46 characters",
		Source:  "https://developers.notion.com/docs/authorization",
	},
	{
		ID: "npm-token", Title: "an npm token",
		Matches: "npm_ and 36 characters",
		Source:  "https://docs.npmjs.com/about-access-tokens",
	},
	{
		ID: "onepassword-token", Title: "a 1Password service account token",
		Matches: "ops_ and a long base64 document",
		Source:  "https://developer.1password.com/docs/service-accounts/",
	},
	{
		ID: "openai-key", Title: "an OpenAI API key",
		Matches: "sk-proj-, sk-svcacct- and sk-admin- keys, and older ones by the mark in their middle",
		Source:  "https://platform.openai.com/docs/api-reference/authentication",
	},
	{
		ID: "password", Title: "a password",
		Matches: "any literal of four characters or more under a name whose last word is password, passphrase, pwd, ..., weak ones too; arguments of mysql, docker login, curl and the like",
		Source:  "the name of the key",
	},
	{
		ID: "planetscale-token", Title: "a PlanetScale token",
		Matches: "pscale_tkn_ or pscale_pw_ and 32 characters or more",
		Source:  "https://planetscale.com/docs/concepts/service-tokens",
	},
	{
		ID: "postman-key", Title: "a Postman API key",
		Matches: "PMAK-, 24 and 34 hex digits",
		Source:  "https://learning.postman.com/docs/developer/postman-api/authentication/",
	},
	{
		ID: "private-key", Title: "a private key",
		Matches: "PEM, OpenSSH, PGP and PuTTY private keys with a body, encrypted ones too; line breaks may be escaped",
		Source:  "RFC 7468, RFC 4880",
	},
	{
		ID: "pulumi-token", Title: "a Pulumi access token",
		Matches: "pul- and 40 hex digits",
		Source:  "https://www.pulumi.com/docs/administration/access-identity/access-tokens/",
	},
	{
		ID: "pypi-token", Title: "a PyPI token",
		Matches: "pypi-AgE and 50 characters or more",
		Source:  "https://pypi.org/help/#apitoken",
	},
	{
		ID: "rubygems-key", Title: "a RubyGems API key",
		Matches: "rubygems_ and 48 hex digits",
		Source:  "https://guides.rubygems.org/api-key-scopes/",
	},
	{
		ID: "secret", Title: "a secret",
		Matches: "a value that looks random under a name whose last words are secret, token, credentials, api key, access key, private key, ...",
		Source:  "the name of the key",
	},
	{
		ID: "sendgrid-key", Title: "a SendGrid API key",
		Matches: "SG., 22 characters, a dot and 43 more",
		Source:  "https://www.twilio.com/docs/sendgrid/ui/account-and-settings/api-keys",
	},
	{
		ID: "sentry-token", Title: "a Sentry token",
		Matches: "sntrys_ tokens; DSNs are public",
		Source:  "https://docs.sentry.io/account/auth-tokens/",
	},
	{
		ID: "shopify-token", Title: "a Shopify token",
		Matches: "shpat_, shpca_, shppa_ or shpss_ and 32 characters",
		Source:  "https://shopify.dev/docs/apps/build/authentication-authorization",
	},
	{
		ID: "slack-token", Title: "a Slack token",
		Matches: "xoxb-, xoxp-, xoxa-, xoxr-, xoxs-, xoxe- and xapp- tokens",
		Source:  "https://docs.slack.dev/authentication/tokens",
	},
	{
		ID: "slack-webhook", Title: "a Slack webhook",
		Matches: "the path of a webhook, workflow or trigger URL",
		Source:  "https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks",
	},
	{
		ID: "sonarqube-token", Title: "a SonarQube token",
		Matches: "squ_ or sqp_ and 40 hex digits",
		Source:  "https://docs.sonarsource.com/sonarqube-server/latest/user-guide/managing-tokens/",
	},
	{
		ID: "stripe-key", Title: "a Stripe secret key",
		Matches: "sk_ and rk_ keys, live and test; publishable keys (pk_) are public",
		Source:  "https://docs.stripe.com/keys",
	},
	{
		ID: "stripe-webhook-secret", Title: "a Stripe webhook secret",
		Matches: "whsec_ and 32 characters or more",
		Source:  "https://docs.stripe.com/webhooks",
	},
	{
		ID: "strong-key", Title: "a key",
		Matches: "40 to 200 characters of base64 with high entropy under any other name that ends in key, unless it is a public, partition, sort, cache, ... key",
		Source:  "the name of the key",
	},
	{
		ID: "supabase-token", Title: "a Supabase token",
		Matches: "sbp_ and 40 characters",
		Source:  "https://supabase.com/docs/reference/api/introduction",
	},
	{
		ID: "tailscale-key", Title: "a Tailscale key",
		Matches: "tskey- keys",
		Source:  "https://tailscale.com/kb/1085/auth-keys",
	},
	{
		ID: "teams-webhook", Title: "a Microsoft Teams webhook",
		Matches: "the path of a webhook URL",
		Source:  "https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/",
	},
	{
		ID: "terraform-token", Title: "an HCP Terraform token",
		Matches: "14 characters, .atlasv1. and 60 to 70 more",
		Source:  "https://developer.hashicorp.com/terraform/cloud-docs/users-teams-organizations/api-tokens",
	},
	{
		ID: "vault-token", Title: "a Vault token",
		Matches: "hvs., hvb. and hvr. tokens, root tokens too; older ones by their name",
		Source:  "https://developer.hashicorp.com/vault/docs/concepts/tokens",
	},
}
