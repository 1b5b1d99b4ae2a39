package repository

import (
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/progression-labs-development/policypack/internal/command"
	"github.com/progression-labs-development/policypack/internal/facts"
	"github.com/progression-labs-development/policypack/internal/login"
)

// The pipelines of Bitbucket. https://support.atlassian.com/bitbucket-cloud/docs/bitbucket-pipelines-configuration-reference/
var _ = add(kind{
	name: "bitbucket-pipelines", root: true,
	match: func(f *named) bool { stem, ok := f.yaml(); return ok && stem == "bitbucket-pipelines" },
	read:  asPipeline("Bitbucket pipelines: a mapping with pipelines", (*pipeline).bitbucket),
})

// pipes are variables of pipes that accept a long-lived cloud key, in addition to those in package login.
// https://bitbucket.org/product/features/pipelines/integrations
var pipes = [...]struct{ pipe, name, cloud string }{
	{"atlassian/google-", "KEY_FILE", login.Google},
	{"atlassian/firebase-", "KEY_FILE", login.Google},
	{"atlassian/azure-", "AZURE_PASSWORD", login.Azure},
	{"microsoft/azure-", "AZURE_PASSWORD", login.Azure},
}

// bitbucket reads the scripts of the steps, the variables of pipes, and the variables of services.
func (w *pipeline) bitbucket() {
	if member(w.doc.root, "pipelines") == nil && member(w.doc.root, "definitions") == nil {
		w.file.Kind = facts.FileOther
		return
	}
	w.follow = storedBut("BITBUCKET_", "CI")
	w.bitbucketImage(member(w.doc.root, "image"), "")
	for _, p := range members(member(member(w.doc.root, "definitions"), "services")) {
		w.environment(nil, member(p.value, "variables"), "")
	}
	w.bitbucketSteps(w.doc.root, 0)
}

// bitbucketSteps reads steps at any level: in branches, in stages, in parallel, in definitions.
func (w *pipeline) bitbucketSteps(n *yaml.Node, depth int) {
	if w.visited++; n == nil || depth > 12 || w.visited > maxNodes {
		return
	}
	if !isMapping(n) {
		if n.Kind == yaml.SequenceNode {
			for _, item := range items(n) {
				w.bitbucketSteps(item, depth+1)
			}
		}
		return
	}
	if member(n, "script") == nil {
		for _, p := range members(n) {
			w.bitbucketSteps(p.value, depth+1)
		}
		return
	}
	job := text(member(n, "name"))
	w.bitbucketImage(member(n, "image"), job)
	for _, part := range [...]string{"script", "after-script"} {
		var texts []*yaml.Node
		for _, item := range items(member(n, part)) {
			if item.Kind == yaml.ScalarNode {
				texts = append(texts, item)
				continue
			}
			w.pipe(text(member(item, "pipe")), member(item, "variables"), job)
		}
		w.run(texts, command.Shell, job, nil)
	}
}

// bitbucketImage reads the credentials for pulling an image.
func (w *pipeline) bitbucketImage(image *yaml.Node, job string) {
	w.environment(nil, image, job)
	if key, secret := memberOf(member(image, "aws"), "secret-key"); w.refers(text(secret)) {
		w.keep(key, key.Value, login.AWS, job)
	}
}

func (w *pipeline) pipe(name string, variables *yaml.Node, job string) {
	all := settings(variables)
	for _, p := range pipes {
		for i, a := range all {
			if a.name == p.name && strings.HasPrefix(name, p.pipe) && strings.HasPrefix(a.text, "$") {
				w.keep(a.at, a.name, p.cloud, job)
				all = append(all[:i:i], all[i+1:]...)
				break
			}
		}
	}
	w.give(all, nil, job)
}
