package exemption

import (
	"fmt"
	"strings"

	"github.com/progression-labs-development/policypack/internal/glob"
	"github.com/progression-labs-development/policypack/internal/place"
)

// The parts of a resource that a pattern has globs for, in the order of a URN.
const (
	stackPart = iota
	projectPart
	typePart
	namePart
	partCount
)

var partNames = [partCount]string{"stack", "project", "type", "name"}

// pattern selects resources or files. Resources are matched part by part, so that no glob extends from one part of a
// URN into the next; only the name may contain a double colon.
type pattern struct {
	file  *glob.Glob            // over file:NAME; nil where the pattern is about resources
	parts [partCount]*glob.Glob // of resources; nil matches anything
	urn   bool                  // written as a URN
}

// failing records a mistake in a field of an entry, or in the entry if the field is empty.
type failing func(field, format string, args ...any)

// parsePattern parses the fields urn, or stack, project, type and name. Wrong types are left to the schema.
func parsePattern(fields map[string]any, fail failing) (p pattern) {
	var given []string
	broken := false
	for i, name := range partNames {
		v, ok := fields[name]
		if !ok {
			continue
		}
		given = append(given, name)
		s, isText := v.(string)
		if s = strings.TrimSpace(s); s == "" {
			broken = true
			if isText {
				fail(name, "expected a string, or leave it out to match any")
			}
			continue
		}
		if err := p.compile(i, s); err != nil {
			fail(name, "%v", err)
			broken = true
		}
	}
	v, ok := fields["urn"]
	urn, isText := v.(string)
	switch {
	case ok && len(given) > 0:
		fail("", "urn and %s: use either urn, or any of project, stack, type and name", strings.Join(given, ", "))
	case isText:
		return parseURN(strings.TrimSpace(urn), fail)
	case ok, broken:
	case len(given) == 0:
		fail("", "no resource selected: set urn, or any of project, stack, type and name")
	case p.everything():
		fail("", "%s: matches every resource: restrict at least one of project, stack, type and name",
			strings.Join(given, ", "))
	}
	return p
}

// parseURN parses a glob over URNs or files. Parts missing at the end of a URN match anything.
func parseURN(text string, fail failing) (p pattern) {
	wide := func() {
		fail("urn", "expected "+place.URNForm+", or file:NAME for a file of a repository, with * for any "+
			"characters in some of its parts")
	}
	if name, ok := strings.CutPrefix(text, place.FileURN); ok {
		g, err := glob.Compile(text)
		switch {
		case strings.Trim(name, "*:?$/.") == "":
			wide()
		case err != nil:
			fail("urn", "%v", err)
		}
		return pattern{file: g}
	}
	p.urn = true
	u, _ := place.ParseURN(text)
	for i, part := range partsOf(u) {
		if part == "" {
			continue
		}
		if err := p.compile(i, part); err != nil {
			fail("urn", "%s: %v", partNames[i], err)
			return p
		}
	}
	if p.everything() {
		wide()
	}
	return p
}

func partsOf(u place.URN) [partCount]string { return [...]string{u.Stack, u.Project, u.Types, u.Name} }

// compile sets the glob of a part.
func (p *pattern) compile(part int, text string) (err error) {
	p.parts[part], err = glob.Compile(text)
	return err
}

// match reports whether the pattern matches the resource or file with the URN. The type is matched against the
// resource's own type, or, if the pattern contains a $, against the types of its parents too, joined as in the URN.
func (p *pattern) match(urn string) bool {
	if p.file != nil {
		return p.file.Match(urn)
	}
	u, ok := place.ParseURN(urn)
	if !ok {
		return false
	}
	texts := partsOf(u)
	if !strings.Contains(p.parts[typePart].String(), "$") {
		texts[typePart] = u.Type()
	}
	for i, part := range p.parts {
		if !part.Match(texts[i]) {
			return false
		}
	}
	return true
}

// everything reports whether the pattern matches everything, by trying made-up resources.
func (p *pattern) everything() bool {
	return p.whole("zz_9.Y-x", "zz_9.Y-x") && p.whole("00000", "00000")
}

// whole reports whether the pattern matches everything on the stack, or every file, in the same way.
func (p *pattern) whole(project, stack string) bool {
	if p.file != nil {
		return p.match(place.FileURN+"zz_9/Y-x.q") && p.match(place.FileURN+"00000")
	}
	if stack == "" || project == "" {
		return false
	}
	one := place.URN{Stack: stack, Project: project, Types: "zz:yy/x:Xx$qqq:www:Eee", Name: "zz_9.Y-x"}
	other := place.URN{Stack: stack, Project: project, Types: "aa:bb:Cc$rr:tt:Uu", Name: "00000"}
	return p.match(one.String()) && p.match(other.String())
}

// of reports whether the pattern names this exact stack and project, without globs.
func (p *pattern) of(project, stack string) bool {
	return p.file == nil && p.parts[projectPart].String() == project && p.parts[stackPart].String() == stack
}

// doubts reports what is valid in the pattern but probably not intended.
func (p *pattern) doubts(say func(field, text string)) {
	if p.file != nil {
		return
	}
	field := func(i int) string {
		if p.urn {
			return "urn"
		}
		return partNames[i]
	}
	if p.urn {
		var missing []string
		for i, part := range p.parts {
			if part == nil {
				missing = append(missing, partNames[i])
			}
		}
		if len(missing) > 0 {
			say("urn", fmt.Sprintf("no %s, so that any matches: write %s, with * to match any",
				strings.Join(missing, " and no "), place.URNForm))
		}
	}
	if strings.Contains(p.parts[stackPart].String(), "/") {
		say(field(stackPart), "a stack name contains no slash: leave out the organization and project")
	}
	for _, i := range []int{stackPart, projectPart, typePart} {
		if glob.Bracket(p.parts[i].String()) {
			say(field(i), "brackets match literally and cannot match here: write {a,b} for alternatives")
		}
	}
	if t := p.parts[typePart]; t != nil && !strings.ContainsAny(t.String(), ":*") {
		say(field(typePart), "a type contains colons, as in aws:secretsmanager/secret:Secret; for a Terraform "+
			"resource, put its address into name, as in *aws_secretsmanager_secret.stripe")
	}
}
