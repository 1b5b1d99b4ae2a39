package facts

import (
	"slices"
	"strings"
	"sync"

	"github.com/progression-labs-development/policypack/internal/catalogue"
	"github.com/progression-labs-development/policypack/internal/detect"
	"github.com/progression-labs-development/policypack/internal/model"
	"github.com/progression-labs-development/policypack/internal/taint"
)

// ScanStack scans the stack as a whole: outputs of the stack and of components, secrets of one resource that occur in
// another, marked values without an origin, and the origins of values written into managers. It adds the findings to
// the resources, without repeating those that Scan has reported.
func ScanStack(run *Run, d *detect.Detector, resources []*Resource) {
	run.mu.Lock()
	defer run.mu.Unlock()
	byURN := make(map[string]*Resource, len(resources))
	for _, r := range resources {
		r.detector = d
		r.conceal(run, d)
		byURN[r.URN] = r
		r.Findings, r.Written = nil, nil
		r.scanLogins(run)
		r.rememberOutputs(run, d)
	}
	matcher, named := run.secrets.Matcher(), run.HideNames(d)
	names := sync.OnceValue(func() identifiers { return identifiersOf(d, resources) })
	found := run.found.Matcher()
	for _, r := range resources {
		r.hide = also(r.hide, matcher.Mask)
		if found.Len() > 0 {
			r.hide, r.values = also(r.hide, found.Scrub), run.found
		}
		if !run.concealed.empty() {
			r.origins.shown = func(urn string) string { return run.concealed.of(urn, named) }
		}
		r.scanOutputs(run, d, matcher, names)
	}
	tell := func(hits []taint.Hit, places ...taint.Place) {
		for _, h := range hits {
			for _, at := range places {
				r := byURN[at.URN]
				if r == nil || r.itsOwn(h.From) || !counts(h, at.Path.Key()) {
					continue
				}
				path := r.hidePath(at.Path)
				if run.reported[[2]string{at.URN, path.String()}] {
					continue
				}
				f := known(PlaceProperty, path, path.Key(), h)
				r.place(&f)
				r.Findings = append(r.Findings, f)
			}
		}
	}
	run.texts.Each(func(text string, places []taint.Place) { tell(matcher.Find(text), places...) })
	for _, over := range run.texts.Overflow() {
		tell(over.Hits, over.Place)
	}
	run.literals = map[[2]string]bool{}
	for i := range run.marked {
		run.hardcoded(byURN, &run.marked[i], matcher)
	}
	for i := range run.handed {
		run.handOver(byURN, &run.handed[i], matcher)
	}
	for _, r := range resources {
		r.Written = r.trace(run.writtenBy[r.URN], byURN, matcher)
		r.traceCI(run, byURN)
		r.scanStored(run)
		r.hideFacts()
	}
}

// Hide finds everything in a resource of the stack that a document must not show: the findings that Analyze has
// reported, and secrets that providers return. It is only needed if a policy reads all resources.
func (r *Resource) Hide(run *Run, d *detect.Detector) {
	matcher := run.secrets.Matcher()
	r.walk(func(l leaf) {
		if l.marked || l.unknown {
			return
		}
		r.hidden = append(r.hidden, r.inspect(run, d, matcher, l)...)
	})
	told := r.ci
	r.scanCI(d)
	r.ci = told
}

// itsOwn reports whether the secret is the resource's own output: a provider that marks an output says nothing about
// the input it derives from.
func (r *Resource) itsOwn(from taint.Source) bool {
	return from.URN == r.URN && from.Kind != taint.Input
}

