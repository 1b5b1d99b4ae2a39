package repository

import (
	"cmp"
	"strings"

	"github.com/progression-labs-development/policypack/internal/facts"
	"github.com/progression-labs-development/policypack/internal/order"
)

// The reasons why files are searched for formats only, are skipped, or could not be read.
const (
	skipBinary        = "binary"
	skipVendored      = "vendored by a package manager"
	skipMinified      = "minified, or a source map"
	skipLFS           = "Git LFS pointer"
	skipModule        = "submodule"
	skipMissing       = "not in the work tree"
	skipSpecial       = "not a regular file"
	skipUntouched     = "unchanged by this change"
	skipLarge         = "larger than 10 MB"
	skipEncoding      = "encoding that does not match its declaration, or is not supported"
	skipContradicting = "text with the extension or first bytes of another format"
)

// unreadReasons maps reasons to what policies see for files that could not be read.
var unreadReasons = map[string]facts.Unread{
	skipLarge: facts.UnreadLarge, skipEncoding: facts.UnreadEncoding, skipContradicting: facts.UnreadContradiction,
}

// skips counts files by reason.
type skips map[string]*Skipped

func (s skips) add(reason, name string) {
	if s[reason] == nil {
		s[reason] = &Skipped{Reason: reason, Example: name}
	}
	k := s[reason]
	k.Files++
	k.Example = min(k.Example, name)
}

// list returns the reasons, the most frequent first.
func (s skips) list() []Skipped {
	var all []Skipped
	for _, k := range s {
		all = append(all, *k)
	}
	order.By(all, func(a, b Skipped) int {
		return cmp.Or(cmp.Compare(b.Files, a.Files), cmp.Compare(a.Reason, b.Reason))
	})
	return all
}

// managedFolders are folders that package managers fill and nobody edits. A folder named vendor or Pods is one only if
// the tool that fills it has left its list there. third_party is edited by hand, and is read.
var managedFolders = [...]string{
	"node_modules", "bower_components", "jspm_packages", ".yarn", ".venv", "site-packages", "__pypackages__", ".tox",
	".terraform/modules", ".terraform/providers", ".terragrunt-cache",
}

// vendorLists are the lists that identify a managed vendor folder.
var vendorLists = [...]struct{ folder, list string }{
	{"vendor", "modules.txt"},             // go mod vendor
	{"vendor", "vendor.json"},             // govendor
	{"vendor", "autoload.php"},            // Composer
	{"vendor", "composer/installed.json"}, // Composer
	{"Pods", "Manifest.lock"},             // CocoaPods
}

// vendored are the managed vendor folders of a repository, with a trailing slash.
type vendored map[string]bool

// vendoredOf finds the managed vendor folders among the files.
func vendoredOf(files []entry) vendored {
	v := vendored{}
	for i := range files {
		name := files[i].name
		for _, l := range vendorLists {
			if dir, ok := strings.CutSuffix(name, "/"+l.list); ok &&
				(dir == l.folder || strings.HasSuffix(dir, "/"+l.folder)) {
				v[dir+"/"] = true
			}
		}
		// Bundler leaves no list: vendor/bundle/ruby/3.3.0, vendor/cache/x-1.0.gem
		if i := strings.Index("/"+name, "/vendor/bundle/ruby/"); i >= 0 {
			v[name[:i+len("vendor/bundle/")]] = true
		}
	}
	return v
}

// managed returns the reason, from its name, that a file is not written by people, or an empty string.
func (v vendored) managed(name string) string {
	for _, f := range managedFolders {
		if i := strings.Index(name, f+"/"); i == 0 || i > 0 && (name[i-1] == '/' || strings.Contains(name, "/"+f+"/")) {
			return skipVendored
		}
	}
	if len(v) > 0 {
		for i := range len(name) {
			if name[i] == '/' && v[name[:i+1]] {
				return skipVendored
			}
		}
	}
	base := name[strings.LastIndexByte(name, '/')+1:]
	for _, end := range [...]string{".min.js", ".min.mjs", ".min.css", ".js.map", ".mjs.map", ".cjs.map", ".css.map"} {
		if strings.HasSuffix(base, end) {
			return skipMinified
		}
	}
	if base == ".pnp.cjs" || base == ".pnp.loader.mjs" {
		return skipVendored
	}
	return ""
}
