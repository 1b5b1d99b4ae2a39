package cli

import (
	"errors"
	"fmt"
	"io/fs"
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

// plain returns the error in this program's words: Cobra's about flags, and the operating system's about a file, which
// begins with the name of a system call.
func plain(err error) error {
	text := err.Error()
	if names, ok := between(text, "required flag(s) ", " not set"); ok {
		return errors.New("missing --" + strings.ReplaceAll(strings.Trim(names, `"`), `", "`, ", --"))
	}
	if group, ok := between(text, "if any flags in the group [", "] were all set"); ok {
		_, set, _ := strings.Cut(group, "] are set none of the others can be; [")
		return errors.New("--" + strings.Join(strings.Fields(set), " and --") + " cannot be combined")
	}
	if file, ok := err.(*fs.PathError); ok { //nolint:errorlint // only if nothing stands before it
		return fmt.Errorf("%s: %w", file.Path, file.Err)
	}
	return err
}

// between returns the text between a beginning and an end that it has.
func between(text, begin, end string) (string, bool) {
	text, begins := strings.CutPrefix(text, begin)
	text, ends := strings.CutSuffix(text, end)
	return text, begins && ends
}
