package dsse

import (
	"crypto/ed25519"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const kind = "application/vnd.in-toto+json"

func keys(t *testing.T, seed byte) (ed25519.PrivateKey, ed25519.PublicKey) {
	t.Helper()
	key := ed25519.NewKeyFromSeed([]byte(strings.Repeat(string(rune('a'+seed)), ed25519.SeedSize)))
	return key, key.Public().(ed25519.PublicKey)
}

func TestEncodingIsThatOfTheSpecification(t *testing.T) {
	t.Parallel()
	// https://github.com/secure-systems-lab/dsse/blob/master/protocol.md, "Test vectors"
	got := string(encode("http://example.com/HelloWorld", []byte("hello world")))
	if want := "DSSEv1 29 http://example.com/HelloWorld 11 hello world"; got != want {
		t.Errorf("mismatch (-want +got):\n%s", cmp.Diff(want, got))
	}
}

func TestSealedOpens(t *testing.T) {
	t.Parallel()
	private, public := keys(t, 0)
	_, other := keys(t, 1)
	sealed, err := Seal(kind, []byte(`{"a":1}`), private)
	if err != nil {
		t.Fatal(err)
	}
	got, err := Open(sealed, kind, other, public)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != `{"a":1}` {
		t.Errorf("got %s", got)
	}
}

func TestOpenIsStrict(t *testing.T) {
	t.Parallel()
	private, public := keys(t, 0)
	otherPrivate, other := keys(t, 1)
	payload := []byte(`{"complete":true}`)
	good, err := Seal(kind, payload, private)
	if err != nil {
		t.Fatal(err)
	}
	changed := func(change func(e *envelope)) []byte {
		var e envelope
		if err := json.Unmarshal(good, &e); err != nil {
			t.Fatal(err)
		}
		change(&e)
		out, err := json.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	byOther, err := Seal(kind, payload, otherPrivate)
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name string
		give []byte
		kind string
		keys []ed25519.PublicKey
		want string
	}{
		{"no key pinned", good, kind, nil, "no pinned key"},
		{"another type expected", good, "application/json", []ed25519.PublicKey{public}, "another payload type"},
		{
			"the type changed", changed(func(e *envelope) { e.PayloadType = "application/json" }), "application/json",
			[]ed25519.PublicKey{public},
			"does not verify",
		},
		{
			"the payload changed", changed(
				func(e *envelope) { e.Payload = base64.StdEncoding.EncodeToString([]byte(`{"complete":false}`)) }), kind,
			[]ed25519.PublicKey{public},
			"does not verify",
		},
		{
			"the payload is no base64", changed(func(e *envelope) { e.Payload += "!" }), kind,
			[]ed25519.PublicKey{public},
			"not base64",
		},
		{
			"a line break in the payload", changed(func(e *envelope) { e.Payload += "\n" }), kind,
			[]ed25519.PublicKey{public},
			"not base64",
		},
		{
			"signed with another key", byOther, kind,
			[]ed25519.PublicKey{public},
			"signed with another key: " + KeyID(other) + "; expected " + KeyID(public),
		},
		{"another key that claims the pinned id", changed(func(e *envelope) {
			var o envelope
			if err := json.Unmarshal(byOther, &o); err != nil {
				t.Fatal(err)
			}
			e.Signatures[0].Sig = o.Signatures[0].Sig
		}), kind, []ed25519.PublicKey{public}, "does not verify"},
		{
			"no signature", changed(func(e *envelope) { e.Signatures = nil }), kind,
			[]ed25519.PublicKey{public},
			"0 signatures; expected exactly one",
		},
		{
			"several signatures", changed(func(e *envelope) { e.Signatures = append(e.Signatures, e.Signatures[0]) }),
			kind,
			[]ed25519.PublicKey{public},
			"2 signatures; expected exactly one",
		},
		{
			"a short signature", changed(func(e *envelope) { e.Signatures[0].Sig = "AAAA" }), kind,
			[]ed25519.PublicKey{public},
			"not a base64-encoded Ed25519",
		},
		{
			"trailing data", append(good[:len(good):len(good)], "{}"...), kind,
			[]ed25519.PublicKey{public},
			"extra data after the envelope",
		},
		{
			"a further field", append([]byte(`{"more":1,`), good[1:]...), kind,
			[]ed25519.PublicKey{public},
			"expected a DSSE envelope",
		},
		{"no JSON", []byte("payload"), kind, []ed25519.PublicKey{public}, "expected a DSSE envelope"},
		{"nothing", nil, kind, []ed25519.PublicKey{public}, "expected a DSSE envelope"},
		{"null", []byte("null"), kind, []ed25519.PublicKey{public}, "expected a DSSE envelope"},
		{"too large", make([]byte, MaxSize+1), kind, []ed25519.PublicKey{public}, "larger than 8 MiB"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := Open(tt.give, tt.kind, tt.keys...)
			if got != nil || err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %q, %v; want an error with %q", got, err, tt.want)
			}
		})
	}
}

