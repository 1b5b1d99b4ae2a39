package repository

import (
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/progression-labs-development/policypack/internal/command"
	"github.com/progression-labs-development/policypack/internal/facts"
)

// A pipeline of Buildkite. https://buildkite.com/docs/pipelines/configure/step-types/command-step
var _ = add(kind{
	name: "buildkite",
	match: func(f *named) bool {
		stem, ok := f.yaml()
		return ok && (strings.Contains("/"+f.name, "/.buildkite/") || stem == "buildkite")
	},
	foreign: func(name string) bool { return !strings.HasPrefix(name, ".buildkite/pipeline") },
	read:    (*examination).buildkite,
})

// keepers are substrings of the names of plugins that read values from a secret store.
var keepers = [...]string{"secret", "aws-sm", "ssm", "vault", "1password", "cryptic"}

// buildkite reads a pipeline, which is a mapping or a list of steps.
func (x *examination) buildkite() {
	const want = "a Buildkite pipeline: a mapping with steps"
	if d, err := parseYAML(string(x.data)); err == nil && d.root != nil && d.root.Kind == yaml.SequenceNode {
		w := &pipeline{examination: x, doc: d}
		w.buildkitePipeline(d.root, nil)
		return
	}
	asPipeline(want, func(w *pipeline) {
		if member(w.doc.root, "steps") == nil {
			w.file.Kind = facts.FileOther
			return
		}
		w.buildkitePipeline(member(w.doc.root, "steps"), w.environment(nil, member(w.doc.root, "env"), ""))
		w.kept(member(w.doc.root, "secrets"), "")
	})(x)
}

func (w *pipeline) buildkitePipeline(steps *yaml.Node, env []string) {
	w.follow = func(text string, _ command.Language) ([]command.Use, error) {
		return command.Pipeline(unescaped(text, nil), "BUILDKITE")
	}
	w.buildkiteSteps(steps, env)
}

// buildkiteSteps reads the commands of the steps, their variables, and the parameters of plugins.
func (w *pipeline) buildkiteSteps(steps *yaml.Node, around []string) {
	for _, step := range items(steps) {
		if !isMapping(step) {
			continue
		}
		if group := member(step, "steps"); group != nil {
			w.buildkiteSteps(group, around)
			continue
		}
		job := ""
		for _, name := range [...]string{"key", "id", "label", "name"} {
			if job = text(member(step, name)); job != "" {
				break
			}
		}
		env := w.environment(around, member(step, "env"), job)
		w.kept(member(step, "secrets"), job)
		plugins := member(step, "plugins")
		for _, plugin := range append(items(plugins), plugins) {
			for _, p := range members(plugin) {
				w.plugin(p.key.Value, p.value, job)
			}
		}
		var texts []*yaml.Node
		for _, name := range [...]string{"command", "commands"} {
			texts = append(texts, texted(member(step, name))...)
		}
		w.run(texts, command.Shell, job, env)
	}
}

// plugin reads the variables that a plugin passes on, or reads from a store.
func (w *pipeline) plugin(name string, of *yaml.Node, job string) {
	name, _, _ = strings.Cut(name, "#")
	for _, p := range members(of) {
		switch p.key.Value {
		case "environment", "env", "variables", "parameters", "secrets", "build-args", "args":
		default:
			continue
		}
		all := settings(p.value)
		for _, k := range keepers {
			if strings.Contains(name, k) {
				w.kept(p.value, job)
				all = nil
			}
		}
		w.give(all, nil, job)
	}
}

// kept reads variables whose values are names of secrets that the system stores.
func (w *pipeline) kept(n *yaml.Node, job string) {
	all := settings(n)
	for i := range all {
		all[i].kept, all[i].under, all[i].value = all[i].text, all[i].value, nil
	}
	w.give(all, nil, job)
}

// unescaped writes marks over variables with a second dollar sign, which the system leaves to the shell: $$NAME and
// $${NAME}. Those that a test reports to be known, and those that the text sets, are not marked as stored.
func unescaped(text string, stored func(name string) bool) string {
	if !strings.Contains(text, "$$") && !strings.Contains(text, `\$`) {
		return text
	}
	b := []byte(text)
	for i := 0; i+2 < len(text); i++ {
		if text[i] != '$' && text[i] != '\\' || text[i+1] != '$' {
			continue
		}
		start := i + 2
		if text[start] == '{' {
			start++
		}
		end := start
		for end < len(text) && (wordByte(text[end]) && text[end] != '$' && text[end] < 0x80) {
			end++
		}
		name := text[start:end]
		if start > i+2 {
			if end == len(text) || text[end] != '}' {
				continue
			}
			end++
		}
		switch {
		case !isName(name):
			continue
		case stored == nil && strings.ToUpper(name) == name && !strings.Contains(text, name+"="),
			stored != nil && stored(name):
			copy(b[i:end], command.Marked(command.Stored, end-i))
		default:
			copy(b[i:end], strings.Repeat(command.Unknown, end-i))
		}
		i = end - 1
	}
	return string(b)
}
