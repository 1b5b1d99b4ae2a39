package session

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"strings"

	"github.com/progression-labs-development/policypack"
	"github.com/progression-labs-development/policypack/internal/attest"
	"github.com/progression-labs-development/policypack/internal/pack"
)

// Identity says for an attestation which pack this is: its version, and the digests of what an organisation has put
// beside it. That of the program's own file is left to the process.
func (s *Session) Identity() (attest.Pack, error) {
	id := attest.Pack{Version: policypack.Version()}
	l, err := s.load()
	if err != nil {
		return id, err
	}
	id.Defaults = l.defaults
	if id.Rules, err = rulesDigest(l.dirs); err != nil {
		return id, err
	}
	for _, b := range l.bundles {
		id.Bundles = append(id.Bundles, attest.Bundle{Digest: b.Digest(), Revision: b.Revision(), Serial: b.Serial()})
	}
	return id, nil
}

// Pack returns the pack with what an organisation has put beside it, as a run reads it. By break-glass, where that is
// broken, it is the pack alone.
func (s *Session) Pack() (*pack.Pack, error) {
	l, err := s.loaded()
	if err != nil {
		return nil, err
	}
	return l.pack, nil
}

// Complete reports whether the run came to its end: the stack as a whole was checked, and no call has failed.
func (s *Session) Complete() bool { return s.ended.Load() && !s.failed.Load() }

// rulesDigest returns a digest of the Rego files in the directories, by their names there and their content, without
// tests. It is empty where there are no directories.
func rulesDigest(dirs []pack.Source) (string, error) {
	if len(dirs) == 0 {
		return "", nil
	}
	sum := sha256.New()
	sum.Write([]byte("policypack-rules/1\n"))
	for i, d := range dirs {
		err := fs.WalkDir(d.FS, ".", func(name string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() || !strings.HasSuffix(name, ".rego") || strings.HasSuffix(name, "_test.rego") {
				return err
			}
			data, err := fs.ReadFile(d.FS, name)
			sum.Write(fmt.Appendf(nil, "%d %q %x\n", i, name, sha256.Sum256(data)))
			return err
		})
		if err != nil {
			return "", fmt.Errorf("%s: %w", d.Prefix, err)
		}
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}
