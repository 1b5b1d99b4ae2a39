package facts

import (
	"cmp"
	"slices"

	"github.com/progression-labs-development/policypack/internal/catalogue"
	"github.com/progression-labs-development/policypack/internal/detect"
	"github.com/progression-labs-development/policypack/internal/model"
	"github.com/progression-labs-development/policypack/internal/place"
	"github.com/progression-labs-development/policypack/internal/slot"
	"github.com/progression-labs-development/policypack/internal/taint"
)

// Scan looks for plaintext secrets in the inputs of a resource and, for the root stack, in the configuration. Its
// findings are redacted in the resource's document. It records marked values and unmarked texts, so that ScanStack can
// find a secret of one resource in another once the whole stack is known.
func (r *Resource) Scan(run *Run, d *detect.Detector) {
	r.detector = d
	r.conceal(run, d)
	run.observe(r)
	if r.Type == model.RootType {
		r.Findings = r.configFindings(run, d)
	}
	r.scanLogins(run)
	seen := look(r.properties, 0)
	r.scanFiles(seen.assets)
	r.scanArgv()
	var own *taint.Matcher
	ahead := seen.marks || run.config.Len() > 0 // what is known before the first finding changes it
	if ahead {
		if own = r.remember(run, d); own != nil {
			r.hide = also(r.hide, own.Mask)
		}
	}
	r.walk(func(l leaf) {
		r.scanText(run, l)
		if !ahead {
			run.excuse(l)
		}
		if l.marked {
			run.seal(r.URN, l.path)
		}
		if l.marked || l.unknown {
			return
		}
		r.Findings = append(r.Findings, r.lookedUp(r.inspect(run, d, own, l), l.path)...)
		if !l.number {
			run.texts.Add(r.URN, l.path, l.text)
		}
	})
	if r.values != nil {
		known := r.values.Matcher().Scrub
		r.hide = also(r.hide, known)
		for i := range r.Findings {
			f := &r.Findings[i]
			f.Path, f.Inner, f.Key = hiddenPath(f.Path, known), known(f.Inner), known(f.Key)
		}
	}
	r.scanCI(d)
	r.hideFacts()
	run.report(r.URN, r.Findings)
	run.reportCI(r)
	r.Written = r.written(run, d)
	run.wrote(r.URN, r.Written)
}

// remember adds the resource's marked values to the secrets of the run, and returns a matcher for them alone, or nil if
// there are none.
func (r *Resource) remember(run *Run, d *detect.Detector) *taint.Matcher {
	var own *taint.Secrets
	var handed []handed
	r.walk(func(l leaf) {
		if l.marked {
			handed = r.hand(d, handed, l)
		}
		run.excuse(l)
		if !l.marked || l.unknown || l.number || l.text == "" {
			return
		}
		if own == nil {
			own = run.newSecrets()
		}
		meaning := r.meaning(l)
		from := taint.Source{
			Kind: taint.Input, URN: r.URN, Path: l.path.String(), Says: says(l.Leaf, meaning, l.text),
		}
		know(d, l.text, from, run.secrets, own)
		if r.counts(d, l, meaning) && (run.spells() || r.secretly(d, l)) {
			run.mark(r, d, l)
		}
	})
	run.hand(handed)
	if own == nil {
		return nil
	}
	return own.Matcher()
}

// excuse adds an unmarked text that names a region, a host or the like to the words that are not secrets.
func (r *Run) excuse(l leaf) {
	if !l.marked && !l.unknown && !l.number && situated(l.key, l.text) {
		r.names.Excuse(l.text)
	}
}

// inspect returns the findings in one unmarked leaf.
func (r *Resource) inspect(run *Run, d *detect.Detector, own *taint.Matcher, l leaf) []Finding {
	if l.number {
		if d.KeyTier(l.key) != detect.Password {
			return nil
		}
	}
	var found []Finding
	matches := d.Find(l.text, detect.Evidence{Name: l.key, Meaning: r.meaning(l)})
	placed := len(matches) == 1 && matches[0].Reason == detect.ReasonPlace
	var spans []span
	if !placed || taint.Tells(l.text) {
		spans = r.keep(run, d, l.text, matches)
	} else {
		spans = spansOf(l.text, matches)
	}
	for i, m := range matches {
		f := matched(d, PlaceProperty, slices.Clone(l.path), l.key, m)
		f.Inner, f.spans = place.Path(m.Inner).String(), spans[i:i+1]
		found = append(found, f)
	}
	for _, matcher := range [...]*taint.Matcher{run.config, own} {
		if matcher == nil || l.number {
			continue
		}
		for _, h := range matcher.Find(l.text) {
			if counts(h, l.key) {
				found = append(found, known(PlaceProperty, slices.Clone(l.path), l.key, h))
			}
		}
	}
	if placed && len(found) > 1 {
		found = found[1:] // a known secret is more specific
	}
	if len(r.harmless) > 0 {
		found = slices.DeleteFunc(found, func(f Finding) bool { return r.noKey(&f) })
	}
	for i := range found {
		r.place(&found[i])
	}
	return found
}

