package facts

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/open-policy-agent/opa/v1/ast"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/progression-labs-development/policypack/internal/catalogue"
	"github.com/progression-labs-development/policypack/internal/detect"
	"github.com/progression-labs-development/policypack/internal/place"
	"github.com/progression-labs-development/policypack/internal/taint"
)

// The signatures that the engine puts into property maps, from sdk/v3/go/common/resource/sig, and the sentinels for
// values that are not known yet, from sdk/v3/go/common/resource/plugin/rpc.go. They are copied because importing those
// packages costs every start 17 ms; a test compares ours with theirs.
const (
	sigKey         = "4dabf18193072939515e22adb298388d"
	sigSecret      = "1b47061264138c4ac30d75fd1eb44270"
	sigReference   = "5cf8f73096256a8f31e491e813e4eb8e"
	sigOutput      = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
	sigBytes       = "803fd3297a5875dc03ca845dda5d2a98"
	sigAsset       = "c44067f5952c0a294b673a41bacd8c17"
	sigArchive     = "0def7320c3a5731c473e5ecbe6d01bc7"
	unknownBool    = "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7"
	unknownNumber  = "3eeb2bf0-c639-47a8-9e75-3b44932eb421"
	unknownString  = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
	unknownArray   = "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2"
	unknownAsset   = "030794c1-ac77-496b-92df-f27374a8bd58"
	unknownArchive = "e48ece36-62e2-4504-bad9-02848725956a"
	unknownObject  = "dd056dcd-154b-4c76-9bd3-c8f88648b5ff"
)

// SecretMarker stands in the input document for every leaf that is marked secret.
const SecretMarker = detect.Hidden

// MaxDepth bounds how deeply properties may be nested. No provider's schema comes near it; what does is a mistake or an
// attack, and is refused with an error rather than passed over.
const MaxDepth = 200

func isUnknown(s string) bool {
	if len(s) != len(unknownString) {
		return false
	}
	switch s {
	case unknownString, unknownBool, unknownNumber, unknownArray, unknownAsset, unknownArchive, unknownObject:
		return true
	}
	return false
}

// marks are the paths of the leaves that a rule cannot see.
type marks struct {
	unknown, secret []place.Path
}

// decoder walks a property map once. Its path is a stack that is copied only where a mark is recorded.
type decoder struct {
	path   place.Path
	marks  marks
	redact map[string][]span // by formatted path
	copies *taint.Matcher    // the values that were found; nil where none was
	hide   func(string) string
	name   catalogue.Path // of what the resource is called where it is made; nil where the catalogue does not say
}

// decode turns a property map of the wire into a term without secrets and unknowns, and says where those were. The spans
// to redact are the findings': they stand in the term as the marker too, and so do the copies of what was found.
func (d *decoder) decode(props *structpb.Struct) (*ast.Term, marks, error) {
	t, err := d.fields(props.GetFields())
	if err != nil {
		return nil, marks{}, err
	}
	return t, d.marks, nil
}

