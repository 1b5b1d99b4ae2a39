package policies.unread_file_test

_deny(patch) := decisions if {
	decisions := data.policies.unread_file.deny with input as data.lib.fixture.file({"file": patch})
}

_exempt := "If it must stay as it is, have it reviewed and exempt it by name."

test_every_reason_has_its_message if {
	_deny({"unread": "large"}) == {{
		"message": $"deploy/run.sh was not checked: it is larger than 10 MB.\nMove it to an artifact store or Git LFS, or split it. {_exempt}",
		"path": ["large"],
	}}
	_deny({"unread": "encoding"}) == {{
		"message": $"deploy/run.sh was not checked: it is not in the encoding that it declares, or in an unsupported one.\nSave it as UTF-8, without declaring another encoding. {_exempt}",
		"path": ["encoding"],
	}}
	_deny({"unread": "contradiction"}) == {{
		"message": $"deploy/run.sh was not checked: it is text with the extension or the first bytes of another file type.\nGive it the extension of its actual type, or remove it. {_exempt}",
		"path": ["contradiction"],
	}}
}

test_what_was_read_passes if {
	_deny({}) == set()
}
