package repository

import (
	"strings"

	"github.com/progression-labs-development/policypack/internal/command"
	"github.com/progression-labs-development/policypack/internal/facts"
	"github.com/progression-labs-development/policypack/internal/place"
)

// The limits for one file: the number of commands or keys that are reported, and the number of bytes that are followed
// as commands. Longer scripts are searched for words.
const (
	maxTold   = 1000
	maxParsed = 8 << 20
)

// unreadable is the action of a text that could not be searched for commands.
const unreadable = "unreadable"

// script returns a reader for scripts in a language.
func script(lang command.Language) func(*examination) {
	return func(x *examination) { x.commands(string(x.data), lang, asItStands) }
}

// interpreted reads a script whose first line contains its interpreter.
func (x *examination) interpreted() {
	if lang, ok := command.Interpreter(string(x.head)); ok {
		script(lang)(x)
	} else {
		x.file.Kind = facts.FileOther
	}
}

// cloudConfig reads a configuration of cloud-init, which runs scripts.
func (x *examination) cloudConfig() {
	uses, err := command.Embedded(string(x.data))
	x.use(uses, err, "", asItStands)
}

// dotenv needs no reading: the presence of a .env file is what matters.
func (x *examination) dotenv() { x.file.Template = command.DotenvTemplate(x.base) }

// asItStands maps a line and column of a text that is the whole file to itself.
func asItStands(line, col int) place.Position {
	return place.Position{Line: max(line, 1), Column: max(col, 1)}
}

// shellOf returns the language of the shell in a command line, such as SHELL in a Dockerfile and shell in a workflow.
func shellOf(line string) (lang command.Language, ok bool) {
	first, _, _ := strings.Cut(strings.TrimSpace(line), " ")
	lang, ok = command.ShellOf(first)
	return lang, ok || first == ""
}

// follower finds the commands of a text, as command.Parse does.
type follower func(text string, lang command.Language) ([]command.Use, error)

// commands adds the commands of a text. At maps a line and column of it to a position in the file.
func (x *examination) commands(text string, lang command.Language, at func(line, col int) place.Position) {
	uses, err := x.followed(text, lang, command.Parse)
	x.use(uses, err, "", at)
}

// followed returns the commands of a text. Beyond the limit for one file, the text is only searched for words.
func (x *examination) followed(text string, lang command.Language, follow follower) ([]command.Use, error) {
	if x.parsed += len(text); x.parsed <= maxParsed {
		return follow(text, lang)
	}
	var err error
	if x.parsed-len(text) <= maxParsed { // said once
		err = command.ErrTooLong
	}
	return command.Sweep(text, lang), err
}

// use adds commands. A text in another language than the shell's has been read line by line. A text that was not
// followed to its end is added as such, in addition to its commands.
func (x *examination) use(uses []command.Use, err error, job string, at func(line, col int) place.Position) {
	if command.GaveUp(err) {
		uses = append([]command.Use{
			{Tool: "shell", Command: "a text that cannot be read", Action: unreadable, Line: 1, Col: 1},
		}, uses...)
	}
	for _, u := range uses {
		if len(x.file.Commands) >= maxTold && (!u.Certain || len(x.file.Commands) >= 2*maxTold) {
			continue // what is certain counts before what is not
		}
		x.file.Commands = append(x.file.Commands, facts.FileCommand{
			At: at(u.Line, u.Col), Tool: u.Tool, Command: u.Command, Action: string(u.Action), Certain: u.Certain,
			Job: job,
		})
	}
}

// commandsJoined adds the commands of a composed text.
func (x *examination) commandsJoined(t *joined, lang command.Language) {
	x.commands(t.String(), lang, t.at)
}
