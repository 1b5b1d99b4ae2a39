package state

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"google.golang.org/protobuf/types/known/structpb"
)

// Signatures of properties in a state, from sdk/v3/go/common/resource/sig. Assets, archives and byte strings are written
// as on the wire.
const (
	sigKey       = "4dabf18193072939515e22adb298388d"
	sigSecret    = "1b47061264138c4ac30d75fd1eb44270"
	sigReference = "5cf8f73096256a8f31e491e813e4eb8e"
)

// redacted is the value of a secret that is encrypted.
const redacted = "[secret]"

// maxDepth bounds how deeply properties may be nested.
const maxDepth = 200

// values are the inputs or outputs of a resource, turned into those of the wire while the file is decoded, so that no
// second tree of them is held.
type values struct {
	properties *structpb.Struct // nil where the file has none
	wrong      *mistake
}

// mistake is what is wrong with a part of the file, and where below the part.
type mistake struct {
	path    []any
	message string
}

// UnmarshalJSON keeps what is wrong with a value: it is told with the value's place.
func (v *values) UnmarshalJSON(data []byte) error {
	var m map[string]any
	if err := json.Unmarshal(data, &m); err != nil {
		v.wrong = &mistake{nil, "want an object"}
		return nil //nolint:nilerr // see above
	}
	if m != nil {
		v.properties, v.wrong = object(m, 0)
	}
	return nil
}

func object(m map[string]any, depth int) (*structpb.Struct, *mistake) {
	s := &structpb.Struct{Fields: make(map[string]*structpb.Value, len(m))}
	for _, key := range slices.Sorted(maps.Keys(m)) {
		v, wrong := value(m[key], depth+1)
		if wrong != nil {
			return nil, wrong.below(key)
		}
		s.Fields[key] = v
	}
	return s, nil
}

func (m *mistake) below(step any) *mistake {
	return &mistake{append([]any{step}, m.path...), m.message}
}

func value(v any, depth int) (*structpb.Value, *mistake) {
	if depth > maxDepth {
		return nil, &mistake{nil, fmt.Sprintf("nested deeper than %d levels", maxDepth)}
	}
	switch v := v.(type) {
	case []any:
		list := &structpb.ListValue{Values: make([]*structpb.Value, 0, len(v))}
		for i, item := range v {
			one, wrong := value(item, depth+1)
			if wrong != nil {
				return nil, wrong.below(i)
			}
			list.Values = append(list.Values, one)
		}
		return structpb.NewListValue(list), nil
	case map[string]any:
		switch v[sigKey] {
		case sigSecret:
			return secret(v, depth)
		case sigReference:
			return reference(v), nil
		}
		s, wrong := object(v, depth)
		if wrong != nil {
			return nil, wrong
		}
		return structpb.NewStructValue(s), nil
	default:
		one, err := structpb.NewValue(v)
		if err != nil {
			return nil, &mistake{nil, "want text in UTF-8"}
		}
		return one, nil
	}
}

// secret turns {signature, ciphertext} or {signature, plaintext} into the secret of the wire. The plaintext is JSON, written
// as a property of the state again.
func secret(m map[string]any, depth int) (*structpb.Value, *mistake) {
	inner := structpb.NewStringValue(redacted)
	if text, ok := m["plaintext"].(string); ok {
		var plain any
		if err := json.Unmarshal([]byte(text), &plain); err != nil {
			return nil, &mistake{nil, "the plaintext of a secret is not JSON"}
		}
		var wrong *mistake
		if inner, wrong = value(plain, depth+1); wrong != nil {
			return nil, &mistake{nil, "the plaintext of a secret: " + wrong.message}
		}
	} else if _, ok := m["ciphertext"].(string); !ok {
		return nil, &mistake{nil, "a secret has neither ciphertext nor plaintext"}
	}
	return structpb.NewStructValue(&structpb.Struct{Fields: map[string]*structpb.Value{
		sigKey: structpb.NewStringValue(sigSecret), "value": inner,
	}}), nil
}

// reference turns a reference to a resource into its id, or into its URN if it has none, as the engine does for analyzers.
func reference(m map[string]any) *structpb.Value {
	if id, ok := m["id"].(string); ok && id != "" {
		return structpb.NewStringValue(id)
	}
	urn, _ := m["urn"].(string)
	return structpb.NewStringValue(urn)
}
