package cli

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/blang/semver"
	"github.com/spf13/cobra"

	"github.com/progression-labs-development/policypack"
	"github.com/progression-labs-development/policypack/internal/lazy"
	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/internal/policyfile"
	"github.com/progression-labs-development/policypack/internal/report"
	"github.com/progression-labs-development/policypack/internal/session"
	"github.com/progression-labs-development/policypack/rego"
)

// scaffold contains the files of a new policy, with the placeholders {{NAME}}, {{FOLDER}}, {{ROOT}} and {{OWN}}.
//
//go:embed scaffold
var scaffold embed.FS

// policyName matches valid names of policies; package pack checks the folder's name in the same way.
var policyName = lazy.Regexp(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)

func newCommand() *cobra.Command {
	var dir string
	cmd := &cobra.Command{
		Use: "new NAME", Short: "Create a custom policy from a template", Args: takes(1, 1),
		Long: "Create a folder with a custom policy: the rule with its METADATA, unit tests, and examples. The\n" +
			"template checks a resource type that does not exist, so it denies nothing until you change it, and\n" +
			"its tests pass. NAME is lower case with hyphens, such as bucket-owner. In a checkout of policypack,\n" +
			"--dir policies creates a built-in policy.",
		RunE: func(cmd *cobra.Command, args []string) error {
			name := strings.ReplaceAll(args[0], "_", "-")
			if !policyName().MatchString(name) {
				return fmt.Errorf("%q is not a valid policy name; expected lower case with hyphens, such as "+
					"bucket-owner", args[0])
			}
			if slices.Contains(append([]string{"lib"}, policyfile.Reserved...), name) {
				return fmt.Errorf("the name %s is reserved; choose another", name)
			}
			own, err := ownPack()
			if err != nil {
				return err
			}
			if own.Policy(name) != nil {
				return fmt.Errorf("%s is a built-in policy (see `policypack explain %s`); choose another name", name,
					name)
			}
			return writeScaffold(cmd, dir, name)
		},
	}
	cmd.Flags().StringVar(&dir, "dir", "rules", "`directory` of your custom policies")
	return cmd
}

func writeScaffold(cmd *cobra.Command, dir, name string) (err error) {
	own, err := holdsOwn(dir)
	if err != nil {
		return err
	}
	folder := strings.ReplaceAll(name, "-", "_")
	target := filepath.Join(dir, folder)
	if err := os.MkdirAll(dir, 0o755); err != nil { //nolint:gosec // policies are for everyone to read
		return err
	}
	if err := os.Mkdir(target, 0o755); errors.Is(err, fs.ErrExist) { //nolint:gosec // as above
		return fmt.Errorf("%s already exists; remove it or choose another name", target)
	} else if err != nil {
		return err
	}
	defer func() {
		if err != nil { // half a policy would be in the way of the next attempt
			err = errors.Join(err, os.RemoveAll(target))
		}
	}()
	root, metadata, next := "rules", "", "policypack test "+filepath.ToSlash(dir)
	if own {
		root, next = "policies", "go run ./cmd/policypack test "+filepath.ToSlash(dir)
		metadata = "#   standard: [S1] # the lines of the standard that it enforces, see docs/reference/coverage.md\n" +
			"#   since: " + nextVersion() + " # the first version with this policy\n"
	}
	fill := strings.NewReplacer("{{NAME}}", name, "{{FOLDER}}", folder, "{{ROOT}}", root, "{{OWN}}", metadata)
	for _, file := range [][2]string{
		{"policy.rego.tmpl", folder + ".rego"},
		{"policy_test.rego.tmpl", folder + "_test.rego"},
		{"examples.yaml.tmpl", "examples.yaml"},
	} {
		text, err := scaffold.ReadFile("scaffold/" + file[0])
		if err != nil {
			return err
		}
		path := filepath.Join(target, file[1])
		if err := report.Replace(path, []byte(fill.Replace(string(text)))); err != nil {
			return err
		}
		fmt.Fprintf(cmd.OutOrStdout(), "wrote %s\n", filepath.ToSlash(path))
	}
	fmt.Fprintf(cmd.OutOrStdout(), "\nIt denies nothing yet: edit it, then run its tests.\n  %s\n", next)
	if own {
		fmt.Fprintln(cmd.OutOrStdout(), "See CONTRIBUTING.md for the other steps.")
		return generated(dir)
	}
	return nil
}

// generated writes the generated files of the checkout that the directory of policies is in, so that its tests pass.
func generated(dir string) error {
	pages := filepath.Join(dir, "..", "docs")
	if _, err := os.Stat(filepath.Join(pages, "reference", "policies.md")); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err := pack.WriteMetadata(dir); err != nil {
		return err
	}
	own := os.DirFS(dir)
	p, err := pack.Load(pack.Own(own, rego.FS), session.Docs())
	if err != nil {
		return err
	}
	return writePages(p, own, pages)
}

// holdsOwn reports whether a directory is the folder of built-in policies in a checkout.
func holdsOwn(dir string) (bool, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*", "*.rego"))
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil || strings.Contains(string(text), "\npackage policies.") {
			return err == nil, err
		}
	}
	return false, err
}

// nextVersion returns the next minor version, the first one with a new policy.
func nextVersion() string {
	v := semver.MustParse(policypack.Version())
	return semver.Version{Major: v.Major, Minor: v.Minor + 1}.String()
}
