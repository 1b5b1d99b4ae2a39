// Package rego embeds what policies share: the router, the library, the catalogue of resource types and the JSON schema
// of the input document.
package rego

import "embed"

// FS holds main/*.rego, lib/*.rego, catalogue/*.json, catalogue/*.jsonl and schemas/*.json.
//
//go:embed main/*.rego lib/*.rego catalogue/*.json catalogue/*.jsonl schemas/*.json
var FS embed.FS