// place sets the fields of a finding that derive from its path in the resource.
func (r *Resource) place(f *Finding) {
	f.Ignored = ignored(r.options.IgnoreChanges, f.Path.String())
	f.Inner, f.Key = r.hide(f.Inner), r.hide(f.Key)
	f.Login = r.logsIn(f.Path)
	f.Covered = r.isSecret() && covers(r.Kind.Values, f.Path)
}

// holdsSecrets reports whether the resource is a secret or a secret version, according to the catalogue.
func (r *Resource) holdsSecrets() bool {
	k := r.Kind
	return k != nil && (k.Class == catalogue.Store || k.Class == catalogue.Version) && k.Subclass == ""
}

// isSecret reports whether the resource holds secrets and meets the condition of its kind, if that can be evaluated.
// The result is cached: it needs the whole tree of properties and is used for every leaf.
func (r *Resource) isSecret() bool {
	if r.secret == nil {
		answer := r.holdsSecrets() && (r.Kind.Condition == nil || r.Kind.Holds(plain(r.properties))) &&
			r.keeps() != keepsNone
		r.secret = &answer
	}
	return *r.secret
}

// matched returns the finding for a secret that a detector recognised in the value of a key.
func matched(d *detect.Detector, in Place, path place.Path, key string, m detect.Match) Finding {
	f := Finding{
		Place: in, Path: path, Key: cmp.Or(place.Path(m.Inner).Key(), key), Detector: m.Detector, Title: m.Title,
		Reason: m.Reason,
		Cloud:  m.CloudKey, Short: m.ShortLived,
	}
	if m.Reason == detect.ReasonKeyName {
		f.Key, f.Tier = m.Key, d.KeyTier(m.Key)
	}
	return f
}

// known returns the finding for a known secret.
func known(place Place, path place.Path, key string, h taint.Hit) Finding {
	return Finding{
		Place: place, Path: path, Key: key, Detector: ReasonKnown, Title: "a value that is secret elsewhere",
		Reason: ReasonKnown, Form: h.Form, Source: h.From, spans: []span{{h.Start, h.End, h.End}},
	}
}

// meaning returns what the path of the leaf is for, according to the slot table or, if that has no entry, to the
// catalogue's entry for the type.
func (r *Resource) meaning(l leaf) slot.Meaning {
	if m := l.Meaning(); m != slot.Open {
		return m
	}
	if r.Kind == nil || len(r.Kind.Values) == 0 {
		return slot.Open
	}
	switch r.Kind.Class {
	case catalogue.Store, catalogue.Version:
		if r.Kind.Content != "" && covers(r.Kind.Values, l.path) {
			return slot.Content
		}
		if r.isSecret() && covers(r.Kind.Values, l.path) {
			return slot.Holds
		}
	case catalogue.StaticCredential, catalogue.CI:
		if covers(r.Kind.Marked, l.path) {
			return slot.Mixed
		}
	case catalogue.Environment, catalogue.Command:
		if covers(r.Kind.Values, l.path) {
			return slot.Content
		}
	}
	return slot.Open
}

// counts reports whether a marked value is a secret according to its path. If the mark is on a whole, such as the data
// of a Kubernetes Secret or a boot script, the content decides.
func (r *Resource) counts(d *detect.Detector, l leaf, m slot.Meaning) bool {
	if m == slot.Open && l.Whole {
		m = slot.Mixed
	}
	if m == slot.Content && !l.Whole && l.Meaning() == slot.Open {
		return true // a variable of a workload that the program itself has marked
	}
	switch m {
	case slot.Names, slot.Identifier:
		return false
	case slot.Mixed, slot.Content:
		return len(d.Find(l.text, detect.Evidence{Name: l.key, Meaning: m})) > 0
	case slot.Open, slot.Holds:
	}
	return true
}

func covers(patterns []catalogue.Path, path place.Path) bool {
	return slices.ContainsFunc(patterns, func(p catalogue.Path) bool { return p.Covers(path) })
}
