# METADATA
# title: The words of the program
# description: |
#   The same rules check a Terraform plan and a Pulumi preview. Messages use the paths, types and remedies of the program
#   that is checked.
package lib.program

# METADATA
# description: Reports whether the resources come from Terraform or OpenTofu.
terraform if input.run.program == "terraform"

# METADATA
# description: The path of a fact (a finding, a written value, a login, a command, a file) as the program spells it.
at(fact) := object.get(fact, "shown", data.lib.property.show(fact.path))

# METADATA
# description: The path of the property that sets the resource's name.
name := input.resource.nameShown if {
	terraform
} else := data.lib.property.show(input.kind.name)

# METADATA
# description: The type of the resource.
type := input.kind.terraform if {
	terraform
} else := input.kind.token

# METADATA
# description: A config key; for Terraform, a variable.
config(key) := replace(key, ":", ".") if {
	terraform
	startswith(key, "var:")
} else := $"var.{trim_prefix(key, "default:")}.default" if {
	terraform
	startswith(key, "default:")
} else := key

# METADATA
# description: The option that makes updates ignore a property.
ignored := "ignore_changes" if {
	terraform
} else := "ignoreChanges"

# METADATA
# description: The mark that hides a value.
sensitive := "sensitive" if {
	terraform
} else := "secret"

# METADATA
# description: What the resources of one run belong to.
stack := "configuration" if {
	terraform
} else := "stack"

# METADATA
# description: Why a value cannot be seen, to follow `is` or `are`.
hidden := "unknown or sensitive" if {
	terraform
} else := "unknown or marked secret"

# METADATA
# description: The code that declares the resources.
code := "configuration" if {
	terraform
} else := "program"
