package wire

import (
	"slices"

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

// node is a value of a message. Its methods return what [model.Value] says.
type node struct {
	kind   model.Kind
	number float64 // 1 for true
	text   string
	*inside
}

// inside are the values inside an object or a list.
type inside struct {
	keys  []string // of an object, sorted, without the signature
	nodes []node   // of an object, in the order of its keys; of a list
}

// empty is inside all other values.
var empty = &inside{}

// absent is the value of a secret that is not known.
var absent = &node{kind: model.Unknown, inside: empty}

// unwrap changes an object with a signature to what it represents.
func (n *node) unwrap() {
	at, signed := slices.BinarySearch(n.keys, sigKey)
	if !signed {
		return
	}
	value := n.field("value")
	switch n.nodes[at].text {
	case sigOutput:
		switch secret := n.field("secret"); {
		case secret != nil && secret.Bool():
			n.kind = model.Secret
		case value == nil:
			*n = *absent
			return
		default:
			*n = *value
			return
		}
	case sigBytes:
		if value == nil {
			value = &node{inside: empty}
		}
		*n = *value
		return
	case sigSecret:
		n.kind = model.Secret
	case sigAsset:
		n.kind = model.Asset
	case sigArchive:
		n.kind = model.Archive
	case sigReference:
		n.kind = model.Reference
	default:
		n.kind = model.Foreign
	}
	// The signature is not a key of the program's map.
	n.keys, n.nodes = slices.Delete(n.keys, at, at+1), slices.Delete(n.nodes, at, at+1)
}

func (n *node) field(key string) *node {
	if i, ok := slices.BinarySearch(n.keys, key); ok {
		return &n.nodes[i]
	}
	return nil
}

func (n *node) Kind() model.Kind { return n.kind }

func (n *node) Bool() bool { return n.kind == model.Bool && n.number != 0 }

func (n *node) Number() float64 {
	if n.kind != model.Number {
		return 0
	}
	return n.number
}

func (n *node) Text() string { return n.text }

func (n *node) Len() int {
	if n.kind != model.List {
		return 0
	}
	return len(n.nodes)
}

func (n *node) Item(i int) model.Value { return &n.nodes[i] }

func (n *node) Keys() []string { return n.keys }

func (n *node) Field(key string) model.Value {
	if f := n.field(key); f != nil {
		return f
	}
	return nil
}

func (n *node) Inner() model.Value {
	if f := n.field("value"); f != nil {
		return f
	}
	return absent
}
