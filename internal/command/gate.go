package command

// The classes of bytes for concerns: part of a word, the first byte of a subject, or a shell operator.
const (
	inWord  = 1
	begins  = 2
	aSign   = 3
	letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"
)

var classes = func() (c [256]uint8) {
	for i := range len(letters) {
		c[letters[i]] = inWord
	}
	for _, b := range []byte("ackpsvACKPSV") {
		c[b] = begins
	}
	for _, b := range []byte(" \t\n{<>=$%`.") {
		c[b] = aSign
	}
	return c
}()

// concerns reports whether a text is worth parsing: whether it contains the name of a tool as a word, or a word that
// most of the commands have. It ignores quotes, backslashes, carets and case, so a'w's is aws. A text that sets
// variables and uses them qualifies too, since they may spell anything. It reads the text once and does not allocate.
func concerns(text string) bool {
	var set, use, blank, within bool
	for i := 0; i < len(text); i++ {
		class := classes[text[i]]
		if class == inWord && within {
			continue
		}
		first := !within
		within = class == inWord || class == begins
		switch class {
		case aSign:
			switch text[i] {
			case '=':
				set = true
			case '$', '%', '`':
				use, blank = true, blank || i+1 < len(text)
			case '.':
				if past(text, i, ".env") >= 0 {
					return true
				}
			default:
				blank = true
			}
			continue
		case begins:
			if c := lower(text[i]); follows(text, i, c) && subject(text, i, c) {
				return true
			}
		}
		if within && first && tool(text, i, lower(text[i])) {
			return true
		}
	}
	return blank && set && use
}

// spread is concerns for commands whose words are in several arguments.
func spread(argv []string) bool {
	for _, a := range argv {
		if concerns(a) || a == "env" {
			return true
		}
	}
	return false
}

// follows reports whether the next letter can be the second letter of a subject, which avoids most comparisons.
func follows(text string, i int, c byte) bool {
	if i+1 == len(text) {
		return false
	}
	next := lower(text[i+1])
	if next < 'a' || next > 'z' {
		return next != ' '
	}
	switch c {
	case 'a':
		return next == 'c'
	case 'c':
		return next == 'r' || next == 'o'
	case 'k', 's':
		return next == 'e'
	case 'p', 'v':
		return next == 'a'
	}
	return false
}

// subjects are words that most of the commands have, and tools the names of tools, by their first letters.
var (
	subjects = [...][]string{
		'a': {"access-key", "accesskey", "activate-service"}, 'c': {"create-for-rbac", "connect-az", "credential"},
		'k': {"keyvault"}, 'p': {"parameter"}, 's': {"secret"}, 'v': {"vault"},
	}
	tools = [...][]string{
		'a': {"aws", "az", "akeyless", "aws-cli", "aws-vault"}, 'b': {"bw", "base64"},
		'c': {"chamber", "copilot", "conjur"}, 'd': {"doppler", "docker"}, 'f': {"fly", "flyctl", "flux", "firebase"},
		'g': {"gcloud", "gh", "glab", "gsutil"},
		'i': {"infisical"}, 'k': {"kubectl"}, 'n': {"new-iamaccesskey"}, 'o': {"oc", "op"}, 'p': {"podman"},
		's': {"supabase"}, 'v': {"vercel"}, 'w': {"wrangler"},
	}
)

// subject reports whether a word of the commands is at i, which begins with the letter c.
func subject(text string, i int, c byte) bool {
	for _, want := range subjects[c] {
		if past(text, i, want) >= 0 {
			return true
		}
	}
	return false
}

// tool reports whether a tool's name is at i as a separate word.
func tool(text string, i int, c byte) bool {
	if int(c) >= len(tools) {
		return false
	}
	for _, want := range tools[c] {
		if end := past(text, i, want); end >= 0 && (end == len(text) || !wordy(text[end])) {
			return true
		}
	}
	return false
}

// past returns the end of want at i in the text, or -1 if it is not there.
func past(text string, i int, want string) int {
	for j := 0; j < len(want); i++ {
		if i >= len(text) {
			return -1
		}
		switch c := lower(text[i]); {
		case c == want[j]:
			j++
		case j > 0 && (c == '\'' || c == '"' || c == '\\' || c == '^' || c == '`' || c == '\n' && text[i-1] == '\\'):
		default:
			return -1
		}
	}
	return i
}

func wordy(c byte) bool {
	c = lower(c)
	return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '_' || c == '-'
}

func lower(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

// name reports whether a text can be the name of a variable.
func name(text string) bool {
	for i := range len(text) {
		if c := lower(text[i]); c != '_' && (c < 'a' || c > 'z') && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return text != ""
}
