package catalogue

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// document parses the text of a template: JSON, or YAML with the short tags of CloudFormation, which do not affect what
// is declared. A text that does not parse or is not a map (for Kubernetes, a list of maps) is unreadable.
func (r *reader) document(format, text string) (tree any, readable bool, err error) {
	if r.text -= len(text); r.text < 0 {
		return nil, false, fmt.Errorf("more than %d MiB of text", maxText>>20)
	}
	if trimmed := strings.TrimSpace(text); strings.HasPrefix(trimmed, "{") || strings.HasPrefix(trimmed, "/") {
		if json.Unmarshal([]byte(trimmed), &tree) == nil {
			return tree, true, nil
		}
		// Azure Resource Manager accepts JSON with comments.
		if json.Unmarshal(withoutComments(trimmed), &tree) == nil {
			return tree, true, nil
		}
	}
	documents, err := r.yaml(text)
	if err != nil || len(documents) == 0 {
		return nil, false, err
	}
	if format == kubernetes {
		return documents, true, nil
	}
	object, ok := documents[0].(map[string]any)
	return object, ok, nil
}

// withoutComments blanks // and /* */ comments outside of strings.
func withoutComments(text string) []byte {
	out := []byte(text)
	for i := 0; i < len(out); i++ {
		switch {
		case out[i] == '"':
			for i++; i < len(out) && out[i] != '"'; i++ {
				if out[i] == '\\' {
					i++
				}
			}
		case out[i] == '/' && i+1 < len(out) && out[i+1] == '/':
			for ; i < len(out) && out[i] != '\n'; i++ {
				out[i] = ' '
			}
		case out[i] == '/' && i+1 < len(out) && out[i+1] == '*':
			end := len(out)
			if n := strings.Index(text[i+2:], "*/"); n >= 0 {
				end = i + 2 + n + 2
			}
			for ; i < end; i++ {
				out[i] = ' '
			}
			i--
		}
	}
	return out
}

// yaml returns the documents of a YAML text as plain values, or none if it does not parse. Tags are dropped.
func (r *reader) yaml(text string) ([]any, error) {
	decoder := yaml.NewDecoder(strings.NewReader(text))
	var documents []any
	for {
		var node yaml.Node
		if err := decodeOne(decoder, &node); err != nil {
			if errors.Is(err, io.EOF) {
				return documents, nil
			}
			return nil, nil
		}
		c := converter{reader: r, targets: map[*yaml.Node]any{}}
		value, err := c.convert(&node, 0)
		if err != nil {
			return nil, err
		}
		if value != nil {
			documents = append(documents, value)
		}
	}
}

// decodeOne decodes one document. The YAML parser panics on some malformed texts.
func decodeOne(decoder *yaml.Decoder, node *yaml.Node) (err error) {
	defer func() {
		if problem := recover(); problem != nil {
			err = fmt.Errorf("yaml: %v", problem)
		}
	}()
	return decoder.Decode(node)
}

// converter converts YAML nodes to plain values. An anchor is converted once and shared by its aliases, so the cost of
// nested aliases is bounded by the length of the text; code that walks the result visits each alias separately.
type converter struct {
	reader  *reader
	targets map[*yaml.Node]any
}

func (c converter) convert(node *yaml.Node, depth int) (any, error) {
	if depth > maxDepth {
		return nil, fmt.Errorf("nested deeper than %d", maxDepth)
	}
	if err := c.reader.visit(nil); err != nil {
		return nil, err
	}
	switch node.Kind {
	case yaml.DocumentNode:
		if len(node.Content) == 0 {
			return nil, nil
		}
		return c.convert(node.Content[0], depth)
	case yaml.AliasNode:
		return c.targets[node.Alias], nil // an anchor that contains itself is null
	}
	value, err := c.node(node, depth)
	if node.Anchor != "" {
		c.targets[node] = value
	}
	return value, err
}

func (c converter) node(node *yaml.Node, depth int) (any, error) {
	switch node.Kind {
	case yaml.SequenceNode:
		list := make([]any, 0, len(node.Content))
		for _, item := range node.Content {
			value, err := c.convert(item, depth+1)
			if err != nil {
				return nil, err
			}
			list = append(list, value)
		}
		return list, nil
	case yaml.MappingNode:
		object := make(map[string]any, len(node.Content)/2)
		for i := 0; i+1 < len(node.Content); i += 2 {
			key := node.Content[i]
			value, err := c.convert(node.Content[i+1], depth+1)
			if err != nil {
				return nil, err
			}
			if key.ShortTag() != "!!merge" {
				object[key.Value] = value
			} else if err := c.merge(object, value); err != nil {
				return nil, err
			}
		}
		return object, nil
	}
	return scalar(node), nil
}

// merge adds the keys of merged maps that object does not have. A key after the merge overwrites a merged one.
func (c converter) merge(object map[string]any, value any) error {
	switch value := value.(type) {
	case map[string]any:
		for key, inner := range value {
			if err := c.reader.visit(nil); err != nil {
				return err
			}
			if _, given := object[key]; !given {
				object[key] = inner
			}
		}
	case []any:
		for _, item := range value {
			if inner, ok := item.(map[string]any); ok {
				if err := c.merge(object, inner); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func scalar(node *yaml.Node) any {
	switch node.ShortTag() {
	case "!!null":
		return nil
	case "!!bool":
		if value, err := strconv.ParseBool(strings.ToLower(node.Value)); err == nil {
			return value
		}
	}
	return node.Value // numbers are kept as text: no type of a template and no test of a condition is a number
}
