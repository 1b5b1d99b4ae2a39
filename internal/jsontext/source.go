package jsontext

import (
	"bytes"
	"cmp"
	"errors"
	"io"

	"github.com/progression-labs-development/policypack/internal/place"
)

// Source is a text that is read in parts, so that a large file need not be in memory. It must not change while it is
// read.
type Source interface {
	io.ReaderAt
	Size() int64
}

// Bytes returns a source for a text in memory.
func Bytes(data []byte) Source { return bytes.NewReader(data) }

// Head returns the beginning of a text, at most n bytes of it.
func Head(src Source, n int64) ([]byte, error) {
	data := make([]byte, min(n, src.Size()))
	if _, err := src.ReadAt(data, 0); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	return data, nil
}

// chunk is how much of a source is read at a time, in bytes.
const chunk = 256 << 10

// window is a part of a source in memory. Its offsets are those of the source.
type window struct {
	src  Source
	size int64 // how much is read at a time; 0 for chunk
	buf  []byte
	pos  int   // in buf
	base int64 // offset of buf in the source
	err  error // of the source, other than its end
}

func newWindow(src Source, at int64) *window { return &window{src: src, base: at} }

// at returns the current offset.
func (w *window) at() int64 { return w.base + int64(w.pos) }

// fill replaces the window by what follows it, and reports whether there is anything. It must only be called at the end
// of the window.
func (w *window) fill() bool {
	w.base += int64(len(w.buf))
	w.pos = 0
	n := min(cmp.Or(w.size, chunk), w.src.Size()-w.base)
	if n <= 0 || w.err != nil {
		w.buf = w.buf[:0]
		return false
	}
	if int64(cap(w.buf)) < n {
		w.buf = make([]byte, n)
	}
	w.buf = w.buf[:n]
	read, err := w.src.ReadAt(w.buf, w.base)
	if err != nil && int64(read) < n {
		w.buf, w.err = w.buf[:0], err // a file that is shorter than it was has another end
		return false
	}
	return true
}

// positionIn returns the position of an offset in a source. It is that of the end if the source cannot be read up to
// there.
func positionIn(src Source, offset int64) place.Position { return NewPositions(src).At(offset) }

// Positions finds positions in a source. The offsets must not fall: each is looked for from the one before on, or a
// file of many documents would be read from its beginning for each of them.
type Positions struct {
	src    Source
	offset int64 // the last one
	line   int   // that it is on
	begin  int64 // the offset of that line
}

// NewPositions returns the positions in a source.
func NewPositions(src Source) *Positions { return &Positions{src: src, line: 1} }

// At returns the position of an offset. It is that of the end if the source cannot be read up to there.
func (p *Positions) At(offset int64) place.Position {
	w := newWindow(p.src, p.offset)
	w.size = max(3, min(chunk, offset-p.offset)) // a byte order mark is three bytes
	for first := p.offset == 0; w.fill(); w.pos, first = len(w.buf), false {
		if first && bytes.HasPrefix(w.buf, []byte("\ufeff")) {
			p.begin = 3
		}
		text := w.buf[:max(0, min(int64(len(w.buf)), offset-w.base))]
		if n := bytes.Count(text, []byte("\n")); n > 0 {
			p.line, p.begin = p.line+n, w.base+int64(bytes.LastIndexByte(text, '\n'))+1
		}
		if w.base+int64(len(w.buf)) >= offset {
			break
		}
	}
	p.offset = max(p.offset, offset)
	return place.Position{Line: p.line, Column: int(max(min(offset, p.src.Size())-p.begin, 0)) + 1}
}
