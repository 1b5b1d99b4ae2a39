package central_test

import (
	"archive/tar"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// transplant writes a bundle with the files of one and the signature of the other, and returns its file.
func transplant(t *testing.T, signed, content string) string {
	t.Helper()
	files := unpack(t, content)
	for file, text := range unpack(t, signed) {
		if strings.HasSuffix(file, ".signatures.json") {
			files[file] = text
		}
	}
	return repack(t, files)
}

// withFile writes a bundle with a further file, and returns its file.
func withFile(t *testing.T, content, name, text string) string {
	t.Helper()
	files := unpack(t, content)
	files[name] = text
	return repack(t, files)
}

func repack(t *testing.T, files map[string]string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "bundle.tar.gz")
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close() //nolint:errcheck // what was not written is missed by the test
	z := gzip.NewWriter(f)
	w := tar.NewWriter(z)
	for file, text := range files {
		if err := w.WriteHeader(&tar.Header{Name: file, Mode: 0o644, Size: int64(len(text))}); err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, text); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(w.Close(), z.Close()); err != nil {
		t.Fatal(err)
	}
	return name
}

func unpack(t *testing.T, name string) map[string]string {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close() //nolint:errcheck // what was not written is missed by the test
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return files
		}
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		files[h.Name] = string(text)
	}
}
