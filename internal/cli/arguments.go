package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"strings"

	"github.com/spf13/cobra"
)

// takes returns a check that a command has between least and most arguments, or at least that many if most is -1.
func takes(least, most int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		switch {
		case len(args) < least:
			return fmt.Errorf("missing argument; usage: %s", cmd.UseLine())
		case most >= 0 && len(args) > most:
			return fmt.Errorf("unexpected argument %q; usage: %s", args[most], cmd.UseLine())
		}
		return nil
	}
}

var (
	missingFlags = regexp.MustCompile(`^required flag\(s\) (.*) not set$`)
	groupedFlags = regexp.MustCompile(`^if any flags in the group \[.*\] are set none of the others can be; ` +
		`\[(.*)\] were all set$`)
	flagName = regexp.MustCompile(`"([^"]*)"`)
)

// plain returns the error in this program's words: Cobra's about flags, and the operating system's about a file, which
// begins with the name of a system call.
func plain(err error) error {
	text := err.Error()
	if m := missingFlags.FindStringSubmatch(text); m != nil {
		return errors.New("missing " + flagName.ReplaceAllString(m[1], "--$1"))
	}
	if m := groupedFlags.FindStringSubmatch(text); m != nil {
		return errors.New("--" + strings.Join(strings.Fields(m[1]), " and --") + " cannot be combined")
	}
	if file, ok := err.(*fs.PathError); ok { //nolint:errorlint // only if nothing stands before it
		return fmt.Errorf("%s: %w", file.Path, file.Err)
	}
	return err
}
