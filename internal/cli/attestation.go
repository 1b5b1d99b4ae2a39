package cli

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	yaml "go.yaml.in/yaml/v3"

	"github.com/progression-labs-development/policypack/internal/attest"
	"github.com/progression-labs-development/policypack/internal/dsse"
	"github.com/progression-labs-development/policypack/internal/git"
	"github.com/progression-labs-development/policypack/internal/place"
	"github.com/progression-labs-development/policypack/internal/report"
	"github.com/progression-labs-development/policypack/internal/session"
)

// kindMark is what in the name of an attestation stands for the kind of the run: an update starts the pack for its
// preview, and then once more.
const kindMark = "{kind}"

// attestation is the file into which a run's attestation is written.
type attestation struct {
	file string
	key  ed25519.PrivateKey
	now  func() time.Time

	commit  func() (*attest.Commit, error)
	program func() (string, error) // digest
	pack    func() (attest.Pack, error)
	// that of the directory whose commit it is, where its Pulumi.yaml names one; set for runs of the engine
	project string
}

// openAttestation reads the key, and begins to find out which program runs at which commit of the directory. It returns
// nil where no file is asked for.
func openAttestation(file, key, dir string, now func() time.Time) (*attestation, error) {
	switch {
	case file == "":
		return nil, nil
	case key == "":
		return nil, errors.New("an attestation needs a key to sign it with: name the file of an Ed25519 private key " +
			"in POLICYPACK_ATTEST_KEY")
	}
	private, err := dsse.ReadPrivateKey(key)
	if err != nil {
		return nil, fmt.Errorf("the key of the attestation: %w", err)
	}
	a := &attestation{
		file: file, key: private, now: now,
		commit:  sync.OnceValues(func() (*attest.Commit, error) { return commitOf(dir) }),
		program: sync.OnceValues(programDigest),
	}
	go a.commit()  //nolint:errcheck // reported when it is written
	go a.program() //nolint:errcheck // reported when it is written
	return a, nil
}

// started is given the session, whose pack is looked at before a program runs.
func (a *attestation) started(s *session.Session) {
	a.pack = sync.OnceValues(s.Identity)
	go a.pack() //nolint:errcheck // reported when it is written
}

// write signs and writes what the report says. Notes go to log.
func (a *attestation) write(r *report.Report, complete bool, log io.Writer) error {
	run := attest.Run{Time: a.now(), Complete: complete}
	var err error
	if run.Pack, err = a.pack(); err != nil {
		complete = false // the run has failed by it, and says why
		run.Complete = complete
	}
	if run.Pack.Digest, err = a.program(); err != nil {
		return fmt.Errorf("the attestation was not written: %w", err)
	}
	if run.Commit, err = a.commit(); err != nil {
		fmt.Fprintln(log, "policypack: "+place.VisibleLines("the attestation names no commit: "+err.Error()))
	}
	kind := report.Preview
	if len(r.Sources) > 0 {
		kind = r.Sources[0].Kind
		if p := r.Sources[0].Project; run.Commit != nil && a.project != "" && p != "" && a.project != p {
			run.Commit = nil
			fmt.Fprintln(log, "policypack: "+place.VisibleLines(fmt.Sprintf("the attestation names no commit: the "+
				"run is of the project %s, and its directory is not known: Pulumi was started in that of "+
				"%s", p, a.project)))
		}
	}
	s, err := attest.New(r, run)
	if err != nil {
		return fmt.Errorf("the attestation was not written: %w", err)
	}
	sealed, err := s.Seal(a.key)
	if err == nil {
		err = report.Replace(strings.ReplaceAll(a.file, kindMark, kind), sealed)
	}
	if err != nil {
		return fmt.Errorf("the attestation was not written: %w", err)
	}
	return nil
}

// attestAgain replaces the attestation of a run by one that agrees with its report after policy exceptions were
// applied. It is signed with the key that has signed it before.
func attestAgain(file, key, of string, r *report.Report) error {
	if key == "" {
		return errors.New("--attestation: name the file of the key that signed it in POLICYPACK_ATTEST_KEY")
	}
	private, err := dsse.ReadPrivateKey(key)
	if err != nil {
		return fmt.Errorf("the key of the attestation: %w", err)
	}
	before, err := os.ReadFile(of)
	if err != nil {
		return err
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	s, err := attest.Open(data, private.Public().(ed25519.PublicKey))
	if err == nil {
		s, err = s.Again(before, r)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	sealed, err := s.Seal(private)
	if err != nil {
		return err
	}
	return report.Replace(file, sealed)
}

// programDigest is the SHA-256 of the program's own file.
func programDigest() (string, error) {
	file, err := os.Executable()
	if err != nil {
		return "", fmt.Errorf("the program's own file: %w", err)
	}
	f, err := os.Open(file)
	if err != nil {
		return "", fmt.Errorf("the program's own file: %w", err)
	}
	defer f.Close() //nolint:errcheck // nothing was written
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return "", fmt.Errorf("the program's own file: %w", err)
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// commitOf returns the commit of the checkout that the directory lies in, nil where there is none.
func commitOf(dir string) (*attest.Commit, error) {
	g, root, err := git.Open(dir)
	if err != nil || g == nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute) // the end of the run waits for it
	defer cancel()
	id, err := g.Resolve(ctx, "HEAD")
	if err != nil {
		return nil, err
	}
	dirty, err := g.Dirty(ctx, root, id)
	if err != nil {
		return nil, err
	}
	return &attest.Commit{ID: id, Dirty: dirty}, nil
}

// projectName is the name in the Pulumi.yaml that Pulumi would read in the directory, empty where there is none.
func projectName(dir string) string {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return ""
	}
	for {
		for _, name := range [...]string{"Pulumi.json", "Pulumi.yaml", "Pulumi.yml"} {
			data, err := os.ReadFile(filepath.Join(dir, name))
			if err != nil {
				continue
			}
			var project struct {
				Name string `yaml:"name"`
			}
			if yaml.Unmarshal(data, &project) != nil {
				return ""
			}
			return project.Name
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return ""
		}
		dir = parent
	}
}
