# Managers and environments, also by stack, beyond what a schema can check.
package policies.settings

deny contains violation if {
	input.resource.type == "pulumi:pulumi:Stack"
	some list in _manager_lists
	some i, manager in list.managers
	not manager in object.keys(data.lib.manager.titles)
	path := array.concat(list.path, [i])

	violation := {
		"message": $"settings.{data.lib.property.show(path)} is not a known secrets manager.\nUse a known one, such as aws-secrets-manager; the description of settings.managers lists them.",
		"path": path,
	}
}

deny contains violation if {
	input.resource.type == "pulumi:pulumi:Stack"
	some pattern, managers in input.settings.managersByStack
	managers == []
	path := ["managersByStack", pattern]

	violation := {
		"message": $"settings.{data.lib.property.show(path)} is an empty list.\nRemove the entry to use the list in managers, or list at least one manager.",
		"path": path,
	}
}

deny contains violation if {
	input.resource.type == "pulumi:pulumi:Stack"
	some i, environment in input.settings.environments
	regex.match(`[A-Z_.]`, environment)

	violation := {
		"message": $"settings.environments[{i}] cannot occur in a secret name, whose parts are lower-case kebab-case.\nUse a-z, 0-9 and single hyphens; * matches any text.",
		"path": ["environments", i],
	}
}

deny contains violation if {
	input.resource.type == "pulumi:pulumi:Stack"
	some pattern, environment in input.settings.environmentByStack
	is_array(input.settings.environments) # otherwise that is the mistake to report
	not data.lib.settings.is_environment(environment)
	path := ["environmentByStack", pattern]

	violation := {
		"message": $"settings.{data.lib.property.show(path)} is not one of the environments.\nUse one of settings.environments, or add it there.",
		"path": path,
	}
}

_manager_lists contains {"path": ["managers"], "managers": input.settings.managers}

_manager_lists contains {"path": ["managersByStack", pattern], "managers": managers} if {
	some pattern, managers in input.settings.managersByStack
}
