package repository

import (
	"bytes"
	"path"
	"slices"
	"strings"
)

// notRead are the unsupported CI systems, with the glob patterns of package path for their files, relative to the root
// of a repository. The files are read as text, and a note lists them.
var notRead = [...]struct {
	system string
	files  []string
}{
	{"Agola", []string{".agola/config.*"}},
	{"AppVeyor", []string{"appveyor.yml", ".appveyor.yml", "appveyor.yaml", ".appveyor.yaml", ".appveyor/*.yml"}},
	{"Atlantis", []string{"atlantis.yaml"}},
	{"Bamboo", []string{"bamboo-specs/*.yml", "bamboo-specs/*.yaml", "bamboo-specs/pom.xml"}},
	{"Bitrise", []string{"bitrise.yml"}},
	{"Buddy", []string{"buddy.yml", ".buddy/*.yml"}},
	{"Cirrus CI", []string{".cirrus.yml", ".cirrus.yaml", ".cirrus.star"}},
	{"Codefresh", []string{"codefresh.yml", "codefresh.yaml", ".codefresh/*.yml", ".codefresh/*.yaml"}},
	{"Codemagic", []string{"codemagic.yaml"}},
	{"Codeship", []string{"codeship-steps.yml", "codeship-steps.json"}},
	{"Digger", []string{"digger.yml"}},
	{"Drone in Starlark or Jsonnet", []string{".drone.star", ".drone.jsonnet"}},
	{"env0", []string{"env0.yml", "env0.yaml"}},
	{"Evergreen", []string{"evergreen.yml", ".evergreen.yml", ".evergreen/*.yml"}},
	{"Harness", []string{".harness/*.yaml", ".harness/*.yml"}},
	{"JetBrains Space", []string{".space.kts"}},
	{"OneDev", []string{".onedev-buildspec.yml"}},
	{"Prow", []string{".prow.yaml", ".prow/*.yaml"}},
	{"RWX", []string{".rwx/*.yml", ".mint/*.yml"}},
	{"Screwdriver", []string{"screwdriver.yaml"}},
	{"Semaphore", []string{".semaphore/*.yml", ".semaphore/*.yaml"}},
	{"Shippable", []string{"shippable.yml", ".shippable.yml"}},
	{"SourceHut", []string{".build.yml", ".builds/*.yml"}},
	{"Spacelift", []string{".spacelift/config.yml", ".spacelift/config.yaml"}},
	{"Taskcluster", []string{".taskcluster.yml"}},
	{"TeamCity", []string{".teamcity/*.kts", ".teamcity/*/*.kts", ".teamcity.yml"}},
	{"Tekton", []string{".tekton/*.yaml", ".tekton/*.yml"}},
	{"Vela", []string{".vela.yml", ".vela.yaml"}},
	{"Wercker", []string{"wercker.yml"}},
	{"Zuul", []string{".zuul.yaml", "zuul.yaml", ".zuul.d/*.yaml", "zuul.d/*.yaml"}},
}

// unreadSystem returns the unsupported system whose pipeline the file is, or an empty string.
func (x *examination) unreadSystem() string {
	system := systemOf(x.name)
	if _, ok := x.yaml(); system != "" || !ok {
		return system
	}
	switch {
	case x.holds("apiVersion: tekton.dev/"):
		return "Tekton"
	case x.holds("apiVersion: argoproj.io/", "kind: ", "Workflow"):
		return "Argo Workflows"
	case maybeConcourse(x.named):
		return systemIn(x.data)
	}
	return ""
}

// systemOf returns the system that uses a file of that name.
func systemOf(name string) string {
	if !strings.HasPrefix(name, ".") && strings.Contains(name, "/") && !strings.HasPrefix(name, "bamboo-specs/") &&
		!strings.HasPrefix(name, "zuul.d/") {
		return ""
	}
	for _, u := range notRead {
		if slices.ContainsFunc(u.files, func(pattern string) bool {
			ok, err := path.Match(pattern, name)
			return ok && err == nil
		}) {
			return u.system
		}
	}
	return ""
}

// maybeConcourse reports whether a file may be a pipeline of Concourse or GoCD, whose files have no fixed name: fly, or
// a server plug-in, is given the path.
func maybeConcourse(f *named) bool {
	stem, ok := f.yaml()
	return ok && (strings.HasSuffix(stem, ".gocd") || strings.Contains(strings.ToLower(stem), "pipeline") ||
		strings.Contains(strings.ToLower(stem), "concourse") ||
		strings.Contains("/"+parent(f.name)+"/", "/concourse/"))
}

// systemIn returns the system whose pipeline a text is, by its keys.
func systemIn(data []byte) string {
	has := func(member string) bool {
		return bytes.HasPrefix(data, []byte(member+":")) || bytes.Contains(data, []byte("\n"+member+":"))
	}
	switch {
	case has("jobs") && (has("resources") || has("resource_types")) && bytes.Contains(data, []byte("plan:")):
		return "Concourse"
	case has("format_version") && (has("pipelines") || has("environments")):
		return "GoCD"
	}
	return ""
}
