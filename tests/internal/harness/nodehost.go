package harness

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/lockedfile"
)

// NodeHost puts the stand-in for Pulumi's host of Node.js on the PATH of h and returns a node_modules with what the
// Node.js launcher needs, as its npm-shrinkwrap.json pins it. The test is skipped where node, npm or its registry is
// missing.
func (h Home) NodeHost(t testing.TB) (modules string) {
	t.Helper()
	for _, name := range []string{"node", "npm"} {
		if _, err := exec.LookPath(name); err != nil {
			t.Skipf("the Node.js launcher is not tested: there is no %s on the PATH", name)
		}
	}
	modules, err := nodeModules()
	if err != nil {
		t.Skipf("the Node.js launcher is not tested: %v", err)
	}
	link(t, must(t)(nodeHostBinary()), filepath.Join(h.Bin, "pulumi-language-nodejs"))
	return modules
}

var nodeHostBinary = sync.OnceValues(func() (string, error) { return build("nodehost", "./tests/nodehost") })

// nodeModules installs what npm-shrinkwrap.json pins, once for each content of that file.
var nodeModules = sync.OnceValues(func() (string, error) {
	dir, err := root()
	if err != nil {
		return "", err
	}
	shrinkwrap, err := os.ReadFile(filepath.Join(dir, "internal", "bundle", "nodejs", "npm-shrinkwrap.json"))
	if err != nil {
		return "", err
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	work := filepath.Join(cache, "policypack-tests", "node-"+digest(shrinkwrap))
	if err := os.MkdirAll(work, 0o700); err != nil {
		return "", err
	}
	unlock, err := lockedfile.MutexAt(work + ".lock").Lock()
	if err != nil {
		return "", err
	}
	defer unlock()
	modules, done := filepath.Join(work, "node_modules"), filepath.Join(work, "done")
	if _, err := os.Stat(done); err == nil {
		return modules, nil
	}
	manifest, err := dependencies(shrinkwrap)
	if err != nil {
		return "", err
	}
	for name, data := range map[string][]byte{"package.json": manifest, "package-lock.json": shrinkwrap} {
		if err := os.WriteFile(filepath.Join(work, name), data, 0o600); err != nil {
			return "", err
		}
	}
	if err := npmCI(work); err != nil {
		return "", err
	}
	return modules, os.WriteFile(done, nil, 0o600)
})

// npmCI installs to the letter of the lock file, integrity included, and runs no scripts of packages.
func npmCI(dir string) error {
	cmd := exec.Command("npm", "ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("npm ci: %w\n%s", err, out)
	}
	return nil
}

// dependencies is the package.json that a lock file was made from.
func dependencies(lock []byte) ([]byte, error) {
	var file struct {
		Packages map[string]struct {
			Dependencies map[string]string `json:"dependencies"`
		} `json:"packages"`
	}
	if err := json.Unmarshal(lock, &file); err != nil {
		return nil, err
	}
	return json.Marshal(map[string]any{
		"name": "policypack", "private": true,
		"dependencies": file.Packages[""].Dependencies,
	})
}

func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:8])
}
