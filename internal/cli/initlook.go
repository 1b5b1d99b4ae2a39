package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/progression-labs-development/policypack/internal/catalogue"
	"github.com/progression-labs-development/policypack/internal/check"
	"github.com/progression-labs-development/policypack/internal/detect"
	"github.com/progression-labs-development/policypack/internal/inventory"
	"github.com/progression-labs-development/policypack/internal/jsontext"
	"github.com/progression-labs-development/policypack/internal/place"
	"github.com/progression-labs-development/policypack/internal/state"
	"github.com/progression-labs-development/policypack/internal/terraform"
)

// look reads the paths.
func (f *initFlags) look(ctx context.Context, paths []string, stdin io.Reader) (*inventory.Inventory, error) {
	known, err := catalogue.Own()
	if err != nil {
		return nil, err
	}
	detector, err := detect.New(detect.Options{})
	if err != nil {
		return nil, err
	}
	shown := func(name string) string { return place.Visible(detector.Name(name)) }
	inv := inventory.New(known, shown)
	add := func(name string, k check.Kind, src jsontext.Source) error {
		if k == check.State && name != stdinName && !slices.Contains(f.states, name) {
			f.states = append(f.states, name)
		}
		return addExport(inv, name, k, src)
	}
	if f.trees, err = check.OpenExports(paths, stdin, add); err != nil {
		return nil, err
	}
	for _, dir := range f.trees {
		if err := inv.AddTree(ctx, dir); err != nil {
			return nil, err
		}
	}
	for _, path := range inv.Exports { // the states and plans among the programs
		name := filepath.ToSlash(path)
		switch given := slices.ContainsFunc(paths, func(p string) bool {
			return !slices.Contains(f.trees, p) && liesIn(p, path)
		}); {
		case given:
		case !opens(path):
			inv.Unread = append(inv.Unread, shown(name)+": cannot be read")
		case check.Sniff(path) == check.Auto:
			f.others = append(f.others, filepath.ToSlash(filepath.Dir(path)))
		default:
			if _, err := check.OpenExports([]string{path}, nil, add); err != nil {
				return nil, fmt.Errorf("%w\nmove %s away, or pass the paths to read: policypack init PATH", err, name)
			}
		}
	}
	return inv, nil
}

// opens reports whether a file can be read.
func opens(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close() //nolint:errcheck // nothing was written
	_, err = f.Read(make([]byte, 1))
	return err == nil || errors.Is(err, io.EOF)
}

// stdinName is the name of stdin in messages.
const stdinName = "stdin"

// liesIn reports whether a path is the directory or below it.
func liesIn(dir, path string) bool {
	rel, err := filepath.Rel(dir, path)
	return err == nil && filepath.IsLocal(rel)
}

func addExport(inv *inventory.Inventory, name string, k check.Kind, src jsontext.Source) error {
	if k == check.State {
		s, err := state.ReadFrom(src)
		if err != nil {
			return err
		}
		inv.AddState(s)
		return s.Err()
	}
	d, err := terraform.ReadFrom(src)
	if err != nil {
		return err
	}
	inv.AddTerraform(name, d)
	return d.Err()
}
