package formats

import (
	"strings"

	"github.com/progression-labs-development/policypack/internal/detect/ascii"
	"github.com/progression-labs-development/policypack/internal/detect/looks"
)

// token returns the test of a token that consists of its anchor and a run of least to most bytes of the set, not
// followed by another byte of the set.
func token(set ascii.Class, least, most int) Test { return run{set, least, most}.find }

type run struct {
	set         ascii.Class
	least, most int
}

func (r run) find(c *Cursor, i, body int) (start, end int) {
	if !boundary(c.Text, i) {
		return 0, 0
	}
	if i > 0 && ascii.ClassOf(c.Text[i-1])&ascii.Dash != 0 && (r.set == ascii.Hex || body-i <= 4) {
		return 0, 0
	}
	if head := c.Run(body, r.set, r.least); head-body < r.least || !looks.Varied(c.Text[body:head]) {
		return 0, 0 // most candidates end here, so that long runs are walked for few
	}
	end = c.Run(body, r.set, r.most+2)
	for end > body && c.Text[end-1] == '.' { // the end of a sentence
		end--
	}
	if strings.HasSuffix(c.Text[max(0, i-24):i], "X-Amz-Security-Token=") {
		return 0, 0 // of a presigned URL, which expires and opens nothing else
	}
	if n := end - body; n < r.least || n > r.most || !looks.Varied(c.Text[body:end]) {
		return 0, 0
	}
	return i, end
}

// webhook returns the test of a URL that lets anyone who knows it post: its path after the anchor has least bytes, and
// the last part of the path is not a word.
func webhook(least int) Test { return hook{least}.find }

type hook struct{ least int }

func (h hook) find(c *Cursor, _, body int) (start, end int) {
	end = c.Run(body, ascii.Alnum|ascii.Dash|ascii.Plus|ascii.At, 512)
	path := c.Text[body:end]
	if len(path) < h.least || !looks.Varied(path) {
		return 0, 0
	}
	last := path[strings.LastIndexByte(path, '/')+1:]
	if len(last) < 16 || looks.Slug(last) {
		return 0, 0
	}
	return body, end
}

// signed returns the test of a key that contains a signature of its service, the anchor, at a fixed offset: after
// before characters of base64, and followed by after more and the padding.
func signed(before, after int, padding string) Test { return mark{before, after, padding}.find }

type mark struct {
	before, after int
	padding       string
}

func (m mark) find(c *Cursor, i, body int) (start, end int) {
	t := c.Text
	start, end = i-m.before, body+m.after
	if start < 0 || !strings.HasPrefix(t[min(end, len(t)):], m.padding) || end > len(t) {
		return 0, 0
	}
	const set = ascii.Base64 | ascii.Dash
	if c.Back(i, set, m.before) != start || c.Run(i, set, end-i) != end {
		return 0, 0
	}
	if start > 0 && !boundary(t, start) || !looks.Varied(t[start:end]) {
		return 0, 0
	}
	end += len(m.padding)
	more := ascii.Alnum | ascii.Pad
	if m.padding == "" {
		more |= ascii.Base64
	}
	if end < len(t) && ascii.ClassOf(t[end])&more != 0 {
		return 0, 0
	}
	return start, end
}

// boundary reports whether a token may begin at i: not inside a word, but after an escape such as \n or %3D.
func boundary(t string, i int) bool {
	if i == 0 || !ascii.IsWord(t[i-1]) {
		return true
	}
	switch {
	case i >= 2 && t[i-2] == '\\' && strings.IndexByte("nrt", t[i-1]) >= 0:
	case i >= 3 && t[i-3] == '%' && ascii.IsHex(t[i-2]) && ascii.IsHex(t[i-1]):
	case i >= 6 && t[i-6] == '\\' && t[i-5] == 'u' && t[i-4] == '0' && t[i-3] == '0':
	default:
		return false
	}
	return true
}
