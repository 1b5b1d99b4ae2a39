package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/progression-labs-development/policypack/internal/central"
	"github.com/progression-labs-development/policypack/internal/check"
	"github.com/progression-labs-development/policypack/internal/inventory"
	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/internal/policyfile"
)

// initFlags are the flags of init.
type initFlags struct {
	rules         ruleFlag
	out, from     string
	force, yes    bool
	components    []string
	modules       []string
	environments  []string
	stacks        []string
	managers      []string
	choices       inventory.Choices
	states, trees []string // the inputs, for the next commands
	others        []string // folders with JSON files other than states
}

func initCommand(p Process) *cobra.Command {
	var f initFlags
	cmd := &cobra.Command{
		Use: "init [PATH...]", Short: "Write a first configuration from your programs and states",
		Long: "Write a first policy-config.json from your programs and states, show where each setting comes from,\n" +
			"and print the next command. PATH is one of these, by default the working directory:\n\n" +
			"  a directory           programs: Pulumi.yaml, its stacks, the components registered in code, " +
			"Terraform\n" +
			"                        modules, and exported states below it; test folders are skipped\n" +
			"  a directory of exports, a file, or - (stdin)\n" +
			"                        the output of `pulumi stack export` or `terraform show -json`\n\n" +
			"States give the most: which components contain which kinds of secrets, and how secrets are named. On\n" +
			"a terminal, init asks up to five questions, and Enter accepts what was found. A flag answers its\n" +
			"question. With --yes, or without a terminal, nothing is asked. An existing file is only replaced\n" +
			"with --force, and never if it has exemptions, exceptions, a baseline or pinned keys.\n\n" +
			"  policypack init\n" +
			"  policypack init . exports/ --yes\n" +
			"  pulumi stack export | policypack init - --component acme:infra:Secret --enforce-from 2027-03-01",
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				args = []string{"."}
			}
			return f.run(cmd, args, p)
		},
	}
	f.rules.register(cmd, p)
	flags := cmd.Flags()
	flags.StringVarP(&f.out, "output", "o", "policy-config.json", "`file` to write")
	flags.BoolVar(&f.force, "force", false, "replace an existing file")
	flags.BoolVarP(&f.yes, "yes", "y", false, "ask nothing; accept what was found and the defaults")
	flags.StringSliceVar(&f.components, "component", nil,
		"`type` of a component that may create secrets, such as acme:infra:Secret; repeatable")
	flags.StringSliceVar(&f.modules, "module", nil,
		"`source` of a Terraform module that may create secrets; repeatable")
	flags.StringSliceVar(&f.environments, "environment", nil,
		"name of an environment, such as production; repeatable")
	flags.StringSliceVar(&f.stacks, "stack-environment", nil,
		"environment of a stack, as `STACK=ENVIRONMENT`; repeatable")
	flags.StringSliceVar(&f.managers, "manager", nil,
		"secrets manager that may be used, such as aws-secrets-manager; repeatable")
	flags.StringVar(&f.from, "enforce-from", "",
		"`day` (YYYY-MM-DD) from which the policies are mandatory; by default they stay advisory")
	return cmd
}

func (f *initFlags) run(cmd *cobra.Command, args []string, p Process) error {
	if err := f.refuse(); err != nil {
		return err
	}
	loaded, err := f.rules.load()
	if err != nil {
		return err
	}
	if err := f.keep(loaded); err != nil {
		return err
	}
	if err := f.choose(cmd, loaded, p.Now()); err != nil {
		return err
	}
	inv, err := f.look(cmd.Context(), args, p.Stdin)
	if err != nil {
		return err
	}
	var text []byte
	suggest := func() (s *inventory.Suggestion, err error) {
		s = inv.Suggest(f.choices)
		if text, err = encodePolicyFile(s.Config.File()); err != nil {
			return nil, err
		}
		file := check.NewConfig(f.out, policyfile.Parse(text, loaded.Names()), loaded)
		var wrong []error
		for _, m := range file.Check(cmd.Context(), checkingSession(&f.rules, p)) {
			wrong = append(wrong, errors.New(m.Message)) // the file, with its lines, is not written yet
		}
		return s, errors.Join(wrong...)
	}
	if isTerminal(p.Stdin) && !f.yes {
		q := &questions{in: p.Stdin, out: cmd.ErrOrStderr()}
		fmt.Fprintf(q.out, "Found %s. Press Enter to accept the value in brackets.\n\n", inv.Read())
		err := f.ask(cmd, inv, q, p.Now(), func() error {
			_, err := suggest()
			return err
		})
		if err != nil {
			return fmt.Errorf("%w; nothing was written", err)
		}
	}
	s, err := suggest()
	if err != nil {
		return fmt.Errorf("nothing was written, because the configuration would have mistakes:\n%w", err)
	}
	write := writeNew
	if f.force {
		write = replaceFile
	}
	if err := write(f.out, text); err != nil {
		return err
	}
	return f.explain(cmd.OutOrStdout(), inv, s)
}

