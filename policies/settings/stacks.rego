# What a schema cannot check of managers and environments, by stack too.
package policies.settings

deny contains violation if {
	input.resource.type == "pulumi:pulumi:Stack"
	some list in _manager_lists
	some i, manager in list.managers
	not manager in object.keys(data.lib.manager.titles)
	path := array.concat(list.path, [i])
	known := concat(", ", object.keys(data.lib.manager.titles))

	violation := {
		"message": $"Parameter {data.lib.property.show(path)} of the policy settings is not a manager that the pack knows.\nIt knows {known}.",
		"path": path,
	}
}

deny contains violation if {
	input.resource.type == "pulumi:pulumi:Stack"
	some pattern, managers in input.settings.managersByStack
	managers == []
	path := ["managersByStack", pattern]

	violation := {
		"message": $"Parameter {data.lib.property.show(path)} of the policy settings is an empty list.\nRemove the entry to get the list managers there, or list at least one.",
		"path": path,
	}
}

deny contains violation if {
	input.resource.type == "pulumi:pulumi:Stack"
	some i, environment in input.settings.environments
	regex.match(`[A-Z_.]`, environment)

	violation := {
		"message": $"Parameter environments[{i}] of the policy settings can be in no secret's name: its parts are lower-case kebab.\nWrite it with a-z, 0-9 and single hyphens, and * for any text.",
		"path": ["environments", i],
	}
}

deny contains violation if {
	input.resource.type == "pulumi:pulumi:Stack"
	some pattern, environment in input.settings.environmentByStack
	is_array(input.settings.environments) # where it is not, that is what is wrong
	not data.lib.settings.is_environment(environment)
	path := ["environmentByStack", pattern]

	violation := {
		"message": $"Parameter {data.lib.property.show(path)} of the policy settings is not one of the environments.\nWrite one of them, or add it to the parameter environments.",
		"path": path,
	}
}

_manager_lists contains {"path": ["managers"], "managers": input.settings.managers}

_manager_lists contains {"path": ["managersByStack", pattern], "managers": managers} if {
	some pattern, managers in input.settings.managersByStack
}