func (d *decoder) fields(fields map[string]*structpb.Value) (*ast.Term, error) {
	keys := make([]string, 0, len(fields))
	for k := range fields {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	pairs := make([][2]*ast.Term, 0, len(keys))
	for _, k := range keys {
		v := fields[k]
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

// at decodes the value at one more step of the path. A nil term means: not known, leave it out.
func (d *decoder) at(step any, v *structpb.Value) (*ast.Term, error) {
	d.path = append(d.path, step)
	defer func() { d.path = d.path[:len(d.path)-1] }()
	if len(d.path) > MaxDepth {
		return nil, fmt.Errorf("%s…: nested deeper than %d levels", d.path[:8].String(), MaxDepth)
	}
	return d.value(v)
}

func (d *decoder) value(v *structpb.Value) (*ast.Term, error) {
	switch k := v.GetKind().(type) {
	case nil, *structpb.Value_NullValue:
		return ast.InternedNullTerm, nil
	case *structpb.Value_BoolValue:
		return ast.InternedTerm(k.BoolValue), nil
	case *structpb.Value_NumberValue:
		if len(d.redact) > 0 && d.redact[d.path.String()] != nil {
			return ast.InternedTerm(SecretMarker), nil
		}
		if d.copies != nil && len(d.copies.Hidden(strconv.FormatFloat(k.NumberValue, 'f', -1, 64))) > 0 {
			return ast.InternedTerm(SecretMarker), nil
		}
		return number(k.NumberValue), nil
	case *structpb.Value_StringValue:
		if isUnknown(k.StringValue) {
			d.marks.unknown = append(d.marks.unknown, slices.Clone(d.path))
			return nil, nil
		}
		return ast.StringTerm(d.visible(k.StringValue)), nil
	case *structpb.Value_ListValue:
		values := k.ListValue.GetValues()
		terms := make([]*ast.Term, len(values))
		for i, item := range values {
			t, err := d.at(i, item)
			if err != nil {
				return nil, err
			}
			if t == nil {
				t = ast.InternedNullTerm // keeps the indexes of the items behind it
			}
			terms[i] = t
		}
		return ast.ArrayTerm(terms...), nil
	case *structpb.Value_StructValue:
		fields := k.StructValue.GetFields()
		if sig, ok := fields[sigKey]; ok {
			return d.signed(sig.GetStringValue(), fields)
		}
		return d.fields(fields)
	default:
		return nil, fmt.Errorf("%s: a value of an unknown kind", d.path.String())
	}
}

// signed decodes what the engine wraps: the signature tells what the map stands for.
func (d *decoder) signed(sig string, fields map[string]*structpb.Value) (*ast.Term, error) {
	switch sig {
	case sigSecret:
		return d.secret(fields["value"]), nil
	case sigOutput:
		v, known := fields["value"]
		if fields["secret"].GetBoolValue() {
			if !known {
				v = structpb.NewStringValue(unknownString)
			}
			return d.secret(v), nil
		}
		if !known {
			d.marks.unknown = append(d.marks.unknown, slices.Clone(d.path))
			return nil, nil
		}
		return d.value(v)
	case sigAsset:
		return d.wrapped("$asset", fields), nil
	case sigArchive:
		t := d.wrapped("$archive", fields)
		if assets, ok := fields["assets"]; ok {
			members, err := d.at("assets", assets)
			if err != nil {
				return nil, err
			}
			if members != nil {
				t.Value.(ast.Object).Get(ast.StringTerm("$archive")).Value.(ast.Object).Insert(ast.StringTerm("assets"), members)
			}
		}
		return t, nil
	case sigReference:
		return d.wrapped("$resource", fields), nil
	case sigBytes:
		return ast.StringTerm(d.visible(fields["value"].GetStringValue())), nil
	default:
		return nil, fmt.Errorf("%s: a wrapped value whose signature this version of the pack does not know; update policypack",
			d.path.String())
	}
}

// visible returns the leaf at the path without what was found in it.
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

// secret records a marked value and puts the marker in its place, whatever its shape: the keys of a marked map may be
// secret too. Only an empty map or list stays, since nothing in it is secret. A value that is not known either is
// recorded as both.
func (d *decoder) secret(v *structpb.Value) *ast.Term {
	switch k := v.GetKind().(type) {
	case *structpb.Value_StructValue:
		if len(k.StructValue.GetFields()) == 0 {
			return ast.InternedEmptyObject
		}
	case *structpb.Value_ListValue:
		if len(k.ListValue.GetValues()) == 0 {
			return ast.InternedEmptyArray
		}
	}
	at := slices.Clone(d.path)
	d.marks.secret = append(d.marks.secret, at)
	if isUnknown(v.GetStringValue()) {
		d.marks.unknown = append(d.marks.unknown, at)
	}
	return ast.InternedTerm(SecretMarker)
}

// wrapped is the form in which rules see assets, archives and resource references: {"$asset": {"path": …}}.
func (d *decoder) wrapped(name string, fields map[string]*structpb.Value) *ast.Term {
	inner := new(object)
	for _, k := range []string{"path", "uri", "text", "urn", "id"} {
		if s := fields[k].GetStringValue(); s != "" && !isUnknown(s) {
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

// plain turns a property map into Go values with secrets unwrapped and catalogue.Unknown for what is not known. It is for
// code that extracts structure from a marked text; nothing it returns may leave the process.
func plain(props *structpb.Struct) map[string]any {
	m := make(map[string]any, len(props.GetFields()))
	for k, v := range props.GetFields() {
		m[k] = plainValue(v, 0)
	}
	return m
}

func plainValue(v *structpb.Value, depth int) any {
	if depth > MaxDepth {
		return nil
	}
	switch k := v.GetKind().(type) {
	case *structpb.Value_StringValue:
		if isUnknown(k.StringValue) {
			return catalogue.Unknown{}
		}
		return k.StringValue
	case *structpb.Value_ListValue:
		items := make([]any, len(k.ListValue.GetValues()))
		for i, item := range k.ListValue.GetValues() {
			items[i] = plainValue(item, depth+1)
		}
		return items
	case *structpb.Value_StructValue:
		fields := k.StructValue.GetFields()
		switch fields[sigKey].GetStringValue() {
		case sigSecret, sigOutput:
			value, known := fields["value"]
			if !known {
				return catalogue.Unknown{}
			}
			return plainValue(value, depth+1)
		case sigAsset:
			return fields["text"].GetStringValue()
		}
		m := make(map[string]any, len(fields))
		for key, item := range fields {
			m[key] = plainValue(item, depth+1)
		}
		return m
	default:
		return v.AsInterface()
	}
}
