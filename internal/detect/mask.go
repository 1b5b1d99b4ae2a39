package detect

import "strings"

// Hidden replaces what must not be shown: a value, or a key or name that is a secret.
const Hidden = "[secret]"

// Mask returns the text with secrets of a known format replaced by [secret]. It is for messages, in which the text
// after a word such as password is not a value, and which may mention patterns of the options.
func (d *Detector) Mask(text string) string {
	if !d.index.Candidate(text) {
		return text
	}
	s := d.scan(text)
	defer d.done(s)
	s.formats()
	return without(text, s.result())
}

// Name returns a name with secrets in it replaced by [secret]: keys, and the names of resources and files, may be
// values. In a name any punctuation may join a token to other words.
func (d *Detector) Name(name string) string {
	if len(name) < minName || d.quiet(name) {
		return name
	}
	matches := d.Find(name, Evidence{})
	if len(matches) > 0 || !d.index.Candidate(name) {
		return without(name, matches)
	}
	for i, tries := 1, 0; i < len(name) && tries < maxJoints; i++ {
		if strings.IndexByte("_-:/.@=", name[i-1]) < 0 {
			continue
		}
		tries++
		if matches := d.Find(name[i:], Evidence{}); len(matches) > 0 {
			return name[:i] + without(name[i:], matches)
		}
	}
	return name
}

const (
	minName   = 16 // no detector's format is shorter
	maxJoints = 64
)

// without returns the text with the matches replaced by [secret].
func without(text string, matches []Match) string {
	if len(matches) == 0 {
		return text
	}
	var b strings.Builder
	end := 0
	for _, span := range Extents(text, matches) {
		if span.Start >= end {
			b.WriteString(text[end:span.Start] + Hidden)
		}
		end = max(end, span.End)
	}
	return b.String() + text[end:]
}
