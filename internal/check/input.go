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

	"github.com/progression-labs-development/policypack/internal/jsontext"
	"github.com/progression-labs-development/policypack/internal/repository"
)

const (
	// maxInput is the maximum size of what is read into memory, in bytes and uncompressed: stdin, a compressed file,
	// one in UTF-16, or a report. A plan or a state in any other file has no limit.
	maxInput = 256 << 20
	// inMemory is the size up to which a file is read into memory all the same.
	inMemory = 1 << 20
	// headSize is the number of bytes that determine the kind of a file.
	headSize = 64 << 10
)

// Input is a file to check: plain, compressed with gzip as by Pulumi's local backend, or in UTF-16 as written by
// PowerShell's >.
type Input struct {
	Head  []byte // decoded, up to headSize
	r     io.Reader
	Limit int64 // in bytes, of what is read into memory
	files []io.Closer

	file   *os.File    // nil if the text must be read into memory
	opened os.FileInfo // of the file
	mark   int64       // the length of the byte order mark
	advice string      // what to do with a text that is too large
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
		if info, err := f.Stat(); err == nil && info.Mode().IsRegular() {
			in.file, in.opened = f, info
		}
	} else {
		in.advice = "; write it to a file and pass its path, since a plan or a state in a file has no limit"
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
		in.file = nil
		in.advice = "; decompress it first, since a plan or a state in a plain file has no limit"
	}
	if in.Head, err = b.Peek(headSize); err != nil && !errors.Is(err, io.EOF) {
		return nil, broken(err)
	}
	in.r, err = b, nil
	head := repository.PlainText(in.Head)
	switch {
	case bytes.HasPrefix(in.Head, []byte("\ufeff")):
		in.mark = int64(len(in.Head) - len(head))
	case bytes.HasPrefix(in.Head, []byte("\xff\xfe")), bytes.HasPrefix(in.Head, []byte("\xfe\xff")):
		in.file = nil
		in.advice = "; convert it to UTF-8 first, since a plan or a state in UTF-8 has no limit"
	}
	in.Head = head
	return in, nil
}

// All returns the content.
func (in *Input) All() ([]byte, error) {
	size := int64(0)
	if in.file != nil {
		size = min(in.opened.Size(), in.Limit)
	}
	b := bytes.NewBuffer(make([]byte, 0, size+bytes.MinRead))
	_, err := b.ReadFrom(io.LimitReader(in.r, in.Limit+1))
	switch {
	case err != nil:
		return nil, broken(err)
	case int64(b.Len()) > in.Limit:
		return nil, in.tooLarge()
	}
	return repository.PlainText(b.Bytes()), nil
}

func (in *Input) tooLarge() error {
	return fmt.Errorf("larger than the limit of %d MiB%s", in.Limit>>20, in.advice)
}

// Source returns the content of a plan or a state, which is only valid until the input is closed. That of a large file
// stays in the file; see [Input.Unchanged]. All must not have been called.
func (in *Input) Source() (jsontext.Source, error) {
	if in.large() {
		garbage(percentParts)
		return io.NewSectionReader(in.file, in.mark, in.opened.Size()-in.mark), nil
	}
	data, err := in.All()
	return jsontext.Bytes(data), err
}

func (in *Input) large() bool { return in.file != nil && in.opened.Size() > inMemory }

// Unchanged returns an error if the file has changed since it was opened.
func (in *Input) Unchanged() error {
	if in.file == nil {
		return nil
	}
	info, err := in.file.Stat()
	if err != nil {
		return WithoutPath(err)
	}
	if info.Size() != in.opened.Size() || !info.ModTime().Equal(in.opened.ModTime()) {
		return jsontext.ErrChanged
	}
	return nil
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
