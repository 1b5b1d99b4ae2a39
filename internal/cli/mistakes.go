package cli

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/progression-labs-development/policypack/internal/model"
	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/internal/place"
	"github.com/progression-labs-development/policypack/internal/policyfile"
	"github.com/progression-labs-development/policypack/internal/session"
	"github.com/progression-labs-development/policypack/internal/verdict"
)

// checker asks a session what is wrong with a file. It checks in stages, and each stage names all that it
// finds; what is wrong is taken out and the session asked again, so that a mistake hides no other.
type checker struct {
	file    *configFile
	loaded  *pack.Pack
	session *session.Session
	found   *[]verdict.Finding // what the session has found
}

func (c *checker) run(ctx context.Context) error {
	params := c.parameters()
	clean := true
	for {
		err := c.session.Configure(settings(c.file.levels(c.loaded), params), nil)
		if err == nil {
			break
		}
		clean = false
		if !c.take(err.Error(), params) {
			return nil
		}
	}
	if !clean {
		return nil // the rules would judge a configuration that nobody wrote
	}
	urn := place.URN{Stack: "stack", Project: "project", Types: model.RootType, Name: "project-stack"}.String()
	*c.found = nil
	_, err := c.session.Resource(ctx, &pulumirpc.AnalyzeRequest{Urn: urn, Type: model.RootType, Properties: &structpb.Struct{}})
	if err != nil {
		return err
	}
	for _, f := range *c.found {
		if q := c.loaded.Policy(f.Policy); q == nil || !q.Own || f.About {
			continue
		}
		row, _ := c.place(fmt.Sprintf("policy %s: parameters: %s: ", f.Policy, f.Path.String()))
		c.file.fail(row, "%s", strings.Join(strings.Split(f.Message, "\n"), " "))
	}
	return nil
}

// parameters returns the parameters of the file by policy; what is of the wrong shape is left out.
func (c *checker) parameters() map[string]map[string]any { return c.file.Parameters() }

// take notes the mistakes in the session's error and takes them out of the parameters. It tells whether it could, and so
// whether asking again makes sense.
func (c *checker) take(message string, params map[string]map[string]any) bool {
	taken := false
	for line := range strings.Lines(message) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasSuffix(line, "is not valid:") {
			continue
		}
		row, keys := c.place(line)
		c.file.fail(row, "%s", line)
		taken = c.remove(params, keys) || taken
	}
	return taken
}

// place returns the row that a mistake is about, and the keys that lead to it from the top of the file.
func (c *checker) place(line string) (row int, keys []string) {
	for _, f := range c.file.Policies.Fields {
		if strings.HasPrefix(line, fmt.Sprintf("there is no policy %q", f.Key)) {
			return f.Row, []string{f.Key}
		}
		rest, ok := strings.CutPrefix(line, "policy "+f.Key+": ")
		if !ok {
			continue
		}
		row, keys := f.Row, []string{f.Key}
		if rest, ok = strings.CutPrefix(rest, "parameters: "); ok {
			at, below := f.Value.Locate(rest)
			if len(below) > 0 {
				row, keys = at, append(keys, below...)
			}
		}
		return row, keys
	}
	return 0, nil
}

// remove takes out the policy, the parameter, or the entry of a map that the keys lead to.
func (c *checker) remove(params map[string]map[string]any, keys []string) bool {
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
	if entries, ok := policy[keys[1]].(map[string]any); ok && len(keys) > 2 && c.isMap(keys[0], keys[1]) {
		_, ok := entries[keys[2]]
		delete(entries, keys[2])
		return ok
	}
	_, ok = policy[keys[1]]
	delete(policy, keys[1])
	return ok
}

// isMap tells whether a parameter is a map of entries that can do without each other, and not an object with fields.
func (c *checker) isMap(policy, parameter string) bool {
	q := c.loaded.Policy(policy)
	if q == nil {
		return false
	}
	schema, _ := q.Parameters.Properties[parameter].(map[string]any)
	_, ok := schema["additionalProperties"].(map[string]any)
	return ok
}

// settings joins levels and parameters, as the engine would hand them over.
func settings(levels map[string]pack.Level, params map[string]map[string]any) map[string]pack.Setting {
	out := map[string]pack.Setting{}
	for name, level := range levels {
		out[name] = pack.Setting{Level: level}
	}
	for name, p := range params {
		out[name] = pack.Setting{Level: out[name].Level, Parameters: p}
	}
	return out
}

// hider returns a function that takes the file's values out of a message. Dates, the names of policies and the words of
// their schemas stay: without them a message says nothing.
func (f *configFile) hider(loaded *pack.Pack) func(string) string {
	known := map[string]bool{}
	for _, q := range loaded.Policies {
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
