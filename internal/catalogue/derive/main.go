// Command derive generates rego/catalogue/derived.jsonl from the providers' npm packages: their facts about the
// resource types listed in rego/catalogue/resources.jsonl. The packages and their digests are pinned in packages.jsonl
// beside this file.
//
//	go run ./internal/catalogue/derive [-archives DIR] [-to rego/catalogue] [-marked FILE]
//
// Without -archives, it fetches the packages with `npm pack`, about 55 MB, into a temporary directory. No package is
// run or installed. -marked writes which inputs and outputs of all types the packages mark secret, for the stand-in
// providers of tests/precision. The output depends only on the packages and resources.jsonl.
package main

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/progression-labs-development/policypack/internal/catalogue"
)

//go:embed packages.jsonl
var pinned []byte

// npmPackage is a line of packages.jsonl. If several packages have a type, the first one defines it.
type npmPackage struct {
	Name    string `json:"name"`
	Version string `json:"version"`
	SHA256  string `json:"sha256"` // of the archive written by npm pack
}

func main() {
	archives := flag.String("archives", "", "directory of packed packages; default: fetch them with npm")
	to := flag.String("to", filepath.Join("rego", "catalogue"), "directory of the catalogue")
	marked := flag.String("marked", "", "file for the marks of all types, in the form of tests/echo/types.txt")
	flag.Parse()
	if flag.NArg() > 0 {
		flag.Usage()
		os.Exit(2)
	}
	if err := run(pinned, *archives, *to, *marked, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "derive:", err)
		os.Exit(1)
	}
}

func run(pinned []byte, archives, to, marked string, progress io.Writer) error {
	facts := map[string]catalogue.Fact{}
	decoder := json.NewDecoder(bytes.NewReader(pinned))
	decoder.DisallowUnknownFields()
	for decoder.More() {
		var p npmPackage
		if err := decoder.Decode(&p); err != nil {
			return fmt.Errorf("packages.jsonl: %w", err)
		}
		fmt.Fprintln(progress, p)
		archive, err := p.archive(archives)
		if err != nil {
			return fmt.Errorf("%s: %w", p, err)
		}
		if err := readArchive(p.String(), archive, facts); err != nil {
			return fmt.Errorf("%s: %w", p, err)
		}
	}
	if marked != "" {
		if err := os.WriteFile(marked, marks(facts), 0o644); err != nil {
			return err
		}
	}
	derived, err := catalogue.Derive(os.DirFS(to), facts)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(to, "derived.jsonl"), derived, 0o644)
}

// marks lists the types with marked inputs or outputs, one per line: the token, the inputs, `->` and the outputs, with
// a `*` after each marked one. A type without a colon is its package's provider.
func marks(facts map[string]catalogue.Fact) []byte {
	text := bytes.NewBufferString("# What the providers' packages mark secret. Written by make derive.\n")
	for _, token := range slices.Sorted(maps.Keys(facts)) {
		fact := facts[token]
		if len(fact.Marked)+len(fact.Outputs) == 0 {
			continue
		}
		if !strings.Contains(token, ":") {
			token = "pulumi:providers:" + token
		}
		text.WriteString(token)
		for _, in := range fact.Marked {
			text.WriteString(" " + in + "*")
		}
		text.WriteString(" ->")
		for _, out := range fact.Outputs {
			if !slices.Contains(fact.Marked, out) {
				text.WriteString(" " + out + "*")
			}
		}
		text.WriteString("\n")
	}
	return text.Bytes()
}

func (p npmPackage) String() string { return p.Name + " " + p.Version }

// archive returns the package's archive, from the directory or fetched, after verifying its digest.
func (p npmPackage) archive(dir string) ([]byte, error) {
	if dir == "" {
		fetched, err := os.MkdirTemp("", "derive")
		if err != nil {
			return nil, err
		}
		defer os.RemoveAll(fetched) //nolint:errcheck // a temporary directory
		name := p.Name + "@" + p.Version
		pack := exec.Command("npm", "pack", "--silent", "--ignore-scripts", "--pack-destination", fetched, name)
		if out, err := pack.CombinedOutput(); err != nil {
			return nil, fmt.Errorf("npm pack: %w\n%s", err, out)
		}
		dir = fetched
	}
	name := strings.ReplaceAll(strings.TrimPrefix(p.Name, "@"), "/", "-") + "-" + p.Version + ".tgz"
	archive, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		return nil, err
	}
	if sum := sha256.Sum256(archive); hex.EncodeToString(sum[:]) != p.SHA256 {
		return nil, fmt.Errorf("%s: its SHA-256 is %x, and packages.jsonl pins %s", name, sum, p.SHA256)
	}
	return archive, nil
}
