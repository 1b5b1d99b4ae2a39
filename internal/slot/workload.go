package slot

import (
	"slices"

	"github.com/progression-labs-development/policypack/internal/model"
	"github.com/progression-labs-development/policypack/internal/place"
)

// Workload says that a place hands what stands there to something that runs, or shows it to whoever may list the
// resource: marked secret, a value is hidden in the state and nowhere else.
type Workload struct {
	// Kind is one of the kinds.
	Kind string
	// Document reports whether the place is for a script or a document, in which secrets are looked for.
	Document bool
	// Named reports whether the key of the value, or a name beside it, says what it is.
	Named bool
	// Sensitive reports whether providers mark the place by themselves, so that a mark says nothing.
	Sensitive bool
	// Instead is a sentence: how what runs there reads a secret by itself.
	Instead string
}

// The kinds of places in workloads.jsonl.
const (
	KindEnvironment = "environment" // variables of a function, a container, an app
	KindBoot        = "boot"        // user data, metadata and start scripts of a machine
	KindTag         = "tag"         // tags, labels and annotations
	KindBuild       = "build"       // arguments and variables of a build
	// KindPublic is a place among those whose value is public although providers mark it.
	KindPublic = "public"
)

var workloadKinds = []string{KindEnvironment, KindBoot, KindTag, KindBuild, KindPublic}

// Workload returns what the table says of the place, and whether it is one of a workload. A value that is not known may
// stand for all that a place is for: the variables of a function as a whole.
func (l *Leaf) Workload() (w Workload, ok bool) {
	t := workloadTable()
	r := t.find(l)
	if r == nil && l.Value.Kind() == model.Unknown {
		inside := *l
		inside.Path = slices.Concat(l.Path, place.Path{"any"})
		r = t.find(&inside)
	}
	if r == nil || r.Kind == KindPublic {
		return Workload{}, false
	}
	last := r.keys[len(r.keys)-1]
	return Workload{
		Kind: r.Kind, Document: r.Document, Named: last == "*" || last == "value", Sensitive: r.Sensitive,
		Instead: r.Instead,
	}, true
}
