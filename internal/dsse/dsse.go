// Package dsse signs documents and verifies them: an Ed25519 signature in a Dead Simple Signing Envelope
// (https://github.com/secure-systems-lab/dsse), as in-toto and Sigstore use it.
//
//	{"payloadType": "application/vnd.in-toto+json", "payload": BASE64,
//	 "signatures": [{"keyid": SHA-256, "sig": BASE64}]}
//
// The signature covers the type and the payload. The key id is the SHA-256 of its SPKI and only a hint for messages;
// the signature must verify with a key that the caller trusts. [Open] is strict: one signature, the expected type, no
// trailing data.
package dsse

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// MaxSize is the maximum size of an envelope in bytes.
const MaxSize = 8 << 20

type envelope struct {
	PayloadType string      `json:"payloadType"`
	Payload     string      `json:"payload"`
	Signatures  []signature `json:"signatures"`
}

type signature struct {
	KeyID string `json:"keyid,omitempty"`
	Sig   string `json:"sig"`
}

// Seal signs the payload and returns the envelope, one line of JSON.
func Seal(payloadType string, payload []byte, key ed25519.PrivateKey) ([]byte, error) {
	public, ok := key.Public().(ed25519.PublicKey)
	if !ok || len(key) != ed25519.PrivateKeySize {
		return nil, errors.New("expected an Ed25519 private key")
	}
	text, err := json.Marshal(envelope{payloadType, base64.StdEncoding.EncodeToString(payload), []signature{{
		KeyID(public), base64.StdEncoding.EncodeToString(ed25519.Sign(key, encode(payloadType, payload))),
	}}})
	return append(text, '\n'), err
}

// Open verifies that an envelope is signed with one of the keys, and returns the payload. The error contains nothing
// of the envelope but the id of its key.
func Open(data []byte, payloadType string, keys ...ed25519.PublicKey) ([]byte, error) {
	if len(keys) == 0 {
		return nil, errors.New("no pinned key to verify the signature with")
	}
	e, err := parse(data)
	if err != nil {
		return nil, err
	}
	if e.PayloadType != payloadType {
		return nil, fmt.Errorf("the envelope has another payload type; expected %s", payloadType)
	}
	payload, err := decode(e.Payload)
	if err != nil {
		return nil, fmt.Errorf("the payload of the envelope is not base64")
	}
	s := e.Signatures[0]
	sig, err := decode(s.Sig)
	if err != nil || len(sig) != ed25519.SignatureSize {
		return nil, errors.New("the signature is not a base64-encoded Ed25519 signature")
	}
	ids, named := make([]string, len(keys)), false
	signed := encode(payloadType, payload)
	for i, key := range keys {
		if len(key) == ed25519.PublicKeySize && ed25519.Verify(key, signed, sig) {
			return payload, nil
		}
		ids[i] = KeyID(key)
		named = named || ids[i] == s.KeyID
	}
	if !named && isID(s.KeyID) {
		return nil, fmt.Errorf("it is signed with another key: %s; expected %s", s.KeyID, strings.Join(ids, " or "))
	}
	return nil, fmt.Errorf("the signature does not verify: the content was changed after signing, or it was "+
		"signed with another key; expected %s",
		strings.Join(ids, " or "))
}

func parse(data []byte) (envelope, error) {
	var e envelope
	const want = `expected a DSSE envelope: {"payloadType": …, "payload": …, "signatures": [{"keyid": …, "sig": …}]}`
	if len(data) > MaxSize {
		return e, fmt.Errorf("it is larger than %d MiB; %s", MaxSize>>20, want)
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&e); err != nil {
		return e, errors.New(want)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return e, errors.New("extra data after the envelope; expected a single DSSE envelope")
	}
	if e.Payload == "" || e.PayloadType == "" {
		return e, errors.New(want)
	}
	if n := len(e.Signatures); n != 1 {
		return e, fmt.Errorf("the envelope has %d signatures; expected exactly one", n)
	}
	return e, nil
}

// decode reads base64 in either alphabet, as DSSE has it.
func decode(text string) ([]byte, error) {
	if strings.ContainsAny(text, "\r\n") { // which Go passes over
		return nil, errors.New("a line break")
	}
	if strings.ContainsAny(text, "-_") {
		return base64.URLEncoding.Strict().DecodeString(text)
	}
	return base64.StdEncoding.Strict().DecodeString(text)
}

// encode is DSSE's pre-authentication encoding: what the signature covers.
func encode(payloadType string, payload []byte) []byte {
	return append(fmt.Appendf(nil, "DSSEv1 %d %s %d ", len(payloadType), payloadType, len(payload)), payload...)
}
