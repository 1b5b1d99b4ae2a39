package facts

import (
	"bytes"
	"crypto/sha256"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/progression-labs-development/policypack/internal/detect"
	"github.com/progression-labs-development/policypack/internal/model"
	"github.com/progression-labs-development/policypack/internal/place"
	"github.com/progression-labs-development/policypack/internal/slot"
	"github.com/progression-labs-development/policypack/internal/taint"
)

// Place says where a finding stands.
type Place string

// The places of findings.
const (
	PlaceProperty Place = "property" // an input of a resource or provider, an output of a component
	PlaceOutput   Place = "output"   // an output of the stack
	PlaceConfig   Place = "config"   // a value of the stack's configuration
	PlaceFile     Place = "file"     // a text in a file of a repository
)

// The reasons of findings beside those of package detect.
const (
	ReasonKnown     = "known-secret"   // the value is one that this run knows to be secret
	ReasonUnknown   = "unknown-output" // an output that is not known yet, with the name of a secret
	ReasonStored    = "stored-copy"    // an output in which the provider keeps a marked input unmarked
	ReasonHardcoded = "hardcoded"      // a marked value that comes neither from configuration nor from a resource
	ReasonHanded    = "handed"         // a marked value that is handed to a workload
)

// Finding is a plaintext secret, or a secret that was written down in the program. It says where the secret is and how
// it was recognised; it holds no part of it.
type Finding struct {
	ID        int    // counts from 1 in the document that rules see
	URN       string // of the resource, as rules see it; empty in a file
	Place     Place
	Path      place.Path
	Key       string // the name by which it was judged
	Detector  string
	Title     string // for messages: "a GitHub token"
	Reason    string
	Inner     string // the place inside a document, empty where there is none
	Tier      detect.Tier
	Form      string       // of a known secret: equal, contained, base64, …
	Source    taint.Source // of a known secret
	Cloud     string
	Short     bool
	Marked    bool
	Component bool           // an output of a component
	Login     bool           // a key with which a provider logs in
	Ignored   bool           // ignoreChanges covers the path: the engine shows the old input
	Covered   bool           // a value that is written into a manager, which another policy may judge
	Literal   *model.Writer  // what writes the value down, where it is proven to be a literal
	Workload  slot.Workload  // what a marked value is handed to
	Whole     bool           // the mark is on more than the value: on a map, or an object
	Written   bool           // the program writes down all that is secret in what is handed to it
	At        place.Position // in a file of a repository
	Value     Value          // in a file of a repository

	spans []span
}

// Value is what a baseline tells values of a file apart by. It never reaches a rule.
type Value struct {
	// Name is the name of the value: its key path in a structured file, detector and name elsewhere. It depends neither
	// on the line nor on what else is in the file, and holds no secret.
	Name string
	// Digest is that of the value without its white space. It never leaves the process.
	Digest [sha256.Size]byte
	// Changed is true where the files are compared with those of a base, which has no such value under the name.
	Changed bool
}

// DigestOf returns the digest of a value as it stands in a file.
func DigestOf(text []byte) [sha256.Size]byte {
	return sha256.Sum256(bytes.Join(bytes.Fields(text), nil))
}

// spelledKey returns the name by which a finding was found as the program spells it, empty where it is not of the path.
// A name that is inherited is a key above the last one; indexes differ between the spellings.
func spelledKey(f *Finding, spelled place.Path) string {
	keys := func(path place.Path) (keys []string) {
		for _, step := range path {
			if key, ok := step.(string); ok {
				keys = append(keys, key)
			}
		}
		return keys
	}
	given, shown := keys(f.Path), keys(spelled)
	for i := range min(len(given), len(shown)) {
		if f.Key != "" && given[len(given)-1-i] == f.Key {
			return shown[len(shown)-1-i]
		}
	}
	return ""
}

// span is a part of a leaf that is not shown. What was recognised ends at value; the secret may go on.
type span struct{ start, end, value int }

// term is the finding in the input document under its id there, with the resource that it belongs to; nil where it
// stands in a file.
func (f *Finding) term(run *Run, id int, r *Resource) *ast.Term {
	f.ID = id
	o := new(object)
	o.add("id", ast.InternedTerm(id))
	o.str("place", string(f.Place))
	if r != nil {
		f.URN = r.shown(r.URN)
		o.str("urn", f.URN)
		o.str("type", r.Type)
		o.str("name", r.shown(r.Name))
		o.strs("ancestors", r.Ancestors)
	} else {
		o.add("line", ast.InternedTerm(f.At.Line))
		o.add("column", ast.InternedTerm(f.At.Column))
	}
	o.add("path", pathTerm(f.Path))
	o.str("key", place.Visible(f.Key))
	if r != nil && run.spells() {
		spelled := run.Spell(r.URN, f.Path)
		o.str("shown", spelled.String())
		if key := spelledKey(f, spelled); key != "" {
			o.str("keyShown", key)
		}
	}
	o.str("detector", f.Detector)
	o.str("title", f.Title)
	o.str("reason", f.Reason)
	o.add("marked", ast.InternedTerm(f.Marked))
	if f.Inner != "" {
		o.str("inner", f.Inner)
	}
	if f.Tier != detect.None {
		o.str("tier", f.Tier.String())
	}
	if f.Form != "" {
		o.str("form", f.Form)
		source := new(object)
		source.str("kind", f.Source.Kind)
		source.str("path", f.Source.Path)
		if f.Source.URN != "" {
			source.str("urn", f.Source.URN)
		}
		if run.spells() {
			source.str("shown", run.Spell(f.Source.URN, place.ParsePath(f.Source.Path)).String())
		}
		o.add("source", source.term())
	}
	if f.Cloud != "" {
		o.str("cloud", f.Cloud)
	}
	if f.Literal != nil {
		o.add("literal", r.writer(run, f.Literal))
	}
	if f.Reason == ReasonHanded {
		workload := new(object)
		workload.str("kind", f.Workload.Kind)
		workload.str("instead", f.Workload.Instead)
		workload.add("whole", ast.InternedTerm(f.Whole))
		workload.add("literal", ast.InternedTerm(f.Written))
		o.add("workload", workload.term())
	}
	if f.Covered {
		o.str("manager", r.Kind.Manager)
	}
	for _, flag := range []struct {
		name string
		set  bool
	}{
		{"shortLived", f.Short},
		{"component", f.Component},
		{"login", f.Login},
		{"ignored", f.Ignored},
		{"covered", f.Covered},
		{"own", f.Covered && r.Kind.Own},
	} {
		if flag.set {
			o.add(flag.name, ast.InternedTerm(true))
		}
	}
	return o.term()
}

// InDocument returns the findings of the resources as a document lists them, for a stack whose document was made.
func InDocument(resources ...*Resource) []*Finding {
	var all []*Finding
	for _, r := range resources {
		all = append(all, pointers(r.Findings)...)
	}
	return all
}

// InDocument returns the findings of the file as a document lists them.
func (f *File) InDocument() []*Finding { return pointers(f.Findings) }

func pointers(findings []Finding) []*Finding {
	all := make([]*Finding, len(findings))
	for i := range findings {
		all[i] = &findings[i]
	}
	return all
}

// Has tells whether there is a finding in one of the places.
func Has(findings []Finding, in []Place) bool {
	for i := range findings {
		for _, p := range in {
			if findings[i].Place == p {
				return true
			}
		}
	}
	return false
}
