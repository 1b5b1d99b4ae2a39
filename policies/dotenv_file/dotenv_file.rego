# METADATA
# title: No .env files
# description: |
#   A resource must not ship or write a .env file: as an asset, in an archive, as a bucket object, as a file in a
#   repository or on a machine, as a key of a ConfigMap or Kubernetes Secret, or with a command. A repository must not
#   contain one, and its scripts and workflows must not write one.
#
#   .env.production and production.env are .env files. .env.example, .env.sample, .env.template and encrypted ones are
#   not, nor is app.env, which may be anything. The policy only looks at names: committed-secret reports each secret
#   in a committed file, and in a template the ones with a known format or a random value. Directories that are
#   archived as a whole, images and remote archives are not searched.
# custom:
#   level: mandatory
#   severity: high
#   standard: [S7]
#   tags: [secrets, files]
#   applies:
#     extracts: [files]
#     repository: [dotenv, commands]
#   remediation: |
#     1. Pass plain settings to the workload as environment variables of the resource that runs it.
#     2. Pass secrets by reference, resolved from the secrets manager at run time.
#     3. File that has been shipped: rotate the secrets in it, then delete every copy.
#     4. Committed file: rotate the secrets in it, git rm it, and add .env* to .gitignore. Give developers a template
#        without values, such as .env.example.
package policies.dotenv_file

deny contains violation if {
	some _, files in _by_name
	file := sort([[_rank[file.how], file] | some file in files])[0][1]

	violation := {
		"message": concat("\n", [
			_what(file),
			"If it has been shipped, rotate its secrets. Set plain settings as environment variables and read secrets by reference at run time.",
		]),
		"path": file.path,
	}
}

# A file may be found by both its key and its source.
_by_name[_base(file.name)] contains file if some file in input.resource.files

# An object key or a file name includes directories, which messages omit: the property shows them.
_base(name) := parts[count(parts) - 1] if parts := split(name, "/")

_rank := {"asset": 0, "archive": 1, "object-key": 2, "file": 3, "config-map": 4, "command": 5}

_what(file) := $"The .env file `{_base(file.name)}` is shipped as the asset at `{data.lib.program.at(file)}`." if file.how == "asset"

_what(file) := $"The .env file `{_base(file.name)}` is shipped in the archive at `{data.lib.program.at(file)}`." if file.how == "archive"

_what(file) := $"The .env file `{_base(file.name)}` is uploaded to a bucket, as set by `{data.lib.program.at(file)}`." if file.how == "object-key"

_what(file) := $"The .env file `{_base(file.name)}` is written, as set by `{data.lib.program.at(file)}`." if file.how == "file"

_what(file) := $"The .env file at `{data.lib.program.at(file)}` is mounted into every workload that uses this resource." if file.how == "config-map"

_what(file) := $"The command in `{data.lib.program.at(file)}` writes a .env file." if file.how == "command"
