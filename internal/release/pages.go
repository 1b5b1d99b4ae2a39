package release

import (
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/progression-labs-development/policypack"
	"github.com/progression-labs-development/policypack/internal/lazy"
)

// pages returns the pages for users, sorted: those at the root, and all of docs/ with the schemas. Links between pages
// stay as they are, so that they work offline. A link to any other file of the project becomes a link to that file in
// the repository, at the tag of the version.
func pages(root string) ([]entry, error) {
	names := []string{"CHANGELOG.md", "README.md", "SECURITY.md"}
	err := fs.WalkDir(os.DirFS(root), "docs", func(name string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if ext := path.Ext(name); e.Type().IsRegular() && (ext == ".md" || ext == ".json") {
			names = append(names, name)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	slices.Sort(names)
	there := func(name string) bool { return name == "LICENSE" || slices.Contains(names, name) }
	var all []entry
	for _, name := range names {
		e, err := file(root, name)
		if err != nil {
			return nil, err
		}
		if path.Ext(name) == ".md" {
			e.data = linked(e.data, name, there)
		}
		all = append(all, e)
	}
	return all, nil
}

// link matches a link in Markdown to a file of the project, up to a heading in it.
var link = lazy.Regexp(`\]\(([^)\s#:]+)[)#]`)

// linked returns a page in which links to missing files point to the repository.
func linked(text []byte, page string, there func(name string) bool) []byte {
	code := false
	var out strings.Builder
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(strings.TrimSpace(line), "```") {
			code = !code
		}
		if !code {
			line = link().ReplaceAllStringFunc(line, func(l string) string {
				end := len(l) - 1
				to := path.Join(path.Dir(page), l[len("]("):end])
				if there(to) {
					return l
				}
				return "](" + policypack.Repository + "/blob/v" + policypack.Version() + "/" + to + l[end:]
			})
		}
		out.WriteString(line)
	}
	return []byte(out.String())
}