// refuse refuses to overwrite a file, before reading or asking anything.
func (f *initFlags) refuse() error {
	switch info, err := os.Lstat(f.out); {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case info.IsDir():
		return fmt.Errorf("--output: %s is a directory; expected the name of a file", f.out)
	case !f.force:
		return fmt.Errorf("%s already exists, and was not changed; write to another file with --output, or replace "+
			"it with --force", f.out)
	}
	return nil
}

// keep refuses to replace a file with decisions that people made, such as exemptions: init cannot find them again.
func (f *initFlags) keep(loaded *pack.Pack) error {
	data, err := os.ReadFile(f.out)
	if err != nil {
		return nil //nolint:nilerr // there is nothing to keep, or writing fails
	}
	old := policyfile.ParseAny(data, loaded.Names())
	var has []string
	for _, one := range []string{"exemptions", "baseline", central.Setting} {
		if v := old.Parameters()[pack.SettingsPolicy][one]; v != nil {
			has = append(has, one)
		}
	}
	if len(old.Exceptions) > 0 {
		has = append(has, "exceptions")
	}
	if len(has) == 0 {
		return nil
	}
	return fmt.Errorf("%s has %s, which --force would remove; write to another file with --output, and copy what is "+
		"new", f.out, strings.Join(has, ", "))
}

// choose reads the flags that override what is found.
func (f *initFlags) choose(cmd *cobra.Command, loaded *pack.Pack, now time.Time) error {
	c := &f.choices
	for _, flag := range []struct {
		name string
		give []string
		to   *[]string
	}{
		{"component", f.components, &c.Components},
		{"module", f.modules, &c.Modules},
		{"environment", f.environments, &c.Environments},
		{"manager", f.managers, &c.Managers},
	} {
		if cmd.Flags().Changed(flag.name) {
			*flag.to = slices.Compact(slices.Clone(flag.give))
		}
	}
	var err error
	if c.Stacks, err = pairs(f.stacks); err != nil {
		return fmt.Errorf("--stack-environment: %w", err)
	}
	if c.EnforceFrom, err = enforceDay(f.from, now); err != nil {
		return fmt.Errorf("--enforce-from: %w", err)
	}
	for _, q := range loaded.Policies {
		switch {
		case q.Level == pack.Mandatory && q.Name != pack.SettingsPolicy:
			c.Mandatory = append(c.Mandatory, q.Name)
		case q.Level == pack.Disabled:
			c.Off = append(c.Off, q.Name)
		}
		for name, kind := range q.Parameters.Allows {
			if kind == "backends" {
				byDefault := texts(q.Parameters.Defaults[name])
				c.Backends = inventory.Backends{Policy: q.Name, Parameter: name, Default: byDefault}
			}
		}
	}
	return nil
}

// texts returns the strings of a decoded JSON list.
func texts(v any) (out []string) {
	list, _ := v.([]any)
	for _, item := range list {
		if s, ok := item.(string); ok {
			out = append(out, s)
		}
	}
	return out
}

// pairs parses strings of the form STACK=ENVIRONMENT.
func pairs(all []string) (map[string]string, error) {
	out := map[string]string{}
	for _, one := range all {
		name, environment, ok := strings.Cut(one, "=")
		if name, environment = strings.TrimSpace(name), strings.TrimSpace(environment); !ok || name == "" ||
			environment == "" {
			return nil, fmt.Errorf("expected STACK=ENVIRONMENT, such as prod=production, got %q", one)
		}
		out[name] = environment
	}
	return out, nil
}

// enforceDay parses the day from which policies are mandatory: in the future, and at most a year away.
func enforceDay(text string, now time.Time) (string, error) {
	if text == "" {
		return "", nil
	}
	day, err := time.Parse(time.DateOnly, text)
	switch {
	case err != nil:
		return "", fmt.Errorf("expected a day such as %s, got %q", now.AddDate(0, 3, 0).Format(time.DateOnly), text)
	case !day.After(now):
		return "", fmt.Errorf("%s is not in the future; to make policies mandatory now, no configuration is needed",
			text)
	case day.After(now.AddDate(0, 0, 365)):
		return "", fmt.Errorf("%s is more than 365 days away", text)
	}
	return text, nil
}

// writeNew writes a file that does not exist yet.
func writeNew(name string, text []byte) error {
	file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644) //nolint:gosec // for everyone to read
	if err != nil {
		return err
	}
	_, err = file.Write(text)
	if err = errors.Join(err, file.Close()); err != nil {
		_ = os.Remove(name)
	}
	return err
}
