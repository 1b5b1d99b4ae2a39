package repository

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/progression-labs-development/policypack/internal/command"
	"github.com/progression-labs-development/policypack/internal/facts"
	"github.com/progression-labs-development/policypack/internal/place"
)

// A build of Google Cloud Build. https://cloud.google.com/build/docs/build-config-file-schema
var _ = add(kind{
	name: "cloudbuild",
	match: func(f *named) bool {
		_, ok := f.yaml()
		return (ok || strings.HasSuffix(f.base, ".json")) &&
			(cloudbuildName(f.name) || f.holds("steps", "gcr.io/cloud-builders/"))
	},
	foreign: func(name string) bool { return !cloudbuildName(name) },
	read:    asPipeline("a Cloud Build configuration: a mapping with steps", (*pipeline).cloudbuild),
})

func cloudbuildName(name string) bool {
	base := strings.ToLower(name[strings.LastIndexByte(name, '/')+1:])
	return strings.Contains(base, "cloudbuild")
}

// cloudbuildOwn are the prefixes of the substitutions that Cloud Build fills in itself.
// https://cloud.google.com/build/docs/configuring-builds/substitute-variable-values
var cloudbuildOwn = []string{
	"PROJECT_", "BUILD_", "COMMIT_", "BRANCH_", "TAG_", "REPO_", "SHORT_SHA", "REVISION_", "LOCATION", "TRIGGER_",
	"REF_", "SERVICE_ACCOUNT", "HEAD_", "BASE_",
}

// cloudbuild reads the commands of the steps, and the secrets that they receive.
func (w *pipeline) cloudbuild() {
	root := w.doc.root
	steps := member(root, "steps")
	if steps == nil || steps.Kind != yaml.SequenceNode {
		w.file.Kind = facts.FileOther
		return
	}
	known := settings(member(root, "substitutions"))
	kept := cloudbuildSecrets(root)
	for _, list := range [...]*yaml.Node{member(root, "secrets"), member(member(root, "availableSecrets"), "inline")} {
		for _, s := range items(list) {
			for _, name := range [...]string{"secretEnv", "envMap"} {
				for _, p := range members(member(s, name)) {
					w.harmless(p.value) // encrypted by Cloud KMS
				}
			}
		}
	}
	for _, step := range append(items(steps), member(root, "options")) {
		job := text(member(step, "id"))
		env := w.environment(settled(nil, known), member(step, "env"), job)
		secrets := settings(member(step, "secretEnv"))
		for i := range secrets {
			secrets[i].kept = kept[secrets[i].name]
		}
		w.give(secrets, nil, job)
		w.follow = func(text string, _ command.Language) ([]command.Use, error) {
			text = unescaped(text, func(name string) bool {
				return slices.ContainsFunc(secrets, func(s setting) bool { return s.name == name })
			})
			return command.Pipeline(substituted(text, known), cloudbuildOwn...)
		}
		if script := member(step, "script"); script != nil && script.Kind == yaml.ScalarNode {
			lang, ok := command.Interpreter(script.Value)
			if ok || !strings.HasPrefix(script.Value, "#!") {
				w.run([]*yaml.Node{script}, lang, job, env)
			}
			continue
		}
		w.cloudbuildArgs(step, job, env)
	}
}

// cloudbuildSecrets returns the names of secrets by the variables that contain them.
func cloudbuildSecrets(root *yaml.Node) map[string]string {
	kept := map[string]string{}
	for _, s := range items(member(member(root, "availableSecrets"), "secretManager")) {
		_, name, _ := strings.Cut(text(member(s, "versionName")), "/secrets/")
		name, _, _ = strings.Cut(name, "/")
		kept[text(member(s, "env"))] = name
	}
	return kept
}

// cloudbuildArgs reads the command of a step, which is the arguments for its image or entrypoint.
func (w *pipeline) cloudbuildArgs(step *yaml.Node, job string, env []string) {
	args := items(member(step, "args"))
	entrypoint := text(member(step, "entrypoint"))
	if lang, ok := shellOf(entrypoint); ok && entrypoint != "" || entrypoint == "" && isShell(args) {
		if entrypoint == "" {
			args = args[1:]
		}
		for i, a := range args {
			if strings.HasPrefix(a.Value, "-") && !strings.HasPrefix(a.Value, "--") && strings.Contains(a.Value, "c") &&
				i+1 < len(args) && args[i+1].Kind == yaml.ScalarNode {
				w.run([]*yaml.Node{args[i+1]}, lang, job, env)
				return
			}
		}
		return
	}
	image, _, _ := strings.Cut(text(member(step, "name")), "@")
	tool := image[strings.LastIndexByte(image, '/')+1:]
	tool, _, _ = strings.Cut(tool, ":")
	words := []string{}
	switch {
	case entrypoint != "":
		words = append(words, entrypoint)
	case strings.Contains(image, "cloud-builders") || slices.Contains([]string{"terraform", "pulumi", "vault"}, tool):
		words = append(words, tool)
	}
	for _, a := range args {
		if a.Kind == yaml.ScalarNode {
			words = append(words, a.Value)
		}
	}
	if len(args) == 0 || len(words) < 2 {
		return
	}
	for i, word := range words {
		words[i] = quoted(strings.ReplaceAll(word, `\`, `\\`))
	}
	at := w.doc.at(args[0])
	w.passages([]passage{{strings.Join(words, " "), func() func(int) place.Position {
		return func(int) place.Position { return at }
	}}}, command.Shell, job, env)
}

func isShell(args []*yaml.Node) bool {
	if len(args) == 0 || args[0].Kind != yaml.ScalarNode {
		return false
	}
	_, ok := command.ShellOf(args[0].Value)
	return ok
}

// substituted masks the substitutions that can be set when a build is started: $_NAME and ${_NAME}, unless their values
// are in the file.
func substituted(text string, known []setting) string {
	if !strings.Contains(text, "$_") && !strings.Contains(text, "${_") {
		return text
	}
	b := []byte(text)
	for i := 0; i < len(text); i++ {
		rest := strings.TrimPrefix(text[i:], "$")
		if len(rest) == len(text[i:]) {
			continue
		}
		inside := strings.TrimPrefix(rest, "{")
		n := 0
		for n < len(inside) && wordByte(inside[n]) && inside[n] != '$' {
			n++
		}
		name := inside[:n]
		end := i + 1 + len(rest) - len(inside) + n
		if len(inside) < len(rest) {
			end++
		}
		if !strings.HasPrefix(name, "_") || end > len(text) {
			continue
		}
		if !slices.ContainsFunc(known, func(s setting) bool { return s.name == name && s.text != "" }) {
			copy(b[i:end], command.Marked(command.Given, end-i))
		}
		i = end - 1
	}
	return string(b)
}
