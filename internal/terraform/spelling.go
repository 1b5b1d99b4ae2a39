package terraform

import (
	"strings"

	"github.com/progression-labs-development/policypack/internal/catalogue"
)

// spelling is a tree of the paths that the catalogue has for a type, in Pulumi's spelling. Outside of it, the spelling
// follows from the shape of a value. A nil spelling has no paths.
type spelling struct {
	fields map[string]*spelling
	items  *spelling         // of a list
	values *spelling         // of a map, whose keys stay as they are
	names  map[string]string // names that no rule turns into Pulumi's

	called map[string]string // the fields by their names and by what they may be the plural of; see field
}

// newSpelling builds the tree for the given paths.
func newSpelling(paths []catalogue.Path) *spelling {
	root := &spelling{}
	for _, path := range paths {
		at := root
		for _, step := range path {
			switch step {
			case "[]":
				if at.items == nil {
					at.items = &spelling{}
				}
				at = at.items
			case "*":
				if at.values == nil {
					at.values = &spelling{}
				}
				at = at.values
			default:
				if at.fields == nil {
					at.fields = map[string]*spelling{}
				}
				if at.fields[step] == nil {
					at.fields[step] = &spelling{}
				}
				at = at.fields[step]
			}
		}
	}
	return root.call()
}

// field returns Pulumi's name of an attribute or block: in camel case, and in the plural if the catalogue has it so,
// since Pulumi names a repeated block container by its list, containers.
func (s *spelling) field(name string) (string, *spelling) {
	if s != nil && s.names[name] != "" {
		name = s.names[name]
	} else {
		name = camel(name)
	}
	if s == nil || s.fields == nil {
		return name, nil
	}
	if field, ok := s.called[name]; ok {
		return field, s.fields[field]
	}
	return name, nil
}

// call indexes the fields, and those below. A name is that of the field itself, or that without s, es or ies (and with
// y), in this order.
func (s *spelling) call() *spelling {
	if s == nil {
		return nil
	}
	s.called = make(map[string]string, len(s.fields))
	for _, suffix := range [...]struct{ end, instead string }{
		{"", ""}, {"s", ""}, {"es", ""}, {"ies", ""}, {"ies", "y"},
	} {
		for _, field := range sortedKeys(s.fields) {
			if stem, ok := strings.CutSuffix(field, suffix.end); ok && s.called[stem+suffix.instead] == "" &&
				(suffix.end != "ies" || !strings.HasSuffix(stem, "y")) {
				s.called[stem+suffix.instead] = field
			}
		}
	}
	for _, inner := range s.fields {
		inner.call()
	}
	s.items.call()
	s.values.call()
	return s
}

// entry returns the name of a key of an object. In a block keys are attributes. An object that is the value of an
// attribute is treated as a map, whose keys are chosen by the program and stay, except those in the catalogue.
func (s *spelling) entry(key string, block bool) (string, *spelling) {
	switch {
	case s != nil && s.values != nil:
		return key, s.values
	case block:
		return s.field(key)
	case s != nil && s.fields != nil:
		if name, inner := s.field(key); inner != nil {
			return name, inner
		}
	}
	return key, nil
}

// single reports whether Pulumi represents the list of blocks as one object, because there can be only one.
func (s *spelling) single() bool { return s != nil && s.items == nil && s.fields != nil }

// item returns the spelling of a list's items.
func (s *spelling) item() *spelling {
	if s == nil || s.single() {
		return s
	}
	return s.items
}

// camel converts snake case to camel case as Pulumi's bridge does. A name without underscores stays.
func camel(name string) string {
	if !strings.Contains(name, "_") {
		return name
	}
	out := make([]byte, 0, len(name))
	upper := false
	for i := range len(name) {
		switch c := name[i]; {
		case c == '_':
			upper = len(out) > 0
		case upper && c >= 'a' && c <= 'z':
			out, upper = append(out, c-('a'-'A')), false
		default:
			out, upper = append(out, c), false
		}
	}
	return string(out)
}

// snake is the inverse of camel, as far as there is one.
func snake(name string) string {
	var b strings.Builder
	for i, c := range name {
		if c >= 'A' && c <= 'Z' {
			if i > 0 {
				b.WriteByte('_')
			}
			c += 'a' - 'A'
		}
		b.WriteRune(c)
	}
	return b.String()
}
