package facts

import (
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/progression-labs-development/policypack/internal/catalogue"
	"github.com/progression-labs-development/policypack/internal/command"
	"github.com/progression-labs-development/policypack/internal/model"
	"github.com/progression-labs-development/policypack/internal/place"
)

// commandUse is a command in a resource's text that handles secrets.
type commandUse struct {
	command.Use
	path place.Path
}

// Actions of texts that cannot be scanned: one that could not be parsed, and one that is unknown.
const (
	unreadable command.Action = "unreadable"
	unseen     command.Action = "unseen"
)

// userDataKeys are the properties of all providers that contain the script a machine runs at first boot.
var userDataKeys = [...]string{
	"userData", "userDataBase64", "customData", "metadataStartupScript", "startup-script", "user-data",
	"cloudInitUserData",
}

// scanArgv scans the commands of a resource that are lists of arguments.
func (r *Resource) scanArgv() {
	if strings.HasPrefix(r.Type, "kubernetes:") {
		r.scanContainers()
	}
	if runsArguments(r.Type) {
		r.scanArguments()
	}
}

// scanText scans a shell text of a resource: of command resources, user data, build files. Texts that are marked secret
// are scanned too; only the names and positions of commands are kept.
func (r *Resource) scanText(run *Run, l leaf) {
	if l.unknown {
		if run.stack.Program != nil && l.path[0] == "create" && r.runs() {
			// No later update will make it known.
			r.commands = append(r.commands, commandUse{
				command.Use{Tool: "shell", Command: "a text that is not there", Action: unseen}, slices.Clone(l.path),
			})
		}
		return
	}
	if l.number {
		return
	}
	var uses []command.Use
	var err error
	switch {
	case slices.Contains(userDataKeys[:], l.key),
		strings.HasPrefix(r.Type, "cloudinit:") && l.path.Key() == "content":
		uses, err = command.Embedded(l.text)
	case r.Kind != nil && r.Kind.Subclass == "build" && l.path.Key() == "inline":
		uses, err = command.Parse(buildSteps(l.text), command.Shell)
	case r.runs() && covers(r.Kind.Values, l.path):
		uses, err = r.parse(l.text)
	}
	r.use(uses, err, l.path)
}

// runs reports whether the resource runs a command, according to the catalogue.
func (r *Resource) runs() bool {
	return r.Kind != nil && r.Kind.Class == catalogue.Command && r.Kind.Subclass != "object-write" &&
		r.Kind.Subclass != "template-passthrough"
}

// parse parses the text of a command resource: as PowerShell if the type implies it, and on Azure machines, which
// accept both, if it is not a valid shell script.
func (r *Resource) parse(text string) ([]command.Use, error) {
	if strings.Contains(r.Type, "PowerShell") {
		return command.Parse(text, command.PowerShell)
	}
	uses, err := command.Parse(text, command.Shell)
	if err != nil && !command.GaveUp(err) && strings.HasPrefix(r.Type, "azure") {
		return command.Parse(text, command.PowerShell)
	}
	return uses, err
}

// buildSteps returns the shell text of a Dockerfile's RUN instructions, keeping their line numbers.
func buildSteps(dockerfile string) string {
	var b strings.Builder
	goesOn := false
	for line := range strings.Lines(dockerfile) {
		words := strings.TrimSpace(line)
		run := len(words) > 4 && strings.EqualFold(words[:4], "RUN ")
		switch {
		case goesOn:
			b.WriteString(line)
		case run:
			b.WriteString(strings.TrimSuffix(words[4:], "\n") + "\n")
		default:
			b.WriteString("\n")
		}
		goesOn = (run || goesOn) && strings.HasSuffix(words, "\\")
	}
	return b.String()
}

// use adds the commands of a text. It adds a separate entry if the text could not be fully analysed, or if it could not
// be parsed and no command was found.
func (r *Resource) use(uses []command.Use, err error, path place.Path) {
	if command.GaveUp(err) || err != nil && len(uses) == 0 {
		uses = append(uses, command.Use{Tool: "shell", Command: "a text that cannot be read", Action: unreadable})
	}
	for _, u := range uses {
		if u.Action == command.WriteDotenv {
			r.files = append(r.files, file{".env", slices.Clone(path), "command"})
			continue
		}
		r.commands = append(r.commands, commandUse{u, slices.Clone(path)})
	}
}

// scanContainers scans the commands of containers: command and args form one argument list.
func (r *Resource) scanContainers() {
	type step struct {
		key   string
		index int // -1 for a key
	}
	var steps []step
	var find func(v model.Value)
	at := func(s step, v model.Value) {
		steps = append(steps, s)
		find(v)
		steps = steps[:len(steps)-1]
	}
	path := func(last string) place.Path {
		var path place.Path
		for _, s := range steps {
			if s.index < 0 {
				path = append(path, s.key)
			} else {
				path = append(path, s.index)
			}
		}
		return append(path, last)
	}
	find = func(v model.Value) {
		v = unmarked(v)
		if len(steps) > MaxDepth {
			return
		}
		switch v.Kind() {
		case model.List:
			for i := range v.Len() {
				at(step{"", i}, v.Item(i))
			}
		case model.Object, model.Archive, model.Reference:
			if argv, key := arguments(v); len(argv) > 0 {
				uses, err := command.Args(argv)
				r.use(uses, err, path(key))
			}
			for _, key := range v.Keys() {
				at(step{key, -1}, v.Field(key))
			}
		case model.Null, model.Bool, model.Number, model.String, model.Unknown, model.Secret, model.Asset,
			model.Foreign:
		}
	}
	if spec := r.properties.Field("spec"); spec != nil {
		at(step{"spec", -1}, spec)
	}
}

// arguments returns the command of a container and its arguments, as far as they are known, and the last of the two
// keys that has them alone.
func arguments(container model.Value) (argv []string, at string) {
	at = "command"
	for _, key := range [...]string{"command", "args"} {
		list := container.Field(key)
		if list == nil {
			continue
		}
		if list = unmarked(list); list.Kind() != model.List {
			continue
		}
		for i := range list.Len() {
			switch item := unmarked(list.Item(i)); item.Kind() {
			case model.String:
				argv = append(argv, item.Text())
			case model.Asset:
				argv = append(argv, model.Text(item, "text"))
			default:
			}
		}
		if n := list.Len(); n > 0 && len(argv) == n {
			at = key
		}
	}
	return argv, at
}

// unmarked returns the value inside of marks.
func unmarked(v model.Value) model.Value {
	for v.Kind() == model.Secret {
		v = v.Inner()
	}
	return v
}

func (c commandUse) term(run *Run, urn string) *ast.Term {
	o := new(object)
	o.str("tool", c.Tool)
	o.str("command", c.Command)
	o.str("action", string(c.Action))
	o.place(run, urn, c.path)
	o.add("line", ast.InternedTerm(c.Line))
	o.add("certain", ast.InternedTerm(c.Certain))
	return o.term()
}
