package names

import "testing"

// The table of first letters leaves out no word.
func TestHinted(t *testing.T) {
	t.Parallel()
	for _, word := range [...]string{
		"pass", "patient", "psk", "pwd", "secret", "secure", "sensitive", "noecho", "token", "cred", "key", "auth",
		"PASS", "PAT", "PSK", "PWD", "SECRET", "SECURE", "SENSITIVE", "NOECHO", "TOKEN", "CRED", "KEY", "AUTH",
	} {
		if !Hinted("x-" + word + ".") {
			t.Errorf("%s is missed", word)
		}
	}
	for _, text := range [...]string{"", "p", "region", "eu-west-1", "instance", "x-large"} {
		if Hinted(text) {
			t.Errorf("%q is taken for a hint", text)
		}
	}
}
