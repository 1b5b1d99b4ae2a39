package detect

import (
	"strings"

	"github.com/progression-labs-development/policypack/internal/detect/ascii"
	"github.com/progression-labs-development/policypack/internal/detect/file"
	"github.com/progression-labs-development/policypack/internal/detect/formats"
	"github.com/progression-labs-development/policypack/internal/detect/looks"
	"github.com/progression-labs-development/policypack/internal/detect/names"
	"github.com/progression-labs-development/policypack/internal/dialect"
	"github.com/progression-labs-development/policypack/internal/document"
)

// fileScan is the part of a scan that is about a file.
type fileScan struct {
	file.Source
	s     *scan
	only  bool              // formats are looked for, and nothing else
	past  int               // names before this offset have been looked at
	as    dialect.Structure // that the file has as long as it has not been looked into as a document
	roots []*document.Node  // of the document
	lines int               // lines before this offset have been searched for commands
	inner bool              // a literal of the file is being looked into
	// valued reports, once asked is set, whether the file has a key whose value may be named by something else.
	asked, valued bool
}

// nameTrigrams are the trigrams by which the words of key names are found, in their three spellings; of each word the
// rarest.
var nameTrigrams = [...]string{
	"pas", "Pas", "PAS", "pwd", "Pwd", "PWD", "ecr", "ECR", "oke", "OKE", "cre", "Cre",
	"CRE", "ecu", "ECU", "nsi", "NSI", "oEc", "oec", "key", "Key", "KEY", "psk", "Psk", "PSK", "PAT", "uth", "UTH",
	"$pw", "_pw", "_PW",
}

var commandTrigrams = [...]string{" -p", " -u", "Y '", "y '", "-cl"}

// look searches the text once for the anchors of formats and for words of key names.
func (f *fileScan) look() {
	s := f.s
	t := f.Text
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
		if kind&commanded != 0 && commanding(t, i-2) && !f.inTree(i-2) {
			f.commanded(i)
		}
		if end > i {
			i = end - 1
			h = formats.Hash(t[i-2:])
		}
	}
	if f.Fallback = false; len(t) >= leastRun && !f.only {
		s.encoded()
	}
}

// The kinds of trigrams.
const (
	anchored  = 1 << iota // begins an anchor of a rule
	named                 // stands in a word of key names
	commanded             // stands in a command that takes a password
)

// commanding reports whether the trigram at i is the beginning of a flag or a clause with a password.
func commanding(t string, i int) bool {
	rest := t[i:]
	return strings.HasPrefix(rest, " -p") || strings.HasPrefix(rest, " -u ") || strings.HasPrefix(rest, "Y '") ||
		strings.HasPrefix(rest, "y '") ||
		strings.HasPrefix(rest, "-cli") && strings.Contains(rest[:min(len(rest), 12)], "-a")
}

// fileIndex maps the hash of three bytes to what they may begin.
type fileIndex [formats.HashSize]uint8

