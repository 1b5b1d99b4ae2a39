package facts

import (
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/progression-labs-development/policypack/internal/catalogue"
	"github.com/progression-labs-development/policypack/internal/model"
	"github.com/progression-labs-development/policypack/internal/place"
)

// Run is one run of the engine, with the facts that it keeps about the resources seen so far. It is safe for concurrent
// use.
type Run struct {
	known bool   // the source reports the stack
	today string // the date of the run in UTC, such as 2006-01-02: rules have no clock
	stack *model.Stack

	mu          sync.Mutex
	suggestions map[string]string       // name to the URN for which it was suggested
	suggested   map[string]string       // URN to the suggested name
	stores      []store                 // the secrets seen so far, in the engine's order
	firsts      map[[2]string]string    // the first secret in each component, by its type and the secret's manager
	sealed      map[string][]place.Path // the marked inputs, by the resource's URN
	*memory
}

// store is a secret that a secret version seen later may belong to.
type store struct {
	urn, manager, parent, name string
	term                       *ast.Term // what documents say about it
}

// NewRun starts a run. The stack is nil if the source does not report it (`policy analyze`, `policy publish`); today is
// a date such as 2006-01-02.
func NewRun(stack *model.Stack, today string) *Run {
	known := stack != nil
	if !known {
		stack = &model.Stack{}
	}
	return &Run{
		today: today, stack: stack, known: known,
		suggestions: map[string]string{}, suggested: map[string]string{}, firsts: map[[2]string]string{},
		memory: newMemory(stack),
	}
}

// term returns the run part of the document, for a resource of the given project and stack.
func (r *Run) term(project, stack string, hide func(string) string) *ast.Term {
	o := new(object)
	o.str("today", r.today)
	if s := r.stack; r.known {
		project, stack = s.Project, s.Name
		if s.Organization != "" {
			o.str("organization", hide(s.Organization))
		}
		o.add("dryRun", ast.InternedTerm(s.Preview))
		tags := new(object)
		for _, k := range sortedKeys(s.Tags) {
			tags.str(hide(k), hide(s.Tags[k]))
		}
		o.add("tags", tags.term())
	}
	o.str("project", hide(project))
	o.str("stack", hide(stack))
	if r.stack.Program != nil {
		o.str("program", r.stack.Program.Name)
	}
	return o.term()
}

// observe records a secret. It must be called for every resource before its document is built.
func (r *Run) observe(res *Resource) {
	if res.Kind == nil || res.Kind.Class != catalogue.Store {
		return
	}
	name, _ := res.String(res.Kind.Name...)
	r.mu.Lock()
	defer r.mu.Unlock()
	for i, s := range r.stores {
		if s.urn == res.URN {
			r.stores[i].name = strings.Clone(name)
			return
		}
	}
	o := new(object)
	o.str("urn", res.URN)
	o.str("type", res.Kind.Token)
	o.strs("ancestors", res.Ancestors)
	r.stores = append(r.stores, store{
		urn: res.URN, manager: res.Kind.Manager, parent: strings.Clone(res.Parent), name: strings.Clone(name),
		term: o.term(),
	})
}

// storesOf returns the secrets of this run that a secret version may belong to: those of its manager, limited to the
// one it refers to or, without a reference, to those with the same parent. It is nil for anything but a version.
func (r *Run) storesOf(res *Resource) *ast.Term {
	if res.Kind == nil || res.Kind.Class != catalogue.Version {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	var all, siblings, named []store
	for _, s := range r.stores {
		if s.manager != res.Kind.Manager {
			continue
		}
		all = append(all, s)
		if s.parent == res.Parent {
			siblings = append(siblings, s)
		}
	}
	known := false
	for _, key := range referenceProperties {
		if ref, ok := res.String(key); ok {
			known = true
			for _, s := range all {
				if refers(ref, s.name) {
					named = append(named, s)
				}
			}
		}
	}
	switch {
	case known:
		all = named
	case len(siblings) > 0:
		all = siblings
	}
	terms := make([]*ast.Term, len(all))
	for i, s := range all {
		terms[i] = s.term
	}
	return ast.ArrayTerm(terms...)
}

// firstIn returns the components around the resource in which it is the first secret of its manager, with no earlier
// template.
func (r *Run) firstIn(res *Resource) []string {
	if !res.isSecret() && !res.Carries() || len(res.Written) > 0 && res.Kind.Class == catalogue.Version {
		return nil // a version with a value is reported for that
	}
	manager := ""
	if res.Kind != nil {
		manager = res.Kind.Manager
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	var all []string
	for _, typ := range res.Ancestors {
		place := [2]string{typ, manager}
		if r.firsts[place] == "" {
			r.firsts[place] = res.URN
		}
		if r.firsts[place] == res.URN && !slices.Contains(all, typ) {
			all = append(all, typ)
		}
	}
	return all
}

// refers reports whether a version's reference is to the secret with that name: the name itself, an ARN (which ends in
// the name, a hyphen and six characters), or a resource name that ends in secrets/NAME.
func refers(ref, name string) bool {
	if name == "" {
		return false
	}
	_, tail, arn := strings.Cut(ref, ":secret:")
	return ref == name || strings.HasSuffix(ref, "/secrets/"+name) ||
		arn && (tail == name || len(tail) == len(name)+7 && strings.HasPrefix(tail, name+"-"))
}

// referenceProperties are the inputs with which versions refer to their secret: secretId in aws, aws-native and
// google-native, secret in gcp.
var referenceProperties = [...]string{"secretId", "secret"}

// suggestion returns the service name that a message may suggest for a secret: the logical name in kebab case, made
// unique in the run, so that no two secrets get the same suggestion.
func (r *Run) suggestion(res *Resource) (string, bool) {
	if res.Kind == nil || res.Kind.Class != catalogue.Store {
		return "", false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if s, ok := r.suggested[res.URN]; ok {
		return s, true
	}
	base := kebab(res.Name)
	if base == "" {
		base = "service"
	}
	name := base
	for i := 2; r.suggestions[name] != ""; i++ {
		name = base + "-" + strconv.Itoa(i)
	}
	r.suggestions[name], r.suggested[res.URN] = res.URN, name
	return name, true
}

// kebab converts a logical name such as StripeApiKey or db_password to lower-case words joined by hyphens. Any
// character other than ASCII letters and digits separates words.
func kebab(s string) string {
	var b strings.Builder
	runes := []rune(s)
	for i, c := range runes {
		upper := c < unicode.MaxASCII && unicode.IsUpper(c)
		switch {
		case upper, c >= 'a' && c <= 'z', c >= '0' && c <= '9':
			boundary := upper && i > 0 &&
				(runes[i-1] >= 'a' && runes[i-1] <= 'z' || runes[i-1] >= '0' && runes[i-1] <= '9' ||
					i+1 < len(runes) && runes[i+1] >= 'a' && runes[i+1] <= 'z')
			if boundary && b.Len() > 0 && !strings.HasSuffix(b.String(), "-") {
				b.WriteByte('-')
			}
			b.WriteRune(unicode.ToLower(c))
		default:
			if b.Len() > 0 && !strings.HasSuffix(b.String(), "-") {
				b.WriteByte('-')
			}
		}
	}
	return strings.TrimLeft(strings.TrimSuffix(b.String(), "-"), "0123456789-")
}
