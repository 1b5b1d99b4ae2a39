package repository

import (
	"cmp"
	"slices"
	"strings"

	"github.com/progression-labs-development/policypack/internal/detect"
	"github.com/progression-labs-development/policypack/internal/facts"
	"github.com/progression-labs-development/policypack/internal/order"
	"github.com/progression-labs-development/policypack/internal/place"
)

// examination is the work on one file.
type examination struct {
	*named
	detector *detect.Detector
	data     []byte
	file     facts.File
	errors   []FileError
	parsed   int // bytes read as commands
	// system is the CI system whose pipeline the file is, if that system is not supported.
	system string
	broken bool // by its name it is a pipeline, and lies below the root, and cannot be read as one
	// told are the parts of the text whose secrets have been reported from the file's structure, or are not secrets.
	// Matches of the text search in them are dropped.
	told  []part
	spans []part // of the secrets in the text
}

// part is a range of the text.
type part struct {
	from, to int
	clouds   bool // only the keys of clouds in it have been told
	named    bool // only what is found by the name beside it is none
}

// examine collects the facts of a text.
func (r *reader) examine(name string, data []byte) *examination {
	x := &examination{
		named: namedBy(name, data), detector: r.options.Detector, data: data,
		file: facts.File{Name: name, Kind: facts.FileOther},
	}
	if k := of(r.kinds, x.named); k != nil {
		x.file.Kind = k.name
		if k.dialect != nil {
			x.dialect = *k.dialect
		}
		k.read(x)
		switch {
		case x.file.Kind != facts.FileOther:
		case k.foreign != nil && k.foreign(name):
			x.errors = nil
		case k.ci && k.nested(name) && len(x.errors) > 0:
			x.errors, x.broken = nil, true
		}
	} else {
		x.system = x.unreadSystem()
	}
	x.secrets()
	x.allows()
	arrange(&x.file)
	return x
}

// secrets searches the text for secrets.
func (x *examination) secrets() {
	all := x.detector.FileIn(x.dialect, x.name, x.data)
	for i := range all {
		m := &all[i]
		x.file.More = x.file.More || m.More
		if x.dialect.Hashes && m.Reason == detect.ReasonKeyName || x.known(&m.Match) {
			continue
		}
		x.spans = append(x.spans, part{from: m.Start, to: m.End})
		f := facts.FileFinding(x.detector, *m)
		f.Value = valueOf(x.detector, x.data, all, i)
		x.file.Findings = append(x.file.Findings, f)
	}
}

// known reports whether the structure of the file has already covered the secret.
func (x *examination) known(m *detect.Match) bool {
	return slices.ContainsFunc(x.told, func(p part) bool {
		return m.Start < p.to && p.from < m.End && (!p.clouds || m.CloudKey != "") &&
			(!p.named || m.Reason == detect.ReasonKeyName)
	})
}

// fail records that the file cannot be parsed.
func (x *examination) fail(at place.Position, message string) {
	x.errors = append(x.errors,
		FileError{Name: x.file.Name, At: at, Column16: columns16(x.data, at)[at], Message: message})
}

// arrange sorts the facts by their position in the file.
func arrange(f *facts.File) {
	order.Stable(f.Findings, func(a, b facts.Finding) int { return before(a.At, b.At) })
	order.Stable(f.Commands, func(a, b facts.FileCommand) int { return before(a.At, b.At) })
	f.Commands = slices.CompactFunc(f.Commands, func(a, b facts.FileCommand) bool {
		a.Job = b.Job // an anchor's commands are used by many
		return a == b
	})
	order.Stable(f.Config, func(a, b facts.FileConfig) int { return before(a.At, b.At) })
	order.Stable(f.CI, func(a, b facts.FileKey) int { return before(a.At, b.At) })
	f.CI = slices.CompactFunc(f.CI, func(a, b facts.FileKey) bool { return a.At == b.At && a.Name == b.Name })
	order.Stable(f.Logins, func(a, b facts.FileLogin) int { return before(a.At, b.At) })
	order.Stable(f.Overrides, func(a, b facts.FileOverride) int { return before(a.At, b.At) })
	order.Stable(f.Calls, func(a, b facts.FileCall) int { return before(a.At, b.At) })
}

func before(a, b place.Position) int {
	return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
}

// says reports whether the file has a fact for a rule, or a suppression comment.
func says(f *facts.File) bool {
	return len(f.Allows) > 0 || slices.ContainsFunc(facts.FileFacts(), f.Has)
}

// maxName is the maximum length of names in output.
const maxName = 256

// shown returns a name from the file as it may be printed; see [shown].
func (x *examination) shown(name string) string { return shown(x.detector, name) }

// shown returns a name as it may be printed, empty if it contains a secret, as a whole or after a separator.
func shown(d *detect.Detector, name string) string {
	if len(name) > maxName {
		return "[long]"
	}
	for i := range name {
		if i > 0 && strings.IndexByte("_-:/.@=", name[i-1]) < 0 {
			continue
		}
		if len(d.Find(name[i:], detect.Evidence{})) > 0 {
			return "[secret]"
		}
	}
	return name
}
