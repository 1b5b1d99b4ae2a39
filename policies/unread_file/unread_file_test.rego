package policies.unread_file_test

_deny(patch) := decisions if {
	decisions := data.policies.unread_file.deny with input as data.lib.fixture.file({"file": patch})
}

_exempt := "If it has to stay as it is, have it looked at and exempt it by its name."

test_every_reason_has_its_message if {
	_deny({"unread": "large"}) == {{
		"message": $"deploy/run.sh was not checked: it is larger than 10 MB.\nKeep it in an artifact store or in Git LFS, or split it.\n{_exempt}",
		"path": ["large"],
	}}
	_deny({"unread": "encoding"}) == {{
		"message": $"deploy/run.sh was not checked: it is not in the encoding that it claims, or in one that is not read.\nSave it as UTF-8, without a word about another encoding.\n{_exempt}",
		"path": ["encoding"],
	}}
	_deny({"unread": "contradiction"}) == {{
		"message": $"deploy/run.sh is not what it says: it is text behind the ending, or the first bytes, of something else.\nGive it the ending of what it is, or remove it.\n{_exempt}",
		"path": ["contradiction"],
	}}
}

test_what_was_read_passes if {
	_deny({}) == set()
}
