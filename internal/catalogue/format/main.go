// Command format rewrites resources.jsonl, slots.jsonl and workloads.jsonl of rego/catalogue in their canonical form:
// entries sorted, fields in a fixed order. Then it checks the whole catalogue and reports every mistake with its file
// and line.
//
//	go run ./internal/catalogue/format
package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"

	"github.com/progression-labs-development/policypack/internal/catalogue"
	"github.com/progression-labs-development/policypack/internal/slot"
)

func main() {
	if err := run(filepath.Join("rego", "catalogue")); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(dir string) error {
	if err := rewrite(filepath.Join(dir, "resources.jsonl"), catalogue.Format); err != nil {
		return err
	}
	if err := rewrite(filepath.Join(dir, "slots.jsonl"), slot.Format); err != nil {
		return err
	}
	if err := rewrite(filepath.Join(dir, "workloads.jsonl"), slot.FormatWorkloads); err != nil {
		return err
	}
	c, err := catalogue.Load(os.DirFS(dir))
	if err != nil {
		return err
	}
	return c.Check()
}

func rewrite(path string, format func([]byte) ([]byte, error)) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	formatted, err := format(text)
	if err != nil || bytes.Equal(formatted, text) {
		return err
	}
	return os.WriteFile(path, formatted, 0o644)
}
