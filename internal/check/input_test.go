package check

import (
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/progression-labs-development/policypack/internal/fuzzing"
)

func zipped(t *testing.T, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestInput(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 2*headSize)
	for _, tt := range []struct {
		name       string
		give       []byte
		limit      int64
		want, fail string
	}{
		{"plain", []byte("{}"), 10, "{}", ""},
		{"nothing", nil, 10, "", ""},
		{"longer than its head", []byte(long), maxInput, long, ""},
		{"with a mark", []byte("\ufeff{}"), 10, "{}", ""},
		{"in UTF-16", []byte("\xff\xfe{\x00\xe9\x00}\x00"), 10, "{é}", ""},
		{"in UTF-16, the other way round", []byte("\xfe\xff\x00{\x00}"), 10, "{}", ""},
		{"compressed", zipped(t, long), maxInput, long, ""},
		{"as large as may be", []byte(long), int64(len(long)), long, ""},
		{"too large", []byte(long), int64(len(long)) - 1, "", "larger than the limit of 0 MiB"},
		{"compressed and too large", zipped(t, long), headSize, "", "larger than the limit of 0 MiB; " +
			"decompress it first, since a plan or a state in a plain file has no limit"},
		{"compressed and cut off", zipped(t, long)[:40], maxInput, "", "the compressed file is truncated"},
		{"compressed without a header", []byte{0x1f, 0x8b, 1}, 10, "", "the compressed file is corrupt"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			name := filepath.Join(t.TempDir(), "x.json")
			if err := os.WriteFile(name, tt.give, 0o600); err != nil {
				t.Fatal(err)
			}
			got, err := read(name, tt.limit)
			if string(got) != tt.want || (err == nil) != (tt.fail == "") || err != nil && err.Error() != tt.fail {
				t.Errorf("got %d bytes, %v, want %d bytes, %s", len(got), err, len(tt.want), tt.fail)
			}
		})
	}
	if _, err := read(filepath.Join(t.TempDir(), "gone"), 10); err == nil ||
		err.Error() != "no such file or directory" {
		t.Errorf("no file: got %v", err)
	}
}

// What stdin may have is said, and what to do with more.
func TestStdinThatIsTooLarge(t *testing.T) {
	t.Parallel()
	in, err := Open(Stdin, strings.NewReader(`{"version": 3}`))
	if err != nil {
		t.Fatal(err)
	}
	in.Limit = 10
	const want = "larger than the limit of 0 MiB; write it to a file and pass its path, since a plan or a state in a file " +
		"has no limit"
	if _, err := in.Source(); err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func read(name string, limit int64) ([]byte, error) {
	in, err := Open(name, nil)
	if err != nil {
		return nil, err
	}
	in.Limit = limit
	data, err := in.All()
	if err := in.Close(); err != nil {
		return nil, err
	}
	return data, err
}

func FuzzKindOf(f *testing.F) {
	f.Add([]byte(`{"version": 3, "deployment": {`))
	f.Add([]byte(`{"format_version": "1.2", "planned_values": {}}`))
	f.Add([]byte("\xff\xfe{\x00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		defer fuzzing.Watch(t, len(data))()
		in, err := Open(Stdin, bytes.NewReader(data))
		if err != nil {
			return
		}
		if k, _, err := kindOf(target{path: "x.json", kind: Auto}, in, true); (err == nil) == (k == "") {
			t.Errorf("got %q, %v", k, err)
		}
	})
}
