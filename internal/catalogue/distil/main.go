// Command distil makes the project's compact catalogue from a full one.
//
// The full catalogue is a set of JSON files that was collected in November 2026 by unpacking the npm packages of the
// Pulumi providers and by reading the public source of the providers behind them: one entry per resource type that
// creates, holds or passes on a secret, with every property path and the evidence for it. It is large and changes
// rarely, so it is no part of this repository. What the policies need of it is, one line per type:
//
//	go run ./internal/catalogue/distil -from DIR -to rego/catalogue
//
// The output depends on nothing but the input and the tables in judgement.go, where every decision that is not a fact
// of a package is written down with its reason. Of the files in rego/catalogue, resources.json and naming.json are made
// here; forms.json and templates.json are written by hand.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	from := flag.String("from", "", "directory of the full catalogue")
	to := flag.String("to", "", "directory to write resources.json and naming.json to")
	flag.Parse()
	if *from == "" || *to == "" || flag.NArg() > 0 {
		flag.Usage()
		os.Exit(2)
	}
	if err := run(*from, *to); err != nil {
		fmt.Fprintln(os.Stderr, "distil:", err)
		os.Exit(1)
	}
}

func run(from, to string) error {
	files, err := distil(os.DirFS(from))
	if err != nil {
		return err
	}
	for _, name := range []string{resourcesFile, namingFile} {
		if err := os.WriteFile(filepath.Join(to, name), files[name], 0o644); err != nil {
			return err
		}
	}
	return nil
}
