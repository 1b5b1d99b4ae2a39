// Package policies embeds the pack's own policies. Each policy is a folder: NAME/NAME.rego with its METADATA and rules,
// repository.rego with rules that only check files of a repository, NAME_test.rego with its unit tests, and
// examples.yaml with inputs that it must deny and inputs that it must allow.
//
// metadata.jsonl is generated from the METADATA by go run ./internal/pack/metadata, so that no start has to parse it.
package policies

import "embed"

// FS holds the policy folders, and metadata.jsonl.
//
//go:embed */*.rego */examples.yaml metadata.jsonl
var FS embed.FS
