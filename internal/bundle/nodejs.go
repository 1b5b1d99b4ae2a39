package bundle

import (
	"embed"
	"encoding/json"
)

// launcher holds index.js, and npm-shrinkwrap.json, which pins @pulumi/pulumi and all that it needs by version and
// integrity. It is made by `npm shrinkwrap` from a package.json with that one dependency.
//
//go:embed nodejs
var launcher embed.FS

// manifest is package.json.
type manifest struct {
	Name         string            `json:"name"`
	Version      string            `json:"version"`
	Description  string            `json:"description"`
	Private      bool              `json:"private"`
	Main         string            `json:"main"`
	Files        []string          `json:"files"`
	Dependencies map[string]string `json:"dependencies"`
}

func (o Options) nodejs() ([]content, error) {
	index, err := launcher.ReadFile("nodejs/index.js")
	if err != nil {
		return nil, err
	}
	locked, err := launcher.ReadFile("nodejs/npm-shrinkwrap.json")
	if err != nil {
		return nil, err
	}
	var lock struct {
		Packages map[string]struct {
			Dependencies map[string]string `json:"dependencies"`
		} `json:"packages"`
	}
	if err := json.Unmarshal(locked, &lock); err != nil {
		return nil, err
	}
	m, err := json.MarshalIndent(manifest{
		Name: "policypack", Version: o.Version, Description: o.Description, Private: true, Main: "index.js",
		Files: []string{
			"PulumiPolicy.yaml", "bin/", "break-glass.pem", "bundle.tar.gz", "npm-shrinkwrap.json",
			"policy-config.json", "rules/",
		},
		Dependencies: lock.Packages[""].Dependencies,
	}, "", "  ")
	if err != nil {
		return nil, err
	}
	return []content{
		text("index.js", index), text("npm-shrinkwrap.json", locked),
		text("package.json", append(m, '\n')),
	}, nil
}
