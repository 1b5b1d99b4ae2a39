// Package taint finds values that this run knows to be secret in texts that are not marked secret.
//
// [Secrets] collects the values: secret configuration, secret inputs and outputs, generated values. A [Matcher] is a
// snapshot of them and has three uses. Find returns the known secrets that a text contains and should not. Origins
// returns the known values that a (marked) text is made of. Scrub removes known values from everything that leaves the
// process. [Texts] keeps the unmarked strings of the inputs until the whole stack is known, so that findings do not
// depend on the order of the engine's calls.
//
// # Which values are findings
//
// Marks spread: a secret configuration object marks its host, its region and its user name along with its password. A
// pack that then denies eu-west-1 is switched off within a day. So the source of a value decides first, and its format
// only if the source says nothing. [Source.Says] classifies the source:
//
//   - Secret: the configuration key, the member, the input or the output is that of a password, a token or a key, or
//     the value comes from a generator of secrets. The value is a finding whatever its format: as the whole text from 6
//     bytes on, and as a whole word inside a text from 8, in every form. A whole word has no letter, digit or
//     underscore on either side once the text is decoded; matching is case-sensitive. Common defaults such as postgres
//     and changeme are [Hit.Default], since they are findings only under the name of a password. The names of the run
//     in [Names] are never findings.
//   - Ordinary: the value is part of something secret, but its path says that it is something else. It is never a
//     finding, unless it also has a better source.
//   - Nothing: the format decides.
//
// By its format, a value is a finding only if a second copy of it could not be a coincidence or a convention. It has
// one of three strengths:
//
//   - anywhere: it is a finding wherever it occurs. Random-looking runs of 12 characters and more (16 without capitals
//     or without lower-case letters, 20 without digits or if only hexadecimal), passwords of 12 and more with digits,
//     both cases and a symbol, private keys, URLs with a password, and documents that contain one of these.
//   - equal: it is a finding only if it is the whole text, in any form. The same kinds if they are a little shorter:
//     from 8 bytes with a symbol, 10 without, 14, 18 and 16; and UUIDs from secret configuration.
//   - redacted: it is never a finding. Anything shorter than 8 bytes; words and names, also joined by hyphens, dots or
//     case, or with a random suffix of up to 11 characters, 17 if hexadecimal (orders-7f3a2b1, vpc-0a1b2c3d4e5f67890);
//     numbers, dates, versions, addresses and ranges; regions, zones, instance types; hosts, paths, e-mail addresses,
//     URLs without a password or token; ARNs and other resource ids, digests; templates and patterns; certificates and
//     public keys; few distinct characters, or one repeated piece; base64 of any of these; the names of the stack in
//     [Names]; and values whose path is that of an identifier (clientId, database.host, codeHash), unless the same
//     value also has another source.
//
// The rules for formats use shapes rather than a list of words, since a list is never complete, and prefer silence.
//
// # Algorithm
//
// Secrets are not encoded; the text is decoded. While the text is read once, three registers contain its last bytes: as
// is, decoded from base64 (both alphabets, every alignment) and decoded from hexadecimal. Each secret is indexed by its
// most unusual six bytes. If the six newest bytes of a register are those of a secret, the comparison continues from
// there in both directions, in that encoding. JSON- and URL-encoded texts are decoded first and read the same way. So
// ten thousand secrets need ten thousand entries rather than a million, adding one is cheap, and the time is linear in
// the text: since the six bytes occur at most maxRepeat times in a secret, it is compared at most that often at any
// position.
//
// Values exist in memory only, and none of the types prints them.
package taint

import (
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
)

// Kinds of sources.
const (
	Config    = "config"    // a secret configuration value, or a part of one
	Generator = "generator" // an output of a resource that generates or issues secrets
	Output    = "output"    // an output that is marked secret
	Input     = "input"     // an input that is marked secret
)

// Source is where a known secret comes from. It contains paths, never values.
type Source struct {
	Kind string // Config, Generator, Output or Input
	URN  string // of the resource, empty for configuration
	Path string // the configuration key or the property path, formatted as in messages
	Says Says   // what the path says about the value
}

// Says is what the source of a value says about it.
type Says uint8

// Classifications of a source. The zero value leaves the decision to the format of the value.
const (
	Nothing  Says = iota
	Secret        // it is a password, a token or a key
	Ordinary      // it is not, but is part of something secret
)

