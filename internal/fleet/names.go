package fleet

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/progression-labs-development/policypack/internal/jsontext"
)

// Name is the name of a stack. The organization is empty if it is unknown, and in backends without organizations.
type Name struct{ Organization, Project, Stack string }

// String writes [ORGANIZATION/]PROJECT/STACK.
func (n Name) String() string {
	return strings.TrimPrefix(n.Organization+"/"+n.Project+"/"+n.Stack, "/")
}

// Is reports whether both may name the same stack: an organization that one of them does not say may be any.
func (n Name) Is(other Name) bool {
	return n.Project == other.Project && n.Stack == other.Stack &&
		(n.Organization == other.Organization || n.Organization == "" || other.Organization == "")
}

// NewName returns the name of a stack. The placeholder of backends without organizations becomes an empty
// organization.
func NewName(org, project, stack string) Name { return Name{organization(org), project, stack} }

// wantNames are the forms of a list of stacks, for messages.
const wantNames = "a list of stacks: one [ORGANIZATION/]PROJECT/STACK per line, the JSON report of `policypack " +
	"coverage`, or the output of `pulumi stack ls --all --json`"

// ReadNames reads a list of existing stacks: one per line, the JSON of a [Report], or the output of `pulumi stack ls
// --all --json`.
func ReadNames(data []byte) (names []Name, err error) {
	text := strings.TrimSpace(strings.TrimPrefix(string(data), "\ufeff"))
	switch {
	case strings.HasPrefix(text, "{"):
		names, err = covered([]byte(text))
	case strings.HasPrefix(text, "["):
		names, err = printed([]byte(text))
	default:
		row := 0
		for line := range strings.Lines(text) {
			row++
			line, _, _ = strings.Cut(line, "#")
			if line = strings.TrimSpace(line); line == "" {
				continue
			}
			name, ok := parseName(line)
			if !ok {
				return nil, fmt.Errorf("line %d: expected [ORGANIZATION/]PROJECT/STACK; the file must be %s", row,
					wantNames)
			}
			names = append(names, name)
		}
	}
	if err == nil && len(names) == 0 {
		err = errors.New("no stack in the file; expected " + wantNames)
	}
	return names, err
}

func parseName(text string) (Name, bool) {
	parts := strings.Split(text, "/")
	if len(parts) == 2 {
		parts = append([]string{""}, parts...)
	} else if len(parts) != 3 || parts[0] == "" {
		return Name{}, false
	}
	return NewName(parts[0], parts[1], parts[2]), parts[1] != "" && parts[2] != ""
}

// covered reads a report of this package.
func covered(data []byte) (names []Name, err error) {
	var r Report
	if err := json.Unmarshal(data, &r); err != nil {
		return nil, jsontext.Wrong(data, err, wantNames)
	}
	if r.Format != Format {
		return nil, errors.New("expected " + wantNames)
	}
	for _, s := range append(r.Stacks, r.Stateless...) {
		if s.Project == "" || s.Stack == "" {
			return nil, fmt.Errorf("%s could not be read, so the list of stacks is incomplete; create the list "+
				"again", s.File)
		}
		names = append(names, NewName(s.Organization, s.Project, s.Stack))
	}
	return names, nil
}

// printed reads what Pulumi's CLI prints.
func printed(data []byte) (names []Name, err error) {
	var list []struct {
		Name string `json:"name"`
	}
	if err := json.Unmarshal(data, &list); err != nil {
		return nil, jsontext.Wrong(data, err, wantNames)
	}
	for i, one := range list {
		name, ok := parseName(one.Name)
		if !ok {
			return nil, fmt.Errorf("[%d].name: expected [ORGANIZATION/]PROJECT/STACK; run `pulumi stack ls --all "+
				"--json` outside a project", i)
		}
		names = append(names, name)
	}
	return names, nil
}
