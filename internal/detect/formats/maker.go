package formats

import (
	"encoding/base64"
	"math/rand/v2"
	"strings"

	"github.com/progression-labs-development/policypack/internal/slot"
)

// The character sets of samples.
const (
	SetLower     = "abcdefghijklmnopqrstuvwxyz"
	SetUpper     = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	SetDigits    = "0123456789"
	SetHex       = SetDigits + "abcdef"
	SetAlnum     = SetUpper + SetLower + SetDigits
	SetBase64    = SetAlnum + "+/"
	SetBase64URL = SetAlnum + "-_"
)

// Sample is a value with its name and the purpose of its property.
type Sample struct {
	Name, Text string
	Place      slot.Meaning
}

// Samples show what a format must and must not match. The false ones are those that a careless test would match: too
// short, the public counterpart, a reference instead.
type Samples struct{ True, False []Sample }

// Maker generates samples at run time, so that no source file contains the shape of a token: a literal there is shorter
// than what its format matches, or split.
type Maker struct{ *rand.Rand }

// Of returns n random characters of the set.
func (m Maker) Of(set string, n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = set[m.IntN(len(set))]
	}
	return string(b)
}

// PEM returns a PEM block of that kind.
func (m Maker) PEM(kind string) string {
	body := "MII" + m.Of(SetBase64, 61) + "\n" + m.Of(SetBase64, 62)
	return "-----BEGIN " + kind + "-----\n" + body + "==\n-----END " + kind + "-----\n"
}

// WebToken returns three parts of base64, of which two begin like JSON.
func (m Maker) WebToken() string {
	return "eyJ" + m.Of(SetAlnum, 33) + ".eyJ" + m.Of(SetAlnum, 90) + "." + m.Of(SetBase64URL, 43)
}

// Tokens returns samples of tokens that consist of one of the prefixes and n characters of the set.
func (m Maker) Tokens(set string, n int, prefixes ...string) Samples {
	var s Samples
	for _, p := range prefixes {
		body := func() string { return p + m.Of(set, n) }
		s.True = append(s.True, texts(body(), "https://x.io/?k="+body()+"&v=1", "("+body()+")", "%22"+body()+"%22",
			body()+"|x", body()+"<")...)
		s.False = append(s.False, texts(
			p+m.Of(set, min(n/3, 20)), p, p+strings.Repeat("x", n), p+"${"+"token}", "x"+body(),
		)...)
	}
	return s
}

// Signed returns samples of keys that have the mark of their service after before characters, followed by after more
// and the padding.
func (m Maker) Signed(before int, mark string, after int, padding string) Samples {
	key := func(more int) string {
		return m.Of(SetAlnum, before+more) + mark + m.Of(SetAlnum, after+max(0, more)) + padding
	}
	return Samples{
		True:  texts(key(0), "Endpoint=sb://x/;SharedAccessKey="+key(0)),
		False: texts(key(-9), key(9), mark),
	}
}

// Encode returns the text in base64.
func Encode(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }

// named returns samples of names and texts in turn.
func named(pairs ...string) []Sample {
	var s []Sample
	for i := 0; i+1 < len(pairs); i += 2 {
		s = append(s, Sample{Name: pairs[i], Text: pairs[i+1]})
	}
	return s
}

// texts returns samples of texts beside a name that says nothing.
func texts(values ...string) []Sample {
	s := make([]Sample, len(values))
	for i, v := range values {
		s[i] = Sample{Name: "value", Text: v}
	}
	return s
}

// join returns the samples of several forms.
func join(parts ...Samples) Samples {
	var s Samples
	for _, p := range parts {
		s.True, s.False = append(s.True, p.True...), append(s.False, p.False...)
	}
	return s
}
