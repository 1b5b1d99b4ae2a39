package detect

import (
	"encoding/base64"
	"encoding/json"
	"strings"

	"github.com/progression-labs-development/policypack/internal/detect/ascii"
	"github.com/progression-labs-development/policypack/internal/detect/looks"
	"github.com/progression-labs-development/policypack/internal/detect/names"
	"github.com/progression-labs-development/policypack/internal/dialect"
	"github.com/progression-labs-development/policypack/internal/document"
	"github.com/progression-labs-development/policypack/internal/slot"
)

// document searches the current text: as a document if it has a structure, otherwise for formats, base64 and pairs of
// names and values. It reports whether the text is JSON, which is never a secret as a whole, whatever its key.
func (s *scan) document() bool {
	t := s.Text
	as := document.Guess(t)
	structured := false
	switch {
	case as == dialect.JSON && s.d.silent(t) && !names.Promised(t) && !strings.Contains(t, `\u`):
		if json.Valid([]byte(t)) {
			return true
		}
	case as == dialect.Unstructured, as == dialect.XML && s.file != nil:
	case as != dialect.JSON && as != dialect.XML && (!paired(t) || !names.Promised(t)):
	default:
		if structured = s.tree(as); structured && as == dialect.JSON {
			return true
		}
	}
	if s.shapes(); len(t) >= leastRun && !s.whole() {
		s.encoded()
	}
	if !structured && (paired(t) || as == dialect.XML && s.file == nil) {
		s.lines(as == dialect.TOML && s.file == nil)
	}
	return false
}

// shapes searches the current text for formats. For parts of a file, the search through the whole file finds them.
func (s *scan) shapes() {
	if !s.whole() {
		s.formats()
	}
}

// whole reports whether the current text is a part of a file, which is searched as a whole.
func (s *scan) whole() bool { return s.file != nil && s.root == 0 }

// quiet reports whether document would certainly find nothing in the text. This is the case for most strings of a
// stack.
func (d *Detector) quiet(t string) bool {
	if len(t) > 512 {
		return false
	}
	if c := ascii.FirstByte(t); c == '{' || c == '[' || c == '<' {
		return false
	}
	return d.silent(t) && !paired(t)
}

// silent reports whether the text contains nothing like a format, a run of base64 or the name of a secret.
func (d *Detector) silent(t string) bool {
	if len(d.extra) > 0 {
		return false
	}
	for p := leastRun - 1; p < len(t); p += leastRun {
		if ascii.ClassOf(t[p])&(ascii.Base64|ascii.Dash) != 0 {
			i := ascii.Back(t, p, ascii.Base64|ascii.Dash, len(t))
			if j := ascii.Run(t, p, ascii.Base64|ascii.Dash, len(t)); j-i >= leastRun &&
				(ascii.Textual(t[i:i+leastRun]) || j-i >= 64 || strings.IndexByte(t[i:j], '/') >= 0) {
				return false
			}
		}
	}
	return !d.index.Candidate(t)
}

// paired reports whether the text may contain names with values beside them.
func paired(t string) bool {
	spaced := strings.IndexByte(t, ' ') >= 0
	if !names.Hinted(t) {
		// each of these is one of what is spoken
		return spaced && (strings.Contains(t, " -") &&
			(strings.Contains(t, " -p") || strings.Contains(t, " -u ") || strings.Contains(t, " --user ")) ||
			strings.Contains(t, "IDENTIFIED BY") || strings.Contains(t, "identified by"))
	}
	if strings.IndexByte(t, '=') >= 0 || spaced && spoken(t) {
		return true
	}
	for from := 0; ; {
		i := strings.IndexByte(t[from:], ':')
		if i < 0 {
			return false
		}
		i += from
		from = i + 1
		if from == len(t) || ascii.IsSpace(t[from]) || t[from] == '"' || t[from] == '\'' || t[from] == '\\' || i > 0 &&
			(t[i-1] == '"' || t[i-1] == '\'') {
			return true
		}
	}
}

// spoken reports whether a command or statement in the text may contain a password without = or : beside it.
func spoken(t string) bool {
	for _, w := range [...]string{
		" -p", "assw", "ASSW", "equirepass", "IDENTIFIED BY", "identified by", " set ",
		" --", " -u ",
	} {
		if strings.Contains(t, w) {
			return true
		}
	}
	return false
}

// weigh decides about a value by its key. The value is at offset start of the current text, as written.
func (s *scan) weigh(key, value string, start int) {
	s.weighSpan(key, value, start, start+len(value))
}

// weighSpan is weigh for a value from start to end that is written differently: with escapes, or in base64.
func (s *scan) weighSpan(key, value string, start, end int) bool {
	if s.file != nil {
		return s.file.weigh(key, value, start, end)
	}
	if found, templated := s.template(key, value, start, end); templated {
		return found
	}
	t := names.TierOf(key)
	if t == names.None {
		return s.header(key, value, start, end)
	}
	if s.covered(start, end) {
		return false
	}
	s.Work += len(value)
	if !looks.Plausible(t, key, value, s.d.entropy) {
		return false
	}
	s.addNamed(detectorOf(t, key, value), key, start, end)
	return true
}

