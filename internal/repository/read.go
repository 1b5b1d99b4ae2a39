package repository

import (
	"crypto/sha256"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf16"

	"github.com/progression-labs-development/policypack/internal/command"
	"github.com/progression-labs-development/policypack/internal/facts"
)

// reader reads one file at a time into a reused buffer. Each worker has its own.
type reader struct {
	root     string
	index    bool
	options  Options
	kinds    []kind
	buffer   []byte
	folders  map[string]bool // whether a folder and all above it are folders, not links
	base     *reader         // of the base, nil where there is none
	blobs    *blobs          // what git keeps
	packages [][]byte        // whose components are told
	marked   bool            // by marks what is found is found again in another version of the file
	names    *renames        // of the base's reader: what git knows of it
	changes  bool            // all that is read is what a change adds or alters
	// known are the values of the base's version of the file knownOf.
	known   map[baseValue]bool
	knownOf string
}

func newReader(root string, index bool, o Options, b *blobs) *reader {
	return &reader{
		root: root, index: index, options: o, kinds: o.table(), folders: map[string]bool{}, blobs: b,
	}
}

// baseReader returns a reader for the base, nil without one.
func (n *renames) baseReader(base string, o Options, b *blobs) *reader {
	if base == "" {
		return nil
	}
	r := newReader(base, true, o, b) // true: no link is followed
	r.names = n
	return r
}

// read reads a file and, if git would merge a different content, that content too, and merges the facts of both.
func (r *reader) read(e entry) (res result) {
	res.name = e.name
	res.file = &facts.File{Name: e.name, Kind: facts.FileOther}
	defer res.caught()
	c, left, err := r.load(e)
	switch {
	case err != nil:
		res.errors = append(res.errors, FileError{Name: e.name, Message: "cannot be read: " + cause(err)})
	case left == "":
		r.add(&res, e, c)
	case e.id == "":
		res.how, res.reason = listed, left
	}
	if e.id != "" && (err != nil || left != "" || !r.blobs.same(c, e.id)) {
		if c, res.absent = r.blobs.read(e); res.absent == nil {
			before := res.file.Facts()
			r.add(&res, e, c)
			res.staged = left == "" && res.file.Facts() > before
		}
	}
	res.named()
	return res
}

// version reads one version of a file, as stored by git.
func (r *reader) version(e entry) (res result) {
	res.name, res.file = e.name, &facts.File{Name: e.name, Kind: facts.FileOther}
	defer res.caught()
	c, err := r.blobs.read(e)
	if res.absent = err; err == nil {
		r.add(&res, e, c)
	}
	res.named()
	return res
}

// caught turns a panic, whose message could quote the file, into an error.
func (res *result) caught() {
	if recover() != nil {
		const message = "not checked: an error in policypack; please report it"
		res.errors = append(res.errors, FileError{Name: res.name, Message: message})
	}
}

// named adds a file without facts by its name: rules on names see every name.
func (res *result) named() {
	if f := res.file; !res.meant {
		if n := namedBy(f.Name, nil); isDotenv(n) {
			f.Kind, f.Template = facts.FileDotenv, command.DotenvTemplate(n.base)
		}
	}
}

// add adds the facts of a version of a file.
func (r *reader) add(res *result, e entry, c content) {
	how := readingOf(e.name, e.managed, c, r.kinds)
	res.bytes += int64(len(c.data))
	res.meant = res.meant || len(how.texts) > 0
	found := func() bool { return r.base.names.untouched(e.name) && r.blobs.same(c, e.id) }
	for i, text := range how.texts {
		x := r.examine(e.name, text)
		x.components(r.packages)
		if i == 0 {
			res.errors = append(append(res.errors, x.errors...), r.base.compare(x)...)
			res.system, res.broken = x.system, x.broken
		} else {
			x.file.Findings = slices.DeleteFunc(x.file.Findings, res.said)
			x.file.Commands = slices.DeleteFunc(x.file.Commands, func(c facts.FileCommand) bool {
				return slices.ContainsFunc(res.file.Commands,
					func(d facts.FileCommand) bool { return c.At.Line == d.At.Line && c.Command == d.Command })
			})
		}
		if r.marked {
			res.mark(x.marks())
		}
		r.base.mark(&x.file, found)
		x.file.Columns16 = columns16(text, x.file.Places()...)
		join(res.file, &x.file)
	}
	if how.formats != nil {
		f := &facts.File{Name: e.name, Kind: facts.FileOther}
		all := r.options.Detector.FileFormats(e.name, how.formats)
		for i, m := range all {
			f.More = f.More || m.More
			if finding := facts.FileFinding(r.options.Detector, m); how.texts == nil || !res.said(finding) {
				finding.Value = valueOf(r.options.Detector, how.formats, all, i)
				f.Findings = append(f.Findings, finding)
				if r.marked {
					res.mark(marks{m.Line: {sha256.Sum256(how.formats[m.Start:m.End])}})
				}
			}
		}
		r.base.mark(f, found)
		f.Columns16 = columns16(how.formats, f.Places()...)
		join(res.file, f)
	}
	if c.link && leavesProject(e.name, string(c.data)) {
		res.file.Overrides = []facts.FileOverride{{Key: "link"}}
	}
	if kind := keyStoreOf(e.name, c); kind != "" {
		res.file.KeyStore = kind
	}
	if (res.file.KeyStore != "" || res.file.More) && r.base != nil && !r.base.holds(e, c, r.blobs) && !found() {
		res.file.Replaced = true
	}
	if how.reason == skipLFS && res.how == unread {
		res.how, res.reason, res.file.Unread = listed, skipLFS, "" // Git LFS keeps the content, git does not
		return
	}
	if res.how == asText || how.how == unread {
		res.how, res.reason = how.how, how.reason
	}
	if how.how == unread && (r.changes || r.base != nil && !r.base.holds(e, c, r.blobs)) {
		res.file.Unread = unreadReasons[how.reason]
	}
}