// rememberOutputs adds outputs to the secrets of the run: marked ones, those of a generator and those with the name of
// a secret.
func (r *Resource) rememberOutputs(run *Run, d *detect.Detector) {
	generator := r.Kind != nil && r.Kind.Class == catalogue.Generator
	r.walk(func(l leaf) {
		if l.unknown || l.number || l.text == "" {
			return
		}
		first, _ := l.path[0].(string)
		listed := r.Kind != nil && slices.Contains(r.Kind.Outputs, first)
		from := taint.Source{Kind: taint.Output, URN: r.URN}
		switch {
		case generator && listed:
			from.Says = taint.Secret
		case l.marked, listed:
			from.Says = says(l.Leaf, r.meaning(l), l.text)
		case r.issued(run, d, l):
			from.Says = taint.Secret
		default:
			return
		}
		if generator {
			from.Kind = taint.Generator
		}
		from.Path = l.path.String()
		know(d, l.text, from, run.secrets)
	})
}

// issued reports whether an unmarked output is a secret by its name. Values that the program itself sets are inputs,
// which have their own findings, as have the outputs of components and of the stack.
func (r *Resource) issued(run *Run, d *detect.Detector, l leaf) bool {
	if !tells(l.key) || r.Type == model.RootType || r.component() || run.reported[[2]string{r.URN, l.path.String()}] {
		return false
	}
	meaning := r.meaning(l)
	return says(l.Leaf, meaning, l.text) == taint.Secret &&
		len(d.Find(l.text, detect.Evidence{Name: l.key, Meaning: meaning})) > 0
}

// scanOutputs checks the outputs of the stack and of components. Other resources' outputs are up to the provider.
func (r *Resource) scanOutputs(run *Run, d *detect.Detector, matcher *taint.Matcher, names func() identifiers) {
	place, component := PlaceOutput, false
	if r.Type != model.RootType {
		if place, component = PlaceProperty, r.component(); !component {
			return
		}
	}
	r.walk(func(l leaf) {
		if l.marked {
			return
		}
		if l.unknown {
			if tier := d.KeyTier(l.key); place == PlaceOutput && tier != detect.None && !amongIdentifiers(l.path) &&
				!names().maybe(l.key) {
				r.Findings = append(r.Findings, Finding{
					Place: place, Path: slices.Clone(l.path), Key: l.key, Detector: ReasonUnknown, Title: titleOf(tier),
					Reason: ReasonUnknown, Tier: tier,
				})
			}
			return
		}
		found := r.inspect(run, d, nil, l)
		switch {
		case len(found) == 0:
		case amongIdentifiers(l.path):
			found = identifiers{l.text: true}.drop(found, l.text)
		default:
			found = names().drop(found, l.text)
		}
		for _, h := range matcher.Find(l.text) {
			// The stack creates none of its outputs, so a marked one means that another output with its value should be
			// marked too.
			if !l.number && counts(h, l.key) && (!r.itsOwn(h.From) || r.Type == model.RootType && len(found) == 0) {
				found = append(found, known(place, slices.Clone(l.path), l.key, h))
			}
		}
		for i := range found {
			found[i].Place, found[i].Component = place, component
			if !run.reported[[2]string{r.URN, found[i].Path.String()}] {
				r.Findings = append(r.Findings, found[i])
			}
		}
	})
}

func titleOf(t detect.Tier) string {
	if t == detect.Password {
		return "a password"
	}
	return "a secret"
}

// component reports whether the resource is a component, which has no provider.
func (r *Resource) component() bool {
	return r.provider.URN == "" && !strings.HasPrefix(r.Type, "pulumi:")
}

// hardcoded adds a finding for a marked input that comes from neither the configuration nor another resource.
func (r *Run) hardcoded(byURN map[string]*Resource, m *markedLeaf, matcher *taint.Matcher) {
	res := byURN[m.urn]
	if res == nil || res.Type == model.RootType || res.Carries() {
		return
	}
	switch origin := res.origins.leaf(m.path); origin.Kind {
	case model.Literal:
		if f := res.literal(m, origin.By); f != nil && !res.isText(m.path) {
			r.literals[[2]string{m.urn, m.path.String()}] = true
			res.Findings = append(res.Findings, *f)
		}
		return
	case model.LookedUp, model.OutputOf:
		return
	default:
	}
	if !tellable(m.text) {
		return
	}
	if k := res.Kind; k != nil && (k.Class == catalogue.Command || len(k.Name) > 0 && k.Name.Covers(m.path)) {
		return // a script or a name: secrets inside it have their own findings
	}
	if top, _ := m.path[0].(string); len(res.origins.from(top)) > 0 || r.explained(m, matcher) {
		return
	}
	r.literals[[2]string{m.urn, m.path.String()}] = true
	path, key := m.shown()
	f := Finding{
		Place: PlaceProperty, Path: res.hidePath(path), Key: key, Detector: ReasonHardcoded,
		Title:  "a secret value",
		Reason: ReasonHardcoded, Marked: true,
	}
	res.place(&f)
	res.Findings = append(res.Findings, f)
}

