package example

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
	"google.golang.org/protobuf/types/known/structpb"
)

// Signatures of the engine's wire format, from sdk/v3/go/common/resource and .../plugin (sig.go, rpc.go). They are
// written out because importing those packages costs more than the whole analyzer.
const (
	sigKey     = "4dabf18193072939515e22adb298388d"
	secretSig  = "1b47061264138c4ac30d75fd1eb44270"
	assetSig   = "c44067f5952c0a294b673a41bacd8c17"
	archiveSig = "0def7320c3a5731c473e5ecbe6d01bc7"
	unknownSig = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
)

// object turns a mapping into the properties that the engine would send. Texts below $secret are added to secrets,
// which is nil where no marker may stand.
func (p *parser) object(n *yaml.Node, what string, secrets *[]string) *structpb.Struct {
	s := &structpb.Struct{Fields: map[string]*structpb.Value{}}
	p.pairs(n, what, func(key, value *yaml.Node) {
		s.Fields[key.Value] = p.value(value, what+": "+key.Value, secrets, false)
	})
	return s
}

func (p *parser) value(n *yaml.Node, what string, secrets *[]string, secret bool) *structpb.Value {
	n = resolve(n)
	p.depth++
	defer func() { p.depth-- }()
	if p.depth > maxDepth {
		p.fail(n, "%s...: nested deeper than %d", what[:min(len(what), 60)], maxDepth)
		return structpb.NewNullValue()
	}
	switch n.Kind {
	case yaml.SequenceNode:
		list := &structpb.ListValue{}
		for _, item := range n.Content {
			list.Values = append(list.Values, p.value(item, what, secrets, secret))
		}
		return structpb.NewListValue(list)
	case yaml.MappingNode:
		if m := marker(n); m != "" && secrets != nil {
			return p.marked(m, n.Content[1], what, secrets, secret)
		}
		s := &structpb.Struct{Fields: map[string]*structpb.Value{}}
		p.pairs(n, what, func(key, value *yaml.Node) {
			if secrets != nil && markers[key.Value] {
				p.fail(key, "%s: %s must be the only key of its mapping", what, key.Value)
			}
			s.Fields[key.Value] = p.value(value, what+": "+key.Value, secrets, secret)
		})
		return structpb.NewStructValue(s)
	}
	return p.scalar(n, what, secrets, secret)
}

func (p *parser) scalar(n *yaml.Node, what string, secrets *[]string, secret bool) *structpb.Value {
	switch n.Tag {
	case "!!null":
		return structpb.NewNullValue()
	case "!!bool":
		return structpb.NewBoolValue(p.flag(n, what))
	case "!!int", "!!float":
		var f float64
		if err := n.Decode(&f); err != nil {
			p.fail(n, "%s: want a number", what)
		}
		return structpb.NewNumberValue(f)
	case "!!str":
		if secret && n.Value != "" {
			*secrets = append(*secrets, n.Value)
		}
		return structpb.NewStringValue(n.Value)
	}
	p.fail(n, "%s: want a text, number, true, false or null, got %s (put it in quotes)", what, kind(n))
	return structpb.NewNullValue()
}

// maxDepth bounds the nesting of a value, so that an anchor that contains itself is a mistake and not a hang.
const maxDepth = 200

// markers are the keys that stand for what YAML cannot write.
var markers = map[string]bool{"$secret": true, "$unknown": true, "$asset": true, "$archive": true}

// notMarkers are keys with a dollar that documents inside of properties really have alone.
var notMarkers = map[string]bool{"$ref": true, "$schema": true}

// marker returns the key of a mapping that holds one key with a dollar and nothing else, else an empty text.
func marker(n *yaml.Node) string {
	if n.Kind != yaml.MappingNode || len(n.Content) != 2 {
		return ""
	}
	key := n.Content[0].Value
	if !strings.HasPrefix(key, "$") || notMarkers[key] {
		return ""
	}
	return key
}

func (p *parser) marked(m string, n *yaml.Node, what string, secrets *[]string, secret bool) *structpb.Value {
	n = resolve(n)
	switch m {
	case "$secret":
		return signed(secretSig, map[string]*structpb.Value{"value": p.value(n, what, secrets, true)})
	case "$unknown":
		if n.Value != "true" {
			p.fail(n, "%s: $unknown: want true", what)
		}
		return structpb.NewStringValue(unknownSig)
	case "$asset":
		return p.asset(n, what+": $asset", assetSig, secrets, secret, "path", "text", "uri")
	case "$archive":
		return p.asset(n, what+": $archive", archiveSig, secrets, secret, "assets", "path", "uri")
	}
	p.fail(n, "%s: unknown marker %s, want one of %s", what, m, strings.Join(slices.Sorted(maps.Keys(markers)), ", "))
	return structpb.NewNullValue()
}

// asset turns an asset or archive with one of the given sources into its wire form. The hash is made from the source,
// so that equal examples are equal on the wire.
func (p *parser) asset(n *yaml.Node, what, sig string, secrets *[]string, secret bool, sources ...string,
) *structpb.Value {
	value := map[string]*structpb.Value{}
	p.pairs(n, what, func(key, source *yaml.Node) {
		if !slices.Contains(sources, key.Value) {
			p.fail(key, "%s: unknown key %q, want one of %s", what, key.Value, strings.Join(sources, ", "))
			return
		}
		value[key.Value] = p.value(source, what+": "+key.Value, secrets, secret)
		sum := sha256.Sum256([]byte(value[key.Value].String()))
		value["hash"] = structpb.NewStringValue(hex.EncodeToString(sum[:]))
	})
	if len(value) != 2 {
		p.fail(n, "%s: want one of %s", what, strings.Join(sources, ", "))
	}
	return signed(sig, value)
}

func signed(sig string, value map[string]*structpb.Value) *structpb.Value {
	value[sigKey] = structpb.NewStringValue(sig)
	return structpb.NewStructValue(&structpb.Struct{Fields: value})
}
