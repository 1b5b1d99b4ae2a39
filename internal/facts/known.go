package facts

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/progression-labs-development/policypack/internal/detect"
	"github.com/progression-labs-development/policypack/internal/detect/names"
	"github.com/progression-labs-development/policypack/internal/model"
	"github.com/progression-labs-development/policypack/internal/place"
	"github.com/progression-labs-development/policypack/internal/slot"
	"github.com/progression-labs-development/policypack/internal/taint"
)

// memory is what a run needs to recognise its secrets. It exists only in this process.
type memory struct {
	secrets *taint.Secrets // all values marked secret so far
	config  *taint.Matcher // the secret configuration, nil before the first resource
	names   *taint.Names   // the words of the run that are never findings
	learnt  sync.Once
	found   *taint.Secrets // unmarked secrets found so far
	// concealed has the resources whose names contain a secret.
	concealed *concealed
	texts     *taint.Texts // the unmarked texts of the inputs
	marked    []markedLeaf
	literals  map[[2]string]bool // those of them that are hard-coded, by URN and path
	handed    []handed
	// reported are the findings that Analyze has reported, by URN and path, which AnalyzeStack must not repeat.
	reported  map[[2]string]bool
	writtenBy map[string][]Written // by URN
}

// markedLeaf is a marked input with a known value.
type markedLeaf struct {
	urn       string
	path      place.Path
	marked    int // number of steps of the path to the mark; the keys after it may be secret
	key, text string
	secret    bool // a secret if it is hard-coded
}

// shown returns the path and the key for messages: those of the mark, because keys below a mark may be secrets.
func (m *markedLeaf) shown() (path place.Path, key string) {
	if m.marked == len(m.path) {
		return m.path, m.key
	}
	path = m.path[:m.marked]
	return path, path.Key()
}

// newMemory returns a memory with the stack's configuration.
func newMemory(stack *model.Stack) *memory {
	m := &memory{
		names: &taint.Names{}, concealed: &concealed{}, reported: map[[2]string]bool{},
		writtenBy: map[string][]Written{},
	}
	m.names.Add(stack.Name, stack.Project, stack.Organization)
	m.names.Add(slices.Collect(maps.Values(stack.Tags))...)
	// Common names of other environments.
	m.names.Excuse("production", "staging", "development", "testing", "sandbox", "preview", "integration")
	m.secrets, m.found = m.newSecrets(), m.newSecrets()
	for _, key := range sortedKeys(stack.Config) {
		secret := slices.Contains(stack.Secret, key)
		walkConfig(key, stack.Config[key], func(_ string, l *slot.Leaf) {
			if word(secret, l.Name, l.Value.Text()) {
				m.names.Excuse(l.Value.Text())
			}
		})
	}
	secretConfig(stack, func(text string, from taint.Source) { know(nil, text, from, m.secrets) })
	m.texts = taint.NewTexts(0, m.secrets.Matcher)
	return m
}

// learn adds the secrets inside the values of the secret configuration, once there is a detector to find them.
func (r *Run) learn(d *detect.Detector) {
	r.learnt.Do(func() {
		config := r.newSecrets()
		secretConfig(r.stack, func(text string, from taint.Source) { know(d, text, from, r.secrets, config) })
		r.config = config.Matcher()
	})
}

// secretConfig visits the values of the secret configuration.
func secretConfig(stack *model.Stack, visit func(text string, from taint.Source)) {
	for _, key := range stack.Secret {
		walkConfig(key, stack.Config[key], func(path string, l *slot.Leaf) {
			text := l.Value.Text()
			from := taint.Source{Kind: taint.Config, Path: path, Says: says(l, l.Meaning(), text)}
			if from.Says == taint.Nothing && l.Whole && !tells(l.Name) && !tells(lastKey(key)) {
				from.Says = taint.Ordinary
			}
			visit(text, from)
		})
	}
}

// know adds a marked value to the sets and, if there is a detector, the secrets inside it.
func know(d *detect.Detector, text string, from taint.Source, sets ...*taint.Secrets) {
	for _, s := range sets {
		s.Add(text, from)
	}
	if d == nil {
		return
	}
	from.Says = taint.Secret
	for _, part := range parts(d, text) {
		for _, s := range sets {
			s.Add(part, from)
		}
	}
}

// newSecrets returns an empty set with the words of this run that are never findings.
func (m *memory) newSecrets() *taint.Secrets { return taint.NewSecrets(m.names) }

