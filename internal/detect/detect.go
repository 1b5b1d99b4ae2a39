// Package detect finds plaintext secrets in the strings of an infrastructure program.
//
// A string is checked in three ways, in this order. Formats: tokens, keys and URLs that tell by their shape that they
// are secrets, wherever they stand. Documents: JSON, YAML, dotenv, shell, connection strings and base64 inside the
// string are looked into, and each value in them is checked with the name that stands beside it. Key names: where the
// last words of the name say password, secret, token or key, the value counts unless it is a reference, a placeholder,
// a ciphertext or anything else that cannot be the secret itself.
//
// Whole files of a repository are checked by File: formats count in them as in any string, and key names where the
// syntax of the file makes the value a literal. A file holds much that reads like NAME = VALUE and is no secret, so the
// value has to look like one too: like a password in configuration and code, like something a machine has drawn in
// prose, comments, tests, examples and documentation. What is weighed against what is said in package file and in
// docs/reference/detection.md.
//
// A Match says where the secret stands and what it is. No field of it holds any part of the value, so a Match may be
// printed; its span may not be printed either, as it tells the length.
package detect

import (
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
	"sync"

	"github.com/progression-labs-development/policypack/internal/detect/formats"
	"github.com/progression-labs-development/policypack/internal/detect/looks"
	"github.com/progression-labs-development/policypack/internal/detect/names"
	"github.com/progression-labs-development/policypack/internal/slot"
)

// The reasons of a match.
const (
	ReasonFormat  = "format"
	ReasonKeyName = "key-name"
	ReasonExtra   = "extra-pattern"
	// ReasonPlace is that the place takes a secret, whatever the name and the value look like.
	ReasonPlace = "secret-property"
)

// Tier says how much a key name promises about its value.
type Tier = names.Tier

// The tiers of key names, as [names.Tier] explains them.
const (
	None     = names.None
	Password = names.Password
	Random   = names.Random
	Strong   = names.Strong
)

// Reference reports whether the text points to a secret, or is a template that will be filled, instead of being one.
func Reference(text string) bool { return looks.Reference(text) }

// Settled reports whether the name is that of a setting that is no secret, as far as a name can say it: a host, a user,
// the name of a database. A URL with which programs log in by convention, such as DATABASE_URL, is none.
func Settled(key string) bool {
	return (names.Setting(key) || names.Label(key)) && !names.Connection(key)
}

// Placeholder reports whether the text stands in for a value that comes later: changeme, REPLACE_ME, <token>, your-key.
func Placeholder(text string) bool { return looks.Placeholder(text) }

// Identifier reports whether the name is that of what others know something by: an id, an ARN, a name, a reference.
func Identifier(name string) bool { return names.Identifier(name) }

// Neutral reports whether the name of a value says no more than that it is one: value, content, data.
func Neutral(name string) bool { return names.IsValue(name) }

// Info describes a detector.
type Info = formats.Format

// List returns every detector, sorted by ID.
func List() []Info {
	var all []Info
	for _, f := range formats.All() {
		all = append(all, *f)
	}
	return all
}

// Match is a secret found in a text.
type Match struct {
	Detector   string // a stable id, such as github-token; see List
	Reason     string // ReasonFormat, ReasonKeyName, ReasonExtra or ReasonPlace
	Key        string // the name by which it was found, where the reason is ReasonKeyName
	Title      string // for messages: "a GitHub token"; the same for every match of the detector
	Start, End int    // the bytes of the original text to redact; the whole encoded run where the secret is inside one
	Inner      []any  // the path of keys (string) and indexes (int) inside the document; nil where there is none
	CloudKey   string // aws, gcp or azure for a long-lived credential of that cloud's identity, else empty
	ShortLived bool   // expires by itself within hours
}

// Options adjust a Detector. The zero value is what detection.md measures.
type Options struct {
	ExtraPatterns []string // RE2; each match in a text is a secret
	// bits per byte for key names of tier Random, in place of the built-in 2.3 to 3.0; 0 keeps them
	MinEntropy float64
}

// Detector finds secrets. It is immutable and safe for concurrent use.
type Detector struct {
	extra   []*regexp.Regexp
	entropy float64
	formats []*formats.Format // by id
	index   *formats.Index
	scans   sync.Pool // of *scan
	files   func() *fileIndex
}

