package bundle

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/util/archive"
)

// Make refuses a directory if, and only if, the CLI's own archiver would leave a file out of it.
func TestGitignoreOfParents(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		ignore map[string]string // .gitignore by directory below the root
		want   string            // rule that the error names, empty where nothing is left out
	}{
		{"none", nil, ""},
		{"of the parent, the directory", map[string]string{"repo": "/dist/\n"}, "/dist/"},
		{"of a grandparent, a pattern", map[string]string{"": "*.rego\n"}, "*.rego"},
		{"a folder inside of it", map[string]string{"repo": "lib/\n"}, "lib/"},
		{"everything but what is named", map[string]string{"repo": "/*\n!/dist\n"}, ""},
		{"everything", map[string]string{"repo": "*\n"}, "*"},
		{"everything but the directory, as the CLI reads it", map[string]string{"repo": "*\n!dist\n"}, ""},
		{"another directory", map[string]string{"repo": "/build/\nnode_modules/\n# dist/\n"}, ""},
		{
			"taken back by a deeper one, which does not count",
			map[string]string{"": "*.json\n", "repo": "!*.json\n"},
			"*.json",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			root := t.TempDir()
			for dir, text := range tt.ignore {
				write(t, root, map[string]string{filepath.ToSlash(filepath.Join(dir, ".gitignore")): text})
			}
			out := filepath.Join(root, "repo", "dist", "pack")
			o := options(t, Policypack)
			_, err := Make(out, o)
			if tt.want == "" && err != nil {
				t.Fatal(err)
			}
			if tt.want != "" && (err == nil || !strings.Contains(err.Error(), "("+tt.want+")")) {
				t.Errorf("got %v, want the rule %q", err, tt.want)
			}

			// The same files, archived by the CLI's code.
			files, cerr := collect(o)
			if cerr != nil {
				t.Fatal(cerr)
			}
			for _, f := range files {
				if _, err := f.put(out); err != nil {
					t.Fatal(err)
				}
			}
			if got, complete := uploaded(t, out), err == nil; (got == len(files)) != complete {
				t.Errorf("the CLI archives %d of %d files, and Make says %v", got, len(files), err)
			}
		})
	}
}

// A repository that is reached by a symbolic link is one all the same.
func TestGitignoreBehindALink(t *testing.T) {
	t.Parallel()
	root, elsewhere := t.TempDir(), t.TempDir()
	write(t, root, map[string]string{".gitignore": "rules/\n"})
	if err := os.Symlink(root, filepath.Join(elsewhere, "link")); err != nil {
		t.Fatal(err)
	}
	if _, err := Make(filepath.Join(elsewhere, "link", "new", "pack"), options(t, Policypack)); err == nil {
		t.Error("got no error")
	}
}

// uploaded counts the files that the CLI's own code archives.
func uploaded(t *testing.T, dir string) int {
	t.Helper()
	data, err := archive.TGZ(dir, "package", true)
	if err != nil {
		t.Fatal(err)
	}
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	count := 0
	for r := tar.NewReader(z); ; count++ {
		if _, err := r.Next(); errors.Is(err, io.EOF) {
			return count
		} else if err != nil {
			t.Fatal(err)
		}
	}
}
