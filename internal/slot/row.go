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

// pathFirst is how a line of the table begins.
const pathFirst = `{"path":"`

// row is a line of a table. The order of the fields is their order in the file: the path comes first, because the
// rows are found by it without parsing the rest.
type row struct {
	Path string `json:"path"`
	Says string `json:"meaning,omitempty"`
	// Kind, Document, Sensitive and Instead are what a row of workloads.jsonl says in place of a meaning.
	Kind      string `json:"kind,omitempty"`
	Document  bool   `json:"document,omitempty"`
	Sensitive bool   `json:"sensitive,omitempty"`
	Instead   string `json:"instead,omitempty"`
	// Types are patterns of type tokens, one of which the resource has; without any the path is the end of one of a
	// resource, a document or a file of any kind.
	Types []string `json:"types,omitempty"`
	// On are fields of the object in which the path begins, Beside those beside its last key: each has one of the
	// values.
	On     conditions `json:"on,omitempty"`
	Beside conditions `json:"beside,omitempty"`
	Why    string     `json:"why,omitempty"`

	keys    []string // of the path, folded
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

// UnmarshalJSON reads {"key": "value"} and {"key": ["one", "or", "another"]}.
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

// weight orders the rows of a last key: a row that says more comes before one that says less.
func (r *row) weight() int {
	w := len(r.keys) + 8*(len(r.On)+len(r.Beside))
	if len(r.Types) > 0 {
		w += 64
	}
	if r.Why != "" {
		w += 256 // made by people
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
	if i := slices.Index(meanings[1:], r.Says); i >= 0 {
		r.meaning = Meaning(i + 1) //nolint:gosec // there are few
	}
	return r, nil
}

// check returns what is wrong with a row that people wrote.
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

// checkMeaning returns what is wrong with a row of slots.jsonl.
func (r *row) checkMeaning() error {
	switch {
	case r.meaning == Open:
		return fmt.Errorf("meaning: expected one of %s, got %q", strings.Join(meanings[1:], ", "), r.Says)
	case r.Kind != "" || r.Document || r.Sensitive || r.Instead != "":
		return fmt.Errorf("kind, document, sensitive and instead are fields of %s", workloadsFile)
	}
	return r.check()
}

// checkWorkload returns what is wrong with a row of workloads.jsonl.
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

// Format returns the table of slots.jsonl as it is to be written: the rows sorted, the fields in one order. Its errors
// are of the form file:row: message, all at once.
func Format(text []byte) ([]byte, error) { return inOrder(meaningsFile, text, (*row).checkMeaning) }

// FormatWorkloads is Format for the table of workloads.jsonl.
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
