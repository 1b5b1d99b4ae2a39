package repository

import (
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/progression-labs-development/policypack/internal/command"
	"github.com/progression-labs-development/policypack/internal/facts"
)

// A configuration of CircleCI. https://circleci.com/docs/reference/configuration-reference/
var _ = add(kind{
	name: "circleci", folders: []string{".circleci"}, root: true,
	match:   func(f *named) bool { _, ok := f.yaml(); return ok },
	foreign: func(name string) bool { return !strings.HasPrefix(name, ".circleci/config.y") },
	read:    asPipeline("a CircleCI configuration: a mapping with jobs", (*pipeline).circleci),
})

// orbs are the commands of CircleCI's orbs that log in to a cloud, with the parameters that select OIDC and the
// parameter that names the variable of a key, which has a default. If certain, they use that key unless the OIDC
// parameters are set.
var orbs = [...]struct {
	command, cloud, static string
	oidc                   string
	certain                bool
}{
	// https://circleci.com/developer/orbs/orb/circleci/aws-cli
	{"circleci/aws-cli/setup", "aws", "aws_secret_access_key", "role_arn", false},
	// https://circleci.com/developer/orbs/orb/circleci/gcp-cli
	{"circleci/gcp-cli/setup", "gcp", "gcloud_service_key", "use_oidc", true},
	{"circleci/gcp-cli/initialize", "gcp", "gcloud_service_key", "", true},
	// https://circleci.com/developer/orbs/orb/circleci/gcp-gcr
	{"circleci/gcp-gcr/gcr-auth", "gcp", "gcloud_service_key", "use_oidc", true},
	// https://circleci.com/developer/orbs/orb/circleci/azure-cli
	{"circleci/azure-cli/login-with-service-principal", "azure", "azure_sp_password", "", true},
}

// circleci reads the commands of jobs and reusable commands, their variables, and the parameters of orbs.
func (w *pipeline) circleci() {
	root := w.doc.root
	jobs, commands, executors := member(root, "jobs"), member(root, "commands"), member(root, "executors")
	workflows := member(root, "workflows")
	if !isMapping(jobs) && !isMapping(commands) && !isMapping(executors) && !isMapping(workflows) {
		w.file.Kind = facts.FileOther
		return
	}
	w.marker = circleMarked
	w.follow = func(text string, lang command.Language) ([]command.Use, error) {
		if text = circleMarked(text); lang == command.Shell {
			return command.Pipeline(text, "CIRCLE_", "BASH_ENV")
		}
		return command.Parse(text, lang)
	}
	for _, p := range members(executors) {
		w.circleExecutor(p.value, "")
	}
	for _, p := range members(commands) {
		w.circleSteps(member(p.value, "steps"), "", command.Shell, nil)
	}
	for _, p := range members(jobs) {
		env := w.circleExecutor(p.value, p.key.Value)
		lang := command.Shell
		if l, ok := shellOf(text(member(p.value, "shell"))); ok {
			lang = l
		}
		executor := member(p.value, "executor")
		if name := text(executor) + text(member(executor, "name")); strings.HasPrefix(name, "win") {
			lang = command.PowerShell
		}
		w.circleSteps(member(p.value, "steps"), p.key.Value, lang, env)
	}
	for _, p := range members(workflows) {
		for _, item := range items(member(p.value, "jobs")) {
			for _, job := range members(item) {
				w.circleParameters(job.value, job.key.Value, command.Shell, nil)
			}
		}
	}
}

// circleExecutor reads the variables of an executor or a job, and the credentials for its images.
func (w *pipeline) circleExecutor(of *yaml.Node, job string) []string {
	var env []string
	for _, image := range items(member(of, "docker")) {
		env = w.environment(env, member(image, "environment"), job)
		w.environment(nil, member(image, "auth"), job)
		w.environment(nil, member(image, "aws_auth"), job)
	}
	return w.environment(env, member(of, "environment"), job)
}

func (w *pipeline) circleSteps(steps *yaml.Node, job string, lang command.Language, env []string) {
	for _, step := range items(steps) {
		if w.visited++; w.visited > maxNodes {
			return
		}
		if step.Kind == yaml.ScalarNode {
			w.orb(step, nil, job)
			continue
		}
		for _, p := range members(step) {
			switch {
			case p.key.Value == "run" && p.value.Kind == yaml.ScalarNode:
				w.run([]*yaml.Node{p.value}, lang, job, env)
			case p.key.Value == "run":
				w.circleRun(p.value, job, lang, env)
			case w.orb(p.key, p.value, job):
			default:
				w.circleParameters(p.value, job, lang, env)
			}
		}
	}
}