// counts reports whether a hit is a finding under that name.
func counts(h taint.Hit, name string) bool { return !h.Default || names.TierOf(name) == names.Password }

// lastKey returns the last name of a path or configuration key: password for shop:db.password.
func lastKey(path string) string {
	for strings.HasSuffix(path, "]") && strings.Contains(path, "[") {
		path = path[:strings.LastIndex(path, "[")]
	}
	return path[strings.LastIndexAny(path, ".:")+1:]
}

// mark records a marked input.
func (r *Run) mark(res *Resource, d *detect.Detector, l leaf) {
	secret := res.origins.leaves() && res.aSecret(d, l)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.marked = append(r.marked, markedLeaf{
		urn: res.URN, path: slices.Clone(l.path), marked: l.MarkedAt, key: strings.Clone(l.key),
		text: strings.Clone(l.text), secret: secret,
	})
}

// hand records what a resource passes to a workload.
func (r *Run) hand(all []handed) {
	if len(all) == 0 {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.handed = append(r.handed, all...)
}

// report records the findings that Analyze reports.
func (r *Run) report(urn string, findings []Finding) {
	if len(findings) == 0 {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := range findings {
		r.reported[[2]string{urn, findings[i].Path.String()}] = true
	}
}

// reportCI records the cloud keys in a CI system that Analyze reports.
func (r *Run) reportCI(res *Resource) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, k := range res.ci {
		r.reported[[2]string{res.URN, "ci " + fmt.Sprint(k.path[0])}] = true
	}
}

// wrote records the values that a resource writes into a manager.
func (r *Run) wrote(urn string, written []Written) {
	if len(written) == 0 {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.writtenBy[urn] = written
}

// configFindings checks the plain values of the configuration, for the root stack.
func (res *Resource) configFindings(r *Run, d *detect.Detector) []Finding {
	var found []Finding
	config := r.stack.Config
	logins := r.configLogins()
	for _, key := range slices.Sorted(maps.Keys(config)) {
		if slices.Contains(r.stack.Secret, key) {
			continue
		}
		name, before := lastKey(key), len(found)
		matches := d.Find(config[key], detect.Evidence{Name: name})
		_ = res.keep(r, d, config[key], matches)
		l, logs := logins[key]
		for _, m := range matches {
			if logs && l.how == loginNone && m.Reason == detect.ReasonKeyName {
				continue
			}
			found = append(found, matched(d, PlaceConfig, append([]any{key}, m.Inner...), name, m))
		}
		for _, h := range r.config.Find(config[key]) {
			if counts(h, name) {
				found = append(found, known(PlaceConfig, []any{key}, name, h))
			}
		}
		if logs && l.how == loginStatic {
			for i := range found[before:] {
				found[before+i].Login = true
			}
		}
	}
	for i := range found {
		found[i].Path, found[i].Key = res.hidePath(found[i].Path), res.hide(found[i].Key)
	}
	return found
}

// configKeys returns the keys of the configuration, for the document of the root stack.
func (r *Run) configKeys(hide func(string) string) *ast.Term {
	config := r.stack.Config
	logins := r.configLogins()
	terms := make([]*ast.Term, 0, len(config))
	for _, key := range slices.Sorted(maps.Keys(config)) {
		o := new(object)
		o.str("key", hide(key))
		o.add("secret", ast.InternedTerm(slices.Contains(r.stack.Secret, key)))
		if l, ok := logins[key]; ok && l.how != loginNone {
			login := new(object)
			login.str("cloud", l.cloud)
			login.str("how", l.how)
			o.add("login", login.term())
		}
		terms = append(terms, o.term())
	}
	return ast.ArrayTerm(terms...)
}

// KeptMiB is how many MiB of the values of a run are kept, to be compared with secrets that appear later.
const KeptMiB = taint.DefaultLimit >> 20

// Unkept returns the number of values beyond that, which were compared only with the secrets known before them.
func (r *Run) Unkept() int { return r.texts.Unkept() }

// Scrub removes every known secret from a text that leaves the process. It is the second line of defence, because facts
// contain no secrets.
func (r *Run) Scrub(text string) string {
	return r.found.Matcher().Scrub(r.secrets.Matcher().Scrub(text))
}

// Named returns the URN in a form that may leave the process, without known secrets. A name that only coincides with a
// marked value, such as a region, is kept.
func (r *Run) Named(urn string) string {
	secrets, found := r.secrets.Matcher(), r.found.Matcher()
	return hideURN(urn, func(part string) string { return found.Scrub(secrets.Mask(part)) })
}
