# METADATA
# title: What a program calls things
# description: |
#   A plan of Terraform is checked by the same rules as a preview of Pulumi. Messages name the places, types and remedies of
#   the program.
package lib.program

# METADATA
# description: Reports whether the resources were written down by Terraform or OpenTofu.
terraform if input.run.program == "terraform"

# METADATA
# description: The place of a fact (a finding, a written value, a login, a command, a file) as a person of that program writes it.
at(fact) := object.get(fact, "shown", data.lib.property.show(fact.path))

# METADATA
# description: The place of the name of the resource.
name := input.resource.nameShown if {
	terraform
} else := data.lib.property.show(input.kind.name)

# METADATA
# description: The type of the resource.
type := input.kind.terraform if {
	terraform
} else := input.kind.token

# METADATA
# description: A key of the configuration, which for Terraform is a variable.
config(key) := replace(key, ":", ".") if {
	terraform
	startswith(key, "var:")
} else := $"var.{trim_prefix(key, "default:")}.default" if {
	terraform
	startswith(key, "default:")
} else := key

# METADATA
# description: How the program says that an update leaves a property alone.
ignored := "ignore_changes" if {
	terraform
} else := "ignoreChanges"

# METADATA
# description: What hides a value.
sensitive := "sensitive" if {
	terraform
} else := "secret"

# METADATA
# description: What the resources of one run are together.
stack := "configuration" if {
	terraform
} else := "stack"

# METADATA
# description: Why a value cannot be seen, to follow `is` or `are`.
hidden := "unknown or sensitive" if {
	terraform
} else := "unknown or marked secret"

# METADATA
# description: What people call the code that declares the resources.
code := "configuration" if {
	terraform
} else := "program"