func TestURLAlphabetAndNoKeyID(t *testing.T) {
	t.Parallel()
	private, public := keys(t, 0)
	payload := []byte("\xff\xfe\xfd?>")
	text, err := json.Marshal(envelope{kind, base64.URLEncoding.EncodeToString(payload), []signature{{
		Sig: base64.URLEncoding.EncodeToString(ed25519.Sign(private, encode(kind, payload))),
	}}})
	if err != nil {
		t.Fatal(err)
	}
	got, err := Open(text, kind, public)
	if err != nil || string(got) != string(payload) {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestKeyFiles(t *testing.T) {
	t.Parallel()
	private, public := keys(t, 0)
	dir := t.TempDir()
	write := func(name string, blocks ...*pem.Block) string {
		var data []byte
		for _, b := range blocks {
			data = append(data, pem.EncodeToMemory(b)...)
		}
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, data, 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	spki, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	privateBlock, publicBlock := &pem.Block{Type: "PRIVATE KEY", Bytes: der},
		&pem.Block{Type: "PUBLIC KEY", Bytes: spki}
	one, two := write("private.pem", privateBlock), write("public.pem", publicBlock)
	gotPrivate, err := ReadPrivateKey(one)
	if err != nil || !gotPrivate.Equal(private) {
		t.Errorf("private key: %v", err)
	}
	gotPublic, err := ReadPublicKey(two)
	if err != nil || !gotPublic.Equal(public) {
		t.Errorf("public key: %v", err)
	}
	readPrivate := func(f string) error { _, err := ReadPrivateKey(f); return err }
	readPublic := func(f string) error { _, err := ReadPublicKey(f); return err }
	tests := []struct {
		name string
		give string
		read func(string) error
		want string
	}{
		{"the public one in place of the private one", two, readPrivate, "this is a public key"},
		{"the private one in place of the public one", one, readPublic, "this is a private key"},
		{"no such file", filepath.Join(dir, "none.pem"), readPrivate, "none.pem"},
		{
			"an encrypted key", write("encrypted.pem", &pem.Block{Type: "ENCRYPTED PRIVATE KEY", Bytes: der}), readPrivate,
			"encrypted",
		},
		{"two keys", write("two.pem", privateBlock, privateBlock), readPrivate, "more than one key"},
		{
			"broken", write("broken.pem", &pem.Block{Type: "PRIVATE KEY", Bytes: der[1:]}), readPrivate,
			"expected an Ed25519 private key",
		},
		{"no PEM", write("empty.pem"), readPublic, "expected an Ed25519 public key"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			err := tt.read(tt.give)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v; want an error with %q", err, tt.want)
			}
		})
	}
}

// TestKeyInPlaceOfItsFile gives a key where the name of its file belongs, as a variable of a CI system may hold it: the
// error must not repeat it.
func TestKeyInPlaceOfItsFile(t *testing.T) {
	t.Parallel()
	private, _ := keys(t, 0)
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	body := base64.StdEncoding.EncodeToString(der)
	text := string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
	for _, tt := range []struct{ name, give string }{
		{"PEM", text},
		{"PEM in one line", strings.ReplaceAll(text, "\n", " ")},
		{"PEM with its line breaks escaped", strings.ReplaceAll(text, "\n", `\n`)},
		{"PEM in base64", base64.StdEncoding.EncodeToString([]byte(text))},
		{"the body alone", body},
		{"the body behind a directory", "/home/runner/work/acme.shop/" + body},
		{"the seed in base64", base64.RawURLEncoding.EncodeToString(private.Seed())},
		{"the seed in hexadecimal", hex.EncodeToString(private.Seed())},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := ReadPrivateKey(tt.give)
			if err == nil || !strings.Contains(err.Error(), "expected the name of the file that contains it") {
				t.Fatalf("got an error that repeats the key or does not say what to write: %t", err != nil)
			}
			for _, part := range []string{tt.give, body, body[len(body)-20:]} {
				if strings.Contains(err.Error(), part) {
					t.Error("the error repeats the key")
				}
			}
		})
	}
}
