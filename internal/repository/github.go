package repository

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/progression-labs-development/policypack/internal/facts"
	"github.com/progression-labs-development/policypack/internal/login"
)

// Whether a job may request a token.
const (
	tokenYes     = "yes"
	tokenNo      = "no"
	tokenDefault = "default" // none are written, which gives none
	tokenCaller  = "caller"  // whoever calls decides
)

// A workflow of GitHub, or of Gitea and Forgejo, which run the same format.
// https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax
var _ = add(kind{
	name:    "workflow",
	folders: []string{".github/workflows", ".gitea/workflows", ".forgejo/workflows"},
	root:    true,
	match:   func(f *named) bool { _, ok := f.yaml(); return ok },
	read:    asPipeline("a workflow: a mapping with on and jobs", (*pipeline).workflow),
})

// A composite action, whose steps are those of a job.
// https://docs.github.com/actions/reference/workflows-and-actions/metadata-syntax
var _ = add(kind{
	name:    "action",
	match:   func(f *named) bool { stem, ok := f.yaml(); return ok && stem == "action" },
	foreign: func(name string) bool { return strings.Contains(name, "/") && !strings.HasPrefix(name, ".github/") },
	read:    asPipeline("a GitHub action: a mapping with runs", (*pipeline).action),
})

func (w *pipeline) workflow() {
	d := w.doc
	key, jobs := memberOf(d.root, "jobs")
	if jobs == nil || jobs.Tag == "!!null" {
		w.file.Kind = facts.FileOther // nothing runs
		return
	}
	w.follow, w.actions = w.marking, true
	if !isMapping(jobs) {
		w.fail(d.at(key), "expected a mapping of names to jobs under jobs")
		return
	}
	token := permissions(member(d.root, "permissions"))
	if token == "" {
		if token = tokenDefault; called(d.root) {
			token = tokenCaller
		}
	}
	defaults := shellName(d.root)
	w.enter(member(d.root, "env"))
	w.keys(member(d.root, "env"), "env", "")
	env := settled(nil, settings(member(d.root, "env")))
	for _, p := range members(jobs) {
		if !isMapping(p.value) {
			if p.value.Tag != "!!null" {
				w.fail(d.at(p.key), "expected a mapping with steps or uses for a job")
			}
			continue
		}
		w.job(p.key.Value, p.value, token, defaults, env)
	}
}

func (w *pipeline) action() {
	runs := member(w.doc.root, "runs")
	if !isMapping(runs) {
		w.file.Kind = facts.FileOther
		return
	}
	if text(member(runs, "using")) != "composite" {
		return
	}
	w.follow, w.actions = w.marking, true
	w.issuing(member(runs, "steps"))
	for _, step := range items(member(runs, "steps")) {
		w.step(step, "", tokenCaller, "", nil)
	}
}

// called reports whether a workflow is reusable. Its callers pass their permissions on.
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

// permissions returns the token's permissions, empty if there are none.
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
	env = settled(env, settings(member(job, "env")))
	for _, step := range items(member(job, "steps")) {
		w.step(step, name, token, shell, env)
	}
}

func windows(runsOn *yaml.Node) bool {
	return slices.ContainsFunc(items(runsOn), func(n *yaml.Node) bool { return strings.HasPrefix(text(n), "windows") })
}

// call records a reusable workflow, unless it is in the same repository and therefore read on its own.
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
	w.file.Calls = append(w.file.Calls,
		facts.FileCall{At: w.doc.at(key), Uses: w.shown(name), Job: w.shown(job), Secrets: secrets})
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
	if lang, ok := shellOf(shell); ok {
		w.run([]*yaml.Node{run}, lang, job, settled(env, settings(member(step, "env"))))
	} else {
		w.sweep(run, run, job)
	}
}
