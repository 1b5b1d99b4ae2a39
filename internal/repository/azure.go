package repository

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/progression-labs-development/policypack/internal/command"
	"github.com/progression-labs-development/policypack/internal/facts"
	"github.com/progression-labs-development/policypack/internal/place"
)

// An Azure pipeline, or a template of one. These files have no fixed name or folder, so the content is matched too.
// https://learn.microsoft.com/azure/devops/pipelines/yaml-schema/
var _ = add(kind{
	name: "azure-pipelines",
	match: func(f *named) bool {
		_, ok := f.yaml()
		if !ok || isTaskfile(f) {
			return false
		}
		return azureName(f.name) || f.holds("steps:") && (f.holds("- task: ") || f.holds("vmImage:"))
	},
	foreign: func(name string) bool { return !azureName(name) },
	read:    asPipeline("an Azure pipeline: a mapping with steps, jobs or stages", (*pipeline).azure),
})

// azureName reports whether a file is named like an Azure pipeline, or is in a folder for them.
func azureName(name string) bool {
	base := strings.ToLower(name[strings.LastIndexByte(name, '/')+1:])
	return strings.Contains(base, "azure-pipeline") || strings.HasPrefix("/"+name, "/.azure-pipelines/") ||
		strings.HasPrefix(name, "azure-pipelines/") || strings.HasPrefix(name, ".azuredevops/")
}

// azureOwn are the prefixes of the variables that Azure sets itself.
// https://learn.microsoft.com/azure/devops/pipelines/build/variables
var azureOwn = [...]string{
	"agent", "build", "system", "pipeline", "environment", "release", "strategy", "checks", "tf_build", "resources",
	"common", "rev", "date",
}

// azureScripts are the inputs of tasks that contain a script.
var azureScripts = [...]string{"script", "inlineScript", "inline", "commands", "runInline"}

// azure reads the scripts of steps and tasks, the variables, and the parameters of tasks and templates.
func (w *pipeline) azure() {
	root := w.doc.root
	if !slices.ContainsFunc([]string{"steps", "jobs", "stages", "variables", "extends"}, func(name string) bool {
		return member(root, name) != nil
	}) {
		w.file.Kind = facts.FileOther
		return
	}
	m := &macros{set: setByCommands(w.doc.Text), constants: map[string]bool{}}
	w.azureConstants(root, m, 0)
	w.marker = m.marked
	w.follow = func(text string, lang command.Language) ([]command.Use, error) {
		if text = m.marked(text); lang != command.Shell {
			return command.Parse(text, lang)
		}
		return command.Pipeline(text, "AGENT_", "BUILD_", "SYSTEM_", "PIPELINE_", "ENVIRONMENT_", "RELEASE_",
			"TF_BUILD")
	}
	w.azureNode(root, azureScope{}, 0)
}

// azureScope is what a part of a pipeline inherits from the parts around it.
type azureScope struct {
	job     string
	env     []string
	windows bool
}

// azureConstants collects the variables whose values are in the file.
func (w *pipeline) azureConstants(n *yaml.Node, m *macros, depth int) {
	if w.visited++; n == nil || depth > 24 || w.visited > maxNodes {
		return
	}
	for _, p := range members(n) {
		if p.key.Value == "variables" {
			for _, a := range settings(p.value) {
				if a.text != "" && !strings.Contains(a.text, "$") {
					m.constants[strings.ToLower(a.name)] = true
				}
			}
		}
		w.azureConstants(p.value, m, depth+1)
	}
	if !isMapping(n) && n.Kind == yaml.SequenceNode {
		for _, item := range items(n) {
			w.azureConstants(item, m, depth+1)
		}
	}
}

// azureNode reads a part of a pipeline. Steps, jobs and stages may be nested in conditions and loops of a template.
func (w *pipeline) azureNode(n *yaml.Node, in azureScope, depth int) {
	if w.visited++; n == nil || depth > 24 || w.visited > 2*maxNodes {
		return
	}
	if !isMapping(n) {
		if n.Kind == yaml.SequenceNode {
			for _, item := range items(n) {
				w.azureNode(item, in, depth+1)
			}
		}
		return
	}
	for _, name := range [...]string{"job", "deployment"} {
		if job := text(member(n, name)); job != "" {
			in.job = job
		}
	}
	if pool := member(n, "pool"); pool != nil {
		in.windows = strings.HasPrefix(text(member(pool, "vmImage")), "windows") ||
			strings.HasPrefix(text(member(pool, "vmImage")), "vs20")
	}
	if w.azureStep(n, in) {
		return
	}
	in.env = w.environment(in.env, member(n, "variables"), in.job)
	template := member(n, "template") != nil
	for _, p := range members(n) {
		switch {
		case p.key.Value == "variables":
			w.azureVariables(p.value, in.job)
		case p.key.Value == "env":
			w.environment(nil, p.value, in.job)
		case p.key.Value == "parameters" && template:
			w.environment(nil, p.value, in.job)
			w.azureNode(p.value, in, depth+1)
		case p.key.Value == "parameters" && !isMapping(p.value): // what the file takes
		default:
			w.azureNode(p.value, in, depth+1)
		}
	}
}