func newFileIndex(x *formats.Index) *fileIndex {
	var y fileIndex
	for h := range y {
		if x.First(uint32(h)) != 0 {
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

// inTree reports whether the offset is in a document, whose values have all been checked, and not in a comment of it.
func (f *fileScan) inTree(i int) bool { return f.roots != nil && !f.Comment(i) }

// plant searches the file as a document.
func (f *fileScan) plant() {
	roots, err := document.Parse(f.as, f.Text)
	if err == nil {
		f.roots = roots
		f.Structured(f.as)
		f.s.branches(f.as, roots)
	}
	f.as = dialect.Unstructured
}

// labels reports whether the name that ends there is a label or a value of HCL: in quotes, and with no value of its
// own. A value that is the kind of something, as Secret and SecureString are, says more than that.
func (f *fileScan) labels(key string, end int) bool {
	t := f.Text
	from := end - len(key) - 1
	if from < 0 || end == len(t) || t[from] != '"' || t[end] != '"' || t[from+1:end] != key {
		return false
	}
	if before := strings.TrimRight(t[max(0, from-64):from], " \t"); (strings.HasSuffix(before, "=") ||
		strings.HasSuffix(before, ":")) && (strings.EqualFold(key, "secret") || ascii.ContainsFold(key, "secure")) {
		return false
	}
	rest := strings.TrimLeft(t[end+1:min(len(t), end+64)], " \t")
	return rest == "" || rest[0] != '=' && rest[0] != ':'
}

// neutral reports whether a value of the HCL file may be named by a label or another value.
func (f *fileScan) neutral() bool {
	if !f.asked {
		f.asked = true
		f.s.Work += len(f.Text)
		for line := range strings.SplitSeq(f.Text, "\n") {
			for before, rest, ok := strings.Cut(line, "="); ok && !f.valued; before, rest, ok = strings.Cut(rest, "=") {
				before = strings.TrimRight(before, " \t\"")
				f.valued = names.IsValue(before[strings.LastIndexAny(before, " \t{,\"(")+1:])
			}
			f.valued = f.valued || strings.Contains(line, ":")
		}
	}
	return f.valued
}

// named checks the value beside the name around offset i.
func (f *fileScan) named(i int) {
	if f.as != dialect.Unstructured {
		key, end, ok := f.Word(i)
		f.past = max(f.past, end)
		if !ok || !names.Promises(key) || f.as == dialect.HCL && f.labels(key, end) && !f.neutral() {
			return // as most files have no name that promises a secret, most make no tree
		}
		if f.plant(); f.roots == nil {
			f.past = i // no document: from here on by lines
		}
	}
	if f.inTree(i) {
		return
	}
	n, end, ok := f.Name(i)
	f.past = max(f.past, end)
	if !ok || names.TierOf(n.Key) == names.None && !names.Header(n.Key) {
		return
	}
	f.Fallback = false
	v, ok := f.Value(n)
	switch {
	case v.InCommand():
		f.command(n.From)
	case ok:
		if v.To-v.From >= 4 && f.weigh(n.Key, f.Text[v.From:v.To], v.From, v.To) {
			f.past = v.To
		}
	default:
		f.expression(n)
		f.literal(n)
	}
}

// command looks for passwords among the arguments of the commands in the line around offset i.
func (f *fileScan) command(i int) {
	t := f.Text
	if i < f.lines {
		return
	}
	start, end := max(0, i-1024), min(len(t), i+1024)
	start += strings.LastIndexByte(t[start:i], '\n') + 1
	if j := strings.IndexByte(t[i:end], '\n'); j >= 0 {
		end = i + j
	}
	f.lines, f.Fallback = end, false
	f.s.command(start, end)
}

// accepts reports whether a format found from start to end is a secret in the file.
func (f *fileScan) accepts(id string, start, end int) bool {
	f.Decoded = f.s.root != 0
	return f.Accepts(id, start, end)
}

// takes reports whether the value of a property for secrets looks like one, as far as files require it.
func (f *fileScan) takes(value string, start int) bool {
	f.Decoded = f.s.root != 0
	return looks.Plausible(names.Password, "password", value, 0) &&
		f.Plausible(names.Password, "password", value, start)
}

// weigh decides about the text from start to end by the name beside it, and records it.
func (f *fileScan) weigh(key, value string, start, end int) bool {
	s := f.s
	f.Decoded = s.root != 0
	tier := names.TierOf(key)
	if tier == names.None {
		return names.Header(key) && f.Header(key, value, start) && s.header(key, value, start, end)
	}
	if s.covered(start, end) {
		return false
	}
	s.Work += len(value)
	if found, templated := f.template(key, value, start, end); templated {
		return found
	}
	noun := tier == names.Random && names.Secret(key)
	if len(value) < 6 || tier != names.Password && !noun && !looks.MachineMade(value) { // most end here
		return false
	}
	asked := tier
	if noun && !looks.MachineMade(value) {
		asked = names.Password // it is asked like one below
	}
	if !looks.Plausible(asked, key, value, s.d.entropy) || !f.Plausible(tier, key, value, start) {
		return false
	}
	s.addNamed(detectorOf(tier, key, value), key, start, end)
	return true
}
