package repository

import (
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/progression-labs-development/policypack/internal/command"
	"github.com/progression-labs-development/policypack/internal/facts"
	"github.com/progression-labs-development/policypack/internal/login"
)

// A pipeline of Drone, or of Woodpecker, which began as the same.
// https://docs.drone.io/pipeline/overview/ https://woodpecker-ci.org/docs/usage/workflow-syntax
var _ = add(kind{
	name: "drone",
	match: func(f *named) bool {
		stem, ok := f.yaml()
		return ok && (f.name == f.base && (stem == ".drone" || stem == ".woodpecker") ||
			strings.HasPrefix(f.name, ".woodpecker/") || strings.HasPrefix(f.name, ".drone/"))
	},
	foreign: func(name string) bool { return strings.HasPrefix(name, ".drone/") },
	read:    asPipeline("a Drone or Woodpecker pipeline: a mapping with steps", (*pipeline).drone),
})

// plugins are settings of plug-ins that accept a long-lived cloud key under a name that does not reveal it.
// https://plugins.drone.io https://woodpecker-ci.org/plugins
var plugins = [...]struct{ image, name, cloud string }{
	{"s3", "secret_key", login.AWS},
	{"s3-sync", "secret_key", login.AWS},
	{"s3-cache", "secret_key", login.AWS},
	{"ecr", "secret_key", login.AWS},
	{"lambda", "secret_key", login.AWS},
	{"cloudformation", "secret_key", login.AWS},
	{"gcr", "json_key", login.Google},
	{"gar", "json_key", login.Google},
	{"gcs", "json_key", login.Google},
	{"gcs", "token", login.Google},
	{"gke", "token", login.Google},
	{"acr", "password", login.Azure},
}

// drone reads the commands of the steps, their variables, and the settings of plug-ins. Each document of a file can be
// a pipeline.
func (w *pipeline) drone() {
	w.follow = func(text string, _ command.Language) ([]command.Use, error) {
		return command.Pipeline(unescaped(text, nil), "DRONE_", "CI", "PLUGIN_")
	}
	found := false
	for _, root := range w.doc.all {
		env := w.environment(nil, member(root, "environment"), "")
		for _, name := range [...]string{"steps", "pipeline", "services", "clone"} {
			steps := member(root, name)
			found = found || steps != nil
			for _, step := range items(steps) {
				w.droneStep(step, text(member(step, "name")), env)
			}
			for _, p := range members(steps) {
				w.droneStep(p.value, p.key.Value, env)
			}
		}
	}
	if !found {
		w.file.Kind = facts.FileOther
	}
}

func (w *pipeline) droneStep(step *yaml.Node, job string, around []string) {
	if !isMapping(step) {
		return
	}
	env := w.environment(around, member(step, "environment"), job)
	w.droneSecrets(member(step, "secrets"), job)
	for _, of := range [...]*yaml.Node{member(step, "settings"), step} { // in the past they stood beside the image
		w.droneSettings(text(member(step, "image")), of, job)
	}
	w.run(texted(member(step, "commands")), command.Shell, job, env)
}

// droneSecrets reads the secrets that a step receives as variables: names, or pairs of names.
func (w *pipeline) droneSecrets(list *yaml.Node, job string) {
	var all []setting
	for _, item := range items(list) {
		if isMapping(item) {
			key, target := memberOf(item, "target")
			all = append(all, setting{at: key, name: text(target), kept: text(member(item, "source"))})
		} else {
			all = append(all, setting{at: item, name: item.Value})
		}
	}
	w.give(all, nil, job)
}

func (w *pipeline) droneSettings(image string, of *yaml.Node, job string) {
	name := image[strings.LastIndexByte(image, '/')+1:]
	name, _, _ = strings.Cut(name, ":")
	name = strings.TrimPrefix(strings.TrimPrefix(name, "drone-"), "plugin-")
	other := member(of, "endpoint") != nil // of a service that only speaks like the cloud's
	var all []setting
	for _, a := range settings(of) {
		for _, p := range plugins {
			if p.image == name && p.name == a.name && !other && (a.value == nil || strings.HasPrefix(a.text, "$")) {
				w.keep(a.at, a.name, p.cloud, job)
				a.name = ""
			}
		}
		if a.name != "" && (!other || cloudOf(a.kept) != login.AWS) {
			all = append(all, a)
		}
	}
	w.give(all, nil, job)
}
