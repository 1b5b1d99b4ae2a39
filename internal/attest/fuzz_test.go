package attest_test

import (
	"crypto/ed25519"
	"testing"
	"time"

	"github.com/progression-labs-development/policypack/internal/attest"
	"github.com/progression-labs-development/policypack/internal/dsse"
	"github.com/progression-labs-development/policypack/internal/fuzzing"
	"github.com/progression-labs-development/policypack/internal/report"
)

// FuzzOpen reads any statement that is signed: what is wrong with it is said.
func FuzzOpen(f *testing.F) {
	key := ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
	public := key.Public().(ed25519.PublicKey)
	f.Add([]byte(`{"_type":"` + attest.StatementType + `","subject":[{"name":"acme/shop/prod","digest":{"sha256":"` +
		`e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}}],"predicateType":"` + attest.PredicateType +
		`","predicate":{"time":"2026-11-23T12:00:00Z","complete":true,"sources":[{"kind":"preview","organization":"acme",` +
		`"project":"shop","stack":"prod"}],"pack":{},"configuration":"","policies":[],"disabled":[],"counts":{},` +
		`"errors":0,"exemptions":[]}}`))
	f.Add([]byte(`{"_type": 1, "subject": null} {}`))
	f.Fuzz(func(t *testing.T, payload []byte) {
		defer fuzzing.Watch(t, len(payload))()
		sealed, err := dsse.Seal(attest.PayloadType, payload, key)
		if err != nil {
			t.Fatal(err)
		}
		s, err := attest.Open(sealed, public)
		if err != nil {
			fuzzing.Error(t, err)
			return
		}
		attest.Wanted{}.Refused(s, time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC))
		_, _ = s.Time()
		_, _ = s.Again(payload, report.New("0.1.0"))
		for _, source := range s.Predicate.Sources {
			_, _ = source.Name(), source.String()
		}
	})
}
