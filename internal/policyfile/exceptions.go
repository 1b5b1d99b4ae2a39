package policyfile

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/progression-labs-development/policypack/internal/exception"
	"github.com/progression-labs-development/policypack/internal/mistake"
	"github.com/progression-labs-development/policypack/internal/nearest"
	"github.com/progression-labs-development/policypack/internal/place"
)

// readExceptions reads the exceptions of version 2. Everything that the engine refuses is a mistake, and so is what it
// takes and what can match nothing.
func (f *File) readExceptions() {
	if f.exceptions == nil || f.exceptions.Value.Shape() == "null" {
		return
	}
	if shape := f.exceptions.Value.Shape(); shape != "an object" {
		f.fail(f.exceptions.Row, `"exceptions" is an object by id: expected {"ID": %s}, got %s`, shapeException, shape)
		return
	}
	for _, c := range f.exceptions.Value.Fields {
		if f.exceptions.Value.Field(c.Key).Value == c.Value { // of two with one id, the last
			f.exception(c)
		}
	}
	f.Exceptions.Sort()
	f.again()
}

// exception reads one of them.
func (f *File) exception(c Field) {
	e := exception.Entry{Exception: exception.Exception{ID: c.Key}}
	where := "exceptions." + c.Key
	if !exception.IsID(c.Key) {
		f.fail(c.Row, `"exceptions": an id has letters, digits, -, . and _ alone`)
		where = "exceptions"
	}
	if shape := c.Value.Shape(); shape != "an object" {
		f.fail(c.Row, "%s: expected %s, got %s", where, shapeException, shape)
		return
	}
	if reason := f.want(c.Value, c.Row, where, "reason", "a text"); reason != nil {
		if e.Reason, _ = reason.Value.(string); strings.TrimSpace(e.Reason) == "" {
			f.fail(reason.Row, "%s.reason: expected the reason, got an empty string", where)
		}
	}
	if match := f.want(c.Value, c.Row, where, "match", "a list"); match != nil {
		if len(match.Items) == 0 {
			f.fail(match.Row, `%s.match: expected at least one {"policies": ["POLICY"], "targets": ["URN"]}`, where)
		}
		for i, item := range match.Items {
			e.Match = append(e.Match, f.match(item, fmt.Sprintf("%s.match[%d]", where, i)))
		}
	}
	f.only(c.Value, where, "reason", "match")
	f.Exceptions = append(f.Exceptions, e)
}

func (f *File) match(d *Document, where string) (m exception.Match) {
	if shape := d.Shape(); shape != "an object" {
		f.fail(d.Row, `%s: expected {"policies": ["POLICY"], "targets": ["URN"]}, got %s`, where, shape)
		return m
	}
	m.Policies = f.texts(d, where, "policies", f.policy)
	m.Targets = f.texts(d, where, "targets", f.target)
	f.only(d, where, "policies", "targets")
	return m
}

// want returns the value of a required key, nil where it is of another shape or missing.
func (f *File) want(d *Document, row int, where, key, shape string) *Document {
	c := d.Field(key)
	switch {
	case c == nil:
		f.fail(row, "%s: missing %s", where, key)
	case c.Value.Shape() != shape:
		f.fail(c.Row, "%s.%s: expected %s, got %s", where, key, shape, c.Value.Shape())
	default:
		return c.Value
	}
	return nil
}

// only refuses other keys than these. Pulumi ignores them, and so the end that somebody has written.
func (f *File) only(d *Document, where string, keys ...string) {
	for _, c := range d.Fields {
		if slices.Contains(keys, c.Key) {
			continue
		}
		hint := cmp.Or(strings.TrimPrefix(nearest.DidYouMean(c.Key, keys), "; "), "remove it")
		if c.Key == "expires" || c.Key == "owner" {
			hint = "exceptions in a file have no expiry or owner; use an exemption in the settings if it needs them"
		}
		f.fail(c.Row, "%s: Pulumi ignores %q: it has %s; %s", where, c.Key, strings.Join(keys, " and "), hint)
	}
}

// texts reads a list of texts, each of which the function checks.
func (f *File) texts(d *Document, where, key string, wrong func(string) string) (out []string) {
	list := f.want(d, d.Row, where, key, "a list")
	if list == nil {
		return nil
	}
	where += "." + key
	if len(list.Items) == 0 {
		f.fail(list.Row, "%s: expected at least one", where)
	}
	for i, item := range list.Items {
		s, ok := item.Value.(string)
		switch {
		case !ok:
			f.fail(item.Row, "%s[%d]: expected a string, got %s", where, i, item.Shape())
		case slices.Contains(out, s):
			f.fail(item.Row, "%s[%d]: duplicate; remove one", where, i)
		default:
			if message := wrong(s); message != "" {
				f.fail(item.Row, "%s[%d]: %s", where, i, message)
			} else if key == "targets" && strings.Contains(s, "*") {
				f.doubt(item.Row, "%s[%d]: targets are not globs, so the * is literal", where, i)
			}
			out = append(out, s)
		}
	}
	return out
}

func (f *File) policy(name string) string {
	switch {
	case name == "":
		return "expected the name of a policy, got an empty string"
	case name == All:
		return `an exception names its policies; "all" is none`
	case name == settingsPolicy:
		return "mistakes in the settings cannot be exempted"
	case f.known != nil && !slices.Contains(f.known, name):
		return mistake.NoPolicy(name, f.known)
	}
	return ""
}

// target says what is wrong with a target, which the engine compares as a text.
func (f *File) target(urn string) string {
	const want = "expected the full URN of one resource, " + place.URNForm + ", as printed by `pulumi stack " +
		"--show-urns`"
	u, ok := place.ParseURN(urn)
	switch {
	case strings.HasPrefix(urn, place.FileURN):
		return "exceptions only apply to resources; exempt a file in the settings"
	case !ok, u.Stack == "", u.Project == "", u.Types == "", u.Name == "", strings.TrimSpace(urn) != urn:
		return want
	case strings.HasSuffix(u.Name, "*"), strings.ContainsAny(u.Stack+u.Project+u.Types, "*?{["):
		return "targets are not globs: " + want + ", or exempt the finding in the settings, which accept globs"
	}
	return ""
}

// again finds the policies and targets that several entries are about.
func (f *File) again() {
	type pair struct{ policy, target string }
	seen := map[pair]string{}
	for i := range f.Exceptions {
		e := &f.Exceptions[i]
		told := false
		for _, m := range e.Match {
			for _, p := range m.Policies {
				for _, t := range m.Targets {
					first, twice := seen[pair{p, t}]
					if twice && !told {
						told = true
						f.doubt(f.exceptions.Value.Field(e.ID).Row, "exceptions.%s: exceptions.%s already has "+
							"the same policy and target", e.ID, first)
					}
					if !twice {
						seen[pair{p, t}] = e.ID
					}
				}
			}
		}
	}
}
