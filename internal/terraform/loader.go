package terraform

import (
	"bytes"
	"encoding/json"
	"sync"

	"github.com/progression-labs-development/policypack/internal/jsontext"
	"github.com/progression-labs-development/policypack/internal/model"
)

// loaded are the values of a resource while they are in memory.
type loaded struct {
	inputs, outputs tree
	ignore          []string // where ignore_changes is seen to be at work

	given, had model.Value // the views of both, once somebody has asked
}

// expressions are those of a resource in the configuration while they are in memory.
type expressions struct {
	of     map[string]json.RawMessage
	blocks map[*byte]expression // by the beginning of what they are parsed from
}

// loader reads the values of resources. It keeps the last ones, because they are asked for several times in a row.
type loader struct {
	d *Document

	mu      sync.Mutex
	read    *jsontext.Parts // of resources
	written *jsontext.Parts // of the configuration, which is read beside them
	rows    jsontext.Recent[*row, *loaded]
	configs jsontext.Recent[*configResource, *expressions]
	failed  error
}

func newLoader(d *Document) *loader {
	return &loader{d: d, read: d.outline.Parts(), written: d.outline.Parts()}
}

// err returns the first error in reading.
func (l *loader) err() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.failed
}

// fail records an error in reading, if it is the first one.
func (l *loader) fail(err error) {
	if l.failed == nil {
		l.failed = err
	}
}

// load returns the values of a resource. They are empty if they cannot be read, which err reports.
func (l *loader) load(r *row) *loaded {
	if r.held != nil {
		return r.held
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	v, ok := l.rows.Get(r)
	if !ok {
		v = l.values(r)
		l.rows.Put(r, v)
	}
	return v
}

// expressions returns those of a resource in the configuration.
func (l *loader) expressions(c *configResource) *expressions {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.configured(c)
}

// contain reports whether the text of a part contains another one.
func (l *loader) contain(p jsontext.Part, text string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	all, err := l.read.Bytes(p)
	l.fail(err)
	return bytes.Contains(all, []byte(text))
}

// given and had return the views of the inputs and of the resulting state of a resource.
func (l *loader) given(r *row) model.Value {
	v := l.load(r)
	return l.view(r, v.inputs, &v.given)
}

func (l *loader) had(r *row) model.Value {
	v := l.load(r)
	return l.view(r, v.outputs, &v.had)
}

// view returns the view of a tree, which it keeps.
func (l *loader) view(r *row, t tree, kept *model.Value) model.Value {
	l.mu.Lock()
	defer l.mu.Unlock()
	if *kept == nil {
		*kept = t.properties(r.spelling)
	}
	return *kept
}

func (l *loader) values(r *row) *loaded {
	if r.unread { // the plan contains only its expressions
		return &loaded{inputs: l.d.object(frameOf(r), l.configured(r.config).of, 0)}
	}
	after := l.tree(r.parts)
	if r.instance != nil {
		var wrong *mistake
		if after, wrong = r.instance.values(after.value); wrong != nil {
			l.fail(jsontext.ErrChanged) // it was checked before
		}
	}
	switch {
	case r.lookup != "":
		inputs, _ := l.d.arguments(r, after, l.configured(r.config))
		return &loaded{inputs: inputs, outputs: after}
	case l.d.file.isPlan && r.config != nil:
		inputs, ignore := l.d.configured(r, after, l.configured(r.config))
		return &loaded{inputs: inputs, outputs: after, ignore: ignore}
	case l.d.file.isPlan:
		return &loaded{inputs: after, outputs: after}
	}
	if r.instance != nil {
		after.sensitive = l.d.marked(r, after)
	}
	return &loaded{inputs: l.d.likelyInputs(r, after), outputs: after}
}

// configured is expressions for whoever has locked the loader.
func (l *loader) configured(c *configResource) *expressions {
	if c == nil {
		return &expressions{}
	}
	e, ok := l.configs.Get(c)
	if ok {
		return e
	}
	e = &expressions{blocks: map[*byte]expression{}}
	text, err := l.written.Bytes(c.Expressions.Part)
	e.of = objectOf(bytes.Clone(text))
	l.fail(err)
	l.configs.Put(c, e)
	return e
}

func (l *loader) tree(p parts) tree {
	one := func(p jsontext.Part) any {
		v, err := l.read.Value(p)
		l.fail(err)
		return v
	}
	return tree{one(p.Value), one(p.Unknown), one(p.Sensitive)}
}

// lazy are the properties of a resource, which are read whenever they are asked for. It is an Object.
type lazy struct {
	model.Unset
	l       *loader
	r       *row
	planned bool // its resulting state, not its inputs
}

func (v lazy) view() model.Value {
	if v.planned {
		return v.l.had(v.r)
	}
	return v.l.given(v.r)
}

// Kind returns Object.
func (lazy) Kind() model.Kind { return model.Object }

// Keys returns the names of the properties.
func (v lazy) Keys() []string { return v.view().Keys() }

// Field returns a property, or nil.
func (v lazy) Field(name string) model.Value { return v.view().Field(name) }
