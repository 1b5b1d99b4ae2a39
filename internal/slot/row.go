package slot

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/progression-labs-development/policypack/internal/jsonl"
)

// pathFirst is the start of every line of the table.
const pathFirst = `{"path":"`

// row is an entry of a table. The fields are in the order of the file: the path comes first because entries are found
// by it without parsing the rest.
type row struct {
	Path string `json:"path"`
	Says string `json:"meaning,omitempty"`
	// Kind, Document, Sensitive and Instead are set in workloads.jsonl, instead of a meaning.
	Kind      string `json:"kind,omitempty"`
	Document  bool   `json:"document,omitempty"`
	Sensitive bool   `json:"sensitive,omitempty"`
	Instead   string `json:"instead,omitempty"`
	// Types are patterns of type tokens, one of which must match the resource. If there are none, the path is the end
	// of a path in a resource, a document or a file of any kind.
	Types []string `json:"types,omitempty"`
	// On are conditions on fields of the object in which the path begins, Beside on the siblings of its last key. Each
	// field must have one of the values.
	On     conditions `json:"on,omitempty"`
	Beside conditions `json:"beside,omitempty"`
	Why    string     `json:"why,omitempty"`

	keys    []string // of the path, folded
	above   string   // the key before the last one, empty if there is none or it has a star
	inner   bool     // the path may begin below the properties
	meaning Meaning
}

// conditions are sorted by their keys.
type conditions []condition

type condition struct {
	key    string // folded
	shown  string
	values []string
}

// UnmarshalJSON decodes {"key": "value"} and {"key": ["one", "or", "another"]}.
func (c *conditions) UnmarshalJSON(text []byte) error {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(text, &fields); err != nil {
		return err
	}
	for _, key := range slices.Sorted(maps.Keys(fields)) {
		one := condition{key: folded(key), shown: key}
		if err := json.Unmarshal(fields[key], &one.values); err != nil {
			var value string
			if err := json.Unmarshal(fields[key], &value); err != nil {
				return fmt.Errorf("%s: expected a string or a list of strings", key)
			}
			one.values = []string{value}
		}
		*c = append(*c, one)
	}
	return nil
}

// MarshalJSON is the inverse of UnmarshalJSON.
func (c conditions) MarshalJSON() ([]byte, error) {
	fields := map[string]any{}
	for _, one := range c {
		fields[one.shown] = one.values
		if len(one.values) == 1 {
			fields[one.shown] = one.values[0]
		}
	}
	return json.Marshal(fields)
}

// weight orders the entries with the same last key: more specific entries come first.
func (r *row) weight() int {
	w := len(r.keys) + 8*(len(r.On)+len(r.Beside))
	if len(r.Types) > 0 {
		w += 64
	}
	if r.Why != "" {
		w += 256 // written by hand
	}
	return w
}

// parseRow parses a line. Its errors say what was expected.
func parseRow(line string) (row, error) {
	var r row
	decoder := json.NewDecoder(strings.NewReader(line))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&r); err != nil {
		const example = `{"path":"secretKeyRef.name","meaning":"names","why":"…"}`
		return row{}, fmt.Errorf("expected one JSON object like %s: %w", example, err)
	}
	if _, err := decoder.Token(); err != io.EOF {
		return row{}, errors.New("expected one JSON object on each line, and nothing after it")
	}
	path, inner := strings.CutPrefix(r.Path, "**.")
	r.inner = inner
	for key := range strings.SplitSeq(path, ".") {
		switch {
		case key == "*" || key == "**":
			r.keys = append(r.keys, key)
			continue
		case strings.Trim(key, "*") == "" || len(key) > maxKey:
			return row{}, fmt.Errorf("path %q: expected keys joined by dots, * for any, ** for any number of them",
				r.Path)
		}
		want := folded(strings.Trim(key, "*"))
		if strings.HasPrefix(key, "*") {
			want = "*" + want
		}
		if strings.HasSuffix(key, "*") {
			want += "*"
		}
		r.keys = append(r.keys, want)
	}
	if n := len(r.keys); n > 1 && !strings.Contains(r.keys[n-2], "*") {
		r.above = r.keys[n-2]
	}
	if i := slices.Index(meanings[1:], r.Says); i >= 0 {
		r.meaning = Meaning(i + 1) //nolint:gosec // there are few
	}
	return r, nil
}

// check returns the error in a hand-written entry.
func (r *row) check() error {
	last := r.keys[len(r.keys)-1]
	switch {
	case r.Why == "":
		return errors.New("why: missing; explain in one sentence how this meaning is known")
	case last == "**" || last != "*" && strings.Contains(last, "*"):
		return errors.New("path: expected a last key without *, or * alone")
	case last == "*" && (len(r.keys) == 1 || strings.Contains(r.keys[len(r.keys)-2], "*")):
		return errors.New("path: expected a key without * before the last *")
	case r.inner && len(r.Types) == 0:
		return errors.New("path: ** at the beginning requires types; without types a path matches the end of any path")
	case len(r.Types) > 0 && slices.ContainsFunc(r.Types, func(t string) bool { return !strings.Contains(t, ":") }):
		return errors.New("types: expected patterns of type tokens like kubernetes:core/v1:Secret*")
	}
	return nil
}

// checkMeaning returns the error in an entry of slots.jsonl.
func (r *row) checkMeaning() error {
	switch {
	case r.meaning == Open:
		return fmt.Errorf("meaning: expected one of %s, got %q", strings.Join(meanings[1:], ", "), r.Says)
	case r.Kind != "" || r.Document || r.Sensitive || r.Instead != "":
		return fmt.Errorf("kind, document, sensitive and instead are fields of %s", workloadsFile)
	}
	return r.check()
}

// checkWorkload returns the error in an entry of workloads.jsonl.
func (r *row) checkWorkload() error {
	switch {
	case r.Says != "":
		return fmt.Errorf("meaning is a field of %s", meaningsFile)
	case !slices.Contains(workloadKinds, r.Kind):
		return fmt.Errorf("kind: expected one of %s, got %q", strings.Join(workloadKinds, ", "), r.Kind)
	case r.Kind != KindPublic && r.Instead == "":
		return errors.New("instead: missing; explain in one sentence how the workload reads a secret itself")
	case r.Kind == KindPublic && (r.Instead != "" || r.Document || r.Sensitive):
		return fmt.Errorf("kind %s: must not have instead, document or sensitive", KindPublic)
	}
	return r.check()
}

// Format returns slots.jsonl in its canonical form: entries sorted, fields in a fixed order. It reports all errors at
// once, each as file:line: message.
func Format(text []byte) ([]byte, error) { return inOrder(meaningsFile, text, (*row).checkMeaning) }

// FormatWorkloads is like Format, for workloads.jsonl.
func FormatWorkloads(text []byte) ([]byte, error) {
	return inOrder(workloadsFile, text, (*row).checkWorkload)
}

func inOrder(file string, text []byte, check func(*row) error) ([]byte, error) {
	rows, err := jsonl.Read(file, string(text), func(line string) (row, error) {
		r, err := parseRow(line)
		if err == nil {
			err = check(&r)
		}
		return r, err
	})
	if err != nil {
		return nil, err
	}
	var lines []string
	for i := range rows {
		lines = append(lines, string(jsonl.Line(&rows[i])))
	}
	slices.Sort(lines)
	for i := 1; i < len(lines); i++ {
		if lines[i] == lines[i-1] {
			return nil, fmt.Errorf("%s: duplicate entry: %s", file, lines[i])
		}
	}
	return []byte(strings.Join(lines, "")), nil
}
