package wire

import (
	"slices"

	"google.golang.org/protobuf/types/known/structpb"

	"github.com/progression-labs-development/policypack/internal/model"
)

// The signatures that the engine uses in property maps, from sdk/v3/go/common/resource/sig, and the sentinels for
// unknown values, from sdk/v3/go/common/resource/plugin/rpc.go. They are copied because importing those packages adds
// 17 ms to every start; a test compares them.
const (
	// Signature is the key of a property map that represents something other than a program's map. Secret and Reference
	// are the values of it that have a different form in exported states.
	Signature = sigKey
	Secret    = sigSecret
	Reference = sigReference

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

// Wrapped returns the value that an object with a signature represents, in the form of the protocol.
func Wrapped(signature any, object model.Value) model.Value {
	switch signature {
	case sigAsset:
		return model.As{Value: object, Of: model.Asset}
	case sigArchive:
		return model.As{Value: object, Of: model.Archive}
	case sigBytes:
		return model.Of(model.Text(object, "value"))
	}
	return model.As{Value: object, Of: model.Foreign}
}

// Properties returns the view of a property map, which is an Object whatever its keys are.
func Properties(s *structpb.Struct) model.Value { return properties{s} }

// properties is a single pointer, as is value, so that converting either to an interface does not allocate.
type properties struct{ s *structpb.Struct }

func (properties) Kind() model.Kind     { return model.Object }
func (properties) Bool() bool           { return false }
func (properties) Number() float64      { return 0 }
func (properties) Text() string         { return "" }
func (properties) Len() int             { return 0 }
func (properties) Item(int) model.Value { return model.Unset{} }
func (properties) Inner() model.Value   { return model.Unset{} }
func (p properties) Keys() []string     { return keys(p.s) }

func (p properties) Field(key string) model.Value { return field(p.s, key) }

func keys(s *structpb.Struct) []string {
	all := make([]string, 0, len(s.GetFields()))
	for key := range s.GetFields() {
		all = append(all, key)
	}
	slices.Sort(all)
	return all
}

func field(s *structpb.Struct, key string) model.Value {
	inner, ok := s.GetFields()[key]
	if !ok {
		return nil
	}
	return Value(inner)
}

// Value returns the view of a property in the protocol.
func Value(v *structpb.Value) model.Value {
	for {
		fields := v.GetStructValue().GetFields()
		switch fields[sigKey].GetStringValue() {
		case sigOutput:
			inner, known := fields["value"]
			switch {
			case fields["secret"].GetBoolValue():
				return value{v}
			case !known:
				return model.Unseen{}
			}
			v = inner
		case sigBytes:
			v = fields["value"]
		default:
			return value{v}
		}
	}
}

type value struct{ v *structpb.Value }

// Kind returns the kind of the value, from its signature if it has one.
func (v value) Kind() model.Kind {
	switch k := v.v.GetKind().(type) {
	case *structpb.Value_BoolValue:
		return model.Bool
	case *structpb.Value_NumberValue:
		return model.Number
	case *structpb.Value_StringValue:
		if isUnknown(k.StringValue) {
			return model.Unknown
		}
		return model.String
	case *structpb.Value_ListValue:
		return model.List
	case *structpb.Value_StructValue:
		sig, signed := k.StructValue.GetFields()[sigKey]
		if !signed {
			return model.Object
		}
		switch sig.GetStringValue() {
		case sigSecret, sigOutput:
			return model.Secret
		case sigAsset:
			return model.Asset
		case sigArchive:
			return model.Archive
		case sigReference:
			return model.Reference
		}
		return model.Foreign
	}
	return model.Null
}

func (v value) Bool() bool { return v.v.GetBoolValue() }

func (v value) Number() float64 { return v.v.GetNumberValue() }

// Text returns the string, or an empty string if the value is unknown.
func (v value) Text() string {
	if s := v.v.GetStringValue(); !isUnknown(s) {
		return s
	}
	return ""
}

func (v value) Len() int { return len(v.v.GetListValue().GetValues()) }

func (v value) Item(i int) model.Value { return Value(v.v.GetListValue().GetValues()[i]) }

// Keys leaves out the signature, which is not a key of the program's map.
func (v value) Keys() []string {
	all := keys(v.v.GetStructValue())
	if i, signed := slices.BinarySearch(all, sigKey); signed {
		all = slices.Delete(all, i, i+1)
	}
	return all
}

func (v value) Field(key string) model.Value { return field(v.v.GetStructValue(), key) }

func (v value) Inner() model.Value {
	inner, known := v.v.GetStructValue().GetFields()["value"]
	if !known {
		return model.Unseen{}
	}
	return Value(inner)
}