// New returns a detector. The error names the patterns that do not compile by their index.
func New(o Options) (*Detector, error) {
	d := &Detector{entropy: o.MinEntropy, formats: formats.All()}
	d.index = formats.NewIndex(d.formats)
	d.files = sync.OnceValue(func() *fileIndex { return newFileIndex(d.index) })
	var wrong PatternErrors
	for i, p := range o.ExtraPatterns {
		re, err := regexp.Compile(p)
		if err != nil {
			wrong = append(wrong, PatternError{i, "not a regular expression: " + cause(err)})
		}
		d.extra = append(d.extra, re)
	}
	if len(wrong) > 0 {
		return nil, wrong
	}
	return d, nil
}

// PatternError says what is wrong with one of [Options.ExtraPatterns], without quoting it.
type PatternError struct {
	Index int
	Text  string
}

// PatternErrors are the patterns that are wrong.
type PatternErrors []PatternError

// Error lists them, one a line.
func (all PatternErrors) Error() string {
	lines := make([]string, len(all))
	for i, e := range all {
		lines[i] = fmt.Sprintf("extraPatterns[%d]: %s", e.Index, e.Text)
	}
	return strings.Join(lines, "\n")
}

// cause says what is wrong with a pattern without quoting it: it may hold a secret.
func cause(err error) string {
	if e := (*syntax.Error)(nil); errors.As(err, &e) {
		return e.Code.String()
	}
	return "it cannot be parsed"
}

// Evidence is what is known about a text beside its looks. The zero value is that of a text which stands alone.
type Evidence struct {
	// Name is the key of the value: the last segment of the property's path; an index after it is ignored, and for a
	// pair of name and value it is the name. Where it promises a secret, the text as a whole may be one.
	Name string
	// Meaning is what the place of the value is for. In a place for a reference, formats and the patterns of the
	// options count and nothing else does; in a place for a secret the text as a whole is one.
	Meaning slot.Meaning
}

// Find returns the secrets in the text: those of a known format, those in documents inside it, and the whole text where
// the evidence makes it one. They are ordered by Start; the spans of two are disjoint, or the same where both stand in
// one encoded run.
func (d *Detector) Find(text string, e Evidence) []Match {
	if e.Meaning.Reference() {
		return d.shaped(text)
	}
	quiet := d.quiet(text)
	if quiet && !e.takes() && names.TierOf(e.Name) == names.None && !names.Header(e.Name) {
		return nil
	}
	s := d.scan(text)
	defer d.done(s)
	s.extras()
	structured := !quiet && s.document()
	if len(s.found) == 0 && !structured {
		s.weigh(e.Name, text, 0)
	}
	if len(s.found) == 0 {
		s.place(e, text, 0, len(text))
	}
	return s.result()
}

// takes reports whether the place takes a secret.
func (e Evidence) takes() bool { return e.Meaning == slot.Holds || e.Meaning == slot.Mixed }

// shaped returns what is a secret by its format, or fits a pattern of the options.
func (d *Detector) shaped(text string) []Match {
	if len(d.extra) == 0 && !d.index.Candidate(text) {
		return nil
	}
	s := d.scan(text)
	defer d.done(s)
	s.extras()
	s.formats()
	return s.result()
}

// scan returns a scan of the text, from those that have been used before if there is one.
func (d *Detector) scan(text string) *scan {
	s, ok := d.scans.Get().(*scan)
	if !ok {
		s = new(scan)
	}
	*s = newScan(d, text)
	return s
}

// done gives a scan back. It keeps nothing of the text.
func (d *Detector) done(s *scan) {
	*s = scan{}
	d.scans.Put(s)
}

// SinceOf returns the version that first had a detector, empty for the first release and for what is none.
func (d *Detector) SinceOf(id string) string {
	if i, ok := d.find(id); ok {
		return d.formats[i].Since
	}
	return ""
}

// info returns the detector, which there must be.
func (d *Detector) info(id string) *formats.Format {
	i, ok := d.find(id)
	if !ok {
		panic("detect: no detector " + id)
	}
	return d.formats[i]
}

func (d *Detector) find(id string) (int, bool) {
	return slices.BinarySearchFunc(d.formats, id,
		func(f *formats.Format, id string) int { return strings.Compare(f.ID, id) })
}

// KeyTier returns what the name of a key promises.
func (*Detector) KeyTier(key string) Tier { return names.TierOf(key) }
