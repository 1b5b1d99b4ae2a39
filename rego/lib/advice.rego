# METADATA
# title: What to write instead of a plaintext secret
# description: |
#   The second line of a message, by what the secret is and where it is. It suggests nothing that another policy of the
#   pack would deny.
package lib.advice

# METADATA
# description: What to write instead of a finding in the inputs of a resource, or in the outputs of a component.
instead(finding) := _at_source[finding.type] if {
	_at_source[finding.type]
} else := _login if {
	_provider(finding)
	_package(finding.type) in _clouds
} else := _pass_to_provider if {
	_provider(finding)
} else := "Do not register it as an output, or wrap it in pulumi.secret(...)." if {
	finding.component
} else := "Fetch it from the secrets manager at boot with the machine's own role: anyone who can describe the machine can read its user data." if {
	_any(finding, _boot)
} else := _leave if {
	finding.reason == "known-secret"
} else := "Pass a reference that the workload resolves at run time (valueFrom, secretKeyRef, the secret's ARN), not the value." if {
	_any(finding, _workload)
} else := _at_run_time

# METADATA
# description: How people and pipelines authenticate to a cloud, to follow `log in with`.
login := "OIDC in CI and the cloud's CLI elsewhere"

# METADATA
# description: How to pass a value that a provider needs as a secret.
pass := "a sensitive variable (TF_VAR_…) or a write-only argument fed by an ephemeral resource" if {
	data.lib.program.terraform
} else := "config.requireSecret"

# Findings outside resources.
_at_source := {
	"terraform:source:Module": "Rotate it and remove it from the source. Authenticate git with SSH or a credential helper, a registry with a TF_TOKEN_… environment variable.",
	"terraform:check:Check": "Remove it from error_message, which ends up in every plan, state and log. Describe the problem without the value.",
}

_login := $"Remove the key and log in with {login}."

_pass_to_provider := "Pass it in a variable with sensitive = true (TF_VAR_…), or set the provider's environment variable." if {
	data.lib.program.terraform
} else := "Pass it as a secret (config.requireSecret), or set the provider's environment variable."

_leave := "Leave it out, or pass the sensitive value itself, without nonsensitive(). If the argument cannot be sensitive, such as a tag, it must not hold a secret." if {
	data.lib.program.terraform
} else := "Leave it out, or pass the secret output itself, not a value from unsecret, get or a plain variable. Build strings with pulumi.interpolate."

_at_run_time := $"Read it from the secrets manager at run time. If the resource needs the value, use {pass}." if {
	data.lib.program.terraform
} else := "Read it from the secrets manager at run time. If the resource needs the value, pass a secret: config.requireSecret or the output that issues it."

_provider(finding) if startswith(finding.type, "pulumi:providers:")

_package(type) := split(type, ":")[2]

_clouds := {"aws", "aws-native", "azure", "azure-native", "azuread", "gcp", "google-native"}

_boot := {"userdata", "userdatabase64", "customdata", "startupscript", "metadatastartupscript", "cloudconfig", "cloudinit"}

_workload := {"env", "environment", "environmentvariables", "containerdefinitions", "appsettings", "envvars"}

_any(finding, names) if {
	some segment in finding.path
	regex.replace(lower($"{segment}"), `[^a-z0-9]`, "") in names
}

# A ConfigMap becomes the environment of a workload.
_any(finding, names) if {
	names == _workload
	contains(finding.type, ":ConfigMap")
}
