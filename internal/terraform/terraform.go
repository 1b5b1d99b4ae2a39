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
	"github.com/progression-labs-development/policypack/internal/jsontext"
)

// Document is a plan or a state. The values of its resources stay in the source, and are read when they are asked for.
type Document struct {
	file      *file
	outline   *jsontext.Outline
	catalogue *catalogue.Catalogue
	rows      []*row
	resources int
	counts    counts
	outputs   tree // of the root module

	byID      map[string]*row   // by the last part of the URN
	byConfig  map[string][]*row // by path and address in the configuration
	modules   map[string]*instance
	spellings map[string]*spelling
	texts     map[string]string // that many resources share
	values    *loader
}

// Read parses a plan or a state in memory; see [ReadFrom].
func Read(data []byte) (*Document, error) { return ReadFrom(jsontext.Bytes(data)) }

// ReadFrom parses a plan or a state. The source must stay open, and must not change, as long as the document is used;
// see [Document.Err]. Errors contain a path in the file and what is expected there, and quote nothing from the file.
// Errors about the file as a whole are of type [*jsontext.Error].
func ReadFrom(src jsontext.Source) (*Document, error) {
	o, err := jsontext.ScanUnlessRefused(src, outlined(), wanted, Refused, maxRefused)
	if err != nil {
		return nil, err
	}
	f, err := decode(o)
	if err != nil {
		return nil, err
	}
	c, err := catalogue.Own()
	if err != nil {
		return nil, err
	}
	d := &Document{
		file: f, outline: o, catalogue: c, byID: map[string]*row{}, byConfig: map[string][]*row{},
		modules: map[string]*instance{}, spellings: map[string]*spelling{}, texts: map[string]string{},
	}
	d.values = newLoader(d)
	if f.isPlan {
		d.addPlan()
	} else if f.Values != nil {
		d.addModule(f.Values.RootModule, 0)
	}
	d.addChecks()
	d.outputs = d.rootOutputs()
	if err := d.outputs.shallow(); err != nil {
		return nil, fmt.Errorf("outputs: %w", err)
	}
	if err := d.check(); err != nil {
		return nil, err
	}
	d.release()
	return d, nil
}

// check reads the values that may be nested too deeply, or have numbers that are too large.
func (d *Document) check() error {
	for _, r := range d.rows {
		if !d.odd(r) {
			continue
		}
		v := d.values.load(r)
		if err := d.Err(); err != nil {
			return fmt.Errorf("%s: %w", r.address, err)
		}
		for _, t := range [...]tree{v.inputs, v.outputs} {
			if err := t.shallow(); err != nil {
				return fmt.Errorf("%s: %w", r.address, err)
			}
		}
	}
	return d.Err()
}

// odd reports whether decoding the values of a resource may fail.
func (d *Document) odd(r *row) bool {
	return r.held != nil || d.outline.Odd(r.parts.Value) || d.outline.Odd(r.parts.Unknown) ||
		d.outline.Odd(r.parts.Sensitive) || r.config != nil && d.outline.Odd(r.config.Expressions.Part)
}

// release frees what was only needed to find the resources.
func (d *Document) release() {
	d.outline.Forget()
	d.texts = nil
	d.file.ResourceChanges, d.file.DeferredChanges, d.file.PlannedValues, d.file.PriorState = nil, nil, nil, nil
	d.file.Values, d.file.OutputChanges, d.file.Checks, d.file.rawChecks = nil, nil, nil, nil
}

// Err returns the error because of which values could not be read after [ReadFrom]: the source has changed, or cannot
// be read any more. Everything that was derived from the document is wrong then.
func (d *Document) Err() error { return d.values.err() }

// Plan reports whether the document is a plan rather than a state.
func (d *Document) Plan() bool { return d.file.isPlan }

// Errored reports whether the document is a plan that Terraform could not complete. Parts missing from it are not
// checked.
func (d *Document) Errored() bool { return d.file.Errored }

// Len returns the number of resources that are checked.
func (d *Document) Len() int { return d.resources }

// Notes returns remarks about the plan as a whole, as sentences.
func (d *Document) Notes() []string {
	var notes []string
	if !d.file.Errored && d.file.Applyable != nil && !*d.file.Applyable && d.counts.changed > 0 {
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
