package terraform

import (
	"strings"

	"github.com/progression-labs-development/policypack/internal/catalogue"
	"github.com/progression-labs-development/policypack/internal/place"
)

// row is a resource as policies see it: a resource, a module, a provider or a provisioner.
type row struct {
	id      string // the last part of its URN: its address
	address string // of the resource that it is, or that it belongs to
	name    string // the logical name
	key     string // the instance key, in brackets
	token   string
	module  []step
	types   string // the qualified type of its URN
	custom  bool   // it has a provider; else it is a module
	kind    *catalogue.Kind

	// held are its values where they are in memory all the time. Those of all others are in the source: as parts, of a
	// stored state with the rest of the instance, or in the configuration alone (unread).
	held     *loaded
	parts    parts
	instance *rawInstance
	unread   bool
	creates  bool // the plan creates it

	spelling *spelling
	prefix   []any    // in front of a spelled path: provisioner[0]
	ignore   []string // where ignore_changes is seen to be at work

	provider      *row   // whose configuration it uses, nil where there is none
	providerToken string // of the provider in any case
	scope         *scope // nil where the configuration does not have it
	config        *configResource
	dependsOn     []string // of a state
	lookup        string   // the type of a data source or an ephemeral resource
}

// add appends a row, preceded by its enclosing modules.
func (d *Document) add(r *row) {
	if d.byID[r.id] != nil {
		return // deposed objects and deferred changes of the same instance
	}
	types := make([]string, 0, len(r.module)+1)
	for i := range r.module {
		types = append(types, d.module(r.module[:i+1]).token)
	}
	r.types = d.shared(place.Types(append(types, r.token)...))
	d.byID[r.id] = r
	d.rows = append(d.rows, r)
}

// module returns the row of a module instance.
func (d *Document) module(steps []step) *row {
	id := address(steps)
	if m := d.byID[id]; m != nil {
		return m
	}
	last := steps[len(steps)-1]
	m := &row{id: id, address: id, name: last.name, module: steps[:len(steps)-1], held: &loaded{}}
	source := ""
	if s := d.scopeOf(steps); s != nil {
		source = s.source
	}
	m.token = moduleToken(source)
	d.add(m)
	return m
}

// shared returns a text that is in memory once, as long as the document is being read.
func (d *Document) shared(text string) string {
	if known, ok := d.texts[text]; ok {
		return known
	}
	if d.texts != nil {
		d.texts[text] = text
	}
	return text
}

// instance is an instance of a module.
type instance struct {
	steps []step
	scope *scope // nil if the configuration does not have it
}

// instanceOf returns the module instance with an address.
func (d *Document) instanceOf(address string) *instance {
	m := d.modules[address]
	if m == nil {
		steps := parseModule(address)
		m = &instance{steps, d.scopeOf(steps)}
		d.modules[address] = m
	}
	return m
}

// tokens maps a type to the token that rules use.
func (d *Document) tokens(typ string) (token string, kind *catalogue.Kind) {
	if kind = d.catalogue.KindOfTerraform(typ); kind != nil {
		return kind.Token, kind
	}
	return d.shared("terraform:tf:" + plainType(typ)), nil
}

// plainType removes characters from a type that could end the type of a URN.
func plainType(typ string) string {
	return strings.Map(func(c rune) rune {
		if c == '_' || c == '-' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' {
			return c
		}
		return '_'
	}, typ)
}

// spellingOf returns Pulumi's spelling of the properties of a kind; nil for the default.
func (d *Document) spellingOf(kind *catalogue.Kind) *spelling {
	if kind == nil {
		return nil
	}
	if d.spellings[kind.Token] == nil {
		d.spellings[kind.Token] = newSpelling(d.catalogue.Paths(kind))
	}
	return d.spellings[kind.Token]
}

// logical returns the name that a person would use for the resource: its module's name if it has none of its own.
func logical(name, key string, module []step) string {
	switch name {
	case "this", "main", "self", "default":
		if len(module) > 0 {
			name = module[len(module)-1].name
		}
	}
	return name + key
}