// strength is where a value is a finding.
type strength uint32

const (
	redacted strength = iota
	equal
	anywhere
)

// value is one known value. Further sources may make it stronger; the text never changes.
type value struct {
	text     string
	key      string // in lower case
	gram     uint64 // the bytes by which it is looked up
	at       int    // their offset in text
	strength atomic.Uint32
	origin   atomic.Pointer[origin] // nil while no source says that it is a secret
	sources  atomic.Pointer[[]Source]
}

// Secrets is the set of values that a run knows to be secret. The zero value is empty and ready to use. It is safe for
// concurrent use.
type Secrets struct {
	names *Names
	mu    sync.Mutex
	state atomic.Pointer[known] // atomic, so that fmt cannot follow it when it prints a struct that contains Secrets
}

type known struct {
	values []*value
	index  map[string][]*value // by the text in lower case
	grams  grams
	// shortest is the length of the shortest value.
	shortest int
	cached   *Matcher
}

// NewSecrets returns an empty set for a run with those names.
func NewSecrets(names *Names) *Secrets { return &Secrets{names: names} }

// Add adds a value and reports whether it may produce findings. If it returns false, the value cannot be distinguished
// from ordinary text, or its source is not one of secrets; such a value is kept for Origins and Scrub only. Surrounding
// white space is not part of the value.
//
// A base64-encoded text is classified by its decoded form, which is added too. The password of a URL and the lines of a
// private key are also added, since a copy may be indented.
func (s *Secrets) Add(text string, from Source) bool {
	text = strings.TrimSpace(text)
	if text == "" {
		return false
	}
	strong := strengthOf(text, from)
	s.mu.Lock()
	defer s.mu.Unlock()
	k := s.locked()
	if plain, ok := plainBase64(text); ok {
		strong = min(strong, strengthOf(plain, from))
		k.add(plain, from, strong)
	}
	if strong == anywhere && strings.Contains(text, privateKey) {
		for line := range strings.Lines(text) {
			if line = strings.TrimSpace(line); len(line) >= minKeyLine {
				k.add(line, from, min(strong, random(line)))
			}
		}
	}
	if pass, ok := passwordOf(text); ok {
		part := from
		part.Says = Secret
		k.add(pass, part, redacted)
		if plain, err := url.PathUnescape(pass); err == nil && plain != pass {
			k.add(plain, part, redacted)
		}
	}
	v := k.add(text, from, strong)
	return s.names.looks(v) != redacted || v.origin.Load().counts(s.names, v, whole)
}

// locked returns the state of the set, which is locked.
func (s *Secrets) locked() *known {
	k := s.state.Load()
	if k == nil {
		k = &known{index: map[string][]*value{}}
		s.state.Store(k)
	}
	return k
}

func (k *known) add(text string, from Source, strong strength) *value {
	v := k.intern(text)
	learn(v, from)
	if from.Says == Secret && v.origin.Load() == nil {
		v.origin.Store(k.originOf(v))
	}
	if strong > strength(v.strength.Load()) && (strong == equal || k.grams.repeats(v) <= maxRepeat) {
		v.strength.Store(uint32(strong))
	}
	return v
}

func (k *known) intern(text string) *value {
	key := strings.ToLower(text)
	for _, v := range k.index[key] {
		if v.text == text {
			return v
		}
	}
	text = strings.Clone(text)
	if key = strings.ToLower(text); len(k.index[key]) > 0 {
		key = k.index[key][0].key
	}
	v := &value{text: text, key: key}
	k.index[key] = append(k.index[key], v)
	if k.values = append(k.values, v); len(k.values) == 1 || len(text) < k.shortest {
		k.shortest = len(text)
	}
	k.grams.add(v, k.values)
	k.cached = nil
	return v
}

// Matcher returns a snapshot of the set. It is cheap enough to call after every Add.
func (s *Secrets) Matcher() *Matcher {
	s.mu.Lock()
	defer s.mu.Unlock()
	k := s.locked()
	if k.cached == nil {
		k.cached = &Matcher{
			values: k.values[:len(k.values):len(k.values)], table: k.grams.table, names: s.names,
			shortest: k.shortest,
		}
	}
	return k.cached
}
