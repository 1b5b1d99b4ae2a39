// Package standard contains the lines of the secrets-management standard that the pack enforces, in the project's own
// words. Policies refer to them in their METADATA (custom.standard); docs/reference/coverage.md is generated from both.
package standard

// Line is one line of the standard.
type Line struct {
	ID   string // S1
	Says string // the requirement
	// Preview is what a preview sees of it, Repository what is in files that no preview reads; both may be empty.
	Preview, Repository string
	// Open is what cannot be enforced, and why.
	Open string
}

// Lines returns all lines, in the order of the standard.
func Lines() []Line {
	return []Line{
		{
			ID: "S1",
			Says: "Secrets are created only through the company's infra package, never as raw resources, in AWS " +
				"Secrets Manager, Google Secret Manager and Azure Key Vault, and in every provider that can create " +
				"them.",
			Preview: "resources of every provider and token form, and templates inside other resources",
			Open: "Any program can claim a type token, so a preview cannot distinguish a component that only calls " +
				"itself the infra package from the real one. The repository check reports code that claims a " +
				"token literally. Resources created outside Pulumi are not seen.",
		},
		{
			ID:      "S2",
			Says:    "Secrets are kept in the secrets manager of the project's cloud and in no other store.",
			Preview: "resources of other stores and of other clouds' managers",
			Open: "The setting managersByStack defines a project's cloud; without it every listed manager " +
				"is allowed.",
		},
		{
			ID:   "S3",
			Says: "The value of a secret is set by hand in the cloud after deployment, and is never in Pulumi code.",
			Preview: "values that a program writes into a manager, literals in secret inputs, secrets in plaintext " +
				"inputs",
			Repository: "commands in scripts and workflows that write a value; for secrets in source code see " +
				"S11",
			Open: "Whether and when a person set the value is not visible to a program. A value that looks like " +
				"ordinary text is found by its name or not at all.",
		},
		{
			ID:         "S4",
			Says:       "No sensitive value is in Pulumi configuration.",
			Preview:    "the stack's whole configuration",
			Repository: "the configuration in Pulumi.yaml and Pulumi.*.yaml, also of stacks that are not previewed",
			Open:       "Encrypted configuration is allowed unless the parameter secretConfig denies it.",
		},
		{
			ID:      "S5",
			Says:    "No sensitive value is in stack outputs.",
			Preview: "stack outputs, and outputs of components",
			Open: "An output that is not known before the update is checked by name in a preview, and by " +
				"value during the update.",
		},
		{
			ID: "S6",
			Says: "Secrets are named {service}/{environment} or, if a manager forbids slashes, with an unambiguous " +
				"encoding of both parts.",
			Preview: "names in the manager, including those that a provider generates",
			Open: "Whether the service exists is not checked. Existing secrets keep their names: " +
				"renaming would lose the value.",
		},
		{
			ID:         "S7",
			Says:       "There are no .env files, anywhere.",
			Preview:    "assets, bucket objects, config maps and commands that ship or write one",
			Repository: "committed files, and commands in scripts and workflows that write one",
			Open:       "Files on people's machines that are neither committed nor shipped are not seen.",
		},
		{
			ID:         "S8",
			Says:       "No secret is created or deleted with a command-line tool.",
			Preview:    "commands in resources, user data and container definitions",
			Repository: "scripts, Makefiles, Dockerfiles, package.json and workflows",
			Open: "Commands typed into a terminal or assembled at run time " +
				"are not seen.",
		},
		{
			ID:      "S9",
			Says:    "CI/CD logs in to clouds with OIDC; no long-lived cloud key is created or stored.",
			Preview: "access keys, service-account keys and app passwords, and the secrets of CI systems",
			Repository: "workflows and composite actions that log in to a cloud, and jobs that receive " +
				"a cloud key",
			Open: "Keys created by hand in a cloud console are not seen, nor what a reusable workflow in " +
				"another repository does.",
		},
		{
			ID: "S10",
			Says: "People log in with the platform's command-line tool; no static key is in a provider's " +
				"configuration.",
			Preview:    "provider resources and provider configuration",
			Repository: "commands that log in with a key; for provider keys in a stack's configuration see S4",
			Open: "Providers read keys from environment variables and credential files themselves; " +
				"the pack never sees them.",
		},
		{
			ID:         "S11",
			Says:       "No secret is committed to git.",
			Repository: "the files that git tracks, in the working tree and as git would merge them",
			Open: "Older commits are read only with --history or --since: a secret that was removed from a file " +
				"stays in the history. A value " +
				"that looks like ordinary text is found by its name or not at all.",
		},
		{
			ID:   "S12",
			Says: "No secret is shared by chat.",
			Open: "A policy pack cannot see chats. Tokens and webhook URLs of chat services are found like " +
				"any other secret.",
		},
	}
}
