package jsontext

import (
	"errors"
	"io"
)

// Parts reads the parts of an outline, best in the order in which they are in the source. It is not safe for concurrent
// use.
type Parts struct {
	o       *Outline
	buf     []byte
	base    int64
	decoder Decoder
}

// Parts returns a reader of the parts.
func (o *Outline) Parts() *Parts { return &Parts{o: o} }

// Bytes returns the text of a part, nil where there is none. It is valid until the next call.
func (r *Parts) Bytes(p Part) ([]byte, error) {
	switch p.kind {
	case 't':
		return []byte("true"), nil
	case 'f':
		return []byte("false"), nil
	case 'n':
		return []byte("null"), nil
	}
	start, end := r.o.Span(p)
	if start == end {
		return nil, nil
	}
	if start < r.base || end > r.base+int64(len(r.buf)) {
		if err := r.load(start, end); err != nil {
			return nil, err
		}
	}
	return r.buf[start-r.base : end-r.base], nil
}

// ahead is how much is read at once where parts follow each other.
const ahead = 64 << 10

func (r *Parts) load(start, end int64) error {
	n := end - start
	if next := r.base + int64(len(r.buf)); start >= next-ahead && start < next+ahead {
		n = max(n, ahead)
	}
	n = min(n, r.o.src.Size()-start)
	if int64(cap(r.buf)) < n || int64(cap(r.buf)) > 16*max(n, ahead) {
		r.buf = make([]byte, n)
	}
	r.buf, r.base = r.buf[:n], start
	if _, err := r.o.src.ReadAt(r.buf, start); err != nil && !errors.Is(err, io.EOF) {
		r.buf = r.buf[:0]
		return err
	}
	return nil
}

// Value decodes a part as encoding/json decodes it into an any. It is nil where there is none.
func (r *Parts) Value(p Part) (any, error) {
	text, err := r.Bytes(p)
	if err != nil || text == nil {
		return nil, err
	}
	return r.decoder.Decode(text)
}
