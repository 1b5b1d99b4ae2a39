package state

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/progression-labs-development/policypack/internal/model"
	"github.com/progression-labs-development/policypack/internal/place"
	"github.com/progression-labs-development/policypack/internal/wire"
)

// redacted is the value of an encrypted secret.
const redacted = "[secret]"

// maxDepth is the maximum nesting depth of properties.
const maxDepth = model.MaxDepth

// mistake is an error in a part of the file, with its path below the part.
type mistake struct {
	path    place.Path
	message string
}

func unwrapAll(m map[string]any, depth int) *mistake {
	for _, key := range slices.Sorted(maps.Keys(m)) {
		v, wrong := unwrapped(m[key], depth+1)
		if wrong != nil {
			return wrong.below(key)
		}
		m[key] = v
	}
	return nil
}

func (m *mistake) below(step any) *mistake {
	return &mistake{append(place.Path{step}, m.path...), m.message}
}

// unwrapped returns the value with its signed parts replaced by their content.
func unwrapped(v any, depth int) (any, *mistake) {
	if depth > maxDepth {
		return nil, &mistake{nil, fmt.Sprintf("nested deeper than %d levels", maxDepth)}
	}
	switch v := v.(type) {
	case []any:
		for i, item := range v {
			one, wrong := unwrapped(item, depth+1)
			if wrong != nil {
				return nil, wrong.below(i)
			}
			v[i] = one
		}
	case map[string]any:
		signature, signed := v[wire.Signature]
		switch signature {
		case wire.Secret:
			return secret(v, depth)
		case wire.Reference:
			return reference(v), nil
		}
		if wrong := unwrapAll(v, depth); wrong != nil {
			return nil, wrong
		}
		if signed {
			delete(v, wire.Signature)
			return wire.Wrapped(signature, model.Of(v)), nil
		}
	}
	return v, nil
}

// secret converts {signature, ciphertext} or {signature, plaintext} to a secret. The plaintext is JSON, encoded like a
// property of the state.
func secret(m map[string]any, depth int) (any, *mistake) {
	text, ok := m["plaintext"].(string)
	if !ok {
		if _, ok := m["ciphertext"].(string); !ok {
			return nil, &mistake{nil, "a secret has neither ciphertext nor plaintext"}
		}
		return model.Marked{Value: model.Of(redacted)}, nil
	}
	var plain any
	if err := json.Unmarshal([]byte(text), &plain); err != nil {
		return nil, &mistake{nil, "the plaintext of a secret is not JSON"}
	}
	inner, wrong := unwrapped(plain, depth+1)
	if wrong != nil {
		return nil, &mistake{nil, "the plaintext of a secret: " + wrong.message}
	}
	return model.Marked{Value: model.Of(inner)}, nil
}

// reference converts a resource reference to its id, or to its URN if it has none, as the engine does for analyzers.
func reference(m map[string]any) string {
	if id, ok := m["id"].(string); ok && id != "" {
		return id
	}
	urn, _ := m["urn"].(string)
	return urn
}
