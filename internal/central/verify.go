package central

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/bundle"
)

// Setting is the parameter of the settings that pins keys: an object of objects, by the key's id.
const Setting = "bundleKeys"

// Joined is the parameter whose entries are merged by id. Other parameters are replaced as a whole.
const Joined = "exemptions"

// Key is a pinned public key.
type Key struct {
	Algorithm string // RS256, ES256, PS256 and their longer relatives
	Key       string // in PEM
}

// Keys reads the setting bundleKeys, whose shape has been checked against its JSON schema.
func Keys(settings map[string]any) map[string]Key {
	entries, _ := settings[Setting].(map[string]any)
	keys := map[string]Key{}
	for id, v := range entries {
		entry, _ := v.(map[string]any)
		algorithm, _ := entry["algorithm"].(string)
		key, _ := entry["key"].(string)
		keys[id] = Key{Algorithm: algorithm, Key: key}
	}
	return keys
}

// signatures reports whether a bundle has a file of signatures, and which key's id stands in it, empty where there is
// none that can be read.
func signatures(l bundle.DirectoryLoader) (signed bool, id string) {
	for {
		f, err := l.NextFile()
		if err != nil {
			return false, ""
		}
		if !bundle.IsSignaturesFile(f.Path()) {
			continue
		}
		var text bytes.Buffer
		_, err = f.Read(&text, MaxSize)
		var all bundle.SignaturesConfig
		read := err == nil || errors.Is(err, io.EOF)
		if read && json.Unmarshal(text.Bytes(), &all) == nil && len(all.Signatures) == 1 {
			id = signer(all.Signatures[0])
		}
		return true, id
	}
}

// signer returns the id of the key that a signature names: in its header, else in the claim that older versions of OPA
// write.
func signer(token string) string {
	header, rest, _ := strings.Cut(token, ".")
	payload, _, _ := strings.Cut(rest, ".")
	for _, part := range [...]string{header, payload} {
		var says struct {
			Header string `json:"kid"`
			Claim  string `json:"keyid"`
		}
		text, err := base64.RawURLEncoding.DecodeString(part)
		if err == nil && json.Unmarshal(text, &says) == nil && says.Header+says.Claim != "" {
			return cmp.Or(says.Header, says.Claim)
		}
	}
	return ""
}

// Verify checks the bundle's signature against the pinned keys, and with it every file of the bundle. It returns the id
// of the key that has signed it.
//
// The id in the signature says which of the keys to use. One that is not pinned says nothing, as the id default that
// `opa build` writes where nobody gives one: then every key is tried, so that a further key, which is pinned to replace
// the first one, stops no bundle that counts already.
func (b *Bundle) Verify(keys map[string]Key) (id string, err error) {
	if !b.signed {
		return "", fmt.Errorf("%s: the configuration pins keys (settings, %s), but the bundle is not signed; "+
			"build it with `policypack bundle --central DIR --key-id ID --signing-key KEY.pem`", b.name, Setting)
	}
	public := map[string]*bundle.KeyConfig{}
	for _, id := range sorted(keys) {
		k := keys[id]
		if strings.HasPrefix(k.Algorithm, "HS") {
			return "", fmt.Errorf("%s: key %s: expected an algorithm with a public key (RS, ES or PS); with %s, "+
				"anyone who can verify can also sign", Setting, id, k.Algorithm)
		}
		public[id] = &bundle.KeyConfig{Key: k.Key, Algorithm: k.Algorithm}
	}
	try := sorted(keys)
	if _, ok := keys[b.signer]; ok {
		try = []string{b.signer}
	}
	var wrong []string
	for _, id := range try {
		_, err := bundle.NewCustomReader(b.loader()).WithSizeLimitBytes(MaxSize).
			WithBundleVerificationConfig(bundle.NewVerificationConfig(public, id, "", nil)).Read()
		if err == nil {
			return id, nil
		}
		wrong = append(wrong, plain(err).Error())
	}
	return "", fmt.Errorf("%s: the signature of the bundle does not verify with %s%s: %s; the bundle is not used",
		b.name, pinned(try), b.named(keys), strings.Join(slices.Compact(wrong), ", "))
}

// named says which key the signature names, where that is none of those that are pinned.
func (b *Bundle) named(keys map[string]Key) string {
	if _, ok := keys[b.signer]; ok || b.signer == "" {
		return ""
	}
	return fmt.Sprintf(" (it claims to be signed with the key %q)", b.signer)
}

func pinned(ids []string) string {
	if len(ids) == 1 {
		return "the pinned key " + ids[0]
	}
	return "any of the pinned keys " + strings.Join(ids, ", ")
}

// Parameters returns the parameters in the bundle's data by policy, as decoded JSON, for a verified bundle. The maps
// are the bundle's own.
func (b *Bundle) Parameters() map[string]map[string]any { return b.data }

// Floor returns the floor in the bundle's data as decoded JSON, nil if there is none, for a verified bundle. Package
// floor reads it.
func (b *Bundle) Floor() any { return b.floor }

// Merge overrides the parameters of the bundle with those of a configuration, and returns the result for one policy.
// The configuration wins, parameter by parameter. Exemptions are merged by id, and an id in both is an error, since
// one would silently replace the other.
func Merge(policy string, central, own map[string]any) (map[string]any, error) {
	if len(central) == 0 {
		return own, nil
	}
	out := maps.Clone(central)
	for name, v := range own {
		a, ok1 := out[name].(map[string]any)
		b, ok2 := v.(map[string]any)
		if name != Joined || !ok1 || !ok2 {
			out[name] = v
			continue
		}
		merged := maps.Clone(a)
		for _, id := range sorted(b) {
			if _, twice := merged[id]; twice {
				return nil, fmt.Errorf("policy %s: parameters: exemptions: %s is in both the configuration and "+
					"the bundle; rename one of them", policy, id)
			}
			merged[id] = b[id]
		}
		out[name] = merged
	}
	return out, nil
}

func sorted[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// floats turns numbers of the JSON decoder into those that a configuration of the engine holds.
func floats(v any) any {
	switch v := v.(type) {
	case json.Number:
		f, err := v.Float64()
		if err != nil {
			return nil
		}
		return f
	case []any:
		for i := range v {
			v[i] = floats(v[i])
		}
	case map[string]any:
		for k := range v {
			v[k] = floats(v[k])
		}
	}
	return v
}
