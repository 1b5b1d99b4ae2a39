package release

import (
	"archive/tar"
	"archive/zip"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// entry is one file in an archive.
type entry struct {
	name string
	mode os.FileMode
	data []byte
}

// entries returns the files in the archive of a platform, in order: the program, the pack that the directory becomes,
// and the pages of this version, which messages link to. There is no directory around them, so that a command can
// extract the program by its name alone.
func entries(p Platform, root string, program []byte) ([]entry, error) {
	list := []entry{{p.program(), 0o755, program}}
	names := []string{"PulumiPolicy.yaml", "LICENSE"}
	if p.OS == "linux" {
		names = append(names, "Dockerfile")
	}
	for _, name := range names {
		e, err := file(root, name)
		if err != nil {
			return nil, err
		}
		list = append(list, e)
	}
	pages, err := pages(root)
	return append(list, pages...), err
}

// pluginEntries returns the files in the archive for `pulumi plugin install`. It contains the program once, under the
// name by which the engine starts it: Pulumi adds up the sizes of a plugin's files and follows links, and it copies a
// directory without them.
func pluginEntries(p Platform, root string, program []byte) ([]entry, error) {
	license, err := file(root, "LICENSE")
	return []entry{{p.plugin(), 0o755, program}, license}, err
}

// file returns a file of the project, unchanged.
func file(root, name string) (entry, error) {
	data, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name)))
	return entry{name, 0o644, data}, err
}

// pack writes an archive in the format of its extension.
func pack(path string, list []entry, epoch time.Time) (err error) {
	to, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, to.Close()) }()
	if strings.HasSuffix(path, ".zip") {
		return zipped(to, list, epoch)
	}
	return tarred(to, list, epoch)
}

func tarred(to io.Writer, list []entry, epoch time.Time) error {
	z, err := gzip.NewWriterLevel(to, gzip.BestCompression)
	if err != nil {
		return err
	}
	t := tar.NewWriter(z)
	for _, e := range list {
		h := &tar.Header{
			Format: tar.FormatUSTAR, Typeflag: tar.TypeReg, Name: e.name, Mode: int64(e.mode), Size: int64(len(e.data)),
			ModTime: epoch,
		}
		if err := t.WriteHeader(h); err != nil {
			return err
		}
		if _, err := t.Write(e.data); err != nil {
			return err
		}
	}
	return errors.Join(t.Close(), z.Close())
}

func zipped(to io.Writer, list []entry, epoch time.Time) error {
	z := zip.NewWriter(to)
	for _, e := range list {
		h := &zip.FileHeader{Name: e.name, Method: zip.Deflate, Modified: epoch}
		h.SetMode(e.mode)
		w, err := z.CreateHeader(h)
		if err != nil {
			return err
		}
		if _, err := w.Write(e.data); err != nil {
			return err
		}
	}
	return z.Close()
}
