package detect

import (
	"strings"

	"github.com/progression-labs-development/policypack/internal/detect/ascii"
	"github.com/progression-labs-development/policypack/internal/detect/formats"
	"github.com/progression-labs-development/policypack/internal/detect/names"
)

// fileScan is the part of a scan that is about a file.
type fileScan struct {
	s       *scan
	dialect dialect
	sample  bool // tests, fixtures, examples, documentation
	only    bool // formats are looked for, and nothing else
	past    int  // names before this offset have been judged
	lines   int  // lines before this offset have been searched for commands
	// fallback says that the value being judged is what stands in for a setting that is missing.
	fallback bool
	quotes   struct{ at, n int } // the triple quotes before an offset
	blocks   struct {            // the comments before an offset
		at int
		in bool
	}
}

func newFileScan(s *scan, name string) fileScan {
	k := dialectOf(name)
	if k.has(proseText|semiComment) && firstByte(strings.TrimPrefix(s.Text[:min(len(s.Text), 256)], "\ufeff")) == '<' {
		k = quotedText | markup | k&proseText // web.config
	}
	return fileScan{s: s, dialect: k, sample: samplePath(name)}
}

// nameTrigrams are those by which the words of key names are found, in their three spellings; of each word the rarest.
var nameTrigrams = [...]string{"pas", "Pas", "PAS", "pwd", "Pwd", "PWD", "ecr", "ECR", "oke", "OKE", "cre", "Cre", "CRE", "key", "Key", "KEY", "psk", "Psk", "PSK", "PAT", "uth", "UTH", "$pw", "_pw", "_PW"}

var commandTrigrams = [...]string{" -p", " -u", "Y '", "y '"}

// look searches the text once for the anchors of formats and for words of key names.
func (f *fileScan) look() {
	s := f.s
	t := s.Text
	x := s.d.files()
	if len(t) < 8 {
		return
	}
	kinds := uint8(anchored | named | commanded)
	if f.only {
		kinds = anchored
	}
	h := formats.Roll(formats.Roll(0, t[0]), t[1])
	for i := 2; i < len(t); i++ {
		h = formats.Roll(h, t[i])
		kind := x[h] & kinds
		if kind == 0 {
			continue
		}
		if len(s.found) >= maxFound {
			return
		}
		end := 0
		if kind&anchored != 0 {
			end = s.candidates(h, i-2)
		}
		if end == 0 && kind&named != 0 && i-2 >= f.past {
			f.named(i - 2)
		}
		if kind&commanded != 0 && f.dialect.has(commandText) && commanding(t, i-2) {
			f.command(i)
		}
		if end > i {
			i = end - 1
			h = formats.Hash(t[i-2:])
		}
	}
	if f.fallback = false; len(t) >= leastRun && !f.only {
		s.encoded()
	}
}

// The kinds of trigrams.
const (
	anchored  = 1 << iota // begins an anchor of a rule
	named                 // stands in a word of key names
	commanded             // stands in a command that takes a password
)

// commanding reports whether the trigram at i is the beginning of a flag or a clause that takes a password.
func commanding(t string, i int) bool {
	rest := t[i:]
	return strings.HasPrefix(rest, " -p") || strings.HasPrefix(rest, " -u ") || strings.HasPrefix(rest, "Y '") || strings.HasPrefix(rest, "y '")
}

// fileIndex says for the hash of three bytes what they may begin.
type fileIndex [formats.HashSize]uint8

func newFileIndex(x *formats.Index) *fileIndex {
	var y fileIndex
	for h := range y {
		if x.First(uint32(h)) != 0 { //nolint:gosec // below HashSize
			y[h] |= anchored
		}
	}
	for _, w := range nameTrigrams {
		y[formats.Hash(w)] |= named
	}
	for _, w := range commandTrigrams {
		y[formats.Hash(w)] |= commanded
	}
	return &y
}

// worded reports whether the trigram at i stands in a word that gives a name a tier.
func worded(t string, i int) bool {
	rest := t[i:]
	switch rest[0] | 0x20 {
	case 'p', 'k':
		return true
	case 'e':
		return i >= 1 && t[i-1]|0x20 == 's' && ascii.PrefixFold(rest, "ecret")
	case 'o':
		return i >= 1 && t[i-1]|0x20 == 't' && ascii.PrefixFold(rest, "oken")
	case 'c':
		return ascii.PrefixFold(rest, "cred")
	case '$', '_' | 0x20:
		return len(rest) > 3 && !ascii.IsLetter(rest[3])
	case 'u':
		return i >= 1 && t[i-1]|0x20 == 'a'
	}
	return false
}

func nameChar(c byte) bool { return ascii.IsWord(c) || c == '_' || c == '-' || c == '.' || c == '$' }

// maxFileName bounds the length of a name that is looked at.
const maxFileName = 80

// named judges the value beside the name around offset i.
func (f *fileScan) named(i int) {
	t := f.s.Text
	if !worded(t, i) {
		return
	}
	to := i + 3
	for to < len(t) && to-i < maxFileName && nameChar(t[to]) {
		to++
	}
	f.past = to
	f.s.Work += to - i
	if to == len(t) || to-i == maxFileName {
		return
	}
	n := nameAt{to: to, after: to}
	w := to
	if t[w] == '\\' && w+1 < len(t) && (t[w+1] == '"' || t[w+1] == '\'') {
		w++
		n.escaped = true
	}
	if t[w] == '"' || t[w] == '\'' || t[w] == '`' {
		n.quote = t[w]
		w++
	}
	if w < len(t) && t[w] == ']' {
		w++
	}
	stop := min(len(t), w+64)
	for w < stop && (t[w] == ' ' || t[w] == '\t') {
		w++
	}
	n.after = w
	if w+1 >= len(t) || !f.separated(n) {
		return
	}
	from := i
	for from > 0 && i-from < maxFileName && nameChar(t[from-1]) {
		from--
	}
	f.s.Work += i - from
	if i-from == maxFileName {
		return
	}
	n.from, n.key = from, strings.Trim(t[from:to], ".-$")
	if f.dialect.has(semiComment) && strings.HasSuffix(n.key, ".key") {
		n.key = strings.ReplaceAll(n.key, ".", "_") // api.key of properties
	}
	if t[n.after] == '(' {
		n.key = setter(n.key)
	}
	if names.TierOf(n.key) == names.None && !names.Header(n.key) {
		return
	}
	f.fallback = false
	if v, ok := f.value(n); ok && v.to-v.from >= 4 && f.judge(n.key, t[v.from:v.to], v.from, v.to) {
		f.past = v.to
	}
}

// separated reports whether something stands behind the name that may come before a value. Most names end here.
func (f *fileScan) separated(n nameAt) bool {
	t := f.s.Text
	switch c := t[n.after]; c {
	case '=', ':', '?', '|', ',', '(', '[', '>':
		return true
	case '{', '\n', '\r', '}':
		return strings.HasPrefix(t[n.after:], "{ get") || n.quote != 0 || c != '{' && f.dialect.has(colonText)
	case '<':
		return f.dialect.has(markup)
	case '"', '\'':
		return n.after > n.to
	default:
		return n.after > n.to && (ascii.IsLetter(c) || f.dialect&(spaceText|commandText) != 0)
	}
}
