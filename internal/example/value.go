package example

import (
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/progression-labs-development/policypack/internal/model"
)

// object turns a mapping into properties. Texts below $secret are added to secrets, which is nil where no marker may
// stand.
func (p *parser) object(n *yaml.Node, what string, secrets *[]string) map[string]any {
	m := map[string]any{}
	p.pairs(n, what, func(key, value *yaml.Node) {
		m[key.Value] = p.value(value, what+": "+key.Value, secrets, false)
	})
	return m
}

// value returns a value as [model.Of] takes it.
func (p *parser) value(n *yaml.Node, what string, secrets *[]string, secret bool) any {
	n = resolve(n)
	p.depth++
	defer func() { p.depth-- }()
	if p.depth > maxDepth {
		p.fail(n, "%s...: nested deeper than %d", what[:min(len(what), 60)], maxDepth)
		return nil
	}
	switch n.Kind {
	case yaml.SequenceNode:
		list := make([]any, len(n.Content))
		for i, item := range n.Content {
			list[i] = p.value(item, what, secrets, secret)
		}
		return list
	case yaml.MappingNode:
		if m := marker(n); m != "" && secrets != nil {
			return p.marked(m, n.Content[1], what, secrets, secret)
		}
		m := map[string]any{}
		p.pairs(n, what, func(key, value *yaml.Node) {
			if secrets != nil && markers[key.Value] {
				p.fail(key, "%s: %s must be the only key of its mapping", what, key.Value)
			}
			m[key.Value] = p.value(value, what+": "+key.Value, secrets, secret)
		})
		return m
	}
	return p.scalar(n, what, secrets, secret)
}

func (p *parser) scalar(n *yaml.Node, what string, secrets *[]string, secret bool) any {
	switch n.Tag {
	case "!!null":
		return nil
	case "!!bool":
		return p.flag(n, what)
	case "!!int", "!!float":
		var f float64
		if err := n.Decode(&f); err != nil {
			p.fail(n, "%s: expected a number", what)
		}
		return f
	case "!!str":
		if secret && n.Value != "" {
			*secrets = append(*secrets, n.Value)
		}
		return n.Value
	}
	p.fail(n, "%s: expected a string, number, true, false or null, got %s (put it in quotes)", what, kind(n))
	return nil
}

// maxDepth bounds the nesting of a value, so that an anchor that contains itself is a mistake and not a hang.
const maxDepth = model.MaxDepth

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

func (p *parser) marked(m string, n *yaml.Node, what string, secrets *[]string, secret bool) any {
	n = resolve(n)
	switch m {
	case "$secret":
		return model.Marked{Value: model.Of(p.value(n, what, secrets, true))}
	case "$unknown":
		if n.Value != "true" {
			p.fail(n, "%s: $unknown: expected true", what)
		}
		return model.Unseen{}
	case "$asset":
		return p.asset(n, what+": $asset", model.Asset, secrets, secret, "path", "text", "uri")
	case "$archive":
		return p.asset(n, what+": $archive", model.Archive, secrets, secret, "assets", "path", "uri")
	}
	p.fail(n, "%s: unknown marker %s; expected one of %s", what, m,
		strings.Join(slices.Sorted(maps.Keys(markers)), ", "))
	return nil
}

// asset reads an asset or archive with one of the given sources.
func (p *parser) asset(n *yaml.Node, what string, of model.Kind, secrets *[]string, secret bool,
	sources ...string,
) any {
	fields := map[string]any{}
	p.pairs(n, what, func(key, source *yaml.Node) {
		if !slices.Contains(sources, key.Value) {
			p.fail(key, "%s: unknown key %q; expected one of %s", what, key.Value, strings.Join(sources, ", "))
			return
		}
		fields[key.Value] = p.value(source, what+": "+key.Value, secrets, secret)
	})
	if len(fields) != 1 {
		p.fail(n, "%s: expected one of %s", what, strings.Join(sources, ", "))
	}
	return model.As{Value: model.Of(fields), Of: of}
}
