// Package policies embeds the pack's own policies. One folder is one policy: NAME/NAME.rego with its METADATA and
// rules, repository.rego with those that only judge files of a repository, NAME_test.rego with its unit tests,
// examples.yaml with what it must deny and what it must let pass.
package policies

import "embed"

// FS holds the policy folders.
//
//go:embed */*.rego */examples.yaml
var FS embed.FS
