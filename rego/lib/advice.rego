# METADATA
# title: What to write instead of a plaintext secret
# description: |
#   The last line of a message, by what the secret is and where it stands. It proposes nothing that another policy of the
#   pack would say no to.
package lib.advice

# METADATA
# description: What to write instead of what was found in the inputs of a resource, or in a component's outputs.
instead(finding) := _at_source[finding.type] if {
	_at_source[finding.type]
} else := _login if {
	_provider(finding)
	_package(finding.type) in _clouds
} else := _pass_to_provider if {
	_provider(finding)
} else := "Do not register it as an output, or register it with pulumi.secret(...)." if {
	finding.component
} else := "Let the machine fetch it at boot from the secrets manager, with its own role; whoever may describe it reads its user data." if {
	_any(finding, _boot)
} else := _leave if {
	finding.reason == "known-secret"
} else := "Give the workload a reference that it resolves at run time (valueFrom, secretKeyRef, the secret's ARN), not the value." if {
	_any(finding, _workload)
} else := _at_run_time

# METADATA
# description: How people and pipelines authenticate with a cloud.
login := "Log in by OIDC in CI and by the cloud's CLI elsewhere"

# METADATA
# description: How a value that a provider needs is passed as a secret.
pass := "a variable with sensitive = true (TF_VAR_…), or a write-only argument fed by an ephemeral resource" if {
	data.lib.program.terraform
} else := "config.requireSecret"

# What is no resource.
_at_source := {
	"terraform:source:Module": "Take it out of the source, and let git log in by SSH or a credential helper, a registry by TF_TOKEN_… in the environment; rotate it.",
	"terraform:check:Check": "Take it out of error_message, which stands in every plan, state and log; say what is wrong without the value.",
}

_login := $"{login}, and leave the key out."

_pass_to_provider := "Pass it by a variable with sensitive = true (TF_VAR_…), or by the provider's environment variable." if {
	data.lib.program.terraform
} else := "Pass it as a secret (config.requireSecret), or by the provider's environment variable."

_leave := "Leave it out, or pass the sensitive value itself on, without nonsensitive(); what cannot take it, such as a tag, is no place for it." if {
	data.lib.program.terraform
} else := "Leave it out, or pass the secret itself on, not a value taken out of it by unsecret, get or a plain variable; join texts with pulumi.interpolate."

_at_run_time := $"Read it at run time from the secrets manager; where the provider needs the value, pass {pass}." if {
	data.lib.program.terraform
} else := "Read it at run time from the secrets manager; where the provider needs the value, pass a secret (config.requireSecret, the output that issues it)."

_provider(finding) if startswith(finding.type, "pulumi:providers:")

_package(type) := split(type, ":")[2]

_clouds := {"aws", "aws-native", "azure", "azure-native", "azuread", "gcp", "google-native"}

_boot := {"userdata", "userdatabase64", "customdata", "startupscript", "metadatastartupscript", "cloudconfig", "cloudinit"}

_workload := {"env", "environment", "environmentvariables", "containerdefinitions", "appsettings", "envvars"}

_any(finding, names) if {
	some segment in finding.path
	regex.replace(lower($"{segment}"), `[^a-z0-9]`, "") in names
}

# A config map is what a workload's environment is made of.
_any(finding, names) if {
	names == _workload
	contains(finding.type, ":ConfigMap")
}
