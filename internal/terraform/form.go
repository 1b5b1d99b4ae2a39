package terraform

import (
	"bytes"
)

// zip begins a binary plan, which is a zip file whose first member is called tfplan.
const zip = "PK\x03\x04"

// Is tells whether the data is for [Read]: what `terraform show -json` writes, or a binary plan or raw state, of which Read
// says how to turn it into that. It looks at the keys of the outermost object alone, and at as few as it takes, so the data
// may be cut off.
func Is(data []byte) bool {
	if bytes.HasPrefix(data, []byte(zip)) {
		return bytes.Contains(data[:min(len(data), 200)], []byte("tfplan"))
	}
	var format, raw, tool, more, other bool
	keys(data, func(key string) bool {
		switch key {
		case "format_version":
			format = true
		case "lineage":
			raw = true
		case "terraform_version":
			tool = true
		case "planned_values", "resource_changes", "configuration", "values":
			more = true
		default:
			other = true
		}
		return (!format || !tool && !more) && (!raw || !tool)
	})
	return format && (tool || more || !other) || raw && tool
}

// keys calls each with the keys of the outermost object until it says no, or until something is no JSON.
func keys(data []byte, each func(string) bool) {
	depth, key := 0, false
	if trimmed := bytes.TrimLeft(data, " \t\r\n"); len(trimmed) == 0 || trimmed[0] != '{' {
		return
	}
	for i := 0; i < len(data); i++ {
		switch data[i] {
		case '{', '[':
			depth++
			key = depth == 1
		case '}', ']':
			depth--
			if depth <= 0 {
				return
			}
		case ',':
			key = depth == 1
		case '"':
			start := i + 1
			for i++; i < len(data) && data[i] != '"'; i++ {
				if data[i] == '\\' {
					i++
				}
			}
			if i >= len(data) {
				return
			}
			if key && depth == 1 {
				if key = false; !each(string(data[start:i])) {
					return
				}
			}
		}
	}
}
