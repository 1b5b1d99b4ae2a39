package model_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/progression-labs-development/policypack/internal/model"
	"github.com/progression-labs-development/policypack/internal/model/modeltest"
)

func TestOfAndPlain(t *testing.T) {
	t.Parallel()
	type object = map[string]any
	secret := func(v any) model.Value { return model.Marked{Value: model.Of(v)} }
	for _, tt := range []struct {
		name              string
		give, want, plain any
	}{
		{"nothing", nil, nil, nil},
		{"a flag", true, true, true},
		{"a number", 2.5, 2.5, 2.5},
		{"a text", "x", "x", "x"},
		{"a list", []any{"x", nil}, []any{"x", nil}, []any{"x", nil}},
		{
			"an object",
			object{"b": 1.0, "a": object{}},
			object{"b": 1.0, "a": object{}},
			object{"b": 1.0, "a": object{}},
		},
		{"a secret in an object", object{"a": secret("x")}, object{"a": object{"$secret": "x"}}, object{"a": "x"}},
		{"not known", []any{model.Unseen{}}, []any{modeltest.Unknown}, []any{"?"}},
		{"a secret that is not known", secret(model.Unseen{}), object{"$secret": modeltest.Unknown}, "?"},
		{
			"an asset",
			model.As{Value: model.Of(object{"text": "x"}), Of: model.Asset},
			object{"$asset": object{"text": "x"}},
			"x",
		},
		{"what nobody knows", struct{}{}, object{"$foreign": object{}}, nil},
	} {
		v := model.Of(tt.give)
		if diff := cmp.Diff(tt.want, modeltest.Plain(v)); diff != "" {
			t.Errorf("%s: mismatch (-want +got)\n%s", tt.name, diff)
		}
		if diff := cmp.Diff(tt.plain, model.Plain(v, "?")); diff != "" {
			t.Errorf("%s: Plain: mismatch (-want +got)\n%s", tt.name, diff)
		}
	}
}

func TestKeysAreSorted(t *testing.T) {
	t.Parallel()
	v := model.Of(map[string]any{"b": 1.0, "a": "x", "c": map[string]any{"d": "y"}})
	if got := strings.Join(v.Keys(), " "); got != "a b c" {
		t.Errorf("got %s", got)
	}
	if got := model.Text(v, "a") + model.Text(v, "b") + model.Text(v, "none"); got != "x" {
		t.Errorf("texts: got %q, want the only one", got)
	}
	if model.Text(model.Fields(v, "c"), "d") != "y" || len(model.Fields(v, "a").Keys()) != 0 {
		t.Error("Fields: want the object, and an empty one for what is none")
	}
}
