// Package taint finds values that this run knows to be secret in texts that are not marked secret.
//
// [Secrets] collects the values: secret configuration, secret-marked inputs and outputs, what generators made. A
// [Matcher] is what was known at one moment and answers three questions about a text. Find and Contains: does a known
// secret stand in it where none should? Origins: which known values is this (marked) text made of? Scrub: the text
// without them, for everything that leaves the process. [Texts] keeps the unmarked strings of the inputs until the
// whole stack is known, so that what is found does not depend on the order in which the engine calls.
//
// # What counts
//
// Marks spread: a secret configuration object marks its host, its region and its user name along with its password. A
// pack that then denies eu-west-1 is switched off within a day. So where a value comes from decides first, and its
// looks only where that says nothing. [Source.Says] has what the value's own place says:
//
//   - Secret: the configuration key, the member, the input or the output is that of a password, a token or a key, or it
//     is what a generator of secrets makes. The value counts whatever it looks like: where it is the whole text, from 6
//     bytes on, and inside a text as a whole word from 8, in every form. A whole word has no letter, no digit and no
//     underscore on either side once the text is decoded; case counts. The words that everybody begins with, such as
//     postgres and changeme, are [Hit.Default], since they count only under the name of a password; the names of the
//     run in [Names] don't count.
//   - Ordinary: it is a part of something secret, and its place says that it is something else: it never makes a
//     finding, unless it is known from a better place too.
//   - Nothing: the looks decide.
//
// By looks a value counts only where chance and custom cannot explain a second copy of it. It has one of three
// strengths:
//
//   - anywhere: it counts wherever it stands. Random-looking runs of 12 characters and more (16 without capitals
//     or without small letters, 20 without digits or when it is hexadecimal only), passwords of 12 and more with
//     digits, both cases and a symbol, private keys, URLs with a password, and documents which hold one of these.
//   - equal: it counts only when it is the whole text, in any form. The same kinds when they are a little shorter:
//     from 8 bytes with a symbol, 10 without, 14, 18 and 16; and UUIDs that configuration made secret.
//   - redacted: it never makes a finding. Anything shorter than 8 bytes; words and names, also joined by hyphens,
//     dots or case, or with a random tail of up to 11 characters, 17 when hexadecimal (orders-7f3a2b1,
//     vpc-0a1b2c3d4e5f67890); numbers, dates, versions, addresses and ranges; regions, zones, instance types;
//     hosts, paths, e-mail addresses, URLs without a password or token; ARNs and other resource ids, digests;
//     templates and patterns; certificates and public keys; few distinct characters, or one piece repeated; base64
//     of any of these; the names of the stack in [Names]; and what stands at a place whose name says identifier
//     (clientId, database.host, codeHash), unless the same value is also known from elsewhere.
//
// The rule of looks goes by shapes, not by a list of words, since a list is never complete, and prefers silence.
//
// # How it is found
//
// Secrets are not encoded; the text is decoded. While it is read once, three registers hold its last bytes as they are,
// as base64 (of both alphabets, at every alignment) and as hexadecimal. When a register's six newest bytes are those by
// which some secret is known, its most unusual six, the comparison goes on from there in both directions, in that
// encoding. JSON- and URL-encoded texts are decoded first and read the same way. So ten thousand secrets need ten
// thousand entries, not a million, adding one is cheap, and time is linear in the text: six bytes which occur at most
// maxRepeat times in a secret cannot make it be compared more often than that at any one place.
//
// Values live in memory only, and none of the types prints them.
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
	Generator = "generator" // an output of a resource that makes secrets up, or issues them
	Output    = "output"    // an output that is marked secret
	Input     = "input"     // an input that is marked secret
)

// Source says where a known secret comes from; it names places, never values.
type Source struct {
	Kind string // Config, Generator, Output or Input
	URN  string // of the resource, empty for configuration
	Path string // the configuration key or the property path, as messages write paths
	Says Says   // what the place says about the value
}

// Says is what the place that a value comes from says about it.
type Says uint8

// What a place says. The zero value leaves it to the looks.
const (
	Nothing  Says = iota
	Secret        // it is a password, a token or a key
	Ordinary      // it is none, and only a part of something secret
)

// strength says where a value counts.
type strength uint32

const (
	redacted strength = iota
	equal
	anywhere
)

// value is one known value. What is learnt about it later may make it stronger and its sources better; the text stays.
type value struct {
	text     string
	key      string // in small letters
	gram     uint64 // the bytes by which it is found
	at       int    // their offset in text
	strength atomic.Uint32
	origin   atomic.Pointer[origin] // nil while no place says that it is a secret
	sources  atomic.Pointer[[]Source]
}

// Secrets is the set of values that a run knows to be secret. The zero value is empty and ready; it is safe for
// concurrent use.
type Secrets struct {
	names *Names
	mu    sync.Mutex
	state atomic.Pointer[known] // atomic, so that fmt cannot follow it when it prints a struct that holds Secrets
}

type known struct {
	values []*value
	index  map[string][]*value // by the text in small letters
	grams  grams
	cached *Matcher
}

// NewSecrets returns an empty set of a run with those names.
func NewSecrets(names *Names) *Secrets { return &Secrets{names: names} }

// Add makes a value known, and tells whether it may make findings. False says that it can't be told from ordinary text,
// or that its place is not one for secrets: such a value is kept for Origins and Scrub only. Surrounding white space
// does not belong to the value.
//
// What is a text in base64 is checked as that text, and the text becomes known too; so does the password of a URL, and
// so do the lines of a private key, since a copy may be indented.
func (s *Secrets) Add(text string, from Source) bool {
	text = strings.TrimSpace(text)
	if text == "" {
		return false
	}
	strong := judge(text, from)
	k, unlock := s.lock()
	defer unlock()
	if plain, ok := plainBase64(text); ok {
		strong = min(strong, judge(plain, from))
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

// lock opens the set, and returns what closes it.
func (s *Secrets) lock() (state *known, unlock func()) {
	s.mu.Lock()
	state = s.state.Load()
	if state == nil {
		state = &known{index: map[string][]*value{}}
		s.state.Store(state)
	}
	return state, s.mu.Unlock
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
	k.values = append(k.values, v)
	k.grams.add(v, k.values)
	k.cached = nil
	return v
}

// Matcher returns what is known now. It costs next to nothing, so it can be asked for after every Add.
func (s *Secrets) Matcher() *Matcher {
	k, unlock := s.lock()
	defer unlock()
	if k.cached == nil {
		k.cached = &Matcher{values: k.values[:len(k.values):len(k.values)], table: k.grams.table, names: s.names}
	}
	return k.cached
}
