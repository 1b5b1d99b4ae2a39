package check

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/progression-labs-development/policypack/internal/repository"
)

const (
	// maxInput is the maximum size of a state, plan or report, in bytes and uncompressed. Decoding takes several times
	// as much memory. Pulumi's own limit for a stack is similar.
	maxInput = 256 << 20
	// headSize is the number of bytes that determine the kind of a file.
	headSize = 64 << 10
)

// Input is a file that is read as a whole: plain, compressed with gzip as by Pulumi's local backend, or in UTF-16 as
// written by PowerShell's >.
type Input struct {
	Head  []byte // decoded, up to headSize
	r     io.Reader
	Limit int64 // in bytes
	files []io.Closer
}

// Open opens the named file, or stdin if the name is "-".
func Open(name string, stdin io.Reader) (_ *Input, err error) {
	in := &Input{Limit: maxInput}
	r := stdin
	if name != Stdin {
		f, err := os.Open(name)
		if err != nil {
			return nil, WithoutPath(err)
		}
		in.files = append(in.files, f)
		r = f
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, in.Close())
		}
	}()
	b := bufio.NewReaderSize(r, headSize)
	if magic, _ := b.Peek(2); bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		unzipped, err := gzip.NewReader(b)
		if err != nil {
			return nil, errors.New("the compressed file is corrupt")
		}
		b = bufio.NewReaderSize(unzipped, headSize)
	}
	if in.Head, err = b.Peek(headSize); err != nil && !errors.Is(err, io.EOF) {
		return nil, broken(err)
	}
	in.r, err = b, nil
	in.Head = repository.PlainText(in.Head)
	return in, nil
}

// All returns the content.
func (in *Input) All() ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(in.r, in.Limit+1))
	switch {
	case err != nil:
		return nil, broken(err)
	case int64(len(data)) > in.Limit:
		return nil, fmt.Errorf("larger than the limit of %d MiB", in.Limit>>20)
	}
	return repository.PlainText(data), nil
}

// Close closes the file.
func (in *Input) Close() error {
	var errs []error
	for _, f := range in.files {
		errs = append(errs, f.Close())
	}
	return errors.Join(errs...)
}

// broken returns the error for a file that cannot be read completely.
func broken(err error) error {
	var corrupt flate.CorruptInputError
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("the compressed file is truncated")
	case errors.Is(err, gzip.ErrChecksum), errors.Is(err, gzip.ErrHeader), errors.As(err, &corrupt):
		return errors.New("the compressed file is corrupt")
	}
	return WithoutPath(err)
}

// WithoutPath removes the file name from an error that is printed together with it.
func WithoutPath(err error) error {
	var p *os.PathError
	switch {
	case errors.Is(err, os.ErrNotExist):
		return errors.New("no such file or directory")
	case errors.As(err, &p):
		return p.Err
	}
	return err
}
