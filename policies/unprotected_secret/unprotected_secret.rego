# METADATA
# title: Secrets are protected from deletion
# description: |
#   A secret in one of this stack's secrets managers, inside a blessed component, must have the resource option
#   `protect` or `retainOnDelete`. Its value was set by hand: renaming the secret, moving it or removing it from the
#   program deletes it together with the value, and the engine does not show deletions to a policy pack.
#
#   The policy is disabled unless you set a level; `all` in a configuration sets it too. A preview shows only
#   `protect`, including that of a component, which its children inherit. `retainOnDelete` is visible in states
#   (`policypack check --kind state`). Terraform's `prevent_destroy` is in neither plans nor states, so secrets in
#   Terraform are not checked.
# custom:
#   since: 0.2.0
#   level: disabled
#   severity: medium
#   standard: [S3]
#   tags: [secrets, components]
#   applies:
#     classes: [store]
#   remediation: |
#     1. Set `protect: true` on the component and run an update. The secret inside inherits the option, and nothing
#        changes in the cloud.
#     2. Secret that should be deleted: run `pulumi state unprotect` on its URN first.
#     3. Secret with `retainOnDelete`, in a preview: exempt it, see docs/govern/exemptions.md.
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
