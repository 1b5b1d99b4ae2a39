package detect

import (
	"strings"

	"github.com/progression-labs-development/policypack/internal/detect/ascii"
	"github.com/progression-labs-development/policypack/internal/detect/looks"
)

// maxKey bounds how far the end of a private key is looked for.
const maxKey = 16 << 10

// privateKey finds a block of PEM or PGP that says PRIVATE KEY and has a body; line breaks may be escaped or lost.
func (s *scan) privateKey(i int) (start, end int) {
	t := s.text
	label := i + len("-----BEGIN ")
	rest := t[label:min(len(t), label+64)]
	j := strings.Index(rest, "-----")
	s.work += 64
	if j < 0 || !strings.Contains(rest[:j], "PRIVATE KEY") || strings.ContainsAny(rest[:j], "\n\"") {
		return 0, 0
	}
	body := label + j + len("-----")
	if !s.keyBody(body) {
		return 0, 0
	}
	window := t[body:min(len(t), body+maxKey)]
	if k := strings.Index(window, "-----END "); k >= 0 {
		s.work += k
		end = body + k + len("-----END ")
		if m := strings.Index(t[end:min(len(t), end+64)], "-----"); m >= 0 {
			return i, end + m + len("-----")
		}
		return i, end
	}
	// cut off: to the end of the text or of what could be in a key
	end = body
	for end < len(t) && end-body < maxKey && (ascii.ClassOf(t[end])&(ascii.Base64|ascii.Pad|ascii.Dash) != 0 || ascii.IsSpace(t[end]) || t[end] == '\\' || t[end] == ':' || t[end] == ',') {
		end++
	}
	s.work += end - body
	return i, end
}

// keyBody reports whether random base64 follows soon, before the block ends.
func (s *scan) keyBody(i int) bool {
	t := s.text
	stop := min(len(t), i+600)
	for i < stop {
		if t[i] == '\\' && i+1 < len(t) { // an escaped line break
			i += 2
			continue
		}
		j := ascii.Run(t, i, ascii.Base64, 128)
		s.work += j - i + 1
		if j-i >= 20 && looks.Varied(t[i:j]) {
			return true
		}
		if strings.HasPrefix(t[i:], "-----") {
			return false
		}
		i = j + 1
	}
	return false
}

// puttyKey finds the private lines of a key file of PuTTY.
func (s *scan) puttyKey(i int) (start, end int) {
	j := s.following(i, "Private-Lines:")
	if j < 0 || j-i > maxKey {
		return 0, 0
	}
	end = j
	for end < len(s.text) && end < i+maxKey && (ascii.ClassOf(s.text[end])&(ascii.Base64|ascii.Pad|ascii.Dash) != 0 || ascii.IsSpace(s.text[end]) || strings.IndexByte(`\:`, s.text[end]) >= 0) {
		end++
	}
	s.work += end - j
	return i, end
}

// following returns where the words come next at or after i, or -1. The answer is kept for the starts before it. It is
// for one phrase only.
func (s *scan) following(i int, words string) int {
	if s.next < i {
		s.next = len(s.text)
		if j := strings.Index(s.text[i:], words); j >= 0 {
			s.next = i + j
		}
		s.work += s.next - i
	}
	if s.next == len(s.text) {
		return -1
	}
	return s.next
}

// webToken finds a JSON web token: two parts of base64 that begin like JSON, and a signature.
func (s *scan) webToken(i int) (start, end int) {
	t := s.text
	if i < s.dead || !boundary(t, i) {
		return 0, 0
	}
	a := s.run(i, ascii.Base64URL, 4096)
	s.dead = a // a later start in the same run ends at the same byte and fails like this one
	if a-i < 10 || a+2 >= len(t) || t[a] != '.' || t[a+1] != 'e' || t[a+2] != 'y' && t[a+2] != 'w' {
		return 0, 0
	}
	b := s.run(a+1, ascii.Base64URL, 16<<10)
	s.dead = max(s.dead, a+1)
	if b-a < 10 || b >= len(t) || t[b] != '.' {
		return 0, 0
	}
	c := s.run(b+1, ascii.Base64URL, 2048)
	if c-b-1 < 10 || !looks.Varied(t[i:a]) {
		return 0, 0
	}
	return i, c
}
