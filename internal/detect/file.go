package detect

import (
	"slices"
	"strings"
	"unsafe"

	"github.com/progression-labs-development/policypack/internal/detect/file"
	"github.com/progression-labs-development/policypack/internal/dialect"
	"github.com/progression-labs-development/policypack/internal/document"
	"github.com/progression-labs-development/policypack/internal/place"
	"github.com/progression-labs-development/policypack/internal/slot"
)

// FileMatch is a secret found in a file. Its span is in bytes of the file. Inner is the path in the document of the
// value that contains it, nil if the file is not a tree.
type FileMatch struct {
	Match
	// Name is the name of the value at Inner: its key, or the name beside or above it.
	Name         string
	Line, Column int // of Start, counted from 1; the column in bytes
	// More reports, for the last match, whether the search stopped there, so that there may be more.
	More bool
}

// File returns the secrets in a file of a repository, sorted by Start, with disjoint spans. It returns at most 256,
// which the last one's More reports. The name, slash-separated and relative to the root of the repository, determines
// how the file is parsed and how strong the evidence of a name in it is; see the package documentation. The data is in
// UTF-8, whatever the encoding of the file, and must not change before File returns; nothing of it is kept.
func (d *Detector) File(name string, data []byte) []FileMatch {
	return d.file(name, dialect.Of(name), data, false)
}

// FileIn is File for a text whose dialect is known by other means than its name.
func (d *Detector) FileIn(k dialect.Dialect, name string, data []byte) []FileMatch {
	return d.file(name, k, data, false)
}

// FileFormats is File for a binary file, or one that people do not write. It returns matches of known formats and of
// the patterns in the options, and ignores names beside values and encoded text.
func (d *Detector) FileFormats(name string, data []byte) []FileMatch {
	return d.file(name, dialect.Of(name), data, true)
}

// view returns the data as a string without a copy, which would cost more than the search.
func view(data []byte) string { return unsafe.String(unsafe.SliceData(data), len(data)) } //nolint:gosec // see File

func (d *Detector) file(name string, k dialect.Dialect, data []byte, only bool) []FileMatch {
	if len(data) < 8 {
		return nil
	}
	text := view(data)
	s := d.scan(text)
	defer d.done(s)
	f := fileScan{Source: file.New(name, k, &s.Cursor), s: s, only: only, as: k.Structure}
	if f.as == dialect.Unstructured && k.Values.Has(dialect.Prose|dialect.SemiComment) &&
		!slices.Contains(k.Comments, "<!--") { // Markdown has a front matter, and is none
		f.as = document.Guess(text[:min(len(text), 512)])
		if f.as == dialect.TOML && k.Values.Has(dialect.SemiComment) {
			f.as = dialect.Unstructured // ini and properties, which only look like it
		}
	}
	s.file = &f
	s.extras()
	f.Known(name, func(key string, v file.Value) { f.weigh(key, text[v.From:v.To], v.From, v.To) })
	f.look()
	s.formatsFirst()
	full := len(s.found) >= maxFound
	matches := s.result()
	if len(matches) == 0 {
		return nil
	}
	found := make([]FileMatch, 0, len(matches))
	lines, end := place.Lines{Text: text}, 0
	for _, m := range matches {
		if m.Start < end {
			continue // a second secret in the same encoded run
		}
		end = m.End
		at := lines.Position(m.Start)
		m.Key, m.Inner = strings.Clone(m.Key), nil
		found = append(found, FileMatch{Match: m, Line: at.Line, Column: at.Column})
	}
	f.locate(found)
	found[len(found)-1].More = full
	return found
}

// locate adds to the matches the path in the document, and the name of the value there.
func (f *fileScan) locate(found []FileMatch) {
	if f.as != dialect.Unstructured && !f.only {
		f.roots, _ = document.Parse(f.as, f.Text)
		f.as = dialect.Unstructured
	}
	hide := func(key string) string { return strings.Clone(f.s.shown(key)) }
	for i, root := range f.roots {
		w := slot.Walker{Visit: func(l *slot.Leaf) {
			n, ok := l.Value.(*document.Node)
			if !ok {
				return
			}
			for k := range found {
				m := &found[k]
				if m.Start < n.From || m.Start >= n.To {
					continue
				}
				m.Name, m.Inner = hide(l.Name), nil
				if len(f.roots) > 1 {
					m.Inner = append(m.Inner, i)
				}
				for _, step := range l.Path {
					if key, ok := step.(string); ok {
						step = hide(key)
					}
					m.Inner = append(m.Inner, step)
				}
			}
		}}
		w.Walk(root)
	}
}
