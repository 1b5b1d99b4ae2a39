package detect

import (
	"encoding/base64"
	"strings"
)

// plausible reports whether the whole text could be the secret that a key of the tier promises.
func (d *Detector) plausible(t Tier, key, v string) bool {
	if t == None || len(v) < 4 || len(v) > 8192 {
		return false
	}
	v = strings.TrimSpace(v)
	if len(v) < 4 || Placeholder(v) || Reference(v) || sealed(v) || strings.IndexByte(v, '\n') >= 0 || identifier(v) {
		return false
	}
	if sameLetters(key, v) {
		return false
	}
	switch t {
	case Password:
		return d.password(v)
	case Random:
		return d.random(key, v)
	case Strong:
		return strong(v)
	}
	return false
}

// password takes any literal that is not a URL, a setting or a sentence.
func (d *Detector) password(v string) bool {
	if link(v) || path(v) || duration(v) || setting(v) || call(v) || sameAsName(v) {
		return false
	}
	if strings.IndexByte(v, ' ') >= 0 {
		return passphrase(v)
	}
	return true
}

// passphrase tells words chosen as a passphrase from a sentence about one.
func passphrase(v string) bool {
	if len(v) > 120 || strings.HasSuffix(v, ".") || strings.Contains(v, ": ") || strings.Contains(v, ", ") {
		return false
	}
	h := shapeOf(v)
	return h.digit > 0 || h.other > h.space || h.space >= 3 && h.upper == 0 && h.other == 0 && !sentence(v)
}

// sentence reports whether the words hold one that passphrases have no use for.
func sentence(v string) bool {
	for w := range strings.FieldsSeq(v) {
		switch w {
		case "the", "a", "an", "of", "for", "to", "is", "be", "in", "and", "or", "your", "our", "this", "must", "with", "from", "by", "at", "password", "passphrase", "user", "if", "not", "no", "on", "as", "use", "used", "will":
			return true
		}
	}
	return false
}

// random takes what is long and mixed enough, and no name.
func (d *Detector) random(key, v string) bool {
	if len(v) < 8 || strings.IndexByte(v, ' ') >= 0 || link(v) || path(v) || call(v) || duration(v) || setting(v) || slug(strings.TrimRight(v, "=,")) || sameAsName(v) || strings.Contains(v, "(?") || strings.Contains(v, "](") {
		return false
	}
	if uuid(v) {
		var w name
		last, _ := segment(key)
		split(&w, last)
		w.trim()
		if w.is(0, " token tokens ") {
			return w.is(1, tokenUUID)
		}
		return !w.is(1, " session ")
	}
	if plain, ok := decoded(v); ok { // the data of a Kubernetes Secret
		return len(plain) >= 8 && !slug(plain) && !Placeholder(plain) && !Reference(plain)
	}
	h := shapeOf(v)
	if h.digit == len(v) && len(v) < 20 {
		return false
	}
	least := 3.0
	switch {
	case d.entropy > 0:
		least = d.entropy
	case len(v) < 12:
		least = 2.3
	case len(v) < 20:
		least = 2.7
	}
	return entropy(v) >= least
}

// decoded returns the text in a short value of base64.
func decoded(v string) (string, bool) {
	if len(v)%4 != 0 || len(v) > 256 {
		return "", false
	}
	raw, err := base64.StdEncoding.DecodeString(v)
	if err != nil || !printable(raw) {
		return "", false
	}
	return strings.TrimSpace(string(raw)), true
}

// sameLetters reports whether the value only repeats its key in another style: the row of a table of names.
func sameLetters(key, v string) bool {
	key, _ = segment(key)
	if len(v) < len(key)/2 || len(v) > 2*len(key) {
		return false
	}
	i, j := 0, 0
	for {
		for i < len(key) && !isWord(key[i]) {
			i++
		}
		for j < len(v) && (v[j] == '_' || v[j] == '-' || v[j] == '.' || v[j] == ' ') {
			j++
		}
		if i == len(key) || j == len(v) {
			return i == len(key) && j == len(v)
		}
		if lowerByte(key[i]) != lowerByte(v[j]) {
			return false
		}
		i++
		j++
	}
}

