// Package policypack carries what the whole module shares: the version and the day of its release, which stand in
// PulumiPolicy.yaml and nowhere else, and the text that describes the pack to the engine.
package policypack

import (
	_ "embed"
	"strings"
)

// Repository is the page where the pack is developed and documented.
const Repository = "https://github.com/progression-labs-development/policypack"

//go:embed PulumiPolicy.yaml
var project string

//go:embed README.md
var readme string

// Version returns the pack's semantic version, without a leading v, as PulumiPolicy.yaml gives it.
func Version() string { return field("version") }

// Page returns the address of a page of docs/, such as "policies.md", as it is in this version: messages, reports and
// help texts link to it. A version that is not a release, such as 0.2.0-dev, has no tag, so its pages are those of the
// main branch.
func Page(name string) string { return page(Version(), name) }

func page(version, name string) string {
	tree := "v" + version
	if core, _, _ := strings.Cut(version, "+"); strings.Contains(core, "-") {
		tree = "main"
	}
	return Repository + "/blob/" + tree + "/docs/" + name
}

// Released returns the day of the version's release, as in 2026-01-31, as PulumiPolicy.yaml gives it. A build between
// two releases carries the day of the last one.
func Released() string { return field("released") }

// Description returns the one-line description of PulumiPolicy.yaml.
func Description() string { return field("description") }

// Readme returns the project's README in Markdown.
func Readme() string { return readme }

// field returns a top-level scalar of PulumiPolicy.yaml. The file is our own, so a line scan is enough and keeps a YAML
// parser out of every start.
func field(name string) string {
	for line := range strings.Lines(project) {
		if value, ok := strings.CutPrefix(line, name+":"); ok {
			return strings.TrimSpace(value)
		}
	}
	return ""
}
