package repository

import (
	"strings"

	"github.com/progression-labs-development/policypack/internal/command"
	"github.com/progression-labs-development/policypack/internal/facts"
	"github.com/progression-labs-development/policypack/internal/place"
)

// The bounds of the work on one file: how many commands, or keys, of it are told, and how many bytes are followed as
// commands; what is longer is swept.
const (
	maxTold   = 1000
	maxParsed = 8 << 20
)

// unreadable is the action of a text in which nobody could look for commands.
const unreadable = "unreadable"

// script reads shell, PowerShell and batch scripts, and the configuration of cloud-init, which runs such.
func (j *judging) script(base string) {
	head := string(j.data[:min(len(j.data), 256)])
	lang, ok := language(base, head)
	cloudInit := !ok && strings.HasPrefix(head, "#cloud-config")
	if hook := parent(j.file.Name); !ok && !strings.HasPrefix(head, "#!") && strings.IndexByte(base, '.') < 0 &&
		(hook == ".husky" || strings.HasSuffix(hook, "/.husky")) {
		ok = true // husky runs its hooks with sh
	}
	if !ok && !cloudInit {
		return
	}
	j.file.Kind = facts.FileScript
	text := string(j.data)
	at := func(line, col int) place.Position { return place.Position{Line: max(line, 1), Column: max(col, 1)} }
	if cloudInit {
		uses, err := command.Embedded(text)
		j.use(uses, err, "", at)
		return
	}
	j.commands(text, lang, at)
}

// commands adds the commands of a text. At says where a line and column of it stand in the file.
func (j *judging) commands(text string, lang command.Language, at func(line, col int) place.Position) {
	uses, err := j.followed(text, lang, func() ([]command.Use, error) { return command.Parse(text, lang) })
	j.use(uses, err, "", at)
}

// followed returns the commands of a text, which it follows. Past what is followed of one file, the words that are written there
// count.
func (j *judging) followed(text string, lang command.Language, follow func() ([]command.Use, error)) ([]command.Use, error) {
	if j.parsed += len(text); j.parsed <= maxParsed {
		return follow()
	}
	var err error
	if j.parsed-len(text) <= maxParsed { // said once
		err = command.ErrTooLong
	}
	return command.Sweep(text, lang), err
}

// use adds commands. A text that is no shell has been read line by line; one that was not followed to its end is added as such,
// beside what was found in it.
func (j *judging) use(uses []command.Use, err error, job string, at func(line, col int) place.Position) {
	if command.GaveUp(err) {
		uses = append([]command.Use{{Tool: "shell", Command: "a text that cannot be read", Action: unreadable, Line: 1, Col: 1}}, uses...)
	}
	for _, u := range uses {
		if len(j.file.Commands) >= maxTold && (!u.Certain || len(j.file.Commands) >= 2*maxTold) {
			continue // what is certain counts before what is not
		}
		j.file.Commands = append(j.file.Commands, facts.FileCommand{
			At: at(u.Line, u.Col), Tool: u.Tool, Command: u.Command, Action: string(u.Action), Certain: u.Certain, Job: job,
		})
	}
}

// commandsJoined adds the commands of a text that was put together.
func (j *judging) commandsJoined(t *joined, lang command.Language) {
	j.commands(t.String(), lang, t.at)
}
