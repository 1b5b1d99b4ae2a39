package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestReplacesTheOnlyFileOfThePackage(t *testing.T) {
	file := filepath.Join(t.TempDir(), "capabilities.go")
	got, err := replaced([]string{"compile", "-o", "a", "-pack", "/opa/v1/capabilities/capabilities.go"}, file)
	if want := []string{"compile", "-o", "a", "-pack", file}; err != nil || !slices.Equal(got, want) {
		t.Errorf("got %q and %v, want %q", got, err, want)
	}
	if b, err := os.ReadFile(file); err != nil || string(b) != empty {
		t.Errorf("got %q and %v, want the package without data", b, err)
	}
	for _, files := range [][]string{{"/opa/v1/capabilities/others.go"}, {"/opa/v1/a.go", "/opa/v1/capabilities.go"}, nil} {
		_, err := replaced(append([]string{"compile", "-pack"}, files...), file)
		if err == nil || !strings.Contains(err.Error(), "expected capabilities.go as the only file") {
			t.Errorf("%q: got %v, want an error with the expected file", files, err)
		}
	}
}
