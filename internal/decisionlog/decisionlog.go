// Package decisionlog writes down what was decided: one JSON object a line for every policy that was asked about a
// resource, a stack or a file, in the spirit of OPA's decision logs
// (https://www.openpolicyagent.org/docs/latest/management-decision-logs/).
//
//	{
//	  "decision_id": "…", "timestamp": "2026-11-23T18:25:18.123456Z",
//	  "labels": {"version": "0.1.0", "configuration": "SHA-256",
//	             "bundles": [{"digest": "SHA-256", "revision": "r7", "serial": 7}]},
//	  "run": {"organization": "acme", "project": "shop", "stack": "production", "preview": true},
//	  "policy": "secret-name", "scope": "resource", "urn": "urn:pulumi:…", "type": "aws:secretsmanager/secret:Secret",
//	  "result": "deny", "findings": [{"path": "name", "level": "mandatory", "exemption": "legacy-stripe"}],
//	  "parameters": "SHA-256", "metrics": {"timer_document_ns": 41000, "timer_rego_query_eval_ns": 90000}
//	}
//
// Result is allow, deny or undecided. Where OPA logs the input, this log has the resource's URN or the file's name, and
// where OPA logs the result it has places, levels and ids: no value, no message and no parameter is in it. Names are
// written without the secrets in them. The parameters are represented by their digest, that of their JSON with sorted
// keys; another digest says that they changed. The timings are those of the whole call, which asks several policies at
// once; they are the same in all its lines.
//
// Where `policypack check` reads a file or a repository, run says which one:
//
//	"run": {"project": "shop", "stack": "production", "source": {"kind": "terraform-plan", "name": "plan.json"}}
//	"run": {"source": {"kind": "repository", "name": ".", "commit": "4f2a…", "dirty": true}}
//
// The file is appended to: a preview and its update, and several stacks, may share one.
package decisionlog

