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
	return root
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
	for _, candidate := range [...]string{name, name + "s", name + "es", strings.TrimSuffix(name, "y") + "ies"} {
		if inner := s.fields[candidate]; inner != nil {
			return candidate, inner
		}
	}
	return name, nil
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
	var b strings.Builder
	for i, word := range strings.Split(name, "_") {
		if i > 0 && word != "" && b.Len() > 0 {
			word = strings.ToUpper(word[:1]) + word[1:]
		}
		b.WriteString(word)
	}
	return b.String()
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
