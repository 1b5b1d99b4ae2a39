# METADATA
# title: A change adds no file that cannot be read
# description: |
#   No change adds or alters a file that could not be checked: one larger than 10 MB, one that is not in the encoding that it
#   claims or in one that is not read (UTF-7, EBCDIC), one that is text behind the ending or the first bytes of something else,
#   such as a script called logo.png. Only `policypack check --base` and the gate know what a change is; without, such files are
#   listed. Images, sound, video, fonts and archives that begin as their ending says are listed too. What is binary, minified or
#   vendored is searched for known formats, which is reading. Files of a folder that have the same reason are one finding.
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
#     1. What is too large: keep it in an artifact store or in Git LFS, or split it.
#     2. What is in another encoding: save it as UTF-8.
#     3. What is not what it says: give it the ending of what it is, or remove it.
#     4. What has to stay as it is: have somebody look at it, and exempt it by "urn": "file:NAME", with a reason and a date,
#        as docs/adopt/existing-secrets.md says.
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
