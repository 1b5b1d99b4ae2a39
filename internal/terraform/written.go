package terraform

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// A provider's planned value can differ from the one in the program: for a script it plans a hash, for a write-only
// argument null. The program's value is used if the configuration shows it.

// scripts are the attributes whose planned value is a hash, while the configuration may only refer to the text.
var scripts = [...]string{
	"user_data", "user_data_base64", "custom_data", "metadata_startup_script", "startup_script", "cloud_init",
	"user_data_raw", "content", "content_base64",
}

// written returns the value of an attribute or block in the program, and whether it differs from the planned one.
func (d *Document) written(f frame, planned tree, key string, raw json.RawMessage, of *expressions, depth int) (
	tree, bool,
) {
	if planned.unknown == true || depth > maxDepth {
		return planned, false
	}
	switch v := planned.value.(type) {
	case nil:
		if strings.HasSuffix(key, "_wo") {
			t := d.value(f, raw, 0)
			t.sensitive = true // a write-only argument is null in every plan
			return t, t.value != nil || t.unknown != nil
		}
		if _, open := planned.unknown.(map[string]any); open {
			break
		}
		e := parse(raw)
		if e.isConstant && e.constant != nil {
			return tree{e.constant, nil, planned.sensitive}, true
		}
		return planned, false
	case string:
		text, ok := d.text(f, v, key, raw)
		return tree{text, nil, planned.sensitive}, ok
	case []any, map[string]any:
	default:
		return planned, false
	}
	if !bytes.Contains(raw, []byte(`"constant_value"`)) && !bytes.Contains(raw, []byte(`"references"`)) {
		return planned, false
	}
	e := of.parsed(raw)
	switch {
	case e.block != nil && planned.isObject():
		return d.writtenBlock(f, planned, e.block, of, depth)
	case e.block != nil:
		return d.writtenBlocks(f, planned, []map[string]json.RawMessage{e.block}, of, depth)
	case e.isBlocks:
		return d.writtenBlocks(f, planned, e.blocks, of, depth)
	}
	return planned, false
}

// parsed is parse for blocks, which all instances of a resource share.
func (of *expressions) parsed(raw json.RawMessage) expression {
	e, ok := of.blocks[&raw[0]]
	if !ok {
		e = parse(raw)
		of.blocks[&raw[0]] = e
	}
	return e
}

// text returns the text in the program if the planned one differs.
func (d *Document) text(f frame, planned, key string, raw json.RawMessage) (string, bool) {
	if planned != "" && bytes.HasPrefix(raw, []byte(`{"constant_value":`)) && bytes.Contains(raw, []byte(planned)) {
		return "", false // as a rule it is the same, and nothing is decoded for that
	}
	known := bytes.Contains(raw, []byte(`"constant_value"`))
	script := slices.Contains(scripts[:], key) && digest(planned)
	if !known && !script {
		return "", false
	}
	e := parse(raw)
	if !e.isConstant {
		if !script {
			return "", false
		}
		e.constant = d.value(f, raw, 0).value
	}
	text, ok := e.constant.(string)
	return text, ok && text != "" && text != planned
}

// digest reports whether a text may be a digest in hexadecimal or base64.
func digest(text string) bool {
	sum, err := hex.DecodeString(text)
	if err != nil {
		sum, err = base64.StdEncoding.DecodeString(text)
	}
	return err == nil && slices.Contains([]int{16, 20, 28, 32, 48, 64}, len(sum))
}

// writtenBlock is written for the arguments of a block.
func (d *Document) writtenBlock(f frame, planned tree, block map[string]json.RawMessage, of *expressions, depth int) (
	tree, bool,
) {
	changed := false
	for _, key := range sortedKeys(block) {
		t, ok := d.written(f, planned.at(key), key, block[key], of, depth+1)
		if !ok {
			continue
		}
		if !changed {
			planned, changed = planned.copied(), true
		}
		planned.set(key, t)
	}
	return planned, changed
}

// writtenBlocks is written for a list or set of blocks.
func (d *Document) writtenBlocks(f frame, planned tree, blocks []map[string]json.RawMessage, of *expressions,
	depth int,
) (tree, bool) {
	n, ok := planned.list()
	if !ok || n == 0 || n < len(blocks) {
		return planned, false
	}
	changed := false
	taken := make([]bool, n)
	for j, block := range blocks {
		i := d.planned(planned, block, taken, j)
		taken[i] = true
		t, ok := d.writtenBlock(f, planned.item(i), block, of, depth)
		if !ok {
			continue
		}
		if !changed {
			planned, changed = planned.listed(n), true
		}
		for _, side := range [...]struct{ to, from any }{
			{planned.value, t.value}, {planned.unknown, t.unknown}, {planned.sensitive, t.sensitive},
		} {
			if list, ok := side.to.([]any); ok {
				list[i] = side.from
			}
		}
	}
	return planned, changed
}

// planned returns the planned block for the jth block of the configuration. Blocks of a set may be in another order,
// and are matched by their constants.
func (d *Document) planned(planned tree, block map[string]json.RawMessage, taken []bool, j int) int {
	fits := func(i int) bool {
		for key, raw := range block {
			v, known := planned.item(i).at(key).value.(string)
			if known && bytes.HasPrefix(raw, []byte(`{"constant_value":`)) && parse(raw).constant != v {
				return false
			}
		}
		return !taken[i]
	}
	if fits(j) {
		return j
	}
	for i := range taken {
		if fits(i) {
			return i
		}
	}
	if taken[j] {
		return slices.Index(taken, false)
	}
	return j
}

// copied returns an object whose entries may be set without changing the original.
func (t tree) copied() tree {
	return tree{cloned(t.value), cloned(t.unknown), cloned(t.sensitive)}
}

func cloned(v any) any {
	m, isObject := v.(map[string]any)
	if !isObject && v == true {
		return v
	}
	if m = maps.Clone(m); m == nil {
		m = map[string]any{}
	}
	return m
}

// set sets an entry of a copied object.
func (t tree) set(key string, to tree) {
	for _, side := range [...]struct{ at, to any }{
		{t.value, to.value}, {t.unknown, to.unknown}, {t.sensitive, to.sensitive},
	} {
		if m, ok := side.at.(map[string]any); ok {
			m[key] = side.to
		}
	}
}

// listed returns a list of n items that may be set without changing the original.
func (t tree) listed(n int) tree {
	list := func(v any) any {
		if v == true {
			return v
		}
		items, _ := v.([]any)
		return append(slices.Clone(items), make([]any, n-len(items))...)
	}
	return tree{list(t.value), list(t.unknown), list(t.sensitive)}
}
