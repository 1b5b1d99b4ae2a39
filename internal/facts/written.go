package facts

import (
	"maps"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/progression-labs-development/policypack/internal/catalogue"
	"github.com/progression-labs-development/policypack/internal/detect"
	"github.com/progression-labs-development/policypack/internal/place"
)

// Written is a value that a program writes into a secrets manager.
type Written struct {
	Path        place.Path
	Known       bool
	Marked      bool
	Placeholder bool // a constant placeholder, such as changeme
	Ignored     bool // ignoreChanges covers the path: the engine shows the old input
	WriteOnly   bool
	Format      string // what it is by its format, with an article, such as "a GitHub token"; may be empty
	Config      string // the configuration key whose value it equals or contains; may be empty
	// Literal is set by ScanStack: the value is known and not built from the output of any resource.
	Literal bool
	// Generated and From are set by ScanStack: whether the value is, or is built from, the output of a resource that
	// generates or issues it.
	Generated Generated
	From      []string // URNs

	value string
}

// Generated is whether a written value is generated.
type Generated string

// Values of Generated.
const (
	GeneratedYes  Generated = "yes"
	GeneratedNo   Generated = "no"
	GeneratedOpen Generated = "open"
)

// written returns the values that the resource writes into a manager. For a placeholder, only that fact is recorded.
func (r *Resource) written(run *Run, d *detect.Detector) []Written {
	k := r.Kind
	if !r.isSecret() || len(k.Values) == 0 {
		return nil
	}
	var all []Written
	r.walk(func(l leaf) {
		if !covers(k.Values, l.path) && (!l.unknown || !above(k.Values, l.path)) || l.text == "" && !l.unknown {
			return
		}
		last, _ := l.path[len(l.path)-1].(string)
		w := Written{
			// A state does not show an encrypted value.
			Path: slices.Clone(l.path), Known: !l.unknown && (!l.marked || l.text != SecretMarker), Marked: l.marked,
			Ignored: ignored(r.options.IgnoreChanges, l.path.String()), WriteOnly: strings.HasSuffix(last, "Wo"),
		}
		if w.Known {
			w.Placeholder, w.value = detect.Placeholder(l.text), strings.Clone(l.text)
		}
		if w.Known && !w.Placeholder {
			w.Format, w.Config = format(d, l.text), place.Visible(r.hide(run.configured(l.text)))
		}
		all = append(all, w)
	})
	return all
}

// format returns what the text is or contains, by its format.
func format(d *detect.Detector, text string) string {
	for _, m := range d.Find(text, detect.Evidence{}) {
		if m.Reason != detect.ReasonKeyName {
			return m.Title
		}
	}
	return ""
}

// minConfigured is the minimum length of a configuration value to look for: a shorter one may occur by chance.
const minConfigured = 4

// configured returns the key of the configuration value that the text equals, or of the secret one that it contains.
func (r *Run) configured(text string) string {
	config := r.stack.Config
	for _, key := range slices.Sorted(maps.Keys(config)) {
		if len(text) >= minConfigured && config[key] == text {
			return key
		}
	}
	for _, h := range r.config.Find(text) {
		if !h.Default {
			return h.From.Path
		}
	}
	return ""
}

// above reports whether one of the patterns is below the path.
func above(patterns []catalogue.Path, path place.Path) bool {
	return slices.ContainsFunc(patterns, func(p catalogue.Path) bool {
		return len(p) > len(path) && p[:len(path)].Covers(path)
	})
}

// ignored reports whether ignoreChanges, whose entries are property paths, covers the path.
func ignored(entries []string, path string) bool {
	return slices.ContainsFunc(entries, func(e string) bool {
		rest, ok := strings.CutPrefix(path, e)
		return e == "*" || ok && (rest == "" || rest[0] == '.' || rest[0] == '[')
	})
}

// term returns the written value in the input document.
func (w *Written) term(run *Run, urn string) *object {
	o := new(object)
	o.place(run, urn, w.Path)
	state := "unknown"
	if w.Known {
		state = "known"
	}
	o.str("state", state)
	for _, flag := range []struct {
		name string
		set  bool
	}{{"marked", w.Marked}, {"placeholder", w.Placeholder}, {"ignored", w.Ignored}, {"writeOnly", w.WriteOnly}} {
		o.add(flag.name, ast.InternedTerm(flag.set))
	}
	o.optional("format", w.Format)
	o.optional("config", w.Config)
	if w.Generated != "" {
		o.add("literal", ast.InternedTerm(w.Literal))
		o.str("generated", string(w.Generated))
		from := make([]*ast.Term, len(w.From))
		for i, urn := range w.From {
			one := new(object)
			one.str("urn", urn)
			one.str("type", place.TypeOf(urn))
			from[i] = one.term()
		}
		o.add("from", ast.ArrayTerm(from...))
	}
	return o
}
