package check

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/progression-labs-development/policypack/internal/model"
	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/internal/place"
	"github.com/progression-labs-development/policypack/internal/policyfile"
	"github.com/progression-labs-development/policypack/internal/session"
)

// ask asks a session what is wrong with the file. It checks in stages, and each stage names all that it finds; what is
// wrong is taken out and the session asked again, so that a mistake hides no other.
func (f *ConfigFile) ask(ctx context.Context, s *session.Session) error {
	params := f.Parameters()
	clean := true
	for {
		err := s.Configure(pack.Settings(f.Levels(), params), nil)
		if err == nil {
			break
		}
		if e := new(session.Error); errors.As(err, &e) && e.Bundle() {
			return err
		}
		clean = false
		if !f.take(err.Error(), params) {
			return nil
		}
	}
	if !clean {
		return nil // the rules would evaluate a configuration that nobody wrote
	}
	urn := place.URN{Stack: "stack", Project: "project", Types: model.RootType, Name: "project-stack"}.String()
	found, err := s.Resource(ctx,
		&model.Resource{URN: urn, Type: model.RootType, Properties: model.Of(map[string]any(nil))})
	if err != nil {
		return err
	}
	for _, one := range found {
		if !one.Rule.Own || one.About {
			continue
		}
		row := f.Row(fmt.Sprintf("policy %s: parameters: %s: ", one.Policy, one.Path))
		f.fail(row, "%s", strings.Join(strings.Split(one.Message, "\n"), " "))
	}
	return nil
}

// take notes the mistakes in the session's error and takes them out of the parameters. It reports whether it could, and
// so whether asking again makes sense.
func (f *ConfigFile) take(message string, params map[string]map[string]any) bool {
	taken := false
	for line := range strings.Lines(message) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasSuffix(line, "is not valid:") {
			continue
		}
		row, keys := f.locate(line)
		f.fail(row, "%s", line)
		taken = f.remove(params, keys) || taken
	}
	return taken
}

// Row returns the line of the file that a mistake is about, 0 where that is not known.
func (f *ConfigFile) Row(mistake string) int {
	row, _ := f.locate(mistake)
	return row
}

// locate returns the line that a mistake is about, and the keys that lead to it from the top of the file.
func (f *ConfigFile) locate(line string) (row int, keys []string) {
	for _, p := range f.Policies.Fields {
		if strings.HasPrefix(line, fmt.Sprintf("there is no policy %q", p.Key)) {
			return p.Row, []string{p.Key}
		}
		rest, ok := strings.CutPrefix(line, "policy "+p.Key+": ")
		if !ok {
			continue
		}
		row, keys := p.Row, []string{p.Key}
		if rest, ok = strings.CutPrefix(rest, "parameters: "); ok {
			at, below := p.Value.Locate(rest)
			if len(below) > 0 {
				row, keys = at, append(keys, below...)
			}
		}
		return row, keys
	}
	return 0, nil
}

// remove takes out the policy, the parameter, or the entry of a map that the keys lead to.
func (f *ConfigFile) remove(params map[string]map[string]any, keys []string) bool {
	if len(keys) == 0 {
		return false
	}
	policy, ok := params[keys[0]]
	if !ok {
		return false
	}
	if len(keys) == 1 {
		delete(params, keys[0])
		return true
	}
	if entries, ok := policy[keys[1]].(map[string]any); ok && len(keys) > 2 && f.isMap(keys[0], keys[1]) {
		_, ok := entries[keys[2]]
		delete(entries, keys[2])
		return ok
	}
	_, ok = policy[keys[1]]
	delete(policy, keys[1])
	return ok
}

// isMap reports whether a parameter is a map of entries that can do without each other, and not an object with fields.
func (f *ConfigFile) isMap(policy, parameter string) bool {
	q := f.pack.Policy(policy)
	if q == nil {
		return false
	}
	schema, _ := q.Parameters.Properties[parameter].(map[string]any)
	_, ok := schema["additionalProperties"].(map[string]any)
	return ok
}

// hider returns a function that takes the file's values out of a message. Dates, the names of policies and the words of
// their schemas stay: without them a message says nothing.
func (f *ConfigFile) hider() func(string) string {
	known := map[string]bool{}
	for _, q := range f.pack.Policies {
		known[q.Name] = true
		vocabulary(q.Parameters.Properties, known)
	}
	var patterns []string
	f.Root.Texts(func(s string) {
		s = strings.TrimSpace(s)
		_, err := time.Parse(time.DateOnly, s)
		if len(s) < 3 || err == nil || slices.Contains(policyfile.Levels, s) || known[s] {
			return
		}
		quoted := fmt.Sprintf("%q", s)
		for _, text := range []string{s, quoted[1 : len(quoted)-1]} {
			patterns = append(patterns, regexp.QuoteMeta(text))
		}
	})
	if len(patterns) == 0 {
		return func(s string) string { return s }
	}
	slices.SortFunc(patterns, func(a, b string) int { return len(b) - len(a) }) // the longest first
	re := regexp.MustCompile(strings.Join(patterns, "|"))
	return func(s string) string {
		var b strings.Builder
		last := 0
		for _, m := range re.FindAllStringIndex(s, -1) {
			if letter(s, m[0]-1) && letter(s, m[0]) || letter(s, m[1]) && letter(s, m[1]-1) {
				continue // a part of a longer word
			}
			b.WriteString(s[last:m[0]])
			b.WriteString("…")
			last = m[1]
		}
		return b.String() + s[last:]
	}
}

// vocabulary adds the texts of a schema: what it lists as values, its defaults, its words.
func vocabulary(schema any, words map[string]bool) {
	switch v := schema.(type) {
	case string:
		words[v] = true
	case []any:
		for _, item := range v {
			vocabulary(item, words)
		}
	case map[string]any:
		for _, item := range v {
			vocabulary(item, words)
		}
	}
}

func letter(s string, i int) bool {
	if i < 0 || i >= len(s) {
		return false
	}
	c := s[i]
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}
