// Package rego embeds what the policies share: the router, the library, the catalogue of resource types and the JSON
// schema of the input document.
package rego

import "embed"

// FS holds main/*.rego, lib/*.rego, catalogue/*.json and schemas/*.json.
//
//go:embed main/*.rego lib/*.rego catalogue/*.json schemas/*.json
var FS embed.FS
