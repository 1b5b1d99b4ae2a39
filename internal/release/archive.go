package release

import (
	"archive/tar"
	"archive/zip"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path/filepath"
	"time"
)

// entry is one thing in an archive.
type entry struct {
	name string
	mode os.FileMode
	from string // the file with its contents, or empty for a link
	link string // what a symbolic link names
}

// plugin is the name under which the engine starts the program. It is a link in the archive, so that `pulumi plugin
// install` takes it; zip archives for Windows have none, where links need a privilege.
const plugin = "pulumi-language-policypack"

// entries are what an archive holds, in its order. It has no directory around them: `pulumi plugin install` wants the
// executable at the root.
func entries(p Platform, root, program string) []entry {
	list := []entry{
		{name: p.program(), mode: 0o755, from: program},
		{name: "PulumiPolicy.yaml", mode: 0o644, from: filepath.Join(root, "PulumiPolicy.yaml")},
		{name: "README.md", mode: 0o644, from: filepath.Join(root, "README.md")},
		{name: "LICENSE", mode: 0o644, from: filepath.Join(root, "LICENSE")},
	}
	if p.OS != "windows" {
		list = append(list, entry{name: plugin, mode: 0o777, link: p.program()})
	}
	return list
}

// pack writes the archive of a platform.
func pack(path string, p Platform, root, program string, epoch time.Time) (err error) {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	if p.OS == "windows" {
		return zipped(file, entries(p, root, program), epoch)
	}
	return tarred(file, entries(p, root, program), epoch)
}

func tarred(to io.Writer, list []entry, epoch time.Time) error {
	z, err := gzip.NewWriterLevel(to, gzip.BestCompression)
	if err != nil {
		return err
	}
	t := tar.NewWriter(z)
	for _, e := range list {
		h := &tar.Header{
			Format: tar.FormatUSTAR, Typeflag: tar.TypeSymlink, Name: e.name, Linkname: e.link, Mode: int64(e.mode),
			ModTime: epoch,
		}
		var data []byte
		if e.from != "" {
			if data, err = os.ReadFile(e.from); err != nil {
				return err
			}
			h.Typeflag, h.Size = tar.TypeReg, int64(len(data))
		}
		if err := t.WriteHeader(h); err != nil {
			return err
		}
		if _, err := t.Write(data); err != nil {
			return err
		}
	}
	return errors.Join(t.Close(), z.Close())
}

func zipped(to io.Writer, list []entry, epoch time.Time) error {
	z := zip.NewWriter(to)
	for _, e := range list {
		data, err := os.ReadFile(e.from)
		if err != nil {
			return err
		}
		h := &zip.FileHeader{Name: e.name, Method: zip.Deflate, Modified: epoch}
		h.SetMode(e.mode)
		w, err := z.CreateHeader(h)
		if err != nil {
			return err
		}
		if _, err := w.Write(data); err != nil {
			return err
		}
	}
	return z.Close()
}
