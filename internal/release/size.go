package release

import (
	"cmp"
	"context"
	"debug/buildinfo"
	"debug/elf"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/progression-labs-development/policypack"
	"github.com/progression-labs-development/policypack/policies"
	"github.com/progression-labs-development/policypack/rego"
)

// Limit is the maximum size in bytes of a stripped program.
const Limit = 33_000_000

// Size prints the composition of the program for linux-amd64: code and data by module, according to the symbols, and
// the rest by section of the file. The sum is the size of the stripped program.
func Size(ctx context.Context, root string, out io.Writer) error {
	work, err := os.MkdirTemp("", "policypack-size-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work) //nolint:errcheck // a temporary directory
	p := Platform{"linux", "amd64"}
	stripped, full := filepath.Join(work, "stripped"), filepath.Join(work, "full")
	if err := Compile(ctx, root, stripped, p, true); err != nil {
		return err
	}
	if err := Compile(ctx, root, full, p, false); err != nil {
		return err
	}
	info, err := os.Stat(stripped)
	if err != nil {
		return err
	}
	parts, err := consists(full, stripped)
	if err != nil {
		return err
	}
	for _, part := range parts {
		fmt.Fprintf(out, "%8.2f MB %5.1f%%  %s\n", float64(part.bytes)/1e6,
			100*float64(part.bytes)/float64(info.Size()), part.name)
	}
	fmt.Fprintf(out, "%8.2f MB         stripped, of at most %.0f MB\n", float64(info.Size())/1e6, float64(Limit)/1e6)
	return nil
}

type part struct {
	name  string
	bytes int64
}

// tables are sections that belong to no module, with their purpose.
var tables = map[string]string{
	".gopclntab": "tables for stack traces and the garbage collector",
	".typelink":  "tables of types", ".itablink": "tables of types",
}

// unnamed is the remainder.
const unnamed = "types, strings and data without a symbol"

// consists returns the parts of a program, largest first. Symbols are read from full, sizes of sections from stripped.
func consists(full, stripped string) ([]part, error) {
	modules, err := modulesOf(full)
	if err != nil {
		return nil, err
	}
	f, err := elf.Open(full)
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // only read
	s, err := elf.Open(stripped)
	if err != nil {
		return nil, err
	}
	defer s.Close() //nolint:errcheck // only read
	info, err := os.Stat(stripped)
	if err != nil {
		return nil, err
	}
	sizes := map[string]int64{}
	sections := map[string]int64{} // what of each section no symbol has claimed
	rest := info.Size()
	for _, section := range s.Sections {
		if section.Type != elf.SHT_NOBITS && section.Type != elf.SHT_NULL {
			sections[section.Name] = int64(section.FileSize) //nolint:gosec // a file's size
			rest -= int64(section.FileSize)                  //nolint:gosec // a file's size
		}
	}
	symbols, err := f.Symbols()
	if err != nil {
		return nil, err
	}
	for _, symbol := range symbols {
		if int(symbol.Section) >= len(f.Sections) {
			continue
		}
		section := f.Sections[symbol.Section].Name
		if _, table := tables[section]; table || sections[section] < int64(symbol.Size) { //nolint:gosec // a symbol's size
			continue // not in the file, or a symbol around others
		}
		if owner := modules.of(symbol.Name); owner != "" {
			sizes[owner] += int64(symbol.Size)      //nolint:gosec // a symbol's size
			sections[section] -= int64(symbol.Size) //nolint:gosec // a symbol's size
		}
	}
	for name, size := range sections {
		if what, ok := tables[name]; ok {
			sizes[what] += size
		} else {
			sizes[unnamed] += size
		}
	}
	files := embedded(policies.FS) + embedded(rego.FS) + int64(len(policypack.Readme()))
	sizes["policies, catalogue and README, as files"] = files
	sizes[unnamed] += rest - files
	var parts []part
	for name, size := range sizes {
		parts = append(parts, part{name, size})
	}
	slices.SortFunc(parts,
		func(a, b part) int { return cmp.Or(cmp.Compare(b.bytes, a.bytes), cmp.Compare(a.name, b.name)) })
	return parts, nil
}

// modules are the paths of the modules in a program, the longest first, with their versions.
type modules []struct{ path, version string }

func modulesOf(program string) (modules, error) {
	info, err := buildinfo.ReadFile(program)
	if err != nil {
		return nil, err
	}
	m := modules{{info.Main.Path, ""}}
	for _, d := range info.Deps {
		m = append(m, struct{ path, version string }{d.Path, d.Version})
	}
	slices.SortFunc(m, func(a, b struct{ path, version string }) int { return cmp.Compare(len(b.path), len(a.path)) })
	return m, nil
}

// of returns the module that a symbol belongs to, or an empty string if its name does not show it. Symbols are named
// PATH/PACKAGE.NAME, in which the linker writes a dot of the last element as %2e, or type:… and go:itab.….
func (m modules) of(symbol string) string {
	for _, prefix := range []string{"type:", "go:itab."} {
		if rest, ok := strings.CutPrefix(symbol, prefix); ok {
			symbol = strings.TrimLeft(strings.TrimPrefix(rest, ".eq."), "*[]")
			break
		}
	}
	if strings.HasPrefix(symbol, "go:") {
		return "" // strings and tables of everybody's
	}
	symbol = strings.ReplaceAll(symbol, "%2e", ".")
	for _, module := range m {
		if rest, ok := strings.CutPrefix(symbol, module.path); ok &&
			(strings.HasPrefix(rest, "/") || strings.HasPrefix(rest, ".")) {
			return strings.TrimSpace(module.path + " " + module.version)
		}
	}
	// Only packages of the standard library have no dot in the first element of their path.
	first, _, _ := strings.Cut(symbol, "/")
	if pkg, _, dot := strings.Cut(first, "."); pkg != "" && !strings.Contains(pkg, " ") && dot == (first == symbol) {
		return "the Go library"
	}
	return ""
}

// embedded is the size of the files in a program.
func embedded(files fs.FS) int64 {
	var sum int64
	_ = fs.WalkDir(files, ".", func(_ string, d fs.DirEntry, err error) error {
		if info, infoErr := d.Info(); err == nil && infoErr == nil && info.Mode().IsRegular() {
			sum += info.Size()
		}
		return err
	})
	return sum
}
