package terraform

import (
	"slices"
	"strconv"
	"strings"

	"github.com/progression-labs-development/policypack/internal/catalogue"
	"github.com/progression-labs-development/policypack/internal/detect"
)

// marked adds to the sensitive marks of a resource in a stored state those of its provider's schema, which `terraform
// show -json` would add: those known from the catalogue and, if the writer has left the schema out, attributes named
// like secrets. Map keys are chosen by the program, and no schema marks them.
func (d *Document) marked(r *row, t tree) any {
	var plain []catalogue.Path
	values, _ := t.value.(map[string]any)
	marks := t.sensitive
	if r.kind != nil {
		plain = r.kind.Unmarked
		for _, path := range r.kind.Marked {
			marks = markPlace(values, marks, r.spelling, path, true)
		}
		for _, output := range r.kind.Outputs {
			marks = markPlace(values, marks, r.spelling, catalogue.Path{output}, true)
		}
	}
	if d.file.schemaMarks() {
		return marks
	}
	return markNamed(values, marks, r.spelling, plain)
}

// schemaMarks reports whether the writer of a stored state includes the marks of schemas, as Terraform and OpenTofu do
// since 1.8.
func (f *file) schemaMarks() bool {
	major, rest, _ := strings.Cut(f.TerraformVersion, ".")
	minor, _, _ := strings.Cut(rest, ".")
	m, errM := strconv.Atoi(major)
	n, errN := strconv.Atoi(minor)
	return errM == nil && errN == nil && (m > 1 || m == 1 && n >= 8)
}

// markPlace marks the value at a path from the catalogue, in Pulumi's spelling.
func markPlace(value, marks any, s *spelling, path catalogue.Path, block bool) any {
	if len(path) == 0 {
		if value == nil {
			return marks
		}
		return true
	}
	step, rest := path[0], path[1:]
	switch v := value.(type) {
	case map[string]any:
		for _, key := range sortedKeys(v) {
			if name, inner := s.entry(key, block); step == name || step == "*" {
				marks = withMark(marks, key, markPlace(v[key], field(marks, key), inner, rest, false))
			}
		}
	case []any:
		if step != "[]" { // a block that Pulumi has without its list
			rest = path
		}
		for i := range v {
			marks = withItemMark(marks, len(v), i, markPlace(v[i], item(marks, i), s.item(), rest, true))
		}
	}
	return marks
}

// markNamed marks attributes that are named like secrets, in the resource and in its blocks, except at paths that no
// schema marks.
func markNamed(value map[string]any, marks any, s *spelling, plain []catalogue.Path) any {
	var d detect.Detector
	for _, key := range sortedKeys(value) {
		name, inner := s.entry(key, true)
		var below []catalogue.Path
		known := false
		for _, path := range plain {
			if len(path) > 0 && path[0] == name {
				known = known || len(path) == 1
				below = append(below,
					slices.DeleteFunc(slices.Clone(path[1:]), func(step string) bool { return step == "[]" }))
			}
		}
		switch v := value[key].(type) {
		case string:
			if v != "" && !known && d.KeyTier(key) != detect.None {
				marks = withMark(marks, key, true)
			}
		case []any:
			for i := range v {
				if block, ok := v[i].(map[string]any); ok {
					of := item(field(marks, key), i)
					marks = withMark(marks, key,
						withItemMark(field(marks, key), len(v), i, markNamed(block, of, inner.item(), below)))
				}
			}
		}
	}
	return marks
}

// withMark returns the marks of an object with the mark of a key added.
func withMark(marks any, key string, mark any) any {
	if marks == true || mark == nil {
		return marks
	}
	object, _ := marks.(map[string]any)
	if object == nil {
		object = map[string]any{}
	}
	object[key] = mark
	return object
}

// withItemMark returns the marks of a list of n items with the mark of an item added.
func withItemMark(marks any, n, i int, mark any) any {
	if marks == true || mark == nil {
		return marks
	}
	list, _ := marks.([]any)
	if len(list) < n {
		list = slices.Concat(list, make([]any, n-len(list)))
	}
	list[i] = mark
	return list
}
