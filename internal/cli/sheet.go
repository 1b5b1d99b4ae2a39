package cli

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/progression-labs-development/policypack/internal/report"
)

// sheetFlags are the output flags of commands that do not write the report of a run: one format on stdout, and any
// number of files.
type sheetFlags[T any] struct {
	forms  report.Sheet[T]
	flag   string // for the files
	format string
	lists  []string
	files  []string // set by check
}

// register adds --format, and the flag for the files to write.
func (f *sheetFlags[T]) register(cmd *cobra.Command, forms report.Sheet[T], flag, short, what string) {
	f.forms, f.flag = forms, flag
	flags := cmd.Flags()
	flags.StringVar(&f.format, "format", "text", "output `format`: "+strings.Join(forms.Names(), ", "))
	flags.StringArrayVarP(&f.lists, flag, short, nil, "write the "+what+" to this `file`, in the format of its extension; "+
		"separate several with commas")
	complete(cmd, "format", forms.Names())
}

// check checks the flags. The function may refuse a file, with an error that is prefixed with the flag's name.
func (f *sheetFlags[T]) check(refuse func(file string) error) error {
	if !slices.Contains(f.forms.Names(), f.format) {
		return fmt.Errorf("--format: expected one of %s, got %q", strings.Join(f.forms.Names(), ", "), f.format)
	}
	for _, list := range f.lists {
		for _, name := range report.Names(list) {
			_, err := f.forms.Of(name)
			if err == nil {
				err = refuse(name)
			}
			if err != nil {
				return fmt.Errorf("--%s: %w", f.flag, err)
			}
			f.files = append(f.files, name)
		}
	}
	return nil
}

// write writes to stdout and all files.
func (f *sheetFlags[T]) write(cmd *cobra.Command, what *T) error {
	err := f.forms.Write(cmd.OutOrStdout(), what, f.format)
	for _, name := range f.files {
		err = errors.Join(err, f.writeFile(name, what))
	}
	return err
}

// writeFile writes a file in the format of its extension.
func (f *sheetFlags[T]) writeFile(name string, what *T) error {
	form, err := f.forms.Of(name)
	if err != nil {
		return err
	}
	var b strings.Builder
	if err := f.forms.Write(&b, what, form); err != nil {
		return err
	}
	if err := report.Replace(name, []byte(b.String())); err != nil {
		return fmt.Errorf("the report was not written: %w", err)
	}
	return nil
}
