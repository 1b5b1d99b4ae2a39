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
	Placeholder bool // a constant that stands for the value, such as changeme
	Ignored     bool // ignoreChanges covers the path: the engine shows the old input
	WriteOnly   bool
	Format      string // what it is by its format, with its article, such as "a GitHub token"; empty where it has none
	Config      string // the key of the configuration whose value it is, or holds; empty where there is none
	// Literal is told by ScanStack: the value is known, and is not built from the output of any resource.
	Literal bool
	// Generated and From are told by ScanStack: whether the value is, or is built from, the output of a resource that
	// generates or issues it.
	Generated Generated
	From      []string // URNs

	value string
}

// Generated is the answer to where a written value comes from.
type Generated string

// The answers.
const (
	GeneratedYes  Generated = "yes"
	GeneratedNo   Generated = "no"
	GeneratedOpen Generated = "open"
)

// written lists the values that the resource writes into a manager. Of a placeholder nothing more is told.
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
			// A state shows nothing of a value that is encrypted.
			Path: slices.Clone(l.path), Known: !l.unknown && (!l.marked || l.text != SecretMarker), Marked: l.marked,
			Ignored: ignored(r.options.IgnoreChanges, l.path.String()), WriteOnly: strings.HasSuffix(last, "Wo"),
		}
		if w.Known {
			w.Placeholder, w.value = detect.Placeholder(l.text), l.text
		}
		if w.Known && !w.Placeholder {
			w.Format, w.Config = format(d, l.text), place.Visible(r.hide(run.configured(l.text)))
		}
		all = append(all, w)
	})
	return all
}

// format returns what the text is, or holds, by its format.
func format(d *detect.Detector, text string) string {
	for _, m := range d.Find(text, detect.Evidence{}) {
		if m.Reason != detect.ReasonKeyName {
			return m.Title
		}
	}
	return ""
}

// minConfigured is the length of the shortest value of the configuration that is looked for: a shorter one may be equal
// to another by chance.
const minConfigured = 4

// configured returns the key of the configuration value that the text is, or of the secret one that it holds.
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

// above tells whether one of the patterns lies below the path.
func above(patterns []catalogue.Path, path place.Path) bool {
	return slices.ContainsFunc(patterns, func(p catalogue.Path) bool {
		return len(p) > len(path) && p[:len(path)].Covers(path)
	})
}

// ignored tells whether ignoreChanges, whose entries are property paths, covers the path.
func ignored(entries []string, path string) bool {
	return slices.ContainsFunc(entries, func(e string) bool {
		rest, ok := strings.CutPrefix(path, e)
		return e == "*" || ok && (rest == "" || rest[0] == '.' || rest[0] == '[')
	})
}

// term is the written value in the input document.
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
