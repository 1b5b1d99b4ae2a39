package slot

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/progression-labs-development/policypack/internal/model"
	"github.com/progression-labs-development/policypack/internal/order"
	"github.com/progression-labs-development/policypack/internal/place"
	"github.com/progression-labs-development/policypack/rego"
)

// Meaning returns what the path is for, according to the table. It is called for most values of a stack: if no entry
// ends in the leaf's key, it costs one map lookup.
func (l *Leaf) Meaning() Meaning {
	if r := meaningTable().find(l); r != nil {
		return r.meaning
	}
	return Open
}

// find returns the entry that applies to the leaf, or nil.
func (t *table) find(l *Leaf) *row {
	at := len(l.Path) - 1
	for at >= 0 && !isKey(l.Path[at]) {
		at--
	}
	if at < 0 {
		return nil
	}
	var buffer [maxKey + 1]byte
	if key := l.Path[at].(string); t.last.has(key) {
		if n, ok := fold(&buffer, key); ok {
			if b := t.buckets[string(buffer[:n])]; b != nil {
				if r := b.find(l, at); r != nil {
					return r
				}
			}
		}
	}
	for above := at - 1; above >= 0; above-- {
		key, named := l.Path[above].(string)
		if !named {
			continue
		}
		if !t.above.has(key) {
			break
		}
		if n, ok := fold(&buffer, key); ok {
			buffer[n] = any1
			if b := t.buckets[string(buffer[:n+1])]; b != nil {
				return b.find(l, at)
			}
		}
		break
	}
	return nil
}

func isKey(step any) bool {
	_, ok := step.(string)
	return ok
}

// any1 is the wildcard for the last key of a path: such an entry is found by the key above it.
const any1 = '*'

// table finds entries by the last key of their paths, folded.
type table struct {
	file    string
	buckets map[string]*bucket
	// last is a filter on the last keys, above one on the keys above a wildcard.
	last, above ends
}

// ends contains, for each first letter of a key, the last letters that occur. It rules out most keys of a stack.
type ends [256]uint32

func (e *ends) add(key string) { e[key[0]] |= 1 << (key[len(key)-1] & 31) }

// has reports whether the key, once folded, may be among the added keys.
func (e *ends) has(key string) bool {
	if i := strings.LastIndexByte(key, '/'); i >= 0 {
		key = key[i+1:]
	}
	for key != "" && joint(key[0]) {
		key = key[1:]
	}
	for key != "" && joint(key[len(key)-1]) {
		key = key[:len(key)-1]
	}
	if key == "" {
		return false
	}
	first, last := key[0], key[len(key)-1]
	if first >= 'A' && first <= 'Z' {
		first |= 0x20
	}
	if e[first]>>(last&31)&1 != 0 {
		return true
	}
	// The s of a plural, possibly after a separator, is not part of a folded key.
	return last|0x20 == 's' && e[first] != 0
}

// bucket has the entries with the same last key, the most specific first. They are parsed when a value first has that
// key.
type bucket struct {
	file  string
	lines []string
	once  sync.Once
	rows  []row
}

// The embedded tables are indexed on first use.
var (
	meaningTable  = sync.OnceValue(func() *table { return embedded(meaningsFile) })
	workloadTable = sync.OnceValue(func() *table { return embedded(workloadsFile) })
)

const (
	meaningsFile  = "slots.jsonl"
	workloadsFile = "workloads.jsonl"
)

func embedded(file string) *table {
	t := &table{file: file, buckets: map[string]*bucket{}}
	text, err := rego.FS.ReadFile("catalogue/" + file)
	if err != nil {
		panic(err) // it is embedded
	}
	t.index(string(text))
	return t
}

func (t *table) index(text string) {
	var buffer [maxKey + 1]byte
	for line := range strings.Lines(text) {
		path, _, _ := strings.Cut(strings.TrimPrefix(line, pathFirst), `"`)
		key := path[strings.LastIndexByte(path, '.')+1:]
		everything := key == "*"
		if everything {
			path = strings.TrimSuffix(path, ".*")
			key = path[strings.LastIndexByte(path, '.')+1:]
		}
		n, _ := fold(&buffer, key)
		if everything {
			t.above.add(string(buffer[:n]))
			buffer[n] = any1
			n++
		} else {
			t.last.add(string(buffer[:n]))
		}
		b := t.buckets[string(buffer[:n])]
		if b == nil {
			b = &bucket{file: t.file}
			t.buckets[string(buffer[:n])] = b
		}
		b.lines = append(b.lines, line)
	}
}

