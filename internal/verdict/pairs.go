package verdict

// pair is a policy and another one to which it may leave findings.
type pair struct {
	from, to string
	file     bool // about a file of a repository
	owns     bool // the other policy decides about the location
}

// pairs are all pairs of the built-in policies.
var pairs = []pair{
	{from: "cloud-credential-in-ci", to: "secret-cli-command", file: true},
	{from: "committed-secret", to: "cloud-credential-in-ci", file: true},
	{from: "committed-secret", to: "plaintext-secret-config", file: true, owns: true},
	{from: "dotenv-file", to: "committed-secret", file: true},
	{from: "hardcoded-secret", to: "plaintext-secret-config"},
	{from: "hardcoded-secret", to: "raw-secret-resource"},
	{from: "hardcoded-secret", to: "secret-value-in-program", owns: true},
	{from: "hardcoded-secret", to: "static-credential"},
	{from: "plaintext-secret-config", to: "static-credential"},
	{from: "plaintext-secret-property", to: "raw-secret-resource"},
	{from: "plaintext-secret-property", to: "secret-value-in-program", owns: true},
	{from: "plaintext-secret-property", to: "static-credential"},
	{from: "raw-secret-resource", to: "raw-secret-resource"},
	{from: "raw-secret-resource", to: "secret-value-in-program"},
	{from: "secret-cli-command", to: "cloud-credential-in-ci", file: true},
	{from: "secret-in-workload", to: "cloud-credential-in-ci"},
	{from: "secret-in-workload", to: "hardcoded-secret"},
	{from: "secret-name", to: "raw-secret-resource"},
	{from: "secret-name", to: "unsupported-secret-store"},
	{from: "secret-value-in-program", to: "raw-secret-resource"},
	{from: "service-credential", to: "plaintext-secret-config"},
	{from: "service-credential", to: "plaintext-secret-property"},
	{from: "static-credential", to: "raw-secret-resource"},
	{from: "unsupported-secret-store", to: "raw-secret-resource"},
	{from: "unsupported-secret-store", to: "unsupported-secret-store"},
	{from: "workflow-oidc", to: "committed-secret", file: true},
}

// standsFor returns the built-in policies that leave findings to this one even if it reports nothing.
func standsFor(policy string) []string {
	var out []string
	for _, p := range pairs {
		if p.to == policy && p.owns {
			out = append(out, p.from)
		}
	}
	return out
}

// LeavesTo returns the built-in policies that may leave a finding in a resource to the policy, by name.
func LeavesTo(policy string) []string {
	var out []string
	for _, p := range pairs {
		if p.to == policy && p.from != policy && !p.file {
			out = append(out, p.from)
		}
	}
	return out
}
