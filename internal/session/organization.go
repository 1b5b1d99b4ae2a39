package session

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/blang/semver"

	"github.com/progression-labs-development/policypack"
	"github.com/progression-labs-development/policypack/internal/pack"
)

// MadeWith is the field of PulumiPolicy.yaml for the version of `policypack bundle` that built the pack. Pulumi
// ignores it.
const MadeWith = "policypack"

// organization applies what an organisation has put beside PulumiPolicy.yaml, besides rules: its defaults for levels
// and parameters, whose SHA-256 it returns too. A pack that was made with a newer version is refused: this one lacks
// policies that the pack counts on.
func organization(p *pack.Pack, dir string) (_ *pack.Pack, digest string, err error) {
	if dir == "" {
		return p, "", nil
	}
	if err := newEnough(filepath.Join(dir, "PulumiPolicy.yaml")); err != nil {
		return nil, "", err
	}
	file := filepath.Join(dir, pack.DefaultsFile)
	data, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return p, "", nil
	} else if err != nil {
		return nil, "", err
	}
	if p, err = p.WithDefaults(file, data); err != nil {
		return nil, "", fmt.Errorf("%s: the organisation's defaults have mistakes:\n%w", file, err)
	}
	sum := sha256.Sum256(data)
	return p, hex.EncodeToString(sum[:]), nil
}

// newEnough compares the version that made the pack with the one that runs. A file without the field is no bundle.
func newEnough(file string) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil //nolint:nilerr // the engine has read the file, or does without it
	}
	for line := range strings.Lines(string(data)) {
		value, ok := strings.CutPrefix(line, MadeWith+":")
		if !ok {
			continue
		}
		made, err := semver.Parse(strings.Trim(strings.TrimSpace(value), `"'`))
		if err != nil {
			return fmt.Errorf("%s: %s: expected the version that the pack was built with, such as %s", file, MadeWith,
				policypack.Version())
		}
		if own, err := semver.Parse(policypack.Version()); err == nil && own.LT(made) {
			return fmt.Errorf("%s: the pack was built with policypack %s, but this is %s; install %s or later on "+
				"this machine with its `policypack install`", file, made, own, made)
		}
	}
	return nil
}
