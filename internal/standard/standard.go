// Package standard holds the lines of the secrets-management standard that the pack enforces, in the project's own
// words. Policies name the lines in their METADATA (custom.standard); docs/reference/coverage.md is made from both.
package standard

// Line is one line of the standard.
type Line struct {
	ID   string // S1
	Says string // the requirement
	// Preview says what a preview sees of it, Repository what stands in files that no preview reads; both may be empty.
	Preview, Repository string
	// Open says what cannot be enforced, and why.
	Open string
}

// Lines returns all lines, in the order of the standard.
func Lines() []Line {
	return []Line{
		{
			ID: "S1",
			Says: "Secrets are created through the company's infra package alone, never as raw resources, in AWS " +
				"Secrets Manager, Google Secret Manager and Azure Key Vault and in every provider that can make them.",
			Preview: "resources of every provider and token form, and templates inside other resources",
			Open: "A type token can be claimed by any program, so a preview cannot tell a component that only calls " +
				"itself the infra package from the real one; the check of a repository reports code that claims a " +
				"token, where the code spells it out. What is created outside of Pulumi is not seen.",
		},
		{
			ID:      "S2",
			Says:    "Secrets live in the secrets manager of the project's own cloud and in no other store.",
			Preview: "resources of other stores and of other clouds' managers",
			Open: "Which cloud is a project's own is known from the setting managersByStack; without it every " +
				"manager of the list counts.",
		},
		{
			ID:   "S3",
			Says: "The value of a secret is set by hand in the cloud after deployment, and is never in Pulumi code.",
			Preview: "values that a program writes into a manager, literals in secret inputs, secrets in plaintext " +
				"inputs",
			Repository: "commands of scripts and workflows that write a value; secrets in the text of programs are " +
				"those of S11",
			Open: "That the value was set by a person, and when, is not visible to a program. A value that the pack " +
				"cannot tell from random text is found by its name or not at all.",
		},
		{
			ID:         "S4",
			Says:       "No sensitive value is in Pulumi configuration.",
			Preview:    "the stack's whole configuration",
			Repository: "the configuration in Pulumi.yaml and Pulumi.*.yaml, also of stacks that are not previewed",
			Open:       "Encrypted configuration passes unless the parameter secretConfig says otherwise.",
		},
		{
			ID:      "S5",
			Says:    "No sensitive value is in stack outputs.",
			Preview: "stack outputs, and outputs of components",
			Open: "An output that is not known before the update is judged by its name in a preview, and by its " +
				"value during the update.",
		},
		{
			ID: "S6",
			Says: "Secrets are named {service}/{environment}; where a manager forbids the slash, by an unambiguous " +
				"encoding of both.",
			Preview: "names in the manager, also those that a provider makes up",
			Open: "Whether the service exists is not known. Secrets that are there already keep their names: " +
				"renaming would lose the value.",
		},
		{
			ID:         "S7",
			Says:       "There are no .env files, anywhere.",
			Preview:    "assets, bucket objects, config maps and commands that ship or write one",
			Repository: "files that are committed, and commands of scripts and workflows that write one",
			Open:       "Files on people's machines that are neither committed nor shipped are not seen.",
		},
		{
			ID:         "S8",
			Says:       "No secret is created or deleted by a command line tool.",
			Preview:    "commands in resources, user data and container definitions",
			Repository: "scripts, Makefiles, Dockerfiles, package.json and workflows",
			Open: "What a person types into a terminal, and a command that is put together while it runs, " +
				"is not seen.",
		},
		{
			ID:      "S9",
			Says:    "CI/CD logs in to clouds by OIDC; no long-lived cloud key is created or stored.",
			Preview: "access keys, service-account keys and app passwords, and the secrets of CI systems",
			Repository: "workflows and composite actions that log in to a cloud, and jobs that are handed " +
				"a cloud's key",
			Open: "Keys that were made by hand in a cloud's console are not seen, nor what a reusable workflow of " +
				"another repository does.",
		},
		{
			ID: "S10",
			Says: "People log in by the platform's command line tool; no static key is in a provider's " +
				"configuration.",
			Preview:    "provider resources and provider configuration",
			Repository: "commands that log in with a key; keys of providers in a stack's configuration are those of S4",
			Open: "Keys in environment variables and in credential files of the machine are read by the provider " +
				"itself and never reach the pack.",
		},
		{
			ID:         "S11",
			Says:       "No secret is committed to git.",
			Repository: "the files that git tracks, as they stand in the work tree and as git would merge them",
			Open: "Older commits are not read: a secret that was taken out of a file stays in the history. A value " +
				"that the pack cannot tell from random text is found by its name or not at all.",
		},
		{
			ID:   "S12",
			Says: "No secret is shared by chat.",
			Open: "Chats are out of reach for a policy pack. Tokens and webhook URLs of chat services are found like " +
				"any other secret.",
		},
	}
}
