package facts

import (
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/progression-labs-development/policypack/internal/catalogue"
	"github.com/progression-labs-development/policypack/internal/detect"
	"github.com/progression-labs-development/policypack/internal/login"
	"github.com/progression-labs-development/policypack/internal/place"
)

// ciKey is a long-lived cloud credential in a secret or variable of a CI system.
type ciKey struct {
	path  place.Path
	name  string // of the variable, empty if unknown
	by    string // name, value or source
	cloud string
}

// scanCI finds cloud keys in the secrets and variables of CI systems, by the variable's name or by the value, marked or
// not.
func (r *Resource) scanCI(d *detect.Detector) {
	if r.Kind == nil || r.Kind.Class != catalogue.CI {
		return
	}
	name, shown := r.ciName()
	r.walk(func(l leaf) {
		if !covers(r.Kind.Values, l.path) || l.text == "" && !l.unknown {
			return
		}
		k, judged := ciKey{path: slices.Clone(l.path), name: shown}, name
		if len(l.path) > 1 {
			judged = l.key
			if assigned, _, ok := strings.Cut(l.text, "="); ok && upper(assigned) {
				judged = assigned
			}
			k.name = judged
		}
		if k.cloud = login.Variable(judged); k.cloud != "" && !l.unknown && (federated(l.text) || login.Dummy(l.text)) {
			return
		}
		if k.cloud != "" {
			k.by = "name"
		} else if !l.unknown {
			for _, m := range d.Find(l.text, detect.Evidence{}) {
				if m.CloudKey != "" && !m.ShortLived {
					k.by, k.cloud = "value", m.CloudKey
				}
			}
		}
		if k.by != "" {
			r.ci = append(r.ci, k)
			r.hidden = append(r.hidden, Finding{Path: k.path, spans: []span{{0, len(l.text), len(l.text)}}})
		}
	})
}

// federated reports whether the value of a variable that is named like a key is not one, but a credential configuration
// for identity federation, or a file name.
func federated(value string) bool {
	value = strings.TrimSpace(value)
	if strings.HasPrefix(value, "{") {
		return serviceAccountType(value) == loginFederated
	}
	return strings.HasSuffix(value, ".json") && !strings.ContainsAny(value, " \n")
}

// ciName returns the variable's name for matching, and a name that is safe to show, which is empty if the name is
// marked secret.
func (r *Resource) ciName() (name, shown string) {
	r.walk(func(l leaf) {
		if !l.unknown && len(r.Kind.Name) > 0 && r.Kind.Name.Covers(l.path) {
			if name = l.text; !l.marked {
				shown = l.text
			}
		}
	})
	return name, shown
}

// upper reports whether the text is the name of an environment variable.
func upper(s string) bool {
	return s != "" && strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == ""
}

// traceCI finds cloud keys that a CI system receives from another resource of the stack.
func (r *Resource) traceCI(run *Run, byURN map[string]*Resource) {
	if r.Kind == nil || r.Kind.Class != catalogue.CI {
		return
	}
	_, name := r.ciName()
	for _, property := range r.origins.properties() {
		if run.reported[[2]string{r.URN, "ci " + property}] {
			continue
		}
		if !covers(r.Kind.Values, []any{property}) && !above(r.Kind.Values, []any{property}) {
			continue
		}
		for _, urn := range r.origins.from(property) {
			if from := byURN[urn]; from != nil && from.Kind != nil && from.Kind.CloudKey {
				cloud, _, _ := strings.Cut(from.Type, ":")
				r.ci = append(r.ci, ciKey{[]any{property}, name, "source", cloudOfPackage(cloud)})
				break
			}
		}
	}
}

func cloudOfPackage(pkg string) string {
	switch {
	case strings.HasPrefix(pkg, "aws"):
		return "aws"
	case strings.HasPrefix(pkg, "g"):
		return "gcp"
	default:
		return "azure"
	}
}

func (k ciKey) term(run *Run, urn string) *object {
	o := new(object)
	o.place(run, urn, k.path)
	o.str("name", k.name)
	o.str("by", k.by)
	o.str("cloud", k.cloud)
	return o
}

// componentsTerm lists the components that contain a secret of a manager, with everything inside them.
func componentsTerm(resources []*Resource) *ast.Term {
	children := map[string][]*Resource{}
	for _, r := range resources {
		children[r.Parent] = append(children[r.Parent], r)
	}
	var terms []*ast.Term
	for _, r := range resources {
		if !r.component() {
			continue
		}
		below, own := descend(children, r.URN, r.URN, 0)
		if !own {
			continue
		}
		o := new(object)
		o.str("urn", r.shown(r.URN))
		o.str("type", r.Type)
		o.str("name", r.shown(r.Name))
		o.strs("ancestors", r.Ancestors)
		o.add("children", ast.ArrayTerm(below...))
		terms = append(terms, o.term())
	}
	return ast.ArrayTerm(terms...)
}

func descend(children map[string][]*Resource, top, urn string, depth int) (terms []*ast.Term, own bool) {
	if depth > MaxDepth {
		return nil, false
	}
	for _, r := range children[urn] {
		o := new(object)
		o.str("urn", r.shown(r.URN))
		o.str("type", r.Type)
		o.str("name", r.shown(r.Name))
		o.add("direct", ast.InternedTerm(urn == top))
		o.add("custom", ast.InternedTerm(!r.component()))
		if r.Kind != nil {
			o.str("class", r.Kind.Class)
			o.str("manager", r.Kind.Manager)
			if r.Kind.Own {
				own = true
				o.add("own", ast.InternedTerm(true))
			}
			if r.Kind.Subclass != "" {
				o.str("subclass", r.Kind.Subclass)
			}
		}
		terms = append(terms, o.term())
		below, also := descend(children, top, r.URN, depth+1)
		terms, own = append(terms, below...), own || also
	}
	return terms, own
}
