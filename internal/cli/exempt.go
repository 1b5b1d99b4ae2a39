package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/progression-labs-development/policypack/internal/central"
	"github.com/progression-labs-development/policypack/internal/check"
	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/internal/place"
	"github.com/progression-labs-development/policypack/internal/policyfile"
	"github.com/progression-labs-development/policypack/internal/rollout"
	"github.com/progression-labs-development/policypack/internal/verdict"
)

func exemptCommand(p Process) *cobra.Command {
	cmd := &cobra.Command{
		Use: "exempt", Short: "Add, list and remove exemptions",
	}
	cmd.AddCommand(exemptAddCommand(p), exemptListCommand(p), exemptPruneCommand(p))
	return cmd
}

// intoFlag is the file that a command edits in place: the flag --into, or the argument.
type intoFlag struct{ name string }

func (f *intoFlag) register(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.name, "into", "",
		"policy configuration `file` to edit in place; everything else in it stays as written")
	if err := cmd.MarkFlagFilename("into", "json"); err != nil {
		panic(err) // the flag was registered just now
	}
}

// argument takes the name from the argument.
func (f *intoFlag) argument(args []string) error {
	switch {
	case f.name == "" && len(args) == 0:
		return errors.New("missing the configuration file to edit, such as policy-config.json")
	case f.name != "" && len(args) > 0:
		return errors.New("the file to edit is set twice: as the argument and with --into")
	case f.name == "":
		f.name = args[0]
	}
	return nil
}

// editedFile is a file that a command edits in place: a policy configuration, or the data.json of a bundle.
type editedFile struct {
	*check.ConfigFile

	data   []byte
	was    []byte // as it was read, nil if there was none
	loaded *pack.Pack
	rules  *ruleFlag
	p      Process
}

// open reads the file, which must be valid, or begins a new one.
func (f *intoFlag) open(ctx context.Context, loaded *pack.Pack, rules *ruleFlag, p Process) (*editedFile, error) {
	if info, err := os.Stat(f.name); f.name == "-" || err == nil && !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s: expected a regular file to edit in place, such as policy-config.json", f.name)
	}
	was, err := os.ReadFile(f.name)
	data := was
	switch {
	case errors.Is(err, fs.ErrNotExist) && filepath.Base(f.name) == "data.json":
		data = []byte("{\n  \"policypack\": {\n    \"format\": \"" + central.Format + "\"\n  }\n}\n")
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return nil, err
	}
	e := &editedFile{was: was, loaded: loaded, rules: rules, p: p}
	if mistakes := e.parse(ctx, f.name, data); len(mistakes) > 0 {
		return nil, fmt.Errorf("%s has mistakes; fix them first:\n%w", f.name, mistakes)
	}
	return e, nil
}

// parse sets the content of the file, and checks it as `config validate` does.
func (e *editedFile) parse(ctx context.Context, name string, data []byte) pack.Errors {
	e.data = data
	e.ConfigFile = check.NewConfig(name, policyfile.ParseAny(data, e.loaded.Names()), e.loaded)
	return e.Check(ctx, checkingSession(e.rules, e.p))
}

// config returns the verdict configuration of the file, with defaults for missing settings.
func (e *editedFile) config() (*verdict.Config, error) {
	return e.On(checkingSession(e.rules, e.p), rollout.Place{})
}

// shown returns functions that mask secrets, including those matching the file's own patterns, in a string or a name
// from the file or a report, and put it on one line. In a name, a secret may be joined to other words.
func (e *editedFile) shown() (text, name func(string) string, err error) {
	d, err := detector(texts(e.settings()["extraPatterns"]))
	if err != nil {
		return nil, nil, err
	}
	name = func(s string) string { return place.Visible(d.Name(s)) }
	return func(s string) string { return place.Visible(masked(d, s)) }, name, nil
}

// settings returns the parameters of the policy settings in the file.
func (e *editedFile) settings() map[string]any { return e.Parameters()[pack.SettingsPolicy] }

// doubts returns warnings about probable mistakes in an exemption of the file, as FIELD: TEXT.
func (e *editedFile) doubts(id string) (out []string) {
	config, err := e.config()
	if err != nil {
		return nil // the file has been checked
	}
	for _, m := range config.Doubts() {
		if len(m.Path) == 4 && m.Path[1] == "exemptions" && m.Path[2] == id {
			out = append(out, fmt.Sprintf("%v: %s", m.Path[3], m.Text))
		}
	}
	return out
}

// write checks the edited content and replaces the file. If the content has mistakes, nothing is written.
func (e *editedFile) write(ctx context.Context, text []byte, dryRun bool) error {
	if mistakes := e.parse(ctx, e.Name, text); len(mistakes) > 0 {
		return fmt.Errorf("%s was not changed, because the result would have mistakes:\n%w", e.Name, mistakes)
	}
	if dryRun {
		return nil
	}
	switch now, err := os.ReadFile(e.Name); {
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return err
	case (now == nil) != (e.was == nil), !bytes.Equal(now, e.was):
		return fmt.Errorf("%s was changed by another process while this command ran, and was not written; run the "+
			"command again", e.Name)
	}
	return replaceFile(e.Name, text)
}
