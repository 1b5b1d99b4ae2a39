# METADATA
# title: Policy settings are consistent
# description: |
#   The parameters of this policy are the shared settings, which all policies read whatever the level of this one. It
#   reports, on the stack itself and always as mandatory, mistakes that a JSON schema cannot find.
#
#   In maps keyed by stack name, the exact stack name takes precedence, then the longest glob that matches. In type
#   tokens, * matches within one of the three parts.
# custom:
#   level: mandatory
#   severity: high
#   standard: [S1, S2, S3, S4, S5, S6]
#   tags: [settings]
#   applies:
#     types: ["pulumi:pulumi:Stack"]
#   remediation: |
#     Fix the parameter of the policy settings in the configuration of the policy group, or in the file passed to
#     --policy-pack-config. A list replaces the whole default list.
#   parameters:
#     properties:
#       components:
#         description: Components that may create secrets. The first entry whose type matches applies; other components must not contain secrets.
#         type: array
#         relaxes: more
#         items:
#           type: object
#           additionalProperties: false
#           required: [type, values]
#           properties:
#             type:
#               description: A glob over the type token of the component.
#               type: string
#               pattern: '^([A-Za-z0-9_.:/@*?-]|\{[A-Za-z0-9_./*-]+(,[A-Za-z0-9_./*-]+)*\})+$'
#               expected: 'a type token such as aws:secretsmanager/secret:Secret, in which * stands for any text within one part'
#             children:
#               description: Globs over the types of the secrets that the component may contain, such as aws:secretsmanager/*:*. The type of a secret also covers its versions. Without it, every type is allowed.
#               type: array
#               relaxes: more-or-none
#               items: {type: string, pattern: '^([A-Za-z0-9_.:/@*?-]|\{[A-Za-z0-9_./*-]+(,[A-Za-z0-9_./*-]+)*\})+$', expected: 'a type token such as aws:secretsmanager/secret:Secret, in which * stands for any text within one part'}
#             values:
#               description: 'The values that the component may write: none, or only generated ones.'
#               type: string
#               relaxes: [none, generated]
#               enum: [none, generated]
#         default:
#           - type: progression-labs-development:infra:Secret
#             values: none
#       packageSources:
#         allows: sources
#         allowsFor: component-contract
#         description: 'Globs over the source files of the infra package, which are the only ones that may register its components: * for the whole repository, packages/infra/* in a monorepo. * matches any characters.'
#         type: array
#         relaxes: more
#         items: {type: string, format: glob, minLength: 1}
#         default: []
#       blessedModules:
#         description: Terraform modules that may create secrets. The first entry whose source matches applies.
#         type: array
#         relaxes: more
#         items:
#           type: object
#           additionalProperties: false
#           required: [source]
#           properties:
#             source:
#               description: A glob over the source of the module, without scheme, user, .git and version, such as app.terraform.io/acme/secret/aws, github.com/acme/infra//modules/secret or ./modules/secret. * matches within one part of the path.
#               type: string
#               pattern: '^([A-Za-z0-9_.:/@~*?+-]|\{[A-Za-z0-9_./*-]+(,[A-Za-z0-9_./*-]+)*\})+$'
#               expected: the source of a module such as github.com/acme/infra//modules/*
#             values:
#               description: 'The values that the module may write: none, which is the default, or only generated ones.'
#               type: string
#               relaxes: [none, generated]
#               unset: none
#               enum: [none, generated]
#         default: []
#       managers:
#         description: The secrets managers that may contain secrets. Known ones are 1password, alicloud-apig, alicloud-kms, alicloud-oos, aws-secrets-manager, azure-api-management, azure-automation, azure-devtest-lab, azure-key-vault, azure-service-fabric-mesh, cloudflare-secrets-store, cloudflare-workers, datadog, docker-swarm, doppler, gcp-secret-manager, kubernetes, oci, oci-vault, pulumi-esc, scaleway-secret-manager, snowflake, ssm-parameter-store and vault.
#         type: array
#         relaxes: more
#         items: {type: string}
#         default: [aws-secrets-manager, gcp-secret-manager, azure-key-vault]
#       managersByStack:
#         description: The secrets managers of particular stacks, by a glob over the stack name. They replace the list in managers.
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
#         description: Globs over the names of environments, as they occur in secret names.
#         type: array
#         relaxes: more
#         items: {type: string, pattern: '^([A-Za-z0-9_.*?-]|\{[A-Za-z0-9_.*-]+(,[A-Za-z0-9_.*-]+)*\})+$', expected: 'the name of an environment, or a glob over it such as pr-*'}
#         default: [production, staging, development]
#       environmentByStack:
#         description: The environment of particular stacks, by a glob over the stack name.
#         type: object
#         propertyNames: {pattern: '^([A-Za-z0-9_.*?-]|\{[A-Za-z0-9_.*-]+(,[A-Za-z0-9_.*-]+)*\})+$', expected: 'the name of a stack, or a glob over it such as prod-*'}
#         additionalProperties: {type: string}
#         default: {}
#       onUnknown:
#         description: What to do if a preview cannot see enough to decide. The onUnknown of a policy takes precedence.
#         type: string
#         relaxes: [deny, warn, allow]
#         enum: [allow, warn, deny]
#         default: warn
#       extraPatterns:
#         description: Regular expressions (RE2) for values that are secrets, such as tokens of your own services. Every match in a string is reported.
#         type: array
#         relaxes: less
#         maxItems: 100
#         items: {type: string, minLength: 4, maxLength: 500}
#         default: []
#       minEntropy:
#         description: The minimum entropy, in bits per character, of a token or key that is matched only by its name. Without it, 2.3 to 3.0, depending on the length. Passwords have no minimum.
#         type: number
#         relaxes: more
#         unset: [2.3, 3.0]
#         minimum: 1
#         maximum: 4.5
#       exemptions:
#         description: Exemptions from policies until a date, by an id of your choice; see docs/govern/exemptions.md.
#         type: object
#         default: {}
#         additionalProperties:
#           type: object
#           additionalProperties: false
#           required: [policies, reason, owner, expires]
#           properties:
#             policies:
#               description: The policies from which it exempts.
#               type: array
#               minItems: 1
#               items: {type: string}
#             project:
#               description: A glob over the project of the resources. Without it, every project matches. Use project, stack, type and name, at least one of them, instead of urn.
#               type: string
#             stack:
#               description: A glob over the stack name, without the organisation. Without it, every stack matches.
#               type: string
#             type:
#               description: A glob over the type of the resource, such as aws:secretsmanager/secret:Secret. A glob with a $ is also matched against the types of its parents, as in *:infra:Database$aws:*. Without it, every type matches.
#               type: string
#             name:
#               description: A glob over the name that the program gives the resource, or over its Terraform address. Without it, every name matches.
#               type: string
#             urn:
#               description: A URN with a glob in each part, or a glob over file:NAME for files in a repository. * matches any characters within its part; parts that are missing at the end match anything.
#               type: string
#             path:
#               description: The property to exempt, as messages show it, with everything below it; in a file, the config key or the detector. Without it, the whole resource or file is exempt.
#               type: string
#             reason:
#               description: Why it is exempt.
#               type: string
#             owner:
#               description: Who is responsible for it.
#               type: string
#             approvedBy:
#               description: Who approved it.
#               type: string
#             ticket:
#               description: Where the fix is tracked.
#               type: string
#             expires:
#               description: The last day on which it applies, in UTC, or a time.
#               type: string
#             breakGlass:
#               description: Whether this is an emergency. It then ends within 24 hours and is always reported.
#               type: boolean
#       exceptions:
#         description: 'What Pulumi policy exceptions in the configuration file do in policypack check and in the gate: exempt with a note (warn) or without (allow), or have no effect (deny). In a preview they always apply, and exceptions from Pulumi Cloud apply everywhere.'
#         type: string
#         relaxes: [deny, warn, allow]
#         enum: [allow, warn, deny]
#         default: warn
#       maxExemptionDays:
#         description: The maximum number of days until an exemption expires.
#         type: integer
#         relaxes: more
#         minimum: 1
#         maximum: 365
#         default: 90
#       exemptionWarningDays:
#         description: The number of days before expiry at which an exemption or the baseline starts to warn.
#         type: integer
#         minimum: 0
#         default: 14
#       ruleSeconds:
#         description: The seconds of CPU time that custom policies may take in total for one resource or file. If they take longer, the run fails and reports the policy.
#         type: number
#         exclusiveMinimum: 0
#         maximum: 3600
#         default: 5
#       ruleSecondsPerStack:
#         description: The seconds of CPU time that custom policies may take in total for rules about the whole stack, plus 10 ms for each resource.
#         type: number
#         exclusiveMinimum: 0
#         maximum: 3600
#         default: 30
#       allowComments:
#         description: 'Whether a comment with a reason, policypack:allow POLICY: REASON, suppresses violations on its line of a file. Exemptions apply either way.'
#         type: boolean
#         relaxes: [false, true]
#         default: true
#       levelByStack:
#         description: The level of all policies, or of some, on particular stacks, by STACK, PROJECT/STACK or ORGANIZATION/PROJECT/STACK, with globs in each part. It replaces the configured level. Names take precedence over globs, more parts over fewer, longer keys over shorter ones. Anyone can choose a stack name, so use PROJECT/STACK to relax a level.
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
#         description: The level of all policies, or of some, by a glob over the AWS account, Azure subscription or Google project in the provider configuration. It replaces the configured level. If levelByStack sets a level too, the stricter one applies.
#         type: object
#         propertyNames: {pattern: '^([A-Za-z0-9_.:*?-]|\{[A-Za-z0-9_.:*-]+(,[A-Za-z0-9_.:*-]+)*\})+$', expected: 'an account, or a glob over it such as acme-prod-*'}
#         additionalProperties:
#           type: [string, object]
#           pattern: '^(advisory|mandatory|disabled)$'
#           expected: [advisory, mandatory, disabled]
#           additionalProperties: {type: string, enum: [advisory, mandatory, disabled]}
#         default: {}
#       enforceFrom:
#         description: The day, in UTC, from which a policy is mandatory, by its name. Before that it is advisory, and its messages mention the day.
#         type: object
#         additionalProperties: {type: string, format: date}
#         default: {}
#       baseline:
#         description: Violations that existed before the pack was introduced, as written by policypack baseline. They are advisory until the baseline expires.
#         type: object
#         additionalProperties: false
#         required: [expires, findings]
#         properties:
#           expires:
#             description: The last day on which it applies, in UTC.
#             type: string
#             format: date
#           commit:
#             description: The commit at which the entries for files were written. Git uses it to follow renamed files.
#             type: string
#             pattern: '^[0-9a-f]{40}([0-9a-f]{24})?$'
#             expected: 'a whole commit id, 40 or 64 hexadecimal digits'
#           findings:
#             description: The violations, each in a resource (urn, path) or in a file (file, name, count).
#             type: array
#             items:
#               type: object
#               additionalProperties: false
#               required: [policy]
#               properties:
#                 policy:
#                   description: The policy that it violates.
#                   type: string
#                 urn:
#                   description: The exact URN of the resource.
#                   type: string
#                 path:
#                   description: The property of the resource, as messages show it. Without it, the whole resource.
#                   type: string
#                 file:
#                   description: The file, from the root of the repository.
#                   type: string
#                 name:
#                   description: 'The name of the value in the file: its key path in structured files, elsewhere the detector and name. Without it, the whole file.'
#                   type: string
#                 commit:
#                   type: string
#                   pattern: '^[0-9a-f]{10}$'
#                   expected: 'a short commit id, 10 hexadecimal digits'
#                   description: The short id of the commit that contains it, if the current file does not, as written by policypack baseline --history.
#                 count:
#                   description: How many violations with that name the file has.
#                   type: integer
#                   minimum: 1
#                   default: 1
#       adopt:
#         description: The version of policypack whose checks you have adopted. New checks of later versions are advisory for 90 days after the release of the running version. docs/govern/upgrading.md lists them.
#         type: string
#         pattern: '^[0-9]+\.[0-9]+\.[0-9]+$'
#         expected: a version of policypack such as 0.2.0
#       expiryGraceDays:
#         description: The number of days for which previews and updates still pass, with a warning, after an exemption or the baseline has expired. Checks of pull requests fail immediately, and so does everything that a break-glass exemption allowed.
#         type: integer
#         relaxes: more
#         minimum: 0
#         maximum: 30
#         default: 7
#       helpURL:
#         description: The https URL of your own help page, which messages, reports and explain link to instead of policypack's. {policy} is replaced with the name of the policy, as in https://wiki.acme.example/secrets#{policy}. Custom policies with a page of their own keep it.
#         type: string
#         format: page
#       bundleKeys:
#         description: The public keys that verify the bundle of the organisation, by the key id in the signature. Without them, the rules of the bundle apply, but its parameters do not.
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
#         description: The minimum serial number of the organisation's bundle, which prevents a rollback to an older one. It requires bundleKeys.
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
