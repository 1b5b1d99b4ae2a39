package detect

import (
	"encoding/base64"
	"strings"
)

// What a name in a file must be backed by. A file holds much that reads like NAME = VALUE and is none: types, fields of
// forms, messages, selectors, vectors of tests. So a value that would count in a program has to look like a secret too,
// and the more so the less the place says that it is in use:
//
//   - In configuration and code a password needs a character that words have none of (a digit, a symbol); the value of any
//     other name must look made by a machine, or like a password where the name says secret.
//   - In prose, in comments, and under paths of tests, examples and documentation a weak password is an illustration: the
//     value must look made by a machine and be more than hexadecimal digits, and the name must be that of a password or of
//     a credential that a service gives out (an API key, a client secret, an access token): other secrets, keys and tokens
//     there are those of test vectors.
//
// Formats count everywhere; see accepts for what is left out.

// judge decides about the text from start to end by the name beside it, and records it.
func (f *fileScan) judge(key, value string, start, end int) bool {
	s := f.s
	tier := tierOf(key)
	if tier == None {
		return headerKey(key) && f.header(key, value, start, end)
	}
	if s.covered(start, end) {
		return false
	}
	s.work += len(value)
	noun := tier == Random && secretNoun(key)
	if len(value) < 6 || tier != Password && !noun && !machineMade(value) { // most end here
		return false
	}
	asked := tier
	if noun && !machineMade(value) {
		asked = Password // it is asked like one below
	}
	if !s.d.plausible(asked, key, value) || !f.plausible(tier, key, value, start) {
		return false
	}
	id := "secret"
	switch last, _ := segment(key); {
	case tier == Password:
		id = "password"
	case secretKey(strings.TrimSpace(value)) && cloudSecretName(last):
		id = "aws-secret-key"
	case tier == Strong:
		id = "strong-key"
	}
	s.addNamed(id, key, start, end)
	return true
}

// header is that of the scan, for files.
func (f *fileScan) header(key, value string, start, end int) bool {
	scheme, rest, ok := strings.Cut(strings.TrimSpace(value), " ")
	if !ok {
		scheme, rest = "", value
	}
	if last, _ := segment(key); strings.EqualFold(last, "authorization") && !strings.EqualFold(scheme, "basic") {
		if strings.ContainsAny(rest, `", `) || foreign(rest) || testlike(rest) || !machineMade(rest) || counting(rest) || strings.HasPrefix(rest, "eyJ") || f.weak(start) && hexadecimal(rest) {
			return false
		}
	} else if !f.basic(rest, start) {
		return false
	}
	return f.s.header(key, value, start, end)
}

// secretNoun reports whether the last word of the key says secret, rather than token or key.
func secretNoun(key string) bool {
	var w name
	last, _ := segment(key)
	split(&w, last)
	w.trim()
	return w.is(0, " secret secrets credential credentials creds cred pass pw psk clientsecret apisecret ")
}

// plausible asks more of a value in a file than of one in a program.
func (f *fileScan) plausible(tier Tier, key, v string, at int) bool {
	if len(v) < 6 || published(v) || publishable(v) {
		return false
	}
	if plain, ok := plainText(v); ok { // the data of a Kubernetes Secret
		v = plain
	}
	if len(v) < 6 || foreign(v) || testlike(v) || fileName(v) {
		return false
	}
	var w name
	last, _ := segment(key)
	split(&w, last)
	w.trim()
	for _, p := range [...]string{"encoded", "encrypted", "salted", "hashed", "cipher"} {
		if containsFold(last, p) {
			return false
		}
	}
	if w.is(1, " authenticity antiforgery xsrf asset ") || w.is(0, " key keys ") && w.is(1, " access ") && w.n < 3 && len(v) < 32 {
		return false // tokens of one page; ids, where the secret key has a name of its own
	}
	if uuid(v) && tier != Password && !w.is(0, " secret secrets clientsecret ") {
		return false
	}
	made := (len(v) >= 16 || len(v) >= 12 && everyKind(v)) && machineMade(v) && !typeName(v) && !counting(v) && !strings.HasPrefix(v, "eyJ") // those are web tokens, a format of their own
	if f.weak(at) {
		letters := unleet(v)
		named := containsFold(letters, "secret") || containsFold(letters, "passw")
		return made && len(v) >= 16 && entropy(v) >= 3.2 && !uuid(v) && w.credential() && !hexadecimal(v) && !named && (tier != Password || machineMade(letters))
	}
	if f.fallback {
		return made
	}
	switch tier {
	case Password:
		return made || codeLike(v)
	case Random:
		return made || len(v) >= 8 && secretNoun(key) && codeLike(v)
	}
	return made
}

// plainText returns the text that the value encodes, if it is one: bytes that are all printable are no chance.
func plainText(v string) (string, bool) {
	if len(v)%4 != 0 || len(v) > 1024 || len(v) < 16 && v[len(v)-1] != '=' {
		return "", false
	}
	if !textual(v[:(len(v)-1)/4*4]) {
		return "", false // as most are
	}
	raw, err := base64.StdEncoding.DecodeString(v)
	if err != nil {
		return "", false
	}
	plain := strings.TrimSpace(string(raw))
	for i := range len(plain) {
		if plain[i] < ' ' || plain[i] >= 0x7f {
			return "", false
		}
	}
	return plain, plain != ""
}

// everyKind reports whether the text holds small letters, capitals and digits.
func everyKind(v string) bool {
	h := shapeOf(v)
	return h.lower > 1 && h.upper > 1 && h.digit > 1
}

// weak reports whether the place is one in which a weak password is an illustration.
func (f *fileScan) weak(at int) bool {
	return f.sample || f.dialect.has(proseText) || f.comment(at)
}

// credential reports whether the name is that of a password or of a credential that a service gives out.
func (w *name) credential() bool {
	switch {
	case w.password():
		return true
	case w.is(0, " key keys "):
		return w.is(1, " api access account app application subscription ")
	case w.is(0, " token tokens "):
		return w.is(1, " api access auth bot deploy personal refresh ")
	case w.is(0, " secret secrets "):
		return w.is(1, " client app api webhook ")
	}
	return w.is(0, " apikey apikeys accesskey authtoken clientsecret apitoken apisecret secretaccesskey accesstoken ")
}

// publishable reports whether the text is a key that services mean to be public.
func publishable(v string) bool {
	for _, p := range [...]string{"pk_", "pk-", "phc_", "pub_", "pub-", "public", "sb_publishable_", "ca-pub-"} {
		if strings.HasPrefix(v, p) {
			return true
		}
	}
	return false
}
