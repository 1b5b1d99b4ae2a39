package repository

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/progression-labs-development/policypack/internal/command"
	"github.com/progression-labs-development/policypack/internal/facts"
	"github.com/progression-labs-development/policypack/internal/login"
)

// gitlabWords are the top-level keys of a pipeline that are not jobs.
var gitlabWords = [...]string{
	"default", "include", "stages", "variables", "workflow", "image", "services", "cache", "before_script",
	"after_script", "spec", "types",
}

// A GitLab pipeline. Included files are not read. https://docs.gitlab.com/ci/yaml/
var _ = add(kind{
	name:  "gitlab-ci",
	match: func(f *named) bool { stem, ok := f.yaml(); return ok && strings.HasSuffix(stem, ".gitlab-ci") },
	read:  asPipeline("a GitLab pipeline: a mapping of names to jobs", (*pipeline).gitlab),
})

// gitlab reads the commands of the scripts, the variables with cloud keys, and the includes.
func (w *pipeline) gitlab() {
	d := w.doc
	w.follow = storedBut("CI_", "GITLAB_", "FF_")
	env := w.environment(nil, member(d.root, "variables"), "")
	w.ruleVariables(member(d.root, "workflow"), "")
	w.environment(nil, member(member(d.root, "default"), "variables"), "")
	w.gitlabScripts(d.root, "", env)
	w.gitlabScripts(member(d.root, "default"), "", env)
	key, include := memberOf(d.root, "include")
	w.includes(key, include)
	for _, p := range members(d.root) {
		if slices.Contains(gitlabWords[:], p.key.Value) || !isMapping(p.value) {
			continue
		}
		own := w.environment(env, member(p.value, "variables"), p.key.Value)
		w.gitlabSecrets(member(p.value, "secrets"), p.key.Value)
		w.ruleVariables(p.value, p.key.Value)
		w.gitlabScripts(p.value, p.key.Value, own)
	}
}

// gitlabSecrets reads the variables that a job receives from a secret store, except credentials that the store issues
// for the job alone.
// https://docs.gitlab.com/ci/yaml/#secrets
func (w *pipeline) gitlabSecrets(secrets *yaml.Node, job string) {
	for _, p := range members(secrets) {
		if cloud := login.Variable(p.key.Value); cloud != "" && !dynamic(text(member(p.value, "vault"))) {
			w.keep(p.key, p.key.Value, cloud, job)
		}
	}
}

// ruleVariables looks for keys in the variables that the rules of a job, or of the pipeline, set.
func (w *pipeline) ruleVariables(of *yaml.Node, job string) {
	for _, rule := range items(member(of, "rules")) {
		w.environment(nil, member(rule, "variables"), job)
	}
}

// gitlabScripts reads the scripts of a job. before_script and script share a shell; after_script has another.
func (w *pipeline) gitlabScripts(job *yaml.Node, name string, env []string) {
	if job == nil {
		return
	}
	for _, part := range [...][]string{{"before_script", "script"}, {"after_script"}} {
		var texts []*yaml.Node
		for _, key := range part {
			texts = w.lines(texts, member(job, key), 0)
		}
		w.run(texts, command.Shell, name, env)
	}
}

// maxReferences is the nesting depth of references that GitLab allows.
const maxReferences = 10

// lines collects the lines of a script. Its lists may be nested, and refer to those of other jobs.
func (w *pipeline) lines(to []*yaml.Node, n *yaml.Node, depth int) []*yaml.Node {
	if n = resolved(n); n == nil || depth > maxReferences {
		return to
	}
	if w.visited++; w.visited > maxNodes {
		if w.visited == maxNodes+1 {
			w.fail(w.doc.at(n), "expands too far through its references: not read completely")
		}
		return to
	}
	if n.Tag == "!reference" && n.Kind == yaml.SequenceNode {
		target := w.doc.root
		for _, step := range n.Content {
			if target = member(target, step.Value); target == nil {
				return to
			}
		}
		return w.lines(to, target, depth+1)
	}
	if n.Kind == yaml.ScalarNode {
		return append(to, n)
	}
	for _, item := range items(n) {
		to = w.lines(to, item, depth+1)
	}
	return to
}

// includes records the parts of a pipeline that are elsewhere.
func (w *pipeline) includes(key, include *yaml.Node) {
	if include == nil {
		return
	}
	list := items(include)
	if isMapping(include) {
		list = []*yaml.Node{include}
	}
	for _, n := range list {
		uses := text(n)
		if isMapping(n) {
			for _, kind := range [...]string{"component", "project", "remote", "template"} {
				if uses = text(member(n, kind)); uses != "" {
					break
				}
			}
		}
		if uses != "" && (isMapping(n) || strings.Contains(uses, "://")) { // a text alone is a file of the repository
			at := w.doc.at(n)
			if at.Line == 0 {
				at = w.doc.at(key)
			}
			w.file.Calls = append(w.file.Calls, facts.FileCall{At: at, Uses: w.shown(uses)})
		}
	}
}
