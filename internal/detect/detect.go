// Package detect finds plaintext secrets in the strings of an infrastructure program.
//
// A string is checked in three ways, in this order. Formats: tokens, keys and URLs that are recognisable by their
// shape, anywhere in the string. Documents: JSON, YAML, dotenv, shell, connection strings and base64 inside the string
// are parsed, and each value in them is checked with the name beside it. Key names: if the last words of the name mean
// password, secret, token or key, the value is a secret unless it is a reference, a placeholder, a ciphertext or
// anything else that cannot be the secret itself.
//
// File checks whole files of a repository. Formats are matched as in any string, and key names if the syntax of the
// file makes the value a literal. Files contain much that looks like NAME = VALUE and is not a secret, so the value
// must look like one too: like a password in configuration and code, and machine-generated in prose, comments, tests,
// examples and documentation. For the details, see package file and docs/reference/detection.md.
//
// A Match describes a secret and its position. No field contains any part of the value, so a Match may be printed,
// except for its span, which reveals the length.
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

// The reasons for a match.
const (
	ReasonFormat  = "format"
	ReasonKeyName = "key-name"
	ReasonExtra   = "extra-pattern"
	// ReasonPlace means that the property is for a secret, whatever the name and the value look like.
	ReasonPlace = "secret-property"
)

// Tier is how strongly a key name suggests that its value is a secret.
type Tier = names.Tier

// The tiers of key names; see [names.Tier].
const (
	None     = names.None
	Password = names.Password
	Random   = names.Random
	Strong   = names.Strong
)

// Reference reports whether the text is a reference to a secret, or a template, rather than a secret itself.
func Reference(text string) bool { return looks.Reference(text) }

// Settled reports whether the name is that of a non-secret setting, as far as a name shows: a host, a user, the name of
// a database. A URL that programs use to log in by convention, such as DATABASE_URL, is not.
func Settled(key string) bool {
	return (names.Setting(key) || names.Label(key)) && !names.Connection(key)
}

// Placeholder reports whether the text is a placeholder for a later value: changeme, REPLACE_ME, <token>, your-key.
func Placeholder(text string) bool { return looks.Placeholder(text) }

// Identifier reports whether the name is that of an identifier: an id, an ARN, a name, a reference.
func Identifier(name string) bool { return names.Identifier(name) }

// Neutral reports whether the name of a value is generic: value, content, data.
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

// Options configure a Detector. The zero value is what detection.md measures.
type Options struct {
	ExtraPatterns []string // RE2; each match in a text is a secret
	// bits per byte for key names of tier Random, instead of the built-in 2.3 to 3.0; 0 keeps those
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

// New returns a detector. The error identifies the patterns that do not compile by their index.
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

// PatternError is an error in one of [Options.ExtraPatterns]. It does not quote the pattern.
type PatternError struct {
	Index int
	Text  string
}

// PatternErrors are the errors in patterns.
type PatternErrors []PatternError

// Error lists the errors, one per line.
func (all PatternErrors) Error() string {
	lines := make([]string, len(all))
	for i, e := range all {
		lines[i] = fmt.Sprintf("extraPatterns[%d]: %s", e.Index, e.Text)
	}
	return strings.Join(lines, "\n")
}

// cause describes an error in a pattern without quoting it, since it may contain a secret.
func cause(err error) string {
	if e := (*syntax.Error)(nil); errors.As(err, &e) {
		return e.Code.String()
	}
	return "it cannot be parsed"
}

// Evidence is the context of a text. The zero value is for a text without context.
type Evidence struct {
	// Name is the key of the value: the last segment of the property's path, ignoring an index after it, or the name in
	// a pair of name and value. If it suggests a secret, the whole text may be one.
	Name string
	// Meaning is the purpose of the property. In a property for a reference, only formats and the patterns of the
	// options are matched; in a property for a secret the whole text is one.
	Meaning slot.Meaning
}

// Find returns the secrets in the text: those of a known format, those in documents inside it, and the whole text if
// the evidence makes it one. They are sorted by Start. The spans of two matches are disjoint, or the same if both are
// in one encoded run.
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

// takes reports whether the property is for a secret.
func (e Evidence) takes() bool { return e.Meaning == slot.Holds || e.Meaning == slot.Mixed }

// shaped returns the secrets of a known format, and the matches of the patterns in the options.
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

// scan returns a scan of the text, reusing an earlier one if possible.
func (d *Detector) scan(text string) *scan {
	s, ok := d.scans.Get().(*scan)
	if !ok {
		s = new(scan)
	}
	*s = newScan(d, text)
	return s
}

// done returns a scan for reuse. It keeps nothing of the text.
func (d *Detector) done(s *scan) {
	*s = scan{}
	d.scans.Put(s)
}

// SinceOf returns the version that introduced a detector, empty for the first release and for an unknown detector.
func (d *Detector) SinceOf(id string) string {
	if i, ok := d.find(id); ok {
		return d.formats[i].Since
	}
	return ""
}

// info returns the detector, which must exist.
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

// KeyTier returns the tier of a key's name.
func (*Detector) KeyTier(key string) Tier { return names.TierOf(key) }