// azureVariables reads variables, also in conditions of a template, and the parameters of variable templates.
func (w *pipeline) azureVariables(n *yaml.Node, job string) {
	for _, item := range append(items(n), n) {
		for _, p := range members(item) {
			if strings.HasPrefix(p.key.Value, "${{") || p.key.Value == "parameters" {
				w.environment(nil, p.value, job)
			}
		}
	}
}

// azureStep reads a step, and reports whether the mapping is one.
func (w *pipeline) azureStep(n *yaml.Node, in azureScope) bool {
	lang := command.Shell
	if in.windows {
		lang = command.Batch
	}
	for _, s := range [...]struct {
		name string
		lang command.Language
	}{{"bash", command.Shell}, {"script", lang}, {"pwsh", command.PowerShell}, {"powershell", command.PowerShell}} {
		script := member(n, s.name)
		if script == nil || script.Kind != yaml.ScalarNode {
			continue
		}
		env := w.azureEnv(n, in)
		w.run([]*yaml.Node{script}, s.lang, in.job, env)
		return true
	}
	task := member(n, "task")
	if task == nil {
		return false
	}
	env := w.azureEnv(n, in)
	name, _, _ := strings.Cut(text(task), "@")
	inputs := member(n, "inputs")
	w.azureTask(name, inputs, in, env)
	var rest []setting
	for _, a := range settings(inputs) {
		if !slices.ContainsFunc(azureScripts[:], func(s string) bool { return strings.EqualFold(s, a.name) }) {
			rest = append(rest, a)
		}
	}
	w.give(rest, env, in.job)
	return true
}

// azureEnv returns the variables of a step.
func (w *pipeline) azureEnv(step *yaml.Node, in azureScope) []string {
	all := settings(member(step, "env"))
	w.give(all, in.env, in.job)
	for i := range all {
		all[i].text = w.marker(all[i].text)
	}
	return settled(in.env, all)
}

// azureTask reads the scripts of a task, and the commands that its inputs are equivalent to.
func (w *pipeline) azureTask(name string, inputs *yaml.Node, in azureScope, env []string) {
	lower := strings.ToLower(name)
	kind := strings.ToLower(text(inputOf(inputs, "scriptType")))
	lang := command.Shell
	switch {
	case strings.Contains(lower, "powershell"), strings.HasPrefix(kind, "ps"):
		lang = command.PowerShell
	case strings.HasPrefix(lower, "batch"), kind == "batch", lower == "cmdline" && in.windows:
		lang = command.Batch
	}
	for _, input := range azureScripts {
		script := inputOf(inputs, input)
		switch {
		case script == nil || script.Kind != yaml.ScalarNode:
		case strings.HasPrefix(lower, "python"):
			w.sweep(script, script, in.job)
		default:
			w.run([]*yaml.Node{script}, lang, in.job, env)
		}
	}
	for _, t := range azureTasks {
		if t.task != lower {
			continue
		}
		at, text := inputs, t.command
		for _, input := range t.inputs {
			value := inputOf(inputs, input)
			if value == nil || value.Kind != yaml.ScalarNode {
				continue
			}
			at = value
			text += " " + strings.ReplaceAll(value.Value, "\n", " ")
		}
		text = strings.Replace(text, "kubectl createSecret", "kubectl create secret generic", 1)
		if at != nil {
			w.passages([]passage{{text, w.fixed(at)}}, command.Shell, in.job, env)
		}
	}
}

// fixed returns a locator that maps every part of a composed text to the node.
func (w *pipeline) fixed(n *yaml.Node) func() func(int) place.Position {
	return func() func(int) place.Position {
		at := w.doc.at(n)
		return func(int) place.Position { return at }
	}
}

// inputOf returns an input of a task. Names of inputs are case-insensitive.
func inputOf(inputs *yaml.Node, name string) *yaml.Node {
	for _, p := range members(inputs) {
		if strings.EqualFold(p.key.Value, name) {
			return p.value
		}
	}
	return nil
}

// azureTasks are tasks that run a command composed of their inputs, in this order.
var azureTasks = [...]struct {
	task, command string
	inputs        []string
}{
	// https://docs.aws.amazon.com/vsts/latest/userguide/aws-cli.html
	{"awscli", "aws", []string{"awsCommand", "awsSubCommand", "awsArguments"}},
	// https://docs.aws.amazon.com/vsts/latest/userguide/secretsmanager-create-update.html
	{"secretsmanagercreateorupdatesecret", "aws secretsmanager create-secret --name", []string{"secretNameOrId"}},
	// https://learn.microsoft.com/azure/devops/pipelines/tasks/reference/kubernetes-v1
	{"kubernetes", "kubectl", []string{"command", "arguments"}},
	// https://learn.microsoft.com/azure/devops/pipelines/tasks/reference/kubernetes-manifest-v1
	{"kubernetesmanifest", "kubectl", []string{"action"}},
	// https://www.pulumi.com/docs/iac/using-pulumi/continuous-delivery/azure-devops/
	{"pulumi", "pulumi", []string{"command", "args"}},
}

