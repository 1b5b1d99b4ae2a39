package repository

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/progression-labs-development/policypack/internal/command"
	"github.com/progression-labs-development/policypack/internal/facts"
	"github.com/progression-labs-development/policypack/internal/login"
	"github.com/progression-labs-development/policypack/internal/place"
)

// The answers to whether a job may ask for a token.
const (
	tokenYes     = "yes"
	tokenNo      = "no"
	tokenDefault = "default" // none are written, which gives none
	tokenCaller  = "caller"  // whoever calls decides
)

// workflow reads a workflow of GitHub, Gitea or Forgejo.
// https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax
func (j *judging) workflow() {
	const want = "a workflow: a mapping with on and jobs"
	broken := len(j.errors)
	d := j.parse(want)
	if d == nil {
		if !runs(j.file.Name) {
			j.errors = j.errors[:broken] // a template: nobody runs it
		}
		return
	}
	key, jobs := memberOf(d.root, "jobs")
	if jobs == nil || jobs.Tag == "!!null" {
		return // nothing runs
	}
	j.file.Kind = facts.FileWorkflow
	if !isMapping(jobs) {
		j.fail(d.at(key), "want a mapping of names to jobs under jobs")
		return
	}
	w := &pipeline{judging: j, doc: d}
	token := permissions(member(d.root, "permissions"))
	if token == "" {
		if token = tokenDefault; called(d.root) {
			token = tokenCaller
		}
	}
	defaults := shellName(d.root)
	w.enter(member(d.root, "env"))
	w.keys(member(d.root, "env"), "env", "")
	env := environment(nil, member(d.root, "env"))
	for _, p := range members(jobs) {
		if !isMapping(p.value) {
			if p.value.Tag != "!!null" {
				j.fail(d.at(p.key), "want a mapping for a job: with steps, or with uses")
			}
			continue
		}
		w.job(p.key.Value, p.value, token, defaults, env)
	}
}

// action reads a composite action.
// https://docs.github.com/actions/reference/workflows-and-actions/metadata-syntax
func (j *judging) action() {
	broken := len(j.errors)
	d := j.parse("the metadata of an action: a mapping with runs")
	if d == nil {
		if strings.Count(j.file.Name, "/") > 0 && !strings.Contains(j.file.Name, ".github/") {
			j.errors = j.errors[:broken] // something else may be called action.yml
		}
		return
	}
	runs := member(d.root, "runs")
	if !isMapping(runs) {
		return
	}
	j.file.Kind = facts.FileAction
	if text(member(runs, "using")) != "composite" {
		return
	}
	w := &pipeline{judging: j, doc: d}
	w.issuing(member(runs, "steps"))
	for _, step := range items(member(runs, "steps")) {
		w.step(step, "", tokenCaller, "", nil)
	}
}

// pipeline is a workflow, an action or a pipeline of GitLab that is read.
type pipeline struct {
	*judging
	doc     *document
	visited int // nodes of scripts, which references may repeat
	gitlab  bool
	inputs  bool // the values that are looked at are an action's
	scope
}

// called tells whether a workflow is one that others call, which hand their permissions on.
func called(root *yaml.Node) bool {
	on := member(root, "on")
	if on == nil {
		return false
	}
	if isMapping(on) {
		return member(on, "workflow_call") != nil
	}
	return slices.ContainsFunc(items(on), func(n *yaml.Node) bool { return text(n) == "workflow_call" })
}

// permissions returns what permissions say about the token, empty where there are none.
func permissions(n *yaml.Node) string {
	switch {
	case n == nil || n.Tag == "!!null":
		return ""
	case text(n) == "write-all":
		return tokenYes
	case text(member(n, "id-token")) == "write":
		return tokenYes
	}
	return tokenNo
}

// shellName returns the shell of defaults.run.
func shellName(n *yaml.Node) string {
	return text(member(member(member(n, "defaults"), "run"), "shell"))
}

// environment adds the variables of env to those around it.
func environment(around []string, env *yaml.Node) []string {
	var own []string
	for _, p := range members(env) {
		if v := text(p.value); v != "" {
			own = append(own, p.key.Value+"="+quoted(v))
		}
	}
	return known(slices.Clone(around), own)
}

