package file

import (
	"encoding/base64"
	"strings"

	"github.com/progression-labs-development/policypack/internal/detect/ascii"
	"github.com/progression-labs-development/policypack/internal/detect/looks"
	"github.com/progression-labs-development/policypack/internal/detect/names"
	"github.com/progression-labs-development/policypack/internal/dialect"
)

// Header reports whether the value of a header's name could be a credential in a file.
func (f *Source) Header(key, value string, start int) bool {
	scheme, rest, ok := strings.Cut(strings.TrimSpace(value), " ")
	if !ok {
		scheme, rest = "", value
	}
	last, _ := names.Segment(key)
	if !strings.EqualFold(last, "authorization") || strings.EqualFold(scheme, "basic") {
		return f.basic(rest, start)
	}
	return !strings.ContainsAny(rest, `", `) && !f.foreign(rest) && !testlike(rest) && looks.MachineMade(rest) &&
		!looks.Counting(rest) && !strings.HasPrefix(rest, "eyJ") && (!f.weak(start) || !looks.Hexadecimal(rest))
}

// Plausible reports whether a value could be a secret. It requires more in a file than in a program.
func (f *Source) Plausible(tier names.Tier, key, v string, at int) bool {
	if len(v) < 6 || published(v) || publishable(v) {
		return false
	}
	if plain, ok := plainText(v); ok { // the data of a Kubernetes Secret
		v = plain
	}
	if len(v) < 6 || f.foreign(v) || testlike(v) || fileName(v) {
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
	if w.Is(1, " authenticity antiforgery xsrf asset ") || w.Is(0, " key keys ") && w.Is(1, " access ") && w.N < 3 &&
		len(v) < 32 {
		return false // tokens of one page; ids, where the secret key has a name of its own
	}
	if looks.UUID(v) && tier != names.Password && !w.Is(0, " secret secrets clientsecret ") && !looks.TokenUUID(&w) {
		return false
	}
	// those are web tokens, a format of their own
	made := (len(v) >= 16 || len(v) >= 12 && everyKind(v)) && looks.MachineMade(v) && !typeName(v) &&
		!looks.Counting(v) && !strings.HasPrefix(v, "eyJ")
	if f.weak(at) {
		letters := unleet(v)
		named := ascii.ContainsFold(letters, "secret") || ascii.ContainsFold(letters, "passw")
		return made && len(v) >= 16 && ascii.Entropy(v) >= 3.2 && !looks.UUID(v) && w.Credential() &&
			!looks.Hexadecimal(v) && !named && (tier != names.Password || looks.MachineMade(letters))
	}
	if f.Fallback {
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

// plainText returns the text that the value encodes, if any: bytes that are all printable are not a coincidence.
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

// weak reports whether a weak password at the offset is an illustration.
func (f *Source) weak(at int) bool {
	return f.sample || f.dialect.Has(dialect.Prose) || f.Comment(at)
}

// publishable reports whether the text is a key that services intend to be public.
func publishable(v string) bool {
	for _, p := range [...]string{"pk_", "pk-", "phc_", "pub_", "pub-", "public", "sb_publishable_", "ca-pub-"} {
		if strings.HasPrefix(v, p) {
			return true
		}
	}
	return false
}
