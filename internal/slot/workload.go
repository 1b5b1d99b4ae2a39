package slot

import (
	"slices"

	"github.com/progression-labs-development/policypack/internal/model"
	"github.com/progression-labs-development/policypack/internal/place"
)

// Workload describes a path whose value is passed to a running workload, or shown to anyone who can list the resource:
// marking such a value secret hides it in the state and nowhere else.
type Workload struct {
	// Kind is one of the kinds below.
	Kind string
	// Document reports whether the value is a script or a document, which is scanned for secrets.
	Document bool
	// Named reports whether the key of the value, or a name beside it, identifies it.
	Named bool
	// Sensitive reports whether providers mark the value themselves, so that a mark carries no information.
	Sensitive bool
	// Instead is a sentence on how the workload can read the secret itself.
	Instead string
}

// Kinds of paths in workloads.jsonl.
const (
	KindEnvironment = "environment" // variables of a function, a container, an app
	KindBoot        = "boot"        // user data, metadata and start scripts of a machine
	KindTag         = "tag"         // tags, labels and annotations
	KindBuild       = "build"       // arguments and variables of a build
	// KindPublic is a path whose value is public although providers mark it.
	KindPublic = "public"
)

var workloadKinds = []string{KindEnvironment, KindBoot, KindTag, KindBuild, KindPublic}

// Workload returns the table's entry for the path, and whether there is one. An unknown value may be everything that
// the path can contain, such as all variables of a function.
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
