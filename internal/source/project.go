// Package source finds the lines of a program that declare the subject of a finding, because people change lines, not
// resources. It reads files of the checkout and returns only positions.
package source

import (
	"os"
	"path"
	"path/filepath"
)

// ProjectFile returns the path of a program's Pulumi.yaml, relative to the root of the repository or, without a
// repository, to the program's directory. Like Pulumi, it searches the directory and its parents. If there is none, it
// returns Pulumi.yaml, for tools that need a file.
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

// Below returns the slash-separated path of a folder, relative to the root of its repository. It is empty for the root
// and outside of a repository.
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

// above returns the path of the first of the names that exists in the directory or one of its parents.
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
