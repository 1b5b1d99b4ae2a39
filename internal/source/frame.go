package source

import (
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/progression-labs-development/policypack/internal/place"
)

// inProject is the prefix of positions in files of the project.
const inProject = "project:///"

// frames returns the Pulumi positions that are in the program itself rather than in its packages.
func (p *Program) frames(all []string) []place.Location {
	var out []place.Location
	for _, one := range all {
		l, ok := parseFrame(one)
		if !ok {
			continue
		}
		if l.File = path.Join(p.prefix, l.File); !slices.Contains(out, l) {
			out = append(out, l)
		}
	}
	return out
}

// parseFrame parses a position such as project:///index.ts#8,9. It rejects positions in packages.
func parseFrame(text string) (l place.Location, ok bool) {
	rest, ok := strings.CutPrefix(text, inProject)
	if !ok {
		return l, false
	}
	file, at, _ := strings.Cut(rest, "#")
	file, err := url.PathUnescape(file)
	if err != nil || file == "" {
		return l, false
	}
	if l.File = path.Clean(file); l.File == ".." || strings.HasPrefix(l.File, "../") || strings.HasPrefix(l.File, "/") {
		return l, false
	}
	if slices.ContainsFunc(strings.Split(path.Dir(l.File), "/"), Foreign) && path.Dir(l.File) != "." {
		return l, false
	}
	line, column, _ := strings.Cut(at, ",")
	if l.Line, err = strconv.Atoi(line); err != nil || l.Line < 1 {
		l.Line = 0
		return l, true
	}
	if l.Column, err = strconv.Atoi(column); err != nil || l.Column < 1 {
		l.Column = 0
	}
	return l, true
}
