// Package attest makes and verifies the proof that the pack ran: an in-toto statement (https://in-toto.io/Statement/v1)
// in a DSSE envelope that the runner has signed.
//
// The statement records which pack checked which stack with which configuration, at which commit and when, and the
// number of findings by class. It is created from a [report.Report] and contains less: no resource, file, message or
// value. See docs/govern/attestation.md for an example.
package attest

import (
	"bytes"
	"cmp"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/progression-labs-development/policypack"
	"github.com/progression-labs-development/policypack/internal/dsse"
	"github.com/progression-labs-development/policypack/internal/order"
	"github.com/progression-labs-development/policypack/internal/report"
)

// The types of the envelope's payload, of the statement in it, and of the statement's predicate. Another form of
// predicate gets another name.
const (
	PayloadType   = "application/vnd.in-toto+json"
	StatementType = "https://in-toto.io/Statement/v1"
	PredicateType = policypack.Repository + "/attestation/v1"
)

// Statement is the signed content.
type Statement struct {
	Type          string    `json:"_type"`
	Subject       []Subject `json:"subject"`
	PredicateType string    `json:"predicateType"`
	Predicate     Predicate `json:"predicate"`
}

// Subject is what a statement is about. The first one is the stack, with the SHA-256 of the run's JSON report, so that
// a report can be matched with its attestation. The second one is the commit, if there is one.
type Subject struct {
	Name   string            `json:"name"`
	Digest map[string]string `json:"digest"`
}

// Predicate is the content of the statement.
type Predicate struct {
	Time     string   `json:"time"`     // RFC 3339 in UTC, in whole seconds
	Complete bool     `json:"complete"` // the run came to its end, the stack as a whole was checked, and nothing failed
	Sources  []Source `json:"sources"`  // what was checked; of a preview or update, its stack
	Commit   *Commit  `json:"commit,omitempty"`
	Pack     Pack     `json:"pack"`
	// Configuration is the digest of levels, parameters and settings, SHA-256 in hex; empty where the run ended before
	// it had one.
	Configuration string      `json:"configuration"`
	Policies      []Policy    `json:"policies"`
	Disabled      []Disabled  `json:"disabled"`
	Counts        Counts      `json:"counts"`
	Errors        int         `json:"errors"` // what could not be checked
	Exemptions    []Exemption `json:"exemptions"`
	// BreakGlass are the tokens by which the run has passed.
	BreakGlass []BreakGlass `json:"breakGlass,omitempty"`
}

// Source is a checked input, with its kind in the report: preview, update, state, terraform-plan, ….
type Source struct {
	Kind         string `json:"kind"`
	Organization string `json:"organization,omitempty"`
	Project      string `json:"project,omitempty"`
	Stack        string `json:"stack,omitempty"`
	Resources    int    `json:"resources"`
	Files        int    `json:"files"`
}

// Name is the stack's name, ORGANIZATION/PROJECT/STACK, or the kind where nobody named a stack.
func (s Source) Name() string {
	var parts []string
	for _, p := range [...]string{s.Organization, s.Project, s.Stack} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	return cmp.Or(strings.Join(parts, "/"), s.Kind)
}

// String says what was checked: preview of acme/shop/production.
func (s Source) String() string {
	if name := s.Name(); name != s.Kind {
		return s.Kind + " of " + name
	}
	return s.Kind
}

// Commit is the commit of the program's checkout.
type Commit struct {
	ID    string `json:"id"`
	Dirty bool   `json:"dirty"` // tracked files differ from it
}

// Pack is the program that ran, and what an organisation added to it. Digests are SHA-256 in hex.
type Pack struct {
	Version  string   `json:"version"`
	Digest   string   `json:"digest"`             // of the program's file
	Rules    string   `json:"rules,omitempty"`    // of the organisation's rules that lie in directories
	Defaults string   `json:"defaults,omitempty"` // of the policy-config.json beside PulumiPolicy.yaml
	Bundles  []Bundle `json:"bundles,omitempty"`
}

