package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// class is what Pulumi's code generator writes for a resource type, shortened.
const class = `
class Key extends pulumi.CustomResource {
    static __pulumiType = 'acme:iam/key:Key';
    constructor(name, argsOrState, opts) {
        if (opts.id) {
            const state = argsOrState;
            resourceInputs["old"] = state?.old;
        }
        else {
            const args = argsOrState;
            resourceInputs["password"] = args?.password ? pulumi.secret(args.password) : undefined;
            resourceInputs["user"] = (args?.user) ?? "admin";
            resourceInputs["secret"] = undefined /*out*/;
        }
        const aliasOpts = { aliases: [{ type: "acme:iam:Key" }, { type: "acme:index/key:Key" }] };
        const secretOpts = { additionalSecretOutputs: ["password", "pulumiLabels", "secret"] };
    }
}
`

func TestRun(t *testing.T) {
	archive := pack(t, map[string]string{
		"package/iam/key.js": class, "package/iam/key.d.ts": "declare class Key {}",
		"package/index.js": "exports.Key = 1;",
	})
	const row = `{"token":"acme:iam/key:Key","class":"ci","manager":"acme","name":"user","why":"x"}` + "\n"
	tests := []struct {
		name          string
		archive       []byte
		sum, row      string
		want, wantErr string
	}{
		{
			"facts of a listed type", archive, digest(archive), row,
			`{"token":"acme:iam/key:Key","marked":["password"],"outputs":["secret"]}` + "\n" +
				`{"token":"acme:iam:Key","is":"acme:iam/key:Key"}` + "\n" +
				`{"token":"acme:index/key:Key","is":"acme:iam/key:Key"}` + "\n", "",
		},
		{"another archive than the pinned one", archive, digest(nil), row, "", "packages.jsonl pins " + digest(nil)},
		{
			"an output is no input", archive, digest(archive), strings.Replace(row, `"user"`, `"secret"`, 1), "",
			`resources.jsonl:1: acme:iam/key:Key: no input "secret" in @acme/acme 1.2.3`,
		},
		{
			"a package without types", pack(t, map[string]string{"package/index.js": ""}), "", row,
			"", "no resource types in it",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			archives, to := t.TempDir(), t.TempDir()
			write := func(path string, data []byte) {
				if err := os.WriteFile(path, data, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			write(filepath.Join(archives, "acme-acme-1.2.3.tgz"), test.archive)
			for name, text := range map[string]string{
				"resources.jsonl": test.row, "derived.jsonl": "",
				"naming.json": "[]", "forms.json": "{}", "templates.json": "{}",
			} {
				write(filepath.Join(to, name), []byte(text))
			}
			sum := test.sum
			if sum == "" {
				sum = digest(test.archive)
			}
			pinned := fmt.Appendf(nil, `{"name":"@acme/acme","version":"1.2.3","sha256":"%s"}`, sum)
			err := run(pinned, archives, to, filepath.Join(to, "marked.txt"), io.Discard)
			if (err == nil) != (test.wantErr == "") || err != nil && !strings.Contains(err.Error(), test.wantErr) {
				t.Fatalf("got error %v\nwant      %s", err, test.wantErr)
			}
			got, err := os.ReadFile(filepath.Join(to, "derived.jsonl"))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, string(got)); diff != "" {
				t.Errorf("mismatch (-want +got):\n%s", diff)
			}
			if test.want == "" {
				return
			}
			marked, err := os.ReadFile(filepath.Join(to, "marked.txt"))
			if err != nil {
				t.Fatal(err)
			}
			_, list, _ := strings.Cut(string(marked), "\n")
			if diff := cmp.Diff("acme:iam/key:Key password* -> secret*\n", list); diff != "" {
				t.Errorf("marked: mismatch (-want +got):\n%s", diff)
			}
		})
	}
}

func digest(data []byte) string { return fmt.Sprintf("%x", sha256.Sum256(data)) }

func pack(t *testing.T, files map[string]string) []byte {
	t.Helper()
	var archive bytes.Buffer
	zipped := gzip.NewWriter(&archive)
	w := tar.NewWriter(zipped)
	for name, text := range files {
		if err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(text))}); err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, text); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := zipped.Close(); err != nil {
		t.Fatal(err)
	}
	return archive.Bytes()
}
