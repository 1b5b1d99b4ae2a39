package repository

import (
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/progression-labs-development/policypack/internal/command"
	"github.com/progression-labs-development/policypack/internal/facts"
	"github.com/progression-labs-development/policypack/internal/place"
)

// justfile reads the recipes of just: each line in its own shell, or all of them in one if the first is a shebang. The
// value of {{…}} is unknown. https://just.systems/man/en/
func (x *examination) justfile() {
	var recipe joined
	number, inside, whole, goesOn := 0, false, false, false
	flush := func() {
		text := recipe.String()
		lang, ok := command.Interpreter(text)
		ok = ok || !strings.HasPrefix(text, "#!")
		if ok {
			x.commandsJoined(&recipe, lang)
		}
		recipe, whole, goesOn = joined{}, false, false
	}
	for line := range strings.Lines(string(x.data)) {
		number++
		line = strings.TrimRight(line, "\r\n")
		body := strings.TrimLeft(line, " \t")
		switch {
		case body == "":
		case len(body) == len(line):
			flush()
			inside = line[0] != '#' && line[0] != '[' && strings.Contains(line, ":") && !strings.Contains(line, ":=")
		case inside:
			if !whole && !goesOn {
				flush()
				body = strings.TrimLeft(body, "@-")
				whole = strings.HasPrefix(body, "#!")
			}
			goesOn = strings.HasSuffix(body, `\`)
			recipe.add(body+"\n", place.Position{Line: number, Column: 1 + len(line) - len(body)})
		}
	}
	flush()
}

// taskfile reads the commands of Task. https://taskfile.dev/docs/reference/schema
func (x *examination) taskfile() {
	d, err := parseYAML(string(x.data))
	if err != nil || d.root == nil {
		x.file.Kind = facts.FileOther // its templates need not be YAML
		return
	}
	w := &pipeline{examination: x, doc: d, follow: command.Parse}
	env := settled(nil, settings(member(d.root, "env")))
	for _, p := range members(member(d.root, "tasks")) {
		cmds := p.value
		if isMapping(cmds) {
			cmds = member(p.value, "cmds")
			if cmds == nil {
				cmds = member(p.value, "cmd")
			}
		}
		for _, c := range items(cmds) {
			if isMapping(c) {
				c = member(c, "cmd")
			}
			if c = resolved(c); c != nil && c.Kind == yaml.ScalarNode {
				w.run([]*yaml.Node{c}, command.Shell, p.key.Value, env)
			}
		}
	}
}
