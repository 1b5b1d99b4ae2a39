package detect

import "github.com/progression-labs-development/policypack/internal/detect/formats"

// formats looks for all formats in the current text, in one pass.
func (s *scan) formats() {
	t := s.Text
	s.Work += len(t)
	if len(t) < 8 {
		return
	}
	h := formats.Roll(formats.Roll(0, t[0]), t[1])
	for i := 2; i < len(t); i++ {
		h = formats.Roll(h, t[i])
		if s.d.index.First(h) == 0 {
			continue
		}
		if len(s.found) >= maxFound {
			break
		}
		if end := s.candidates(h, i-2); end > i {
			i = end - 1
			h = formats.Hash(t[i-2:])
		}
	}
}

// candidates tries the forms whose anchors begin with the three bytes of the hash at offset i, and returns the end of
// the match, or 0.
func (s *scan) candidates(h uint32, i int) int {
	x := s.d.index
	for r := x.First(h); r != 0; r = x.Next(r) {
		f, start, end := x.Match(&s.Cursor, r, i)
		if end > start && len(s.found) < maxFound && (s.file == nil || s.file.accepts(f.ID, start, end)) {
			s.add(f, ReasonFormat, start, end)
			return end
		}
	}
	return 0
}

// extras searches the current text for the patterns of the options. The original and every decoded text are searched as
// a whole, so that a pattern may include the name of a key.
func (s *scan) extras() {
	for _, re := range s.d.extra {
		for _, at := range re.FindAllStringIndex(s.Text, maxFound) {
			if at[0] < at[1] {
				s.add(s.d.info("extra-pattern"), ReasonExtra, at[0], at[1])
			}
		}
	}
}