// tellable reports whether a hard-coded value may be reported. It excludes values that programs legitimately hard-code:
// flags, numbers, single words such as SecureString, references, placeholders.
func tellable(s string) bool {
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	return len(s) >= 6 && strings.Trim(s, "0123456789.") != "" && strings.Trim(s, letters+"-_") != "" &&
		!detect.Placeholder(s) && !detect.Reference(s)
}

// explained reports whether the value is, or is built from, a value of the stack's configuration or another resource's
// output.
func (r *Run) explained(m *markedLeaf, matcher *taint.Matcher) bool {
	all := matcher.Origins(m.text)
	for _, from := range all {
		if from.Kind != taint.Input && from.URN != m.urn && !repeats(from, all) {
			return true
		}
	}
	for _, value := range r.stack.Config {
		if len(value) > 3 && strings.Contains(m.text, value) || structured(value) && strings.Contains(value, m.text) {
			return true
		}
	}
	return false
}

// trace determines the origins of the values that the resource writes into a manager. The origin of an unknown value
// follows from its dependencies only. A known value must contain the output of the generator, so that a literal behind
// an apply is not accepted.
func (r *Resource) trace(written []Written, byURN map[string]*Resource, matcher *taint.Matcher) []Written {
	written = slices.Clone(written)
	for i := range written {
		w := &written[i]
		top, _ := w.Path[0].(string)
		w.From = r.origins.from(top)
		w.Generated = generated(w, byURN, matcher)
		w.Literal = w.Generated == GeneratedNo && !w.Placeholder && !slices.ContainsFunc(w.From, func(urn string) bool {
			return byURN[urn].standsIn(w.value)
		})
	}
	return written
}

// standsIn reports whether the text contains one of the resource's outputs, marked or not.
func (r *Resource) standsIn(text string) bool {
	found := false
	r.walk(func(l leaf) {
		found = found || !l.unknown && len(l.text) >= minConfigured && strings.Contains(text, l.text)
	})
	return found
}

func generated(w *Written, byURN map[string]*Resource, matcher *taint.Matcher) Generated {
	var origins []taint.Source
	if w.Known {
		origins = matcher.Origins(w.value)
	}
	open := false
	for _, urn := range w.From {
		from := byURN[urn]
		switch {
		case from == nil:
			open = true
		case !w.Known:
			if from.issues() {
				return GeneratedYes
			}
		case slices.ContainsFunc(origins, func(s taint.Source) bool { return s.URN == urn && s.Kind != taint.Input }):
			return GeneratedYes
		default:
			open = open || from.hasUnknownSecret()
		}
	}
	if !w.Known || open {
		return GeneratedOpen
	}
	return GeneratedNo
}

// issues reports whether the resource generates or issues secrets: according to the catalogue, or because it has marked
// outputs.
func (r *Resource) issues() bool {
	if r.Kind != nil && (r.Kind.Class == catalogue.Generator || len(r.Kind.Outputs) > 0) {
		return true
	}
	marked := false
	r.walk(func(l leaf) { marked = marked || l.marked })
	return marked
}

func (r *Resource) hasUnknownSecret() bool {
	found := false
	r.walk(func(l leaf) {
		first, _ := l.path[0].(string)
		found = found || l.unknown && (l.marked || r.Kind != nil && slices.Contains(r.Kind.Outputs, first))
	})
	return found
}
