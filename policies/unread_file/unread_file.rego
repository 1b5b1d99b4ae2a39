# METADATA
# title: No unreadable files in a change
# description: |
#   A change must not add or alter a file that could not be checked: one larger than 10 MB; one that is not in the
#   encoding that it declares, or in an unsupported one (UTF-7, EBCDIC); or text with the extension or first bytes of
#   another file type, such as a script named logo.png. Only `policypack check --base` and the gate know what a change
#   is; otherwise such files are only listed.
#
#   Images, audio, video, fonts and archives whose first bytes match their extension are listed too. Binary, minified
#   and vendored files are searched for known formats, which counts as checking them. Files of one folder with the
#   same reason are one violation.
# custom:
#   since: 0.2.0
#   level: mandatory
#   severity: high
#   scope: repository
#   perFolder: true
#   standard: [S11]
#   tags: [secrets, files]
#   applies:
#     repository: [unread]
#   remediation: |
#     1. Too large: move it to an artifact store or Git LFS, or split it.
#     2. Another encoding: save it as UTF-8.
#     3. Misleading type: give it the extension of its actual type, or remove it.
#     4. File that must stay as it is: have somebody review it, then exempt it with "urn": "file:NAME", a reason and
#        an expiry date; see docs/govern/exemptions.md.
package policies.unread_file

deny contains violation if {
	reason := input.file.unread

	violation := {
		"message": concat("\n", [
			$"{input.file.name} {_why[reason]}",
			$"{_instead[reason]} If it must stay as it is, have it reviewed and exempt it by name.",
		]),
		"path": [reason],
	}
}

_why := {
	"large": "was not checked: it is larger than 10 MB.",
	"encoding": "was not checked: it is not in the encoding that it declares, or in an unsupported one.",
	"contradiction": "was not checked: it is text with the extension or the first bytes of another file type.",
}

_instead := {
	"large": "Move it to an artifact store or Git LFS, or split it.",
	"encoding": "Save it as UTF-8, without declaring another encoding.",
	"contradiction": "Give it the extension of its actual type, or remove it.",
}