// Bundle is an organisation's bundle.
type Bundle struct {
	Digest   string `json:"digest"` // of the file
	Revision string `json:"revision,omitempty"`
	Serial   int64  `json:"serial,omitempty"` // its serial number, where it has one
}

// Policy is an enabled policy and its findings.
type Policy struct {
	Name  string `json:"name"`
	Level string `json:"level"` // that counted in this run
	// From is where the level comes from, in words.
	From string `json:"from,omitempty"`
	Counts
}

// Disabled is a disabled policy.
type Disabled struct {
	Name   string `json:"name"`
	From   string `json:"from"`             // by what, in words
	Effect bool   `json:"effect,omitempty"` // its level counted, and something let everything pass
	Where  string `json:"where,omitempty"`  // account NAME or stack NAME, empty for all of the run
}

// Counts are the numbers of findings by class.
type Counts struct {
	Violation int `json:"violation"`
	Advisory  int `json:"advisory"`
	Undecided int `json:"undecided"`
	Exempted  int `json:"exempted"`
	Baseline  int `json:"baseline"`
}

func (c *Counts) add(class report.Class) {
	switch class {
	case report.Violation:
		c.Violation++
	case report.Advisory:
		c.Advisory++
	case report.Undecided:
		c.Undecided++
	case report.Exempted:
		c.Exempted++
	case report.Baseline:
		c.Baseline++
	}
}

// Exemption is an exemption or Pulumi policy exception that was used, by its id. Suppression comments are counted
// under [report.Inline].
type Exemption struct {
	ID        string `json:"id"`
	Exception bool   `json:"exception,omitempty"` // it is one of Pulumi's policy exceptions
	Findings  int    `json:"findings"`
}

// Run is the content of a statement that is not in the report.
type Run struct {
	Time     time.Time
	Complete bool
	Commit   *Commit // nil where there is none
	Pack     Pack
}

// New creates the statement for a run from its report.
func New(r *report.Report, run Run) (*Statement, error) {
	var text bytes.Buffer
	if err := report.Write(&text, r, report.JSON, report.Options{}); err != nil {
		return nil, err
	}
	sum := sha256.Sum256(text.Bytes())
	r, err := report.Read(text.Bytes()) // sorted, and each finding once
	if err != nil {
		return nil, err
	}
	p := Predicate{
		Time: run.Time.UTC().Format(time.RFC3339), Complete: run.Complete && len(r.Errors) == 0, Commit: run.Commit,
		Pack:          run.Pack,
		Configuration: r.Digest, Errors: len(r.Errors), Sources: []Source{}, Policies: []Policy{},
		Disabled: []Disabled{}, Exemptions: []Exemption{},
		BreakGlass: breakGlassOf(r),
	}
	for _, s := range r.Sources {
		p.Sources = append(p.Sources, Source{
			s.Kind, s.Organization, s.Project, s.Stack, s.Of(report.Resources),
			s.Of(report.Files),
		})
	}
	order.Stable(p.Sources, func(a, b Source) int {
		return cmp.Or(strings.Compare(a.Name(), b.Name()), strings.Compare(a.Kind, b.Kind))
	})
	for _, q := range r.Policies {
		p.Policies = append(p.Policies, Policy{Name: q.Name, Level: q.Level, From: q.From})
	}
	for _, d := range r.Disabled {
		p.Disabled = append(p.Disabled, Disabled{d.Name, d.From, d.Effect, d.Where})
	}
	for i := range r.Findings {
		p.count(&r.Findings[i])
	}
	order.By(p.Policies, func(a, b Policy) int { return strings.Compare(a.Name, b.Name) })
	order.Stable(p.Exemptions, func(a, b Exemption) int { return strings.Compare(a.ID, b.ID) })
	s := &Statement{Type: StatementType, PredicateType: PredicateType, Predicate: p}
	name := "policypack"
	if len(p.Sources) > 0 {
		name = p.Sources[0].Name()
	}
	s.Subject = []Subject{{name, map[string]string{"sha256": hex.EncodeToString(sum[:])}}}
	if p.Commit != nil {
		s.Subject = append(s.Subject, Subject{"commit", map[string]string{"gitCommit": p.Commit.ID}})
	}
	return s, nil
}

