// Package policypack provides what the whole module shares: the version and its release day, which are set only in
// PulumiPolicy.yaml, and the description of the pack for the engine.
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

// Version returns the pack's semantic version from PulumiPolicy.yaml, without a leading v.
func Version() string { return field("version") }

// Page returns the URL of a page of docs/, such as "policies.md", in this version. Messages, reports and help texts
// link to it. A version that is not a release, such as 0.2.0-dev, has no tag, so its pages are those of the main
// branch.
func Page(name string) string { return page(Version(), name) }

func page(version, name string) string {
	tree := "v" + version
	if core, _, _ := strings.Cut(version, "+"); strings.Contains(core, "-") {
		tree = "main"
	}
	return Repository + "/blob/" + tree + "/docs/" + name
}

// Released returns the day of the version's release from PulumiPolicy.yaml, such as 2026-01-31. A build between two
// releases has the day of the last one.
func Released() string { return field("released") }

// Description returns the one-line description from PulumiPolicy.yaml.
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
