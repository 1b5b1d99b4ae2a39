package breakglass

import (
	"crypto/ed25519"
	"encoding/base64"
	"testing"
	"time"

	"github.com/progression-labs-development/policypack/internal/dsse"
	"github.com/progression-labs-development/policypack/internal/fuzzing"
)

// FuzzOpen reads any word as a token, and any text as the signed content of one: a token that counts is never for
// longer than it may be.
func FuzzOpen(f *testing.F) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	key := ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
	public := key.Public().(ed25519.PublicKey)
	f.Add(`{"id":"a","stack":"acme/shop/prod","reason":"r","who":"w","notBefore":"2026-11-23T11:00:00Z",` +
		`"expires":"2026-11-23T13:00:00Z"}`)
	f.Add(`{"id":"a","stack":"acme/shop/prod","reason":"r","who":"w","notBefore":"2026-11-23T11:00:00+14:00",` +
		`"expires":"9999-11-23T13:00:00Z","commit":"0"}`)
	f.Add(fuzzing.Canary)
	f.Fuzz(func(t *testing.T, text string) {
		defer fuzzing.Watch(t, len(text))()
		_, err := Open(text, now, public)
		fuzzing.Error(t, err)
		sealed, err := dsse.Seal(payloadType, []byte(text), key)
		if err != nil {
			t.Fatal(err)
		}
		token, err := Open(base64.RawURLEncoding.EncodeToString(sealed[:len(sealed)-1]), now, public)
		if err != nil {
			return
		}
		if token.NotBefore.After(now) || !token.Expires.After(now) || token.Expires.Sub(token.NotBefore) > MaxHours*time.Hour {
			t.Errorf("a token from %s until %s counts at %s", token.from(), token.Until(), now)
		}
		_ = token.For("acme", "shop", "prod")
		_ = token.At(func() (Checkout, error) { return Checkout{}, nil })
	})
}
