package terraform

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// unflatten builds attributes from the flat form in which Terraform before 0.12 stored them: each value under its path,
// name.KEY in a map, name.INDEX in a list, name.HASH in a set, and their lengths under name.% and name.#.
func unflatten(flat map[string]string) map[string]any {
	out := map[string]any{}
	for _, path := range slices.Sorted(maps.Keys(flat)) {
		name, _, _ := strings.Cut(path, ".")
		if _, done := out[name]; !done {
			out[name] = flatValue(flat, name)
		}
	}
	return out
}

// flatValue returns the value under a path.
func flatValue(flat map[string]string, path string) any {
	if text, ok := flat[path]; ok {
		return text
	}
	if _, ok := flat[path+".%"]; ok {
		object := map[string]any{}
		for key, text := range flat {
			if rest, ok := strings.CutPrefix(key, path+"."); ok && rest != "%" {
				object[rest] = text // a key may hold dots
			}
		}
		return object
	}
	inner := map[string]any{}
	for key := range flat {
		rest, ok := strings.CutPrefix(key, path+".")
		if name, _, _ := strings.Cut(rest, "."); ok && name != "#" && inner[name] == nil {
			inner[name] = flatValue(flat, path+"."+name)
		}
	}
	if _, ok := flat[path+".#"]; !ok {
		return inner
	}
	list := make([]any, 0, len(inner))
	for _, name := range slices.SortedFunc(maps.Keys(inner), byNumber) {
		list = append(list, inner[name])
	}
	return list
}

func byNumber(a, b string) int {
	m, errM := strconv.Atoi(a)
	n, errN := strconv.Atoi(b)
	if errM != nil || errN != nil || m == n {
		return strings.Compare(a, b)
	}
	return m - n
}
