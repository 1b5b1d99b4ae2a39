package facts

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/progression-labs-development/policypack/internal/catalogue"
	"github.com/progression-labs-development/policypack/internal/detect"
	"github.com/progression-labs-development/policypack/internal/model"
	"github.com/progression-labs-development/policypack/internal/place"
	"github.com/progression-labs-development/policypack/internal/taint"
)

// SecretMarker replaces every leaf that is marked secret in the input document.
const SecretMarker = detect.Hidden

// MaxDepth is the maximum nesting depth of properties.
const MaxDepth = model.MaxDepth

// marks are the paths of the leaves that rules cannot see.
type marks struct {
	unknown, secret []place.Path
}

// decoder walks a property map once. Its path is a stack, copied only when a mark is recorded.
type decoder struct {
	path   place.Path
	marks  marks
	redact map[string][]span // by formatted path
	copies *taint.Matcher    // the values that were found; nil if none
	hide   func(string) string
	name   catalogue.Path // path of the resource's physical name; nil if the catalogue has none
}

// decode converts properties to a term without secrets and unknown values, and returns their paths. The spans of
// findings, and copies of the found values, are replaced by the marker.
func (d *decoder) decode(properties model.Value) (*ast.Term, marks, error) {
	t, err := d.fields(properties)
	if err != nil {
		return nil, marks{}, err
	}
	return t, d.marks, nil
}

func (d *decoder) fields(object model.Value) (*ast.Term, error) {
	keys := object.Keys()
	pairs := make([][2]*ast.Term, 0, len(keys))
	for _, k := range keys {
		v := object.Field(k)
		k = d.hide(k)
		t, err := d.at(k, v)
		if err != nil {
			return nil, err
		}
		if t != nil {
			pairs = append(pairs, [2]*ast.Term{ast.InternedTerm(k), t})
		}
	}
	return ast.ObjectTerm(pairs...), nil
}

// at decodes the value one step further down the path. It returns a nil term for an unknown value, which must be
// omitted.
func (d *decoder) at(step any, v model.Value) (*ast.Term, error) {
	d.path = append(d.path, step)
	defer func() { d.path = d.path[:len(d.path)-1] }()
	if len(d.path) > MaxDepth {
		return nil, fmt.Errorf("%s…: nested deeper than %d levels", d.path[:8].String(), MaxDepth)
	}
	return d.value(v)
}

func (d *decoder) value(v model.Value) (*ast.Term, error) {
	switch v.Kind() {
	case model.Null:
		return ast.InternedNullTerm, nil
	case model.Bool:
		return ast.InternedTerm(v.Bool()), nil
	case model.Number:
		if len(d.redact) > 0 && d.redact[d.path.String()] != nil {
			return ast.InternedTerm(SecretMarker), nil
		}
		if d.copies != nil && len(d.copies.Hidden(decimal(v.Number()))) > 0 {
			return ast.InternedTerm(SecretMarker), nil
		}
		return number(v.Number()), nil
	case model.String:
		return ast.StringTerm(d.visible(v.Text())), nil
	case model.Unknown:
		d.marks.unknown = append(d.marks.unknown, slices.Clone(d.path))
		return nil, nil
	case model.List:
		terms := make([]*ast.Term, v.Len())
		for i := range terms {
			t, err := d.at(i, v.Item(i))
			if err != nil {
				return nil, err
			}
			if t == nil {
				t = ast.InternedNullTerm // keeps the indices of later items
			}
			terms[i] = t
		}
		return ast.ArrayTerm(terms...), nil
	case model.Object:
		return d.fields(v)
	case model.Secret:
		return d.secret(v.Inner()), nil
	case model.Asset:
		return d.wrapped("$asset", v), nil
	case model.Archive:
		t := d.wrapped("$archive", v)
		if assets := v.Field("assets"); assets != nil {
			members, err := d.at("assets", assets)
			if err != nil {
				return nil, err
			}
			if members != nil {
				t.Value.(ast.Object).Get(ast.StringTerm("$archive")).Value.(ast.Object).Insert(ast.StringTerm("assets"),
					members)
			}
		}
		return t, nil
	case model.Reference:
		return d.wrapped("$resource", v), nil
	case model.Foreign:
	}
	return nil, fmt.Errorf("%s: a wrapped value with a signature that this version of the pack does not know; update "+
		"policypack",
		d.path.String())
}

// visible returns the leaf at the path with found values hidden.
func (d *decoder) visible(s string) string {
	if len(d.redact) > 0 || d.copies != nil {
		spans := copies(s, d.redact[d.path.String()])
		for _, h := range d.copies.Hidden(s) {
			spans = append(spans, span{h.Start, h.End, h.End})
		}
		s = redacted(s, spans)
	}
	if d.name != nil && d.name.Covers(d.path) {
		s = d.hide(s)
	}
	return s
}

// secret records a marked value and returns the marker, whatever the value's kind, because the keys of a marked map may
// be secret too. Only an empty map or list is kept, since it contains nothing secret. A value that is also unknown is
// recorded as both.
func (d *decoder) secret(v model.Value) *ast.Term {
	switch kind := v.Kind(); {
	case kind == model.Object && len(v.Keys()) == 0:
		return ast.InternedEmptyObject
	case kind == model.List && v.Len() == 0:
		return ast.InternedEmptyArray
	}
	at := slices.Clone(d.path)
	d.marks.secret = append(d.marks.secret, at)
	if v.Kind() == model.Unknown {
		d.marks.unknown = append(d.marks.unknown, at)
	}
	return ast.InternedTerm(SecretMarker)
}

// wrapped returns the form in which rules see assets, archives and resource references: {"$asset": {"path": …}}.
func (d *decoder) wrapped(name string, v model.Value) *ast.Term {
	inner := new(object)
	for _, k := range []string{"path", "uri", "text", "urn", "id"} {
		if s := model.Text(v, k); s != "" {
			if k == "text" {
				s = d.visible(s)
			} else {
				s = hideURN(s, d.hide)
			}
			inner.str(k, s)
		}
	}
	outer := new(object)
	outer.add(name, inner.term())
	return outer.term()
}

func number(f float64) *ast.Term {
	switch {
	case math.IsNaN(f) || math.IsInf(f, 0):
		return ast.StringTerm(strconv.FormatFloat(f, 'g', -1, 64))
	case f == math.Trunc(f) && math.Abs(f) < 1<<53:
		return ast.NumberTerm(json.Number(strconv.FormatInt(int64(f), 10)))
	default:
		return ast.NumberTerm(json.Number(strconv.FormatFloat(f, 'g', -1, 64)))
	}
}

// plain converts properties to Go values, with secrets unwrapped and catalogue.Unknown for unknown values. It is for
// code that extracts structure from a marked text; nothing it returns may leave the process.
func plain(v model.Value) map[string]any {
	m, _ := model.Plain(v, catalogue.Unknown{}).(map[string]any)
	return m
}
