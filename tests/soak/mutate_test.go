package soak

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"strings"
)

// odd is what parsers of all kinds stumble over.
var odd = []string{
	"{", "}", "[", "]", "\"", "'", "`", "\\", "\x00", "\xff\xfe", "\ufeff", "\u202e", "\r\n", "\t", "#", "//", "/*", "<<", "<<EOF\n",
	"&a ", "*a", "<<: *a\n", "? - a\n: b\n", "!!binary ", "!!python/object ", "--- ", "...\n", "${", "${{ ", "{{", "$(", "%{", "<%", "<!--",
	"<![CDATA[", "<!DOCTYPE a [<!ENTITY b \"c\">]>", `\u0000`, `\ud800`, "null", "true", "1e999", "-9223372036854775809", "0x", "NaN",
	"::", "urn:pulumi:", "$", "__", "4dabf18193072939515e22adb298388d", "04da6b54-80e4-46f7-96ec-b56ff0331ba9", "@@ -1 +1 @@\n",
	"policypack:allow ", "# METADATA\n", "package rules.", "version: 2\n", "9999-12-31", "0000-00-00", "**", "{a,b}", "\\Q",
}

// mutate returns other bytes for a document: by its tree where it is JSON, by lines, or by bytes. Another document may
// lend a part.
func mutate(r *rand.Rand, data, other []byte) []byte {
	for range 1 + r.IntN(3) {
		switch n := r.IntN(10); {
		case n < 4:
			data = byTree(r, data)
		case n < 7:
			data = byLines(r, data, other)
		default:
			data = byBytes(r, data, other)
		}
	}
	return data
}

// byTree changes a place of a JSON document, or a byte of another one.
func byTree(r *rand.Rand, data []byte) []byte {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	var tree any
	if d.Decode(&tree) != nil {
		return byBytes(r, data, nil)
	}
	out, err := json.Marshal(changed(r, tree, 0))
	if err != nil {
		return data
	}
	return out
}

// changed walks to a random place of a tree of JSON and changes it.
func changed(r *rand.Rand, v any, depth int) any {
	here := depth > 0 && r.IntN(6) == 0
	switch v := v.(type) {
	case map[string]any:
		if len(v) == 0 || here {
			return leaf(r, v)
		}
		key := pick(r, sorted(v))
		switch r.IntN(12) {
		case 0:
			delete(v, key)
		case 1:
			v[pick(r, odd)] = v[key]
		case 2:
			v[strings.ToUpper(key)] = v[key]
		case 3:
			v = map[string]any{key: copied(v, key)}
		default:
			v[key] = changed(r, v[key], depth+1)
		}
		return v
	case []any:
		if len(v) == 0 || here {
			return leaf(r, v)
		}
		i := r.IntN(len(v))
		switch r.IntN(8) {
		case 0:
			return append(v[:i:i], v[i+1:]...)
		case 1:
			return append(v, v[i])
		case 2:
			for range 200 {
				v = append(v, v[i])
			}
			return v
		default:
			v[i] = changed(r, v[i], depth+1)
		}
		return v
	}
	return leaf(r, v)
}

// copied is an object without one of its keys.
func copied(v map[string]any, without string) map[string]any {
	out := map[string]any{}
	for key, value := range v {
		if key != without {
			out[key] = value
		}
	}
	return out
}

// leaf is what can stand in the place of a value.
func leaf(r *rand.Rand, v any) any {
	switch r.IntN(12) {
	case 0:
		return nil
	case 1:
		return r.IntN(2) == 0
	case 2:
		return json.Number(pick(r, []string{"0", "-1", "1e400", "1e-400", "9007199254740993", "99999999999999999999", "3.5"}))
	case 3:
		return []any{v}
	case 4:
		return map[string]any{pick(r, odd): v}
	case 5:
		return map[string]any{"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "value": v}
	case 6:
		return strings.Repeat("a", 1<<r.IntN(17))
	case 7:
		for range 1 << r.IntN(11) {
			v = []any{v}
		}
		return v
	case 8:
		return ""
	case 9:
		if s, ok := v.(string); ok {
			return string(byBytes(r, []byte(s), nil))
		}
	}
	return pick(r, odd)
}

func byLines(r *rand.Rand, data, other []byte) []byte {
	lines := bytes.SplitAfter(data, []byte("\n"))
	i, j := r.IntN(len(lines)), r.IntN(len(lines))
	switch r.IntN(6) {
	case 0:
		lines = append(lines[:i:i], lines[i+1:]...)
	case 1:
		lines[i], lines[j] = lines[j], lines[i]
	case 2:
		lines = append(lines[:i:i], append([][]byte{lines[j]}, lines[i:]...)...)
	case 3:
		lines[i] = append([]byte(strings.Repeat(" ", r.IntN(6))), bytes.TrimLeft(lines[i], " \t")...)
	case 4:
		theirs := bytes.SplitAfter(other, []byte("\n"))
		lines = append(lines[:i:i], append([][]byte{theirs[r.IntN(len(theirs))]}, lines[i:]...)...)
	case 5:
		for range 4 { // 16 times as many of the line
			lines = append(lines[:i:i], append(bytes.SplitAfter(bytes.Repeat(lines[i], 2), []byte("\n")), lines[i+1:]...)...)
		}
	}
	return bytes.Join(lines, nil)
}

func byBytes(r *rand.Rand, data, other []byte) []byte {
	data = bytes.Clone(data)
	at := func() int { return r.IntN(len(data) + 1) }
	i, j := at(), at()
	i, j = min(i, j), max(i, j)
	switch r.IntN(7) {
	case 0:
		if len(data) > 0 {
			data[r.IntN(len(data))] ^= 1 << r.IntN(8)
		}
	case 1:
		return append(data[:i:i], data[min(j, i+40):]...)
	case 2:
		return append(data[:i:i], append([]byte(pick(r, odd)), data[i:]...)...)
	case 3:
		return append(data[:i:i], append(bytes.Repeat([]byte(pick(r, odd)), 1<<r.IntN(11)), data[i:]...)...)
	case 4:
		return append(data[:j:j], data[i:]...)
	case 5:
		return data[:i]
	case 6:
		k := 0
		if len(other) > 0 {
			k = r.IntN(len(other))
		}
		return append(data[:i:i], append(bytes.Clone(other[k:min(len(other), k+200)]), data[i:]...)...)
	}
	return data
}

func pick[T any](r *rand.Rand, all []T) T { return all[r.IntN(len(all))] }
