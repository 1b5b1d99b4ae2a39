package cli

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/progression-labs-development/policypack/internal/analyzer"
	"github.com/progression-labs-development/policypack/internal/exemption"
	"github.com/progression-labs-development/policypack/internal/expiry"
	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/internal/rollout"
	"github.com/progression-labs-development/policypack/internal/verdict"
)

// configShape is what Pulumi reads from the file given to --policy-pack-config.
const configShape = `{"POLICY": "LEVEL", "POLICY": {"enforcementLevel": "LEVEL", "PARAMETER": VALUE}}`

func configCommand(p Process) *cobra.Command {
	cmd := &cobra.Command{
		Use: "config", Short: "Check the configuration of policies", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(validateCommand(p))
	return cmd
}

func validateCommand(p Process) *cobra.Command {
	var rules ruleFlag
	var stack string
	cmd := &cobra.Command{
		Use: "validate FILE", Short: "Check a file for --policy-pack-config", Args: cobra.ExactArgs(1),
		Long: "Check a file for --policy-pack-config: policies, levels, parameters and exemptions. All mistakes are reported at\n" +
			"once, as file:row: message, and no message repeats a value of the file.\n\n" +
			"Pulumi reads JSON of this form:\n\n  " + configShape + "\n\n" +
			"The policy \"all\" sets the level of all others, and \"environments\" lists environments of Pulumi ESC.",
		RunE: func(cmd *cobra.Command, args []string) error {
			loaded, err := rules.load()
			if err != nil {
				return err
			}
			f, err := readConfig(args[0])
			if err != nil {
				return err
			}
			if mistakes := f.check(cmd.Context(), loaded, rules.directories(), p); len(mistakes) > 0 {
				return fmt.Errorf("%s has mistakes:\n%w", args[0], mistakes)
			}
			return f.summary(cmd, loaded, stack, p.Now())
		},
	}
	rules.register(cmd, p)
	cmd.Flags().StringVar(&stack, "stack", "", "name of the stack whose levels are shown (levelByStack)")
	return cmd
}

// configFile is a file for --policy-pack-config.
type configFile struct {
	name     string
	root     *document // nil where the file is empty, which Pulumi accepts
	mistakes pack.Errors
}

// readConfig reads a file. That it is no JSON is among the mistakes; the error says that it cannot be read.
func readConfig(name string) (*configFile, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	f := &configFile{name: name}
	if strings.TrimSpace(string(data)) == "" {
		return f, nil
	}
	root, row, err := parseDocument(data)
	switch {
	case err != nil:
		f.fail(row, "this is not JSON, and Pulumi reads nothing else here; want %s", configShape)
		return f, nil
	case root.shape() != "an object":
		f.fail(root.row, "want an object, got %s: %s", root.shape(), configShape)
		return f, nil
	}
	f.root = root
	return f, nil
}

func (f *configFile) fail(row int, format string, args ...any) {
	f.mistakes = append(f.mistakes, pack.Mistake{File: f.name, Row: row, Message: fmt.Sprintf(format, args...)})
}

// reserved are the keys of the file that are no policies.
var reserved = []string{"all", "environments"}

// check returns all mistakes of the file. What the analyzer would say of it, the analyzer says.
func (f *configFile) check(ctx context.Context, loaded *pack.Pack, rules []string, p Process) pack.Errors {
	// The bundle is there for its policies alone: keys are pinned before a bundle is signed with them.
	server, found := collecting(analyzer.Options{Log: p.Stderr, Now: p.Now, Bundle: p.Getenv("POLICYPACK_BUNDLE"), Unbundled: true}, rules)
	return f.checkWith(ctx, &checker{file: f, loaded: loaded, server: server, found: found})
}

// checkWith is check with an analyzer that is there already.
func (f *configFile) checkWith(ctx context.Context, c *checker) pack.Errors {
	if f.root == nil {
		return f.mistakes
	}
	f.shapes()
	if err := c.run(ctx); err != nil {
		f.fail(0, "%v", err)
	}
	hide := f.hider(c.loaded)
	for i := range f.mistakes {
		f.mistakes[i].Message = hide(f.mistakes[i].Message)
	}
	return f.mistakes
}

// shapes checks what Pulumi reads before the pack sees anything.
func (f *configFile) shapes() {
	f.root.twice(func(row int, key string) {
		f.fail(row, "%q is there twice, and only the last one counts; remove one", key)
	})
	for _, c := range f.root.fields {
		d := c.value
		switch {
		case c.key == "environments":
			f.environments(d)
		case d.shape() == "a text":
			f.level(c.key, d)
		case d.shape() != "an object":
			f.fail(c.row, "policy %s: want a level or an object, got %s", c.key, d.shape())
		default:
			for _, param := range d.fields {
				switch {
				case param.key == "enforcementLevel":
					f.level(c.key, param.value)
				case c.key == "all":
					f.fail(param.row, `"all" sets the level of all policies and no parameters; write %s under the policy that has it`, param.key)
				}
			}
		}
	}
}

func (f *configFile) environments(d *document) {
	if d.shape() != "a list" {
		f.fail(d.row, `"environments" is a list of Pulumi ESC environments; want a list of texts, got %s`, d.shape())
	}
	for i, item := range d.items {
		if item.shape() != "a text" {
			f.fail(item.row, "environments[%d]: want a text, got %s", i, item.shape())
		}
	}
}

// configLevels are the levels that Pulumi knows.
var configLevels = []string{"advisory", "mandatory", "remediate", "disabled"}

func (f *configFile) level(policy string, d *document) {
	s, ok := d.value.(string)
	if !ok || !slices.Contains(configLevels, s) {
		f.fail(d.row, "policy %s: level: want one of %s", policy, strings.Join(configLevels, ", "))
	}
}

// levelOf returns the level that the file writes for a key, empty where it writes none that counts.
func (f *configFile) levelOf(key string) pack.Level {
	c := f.root.field(key)
	if c == nil {
		return ""
	}
	d := c.value
	if level := d.field("enforcementLevel"); level != nil {
		d = level.value
	}
	s, _ := d.value.(string)
	if !slices.Contains(configLevels, s) {
		return ""
	}
	if s == "remediate" {
		return pack.Mandatory
	}
	return pack.Level(s)
}

// levels returns the effective level of each policy, as Pulumi makes it: the policy's own, that of "all", that of the file.
func (f *configFile) levels(loaded *pack.Pack) map[string]pack.Level {
	levels := map[string]pack.Level{}
	for _, q := range loaded.Policies {
		levels[q.Name] = q.Level
		for _, key := range []string{"all", q.Name} {
			if l := f.levelOf(key); l != "" {
				levels[q.Name] = l
			}
		}
	}
	return levels
}

// on returns what the file makes of decisions on a stack. The file has no mistakes. An empty stack stands for one that no
// other name than * is about.
func (f *configFile) on(loaded *pack.Pack, stack string, now time.Time) (*verdict.Config, error) {
	settings := map[string]pack.Setting{}
	for name, level := range f.levels(loaded) {
		settings[name] = pack.Setting{Level: level}
	}
	for name, parameters := range (&checker{file: f}).parameters() {
		settings[name] = pack.Setting{Level: settings[name].Level, Parameters: parameters}
	}
	config, err := loaded.Configure(settings)
	if err != nil {
		return nil, err
	}
	c, err := verdict.New(loaded, config, nil, expiry.When{Now: now})
	if err != nil {
		return nil, err
	}
	return c.At(rollout.Place{Stack: stack}), nil
}

// doubts returns what the file may say and probably does not mean, by its rows.
func (f *configFile) doubts(loaded *pack.Pack, now time.Time) pack.Errors {
	c := &checker{file: f}
	settings := c.parameters()[pack.SettingsPolicy]
	doubts := exemption.Doubts(settings)
	if doubt := verdict.AdoptionDoubt(loaded, settings, now); doubt != "" {
		doubts = append(doubts, "policy settings: parameters: adopt: "+strings.ReplaceAll(doubt, "\n", " "))
	}
	var out pack.Errors
	for _, doubt := range doubts {
		row, _ := c.place(doubt)
		out = append(out, pack.Mistake{File: f.name, Row: row, Message: "warning: " + doubt})
	}
	return out
}

func (f *configFile) summary(cmd *cobra.Command, loaded *pack.Pack, stack string, now time.Time) error {
	levels, err := f.on(loaded, stack, now)
	if err != nil {
		return err
	}
	fmt.Fprintf(cmd.OutOrStdout(), "%s has no mistakes.\n", f.name)
	if doubts := f.doubts(loaded, now); len(doubts) > 0 {
		fmt.Fprintln(cmd.OutOrStdout(), doubts.Error())
	}
	if stack != "" {
		fmt.Fprintf(cmd.OutOrStdout(), "On the stack %s:\n", stack)
	}
	fmt.Fprintln(cmd.OutOrStdout())
	rows := [][]string{{"POLICY", "LEVEL", "PARAMETERS SET"}}
	for _, q := range loaded.Policies {
		e := levels.LevelOf(q.Name)
		level := string(e.Level)
		switch {
		case e.Note != "":
			level += " (" + strings.ToLower(e.Note[:1]) + strings.TrimSuffix(e.Note[1:], ".") + ")"
		case e.Level != q.Level:
			level += fmt.Sprintf(" (without the file: %s)", q.Level)
		}
		var set []string
		if c := f.root.field(q.Name); c != nil {
			for _, param := range c.value.fields {
				if param.key != "enforcementLevel" {
					set = append(set, param.key)
				}
			}
		}
		slices.Sort(set)
		rows = append(rows, []string{q.Name, level, strings.Join(slices.Compact(set), ", ")})
	}
	printTable(cmd.OutOrStdout(), rows)
	if c := f.root.field("environments"); c != nil {
		_, err := fmt.Fprintf(cmd.OutOrStdout(), "\nIn Pulumi, further values come from %s of ESC. What they say was not checked.\n",
			plural(len(c.value.items), "environment"))
		return err
	}
	return nil
}
