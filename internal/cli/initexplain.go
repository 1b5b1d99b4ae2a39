package cli

import (
	"fmt"
	"io"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/progression-labs-development/policypack/internal/inventory"
	"github.com/progression-labs-development/policypack/internal/lazy"
	"github.com/progression-labs-development/policypack/internal/place"
)

// explain prints the settings that were written with their origins, what was left out, and the next commands.
func (f *initFlags) explain(w io.Writer, inv *inventory.Inventory, s *inventory.Suggestion) error {
	fmt.Fprintf(w, "wrote %s from %s\n\n", f.out, inv.Read())
	rows := [][]string{{"SETTING", "VALUE", "FROM"}}
	for _, r := range s.Rows {
		rows = append(rows, []string{r.Setting, r.Value, r.From})
	}
	printTable(w, rows)
	for _, list := range []struct {
		title string
		lines []string
	}{{"Left out:", s.Left}, {"Not read:", inv.Unread}} {
		if len(list.lines) > 0 {
			fmt.Fprintf(w, "\n%s\n", list.title)
			for _, line := range list.lines {
				fmt.Fprintln(w, "  "+line)
			}
		}
	}
	fmt.Fprintln(w, "\nNext:")
	for _, line := range f.next(inv) {
		fmt.Fprintln(w, "  "+place.Visible(line))
	}
	return nil
}

// next returns the next commands to run.
func (f *initFlags) next(inv *inventory.Inventory) []string {
	config := shellWord(f.out)
	lines := []string{"policypack config validate " + config}
	checked := "policypack check --config " + config
	if day := f.choices.EnforceFrom; day != "" {
		checked += " --on " + day
	}
	if states := f.stateArguments(); len(states) > 0 {
		lines = append(lines, checked+" --kind state "+strings.Join(states, " "))
	}
	for _, dir := range f.trees {
		line := checked
		if dir != "." {
			line += " " + shellWord(filepath.ToSlash(dir))
		}
		lines = append(lines, line)
	}
	switch programs, roots := inv.Programs(), inv.Roots(); {
	case len(programs) > 0:
		lines = append(lines, f.in(programs[0], previewing))
	case len(roots) > 0:
		lines = append(lines, f.in(roots[0], planning))
	case len(f.states) == 0:
		lines = append(lines, previewing+config)
	}
	return lines
}

// Commands that end with the configuration file.
const (
	previewing = `pulumi preview --policy-pack "$(which policypack)" --policy-pack-config `
	planning   = "terraform plan -out tfplan && terraform show -json tfplan | policypack check - --config "
)

// in returns a command to run in a folder, ending with the configuration file.
func (f *initFlags) in(dir, command string) string {
	file := f.out
	if dir = filepath.Clean(dir); dir != "." {
		command = "cd " + shellWord(filepath.ToSlash(dir)) + " && " + command
		if rel, err := filepath.Rel(dir, f.out); err == nil {
			file = rel
		}
	}
	return command + shellWord(filepath.ToSlash(file))
}

// stateArguments returns the paths of the states, or their folder if it contains several and nothing else.
func (f *initFlags) stateArguments() (out []string) {
	inside := map[string]int{}
	for _, name := range f.states {
		inside[path.Dir(name)]++
	}
	for _, name := range f.states {
		if dir := path.Dir(name); inside[dir] > 1 && !slices.Contains(f.others, dir) && !liesIn(dir, f.out) {
			name = dir
		}
		if word := shellWord(name); !slices.Contains(out, word) {
			out = append(out, word)
		}
	}
	return out
}

var plainWord = lazy.Regexp(`^[A-Za-z0-9_./@%+=:,-]+$`)

// shellWord quotes a string for a shell if needed.
func shellWord(text string) string {
	if plainWord().MatchString(text) {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}
