package cli

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/progression-labs-development/policypack"
	"github.com/progression-labs-development/policypack/internal/detect"
	"github.com/progression-labs-development/policypack/internal/place"
	"github.com/progression-labs-development/policypack/internal/register"
)

// exemptListFlags are the flags of exempt list.
type exemptListFlags struct {
	rules  ruleFlag
	proof  evidenceFlags
	sheet  sheetFlags[register.Register]
	owner  string
	within int
}

func exemptListCommand(p Process) *cobra.Command {
	var f exemptListFlags
	cmd := &cobra.Command{
		Use: "list [PATH...]", Short: "List everything that exempts findings: the exemption register",
		Long: "List every exemption, Pulumi policy exception, baseline entry and suppression comment\n" +
			"(policypack:allow), with its owner, reason, ticket, approver, first day, last day, and whether it is\n" +
			"used.\n\n" +
			"Each PATH is a policy configuration file, a central bundle, or the directory of a repository, which\n" +
			"is checked to see which comments are used. Bundles are verified with the keys pinned in the\n" +
			"configurations.\n\n" +
			"--reports adds the JSON reports of runs, to show which exemptions are used and on which stacks. An\n" +
			"exemption is only listed as unused under the rules of `policypack exempt prune`: every stack that it\n" +
			"may apply to (see --stacks) needs a report from the last --days days.\n\n" +
			"The exit code is 0, or 2 if something could not be read.\n\n" +
			"  policypack exempt list policy-config.json . --reports reports/ -o register.html,register.csv",
		RunE: func(cmd *cobra.Command, args []string) error { return f.run(cmd, args, p) },
	}
	f.rules.register(cmd, p)
	f.proof.register(cmd)
	flags := cmd.Flags()
	flags.StringVar(&f.owner, "owner", "", "list only entries whose owner matches this `glob`")
	flags.IntVar(&f.within, "expires-within", 0,
		"list only entries that have expired or will expire within this number of `days`")
	f.sheet.register(cmd, register.Forms, "output", "o", "register")
	return cmd
}

func (f *exemptListFlags) run(cmd *cobra.Command, args []string, p Process) error {
	reports := f.proof.names()
	if len(args)+len(reports) == 0 {
		return errors.New("nothing to read; pass policy configuration files, bundles or repositories, such as " +
			"`policypack exempt list policy-config.json .`, or --reports")
	}
	if err := errors.Join(notEmpty(cmd, "owner"), f.proof.check(cmd)); err != nil {
		return err
	}
	if err := f.sheet.check(func(file string) error { return noInput(file, args, reports) }); err != nil {
		return err
	}
	filter := register.Filter{Owner: f.owner}
	if cmd.Flags().Changed("expires-within") {
		if f.within < 0 {
			return fmt.Errorf("--expires-within: expected a number of days, 0 or more, got %d", f.within)
		}
		filter.ExpiresWithin = &f.within
	}
	c := &collector{Builder: register.New(policypack.Version(), p.Now()), rules: &f.rules, proof: &f.proof, p: p}
	if err := c.collect(cmd.Context(), args, reports); err != nil {
		return err
	}
	shown, err := c.shown()
	if err != nil {
		return err
	}
	r, err := c.Register(filter, c.seen, shown)
	if err != nil {
		return fmt.Errorf("--owner: %w", err)
	}
	if err := f.sheet.write(cmd, r); err != nil {
		return err
	}
	return exitOf(r.Exit())
}

// noInput refuses to overwrite an input, and to write into a directory of input reports.
func noInput(file string, args, reports []string) error {
	for _, in := range slices.Concat(args, reports) {
		if sameFile(file, in) {
			return fmt.Errorf("refusing to overwrite %s, which is an input", file)
		}
		if info, err := os.Stat(in); err == nil && info.IsDir() && slices.Contains(reports, in) && inside(file, in) {
			return fmt.Errorf("refusing to write %s into %s, which is a directory of input reports; choose another "+
				"directory", file, in)
		}
	}
	return nil
}

// shown returns the functions that mask secrets in strings and names, including those matching patterns of the
// configurations.
func (c *collector) shown() (register.Shown, error) {
	d, err := detector(c.patterns)
	if err != nil {
		return register.Shown{}, err
	}
	return register.Shown{Text: func(s string) string { return place.VisibleLines(masked(d, s)) }, Name: d.Name}, nil
}

// masked masks the secrets in a string. In a name among its words, a secret may be joined to other words.
func masked(d *detect.Detector, s string) string {
	words := strings.Split(s, " ")
	for i := range words {
		words[i] = d.Name(words[i])
	}
	return d.Mask(strings.Join(words, " "))
}

// detector recognises secrets, including those matching the patterns. If one pattern is invalid, which the check of its
// configuration reports, none of them applies.
func detector(patterns []string) (*detect.Detector, error) {
	if d, err := detect.New(detect.Options{ExtraPatterns: patterns}); err == nil {
		return d, nil
	}
	return detect.New(detect.Options{})
}
