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

// Place is the kind of location of a finding.
type Place string

// Kinds of locations.
const (
	PlaceProperty Place = "property" // an input of a resource or provider, an output of a component
	PlaceOutput   Place = "output"   // an output of the stack
	PlaceConfig   Place = "config"   // a value of the stack's configuration
	PlaceFile     Place = "file"     // text in a file of a repository
)

// Reasons of findings, in addition to those of package detect.
const (
	ReasonKnown     = "known-secret"   // the value is a known secret of this run
	ReasonUnknown   = "unknown-output" // an unknown output with the name of a secret
	ReasonStored    = "stored-copy"    // an output in which the provider stores an unmarked copy of a marked input
	ReasonHardcoded = "hardcoded"      // a marked value from neither the configuration nor a resource
	ReasonHanded    = "handed"         // a marked value that is passed to a workload
)

// Finding is a plaintext secret, or a secret that is hard-coded in the program. It has the location and how the secret
// was recognised, but no part of the secret.
type Finding struct {
	ID        int    // 1-based, in the document that rules see
	URN       string // of the resource, as rules see it; empty for a file
	Place     Place
	Path      place.Path
	Key       string // the name by which it was matched
	Detector  string
	Title     string // for messages: "a GitHub token"
	Reason    string
	Inner     string // the path inside a document, may be empty
	Tier      detect.Tier
	Form      string       // of a known secret: equal, contained, base64, …
	Source    taint.Source // of a known secret
	Cloud     string
	Short     bool
	Marked    bool
	Component bool           // an output of a component
	Login     bool           // a key that a provider uses to log in
	Ignored   bool           // ignoreChanges covers the path: the engine shows the old input
	Covered   bool           // a value written into a manager, which another policy may check
	Literal   *model.Writer  // location of the hard-coded value, if it is proven to be a literal
	Workload  slot.Workload  // the workload that receives the marked value
	Whole     bool           // the mark is on a map or an object around the value
	Written   bool           // everything secret in the value is hard-coded in the program
	At        place.Position // in a file of a repository
	Value     Value          // in a file of a repository

	spans []span
}

// Value is what a baseline distinguishes values of a file by. Rules never see it.
type Value struct {
	// Name is the name of the value: its key path in a structured file, detector and name elsewhere. It depends neither
	// on the line nor on other content of the file, and contains no secret.
	Name string
	// Digest is the digest of the value without white space. It never leaves the process.
	Digest [sha256.Size]byte
	// Changed is true if the files are compared with those of a base that has no such value under this name.
	Changed bool
}

// DigestOf returns the digest of a value as written in a file.
func DigestOf(text []byte) [sha256.Size]byte {
	return sha256.Sum256(bytes.Join(bytes.Fields(text), nil))
}

// spelledKey returns the name by which a finding was matched, as the program spells it, or an empty string if the name
// is not part of the path. An inherited name is a key above the last one; indices differ between the spellings.
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

// span is a part of a leaf that is hidden. The recognised secret ends at value; end includes its possible continuation.
type span struct{ start, end, value int }

// term returns the finding in the input document with its id and the resource that it belongs to, which is nil for a
// file.
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

// InDocument returns the findings of the resources as listed in a document, for a stack whose document has been built.
func InDocument(resources ...*Resource) []*Finding {
	var all []*Finding
	for _, r := range resources {
		all = append(all, pointers(r.Findings)...)
	}
	return all
}

// InDocument returns the findings of the file as listed in a document.
func (f *File) InDocument() []*Finding { return pointers(f.Findings) }

func pointers(findings []Finding) []*Finding {
	all := make([]*Finding, len(findings))
	for i := range findings {
		all[i] = &findings[i]
	}
	return all
}

// Has reports whether there is a finding in one of the kinds of locations.
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
