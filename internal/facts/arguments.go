package facts

import (
	"path"
	"slices"
	"strings"

	"github.com/progression-labs-development/policypack/internal/catalogue"
	"github.com/progression-labs-development/policypack/internal/command"
	"github.com/progression-labs-development/policypack/internal/model"
	"github.com/progression-labs-development/policypack/internal/place"
)

// runsArguments reports whether resources of the type run a program with arguments, in inputs named accordingly:
// Terraform actions and data sources such as local_command and external.
func runsArguments(typ string) bool {
	for _, prefix := range [...]string{"terraform:action:", "terraform:data:", "terraform:ephemeral:"} {
		if strings.HasPrefix(typ, prefix) {
			return true
		}
	}
	return false
}

// scanArguments scans the command of an action or a data source: a program, its arguments, and a script passed to a
// shell on standard input. A string with spaces and no arguments is a shell command.
func (r *Resource) scanArguments() {
	var argv []string
	var at place.Path
	missing := false // the script is unknown
	for _, key := range [...]string{"program", "command", "arguments", "args"} {
		v := r.properties.Field(key)
		if v == nil {
			continue
		}
		var items []any
		switch plain := model.Plain(v, catalogue.Unknown{}).(type) {
		case []any:
			items = plain
		default:
			items = []any{plain}
		}
		for _, item := range items {
			text, ok := item.(string)
			if !ok {
				missing = missing || len(argv) == 0 || isScript(argv[len(argv)-1])
				text = command.Unknown
			}
			argv = append(argv, text)
		}
		at = place.Path{key}
	}
	if len(argv) == 0 {
		return
	}
	if missing {
		r.commands = append(r.commands, commandUse{
			command.Use{Tool: "shell", Command: "a text that is not there", Action: unseen}, slices.Clone(at),
		})
	}
	if len(argv) == 1 && strings.ContainsAny(argv[0], " \t\n") {
		uses, err := command.Parse(argv[0], command.Shell)
		r.use(uses, err, at)
		return
	}
	uses, err := command.Args(argv)
	r.use(uses, err, at)
	if script, ok := r.text("stdin"); ok && isShell(argv[0]) {
		uses, err := command.Parse(script, command.Shell)
		r.use(uses, err, place.Path{"stdin"})
	}
}

// text returns a string property, marked or not, and whether it is known.
func (r *Resource) text(key string) (string, bool) {
	v := r.properties.Field(key)
	if v == nil {
		return "", false
	}
	text, ok := model.Plain(v, catalogue.Unknown{}).(string)
	return text, ok
}

// isScript reports whether the argument after this option of a shell is a script.
func isScript(option string) bool {
	name := strings.TrimLeft(option, "-/")
	return name != option && (strings.EqualFold(name, "command") || strings.HasSuffix(name, "c") && len(name) < 4)
}

func isShell(program string) bool {
	return slices.Contains([]string{"sh", "bash", "dash", "zsh", "ksh", "ash"}, path.Base(program))
}
