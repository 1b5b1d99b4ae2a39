// Package source finds the lines of a program that declare what a finding is about: a person changes a line, not a
// resource. It reads files of the checkout, and tells nothing of them but positions.
package source

import (
	"os"
	"path"
	"path/filepath"
)

// ProjectFile returns Pulumi.yaml of the program that is run in a directory, from the root of its repository, or from
// its own directory where there is none. It is looked for as Pulumi does it: there, and above. Without one it is
// Pulumi.yaml all the same, for programs that want a file.
func ProjectFile(dir string) string {
	const name = "Pulumi.yaml"
	abs, err := filepath.Abs(dir)
	if err != nil {
		return name
	}
	file := above(abs, name, "Pulumi.yml")
	if file == "" {
		return name
	}
	return path.Join(Below(filepath.Dir(file)), filepath.Base(file))
}

// Below returns the path of a folder from the root of its repository, slash-separated; it is empty for the root, and
// where there is no repository.
func Below(dir string) string {
	git := above(dir, ".git") // a directory, or a file in a worktree
	if git == "" {
		return ""
	}
	rel, err := filepath.Rel(filepath.Dir(git), dir)
	if err != nil || rel == "." {
		return ""
	}
	return filepath.ToSlash(rel)
}

// above returns the first of the names that is in the directory or in one above it.
func above(dir string, names ...string) string {
	for {
		for _, name := range names {
			file := filepath.Join(dir, name)
			if _, err := os.Stat(file); err == nil {
				return file
			}
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return ""
		}
		dir = parent
	}
}