func (w *pipeline) circleRun(run *yaml.Node, job string, lang command.Language, env []string) {
	env = w.environment(env, member(run, "environment"), job)
	text := member(run, "command")
	if text == nil || text.Kind != yaml.ScalarNode {
		return
	}
	if shell := member(run, "shell"); shell != nil {
		l, ok := shellOf(shell.Value)
		if !ok {
			w.sweep(text, text, job)
			return
		}
		lang = l
	}
	w.run([]*yaml.Node{text}, lang, job, env)
}

// circleParameters reads the parameters of a command or job, from an orb or the file: names of variables that contain
// keys, and steps.
func (w *pipeline) circleParameters(of *yaml.Node, job string, lang command.Language, env []string) {
	var all []setting
	for _, a := range settings(of) {
		// A parameter for a key takes the name of a variable, or the variable.
		if isName(a.text) && strings.ToUpper(a.text) == a.text && a.text != "" {
			a.kept, a.value = a.text, nil
		}
		if !strings.Contains(a.text, "<<") && cloudOf(a.name) != "" || a.value != nil && single(a.text) != "" {
			all = append(all, a)
		}
	}
	w.give(all, env, job)
	for _, p := range members(of) {
		switch {
		case p.key.Value == "environment":
			w.environment(nil, p.value, job)
		case p.value.Kind == yaml.SequenceNode:
			w.circleSteps(p.value, job, lang, env)
		}
	}
}

// orb notes an orb's command that logs in to a cloud, and reports whether it is one.
func (w *pipeline) orb(at, parameters *yaml.Node, job string) bool {
	alias, name, ok := strings.Cut(at.Value, "/")
	if !ok {
		return false
	}
	source, _, _ := strings.Cut(text(member(member(w.doc.root, "orbs"), alias)), "@")
	given := map[string]string{}
	for _, p := range members(parameters) {
		given[strings.ReplaceAll(p.key.Value, "-", "_")] = text(p.value)
	}
	for _, o := range orbs {
		if o.command != source+"/"+name {
			continue
		}
		l := facts.FileLogin{
			At: w.doc.at(at), Cloud: o.cloud, Uses: w.shown(at.Value), Job: w.shown(job), Token: tokenYes,
			How: howOIDC,
		}
		_, static := given[o.static]
		switch v := given[o.oidc]; {
		case o.oidc != "" && v != "" && v != "false":
		case static || o.certain:
			l.How, l.Static = howStatic, []string{o.static}
		default:
			l.How, l.Missing = howUnknown, []string{o.oidc}
		}
		w.file.Logins = append(w.file.Logins, l)
		return true
	}
	return false
}

// circleMarked writes marks over the parameters of a text, and over variables whose names they hold.
func circleMarked(text string) string {
	if !strings.Contains(text, "<<") {
		return text
	}
	var b strings.Builder
	done := 0
	for at := 0; ; {
		i := strings.Index(text[at:], "<<")
		if i < 0 {
			break
		}
		start := at + i
		n := strings.Index(text[start:min(len(text), start+maxReference)], ">>")
		if n < 0 {
			at = start + len("<<")
			continue
		}
		at = start + n + len(">>")
		inside := strings.TrimSpace(text[start+2 : at-2])
		kind := command.Unknown
		switch {
		case strings.HasPrefix(inside, "parameters."), strings.HasPrefix(inside, "pipeline.parameters."):
			kind = command.Given
		case strings.HasPrefix(inside, "pipeline."), strings.HasPrefix(inside, "matrix."),
			inside != "" && strings.IndexByte("#/^", inside[0]) >= 0:
		default: // a here-document
			at = start + len("<<")
			continue
		}
		end := at
		switch {
		case strings.HasSuffix(text[done:start], "${") && strings.HasPrefix(text[end:], "}"):
			start, end = start-2, end+1
		case strings.HasSuffix(text[done:start], "$"):
			start--
		}
		at = end
		b.WriteString(text[done:start])
		if kind == command.Given {
			b.WriteString(command.Marked(kind, end-start))
		} else {
			b.WriteString(strings.Repeat(kind, end-start))
		}
		done = end
	}
	return b.String() + text[done:]
}
