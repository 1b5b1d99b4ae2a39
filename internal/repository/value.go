package repository

import (
	"bytes"
	"slices"
	"strings"

	"github.com/progression-labs-development/policypack/internal/detect"
	"github.com/progression-labs-development/policypack/internal/facts"
	"github.com/progression-labs-development/policypack/internal/lazy"
	"github.com/progression-labs-development/policypack/internal/place"
)

// valueOf returns what identifies a secret found in a text in a baseline: the path of its keys in a structured text,
// with its other names; otherwise its detector and its name.
func valueOf(d *detect.Detector, data []byte, all []detect.FileMatch, i int) facts.Value {
	m := &all[i]
	v := facts.Value{Name: m.Detector, Digest: facts.DigestOf(data[m.Start:m.End])}
	path := keysOf(d, m.Inner)
	names := []string{m.Name, m.Key}
	if len(path) > 0 {
		v.Name = path.Keys()
	}
	if m.Key == "" {
		names = append(names, nameBefore(data, all, i))
	}
	for j, name := range names {
		if name = shown(d, name); name != "" && !slices.Contains(path, any(name)) && !slices.Contains(names[:j], name) {
			v.Name += " " + name
		}
	}
	return v
}

// keysOf returns a path of the file as it may be printed. It leaves out the index of the document, and of the item if
// the document is a list.
func keysOf(d *detect.Detector, path []any) place.Path {
	var out place.Path
	for _, step := range path {
		key, ok := step.(string)
		switch {
		case ok:
			out = append(out, shown(d, key))
		case len(out) > 0:
			out = append(out, step)
		}
	}
	return out
}

// lookBack is the distance before a value that is searched for its name.
const lookBack = 256

// Names before a value: the target of an assignment or an argument in any notation (NAME=, name: , "name" =>, name(",
// "name", "), and an option (--name ). A URL's scheme is not a name.
var (
	namedValue = lazy.Regexp(`(?:^|[\s"'` + "`" + `{}()\[\],;&?])[.$-]{0,2}([A-Za-z_][A-Za-z0-9_.-]{0,63})["'` + "`" +
		`\])}]*(?:\s*(?::=|=>|=|:(?:[^/]|$))|\s*[,(]\s*["'` + "`" + `])`)
	optionValue = lazy.Regexp(`(?:^|\s)--?([A-Za-z][A-Za-z0-9_.-]{0,63})\s+["']?$`)
)

// nameBefore returns the nearest name before a value on its line, or an empty string. A part of another secret is not a
// name.
func nameBefore(data []byte, all []detect.FileMatch, i int) string {
	end := all[i].Start
	start := bytes.LastIndexByte(data[:end], '\n') + 1
	from := max(end-lookBack, start)
	for j := range all {
		if j != i && all[j].End > from && all[j].Start < end {
			from = min(all[j].End, end)
		}
	}
	for from > start && from < end && inName(data[from]) {
		from++ // the rest of a word, or of a secret, is no name
	}
	name := ""
	for at, line := 0, data[from:end]; at < len(line); {
		found := namedValue().FindSubmatchIndex(line[at:])
		if found == nil {
			break
		}
		name = string(line[at+found[2] : at+found[3]])
		at += found[3]
	}
	if found := optionValue().FindSubmatch(data[from:end]); found != nil {
		name = string(found[1])
	}
	return name
}

func inName(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("_.-+/=", c) >= 0
}
