package taint

import (
	"encoding/base64"
	"strings"
)

const (
	minEqual    = 8
	minAnywhere = 12
	minDistinct = 5
)

// Tells reports whether a second copy of the text could not be a coincidence or a convention, so that it would be a
// finding in some context.
func Tells(text string) bool { return strengthOf(strings.TrimSpace(text), Source{}) != redacted }

// strengthOf returns where a value from that source matches, by the rule in the package comment.
func strengthOf(text string, from Source) strength {
	switch {
	case len(text) < minEqual, distinct(text) < minDistinct:
		return redacted
	case strings.Contains(text, privateKey):
		return anywhere
	case public(text), template(text):
		return redacted
	case withPassword(text):
		return anywhere
	case identifies(from.Path):
		return redacted
	case isUUID(text):
		if from.Kind == Config {
			return equal
		}
		return redacted
	case strings.ContainsAny(text, " \t\r\n"), strings.HasPrefix(text, "{") && strings.HasSuffix(text, "}"),
		strings.HasPrefix(text, "[") && strings.HasSuffix(text, "]"), strings.HasPrefix(text, "<") &&
			strings.HasSuffix(text, ">"):
		return document(text)
	}
	return token(text)
}

// document returns anywhere if a token in the text matches anywhere, otherwise redacted.
func document(text string) strength {
	for part := range strings.FieldsFuncSeq(text,
		func(r rune) bool { return strings.ContainsRune(" \t\r\n\"'`,;(){}[]<>|=\\", r) }) {
		if withPassword(part) || len(part) >= minAnywhere && !isUUID(part) && !hexOnly(part) && !template(part) &&
			distinct(part) >= minDistinct && !reference(part) && random(part) == anywhere {
			return anywhere
		}
	}
	return redacted
}

// token returns the strength of a text without white space.
func token(text string) strength {
	if i := strings.Index(text, "://"); i > 0 {
		return link(text[i+len("://"):])
	}
	if reference(text) || pattern(text) {
		return redacted
	}
	s := random(text)
	if s == anywhere {
		return s
	}
	return max(s, mixed(text), madeUp(text))
}

// link returns the strength of a URL without user information: that of a token in its path or query.
func link(rest string) strength {
	_, rest, _ = strings.Cut(rest, "/")
	for part := range strings.FieldsFuncSeq(rest, func(r rune) bool { return strings.ContainsRune("/?&=#", r) }) {
		if len(part) >= 16 && !isUUID(part) && !hexOnly(part) && !reference(part) && random(part) == anywhere {
			return anywhere
		}
	}
	return redacted
}

// madeUp returns the strength of a hand-made password: letters, digits and a symbol that names, paths, expressions and
// lists do not contain.
func madeUp(text string) strength {
	symbols := 0
	for i := range len(text) {
		switch c := text[i]; {
		case strings.IndexByte("!#$%^&~", c) >= 0:
			symbols++
		case c == '@' && strings.Trim(text[i+1:], "v0123456789.") != "":
			symbols++
		case strings.IndexByte("=|;<>(){}[]\\\"'`,", c) >= 0:
			return redacted
		}
	}
	c := classes(text)
	switch {
	case symbols == 0, c.digits == 0, c.lower+c.upper < 3, text[0] == '@', c.upper == 0 &&
		strings.ContainsAny(text, "/:"):
		return redacted
	case len(text) >= minAnywhere && c.upper > 0 && c.lower > 0:
		return anywhere
	}
	return equal
}

// mixed returns the strength of a generated password with symbols, which cut it into runs too short to assess.
func mixed(text string) strength {
	bits, symbols, odd := 0.0, 0, 0
	for run := range runs(text) {
		bits += surprise(run)
	}
	for i := range len(text) {
		if !alnum(text[i]) {
			symbols++
			if strings.IndexByte("!#$%^&~|;<>(){}[]", text[i]) >= 0 {
				odd++
			}
		}
	}
	c := classes(text)
	bits += 4 * float64(symbols)
	switch {
	case len(text) > 128, odd == 0, c.upper == 0, c.lower == 0, bits < 3.2*float64(len(text)):
		return redacted
	case len(text) >= minAnywhere:
		return anywhere
	}
	return equal
}

// random returns the strength of the longest run of letters and digits: how unlikely it is that somebody else would
// write it. Runs of base64 may be cut by its symbols.
func random(text string) strength {
	best := redacted
	for run := range runs(text) {
		best = max(best, randomRun(run))
	}
	if best == redacted && strings.ContainsAny(text, "+/-_") {
		joined := strings.Map(func(r rune) rune {
			if strings.ContainsRune("+/-_=", r) {
				return -1
			}
			return r
		}, text)
		if c := classes(joined); len(joined) >= 20 && c.upper > 1 && c.lower > 1 && c.digits > 1 {
			for run := range runs(joined) {
				best = max(best, randomRun(run))
			}
		}
	}
	return best
}

// randomRun returns the strength of a run of letters and digits.
func randomRun(run string) strength {
	c, n := classes(run), len(run)
	letters := c.lower + c.upper
	if distinct(run) < min(8, n/2) {
		return redacted
	}
	if hexOnly(run) && (c.lower == 0 || c.upper == 0) {
		switch {
		case letters < 2 || c.digits < 2 || n < 16:
			return redacted
		case n < 20:
			return equal
		}
		return anywhere
	}
	need := 2.9         // bits for each character
	var from, short int // lengths for anywhere and equal
	switch {
	case c.upper > 0 && c.lower > 0 && c.digits > 0:
		from, short = 12, 10
		if c.digits == 1 {
			need = 3.2
		}
	case c.digits > 1:
		from, short = 16, 14
	case c.upper > 0 && c.lower > 0:
		need, from, short = 3.2, 20, 18
	default:
		need, from, short = 3.6, 20, 20
	}
	if n >= 20 && c.digits > 1 {
		need = 2.6
	}
	switch {
	case n < short, surprise(run) < need*float64(n):
		return redacted
	case n < from:
		return equal
	}
	return anywhere
}

const (
	privateKey = "PRIVATE KEY-----"
	minKeyLine = 32
)

// plainBase64 returns the decoded text if the value is the base64 of a readable text.
func plainBase64(text string) (string, bool) {
	if len(text) < minEqual || len(text)%4 != 0 {
		return "", false
	}
	var head [6]byte
	if n, err := base64.StdEncoding.Decode(head[:], []byte(text[:8])); err != nil || !printable(head[:n]) {
		return "", false
	}
	plain, err := base64.StdEncoding.DecodeString(text)
	if err != nil || !printable(plain) {
		return "", false
	}
	trimmed := strings.TrimSpace(string(plain))
	return trimmed, trimmed != ""
}

func printable(text []byte) bool {
	for _, c := range text {
		if c >= 0x7f || c < ' ' && c != '\n' && c != '\r' && c != '\t' {
			return false
		}
	}
	return true
}
