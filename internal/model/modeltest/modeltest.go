// Package modeltest converts views to plain values that tests can compare.
package modeltest

import "github.com/progression-labs-development/policypack/internal/model"

// Unknown is the form of an unknown value in the result of [Plain].
const Unknown = "$unknown"

// Plain returns the content of a view as encoding/json would decode it: a secret is {"$secret": value}, an asset,
// archive or reference is {"$asset": fields} and so on, and an unknown value is Unknown.
func Plain(v model.Value) any {
	switch v.Kind() {
	case model.Secret:
		return map[string]any{"$secret": Plain(v.Inner())}
	case model.Unknown:
		return Unknown
	case model.Object:
		return fields(v)
	case model.Asset:
		return map[string]any{"$asset": fields(v)}
	case model.Archive:
		return map[string]any{"$archive": fields(v)}
	case model.Reference:
		return map[string]any{"$reference": fields(v)}
	case model.Foreign:
		return map[string]any{"$foreign": fields(v)}
	case model.List:
		items := make([]any, v.Len())
		for i := range items {
			items[i] = Plain(v.Item(i))
		}
		return items
	case model.Null, model.Bool, model.Number, model.String:
	}
	return model.Plain(v, nil)
}

func fields(v model.Value) map[string]any {
	m := map[string]any{}
	for _, key := range v.Keys() {
		m[key] = Plain(v.Field(key))
	}
	return m
}