import (
	"bufio"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// The results of a decision.
const (
	Allow     = "allow"
	Deny      = "deny" // there is a finding, whatever its level and whether or not something lets it pass
	Undecided = "undecided"
)

// Labels are the fields that all lines of a run share.
type Labels struct {
	Version       string   `json:"version"`           // of the pack
	Configuration string   `json:"configuration"`     // digest of levels and parameters in force
	Bundles       []Bundle `json:"bundles,omitempty"` // the organisation's
}

// Bundle is a bundle with rules and data.
type Bundle struct {
	Digest   string `json:"digest"`             // of the file
	Revision string `json:"revision,omitempty"` // that it was built with
	Serial   int64  `json:"serial,omitempty"`   // its serial number, where it has one
}

// Run says what the run was about: the stack, as far as it is known, and what was read where that was not the engine's
// preview or update.
type Run struct {
	Organization string  `json:"organization,omitempty"`
	Project      string  `json:"project,omitempty"`
	Stack        string  `json:"stack,omitempty"`
	Preview      *bool   `json:"preview,omitempty"`
	Source       *Source `json:"source,omitempty"`      // of `policypack check`, baseline and gate
	BreakGlass   string  `json:"break_glass,omitempty"` // the id of the token by which nothing stops the run
}

// Source names what was read in place of a preview, by the kind and the name that it has in reports. Of a repository,
// Commit is what is checked out, empty where there is none, and Dirty reports whether tracked files differ from it.
type Source struct {
	Kind   string `json:"kind"`
	Name   string `json:"name"`
	Commit string `json:"commit,omitempty"`
	Dirty  bool   `json:"dirty,omitempty"`
}

// Finding is the outcome of one violation.
type Finding struct {
	URN       string `json:"urn,omitempty"` // where it is about another resource than the decision
	Path      string `json:"path,omitempty"`
	Line      int    `json:"line,omitempty"`
	Column    int    `json:"column,omitempty"`
	Level     string `json:"level"`
	Undecided bool   `json:"undecided,omitempty"`
	Baseline  bool   `json:"baseline,omitempty"`
	Exemption string `json:"exemption,omitempty"`
	Expired   bool   `json:"expired,omitempty"`
	// Exceptions are the ids of Pulumi's policy exceptions that exempt it; in a preview or update Pulumi knows them
	// alone.
	Exceptions []string `json:"exceptions,omitempty"`
	LeftTo     string   `json:"left_to,omitempty"` // the policy whose finding stands for this one
}

// Metrics are the times of a call, in nanoseconds.
type Metrics struct {
	// reading the resource, looking for secrets, making the input document
	Document int64 `json:"timer_document_ns"`
	Eval     int64 `json:"timer_rego_query_eval_ns"` // asking the rules; OPA's name for it
}

// Decision is one line of the log.
type Decision struct {
	ID         string    `json:"decision_id"` // filled by Write
	Timestamp  string    `json:"timestamp"`   // filled by Write, RFC 3339 in UTC
	Labels     Labels    `json:"labels"`
	Run        Run       `json:"run"`
	Policy     string    `json:"policy"`
	Scope      string    `json:"scope"` // resource, stack or repository
	URN        string    `json:"urn,omitempty"`
	File       string    `json:"file,omitempty"`
	Type       string    `json:"type,omitempty"`
	Result     string    `json:"result"`
	Findings   []Finding `json:"findings,omitempty"`
	Parameters string    `json:"parameters"`
	Metrics    Metrics   `json:"metrics"`
}

// Log is a file of decisions. It is safe for concurrent use.
type Log struct {
	name string
	now  func() time.Time

	mu   sync.Mutex
	file *os.File
	out  *bufio.Writer
	err  error // the first one
}

// Open opens the file of POLICYPACK_DECISION_LOG for appending, nil if the name is empty. A relative path is relative
// to dir. A new file is only accessible to its owner.
func Open(name, dir string, now func() time.Time) (*Log, error) {
	if name == "" {
		return nil, nil
	}
	if !filepath.IsAbs(name) {
		name = filepath.Join(dir, name)
	}
	file, err := os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("POLICYPACK_DECISION_LOG: %w", err)
	}
	l := &Log{name: name, now: now, file: file, out: bufio.NewWriterSize(file, 64<<10)}
	if cutOff(name) {
		l.err = l.out.WriteByte('\n')
	}
	return l, nil
}

// cutOff reports whether a file ends in the middle of a line, as where a run before had no room for the rest.
func cutOff(name string) bool {
	info, err := os.Stat(name)
	if err != nil || !info.Mode().IsRegular() || info.Size() == 0 {
		return false
	}
	file, err := os.Open(name)
	if err != nil {
		return false
	}
	defer file.Close() //nolint:errcheck // read only
	last := make([]byte, 1)
	_, err = file.ReadAt(last, info.Size()-1)
	return err == nil && last[0] != '\n'
}

// Write adds decisions. Errors are kept for Flush.
func (l *Log) Write(decisions []Decision) {
	l.mu.Lock()
	defer l.mu.Unlock()
	stamp := l.now().UTC().Format(time.RFC3339Nano)
	for i := range decisions {
		d := decisions[i]
		d.ID, d.Timestamp = rand.Text(), stamp
		line, err := json.Marshal(d)
		if err == nil {
			_, err = l.out.Write(append(line, '\n'))
		}
		if l.err == nil && err != nil {
			l.err = err
		}
	}
}

// Flush writes what is buffered. It returns the first error since the file was opened: a log that has a gap says so.
func (l *Log) Flush() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.out.Flush(); l.err == nil {
		l.err = err
	}
	if l.err != nil {
		return fmt.Errorf("POLICYPACK_DECISION_LOG: %s: %w", l.name, l.err)
	}
	return nil
}

// Close flushes and closes the file.
func (l *Log) Close() error { return errors.Join(l.Flush(), l.file.Close()) }

// Digest is the SHA-256 of a value's JSON, in hexadecimal. Keys are sorted, so the same parameters have the same
// digest.
func Digest(v any) string {
	text, err := json.Marshal(v)
	if err != nil { // decoded JSON always is JSON
		return ""
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}
