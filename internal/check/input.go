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
	// maxInput is how large a state, a plan or a report may be, in bytes and without its compression. What is read of
	// it takes several times as much memory; Pulumi's own limit for a stack is about the same.
	maxInput = 256 << 20
	// headSize is how much of a file tells what it is.
	headSize = 64 << 10
)

// Input is a file that is read as a whole: plain, compressed with gzip as Pulumi's local backend does it, or in UTF-16
// as PowerShell's > does it.
type Input struct {
	Head  []byte // decoded, up to headSize
	r     io.Reader
	Limit int64 // in bytes
	files []io.Closer
}

// Open opens the file of that name, or takes stdin where the name is "-".
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

// broken says what is wrong with a file that cannot be read to its end.
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

// WithoutPath takes the name of the file out of an error that will be told with it.
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
