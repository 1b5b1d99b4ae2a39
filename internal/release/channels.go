package release

import (
	"embed"
	"errors"
	"os"
	"path/filepath"
	"text/template"

	"github.com/progression-labs-development/policypack"
)

//go:embed channel
var channelTemplates embed.FS

// manifest is the data about a release for a package manager.
type manifest struct {
	Version, Repository, License string
	Archives                     map[string]map[string]download // by GOOS and GOARCH
}

type download struct{ URL, SHA256 string }

// channels writes the file for each package manager, with the digests of the archives in the directory, and returns
// their names.
func channels(dir string, platforms []Platform) ([]string, error) {
	m := manifest{policypack.Version(), policypack.Repository, license, map[string]map[string]download{}}
	for _, p := range platforms {
		sum, err := digest(filepath.Join(dir, p.archive()))
		if err != nil {
			return nil, err
		}
		if m.Archives[p.OS] == nil {
			m.Archives[p.OS] = map[string]download{}
		}
		m.Archives[p.OS][p.Arch] = download{
			policypack.Repository + "/releases/download/v" + policypack.Version() + "/" + p.archive(), sum,
		}
	}
	all, err := template.ParseFS(channelTemplates, "channel/*")
	if err != nil {
		return nil, err
	}
	names := []string{"mise.toml"}
	if m.Archives["darwin"] != nil || m.Archives["linux"] != nil { // where Homebrew runs
		names = append(names, "policypack.rb")
	}
	for _, name := range names {
		to, err := os.Create(filepath.Join(dir, name))
		if err != nil {
			return nil, err
		}
		if err := errors.Join(all.ExecuteTemplate(to, name+".tmpl", m), to.Close()); err != nil {
			return nil, err
		}
	}
	return names, nil
}
