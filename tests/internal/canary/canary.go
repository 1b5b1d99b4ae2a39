// Package canary generates values that must not leak from the pack, and finds them in its output: whole, or six
// characters of them, also encoded, reversed, or in another case.
//
// All values are generated from a seed when a test runs, so that no file of the project seems to contain a secret.
package canary

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// Piece is how many bytes of a value are too many.
const Piece = 6

// Cage holds the canaries of a test.
type Cage struct {
	rand   *rand.Rand
	exact  pieces // encodings in which case counts
	folded pieces // in lower case
}

// pieces are what gives canaries away.
type pieces struct {
	of    map[string]trace
	sizes []int
}

// trace says of which canary a piece is, and in which form.
type trace struct{ name, form string }

func (p *pieces) add(piece string, t trace) {
	if _, ok := p.of[piece]; ok {
		return
	}
	p.of[piece] = t
	if !slices.Contains(p.sizes, len(piece)) {
		p.sizes = append(p.sizes, len(piece))
	}
}

// New returns an empty cage. The same seed makes the same values.
func New(seed uint64) *Cage {
	return &Cage{
		rand: rand.New(rand.NewPCG(seed, seed)), exact: pieces{of: map[string]trace{}},
		folded: pieces{of: map[string]trace{}},
	}
}

// Add makes a canary of a text and returns the text. Its parts must not be words that turn up by themselves.
func (c *Cage) Add(name, text string) string {
	for i := 0; i+Piece <= len(text); i++ {
		piece := text[i : i+Piece]
		reversed := []byte(piece)
		slices.Reverse(reversed)
		quoted, _ := json.Marshal(piece)
		for _, f := range [...][2]string{
			{"plain", piece},
			{"reversed", string(reversed)},
			{"hex", hex.EncodeToString([]byte(piece))},
			{"JSON", strings.Trim(string(quoted), `"`)},
			{"quoted", strings.Trim(strconv.Quote(piece), `"`)},
			{"URL", url.QueryEscape(piece)},
			{"URL path", url.PathEscape(piece)},
		} {
			c.folded.add(strings.ToLower(f[1]), trace{name, f[0]})
		}
		// Eight characters of base64 are six bytes; over all pieces, all alignments are there.
		c.exact.add(base64.StdEncoding.EncodeToString([]byte(piece)), trace{name, "base64"})
		c.exact.add(base64.URLEncoding.EncodeToString([]byte(piece)), trace{name, "base64"})
	}
	return text
}

// Find looks for canaries. It returns one line for each that it finds: its name, the form, and what stands around it.
func (c *Cage) Find(text string) []string {
	found := map[string]bool{}
	var lines []string
	look := func(text string, p *pieces) {
		for i := range len(text) {
			for _, n := range p.sizes {
				if i+n > len(text) {
					continue
				}
				if t, ok := p.of[text[i:i+n]]; ok && !found[t.name] {
					found[t.name] = true
					lines = append(lines,
						fmt.Sprintf("%s, %s: %q", t.name, t.form, text[max(0, i-80):min(len(text), i+n+40)]))
				}
			}
		}
	}
	look(text, &c.exact)
	look(strings.ToLower(text), &c.folded)
	return lines
}

const (
	lower  = "abcdefghijklmnopqrstuvwxyz"
	digits = "0123456789"
	alnum  = "ABCDEFGHIJKLMNOPQRSTUVWXYZ" + lower + digits
)

func (c *Cage) from(alphabet string, n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = alphabet[c.rand.IntN(len(alphabet))]
	}
	return string(b)
}

// Random is a canary of letters and digits.
func (c *Cage) Random(name string) string { return c.Add(name, c.from(alnum, 28)) }

// Hex is a canary of 32 hexadecimal digits.
func (c *Cage) Hex(name string) string { return c.Add(name, c.from("0123456789abcdef", 32)) }

// Password is a canary that needs escapes in JSON, URLs and quotes.
func (c *Cage) Password(name string) string {
	return c.Add(name, c.from(alnum, 5)+`"`+c.from(alnum, 4)+`\&`+c.from(alnum, 4)+"<é%"+c.from(alnum, 5)+"'1!")
}

// Word is a canary that looks like a word: what nobody can tell from a name.
func (c *Cage) Word(name string) string {
	var b strings.Builder
	for range 5 {
		b.WriteByte("bdfgkmprtvz"[c.rand.IntN(11)])
		b.WriteByte("aeiou"[c.rand.IntN(5)])
	}
	return c.Add(name, b.String())
}

// Number is a canary of 13 digits, as a number.
func (c *Cage) Number(name string) float64 {
	text := c.Add(name, "7"+c.from(digits, 12))
	var f float64
	_, _ = fmt.Sscan(text, &f)
	return f
}

// Token is a value of a known format: only what stands behind the prefix is a canary.
func (c *Cage) Token(name, prefix string, n int) string {
	return prefix + c.Add(name, c.from(alnum, n))
}

// Key is a private key in PEM: only its body is a canary.
func (c *Cage) Key(name string) string {
	var body strings.Builder
	for range 6 {
		body.WriteString(c.Add(name, c.from(alnum, 64)) + "\n")
	}
	return "-----BEGIN " + "PRIVATE KEY-----\n" + body.String() + "-----END " + "PRIVATE KEY-----\n"
}
