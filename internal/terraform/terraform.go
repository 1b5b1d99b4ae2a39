// Package terraform reads what `terraform show -json` and `tofu show -json` write for a plan or a state, and states as
// both store them, and turns it into the calls that the Pulumi engine would make for the same resources, so that the
// same facts and rules judge them.
//
// A resource stands in the calls under Pulumi's type token and with Pulumi's names of properties where the catalogue
// knows its type, because that is what facts and rules look at; another type has the token terraform:tf:TYPE. Modules
// are its ancestors, by their source. [Document.Spell] leads back to Terraform's names. Of a plan everything is judged
// that will exist: what is created, changed, replaced, kept, moved or imported. So is what the program gives to data
// sources, ephemeral resources and actions, the sources of modules, and the messages of checks that have failed; these
// have tokens of their own. What is deleted, forgotten or has drifted is not: [Document.NotChecked] counts it.
//
// What is sensitive is a secret, with its value, which plans and states hold in plaintext: the calls are as sensitive
// as the file.
//
// What the JSON does not hold, nobody can judge: local values, meta-arguments such as ignore_changes and
// prevent_destroy, the text of an expression that is no constant (a local-exec command with a variable in it), and in a
// state the sources of modules and where values come from. Values that are built from such are said to be undecided.
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

// Read reads a plan or a state. Its errors name a place in the file and what is wanted there; they repeat nothing of
// it. Those about the file as such are of type [*jsontext.Error].
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

// Plan tells whether it is a plan, not a state.
func (d *Document) Plan() bool { return d.file.plan() }

// Errored reports whether it is a plan that Terraform could not finish. What it does not hold, nobody can judge.
func (d *Document) Errored() bool { return d.file.Errored }

// Len is the number of resources that are judged.
func (d *Document) Len() int { return d.resources }

// Notes says what is to be known of the plan as a whole, in sentences.
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

// changes tells whether the plan would change something.
func (d *Document) changes() bool {
	for _, rc := range d.file.ResourceChanges {
		if rc != nil && rc.Change != nil && !rc.Change.Actions.NoOp() && !rc.Change.Actions.Read() {
			return true
		}
	}
	return false
}
