// Package terraform reads plans and states, as written by `terraform show -json` and `tofu show -json`, and states as
// both store them. It converts them to the calls that the Pulumi engine would make for the same resources, so that the
// same facts and policies apply.
//
// A resource has Pulumi's type token and property names if the catalogue has its type, because facts and policies use
// those. Any other type has the token terraform:tf:TYPE. Modules are the ancestors of their resources, identified by
// source. [Document.Spell] converts back to Terraform's names. For a plan, everything that will exist is checked:
// resources that are created, changed, replaced, kept, moved or imported. So are the arguments of data sources,
// ephemeral resources and actions, the sources of modules, and the messages of failed checks, which have their own
// tokens. Deleted and forgotten resources and drift are not checked; [Document.NotChecked] counts them.
//
// A sensitive value becomes a secret together with its value, which plans and states contain in plaintext: the calls
// are as sensitive as the file.
//
// Some information is not in the JSON: local values, meta-arguments such as ignore_changes and prevent_destroy, the
// text of an expression that is not constant (a local-exec command with a variable in it) and, in a state, the sources
// of modules and the origins of values. Values that depend on them are reported as undecided.
package terraform

import (
	"fmt"

	"github.com/progression-labs-development/policypack/internal/catalogue"
)

// Document is a plan or a state.
type Document struct {
	file      *file
	catalogue *catalogue.Catalogue
	rows      []*row
	resources int
	counts    counts
	outputs   tree // of the root module

	byID      map[string]*row   // by the last part of the URN
	byConfig  map[string][]*row // by path and address in the configuration
	spellings map[string]*spelling
	blocks    map[*byte]expression // by the beginning of what they are parsed from
}

// Read parses a plan or a state. Its errors contain a path in the file and what is expected there, and quote nothing
// from the file. Errors about the file as a whole are of type [*jsontext.Error].
func Read(data []byte) (*Document, error) {
	f, err := decode(data)
	if err != nil {
		return nil, err
	}
	c, err := catalogue.Own()
	if err != nil {
		return nil, err
	}
	d := &Document{
		file: f, catalogue: c, byID: map[string]*row{}, byConfig: map[string][]*row{},
		spellings: map[string]*spelling{}, blocks: map[*byte]expression{},
	}
	if f.plan() {
		d.addPlan()
	} else if f.Values != nil {
		d.addModule(f.Values.RootModule, 0)
	}
	d.addChecks()
	for _, r := range d.rows {
		for _, t := range [...]tree{r.inputs, r.outputs} {
			if err := t.shallow(); err != nil {
				return nil, fmt.Errorf("%s: %w", r.address, err)
			}
		}
	}
	d.outputs = d.rootOutputs()
	if err := d.outputs.shallow(); err != nil {
		return nil, fmt.Errorf("outputs: %w", err)
	}
	return d, nil
}

// Plan reports whether the document is a plan rather than a state.
func (d *Document) Plan() bool { return d.file.plan() }

// Errored reports whether the document is a plan that Terraform could not complete. Parts missing from it are not
// checked.
func (d *Document) Errored() bool { return d.file.Errored }

// Len returns the number of resources that are checked.
func (d *Document) Len() int { return d.resources }

// Notes returns remarks about the plan as a whole, as sentences.
func (d *Document) Notes() []string {
	var notes []string
	if !d.file.Errored && d.file.Applyable != nil && !*d.file.Applyable && d.changes() {
		notes = append(notes, "Terraform cannot apply this plan as it is.")
	}
	if d.file.raw && !d.file.schemaMarks() && d.resources > 0 {
		notes = append(notes, "This state was written by Terraform or OpenTofu before 1.8, which does not record "+
			"the attributes that providers mark as sensitive. Attributes named like secrets are treated as sensitive. "+
			"For the exact marks, check the output of `terraform show -json`.")
	}
	if d.file.Complete != nil && !*d.file.Complete && !d.file.Errored {
		notes = append(notes, "This plan is incomplete (deferred changes or -target): a later plan may contain more.")
	}
	return notes
}

// changes reports whether the plan changes anything.
func (d *Document) changes() bool {
	for _, rc := range d.file.ResourceChanges {
		if rc != nil && rc.Change != nil && !rc.Change.Actions.NoOp() && !rc.Change.Actions.Read() {
			return true
		}
	}
	return false
}
