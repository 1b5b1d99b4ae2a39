package facts

import (
	"slices"
	"strings"

	"github.com/progression-labs-development/policypack/internal/detect"
	"github.com/progression-labs-development/policypack/internal/place"
	"github.com/progression-labs-development/policypack/internal/slot"
	"github.com/progression-labs-development/policypack/internal/taint"
)

// handed is a marked value that a program passes to a workload: a value, or a map with a secret member.
type handed struct {
	urn     string
	path    place.Path // of the mark
	key     string
	to      slot.Workload
	members []handedLeaf
}

// handedLeaf is a value below a mark that is a secret, or is one if it is a known secret of the run.
type handedLeaf struct {
	path   place.Path
	inner  string // the path inside a document, if the value is one
	text   string // if the value is not a secret on other grounds
	secret bool
}

// hand adds a marked value of a workload to those of the resource. A value that is marked as a whole is added once,
// whatever its content.
func (r *Resource) hand(d *detect.Detector, all []handed, l leaf) []handed {
	if l.number || !l.unknown && l.text == "" || r.Carries() {
		return all
	}
	to, ok := l.Workload()
	if !ok {
		return all
	}
	meaning := l.Meaning()
	if meaning.Reference() || meaning == slot.Holds {
		return all // a name, or a value that is not shown elsewhere
	}
	member := handedLeaf{path: slices.Clone(l.path)}
	member.inner, member.secret = r.handsSecret(d, to, l)
	if !l.unknown && !member.secret {
		member.text = strings.Clone(l.text)
	}
	if !member.secret && member.text == "" {
		return all
	}
	at := member.path[:l.MarkedAt]
	if i := len(all) - 1; i >= 0 && slices.Equal(all[i].path, at) {
		all[i].members = append(all[i].members, member)
		return all
	}
	return append(all, handed{urn: r.URN, path: at, key: strings.Clone(l.key), to: to, members: []handedLeaf{member}})
}

// handsSecret reports whether a marked value of a workload is a secret by its path, name and format, and returns its
// path inside a document. A mark alone is not enough, because marks spread to all members of a map and, through
// interpolate and apply, to hosts and names. Some providers also mark certain paths themselves.
func (r *Resource) handsSecret(d *detect.Detector, to slot.Workload, l leaf) (inner string, ok bool) {
	named := d.KeyTier(l.key) != detect.None
	marked := !l.Whole && !to.Sensitive && (r.Kind == nil || !covers(r.Kind.Marked, l.path))
	if l.unknown || l.text == SecretMarker {
		return "", named || marked && (!to.Named || !detect.Settled(l.key))
	}
	evidence := detect.Evidence{Name: l.key, Meaning: slot.Content}
	if (marked || named) && !to.Document {
		evidence.Meaning = slot.Mixed
	}
	found := d.Find(l.text, evidence)
	if len(found) == 0 {
		return "", false
	}
	return place.Path(found[0].Inner).String(), true
}

// handOver adds a finding for a secret that is passed to a workload.
func (r *Run) handOver(byURN map[string]*Resource, h *handed, matcher *taint.Matcher) {
	res := byURN[h.urn]
	if res == nil {
		return
	}
	f := Finding{
		Place: PlaceProperty, Path: res.hidePath(h.path), Key: h.key, Detector: ReasonHanded, Title: "a secret value",
		Reason: ReasonHanded, Marked: true, Workload: h.to,
	}
	found := 0
	f.Written = true
	for i := range h.members {
		m := &h.members[i]
		if !m.secret && !knows(h.urn, matcher.Find(m.text)) {
			continue
		}
		found++
		f.Written = f.Written && r.literals[[2]string{h.urn, m.path.String()}]
		if f.Whole = len(m.path) > len(h.path); !f.Whole {
			f.Inner = m.inner
		}
	}
	if found == 0 {
		return
	}
	res.place(&f)
	res.Findings = append(res.Findings, f)
}

// knows reports whether one of the hits is a secret by its source: the configuration, a generator, or another
// resource's output with the name of a secret. Any other output may only repeat an input.
func knows(urn string, hits []taint.Hit) bool {
	return slices.ContainsFunc(hits, func(h taint.Hit) bool {
		switch h.From.Kind {
		case taint.Config:
			return h.From.Says != taint.Ordinary
		case taint.Generator:
			return true
		case taint.Output:
			return h.From.URN != urn && h.From.Says == taint.Secret
		}
		return false
	})
}
