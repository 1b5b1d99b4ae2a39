package detect

import (
	"strings"

	"github.com/progression-labs-development/policypack/internal/detect/ascii"
	"github.com/progression-labs-development/policypack/internal/detect/looks"
)

// bearer finds the token of an Authorization header.
func (s *scan) bearer(i int) (start, end int) {
	if !boundary(s.text, i) {
		return 0, 0
	}
	start = i + len("Bearer ")
	end = s.run(start, ascii.Alnum|ascii.Dash|ascii.Dot|ascii.Plus|ascii.Pad, 4096)
	for end > start && s.text[end-1] == '.' {
		end--
	}
	v := strings.TrimRight(s.text[start:end], "=")
	if len(v) < 16 || looks.Wordy(v) || looks.Slug(v) || !looks.Varied(v) || ascii.Entropy(v) < 3 || looks.Placeholder(v) || looks.Path(v) {
		return 0, 0
	}
	return start, end
}

// basic finds the user and password of an Authorization header.
func (s *scan) basic(i int) (start, end int) {
	start = i + len("Basic ")
	end = s.run(start, ascii.Base64|ascii.Pad, 512)
	if !boundary(s.text, i) || !looks.UserAndPassword(s.text[start:end]) {
		return 0, 0
	}
	return start, end
}

// tokenHeader finds the older header of GitHub, token and 40 hex digits, where it is the whole text or follows a colon.
func (s *scan) tokenHeader(i int) (start, end int) {
	if before := strings.TrimRight(s.text[max(0, i-32):i], " "); before != "" && !strings.HasSuffix(before, "uthorization:") {
		return 0, 0
	}
	start = i + len("token ")
	end = s.run(start, ascii.Hex, 41)
	if end-start != 40 || end < len(s.text) && ascii.IsWord(s.text[end]) || !looks.Varied(s.text[start:end]) {
		return 0, 0
	}
	return start, end
}
