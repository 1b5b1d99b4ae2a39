package cli

import (
	"fmt"
	"io"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/progression-labs-development/policypack/internal/inventory"
	"github.com/progression-labs-development/policypack/internal/place"
)

// explain prints what was written, where each part of it comes from, what was left out, and the next commands.
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
	}{{"Not taken:", s.Left}, {"Not read:", inv.Unread}} {
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

// next returns the commands that come next.
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

// The commands of programs, which end with the configuration.
const (
	previewing = `pulumi preview --policy-pack "$(which policypack)" --policy-pack-config `
	planning   = "terraform plan -out tfplan && terraform show -json tfplan | policypack check - --config "
)

// in is a command that is run in a folder, and ends with the file that was written.
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

// stateArguments are the paths of the states that were read: of several in a folder that holds nothing else, the folder.
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

var plainWord = regexp.MustCompile(`^[A-Za-z0-9_./@%+=:,-]+$`)

// shellWord returns a text as a word for a shell.
func shellWord(text string) string {
	if plainWord.MatchString(text) {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}
