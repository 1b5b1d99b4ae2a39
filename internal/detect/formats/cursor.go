package formats

import (
	"strings"

	"github.com/progression-labs-development/policypack/internal/detect/ascii"
)

// Cursor is a text that is searched for formats, with the state of the tests, so that the work on a text is linear in
// its length.
type Cursor struct {
	Text string
	Work int // bytes looked at so far, of this text and those before it: what the tests of linear time count

	dead int // no web token begins before this offset
	next int // where following found its words
}

// Enter makes text the current text.
func (c *Cursor) Enter(text string) { c.Text, c.dead, c.next = text, 0, -1 }

// Run is [ascii.Run] in the text. It counts the bytes that it reads.
func (c *Cursor) Run(i int, set ascii.Class, limit int) int {
	j := ascii.Run(c.Text, i, set, limit)
	c.Work += j - i + 1
	return j
}

// Back is [ascii.Back] in the text. It counts the bytes that it reads.
func (c *Cursor) Back(i int, set ascii.Class, limit int) int {
	j := ascii.Back(c.Text, i, set, limit)
	c.Work += i - j + 1
	return j
}

// following returns the next position of the words at or after i, or -1. The result is cached for earlier starts. It
// supports a single phrase only.
func (c *Cursor) following(i int, words string) int {
	if c.next < i {
		c.next = len(c.Text)
		if j := strings.Index(c.Text[i:], words); j >= 0 {
			c.next = i + j
		}
		c.Work += c.next - i
	}
	if c.next == len(c.Text) {
		return -1
	}
	return c.next
}
