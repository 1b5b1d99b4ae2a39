package central

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/bundle"
)

// Setting is the parameter of the settings that pins keys: an object of objects, by the key's id.
const Setting = "bundleKeys"

// Joined is the parameter whose entries are joined by their ids, where another is replaced whole.
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

// Verify checks the bundle's signature against the pinned keys, and with it every file of the bundle. The id of the key
// is the one that the signature names.
func (b *Bundle) Verify(keys map[string]Key) error {
	if !b.signed {
		return fmt.Errorf("%s: the configuration pins keys (settings, %s), and the bundle is not signed; sign it with "+
			"`opa build --signing-key KEY.pem --signing-alg ALG`", b.name, Setting)
	}
	public := map[string]*bundle.KeyConfig{}
	for id, k := range keys {
		if strings.HasPrefix(k.Algorithm, "HS") {
			return fmt.Errorf("%s: key %s: want an algorithm with a public key (RS, ES or PS); whoever can verify "+
				"with %s can sign",
				Setting, id, k.Algorithm)
		}
		public[id] = &bundle.KeyConfig{Key: k.Key, Algorithm: k.Algorithm}
	}
	// A signature that names no key is verified with the only one that is pinned.
	id := ""
	if len(keys) == 1 {
		id = slices.Collect(maps.Keys(keys))[0]
	}
	_, err := bundle.NewCustomReader(b.loader()).WithSizeLimitBytes(MaxSize).
		WithBundleVerificationConfig(bundle.NewVerificationConfig(public, id, "", nil)).Read()
	if err != nil {
		return fmt.Errorf("%s: the bundle's signature does not verify against %s: %w; the bundle is not used",
			b.name, pinned(keys), plain(err))
	}
	return nil
}

func pinned(keys map[string]Key) string {
	ids := slices.Sorted(maps.Keys(keys))
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

// Merge lays the parameters of a configuration over those of the bundle and returns the result for one policy. What the
// configuration says wins, parameter by parameter; exemptions are merged by id, and an id that both have is an error,
// since one would silently replace the other.
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
				return nil, fmt.Errorf("policy %s: parameters: exemptions: %s stands in the configuration and in the "+
					"bundle; give one of them another id", policy, id)
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
