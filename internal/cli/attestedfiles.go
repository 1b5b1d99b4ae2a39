package cli

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/progression-labs-development/policypack/internal/attest"
	"github.com/progression-labs-development/policypack/internal/check"
	"github.com/progression-labs-development/policypack/internal/dsse"
	"github.com/progression-labs-development/policypack/internal/fleet"
	"github.com/progression-labs-development/policypack/internal/jsontext"
	"github.com/progression-labs-development/policypack/internal/state"
)

// isDirectory returns an error if the value of a flag is not a directory.
func isDirectory(flag, dir string) error {
	info, err := os.Stat(dir)
	switch {
	case err != nil:
		return fmt.Errorf("--%s: %s: %w", flag, dir, check.WithoutPath(err))
	case !info.IsDir():
		return fmt.Errorf("--%s: %s: expected a directory, got a file", flag, dir)
	}
	return nil
}

// readAttestations reads all files below the directory, except those of git.
func (f *attestedFlags) readAttestations(all *fleet.Fleet, keys []ed25519.PublicKey) error {
	if err := isDirectory("attestations", f.attestations); err != nil {
		return err
	}
	return fs.WalkDir(os.DirFS(f.attestations), ".", func(name string, d fs.DirEntry, err error) error {
		file := path.Join(filepath.ToSlash(f.attestations), name)
		switch {
		case err != nil:
			all.Unreadable(file, check.WithoutPath(err).Error())
			return nil
		case d.IsDir() && d.Name() == ".git":
			return fs.SkipDir
		case d.IsDir():
			return nil
		case linkedDirectory(filepath.FromSlash(file), d):
			all.Unreadable(file, notFollowed)
			return nil
		}
		readAttestation(all, file, keys)
		return nil
	})
}

// notFollowed is the message for a link to a directory.
const notFollowed = "links to directories are not followed; pass the directory itself"

// linkedDirectory reports whether an entry is a link to a directory, except hidden ones: Kubernetes mounts files with
// those.
func linkedDirectory(file string, d fs.DirEntry) bool {
	if d.Type()&fs.ModeSymlink == 0 || strings.HasPrefix(d.Name(), ".") {
		return false
	}
	info, err := os.Stat(file)
	return err == nil && info.IsDir()
}

// readAttestation adds a file if it is an attestation.
func readAttestation(all *fleet.Fleet, file string, keys []ed25519.PublicKey) {
	data, err := envelope(filepath.FromSlash(file))
	switch {
	case err != nil:
		all.Unreadable(file, err.Error())
	case data == nil:
		all.Skipped()
	default:
		s, err := attest.Open(data, keys...)
		if err != nil {
			all.Ignored(file, err.Error())
			return
		}
		all.Attested(file, s)
	}
}

// envelope returns the content of a file that looks like an attestation, nil for any other.
func envelope(file string) (data []byte, err error) {
	if info, err := os.Stat(file); err != nil {
		return nil, check.WithoutPath(err)
	} else if !info.Mode().IsRegular() {
		return nil, nil
	}
	in, err := check.Open(file, nil)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	for key := range jsontext.Keys(in.Head) {
		if key == "payloadType" || key == "payload" || key == "signatures" {
			in.Limit = dsse.MaxSize
			return in.All()
		}
	}
	return nil, nil
}

// readStates reads all states, one at a time.
func (f *attestedFlags) readStates(all *fleet.Fleet) error {
	if err := isDirectory("states", f.states); err != nil {
		return err
	}
	dir := f.states
	if info, err := os.Lstat(dir); err == nil && !info.IsDir() {
		dir += string(filepath.Separator) + "." // follows the link
	}
	files, err := check.Exports(dir, check.State)
	if err != nil {
		all.Unread(filepath.ToSlash(f.states), check.WithoutPath(err).Error())
	} else if len(files) == 0 {
		if _, err := os.Stat(filepath.Join(dir, ".git")); err == nil {
			return fmt.Errorf("--states: %s is a git checkout; pass the directory in it that contains the states",
				f.states)
		}
		return fmt.Errorf("--states: %s contains no .json or .json.gz file", f.states)
	}
	for _, file := range files {
		f.readState(all, file)
	}
	return filepath.WalkDir(dir, func(file string, d fs.DirEntry, err error) error {
		if err == nil && linkedDirectory(file, d) {
			all.Unread(filepath.ToSlash(file), notFollowed)
		}
		return nil // unreadable directories are reported above
	})
}

// readState adds a file with one state, or several in a row.
func (f *attestedFlags) readState(all *fleet.Fleet, file string) {
	name := filepath.ToSlash(file)
	in, err := check.Open(file, nil)
	if err != nil {
		all.Unread(name, err.Error())
		return
	}
	defer in.Close() //nolint:errcheck // nothing was written
	src, err := in.Source()
	if err != nil {
		all.Unread(name, err.Error())
		return
	}
	parts, err := jsontext.Documents(src)
	if err != nil {
		all.Unread(name, err.Error())
		return
	}
	if len(parts) < 2 {
		f.deployed(all, name, src)
		return
	}
	for i, one := range parts {
		f.deployed(all, fmt.Sprintf("%s#%d", name, i+1), one)
	}
}

func readInput(file string) (data []byte, err error) {
	in, err := check.Open(file, nil)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	return in.All()
}

func (f *attestedFlags) deployed(all *fleet.Fleet, name string, src jsontext.Source) {
	s, err := state.ReadFrom(src)
	if err != nil {
		all.Unread(name, err.Error())
		return
	}
	of := fleet.State{
		File: name, Organization: s.Organization(), Project: s.Project(), Stack: s.Stack(),
		Updated: s.Updated(), Changed: s.Changed(), Resources: s.Recorded(), Pending: s.Pending(),
	}
	if of.Organization == "" {
		of.Organization = f.organization
	}
	if of.Organization == "" {
		of.Organization = f.organizationOf(name, of.Project, of.Stack)
	}
	all.Deployed(of)
}

// organizationOf returns the organization in a path ORGANIZATION/PROJECT/STACK.json below the directory, empty for
// other paths. The directory of a backend's stacks has no organizations.
func (f *attestedFlags) organizationOf(name, project, stack string) string {
	rel, err := filepath.Rel(f.states, filepath.FromSlash(name))
	if err != nil || strings.HasPrefix(filepath.ToSlash(rel), "stacks/") {
		return ""
	}
	parts := strings.Split(filepath.ToSlash(rel), "/")
	if len(parts) != 3 || parts[1] != project ||
		strings.TrimSuffix(strings.TrimSuffix(parts[2], ".gz"), ".json") != stack {
		return ""
	}
	return parts[0]
}