// said reports whether a secret was found before: other decodings of a content have it on the same line, but rarely in
// the same column.
func (res *result) said(f facts.Finding) bool {
	return slices.ContainsFunc(res.file.Findings,
		func(g facts.Finding) bool { return f.At.Line == g.At.Line && f.Detector == g.Detector })
}

func (r *reader) path(name string) string { return filepath.Join(r.root, filepath.FromSlash(name)) }

// load returns the content of a file, which the next call overwrites, or the reason why there is none.
func (r *reader) load(e entry) (c content, left string, err error) {
	path := r.path(e.name)
	if r.index && !r.folder(parent(e.name)) {
		return c, skipMissing, nil // git too sees nothing behind a link
	}
	stat := os.Lstat
	if e.follow {
		stat = os.Stat
	}
	info, err := stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist) && r.index:
		return c, skipMissing, nil
	case err != nil:
		return c, "", err
	case info.Mode()&fs.ModeSymlink != 0:
		target, err := os.Readlink(path)
		return content{data: []byte(filepath.ToSlash(target)), size: int64(len(target)), link: true}, "", err
	case !info.Mode().IsRegular():
		return c, skipSpecial, nil
	}
	f, err := os.Open(path)
	if err != nil {
		return c, "", err
	}
	defer f.Close() //nolint:errcheck // it was only read
	size := int(info.Size())
	if size > MaxSize {
		size = headSize
	}
	if cap(r.buffer) < size+1 {
		r.buffer = make([]byte, max(size+1, 64<<10, 2*cap(r.buffer)))
	}
	n, err := fill(f, r.buffer[:size])
	c = content{data: r.buffer[:n], size: int64(n), link: e.mode&modeType == modeLink && !e.follow}
	if info.Size() > MaxSize {
		c.size, c.path = info.Size(), path
	}
	return c, "", err
}

// fill reads until the buffer is full. A file that has become shorter is not an error.
func fill(f io.Reader, b []byte) (int, error) {
	n, err := io.ReadFull(f, b)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = nil
	}
	return n, err
}

// folder reports whether a folder and all its parents are folders of the work tree, and not links that leave it.
func (r *reader) folder(name string) bool {
	if name == "" {
		return true
	}
	ok, known := r.folders[name]
	if !known {
		if ok = r.folder(parent(name)); ok {
			info, err := os.Lstat(r.path(name))
			ok = err == nil && info.IsDir()
		}
		r.folders[name] = ok
	}
	return ok
}

func parent(name string) string { return name[:max(0, strings.LastIndexByte(name, '/'))] }

// cause returns the message of a file system error without the path, which the report prints anyway.
func cause(err error) string {
	if e := (*fs.PathError)(nil); errors.As(err, &e) {
		err = e.Err
	}
	return err.Error()
}

// PlainText returns a text in UTF-8, without a byte order mark. A text with the byte order mark of UTF-16 is decoded as
// such.
func PlainText(data []byte) []byte {
	switch {
	case len(data) < 2:
	case data[0] == 0xef && len(data) > 2 && data[1] == 0xbb && data[2] == 0xbf:
		return data[3:]
	case data[0] == 0xff && data[1] == 0xfe:
		return []byte(string(utf16.Decode(wide(data[2:], 1, 0))))
	case data[0] == 0xfe && data[1] == 0xff:
		return []byte(string(utf16.Decode(wide(data[2:], 0, 1))))
	}
	return data
}

// wide returns the units of UTF-16. high and low are the indexes of the bytes.
func wide(data []byte, high, low int) []uint16 {
	units := make([]uint16, len(data)/2)
	for i := range units {
		units[i] = uint16(data[2*i+high])<<8 | uint16(data[2*i+low])
	}
	return units
}