// find returns the first entry that applies to the leaf, whose last key is at step at, or nil.
func (b *bucket) find(l *Leaf, at int) *row {
	b.once.Do(func() {
		for _, line := range b.lines {
			r, err := parseRow(line)
			if err != nil {
				panic(fmt.Errorf("%s: %w", b.file, err)) // a test checks every entry
			}
			b.rows = append(b.rows, r)
		}
		order.Stable(b.rows, func(a, b row) int { return b.weight() - a.weight() })
	})
	var buffer [maxKey + 1]byte
	above := buffer[:0] // the key above the last one, folded
	for i := at - 1; i >= 0; i-- {
		if key, ok := l.Path[i].(string); ok {
			n, _ := fold(&buffer, key)
			above = buffer[:n]
			break
		}
	}
	for i := range b.rows {
		if r := &b.rows[i]; (r.above == "" || r.above == string(above)) && r.covers(l, at) {
			return &b.rows[i]
		}
	}
	return nil
}

// covers reports whether the entry applies to the leaf, whose last key is at step at.
func (r *row) covers(l *Leaf, at int) bool {
	if len(r.Types) > 0 && !slices.ContainsFunc(r.Types, func(t string) bool { return glob(t, l.Type) }) {
		return false
	}
	begin := match(r.keys, l.Path[:at+1])
	return begin >= 0 && (len(r.Types) == 0 || r.inner || !slices.ContainsFunc(l.Path[:begin], isKey)) &&
		r.Beside.hold(l, at) && r.On.hold(l, begin)
}

// match returns the step at which the path's trailing keys match keys, ignoring indices, or a negative number if they
// do not match.
func match(keys []string, path place.Path) int {
	last := len(path) - 1
	for last >= 0 && !isKey(path[last]) {
		last--
	}
	if last < 0 || len(keys) == 0 {
		return -1
	}
	key, rest := keys[len(keys)-1], keys[:len(keys)-1]
	if key == "**" {
		for at := last + 1; at >= 0; at-- {
			if begin := match(rest, path[:at]); begin >= 0 {
				return begin
			}
		}
		return -1
	}
	if !same(key, path[last].(string)) {
		return -1
	}
	if len(rest) == 0 {
		return last
	}
	return match(rest, path[:last])
}

// hold reports whether the conditions are met by the object that contains step at.
func (c conditions) hold(l *Leaf, at int) bool {
	if len(c) == 0 {
		return true
	}
	if at >= len(l.Above) || l.Above[at].Kind() != model.Object {
		return false
	}
	object := l.Above[at]
	for _, one := range c {
		if !slices.ContainsFunc(object.Keys(), func(key string) bool {
			return same(one.key, key) && one.fits(object.Field(key))
		}) {
			return false
		}
	}
	return true
}

func (c condition) fits(v model.Value) bool {
	for v.Kind() == model.Secret {
		v = v.Inner()
	}
	text := ""
	switch v.Kind() {
	case model.String:
		text = v.Text()
	case model.Bool:
		text = "false"
		if v.Bool() {
			text = "true"
		}
	case model.Null, model.Number, model.List, model.Object, model.Unknown, model.Secret, model.Asset, model.Archive,
		model.Reference, model.Foreign:
		return slices.Contains(c.values, "*")
	}
	return slices.ContainsFunc(c.values, func(want string) bool { return want == "*" || strings.EqualFold(want, text) })
}

// glob reports whether the text matches a pattern in which * matches any characters.
func glob(pattern, text string) bool {
	before, after, wild := strings.Cut(pattern, "*")
	if !wild {
		return pattern == text
	}
	if !strings.HasPrefix(text, before) {
		return false
	}
	text = text[len(before):]
	for {
		middle, rest, more := strings.Cut(after, "*")
		if !more {
			return strings.HasSuffix(text, after)
		}
		i := strings.Index(text, middle)
		if i < 0 {
			return false
		}
		text, after = text[i+len(middle):], rest
	}
}
