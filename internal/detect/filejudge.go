package detect

import (
	"encoding/base64"
	"strings"

	"github.com/progression-labs-development/policypack/internal/detect/ascii"
	"github.com/progression-labs-development/policypack/internal/detect/looks"
	"github.com/progression-labs-development/policypack/internal/detect/names"
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
	tier := names.TierOf(key)
	if tier == names.None {
		return names.Header(key) && f.header(key, value, start, end)
	}
	if s.covered(start, end) {
		return false
	}
	s.Work += len(value)
	noun := tier == names.Random && names.Secret(key)
	if len(value) < 6 || tier != names.Password && !noun && !looks.MachineMade(value) { // most end here
		return false
	}
	asked := tier
	if noun && !looks.MachineMade(value) {
		asked = names.Password // it is asked like one below
	}
	if !looks.Plausible(asked, key, value, s.d.entropy) || !f.plausible(tier, key, value, start) {
		return false
	}
	id := "secret"
	switch last, _ := names.Segment(key); {
	case tier == names.Password:
		id = "password"
	case looks.AWSSecretKey(strings.TrimSpace(value)) && names.CloudSecret(last):
		id = "aws-secret-key"
	case tier == names.Strong:
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
	if last, _ := names.Segment(key); strings.EqualFold(last, "authorization") && !strings.EqualFold(scheme, "basic") {
		if strings.ContainsAny(rest, `", `) || foreign(rest) || testlike(rest) || !looks.MachineMade(rest) || looks.Counting(rest) || strings.HasPrefix(rest, "eyJ") || f.weak(start) && looks.Hexadecimal(rest) {
			return false
		}
	} else if !f.basic(rest, start) {
		return false
	}
	return f.s.header(key, value, start, end)
}

// plausible asks more of a value in a file than of one in a program.
func (f *fileScan) plausible(tier names.Tier, key, v string, at int) bool {
	if len(v) < 6 || published(v) || publishable(v) {
		return false
	}
	if plain, ok := plainText(v); ok { // the data of a Kubernetes Secret
		v = plain
	}
	if len(v) < 6 || foreign(v) || testlike(v) || fileName(v) {
		return false
	}
	var w names.Words
	last, _ := names.Segment(key)
	names.Split(&w, last)
	w.Trim()
	for _, p := range [...]string{"encoded", "encrypted", "salted", "hashed", "cipher"} {
		if ascii.ContainsFold(last, p) {
			return false
		}
	}
	if w.Is(1, " authenticity antiforgery xsrf asset ") || w.Is(0, " key keys ") && w.Is(1, " access ") && w.N < 3 && len(v) < 32 {
		return false // tokens of one page; ids, where the secret key has a name of its own
	}
	if looks.UUID(v) && tier != names.Password && !w.Is(0, " secret secrets clientsecret ") {
		return false
	}
	made := (len(v) >= 16 || len(v) >= 12 && everyKind(v)) && looks.MachineMade(v) && !typeName(v) && !looks.Counting(v) && !strings.HasPrefix(v, "eyJ") // those are web tokens, a format of their own
	if f.weak(at) {
		letters := unleet(v)
		named := ascii.ContainsFold(letters, "secret") || ascii.ContainsFold(letters, "passw")
		return made && len(v) >= 16 && ascii.Entropy(v) >= 3.2 && !looks.UUID(v) && w.Credential() && !looks.Hexadecimal(v) && !named && (tier != names.Password || looks.MachineMade(letters))
	}
	if f.fallback {
		return made
	}
	switch tier {
	case names.Password:
		return made || codeLike(v)
	case names.Random:
		return made || len(v) >= 8 && names.Secret(key) && codeLike(v)
	}
	return made
}

// plainText returns the text that the value encodes, if it is one: bytes that are all printable are no chance.
func plainText(v string) (string, bool) {
	if len(v)%4 != 0 || len(v) > 1024 || len(v) < 16 && v[len(v)-1] != '=' {
		return "", false
	}
	if !ascii.Textual(v[:(len(v)-1)/4*4]) {
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
	h := ascii.ShapeOf(v)
	return h.Lower > 1 && h.Upper > 1 && h.Digit > 1
}

// weak reports whether the place is one in which a weak password is an illustration.
func (f *fileScan) weak(at int) bool {
	return f.sample || f.dialect.has(proseText) || f.comment(at)
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
