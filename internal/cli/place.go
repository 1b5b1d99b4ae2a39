package cli

import (
	"cmp"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/progression-labs-development/policypack/internal/check"
	"github.com/progression-labs-development/policypack/internal/rollout"
)

// placeFlags are the flags for the stack or account whose levels are shown.
type placeFlags struct{ organization, project, stack, account string }

func (f *placeFlags) register(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.stack, "stack", "",
		"show the levels on this `stack`, as [[ORGANIZATION/]PROJECT/]STACK (levelByStack)")
	flags.StringVar(&f.project, "project", "", "`project` of the stack, if --stack does not include it")
	flags.StringVar(&f.organization, "org", "", "`organization` of the stack, if --stack does not include it")
	flags.StringVar(&f.account, "account", "",
		"show the levels in this `account`: AWS account, Azure subscription or Google project "+
			"(levelByAccount)")
}

// place returns the place for the flags; without --stack, one for all stacks that the configuration does not mention.
func (f *placeFlags) place() (rollout.Place, error) {
	at := rollout.Place{Organization: f.organization, Project: f.project, Account: f.account}
	if f.stack == "" {
		if f.project != "" || f.organization != "" {
			return at, fmt.Errorf("--project and --org: expected --stack too")
		}
		at.Stack = rollout.AnyStack
		return at, nil
	}
	named, ok := check.ParseStack(f.stack)
	if !ok {
		return at, fmt.Errorf("--stack: expected [[ORGANIZATION/]PROJECT/]STACK, got %q", f.stack)
	}
	at.Stack = named.Stack
	for _, part := range []struct {
		flag, said string
		to         *string
	}{{"project", named.Project, &at.Project}, {"org", named.Organization, &at.Organization}} {
		if part.said != "" && *part.to != "" && *part.to != part.said {
			return at,
				fmt.Errorf("--stack has %s, but --%s has %s; expected the same, or only one of the two", part.said,
					part.flag, *part.to)
		}
		*part.to = cmp.Or(part.said, *part.to)
	}
	return at, nil
}
