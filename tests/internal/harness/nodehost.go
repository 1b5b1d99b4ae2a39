package harness

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/lockedfile"
)

// NodeHost puts the stand-in for Pulumi's host of Node.js on the PATH of h and returns a node_modules with what the
// Node.js launcher needs, as its npm-shrinkwrap.json pins it. The test is skipped if node, npm or its registry is
// missing.
func (h Home) NodeHost(t testing.TB) (modules string) {
	t.Helper()
	return h.nodeHost(t, "the Node.js launcher", nodeModules)
}

// NodeInfra puts the stand-in for Pulumi's host of Node.js on the PATH of h and returns a node_modules with the infra
// package of examples/infra/typescript, built, and what its package-lock.json pins. It is skipped as NodeHost is.
func (h Home) NodeInfra(t testing.TB) (modules string) {
	t.Helper()
	modules = h.nodeHost(t, "the infra package in TypeScript", infraModules)
	manifest, err := os.ReadFile(filepath.Join(modules, "@pulumi", "aws", "package.json"))
	check(t, err)
	var aws struct{ Version string }
	check(t, json.Unmarshal(manifest, &aws))
	h.InstallEcho(t, "aws-v"+aws.Version)
	return modules
}

func (h Home) nodeHost(t testing.TB, what string, install func() (string, error)) string {
	t.Helper()
	for _, name := range []string{"node", "npm"} {
		if _, err := exec.LookPath(name); err != nil {
			t.Skipf("%s is not tested: there is no %s on the PATH", what, name)
		}
	}
	modules, err := install()
	if err != nil {
		t.Skipf("%s is not tested: %v", what, err)
	}
	link(t, must(t)(nodeHostBinary()), filepath.Join(h.Bin, "pulumi-language-nodejs"))
	return modules
}

var nodeHostBinary = sync.OnceValues(func() (string, error) { return build("nodehost", "./tests/nodehost") })

// nodeModules installs what npm-shrinkwrap.json pins.
var nodeModules = sync.OnceValues(func() (string, error) {
	dir, err := root()
	if err != nil {
		return "", err
	}
	shrinkwrap, err := os.ReadFile(filepath.Join(dir, "internal", "bundle", "nodejs", "npm-shrinkwrap.json"))
	if err != nil {
		return "", err
	}
	manifest, err := dependencies(shrinkwrap)
	if err != nil {
		return "", err
	}
	return npmInstall(map[string][]byte{"package.json": manifest, "package-lock.json": shrinkwrap},
		func(dir string) error { return npm(dir, "ci", "--omit=dev") })
})

// infraModules installs what the infra package pins, builds it, and puts it beside its dependencies.
var infraModules = sync.OnceValues(func() (string, error) {
	dir, err := root()
	if err != nil {
		return "", err
	}
	files := map[string][]byte{}
	for _, name := range []string{"index.ts", "package.json", "package-lock.json", "tsconfig.json"} {
		if files[name], err = os.ReadFile(filepath.Join(dir, "examples", "infra", "typescript", name)); err != nil {
			return "", err
		}
	}
	return npmInstall(files, func(dir string) error {
		if err := npm(dir, "ci"); err != nil {
			return err
		}
		if err := npm(dir, "run", "build"); err != nil {
			return err
		}
		var manifest struct{ Name string }
		if err := json.Unmarshal(files["package.json"], &manifest); err != nil {
			return err
		}
		installed := filepath.Join(dir, "node_modules", filepath.FromSlash(manifest.Name))
		if err := os.MkdirAll(filepath.Dir(installed), 0o700); err != nil {
			return err
		}
		return os.Symlink(dir, installed)
	})
})

// npmInstall writes files into a folder and runs install there, once for each content of the files. It returns the
// folder's node_modules.
func npmInstall(files map[string][]byte, install func(dir string) error) (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	var content []byte
	for _, name := range slices.Sorted(maps.Keys(files)) {
		content = append(content, files[name]...)
	}
	work := filepath.Join(cache, "policypack-tests", "node-"+digest(content))
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
	for name, data := range files {
		if err := os.WriteFile(filepath.Join(work, name), data, 0o600); err != nil {
			return "", err
		}
	}
	if err := install(work); err != nil {
		return "", err
	}
	return modules, os.WriteFile(done, nil, 0o600)
}

// npm runs a command of npm. `npm ci` installs to the letter of the lock file, integrity included, and runs no scripts
// of packages.
func npm(dir string, args ...string) error {
	args = append(args, "--loglevel=error")
	if args[0] == "ci" {
		args = append(args, "--ignore-scripts", "--no-audit", "--no-fund")
	}
	cmd := exec.Command("npm", args...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("npm %s: %w\n%s", args[0], err, out)
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
