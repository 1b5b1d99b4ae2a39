package state

import (
	"encoding/json"
	"errors"
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

// properties turns the properties of a state into those of the wire.
func properties(m map[string]any) (*structpb.Struct, error) {
	s := &structpb.Struct{Fields: map[string]*structpb.Value{}}
	for _, key := range slices.Sorted(maps.Keys(m)) {
		v, err := value(m[key], 1)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", key, err)
		}
		s.Fields[key] = v
	}
	return s, nil
}

func value(v any, depth int) (*structpb.Value, error) {
	if depth > maxDepth {
		return nil, fmt.Errorf("nested deeper than %d levels", maxDepth)
	}
	switch v := v.(type) {
	case []any:
		list := &structpb.ListValue{}
		for i, item := range v {
			one, err := value(item, depth+1)
			if err != nil {
				return nil, fmt.Errorf("[%d]: %w", i, err)
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
		s := &structpb.Struct{Fields: map[string]*structpb.Value{}}
		for _, key := range slices.Sorted(maps.Keys(v)) {
			one, err := value(v[key], depth+1)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", key, err)
			}
			s.Fields[key] = one
		}
		return structpb.NewStructValue(s), nil
	default:
		return structpb.NewValue(v)
	}
}

// secret turns {signature, ciphertext} or {signature, plaintext} into the secret of the wire. The plaintext is JSON, written
// as a property of the state again.
func secret(m map[string]any, depth int) (*structpb.Value, error) {
	inner := structpb.NewStringValue(redacted)
	if text, ok := m["plaintext"].(string); ok {
		var plain any
		if err := json.Unmarshal([]byte(text), &plain); err != nil {
			return nil, errors.New("the plaintext of a secret is not JSON")
		}
		var err error
		if inner, err = value(plain, depth+1); err != nil {
			return nil, err
		}
	} else if _, ok := m["ciphertext"].(string); !ok {
		return nil, errors.New("a secret has neither ciphertext nor plaintext")
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
