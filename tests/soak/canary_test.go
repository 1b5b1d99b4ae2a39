package soak

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/progression-labs-development/policypack/tests/internal/canary"
)

// piece is how many bytes of a canary are too many. It is more than other tests have: what is random turns up by itself
// in so many outputs.
const piece = 8

// birds are the canaries of this package, and what gives them away.
type birds struct {
	password, token string
	pieces          []string
}

func newBirds() *birds {
	cage := canary.New(1807)
	b := &birds{password: cage.Random("password"), token: cage.Token("token", "gh"+"p_", 36)}
	for _, value := range []string{b.password, strings.TrimPrefix(b.token, "gh"+"p_")} {
		for i := 0; i+piece <= len(value); i++ {
			b.pieces = append(b.pieces, value[i:i+piece], hex.EncodeToString([]byte(value[i:i+piece])))
		}
		for i := range 3 {
			encoded := base64.StdEncoding.EncodeToString([]byte(value[i:]))
			for j := 0; j+12 <= len(encoded)-4; j += 4 {
				b.pieces = append(b.pieces, encoded[j:j+12])
			}
		}
	}
	return b
}

// find returns what stands around each canary in a text, with the canary itself taken out.
func (b *birds) find(text string) (out []string) {
	for _, p := range b.pieces {
		if i := strings.Index(text, p); i >= 0 {
			out = append(out, fmt.Sprintf("%q CANARY %q", text[max(0, i-60):i], text[i+len(p):min(len(text), i+len(p)+20)]))
			if len(out) == 3 {
				return out
			}
		}
	}
	return out
}

// secret is a value by whose name everybody knows that it is one. The reason behind the name of a policy, as in
// committed-secret, is none.
var secret = regexp.MustCompile(`(?i)((?:^|[^a-z-])(?:db|admin|api|auth|app|user|root)?[_-]?(?:password|secret|token|api[_-]?key|private[_-]?key)` +
	`(?:["']\s*:\s*["']|: ["']?| ?= ?["']?))([A-Za-z0-9_+/=!.-]{4,60})`)

// plant puts canaries in the place of values that have the name of a secret.
func (b *birds) plant(data []byte) []byte {
	n := 0
	return secret.ReplaceAllFunc(data, func(all []byte) []byte {
		m := secret.FindSubmatch(all)
		if n++; n%2 == 0 {
			return append(slices.Clone(m[1]), b.token...)
		}
		return append(slices.Clone(m[1]), b.password...)
	})
}

func sorted[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

func TestFind(t *testing.T) {
	b := newBirds()
	for _, text := range []string{
		b.password, "x" + b.token[10:20], base64.StdEncoding.EncodeToString([]byte("ab" + b.password)),
		hex.EncodeToString([]byte(b.password)),
	} {
		if len(b.find(text)) == 0 {
			t.Error("a canary is not seen")
		}
	}
	if found := b.find("a text without one " + b.password[:piece-1]); len(found) > 0 {
		t.Errorf("found %s", found)
	}
	planted := string(b.plant([]byte("dbPassword: \"hunter22\"\nTOKEN=abcdefgh\nname: x\n")))
	if want := "dbPassword: \"" + b.password + "\"\nTOKEN=" + b.token + "\nname: x\n"; planted != want {
		t.Error("the canaries are not where the secrets were")
	}
}
