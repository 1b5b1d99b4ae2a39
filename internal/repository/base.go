package repository

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/progression-labs-development/policypack/internal/facts"
	"github.com/progression-labs-development/policypack/internal/place"
)

// baseDir returns the directory of the base that files at root are compared with, with links resolved. It is empty if
// no base is given.
func baseDir(base, root string) (string, error) {
	if base == "" {
		return "", nil
	}
	dir, err := filepath.Abs(base)
	if err == nil {
		dir, err = filepath.EvalSymlinks(dir)
	}
	if err != nil {
		return "", fmt.Errorf("base %s: %s", base, cause(err))
	}
	info, err := os.Stat(dir)
	switch {
	case err != nil:
		return "", fmt.Errorf("base %s: %s", base, cause(err))
	case !info.IsDir():
		return "", fmt.Errorf("base %s: expected a directory", base)
	}
	if own, err := os.Stat(root); err == nil && os.SameFile(own, info) {
		return "", fmt.Errorf("base %s: this is the checked directory itself; expected a checkout of the base branch",
			base)
	}
	return dir, nil
}

// compare marks the comments of a file that its base does not have. A base file that cannot be read has none.
func (r *reader) compare(x *examination) []FileError {
	if r == nil || len(x.file.Allows) == 0 {
		return nil
	}
	var known []string
	c, left, err := r.load(entry{name: x.file.Name})
	if err == nil && left == "" {
		for _, text := range readingOf(x.name, "", c, r.kinds).texts {
			known = append(known, r.examine(x.name, text).claims()...)
		}
	}
	for i, claim := range x.claims() {
		x.file.Allows[i].Pending = !slices.Contains(known, claim)
	}
	if err != nil {
		return []FileError{{Name: x.file.Name, Message: "its base version cannot be read: " + cause(err)}}
	}
	return nil
}

// values returns the values found in the base's version of a file, which may have had another name.
func (r *reader) values(name string) map[baseValue]bool {
	if r.known != nil && r.knownOf == name {
		return r.known
	}
	r.known, r.knownOf = map[baseValue]bool{}, name
	add := func(v facts.Value) { r.known[baseValue{v.Name, v.Digest}] = true }
	c, left, err := r.load(entry{name: name})
	if from := r.names.base(name); left == skipMissing && from != "" {
		name = from
		c, left, err = r.load(entry{name: name})
	}
	if err != nil || left != "" {
		return r.known // what is there is new
	}
	how := readingOf(name, "", c, r.kinds)
	for _, text := range how.texts {
		f := &r.examine(name, text).file
		for i := range f.Findings {
			add(f.Findings[i].Value)
		}
		for _, k := range f.CI {
			add(k.Value)
		}
	}
	if how.formats != nil {
		all := r.options.Detector.FileFormats(name, how.formats)
		for i := range all {
			add(valueOf(r.options.Detector, how.formats, all, i))
		}
	}
	return r.known
}

// baseValue is a value of the base and its name.
type baseValue struct {
	name   string
	digest [sha256.Size]byte
}

// mark marks the values of a file that the base does not have under their names. found reports whether the content is
// the one from before the change.
func (r *reader) mark(f *facts.File, found func() bool) {
	if r == nil {
		return
	}
	mark := func(v *facts.Value) {
		v.Changed = !r.values(f.Name)[baseValue{v.Name, v.Digest}] && !found()
	}
	for i := range f.Findings {
		mark(&f.Findings[i].Value)
	}
	for i := range f.CI {
		if f.CI[i].By == "value" {
			mark(&f.CI[i].Value)
		}
	}
}

// holds reports whether the base has the file with the same content. A blob that is too large to read counts as
// missing.
func (r *reader) holds(e entry, c content, b *blobs) bool {
	own, left, err := r.load(entry{name: e.name})
	if from := r.names.base(e.name); left == skipMissing && from != "" {
		own, left, err = r.load(entry{name: from})
	}
	if err != nil || left != "" || own.size != c.size {
		return false
	}
	before, err := r.blobs.id(own)
	if err != nil {
		return false
	}
	after, err := b.id(c)
	return err == nil && before == after
}

// claims returns one entry per comment of the file: its policies and reason, the text it applies to, and the findings
// there. The position in the file is not part of it.
func (x *examination) claims() []string {
	if len(x.file.Allows) == 0 {
		return nil
	}
	lines := bytes.Split(x.data, []byte("\n"))
	last := x.extents()
	claims := make([]string, len(x.file.Allows))
	for i := range x.file.Allows {
		a := &x.file.Allows[i]
		var b strings.Builder
		fmt.Fprintf(&b, "%q %q\n", a.Policies, a.Reason)
		end := max(a.Line, last[a.Line])
		for n := a.Line; n <= end && n <= len(lines); n++ {
			line := strings.TrimRight(string(lines[n-1]), " \t\r")
			if n == end && line != "" && strings.IndexByte("\\`^", line[len(line)-1]) >= 0 {
				end++ // a command goes on in the next line
			}
			b.WriteString(line + "\n")
		}
		x.at(&b, a.Line)
		claims[i] = b.String()
	}
	return claims
}

// extents returns the last line of each secret that spans several lines, by its first line.
func (x *examination) extents() map[int]int {
	last := map[int]int{}
	text := place.Lines{Text: string(x.data)}
	add := func(from, to int) {
		first := text.Position(from).Line
		last[first] = max(last[first], text.Position(to).Line)
	}
	for _, m := range x.detector.FileIn(x.dialect, x.name, x.data) {
		add(m.Start, m.End)
	}
	for _, p := range x.told {
		add(p.from, p.to)
	}
	return last
}

// at writes the facts of a line, which depend on the lines around it.
func (x *examination) at(b *strings.Builder, line int) {
	x.file.Each(func(at place.Position, fact any) {
		if at.Line == line {
			fmt.Fprintf(b, "%+v\n", fact)
		}
	})
}
