package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/progression-labs-development/policypack/internal/detect"
	"github.com/progression-labs-development/policypack/internal/example"
	"github.com/progression-labs-development/policypack/internal/model"
	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/policies"
)

// examplesOf reads the examples of a policy: the pack's own from the program, an organisation's from beside the rules.
// The file is nil where there is none.
func examplesOf(q *pack.Policy) (*example.File, error) { return examplesIn(policies.FS, q) }

// examplesIn does the same, with the pack's own policies in a folder of a checkout.
func examplesIn(own fs.FS, q *pack.Policy) (*example.File, error) {
	name := path.Join(path.Dir(filepath.ToSlash(q.File)), "examples.yaml")
	if !q.Own {
		f, err := example.Load(filepath.FromSlash(name))
		if errors.Is(err, fs.ErrNotExist) {
			return nil, nil
		}
		return f, err
	}
	data, err := fs.ReadFile(own, q.Package+"/examples.yaml")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return example.Parse(name, data)
}

// casesOf returns the cases of one list of the examples.
func casesOf(f *example.File, outcome example.Outcome) []example.Case {
	if f == nil {
		return nil
	}
	return slices.Collect(func(yield func(example.Case) bool) {
		for _, c := range f.Cases {
			if c.Outcome == outcome && !yield(c) {
				return
			}
		}
	})
}

// shortener describes programs of examples. A text that is a secret in plaintext, which some examples are about, is not
// shown, so that no page holds what looks like one.
type shortener struct {
	detector *detect.Detector
	secrets  []string // of the case that is being described
}

func newShortener() (*shortener, error) {
	d, err := detect.New(detect.Options{})
	return &shortener{detector: d}, err
}

// program describes the case in short: a line for each resource and for each property, and the texts of its files.
func (s *shortener) program(c example.Case) []string {
	s.secrets = c.Secrets()
	var lines []string
	if len(c.Run.Config) > 0 {
		for _, key := range slices.Sorted(maps.Keys(c.Run.Config)) {
			value := s.text(key, c.Run.Config[key])
			if slices.Contains(c.Run.SecretConfig, key) {
				value = secretMark
			}
			lines = append(lines, fmt.Sprintf("config %s: %s", key, value))
		}
	}
	for _, given := range []struct {
		what   string
		values map[string]any
	}{{"settings", c.Settings}, {"parameters", c.Parameters}} {
		for _, key := range slices.Sorted(maps.Keys(given.values)) {
			lines = append(lines, fmt.Sprintf("%s %s: %s", given.what, key, s.short(key, model.Of(given.values[key]))))
		}
	}
	for _, r := range c.Resources {
		line := fmt.Sprintf("%s %s", r.Type, r.Name)
		if len(r.Ancestors) > 0 {
			line += " in " + strings.Join(r.Ancestors, " in ")
		}
		lines = append(lines, line)
		shown := r.Properties
		if len(shown) == 0 {
			shown = r.Outputs
		}
		for _, key := range slices.Sorted(maps.Keys(shown)) {
			lines = append(lines, fmt.Sprintf("  %s: %s", key, s.short(key, model.Of(shown[key]))))
		}
	}
	for _, f := range c.Files {
		lines = append(lines, "file "+f.Name)
		for line := range strings.Lines(s.masked(f)) {
			lines = append(lines, strings.TrimRight("  "+line, " \n"))
		}
	}
	return lines
}

// masked returns the text of a file without what is a secret in it.
func (s *shortener) masked(f example.SourceFile) string {
	var b strings.Builder
	at := 0
	for _, m := range s.detector.File(f.Name, []byte(f.Text)) {
		b.WriteString(f.Text[at:m.Start] + plainMark)
		at = m.End
	}
	return b.String() + f.Text[at:]
}

const (
	secretMark  = "(secret)"
	plainMark   = "(a secret in plaintext)"
	unknownMark = "(not known yet)"
	longest     = 120 // characters of a value that are shown
	leastSecret = 6   // characters from which on an example's secret is looked for in other values
)

// short writes a property of an example in a line.
func (s *shortener) short(key string, v model.Value) string {
	text := s.brief(key, v)
	if runes := []rune(text); len(runes) > longest {
		return string(runes[:longest-1]) + "…"
	}
	return text
}

func (s *shortener) text(key, value string) string {
	known := func(secret string) bool { return len(secret) >= leastSecret && strings.Contains(value, secret) }
	if len(s.detector.Find(value, detect.Evidence{Name: key})) > 0 || slices.ContainsFunc(s.secrets, known) {
		return plainMark
	}
	return quoted(value)
}

func (s *shortener) brief(key string, v model.Value) string {
	switch v.Kind() {
	case model.String:
		return s.text(key, v.Text())
	case model.Unknown:
		return unknownMark
	case model.Secret:
		return secretMark
	case model.Asset:
		return s.source("asset", key, v)
	case model.Archive:
		return s.source("archive", key, v)
	case model.Object:
		var parts []string
		for _, key := range v.Keys() {
			parts = append(parts, key+": "+s.brief(key, v.Field(key)))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case model.List:
		parts := make([]string, v.Len())
		for i := range parts {
			parts[i] = s.brief(key, v.Item(i))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case model.Null, model.Bool, model.Number, model.Reference, model.Foreign:
	}
	b, err := json.Marshal(model.Plain(v, nil))
	if err != nil {
		return "?"
	}
	return string(b)
}

// source writes where an asset or an archive comes from.
func (s *shortener) source(what, key string, v model.Value) string {
	for _, source := range v.Keys() {
		return fmt.Sprintf("(%s, %s %s)", what, source, s.brief(key, v.Field(source)))
	}
	return "(" + what + ")"
}

// quoted writes a text as it is, or in quotes where that could be misread.
func quoted(s string) string {
	plain := s != "" && strings.TrimSpace(s) == s && !strings.ContainsAny(s, "\n\t\"{}[],#") &&
		!strings.Contains(s, ": ")
	if plain {
		return s
	}
	b, err := json.Marshal(s)
	if err != nil {
		return "?"
	}
	return string(b)
}