// Again makes the statement about the same run, whose report is another one by now: Pulumi's policy exceptions have
// been applied to it. The bytes are those of the report that the statement is about; the error says that it is about
// another one.
func (s *Statement) Again(before []byte, r *report.Report) (*Statement, error) {
	sum := sha256.Sum256(before)
	if s.Subject[0].Digest["sha256"] != hex.EncodeToString(sum[:]) {
		return nil, errors.New("the attestation is for another report; expected the report of the same run, as " +
			"written by POLICYPACK_REPORT=FILE.json")
	}
	at, err := s.Time()
	if err != nil {
		return nil, err
	}
	return New(r, Run{Time: at, Complete: s.Predicate.Complete, Commit: s.Predicate.Commit, Pack: s.Predicate.Pack})
}

// count counts a finding, once for all and once for its policy.
func (p *Predicate) count(f *report.Finding) {
	class := f.Class()
	p.Counts.add(class)
	i := slices.IndexFunc(p.Policies, func(q Policy) bool { return q.Name == f.Policy })
	if i < 0 {
		i = len(p.Policies)
		p.Policies = append(p.Policies, Policy{Name: f.Policy, Level: f.Level})
	}
	p.Policies[i].add(class)
	if class != report.Exempted {
		return
	}
	if f.Exemption != "" && !f.Expired {
		p.used(Exemption{ID: f.Exemption})
	}
	for _, e := range f.Exceptions {
		p.used(Exemption{ID: e.ID, Exception: true})
	}
}

// used counts an exemption that a finding has used.
func (p *Predicate) used(e Exemption) {
	i := slices.IndexFunc(p.Exemptions, func(o Exemption) bool { return o.ID == e.ID && o.Exception == e.Exception })
	if i < 0 {
		i = len(p.Exemptions)
		p.Exemptions = append(p.Exemptions, e)
	}
	p.Exemptions[i].Findings++
}

// Seal signs the statement and returns the file.
func (s *Statement) Seal(key ed25519.PrivateKey) ([]byte, error) {
	text, err := json.Marshal(s)
	if err != nil {
		return nil, err
	}
	return dsse.Seal(PayloadType, text, key)
}

// Open verifies that a file is signed with one of the keys, and reads the statement. Whether its content is acceptable
// is up to [Wanted].
func Open(data []byte, keys ...ed25519.PublicKey) (*Statement, error) {
	payload, err := dsse.Open(data, PayloadType, keys...)
	if err != nil {
		return nil, err
	}
	s := &Statement{}
	d := json.NewDecoder(bytes.NewReader(payload))
	d.DisallowUnknownFields() // a newer version may say in one what this one would have to refuse
	if err := d.Decode(s); err != nil {
		var head struct {
			Type          string `json:"_type"`
			PredicateType string `json:"predicateType"`
		}
		if json.Unmarshal(payload, &head) == nil && head.Type == StatementType && head.PredicateType == PredicateType {
			return nil, fmt.Errorf("the statement has fields that policypack %s does not know; verify it with "+
				"the version that created it, or a later one",
				policypack.Version())
		}
		return nil,
			errors.New("the signed statement is not a policypack attestation; expected the predicate type " +
				PredicateType)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("extra data after the statement; expected a single one")
	}
	if s.Type != StatementType || s.PredicateType != PredicateType {
		return nil,
			errors.New("the signed statement is not a policypack attestation; expected the predicate type " +
				PredicateType)
	}
	if _, err := s.Time(); err != nil || len(s.Predicate.Sources) == 0 || len(s.Subject) == 0 {
		return nil, errors.New("the signed statement has no time, or does not contain what was checked")
	}
	return s, nil
}

// Time is when the statement was made.
func (s *Statement) Time() (time.Time, error) { return time.Parse(time.RFC3339, s.Predicate.Time) }