// place decides about a value, from start to end of the current text, by its property alone.
func (s *scan) place(e Evidence, value string, start, end int) {
	if s.file != nil && !s.file.takes(value, start) {
		return
	}
	if !e.takes() || looks.Placeholder(value) || looks.Reference(value) || s.covered(start, end) ||
		e.Meaning == slot.Mixed && looks.Harmless(e.Name, value) {
		return
	}
	s.add(s.d.info("secret-property"), ReasonPlace, start, end)
}

// detectorOf returns the id of the detector for a secret that was found by its name.
func detectorOf(t names.Tier, key, value string) string {
	switch last, _ := names.Segment(key); {
	case t == names.Password:
		return "password"
	case looks.AWSSecretKey(strings.TrimSpace(value)) && names.CloudSecret(last):
		return "aws-secret-key"
	case t == names.Strong:
		return "strong-key"
	}
	return "secret"
}

// header decides about the values of names that do not mean a secret but contain one in a fixed form.
func (s *scan) header(key, value string, start, end int) bool {
	if !names.Header(key) {
		return false
	}
	last, _ := names.Segment(key)
	id := ""
	switch {
	case strings.EqualFold(last, "auth") || strings.EqualFold(last, "_auth"):
		if looks.UserAndPassword(value) {
			id = "docker-auth"
		}
	case strings.EqualFold(last, "authorization"):
		scheme, rest, ok := strings.Cut(strings.TrimSpace(value), " ")
		if !ok {
			scheme, rest = "", value
		}
		if len(scheme) < 16 && looks.Plausible(names.Random, "token", rest, s.d.entropy) && len(rest) >= 16 {
			id = "authorization-header"
		}
	}
	if id == "" || s.covered(start, end) {
		return false
	}
	s.addNamed(id, key, start, end)
	return true
}

// leastRun is the minimum length of a run of base64 that is decoded.
const leastRun = 32

// encoded searches runs of base64 that encode text. Each run is decoded once, from its start: in the decoded text the
// three alignments of a secret make no difference.
func (s *scan) encoded() {
	t := s.Text
	done := 0
	for p := leastRun - 1; p < len(t); p += leastRun { // each run holds one of these places
		s.Work++
		if p < done || ascii.ClassOf(t[p])&(ascii.Base64|ascii.Dash) == 0 {
			continue
		}
		i := p
		for i > done && ascii.ClassOf(t[i-1])&(ascii.Base64|ascii.Dash) != 0 {
			i--
		}
		j := p + 1
		for j < len(t) && (ascii.ClassOf(t[j])&(ascii.Base64|ascii.Dash) != 0 || wrapped(t, j)) {
			j++
		}
		s.Work += j - i
		if j-i >= leastRun {
			s.decode(i, j)
		}
		done = j
	}
}

// wrapped reports whether the byte at j is a line break, possibly with an indent, inside base64 that continues.
func wrapped(t string, j int) bool {
	return (t[j] == '\n' || t[j] == '\r' && j+1 < len(t) && t[j+1] == '\n') && j >= 60 && j+2 < len(t) &&
		ascii.Back(t, j, ascii.Base64, 60) == j-60 && ascii.ClassOf(t[j+1])&ascii.Base64 != 0 || t[j] == '\n' &&
		j > 61 && t[j-1] == '\r' && ascii.ClassOf(t[j-2])&ascii.Base64 != 0 &&
		ascii.Back(t, j-1, ascii.Base64, 60) == j-61
}

// decode decodes the run of base64 from i to j and searches it if it is text. If the run begins with unrelated bytes,
// such as a prefix that ends in a slash, the next three offsets are tried too.
func (s *scan) decode(i, j int) {
	t := s.Text
	for o := i; o < i+4 && o+32 <= j; o++ {
		head := t[o : o+32]
		if !ascii.Textual(head) {
			if j-i < 64 || strings.IndexByte(t[i:o+1], '/') < 0 && o > i {
				return
			}
			continue
		}
		run := t[o:j]
		if strings.ContainsAny(run, "\r\n") {
			run = strings.NewReplacer("\r", "", "\n", "").Replace(run)
		}
		encoding := base64.RawStdEncoding
		if strings.ContainsAny(run, "-_") {
			encoding = base64.RawURLEncoding
		}
		if len(run)%4 == 1 {
			run = run[:len(run)-1]
		}
		if s.decoded+len(run) > maxDecoded || s.depth >= maxDepth {
			return
		}
		raw, err := encoding.DecodeString(run)
		s.Work += 2 * len(run)
		if err != nil {
			return
		}
		for j < len(t) && t[j] == '=' {
			j++
		}
		if outer, ok := s.enter(string(raw), o, j, false); ok {
			s.document()
			s.leave(outer)
		}
		return
	}
}
