package detect

import "strings"

// Hidden stands for what must not be shown: a value, a key that is one, a name that is one.
const Hidden = "[secret]"

// Mask returns the text with [secret] in place of what tells by its format: for messages, in which what stands beside a
// name such as password is no value, and patterns of the options are spoken about.
func (d *Detector) Mask(text string) string {
	if !d.index.Candidate(text) {
		return text
	}
	s := d.scan(text)
	defer d.done(s)
	s.formats()
	return without(text, s.result())
}

// Name returns a name with [secret] in place of what is a secret in it: keys, and what programs call their resources
// and files, may be values. In a name a token may be joined to other words by any sign.
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

// without returns the text with [secret] in place of the matches.
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
