package bundle

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	ignore "github.com/sabhiram/go-gitignore"
)

// published refuses a directory of which `pulumi policy publish` would leave files out, without a word. For runtimes
// other than nodejs it archives the directory by itself and drops what the .gitignore of any parent ignores
// (sdk/v3/go/common/util/archive). This is the same look-up with the same matcher, at the places at which the CLI may
// believe itself to be: the path as given, and without symbolic links.
func published(out string, files []content) error {
	abs, err := filepath.Abs(out)
	if err != nil {
		return err
	}
	places := []string{abs}
	if real, err := realPath(abs); err == nil && real != abs {
		places = append(places, real)
	}
	for _, dir := range places {
		for parent := dir; parent != filepath.Dir(parent); parent = filepath.Dir(parent) {
			name := filepath.Join(parent, ".gitignore")
			if info, err := os.Stat(name); err != nil || info.IsDir() {
				continue
			}
			rules, err := ignore.CompileIgnoreFile(name)
			if err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			for _, f := range files {
				path := filepath.Join(dir, filepath.FromSlash(f.Name))
				if ignored, rule := rules.MatchesPathHow(strings.TrimPrefix(path, parent)); ignored {
					return fmt.Errorf("%s: `pulumi policy publish` would leave out %s, because %s ignores it "+
						"(%s); choose a directory outside the repository", out, f.Name, name, rule.Line)
				}
			}
		}
	}
	return nil
}

// realPath resolves symbolic links of a path whose end may not be there yet.
func realPath(path string) (string, error) {
	real, err := filepath.EvalSymlinks(path)
	if err == nil || path == filepath.Dir(path) {
		return real, err
	}
	parent, err := realPath(filepath.Dir(path))
	return filepath.Join(parent, filepath.Base(path)), err
}
