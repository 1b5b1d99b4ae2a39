package repository

import (
	"path"
	"path/filepath"
	"strings"

	"github.com/progression-labs-development/policypack/internal/facts"
)

// overrides reads how a project overrides policy enforcement: programs that replace a policy pack's host, which Pulumi
// prefers to the installed ones, and the backend, whose organisation requires packs. JSON keys are case-insensitive, as
// in Pulumi.
func (x *examination) overrides(d *document) {
	equal := func(a, b string) bool { return a == b }
	if strings.HasSuffix(x.file.Name, ".json") {
		equal = strings.EqualFold
	}
	under := func(all []pair, key string) (found []pair) {
		for _, p := range all {
			if equal(p.key.Value, key) {
				found = append(found, p)
			}
		}
		return found
	}
	add := func(p pair, key, value string) {
		x.file.Overrides = append(x.file.Overrides,
			facts.FileOverride{At: d.at(p.key), Key: key, Value: x.shown(value)})
	}
	top := members(d.root)
	for _, plugins := range under(top, "plugins") {
		for _, kind := range [...]string{"languages", "analyzers"} {
			for _, list := range under(members(plugins.value), kind) {
				for _, entry := range items(list.value) {
					for _, name := range under(members(entry), "name") {
						add(name, "plugins."+kind, text(name.value))
					}
				}
			}
		}
	}
	for _, backend := range under(top, "backend") {
		for _, url := range under(members(backend.value), "url") {
			if value := text(url.value); value != "" {
				add(url, "backend.url", withoutUser(value))
			}
		}
	}
}

// leavesProject reports whether a link with the name of a project file points to anything but another project file of
// the repository. Pulumi reads the target, but it is not checked as a project.
func leavesProject(name, target string) bool {
	project := func(name string) bool { return isProject(namedBy(name, nil)) }
	if !project(name) {
		return false
	}
	if target = filepath.ToSlash(target); path.IsAbs(target) {
		return true
	}
	target = path.Join(path.Dir(name), target)
	return !filepath.IsLocal(filepath.FromSlash(target)) || !project(target)
}

// withoutUser removes the password from a URL.
func withoutUser(url string) string {
	scheme, rest, ok := strings.Cut(url, "://")
	if !ok {
		return url
	}
	end := strings.IndexAny(rest, "/?#")
	if end < 0 {
		end = len(rest)
	}
	at := strings.LastIndexByte(rest[:end], '@')
	user, _, secret := strings.Cut(rest[:max(at, 0)], ":")
	if !secret {
		return url
	}
	return scheme + "://" + user + ":[secret]" + rest[at:]
}
