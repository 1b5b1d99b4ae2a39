package state

import (
	"bytes"
	"maps"
	"slices"
	"sync"

	"github.com/progression-labs-development/policypack/internal/jsontext"
	"github.com/progression-labs-development/policypack/internal/model"
	"github.com/progression-labs-development/policypack/internal/wire"
)

// loader reads the properties of resources. It keeps the last ones, because they are asked for several times in a row.
type loader struct {
	mu     sync.Mutex
	read   *jsontext.Parts
	loaded jsontext.Recent[jsontext.Part, model.Value]
	failed error
}

// err returns the first error in reading.
func (l *loader) err() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.failed
}

// check returns the mistake in properties. Only a few can have one.
func (l *loader) check(p jsontext.Part, o *jsontext.Outline) (*mistake, error) {
	switch {
	case p.None():
		return nil, nil
	case p.Kind() != '{':
		return &mistake{nil, "expected an object"}, nil
	}
	text, err := l.read.Bytes(p)
	if err != nil || !o.Odd(p) && !bytes.Contains(text, []byte(wire.Signature)) {
		return nil, err
	}
	_, wrong, err := l.properties(p)
	return wrong, err
}

// properties returns properties with their wrapped values unwrapped, and the mistake in them.
func (l *loader) properties(p jsontext.Part) (model.Value, *mistake, error) {
	v, err := l.read.Value(p)
	if err != nil {
		return nil, nil, err
	}
	m, _ := v.(map[string]any)
	wrong := unwrapAll(m, 0)
	return model.Of(m), wrong, nil
}

// load returns properties. They are empty if they cannot be read, which err reports.
func (l *loader) load(p jsontext.Part) model.Value {
	l.mu.Lock()
	defer l.mu.Unlock()
	if v, ok := l.loaded.Get(p); ok {
		return v
	}
	v, wrong, err := l.properties(p)
	if wrong != nil {
		err = jsontext.ErrChanged // it was checked before
	}
	if err != nil {
		v = model.Of(map[string]any(nil))
		if l.failed == nil {
			l.failed = err
		}
	}
	l.loaded.Put(p, v)
	return v
}

// lazy are properties that are read whenever they are asked for. They are an Object.
type lazy struct {
	model.Unset
	l    *loader
	part jsontext.Part
}

// Kind returns Object.
func (lazy) Kind() model.Kind { return model.Object }

// Keys returns the names of the properties.
func (v lazy) Keys() []string { return v.l.load(v.part).Keys() }

// Field returns a property, or nil.
func (v lazy) Field(name string) model.Value { return v.l.load(v.part).Field(name) }

// checkDependencies returns the mistake in the dependencies of properties.
func (l *loader) checkDependencies(p jsontext.Part) (*mistake, error) {
	v, err := l.read.Value(p)
	if err != nil {
		return nil, err
	}
	all, _ := v.(map[string]any)
	for _, property := range slices.Sorted(maps.Keys(all)) {
		urns := all[property]
		list, ok := urns.([]any)
		for _, urn := range list {
			_, is := urn.(string)
			ok = ok && (is || urn == nil)
		}
		if !ok && urns != nil {
			return &mistake{
				[]any{"propertyDependencies", property}, "propertyDependencies: expected a list of strings",
			}, nil
		}
	}
	return nil, nil
}

// dependencies are the resources that properties depend on. They are read whenever they are asked for.
type dependencies struct {
	l    *loader
	part jsontext.Part
}

func (d dependencies) load() model.Value { return d.l.load(d.part) }

// Properties returns the names of the properties that depend on others, sorted.
func (d dependencies) Properties() []string {
	all := d.load()
	return slices.DeleteFunc(all.Keys(), func(name string) bool { return all.Field(name).Len() == 0 })
}

// Of returns the origins of a property.
func (d dependencies) Of(property string) []model.Origin {
	urns := d.load().Field(property)
	if urns == nil {
		return nil
	}
	all := make([]model.Origin, urns.Len())
	for i := range all {
		all[i] = model.Origin{Kind: model.OutputOf, From: urns.Item(i).Text()}
	}
	return all
}
