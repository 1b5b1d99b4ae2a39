package catalogue

import (
	"errors"
	"reflect"
	"slices"
)

// Condition is when an entry applies to a resource: all tests of All must hold, and at least one of Any if there are
// any. A path with "[]" holds if it does for at least one item; a test on a value in a list applies to that item.
type Condition struct {
	All []Test `json:"all,omitempty"`
	Any []Test `json:"any,omitempty"`
}

// Test is a test of one property. Exactly one operator is set.
type Test struct {
	Path Path `json:"path"`
	// Equals holds if the property is set to this value, NotEquals if it is not set or has another value.
	Equals    any `json:"equals,omitempty"`
	NotEquals any `json:"notEquals,omitempty"`
	// Set holds if the property is set and not null, Unset if it is not, NonEmpty if any value at or below it is
	// neither empty nor null.
	Set      bool `json:"set,omitempty"`
	Unset    bool `json:"unset,omitempty"`
	NonEmpty bool `json:"nonEmpty,omitempty"`
}

func (c *Condition) check() error {
	if c == nil {
		return nil
	}
	if len(c.All)+len(c.Any) == 0 {
		return errors.New("condition: expected all or any")
	}
	for _, test := range append(append([]Test(nil), c.All...), c.Any...) {
		operators := 0
		for _, given := range []bool{test.Equals != nil, test.NotEquals != nil, test.Set, test.Unset, test.NonEmpty} {
			if given {
				operators++
			}
		}
		if operators != 1 || len(test.Path) == 0 {
			return errors.New("condition: expected a path and one of equals, notEquals, set, unset, nonEmpty in each " +
				"test")
		}
	}
	return nil
}

// holds evaluates the condition on literal properties, such as those of a resource in a template. For a resource of the
// program, whose properties may be unknown, the policies evaluate the condition themselves.
func (c *Condition) holds(properties any) bool {
	if c == nil {
		return true
	}
	for _, test := range c.All {
		if !test.holds(properties) {
			return false
		}
	}
	for _, test := range c.Any {
		if test.holds(properties) {
			return true
		}
	}
	return len(c.Any) == 0
}

func (t Test) holds(properties any) bool {
	return anyAt(properties, t.Path, func(value any) bool {
		switch {
		case t.Equals != nil:
			return reflect.DeepEqual(value, t.Equals)
		case t.NotEquals != nil:
			return !reflect.DeepEqual(value, t.NotEquals)
		case t.Set:
			return value != nil
		case t.Unset:
			return value == nil
		default:
			looks := maxLooks
			return filled(value, &looks)
		}
	})
}

// maxLooks limits the search for a value, because a tree with YAML aliases can be far larger than its text. If nothing
// is found within the limit, the tree is considered filled.
const maxLooks = 10_000

// filled reports whether any value at or below is neither empty nor null.
func filled(value any, looks *int) bool {
	if *looks--; *looks < 0 {
		return true
	}
	switch value := value.(type) {
	case nil:
		return false
	case string:
		return value != ""
	case []any:
		return slices.ContainsFunc(value, func(inner any) bool { return filled(inner, looks) })
	case map[string]any:
		for _, inner := range value {
			if filled(inner, looks) {
				return true
			}
		}
		return false
	}
	return true
}

// anyAt reports whether the test holds for a value at path; an absent property is nil.
func anyAt(value any, path Path, holds func(any) bool) bool {
	if len(path) == 0 {
		return holds(value)
	}
	switch path[0] {
	case "[]":
		list, _ := value.([]any)
		for _, item := range list {
			if anyAt(item, path[1:], holds) {
				return true
			}
		}
		return false
	case "*":
		object, _ := value.(map[string]any)
		for _, item := range object {
			if anyAt(item, path[1:], holds) {
				return true
			}
		}
		return false
	}
	object, _ := value.(map[string]any)
	return anyAt(object[path[0]], path[1:], holds)
}
