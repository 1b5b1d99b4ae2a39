# METADATA
# title: A secret that the program could lose is protected
# description: |
#   A secret of this stack's managers inside a blessed component has the resource option `protect`, or `retainOnDelete`. Its value
#   was set by hand: renaming the secret, moving it or taking it out of the program deletes it with the value, and the
#   engine tells no policy pack of deletes. It is off unless you set a level. A preview shows `protect` alone, that of a
#   component included, which its children inherit; `retainOnDelete` stands in states (`policypack check --kind state`).
#   Terraform's `prevent_destroy` stands neither in plans nor in states, so its secrets are not checked. `all` in a
#   configuration sets the level of this policy too.
# custom:
#   since: 0.2.0
#   level: disabled
#   severity: medium
#   standard: [S3]
#   tags: [secrets, components]
#   applies:
#     classes: [store]
#   remediation: |
#     1. Set `protect: true` on the component, and update: the option reaches the secret in it, and changes nothing in the cloud.
#     2. A secret that is meant to go: `pulumi state unprotect` its URN first.
#     3. A secret with `retainOnDelete`, in a preview: exempt it, as docs/adopt/existing-secrets.md says.
package policies.unprotected_secret

deny contains violation if {
	input.kind.class == "store"
	not data.lib.program.terraform
	data.lib.store.own
	not data.lib.store.foreign
	data.lib.component.blessed(input.resource.ancestors)
	not input.resource.options.protect
	not input.resource.options.retainOnDelete
	data.lib.condition.verdict == "holds"

	violation := {
		"message": concat("\n", [
			"This secret is not protected: renaming, moving or removing it in the program deletes it, and the value set by hand with it.",
			$"Set `protect: true` on the component around it ({input.resource.ancestors[0]}). If it has retainOnDelete, which a preview does not show, exempt it.",
		]),
		"path": [],
	}
}
