package repository

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf16"

	"github.com/progression-labs-development/policypack/internal/detect"
	"github.com/progression-labs-development/policypack/internal/facts"
)

// reader reads files one after another, into one buffer. Each worker has its own.
type reader struct {
	root     string
	index    bool
	detector *detect.Detector
	buffer   []byte
	folders  map[string]bool // whether a folder and all above it are folders, not links
	base     *reader         // of the base, nil where there is none
}

func newReader(root string, index bool, d *detect.Detector) *reader {
	return &reader{root: root, index: index, detector: d, folders: map[string]bool{}}
}

// headSize is what is read to tell a binary file, as git does.
const headSize = 8000

const lfsPointer = "version https://git-lfs.github.com/spec/"

// read reads a file and judges it.
func (r *reader) read(name string) (res result) {
	res.name = name
	defer func() {
		if recover() != nil { // what is said could quote the file
			res.errors = append(res.errors, FileError{Name: name, Message: "not judged: an error in policypack; please report it"})
		}
	}()
	data, skip, err := r.load(name)
	if err != nil {
		res.errors = append(res.errors, FileError{Name: name, Message: "cannot be read: " + cause(err)})
		return res
	}
	if res.skip = skip; skip != "" {
		return res
	}
	res.bytes = int64(len(data))
	j := examine(r.detector, name, PlainText(data))
	res.errors = slices.Concat(j.errors, r.base.compare(j))
	if j.says() {
		res.file = &j.file
	}
	return res
}

// load returns the content of a file, which the next call overwrites, or the reason for which it is left out.
func (r *reader) load(name string) (data []byte, skip string, err error) {
	path := filepath.Join(r.root, filepath.FromSlash(name))
	if r.index && !r.folder(parent(name)) {
		return nil, skipMissing, nil // git too sees nothing behind a link
	}
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist) && r.index:
		return nil, skipMissing, nil
	case err != nil:
		return nil, "", err
	case info.Mode()&fs.ModeSymlink != 0:
		return nil, skipLink, nil
	case !info.Mode().IsRegular():
		return nil, skipSpecial, nil
	case info.Size() > MaxSize:
		return nil, skipLarge, nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, "", err
	}
	defer f.Close() //nolint:errcheck // it was only read
	size := int(info.Size())
	if cap(r.buffer) < size+1 {
		r.buffer = make([]byte, max(size+1, 64<<10, 2*cap(r.buffer)))
	}
	n, err := fill(f, r.buffer[:min(size, headSize)])
	if err != nil {
		return nil, "", err
	}
	head := r.buffer[:n]
	if detect.Binary(head) || strings.HasPrefix(string(head[:min(n, 5)]), "%PDF-") {
		return nil, skipBinary, nil
	}
	if n < 1024 && strings.HasPrefix(string(head[:min(n, len(lfsPointer))]), lfsPointer) {
		return nil, skipLFS, nil
	}
	more, err := fill(f, r.buffer[n:size])
	return r.buffer[:n+more], "", err
}

// fill reads as much as there is room for; a file that has become shorter is no error.
func fill(f io.Reader, b []byte) (int, error) {
	n, err := io.ReadFull(f, b)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = nil
	}
	return n, err
}

// folder tells whether the folder, and all above it, is a folder of the work tree and no link out of it.
func (r *reader) folder(name string) bool {
	if name == "" {
		return true
	}
	ok, known := r.folders[name]
	if !known {
		if ok = r.folder(parent(name)); ok {
			info, err := os.Lstat(filepath.Join(r.root, filepath.FromSlash(name)))
			ok = err == nil && info.IsDir()
		}
		r.folders[name] = ok
	}
	return ok
}

func parent(name string) string { return name[:max(0, strings.LastIndexByte(name, '/'))] }

// cause is the reason of an error of the file system without the path, which the report names anyway.
func cause(err error) string {
	if e := (*fs.PathError)(nil); errors.As(err, &e) {
		err = e.Err
	}
	return err.Error()
}

// PlainText returns a text in UTF-8, without a byte order mark: that of UTF-8, or of UTF-16, as which it then is read.
func PlainText(data []byte) []byte {
	switch {
	case len(data) < 2:
	case data[0] == 0xef && len(data) > 2 && data[1] == 0xbb && data[2] == 0xbf:
		return data[3:]
	case data[0] == 0xff && data[1] == 0xfe:
		return wide(data[2:], 1, 0)
	case data[0] == 0xfe && data[1] == 0xff:
		return wide(data[2:], 0, 1)
	}
	return data
}

// wide decodes UTF-16, of which high and low are the places of the bytes.
func wide(data []byte, high, low int) []byte {
	units := make([]uint16, len(data)/2)
	for i := range units {
		units[i] = uint16(data[2*i+high])<<8 | uint16(data[2*i+low])
	}
	return []byte(string(utf16.Decode(units)))
}

// examine finds out of a file what there is to say.
func examine(d *detect.Detector, name string, data []byte) *judging {
	j := &judging{detector: d, data: data, file: facts.File{Name: name, Kind: facts.FileOther}}
	j.meaning()
	j.secrets()
	j.allows()
	j.order()
	return j
}
