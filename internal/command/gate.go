package command

// What a byte is to concerns: part of a word, one with which a subject begins, or a sign of the shell.
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

// concerns reports whether a text is worth parsing: whether it names a tool as a word, or holds a word that most of the
// commands have. Quotes, backslashes and carets are skipped, and case does not count, so a'w's is aws. A text that sets
// variables and uses them passes as well: they may spell anything. It reads the text once and allocates nothing.
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
				if has(text, i, ".env") {
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

// spread is concerns for commands whose words are spread over several arguments.
func spread(argv []string) bool {
	for _, a := range argv {
		if concerns(a) || a == "env" {
			return true
		}
	}
	return false
}

// follows reports whether the second letter, if one comes next, is one of a subject: it saves most of the comparisons.
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

func subject(text string, i int, c byte) bool {
	switch c {
	case 'a':
		return has(text, i, "access-key") || has(text, i, "accesskey") || has(text, i, "activate-service")
	case 'c':
		return has(text, i, "create-for-rbac") || has(text, i, "connect-az") || has(text, i, "credential")
	case 'k':
		return has(text, i, "keyvault")
	case 'p':
		return has(text, i, "parameter")
	case 's':
		return has(text, i, "secret")
	case 'v':
		return has(text, i, "vault")
	}
	return false
}

// tool reports whether a tool's name stands at i as a word of its own.
func tool(text string, i int, c byte) bool {
	switch c {
	case 'a':
		return word(text, i, "aws") || word(text, i, "az") || word(text, i, "akeyless") || word(text, i, "aws-cli") || word(text, i, "aws-vault")
	case 'b':
		return word(text, i, "bw") || word(text, i, "base64")
	case 'c':
		return word(text, i, "chamber") || word(text, i, "copilot") || word(text, i, "conjur")
	case 'd':
		return word(text, i, "doppler") || word(text, i, "docker")
	case 'f':
		return word(text, i, "fly") || word(text, i, "flyctl") || word(text, i, "flux") || word(text, i, "firebase")
	case 'g':
		return word(text, i, "gcloud") || word(text, i, "gh") || word(text, i, "glab") || word(text, i, "gsutil")
	case 'i':
		return word(text, i, "infisical")
	case 'k':
		return word(text, i, "kubectl")
	case 'n':
		return word(text, i, "new-iamaccesskey")
	case 'o':
		return word(text, i, "oc") || word(text, i, "op")
	case 'p':
		return word(text, i, "podman")
	case 's':
		return word(text, i, "supabase")
	case 'v':
		return word(text, i, "vercel")
	case 'w':
		return word(text, i, "wrangler")
	}
	return false
}

func has(text string, i int, want string) bool {
	return past(text, i, want) >= 0
}

func word(text string, i int, want string) bool {
	end := past(text, i, want)
	return end >= 0 && (end == len(text) || !wordy(text[end]))
}

// past returns where want, which stands at i, ends in the text; -1 where it does not stand there.
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
