package looks

import (
	"encoding/base64"
	"strings"

	"github.com/progression-labs-development/policypack/internal/detect/ascii"
	"github.com/progression-labs-development/policypack/internal/detect/names"
)

// Plausible reports whether the whole text could be the secret that a key of the tier suggests. A minEntropy above zero
// replaces the built-in bits per byte of tier Random.
func Plausible(t names.Tier, key, v string, minEntropy float64) bool {
	if t == names.None || len(v) < 4 || len(v) > 8192 {
		return false
	}
	v = strings.TrimSpace(v)
	if len(v) < 4 || Placeholder(v) || Reference(v) || Sealed(v) || strings.IndexByte(v, '\n') >= 0 || identifier(v) {
		return false
	}
	if sameLetters(key, v) {
		return false
	}
	switch t {
	case names.Password:
		return password(v) && !workingDirectory(key, v)
	case names.Random:
		return random(key, v, minEntropy)
	case names.Strong:
		return strong(v)
	}
	return false
}

// password accepts any literal that is not a URL, a setting or a sentence.
func password(v string) bool {
	if link(v) || Path(v) || duration(v) || setting(v) || Call(v) || SameAsName(v) {
		return false
	}
	if strings.IndexByte(v, ' ') >= 0 {
		return passphrase(v)
	}
	return true
}

