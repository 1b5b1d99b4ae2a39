package terraform

import (
	"strconv"
	"strings"
)

// step is one module in an address: module.NAME, or module.NAME[KEY].
type step struct {
	name string
	text string // as it stands in the address
}

// parseModule parses the address of a module instance. It stops at the first invalid step.
func parseModule(address string) []step {
	var steps []step
	for rest := address; rest != ""; {
		after, ok := strings.CutPrefix(rest, "module.")
		if !ok {
			break
		}
		end := strings.IndexAny(after, ".[")
		if end < 0 {
			end = len(after)
		}
		name, n := after[:end], end
		if end < len(after) && after[end] == '[' {
			n += keyLength(after[end:])
		}
		steps = append(steps, step{name, rest[:len("module.")+n]})
		rest = strings.TrimPrefix(after[n:], ".")
	}
	return steps
}

// keyLength returns the length of an instance key in brackets at the start of the text.
func keyLength(text string) int {
	if quoted, err := strconv.QuotedPrefix(text[1:]); err == nil {
		return min(len(text), 1+len(quoted)+1)
	}
	if end := strings.IndexByte(text, ']'); end >= 0 {
		return end + 1
	}
	return len(text)
}

// address joins steps to an address.
func address(steps []step) string {
	texts := make([]string, len(steps))
	for i, s := range steps {
		texts[i] = s.text
	}
	return strings.Join(texts, ".")
}

// reference is the target of a reference in an expression, such as random_password.db[0].result.
type reference struct {
	kind string   // var, local, module, data, ephemeral, each, count, self, path, terraform or resource
	typ  string   // of a resource or data source
	name string   // of what is referred to
	key  string   // the instance key in brackets, with them; empty where the reference does not say
	rest []string // the attributes behind it
}

// parseReference parses one of the references that a plan's configuration lists.
func parseReference(text string) reference {
	parts, keys := splitReference(text)
	at := func(i int) string {
		if i < len(parts) {
			return parts[i]
		}
		return ""
	}
	r := reference{kind: at(0)}
	var names int
	switch r.kind {
	case "var", "local", "module":
		r.name = at(1)
		names = 2
	case "data", "ephemeral":
		r.typ, r.name = at(1), at(2)
		names = 3
	case "each", "count", "self", "path", "terraform":
		r.name = at(1)
		names = 2
	case "resource": // resource.TYPE.NAME, for types that are called like something else
		r.typ, r.name = at(1), at(2)
		names = 3
	default:
		r.kind, r.typ, r.name = "resource", at(0), at(1)
		names = 2
	}
	if names-1 < len(keys) {
		r.key = keys[names-1]
	}
	if names < len(parts) {
		r.rest = parts[names:]
	}
	return r
}

// splitReference splits a reference at its dots. keys[i] is the first instance key after parts[i].
func splitReference(text string) (parts, keys []string) {
	for rest := text; rest != ""; {
		if rest[0] == '[' {
			n := keyLength(rest)
			if len(keys) > 0 && keys[len(keys)-1] == "" {
				keys[len(keys)-1] = rest[:n]
			}
			rest = strings.TrimPrefix(rest[n:], ".")
			continue
		}
		end := strings.IndexAny(rest, ".[")
		if end < 0 {
			end = len(rest)
		}
		parts, keys = append(parts, rest[:end]), append(keys, "")
		rest = strings.TrimPrefix(rest[end:], ".")
	}
	return parts, keys
}

// keyText formats an instance key as in an address: ["a"] or [0]. It is empty if there is none.
func keyText(index any) string {
	switch k := index.(type) {
	case string:
		return "[" + quote(k) + "]"
	case float64:
		return "[" + strconv.FormatFloat(k, 'f', -1, 64) + "]"
	}
	return ""
}

// quote quotes a key as HCL does, where $ and % before a brace begin a template.
func quote(key string) string {
	quoted := strconv.Quote(key)
	quoted = strings.ReplaceAll(quoted, "${", "$${")
	return strings.ReplaceAll(quoted, "%{", "%%{")
}
