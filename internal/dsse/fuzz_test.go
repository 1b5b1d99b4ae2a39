package dsse_test

import (
	"crypto/ed25519"
	"encoding/base64"
	"os"
	"path/filepath"
	"testing"

	"github.com/progression-labs-development/policypack/internal/dsse"
	"github.com/progression-labs-development/policypack/internal/fuzzing"
)

// FuzzOpen reads any envelope: only one that is signed opens, and no error quotes it.
func FuzzOpen(f *testing.F) {
	key := ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
	sealed, err := dsse.Seal("t", []byte("{}"), key)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(sealed)
	f.Add([]byte(`{"payloadType":"t","payload":"` + fuzzing.Canary + `","signatures":[{"keyid":"` + fuzzing.Canary +
		`","sig":"` + fuzzing.Canary + `"}]}`))
	f.Add([]byte(`{"` + fuzzing.Canary + `": 1}`))
	public := key.Public().(ed25519.PublicKey)
	f.Fuzz(func(t *testing.T, data []byte) {
		defer fuzzing.Watch(t, len(data))()
		payload, err := dsse.Open(data, "t", public)
		if err == nil && string(payload) != "{}" {
			t.Errorf("opens an envelope that nobody has signed")
		}
		fuzzing.Error(t, err)
	})
}

// FuzzKey reads any file as a private and as a public key: no error quotes it.
func FuzzKey(f *testing.F) {
	block := func(kind, text string) []byte {
		return []byte("-----BEGIN " + kind + "-----\n" + text + "\n-----END " + kind + "-----\n")
	}
	for _, kind := range []string{"PRIVATE" + " KEY", "PUBLIC" + " KEY", "ENCRYPTED PRIVATE" + " KEY"} {
		f.Add(block(kind, base64.StdEncoding.EncodeToString([]byte(fuzzing.Canary))))
		f.Add(block(kind, fuzzing.Canary))
	}
	name := filepath.Join(f.TempDir(), "key.pem")
	f.Fuzz(func(t *testing.T, data []byte) {
		if err := os.WriteFile(name, data, 0o600); err != nil {
			t.Fatal(err)
		}
		defer fuzzing.Watch(t, len(data))()
		_, err := dsse.ReadPrivateKey(name)
		fuzzing.Error(t, err)
		_, err = dsse.ReadPublicKey(name)
		fuzzing.Error(t, err)
	})
}