// strong takes long base64 of high entropy only.
func strong(v string) bool {
	body := strings.TrimRight(v, "=")
	if len(v) < 40 || len(v) > 200 || run(body, 0, b64|cDash, len(body)) != len(body) {
		return false
	}
	h := shapeOf(body)
	return h.lower > 0 && h.upper > 0 && h.digit > 0 && entropy(body) > 4.5
}

// link reports whether the text is a URL or an address; one with a password inside it is a format.
func link(v string) bool {
	i := strings.Index(v, "://")
	return i > 0 && i < 24 && run(v, 0, alnum|cDash|cDot|cB64, i) == i
}

// call reports whether the text is a piece of code: fn(args), a.b.c, a lookup.
func call(v string) bool {
	i := strings.IndexByte(v, '(')
	if i > 0 && strings.HasSuffix(v, ")") && run(v, 0, alnum|cDash|cDot, i) == i && !looksRandom(v[:i]) {
		return true
	}
	return false
}

// setting reports whether the text is a value of an option rather than a password: true, 16, PT1H, ENCRYPT_DECRYPT.
func setting(v string) bool {
	switch strings.ToLower(v) {
	case "true", "false", "null", "none", "default", "enabled", "disabled", "required", "optional", "auto", "automatic", "random", "generated", "managed", "minutes", "hours",
		"days", "seconds", "passwort", "kennwort", "wachtwoord", "senha", "contrase\u00f1a", "bearer", "plain", "hidden", "never", "always", "string", "securestring", "text", "header", "sensitive",
		"client_secret_basic", "client_secret_post", "authentication", "scram-sha-512", "scram-sha-256", "object", "[object object]", "undefined":
		return true
	}
	// an enum: RSA_2048
	return len(v) <= 32 && isUpper(v[0]) && strings.IndexByte(v, '_') > 0 && run(v, 0, cUpper|cDigit|cDash, len(v)) == len(v) && !looksRandom(v)
}

// sameAsName reports whether the text is a name in the style of code that itself says password, such as DB_PASSWORD or
// passwordInput: the name of a variable or a field, not a password.
func sameAsName(v string) bool {
	if len(v) > 64 || !wordy(v) {
		return false
	}
	var w name
	split(&w, v)
	if w.n < 2 {
		return false
	}
	return tierOf(v) != None && !strings.ContainsAny(v, "0123456789@!#")
}

// duration reports whether the text is a number, a date or a length of time.
func duration(v string) bool {
	if prefixFold(v, "PT") && len(v) < 12 && isDigit(v[2]) {
		return true
	}
	if len(v) >= 10 && isDigit(v[0]) && isDigit(v[3]) && v[4] == '-' && isDigit(v[5]) && v[7] == '-' && len(v) <= 35 {
		return true
	}
	if strings.HasPrefix(v, "0x") && len(v) < 20 && run(v, 2, hexes|cUpper, len(v)) == len(v) {
		return true
	}
	if u := strings.TrimLeft(v, "^~>=v "); strings.Count(u, ".") == 2 && len(u) < 16 && run(u, 0, cDigit|cDot, len(u)) == len(u) { // a version
		return true
	}
	i := 0
	for i < len(v) && (isDigit(v[i]) || v[i] == '.' || v[i] == ':') {
		i++
	}
	return i > 0 && len(v)-i <= 1 && len(v) < 8 && i < len(v)
}

// uuid reports whether the text is one.
func uuid(v string) bool {
	if len(v) != 36 || v[8] != '-' || v[13] != '-' || v[18] != '-' || v[23] != '-' {
		return false
	}
	for i := range len(v) {
		c := v[i]
		if i != 8 && i != 13 && i != 18 && i != 23 && !isDigit(c) && (c|0x20 < 'a' || c|0x20 > 'f') {
			return false
		}
	}
	return true
}
