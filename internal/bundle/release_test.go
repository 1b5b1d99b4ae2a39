package bundle

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// tarball is an archive as a release has it for other systems than Windows.
func tarball(t *testing.T, files ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	w := tar.NewWriter(z)
	for _, name := range files {
		text := "program of " + name
		if err := w.WriteHeader(
			&tar.Header{Name: name, Size: int64(len(text)), Mode: 0o755, Typeflag: tar.TypeReg}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.WriteHeader(
		&tar.Header{
			Name: "pulumi-language-policypack", Linkname: "policypack",
			Typeflag: tar.TypeSymlink,
		}); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func zipped(t *testing.T, name string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	f, err := w.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write([]byte("program of " + name)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// released is a directory with archives, by name, and their checksums.
func released(t *testing.T, archives map[string][]byte) string {
	t.Helper()
	dir := t.TempDir()
	var sums strings.Builder
	for name, data := range archives {
		write(t, dir, map[string]string{name: string(data)})
		fmt.Fprintf(&sums, "%x  %s\n", sha256.Sum256(data), name)
	}
	write(t, dir, map[string]string{"checksums.txt": sums.String()})
	return dir
}

func TestFromRelease(t *testing.T) {
	t.Parallel()
	dir := released(t, map[string][]byte{
		"policypack-v0.1.0-linux-amd64.tar.gz":  tarball(t, "README.md", "policypack"),
		"policypack-v0.1.0-darwin-arm64.tar.gz": tarball(t, "./policypack"),
		"policypack-v0.1.0-windows-amd64.zip":   zipped(t, "policypack.exe"),
		"policypack-v0.2.0-linux-arm64.tar.gz":  tarball(t, "policypack"),
	})
	for _, tt := range []struct {
		name      string
		platforms []string
		want      []string
	}{
		{"all of the version", nil, []string{"darwin-arm64 755", "linux-amd64 755", "windows-amd64.exe 755"}},
		{"one", []string{"linux-amd64"}, []string{"linux-amd64 755"}},
		{"one, twice", []string{"windows-amd64", "windows-amd64"}, []string{"windows-amd64.exe 755"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			out := filepath.Join(t.TempDir(), "pack")
			o := options(t, NodeJS)
			o.From, o.Platforms = dir, tt.platforms
			if _, err := Make(out, o); err != nil {
				t.Fatal(err)
			}
			var want []string
			for _, w := range tt.want {
				want = append(want, "pulumi-analyzer-policypack-"+w)
			}
			if diff := cmp.Diff(want, tree(t, filepath.Join(out, "bin"))); diff != "" {
				t.Errorf("mismatch (-want +got)\n%s", diff)
			}
			for _, w := range want {
				data, err := os.ReadFile(filepath.Join(out, "bin", strings.TrimSuffix(w, " 755")))
				if err != nil || !strings.HasPrefix(string(data), "program of ") {
					t.Errorf("%s: %q, %v", w, data, err)
				}
			}
		})
	}
}

func TestFromReleaseRefuses(t *testing.T) {
	t.Parallel()
	const name = "policypack-v0.1.0-linux-amd64.tar.gz"
	for _, tt := range []struct {
		name      string
		archive   []byte
		change    map[string]string
		without   string
		platforms []string
		want      string
	}{
		{"no checksums", tarball(t, "policypack"), nil, "checksums.txt", nil, "checksums.txt is missing"},
		{
			"an archive that has changed", tarball(t, "policypack"),
			map[string]string{name: "other"},
			"", nil,
			"checksums.txt has",
		},
		{
			"an archive without a checksum", tarball(t, "policypack"),
			map[string]string{"checksums.txt": ""},
			"", nil,
			"is not in checksums.txt",
		},
		{"no archive", tarball(t, "policypack"), nil, name, nil, "no policypack-v0.1.0-OS-ARCH.tar.gz"},
		{
			"no archive for a platform", tarball(t, "policypack"), nil, "",
			[]string{"linux-riscv64"},
			"it has linux-amd64",
		},
		{
			"an archive without the program", tarball(t, "README.md"), nil, "", nil,
			name + ": the archive does not contain policypack",
		},
		{"an archive that is none", []byte("x"), nil, "", nil, name},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			dir := released(t, map[string][]byte{name: tt.archive})
			write(t, dir, tt.change)
			if tt.without != "" {
				if err := os.Remove(filepath.Join(dir, tt.without)); err != nil {
					t.Fatal(err)
				}
			}
			o := options(t, NodeJS)
			o.From, o.Platforms = dir, tt.platforms
			out := filepath.Join(t.TempDir(), "pack")
			if _, err := Make(out, o); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
			if got := tree(t, out); len(got) > 0 {
				t.Errorf("left behind: %q", got)
			}
		})
	}
}
