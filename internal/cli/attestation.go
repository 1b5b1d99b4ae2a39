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

// kindMark is the placeholder for the kind of the run in the name of an attestation: an update starts the pack for its
// preview, and then a second time.
const kindMark = "{kind}"

// attestation is the file that a run's attestation is written to.
type attestation struct {
	file string
	key  ed25519.PrivateKey
	now  func() time.Time

	commit  func() (*attest.Commit, error)
	program func() (string, error) // digest
	pack    func() (attest.Pack, error)
	// the name in the Pulumi.yaml of the directory whose commit it is; set for runs of the engine
	project string
}

// openAttestation reads the key, and starts to determine the program and the commit of the directory in the background.
// It returns nil if the file is empty.
func openAttestation(file, key, dir string, now func() time.Time) (*attestation, error) {
	switch {
	case file == "":
		return nil, nil
	case key == "":
		return nil, errors.New("an attestation must be signed; set POLICYPACK_ATTEST_KEY to the file with an Ed25519 " +
			"private key")
	}
	private, err := dsse.ReadPrivateKey(key)
	if err != nil {
		return nil, fmt.Errorf("attestation key: %w", err)
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

// started passes the session, whose pack is identified before a program runs.
func (a *attestation) started(s *session.Session) {
	a.pack = sync.OnceValues(s.Identity)
	go a.pack() //nolint:errcheck // reported when it is written
}

// write signs and writes an attestation of the report. Notes are written to log.
func (a *attestation) write(r *report.Report, complete bool, log io.Writer) error {
	run := attest.Run{Time: a.now(), Complete: complete}
	var err error
	if run.Pack, err = a.pack(); err != nil {
		complete = false // the run has failed with this error, and reports it
		run.Complete = complete
	}
	if run.Pack.Digest, err = a.program(); err != nil {
		return fmt.Errorf("the attestation was not written: %w", err)
	}
	if run.Commit, err = a.commit(); err != nil {
		fmt.Fprintln(log, "policypack: "+place.VisibleLines("the attestation has no commit: "+err.Error()))
	}
	kind := report.Preview
	if len(r.Sources) > 0 {
		kind = r.Sources[0].Kind
		if p := r.Sources[0].Project; run.Commit != nil && a.project != "" && p != "" && a.project != p {
			run.Commit = nil
			fmt.Fprintln(log, "policypack: "+place.VisibleLines(fmt.Sprintf("the attestation has no commit: the "+
				"run is for project %s, whose directory is unknown, because Pulumi was started in that of project "+
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

// attestAgain replaces the attestation of a run with one that matches its report after policy exceptions were applied.
// It must be signed with the same key as before.
func attestAgain(file, key, of string, r *report.Report) error {
	if key == "" {
		return errors.New("--attestation: set POLICYPACK_ATTEST_KEY to the file with the private key that signed it")
	}
	private, err := dsse.ReadPrivateKey(key)
	if err != nil {
		return fmt.Errorf("attestation key: %w", err)
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

// programDigest returns the SHA-256 of the program's own file.
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

// commitOf returns the commit of the checkout that the directory is in, nil if there is none.
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

// projectName returns the name in the Pulumi.yaml that Pulumi would read in the directory, empty if there is none.
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