// workingDirectory reports whether the value is a path under the name of the directory in which a process runs: pwd is
// short for both.
func workingDirectory(key, v string) bool {
	var w names.Words
	last, _ := names.Segment(key)
	names.Split(&w, last)
	if !w.Is(0, " pwd ") {
		return false
	}
	rest := strings.TrimPrefix(v, "file://")
	if len(rest) > 2 && ascii.IsLetter(rest[0]) && rest[1] == ':' { // a drive of Windows
		rest = rest[2:]
	}
	root := strings.TrimLeft(rest, "~.")
	if root == "" || root[0] != '/' && root[0] != '\\' {
		return false
	}
	deep := len(root) < len(v) || strings.LastIndexAny(root, `/\`) > 0
	for i := range len(root) {
		if !ascii.IsWord(root[i]) && strings.IndexByte(`/\-_.@: `, root[i]) < 0 && root[i] < 0x80 {
			return false
		}
	}
	return deep || w.N == 1
}

// passphrase distinguishes words chosen as a passphrase from a sentence about one.
func passphrase(v string) bool {
	if len(v) > 120 || strings.HasSuffix(v, ".") || strings.Contains(v, ": ") || strings.Contains(v, ", ") {
		return false
	}
	h := ascii.ShapeOf(v)
	return h.Digit > 0 || h.Other > h.Space || h.Space >= 3 && h.Upper == 0 && h.Other == 0 && !sentence(v)
}

// sentence reports whether the words include one that does not occur in passphrases.
func sentence(v string) bool {
	for w := range strings.FieldsSeq(v) {
		switch w {
		case "the", "a", "an", "of", "for", "to", "is", "be", "in", "and", "or", "your", "our", "this", "must",
			"with", "from", "by", "at", "password", "passphrase", "user", "if", "not", "no", "on", "as", "use",
			"used", "will":
			return true
		}
	}
	return false
}

// random accepts text that is long and mixed enough, and not a name.
func random(key, v string, minEntropy float64) bool {
	if len(v) < 8 || strings.IndexByte(v, ' ') >= 0 || link(v) || Path(v) || Call(v) || duration(v) || setting(v) ||
		Slug(strings.TrimRight(v, "=,")) || SameAsName(v) || strings.Contains(v, "(?") || strings.Contains(v, "](") {
		return false
	}
	if UUID(v) {
		var w names.Words
		last, _ := names.Segment(key)
		names.Split(&w, last)
		w.Trim()
		if w.Is(0, " token tokens ") {
			return TokenUUID(&w)
		}
		return !w.Is(1, " session ")
	}
	if plain, ok := decoded(v); ok { // the data of a Kubernetes Secret
		return len(plain) >= 8 && !Slug(plain) && !Placeholder(plain) && !Reference(plain)
	}
	h := ascii.ShapeOf(v)
	if h.Digit == len(v) && len(v) < 20 {
		return false
	}
	least := 3.0
	switch {
	case minEntropy > 0:
		least = minEntropy
	case len(v) < 12:
		least = 2.3
	case len(v) < 20:
		least = 2.7
	}
	return ascii.Entropy(v) >= least
}

// TokenUUID reports whether the name is that of a token that may be a UUID.
func TokenUUID(w *names.Words) bool {
	return w.Is(0, " token tokens ") &&
		w.Is(1, " api auth access hec refresh session bearer account bot vault secret npm ")
}

// decoded returns the text in a short value of base64.
func decoded(v string) (string, bool) {
	if len(v)%4 != 0 || len(v) > 256 {
		return "", false
	}
	raw, err := base64.StdEncoding.DecodeString(v)
	if err != nil || !ascii.Printable(raw) {
		return "", false
	}
	return strings.TrimSpace(string(raw)), true
}

// sameLetters reports whether the value only repeats its key in another style, as in a table of names.
func sameLetters(key, v string) bool {
	key, _ = names.Segment(key)
	if len(v) < len(key)/2 || len(v) > 2*len(key) {
		return false
	}
	i, j := 0, 0
	for {
		for i < len(key) && !ascii.IsWord(key[i]) {
			i++
		}
		for j < len(v) && (v[j] == '_' || v[j] == '-' || v[j] == '.' || v[j] == ' ') {
			j++
		}
		if i == len(key) || j == len(v) {
			return i == len(key) && j == len(v)
		}
		if ascii.ToLower(key[i]) != ascii.ToLower(v[j]) {
			return false
		}
		i++
		j++
	}
}

// strong accepts only long base64 of high entropy.
func strong(v string) bool {
	body := strings.TrimRight(v, "=")
	if len(v) < 40 || len(v) > 200 || ascii.Run(body, 0, ascii.Base64|ascii.Dash, len(body)) != len(body) {
		return false
	}
	h := ascii.ShapeOf(body)
	return h.Lower > 0 && h.Upper > 0 && h.Digit > 0 && ascii.Entropy(body) > 4.5
}

// link reports whether the text is a URL or an address; one with a password inside it is a format.
func link(v string) bool {
	i := strings.Index(v, "://")
	return i > 0 && i < 24 && ascii.Run(v, 0, ascii.Alnum|ascii.Dash|ascii.Dot|ascii.Plus, i) == i
}

// Call reports whether the text is a function call: fn(args).
func Call(v string) bool {
	i := strings.IndexByte(v, '(')
	if i > 0 && strings.HasSuffix(v, ")") && ascii.Run(v, 0, ascii.Alnum|ascii.Dash|ascii.Dot, i) == i &&
		!looksRandom(v[:i]) {
		return true
	}
	return false
}

// setting reports whether the text is a value of an option rather than a password: true, 16, PT1H, ENCRYPT_DECRYPT.
func setting(v string) bool {
	switch strings.ToLower(v) {
	case "true", "false", "null", "none", "default", "enabled", "disabled", "required", "optional", "auto",
		"automatic", "random", "generated", "managed", "minutes", "hours",
		"days", "seconds", "passwort", "kennwort", "wachtwoord", "senha", "contrase\u00f1a", "bearer", "plain",
		"hidden", "never", "always", "string", "securestring", "text", "header", "sensitive",
		"client_secret_basic", "client_secret_post", "authentication", "scram-sha-512", "scram-sha-256", "object",
		"[object object]", "undefined":
		return true
	}
	// an enum: RSA_2048
	return len(v) <= 32 && ascii.IsUpper(v[0]) && strings.IndexByte(v, '_') > 0 &&
		ascii.Run(v, 0, ascii.Upper|ascii.Digit|ascii.Dash, len(v)) == len(v) && !looksRandom(v)
}

// SameAsName reports whether the text is an identifier that itself means password, such as DB_PASSWORD or
// passwordInput: the name of a variable or a field, not a password.
func SameAsName(v string) bool {
	if len(v) > 64 || !Wordy(v) {
		return false
	}
	var w names.Words
	names.Split(&w, v)
	if w.N < 2 {
		return false
	}
	return names.TierOf(v) != names.None && !strings.ContainsAny(v, "0123456789@!#")
}

// duration reports whether the text is a number, a date or a length of time.
func duration(v string) bool {
	if ascii.PrefixFold(v, "PT") && len(v) < 12 && ascii.IsDigit(v[2]) {
		return true
	}
	if len(v) >= 10 && ascii.IsDigit(v[0]) && ascii.IsDigit(v[3]) && v[4] == '-' && ascii.IsDigit(v[5]) &&
		v[7] == '-' && len(v) <= 35 {
		return true
	}
	if strings.HasPrefix(v, "0x") && len(v) < 20 && ascii.Run(v, 2, ascii.Hex|ascii.Upper, len(v)) == len(v) {
		return true
	}
	// a version
	if u := strings.TrimLeft(v, "^~>=v "); strings.Count(u, ".") == 2 && len(u) < 16 &&
		ascii.Run(u, 0, ascii.Digit|ascii.Dot, len(u)) == len(u) {
		return true
	}
	i := 0
	for i < len(v) && (ascii.IsDigit(v[i]) || v[i] == '.' || v[i] == ':') {
		i++
	}
	return i > 0 && len(v)-i <= 1 && len(v) < 8 && i < len(v)
}

// UUID reports whether the text is a UUID.
func UUID(v string) bool {
	if len(v) != 36 || v[8] != '-' || v[13] != '-' || v[18] != '-' || v[23] != '-' {
		return false
	}
	for i := range len(v) {
		c := v[i]
		if i != 8 && i != 13 && i != 18 && i != 23 && !ascii.IsDigit(c) && (c|0x20 < 'a' || c|0x20 > 'f') {
			return false
		}
	}
	return true
}
