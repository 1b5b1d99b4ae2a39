// Command format writes rego/catalogue/resources.jsonl as it is to be written: rows sorted by token, fields in one
// order. Then it checks the whole catalogue, and reports everything that is wrong with it, with file and line.
//
//	go run ./internal/catalogue/format
package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"

	"github.com/progression-labs-development/policypack/internal/catalogue"
)

func main() {
	if err := run(filepath.Join("rego", "catalogue")); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(dir string) error {
	path := filepath.Join(dir, "resources.jsonl")
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	formatted, err := catalogue.Format(text)
	if err != nil {
		return err
	}
	if !bytes.Equal(formatted, text) {
		if err := os.WriteFile(path, formatted, 0o644); err != nil { //nolint:gosec // the repository's own file
			return err
		}
	}
	c, err := catalogue.Load(os.DirFS(dir))
	if err != nil {
		return err
	}
	return c.Check()
}