func (w *pipeline) job(name string, job *yaml.Node, token, shell string, env []string) {
	if t := permissions(member(job, "permissions")); t != "" {
		token = t
	}
	if key, uses := memberOf(job, "uses"); uses != nil {
		w.call(name, key, uses, job)
		w.keys(member(job, "with"), "with", name)
		return
	}
	if s := shellName(job); s != "" {
		shell = s
	}
	if shell == "" && windows(member(job, "runs-on")) {
		shell = "pwsh"
	}
	defer w.leave(w.enter(member(job, "env")))
	w.issuing(member(job, "steps"))
	w.keys(member(job, "env"), "env", name)
	w.keys(member(job, "container"), "container", name)
	w.keys(member(job, "services"), "services", name)
	env = environment(env, member(job, "env"))
	for _, step := range items(member(job, "steps")) {
		w.step(step, name, token, shell, env)
	}
}

func windows(runsOn *yaml.Node) bool {
	return slices.ContainsFunc(items(runsOn), func(n *yaml.Node) bool { return strings.HasPrefix(text(n), "windows") })
}

// call notes a reusable workflow, unless it lies in the same repository and is read by itself.
func (w *pipeline) call(job string, key, uses, of *yaml.Node) {
	name := text(uses)
	secrets := ""
	given := member(of, "secrets")
	switch {
	case text(given) == "inherit":
		secrets = "inherit"
	default:
		for _, p := range members(given) {
			if login.Variable(p.key.Value) != "" || cloudSecret(text(p.value)) != "" {
				secrets = "keys"
			}
		}
	}
	if strings.HasPrefix(name, "./") || name == "" {
		return
	}
	w.file.Calls = append(w.file.Calls, facts.FileCall{At: w.doc.at(key), Uses: w.shown(name), Job: w.shown(job), Secrets: secrets})
}

func (w *pipeline) step(step *yaml.Node, job, token, shell string, env []string) {
	if !isMapping(step) {
		return
	}
	defer w.leave(w.enter(member(step, "env")))
	w.keys(member(step, "env"), "env", job)
	if key, uses := memberOf(step, "uses"); uses != nil {
		with := member(step, "with")
		if !w.login(job, token, key, text(uses), with) {
			w.keys(with, "with", job)
		}
		return
	}
	run := member(step, "run")
	if run == nil || run.Kind != yaml.ScalarNode {
		return
	}
	w.expressions(run, job)
	if s := text(member(step, "shell")); s != "" {
		shell = s
	}
	if lang, ok := languageOf(shell); ok {
		w.run([]*yaml.Node{run}, lang, job, environment(env, member(step, "env")))
	} else {
		w.sweep(run, run, job)
	}
}

// run reads texts that one shell gets, one after another.
func (w *pipeline) run(texts []*yaml.Node, lang command.Language, job string, env []string) {
	var b strings.Builder
	ends := make([]int, 0, len(texts))
	for _, n := range texts {
		b.WriteString(strings.ReplaceAll(n.Value, "\t", " ") + "\n")
		ends = append(ends, b.Len())
	}
	text := b.String()
	head := preset(mentioned(env, text), lang)
	src := source{text: head + text}
	last, inside := -1, func(int) place.Position { return place.Position{} }
	position := func(line, col int) place.Position {
		offset := max(0, src.offsetOf(line, col)-len(head))
		i, _ := slices.BinarySearch(ends, offset+1)
		if i = min(i, len(texts)-1); i != last {
			last, inside = i, w.doc.inside(texts[i])
		}
		if i > 0 {
			offset -= ends[i-1]
		}
		return inside(offset)
	}
	uses, err := w.followed(src.text, lang, func() ([]command.Use, error) {
		if w.gitlab {
			return command.Pipeline(src.text)
		}
		return command.Parse(w.marked(src.text), lang)
	})
	w.use(w.hands(uses, &src, len(head), job, position), err, w.shown(job), position)
}

// preset returns lines that set variables in a language; of those but the shell's only what holds an expression.
func preset(env []string, lang command.Language) string {
	var b strings.Builder
	for _, assignment := range env {
		switch name, value, _ := strings.Cut(assignment, "="); {
		case lang == command.Shell:
			b.WriteString(assignment + "\n")
		case !strings.Contains(value, "${{"):
		case lang == command.PowerShell:
			b.WriteString("$env:" + name + " = " + value + "\n")
		default:
			b.WriteString("set " + name + "=" + strings.Trim(value, `"`) + "\n")
		}
	}
	return b.String()
}
