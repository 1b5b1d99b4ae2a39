# METADATA
# title: The settings of the pack are consistent
# description: |
#   Its parameters are the shared settings: all policies read them, whatever the level of this one. It reports, on the
#   stack itself and always as mandatory, what a JSON schema cannot check. In the maps by stack the stack's exact name
#   wins, then the longest glob that matches. In a glob over type tokens * stays within one of the three parts.
# custom:
#   level: mandatory
#   severity: high
#   standard: [S1, S2, S3, S4, S5, S6]
#   tags: [settings]
#   applies:
#     types: ["pulumi:pulumi:Stack"]
#   remediation: |
#     Mend the named parameter of the policy settings in the policy group's configuration, or in the file given to
#     --policy-pack-config. A list replaces the default list as a whole.
#   parameters:
#     properties:
#       components:
#         description: Components through which secrets may be created; the first whose type matches counts. A component that is not named here holds no secrets.
#         type: array
#         relaxes: more
#         items:
#           type: object
#           additionalProperties: false
#           required: [type, values]
#           properties:
#             type:
#               description: A glob over the component's type token.
#               type: string
#               pattern: '^([A-Za-z0-9_.:/@*?-]|\{[A-Za-z0-9_./*-]+(,[A-Za-z0-9_./*-]+)*\})+$'
#               expected: 'a type token such as aws:secretsmanager/secret:Secret, in which * stands for any text within one part'
#             children:
#               description: Globs over the types of the secrets that the component may hold, such as aws:secretsmanager/*:*; a version may be named by the type of its secret. Without it, any.
#               type: array
#               relaxes: more-or-none
#               items: {type: string, pattern: '^([A-Za-z0-9_.:/@*?-]|\{[A-Za-z0-9_./*-]+(,[A-Za-z0-9_./*-]+)*\})+$', expected: 'a type token such as aws:secretsmanager/secret:Secret, in which * stands for any text within one part'}
#             values:
#               description: The values that the component may write, none or only generated ones.
#               type: string
#               relaxes: [none, generated]
#               enum: [none, generated]
#         default:
#           - type: progression-labs-development:infra:Secret
#             values: none
#       packageSources:
#         allows: sources
#         allowsFor: component-contract
#         description: Patterns over the files of a repository that are the infra package's own source, whose code registers its components; * alone for the package's repository, packages/infra/* where it lies beside others. * stands for any characters.
#         type: array
#         relaxes: more
#         items: {type: string, format: glob, minLength: 1}
#         default: []
#       blessedModules:
#         description: Modules of Terraform through which secrets may be created; the first whose source matches counts.
#         type: array
#         relaxes: more
#         items:
#           type: object
#           additionalProperties: false
#           required: [source]
#           properties:
#             source:
#               description: A glob over the module's source without scheme, user, .git and version, such as app.terraform.io/acme/secret/aws, github.com/acme/infra//modules/secret or ./modules/secret; * stays within one part of the path.
#               type: string
#               pattern: '^([A-Za-z0-9_.:/@~*?+-]|\{[A-Za-z0-9_./*-]+(,[A-Za-z0-9_./*-]+)*\})+$'
#               expected: the source of a module such as github.com/acme/infra//modules/*
#             values:
#               description: The values that the module may write, none (as without it) or only generated ones.
#               type: string
#               relaxes: [none, generated]
#               unset: none
#               enum: [none, generated]
#         default: []
#       managers:
#         description: The secrets managers in which secrets may live.
#         type: array
#         relaxes: more
#         items: {type: string}
#         default: [aws-secrets-manager, gcp-secret-manager, azure-key-vault]
#       managersByStack:
#         description: The managers of single stacks, by a glob over the stack's name; they replace the list managers there.
#         type: object
#         relaxes: more
#         propertyNames: {pattern: '^([A-Za-z0-9_.*?-]|\{[A-Za-z0-9_.*-]+(,[A-Za-z0-9_.*-]+)*\})+$', expected: 'the name of a stack, or a glob over it such as prod-*'}
#         additionalProperties:
#           type: array
#           items: {type: string}
#         default: {}
#       environments:
#         allows: environments
#         allowsFor: secret-name
#         description: Globs over the names of the environments.
#         type: array
#         relaxes: more
#         items: {type: string, pattern: '^([A-Za-z0-9_.*?-]|\{[A-Za-z0-9_.*-]+(,[A-Za-z0-9_.*-]+)*\})+$', expected: 'the name of an environment, or a glob over it such as pr-*'}
#         default: [production, staging, development]
#       environmentByStack:
#         description: The environment of single stacks, by a glob over the stack's name.
#         type: object
#         propertyNames: {pattern: '^([A-Za-z0-9_.*?-]|\{[A-Za-z0-9_.*-]+(,[A-Za-z0-9_.*-]+)*\})+$', expected: 'the name of a stack, or a glob over it such as prod-*'}
#         additionalProperties: {type: string}
#         default: {}
#       onUnknown:
#         description: What to do where a preview cannot see enough to decide; a policy's own onUnknown wins.
#         type: string
#         relaxes: [deny, warn, allow]
#         enum: [allow, warn, deny]
#         default: warn
#       extraPatterns:
#         description: Regular expressions (RE2) of values that are secrets, such as the tokens of your own services; every match in a text counts.
#         type: array
#         relaxes: less
#         maxItems: 100
#         items: {type: string, minLength: 4, maxLength: 500}
#         default: []
#       minEntropy:
#         description: The least entropy, in bits per character, of a token or key that only its name gives away; without it 2.3 to 3.0 by length. Passwords have no bound.
#         type: number
#         relaxes: more
#         unset: [2.3, 3.0]
#         minimum: 1
#         maximum: 4.5
#       exemptions:
#         description: Findings that pass for a time, by an id of your choice; docs/adopt/existing-secrets.md shows one.
#         type: object
#         default: {}
#         additionalProperties:
#           type: object
#           additionalProperties: false
#           required: [policies, reason, owner, expires]
#           properties:
#             policies:
#               description: The policies whose findings pass.
#               type: array
#               minItems: 1
#               items: {type: string}
#             project:
#               description: A glob over the project of the resources; without it, any. Project, stack, type and name stand in place of urn, and at least one of them is needed.
#               type: string
#             stack:
#               description: A glob over the name of the stack, without its organisation; without it, any.
#               type: string
#             type:
#               description: A glob over the resource's own type, such as aws:secretsmanager/secret:Secret; one with a $ is matched against the types of its parents too, as in *:infra:Database$aws:*. Without it, any.
#               type: string
#             name:
#               description: A glob over the name that the program gives the resource, or over a Terraform address; without it, any.
#               type: string
#             urn:
#               description: A URN with a glob in each of its parts, or a glob over file:NAME for files of a repository; * stands for any characters of its part, and parts that are missing at the end for any.
#               type: string
#             path:
#               description: The property that passes, as messages write it, with what lies below it; in a file the config key or the detector; without it, the whole resource or file.
#               type: string
#             reason:
#               description: Why it passes.
#               type: string
#             owner:
#               description: Who answers for it.
#               type: string
#             approvedBy:
#               description: Who approved it.
#               type: string
#             ticket:
#               description: Where the mending is tracked.
#               type: string
#             expires:
#               description: The last day on which it counts, in UTC, or a time.
#               type: string
#             breakGlass:
#               description: An emergency; it ends within 24 hours and is always reported.
#               type: boolean
#       exceptions:
#         description: What Pulumi's policy exceptions from the configuration file do in policypack check and in the gate. They exempt findings, with a note about it (warn) or without (allow), or do not count (deny). In a preview they always count, and those of Pulumi Cloud everywhere.
#         type: string
#         relaxes: [deny, warn, allow]
#         enum: [allow, warn, deny]
#         default: warn
#       maxExemptionDays:
#         description: How many days away the end of an exemption may be.
#         type: integer
#         relaxes: more
#         minimum: 1
#         maximum: 365
#         default: 90
#       exemptionWarningDays:
#         description: How many days before its end an exemption, or the baseline, begins to warn.
#         type: integer
#         minimum: 0
#         default: 14
#       ruleSeconds:
#         description: How many seconds of CPU time the organisation's own rules may take on one resource or file, all together; past it the run fails and names the policy.
#         type: number
#         exclusiveMinimum: 0
#         maximum: 3600
#         default: 5
#       ruleSecondsPerStack:
#         description: The same for the rules about the stack as a whole, which get 10 ms for each of its resources on top.
#         type: number
#         exclusiveMinimum: 0
#         maximum: 3600
#         default: 30
#       allowComments:
#         description: Whether a comment in a file, policypack:allow POLICY with a reason, lets the findings of its line pass. Exemptions count either way.
#         type: boolean
#         relaxes: [false, true]
#         default: true
#       levelByStack:
#         description: The level of all policies, or of single ones, on single stacks, by STACK, PROJECT/STACK or ORGANIZATION/PROJECT/STACK, each part a glob; it replaces the configured level there. A name counts before a glob, more parts before fewer, a longer text before a shorter one. Anybody can name a stack, so write PROJECT/STACK for what relaxes.
#         type: object
#         propertyNames:
#           pattern: '^([A-Za-z0-9_.*?-]|\{[A-Za-z0-9_.*-]+(,[A-Za-z0-9_.*-]+)*\})+(/([A-Za-z0-9_.*?-]|\{[A-Za-z0-9_.*-]+(,[A-Za-z0-9_.*-]+)*\})+){0,2}$'
#           expected: 'STACK, PROJECT/STACK or ORGANIZATION/PROJECT/STACK, such as shop/prod-*'
#         additionalProperties:
#           type: [string, object]
#           pattern: '^(advisory|mandatory|disabled)$'
#           expected: [advisory, mandatory, disabled]
#           additionalProperties: {type: string, enum: [advisory, mandatory, disabled]}
#         default: {}
#       levelByAccount:
#         description: The level of all policies, or of single ones, by a glob over the AWS account, the Azure subscription or the Google project that the configuration of the provider names; it replaces the configured level there. Where levelByStack has a level too, the stricter one counts.
#         type: object
#         propertyNames: {pattern: '^([A-Za-z0-9_.:*?-]|\{[A-Za-z0-9_.:*-]+(,[A-Za-z0-9_.:*-]+)*\})+$', expected: 'an account, or a glob over it such as acme-prod-*'}
#         additionalProperties:
#           type: [string, object]
#           pattern: '^(advisory|mandatory|disabled)$'
#           expected: [advisory, mandatory, disabled]
#           additionalProperties: {type: string, enum: [advisory, mandatory, disabled]}
#         default: {}
#       enforceFrom:
#         description: The day, in UTC, from which a policy is mandatory, by its name; before it is advisory and its messages name the day.
#         type: object
#         additionalProperties: {type: string, format: date}
#         default: {}
#       baseline:
#         description: Findings that were there before the pack was switched on, as policypack baseline writes them; they are advisory until it expires.
#         type: object
#         additionalProperties: false
#         required: [expires, findings]
#         properties:
#           expires:
#             description: The last day on which it counts, in UTC.
#             type: string
#             format: date
#           commit:
#             description: The commit of the repository that the rows for files are of; git tells by it which files were renamed since.
#             type: string
#             pattern: '^[0-9a-f]{40}([0-9a-f]{24})?$'
#             expected: 'a whole commit id, 40 or 64 hexadecimal digits'
#           findings:
#             description: The findings, each in a resource (urn, path) or in a file (file, name, count).
#             type: array
#             items:
#               type: object
#               additionalProperties: false
#               required: [policy]
#               properties:
#                 policy:
#                   description: The policy whose finding it is.
#                   type: string
#                 urn:
#                   description: The URN of the resource, to the letter.
#                   type: string
#                 path:
#                   description: The property of the resource, as messages write it; without it, the resource as a whole.
#                   type: string
#                 file:
#                   description: The file, from the root of the repository.
#                   type: string
#                 name:
#                   description: The name of the value in the file, its key path where the file has a structure, elsewhere detector and name; without it, the file as a whole.
#                   type: string
#                 commit:
#                   type: string
#                   pattern: '^[0-9a-f]{10}$'
#                   expected: 'a short commit id, 10 hexadecimal digits'
#                   description: The short id of the commit that has it, where the file as it is does not; as policypack baseline --history writes it.
#                 count:
#                   description: How many findings of that name the file has.
#                   type: integer
#                   minimum: 1
#                   default: 1
#       adopt:
#         description: The version of policypack whose findings you have adopted; what is new in later ones is advisory for 90 days after the release of the version that runs. docs/govern/upgrading.md lists what is new.
#         type: string
#         pattern: '^[0-9]+\.[0-9]+\.[0-9]+$'
#         expected: a version of policypack such as 0.2.0
#       expiryGraceDays:
#         description: How many days after the end of an exemption or of the baseline previews and updates still pass, with a warning; checks of pull requests fail at once, and so does what a break-glass exemption let pass.
#         type: integer
#         relaxes: more
#         minimum: 0
#         maximum: 30
#         default: 7
#       helpURL:
#         description: The page of your own that messages, reports and explain link to in place of policypack's, an https URL; {policy} stands for the policy's name, as in https://wiki.acme.example/secrets#{policy}. A policy of your own that names a page keeps it.
#         type: string
#         format: page
#       bundleKeys:
#         description: The public keys with which the organisation's bundle may be signed, by the id that the signature names; without them the bundle's rules count and its parameters do not.
#         type: object
#         additionalProperties:
#           type: object
#           additionalProperties: false
#           required: [algorithm, key]
#           properties:
#             algorithm:
#               description: The algorithm of the signature.
#               type: string
#               enum: [RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512]
#             key:
#               description: The public key in PEM.
#               type: string
#               pattern: '^-----BEGIN (RSA )?PUBLIC KEY-----'
#               expected: 'a public key in PEM, which begins with -----BEGIN PUBLIC KEY-----'
#         default: {}
#       minBundleSerial:
#         description: The least serial number that the organisation's bundle may have, so that an older one does not come back; it wants keys in bundleKeys.
#         type: integer
#         relaxes: less
#         unset: [0, 0]
#         minimum: 1
#         maximum: 9007199254740991
package policies.settings

deny contains violation if {
	input.resource.type == "pulumi:pulumi:Stack"
	some name in ["components", "managers", "environments"]
	count(input.settings[name]) == 0

	violation := {
		"message": $"settings.{name} is an empty list.\nOmit it to use the default, or list at least one entry.",
		"path": [name],
	}
}

deny contains violation if {
	input.resource.type == "pulumi:pulumi:Stack"
	some i, pattern in input.settings.extraPatterns
	regex.is_valid(pattern)
	regex.match(pattern, "")

	violation := {
		"message": $"settings.extraPatterns[{i}] matches the empty string, and therefore every value.\nInclude how the values begin and how long they are, as in acme_[0-9a-f]\{32}.",
		"path": ["extraPatterns", i],
	}
}
