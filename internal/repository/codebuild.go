package repository

import (
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/progression-labs-development/policypack/internal/command"
	"github.com/progression-labs-development/policypack/internal/facts"
)

// A buildspec of AWS CodeBuild, and that of Amplify Hosting, which is written alike.
// https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html
// https://docs.aws.amazon.com/amplify/latest/userguide/yml-specification-syntax.html
var _ = add(kind{
	name: "codebuild",
	match: func(f *named) bool {
		_, ok := f.yaml()
		return ok && (buildspecName(f.name) || f.holds("version:", "0.2", "phases:", "commands:"))
	},
	foreign: func(name string) bool { return !buildspecName(name) },
	read:    asPipeline("a buildspec: a mapping with phases", (*pipeline).codebuild),
})

func buildspecName(name string) bool {
	base := strings.ToLower(name[strings.LastIndexByte(name, '/')+1:])
	return strings.Contains(base, "buildspec") || strings.HasPrefix(base, "amplify.y")
}

// codebuild reads the commands of all phases, which run in one shell, and the variables.
func (w *pipeline) codebuild() {
	w.follow = func(text string, lang command.Language) ([]command.Use, error) {
		if lang != command.Shell {
			return command.Parse(text, lang)
		}
		return command.Pipeline(text, "CODEBUILD_", "AWS_CONTAINER_", "AWS_REGION", "AWS_DEFAULT_REGION")
	}
	if !w.phases(w.doc.root, nil, 0) {
		w.file.Kind = facts.FileOther
	}
}

// phases reads the phases of a mapping or of its descendants: an application of Amplify, or a part of one.
func (w *pipeline) phases(n *yaml.Node, around []string, depth int) bool {
	if w.visited++; depth > 4 || w.visited > maxNodes {
		return false
	}
	env := w.codebuildEnv(around, member(n, "env"))
	phases := member(n, "phases")
	if !isMapping(phases) {
		found := false
		for _, p := range members(n) {
			for _, below := range append(items(p.value), p.value) {
				if isMapping(below) {
					found = w.phases(below, env, depth+1) || found
				}
			}
		}
		return found
	}
	for _, list := range [...]string{"build-graph", "build-list"} {
		for _, build := range items(member(member(n, "batch"), list)) {
			w.codebuildEnv(nil, member(build, "env"))
		}
	}
	lang := command.Shell
	if l, ok := shellOf(text(member(member(n, "env"), "shell"))); ok {
		lang = l
	}
	var texts []*yaml.Node
	for _, phase := range members(phases) {
		for _, part := range [...]string{"commands", "finally"} {
			texts = append(texts, texted(member(phase.value, part))...)
		}
	}
	w.run(texts, lang, "", env)
	return true
}

// codebuildEnv reads the variables of a build, and those that come from a secret store.
func (w *pipeline) codebuildEnv(around []string, env *yaml.Node) []string {
	for _, store := range [...]string{"parameter-store", "secrets-manager"} {
		w.kept(member(env, store), "")
	}
	return w.environment(around, member(env, "variables"), "")
}
