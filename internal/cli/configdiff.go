package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/progression-labs-development/policypack/internal/central"
	"github.com/progression-labs-development/policypack/internal/check"
	"github.com/progression-labs-development/policypack/internal/confdiff"
	"github.com/progression-labs-development/policypack/internal/detect"
	"github.com/progression-labs-development/policypack/internal/floor"
	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/internal/place"
)

func diffCommand(p Process) *cobra.Command {
	var rules ruleFlag
	var asJSON, exitCode bool
	cmd := &cobra.Command{
		Use: "diff A B", Short: "List what B relaxes and tightens compared with A",
		Args: takes(2, 2),
		Long: "List what B relaxes and what it tightens compared with A. Both are policy configuration files, of\n" +
			"either version, or both are bundles (bundle.tar.gz), whose parameters, floors, serial numbers and\n" +
			"expiries are compared. Bundle signatures are not verified. Settings missing from a file have their\n" +
			"defaults. Patterns and keys are counted, never shown.\n\n" +
			"The exit code is 0; with --exit-code it is 1 if anything is relaxed.\n\n" +
			"  git show main:policy-config.json > before.json\n" +
			"  policypack config diff before.json policy-config.json --exit-code",
		RunE: func(cmd *cobra.Command, args []string) error {
			loaded, err := rules.load()
			if err != nil {
				return err
			}
			detector, err := detect.New(detect.Options{})
			if err != nil {
				return err
			}
			var sides [2]confdiff.Side
			var bundled [2]bool
			for i, name := range args {
				if sides[i], bundled[i], err = side(cmd, name, loaded, &rules, p); err != nil {
					return err
				}
			}
			if bundled[0] != bundled[1] {
				return fmt.Errorf("%s and %s: one is a bundle, the other a policy configuration; expected two of the "+
					"same kind", args[0], args[1])
			}
			changes := confdiff.Sides(loaded, sides[0], sides[1], p.Now(),
				func(s string) string { return place.VisibleLines(detector.Mask(s)) })
			if err := printChanges(cmd, changes, args, asJSON); err != nil {
				return err
			}
			for _, c := range changes {
				if exitCode && c.Kind == confdiff.Milder {
					return errViolations // the changes are printed above
				}
			}
			return nil
		},
	}
	rules.register(cmd, p)
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	cmd.Flags().BoolVar(&exitCode, "exit-code", false, "exit with 1 if anything is relaxed")
	return cmd
}

// side reads one of the two files, and reports whether it is a bundle.
func side(cmd *cobra.Command, name string, loaded *pack.Pack, rules *ruleFlag, p Process) (s confdiff.Side,
	bundled bool, err error,
) {
	if bundled, err = isBundle(name); err != nil {
		return s, false, err
	}
	if bundled {
		s, err = bundleSide(name, loaded)
		return s, true, err
	}
	f, err := check.ReadValid(cmd.Context(), checkingSession(rules, p), loaded, name)
	if err != nil {
		return s, false, err
	}
	return confdiff.Side{Levels: f.Levels(), Parameters: f.Parameters(), Exceptions: f.Exceptions}, false, nil
}

// isBundle reports whether a file is a bundle, as written by `opa build`, and not JSON.
func isBundle(name string) (bool, error) {
	f, err := os.Open(name)
	if err != nil {
		return false, err
	}
	defer f.Close() //nolint:errcheck // nothing was written
	magic := make([]byte, 2)
	switch _, err := io.ReadFull(f, magic); {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return false, nil
	case err != nil:
		return false, err
	}
	return bytes.Equal(magic, []byte{0x1f, 0x8b}), nil
}

func bundleSide(name string, loaded *pack.Pack) (confdiff.Side, error) {
	b, err := central.Open(name)
	if err != nil {
		return confdiff.Side{}, err
	}
	f, err := floor.Parse(b.Floor(), loaded, b.String())
	if err != nil {
		return confdiff.Side{}, fmt.Errorf("%s: data.policypack: the floor has mistakes:\n%w", name, err)
	}
	settings := map[string]pack.Setting{}
	for policy, parameters := range b.Parameters() {
		settings[policy] = pack.Setting{Parameters: parameters}
	}
	if _, err := loaded.Configure(settings); err != nil {
		return confdiff.Side{}, fmt.Errorf("%s: %w", name, err)
	}
	return confdiff.Side{Parameters: b.Parameters(), Floor: f, Serial: b.Serial(), Expires: b.Expires()}, nil
}

// headings are the kinds of changes as they are printed. In JSON they are keys, and stay as they are.
var headings = map[confdiff.Kind]string{
	confdiff.Milder: "relaxed", confdiff.Stricter: "tightened", confdiff.Different: "changed",
}

func printChanges(cmd *cobra.Command, changes []confdiff.Change, args []string, asJSON bool) error {
	byKind := map[confdiff.Kind][]confdiff.Change{}
	for _, kind := range confdiff.Kinds() {
		byKind[kind] = []confdiff.Change{}
	}
	for _, c := range changes {
		byKind[c.Kind] = append(byKind[c.Kind], c)
	}
	if asJSON {
		return printJSON(cmd, byKind)
	}
	if len(changes) == 0 {
		_, err := fmt.Fprintf(cmd.OutOrStdout(), "%s and %s are equivalent.\n", args[0], args[1])
		return err
	}
	var b strings.Builder
	for _, kind := range confdiff.Kinds() {
		if len(byKind[kind]) == 0 {
			continue
		}
		fmt.Fprintf(&b, "%s\n", headings[kind])
		for _, c := range byKind[kind] {
			fmt.Fprintf(&b, "  %s: %s\n", c.Where, c.Text)
		}
	}
	_, err := io.WriteString(cmd.OutOrStdout(), b.String())
	return err
}
