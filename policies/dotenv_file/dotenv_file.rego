# METADATA
# title: No .env file is shipped, written or committed
# description: |
#   No resource ships a .env file, or writes one: as an asset, in an archive, as an object of a bucket, as a file of a
#   repository or a machine, as a key of a config map or Kubernetes Secret, by a command. None is committed, and no script
#   or workflow of a repository writes one. .env.production and production.env are such files; .env.example, .env.sample,
#   .env.template and encrypted ones are not, nor is app.env, which may be anything. Only names are read: each secret in a
#   committed file is reported by committed-secret, in a template what tells by its format or is random. A directory
#   that is archived as a whole, an image and a remote archive cannot be looked into.
# custom:
#   level: mandatory
#   severity: high
#   standard: [S7]
#   tags: [secrets, files]
#   applies:
#     extracts: [files]
#     repository: [dotenv, commands]
#   remediation: |
#     1. Give the workload its plain settings as environment variables of the resource that runs it.
#     2. Give it its secrets by reference, resolved at run time from the secrets manager.
#     3. A file that has been shipped: rotate what stands in it, then delete it where it was copied to.
#     4. A file that has been committed: rotate what is secret in it, git rm it, and put .env* into .gitignore. Developers get
#        a template without values, such as .env.example.
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