// macros resolves the references in a text of an Azure pipeline.
type macros struct {
	set       map[string]bool // the variables that commands of the file set, in lower case
	constants map[string]bool // the variables whose values stand in the file, in lower case
}

// maxReference is the maximum length of a reference.
const maxReference = 4096

// setByCommands returns the variables that commands of a text set: ##vso[task.setvariable variable=NAME].
// https://learn.microsoft.com/azure/devops/pipelines/process/set-variables-scripts
func setByCommands(text string) map[string]bool {
	set := map[string]bool{}
	for rest := strings.ToLower(text); ; {
		_, after, ok := strings.Cut(rest, "setvariable variable=")
		if !ok {
			return set
		}
		end := strings.IndexAny(after, ";] \n\"'")
		set[after[:max(0, end)]] = true
		rest = after
	}
}

// marked writes marks over macros, expressions and the key of a service connection, byte by byte.
func (m *macros) marked(text string) string {
	if !strings.ContainsAny(text, "$%") {
		return text
	}
	b := []byte(text)
	write := func(from, to int, kind string) {
		mark := strings.Repeat(command.Unknown, to-from)
		if kind != "" {
			mark = command.Marked(kind, to-from)
		}
		copy(b[from:to], mark)
	}
	for i := 0; i < len(text); i++ {
		rest := text[i:min(len(text), i+maxReference)]
		switch {
		case strings.HasPrefix(rest, "${{"):
			if n := strings.Index(rest, "}}"); n > 0 {
				write(i, i+n+2, m.expression(strings.TrimSpace(rest[3:n])))
				i += n + 1
			}
		case i == 0 && strings.HasPrefix(text, "$[") && strings.HasSuffix(text, "]"): // a whole value
			write(0, len(text), m.runtime(text[2:len(text)-1]))
			return string(b)
		case strings.HasPrefix(rest, "$("):
			n := strings.IndexByte(rest, ')')
			if n < 0 || !macroName(rest[2:n]) {
				continue
			}
			write(i, i+n+1, m.kind(rest[2:n]))
			i += n
		default:
			for _, form := range [...]string{
				"$servicePrincipalKey", "${servicePrincipalKey}", "$env:servicePrincipalKey", "%servicePrincipalKey%",
			} {
				if strings.HasPrefix(rest, form) {
					write(i, i+len(form), command.Stored)
					i += len(form) - 1
					break
				}
			}
		}
	}
	return string(b)
}

// kind returns the kind of a macro's value, empty if it is not a credential or not known.
func (m *macros) kind(name string) string {
	lower := strings.ToLower(name)
	first, _, dotted := strings.Cut(strings.ReplaceAll(lower, "_", "."), ".")
	switch {
	case m.constants[lower], slices.Contains(azureOwn[:], first),
		m.set[lower]:
		return ""
	case dotted && strings.HasSuffix(lower, ".securefilepath"):
		return command.Stored
	case strings.Contains(name, "."):
		return command.Printed
	}
	return command.Stored
}

// expression is kind for an expression that is expanded before the pipeline runs.
func (m *macros) expression(inside string) string {
	switch {
	case strings.HasPrefix(inside, "variables."):
		return m.kind(inside[len("variables."):])
	case strings.HasPrefix(inside, "variables['"):
		return m.kind(strings.TrimSuffix(inside[len("variables['"):], "']"))
	case strings.HasPrefix(inside, "parameters."), strings.HasPrefix(inside, "parameters['"):
		return command.Given
	}
	return ""
}

// runtime is kind for an expression that is expanded while the pipeline runs.
func (m *macros) runtime(inside string) string {
	inside = strings.TrimSpace(inside)
	switch {
	case strings.HasPrefix(inside, "variables"):
		return m.expression(inside)
	case strings.Contains(inside, "ependencies."): // outputs of jobs and of stages
		return command.Printed
	}
	return ""
}

// macroName reports whether the text in $( ) is the name of a variable rather than a command.
func macroName(s string) bool {
	if s == "" || strings.Trim(s, "-._0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
		return false
	}
	verb, noun, ok := strings.Cut(s, "-")
	cmdlet := ok && verb != "" && noun != "" && verb[0] >= 'A' && verb[0] <= 'Z' && noun[0] >= 'A' && noun[0] <= 'Z' &&
		verb != strings.ToUpper(verb)
	return !cmdlet && (strings.ToLower(s) != s || strings.ContainsAny(s, "-._"))
}
