package terraform

import (
	"slices"

	tfjson "github.com/hashicorp/terraform-json"

	"github.com/progression-labs-development/policypack/internal/model"
)

// counts are the numbers of checked and unchecked objects of a document, other than its resources.
type counts struct {
	data, ephemeral, actions, modules, checks int

	unread       int // data sources whose arguments nobody can tell
	idle         int // actions that the plan does not run
	provisioners int // of types that are not known
	deposed      int

	deleted, forgotten int // by the plan
	changed            int // by the plan, and not only read
}

// Checked returns how many objects of the document are checked, by kind, resources first.
func (d *Document) Checked() []model.Count {
	return model.Counted(
		model.Count{What: "resource", Count: d.resources},
		model.Count{What: "data source", Count: d.counts.data},
		model.Count{What: "ephemeral resource", Count: d.counts.ephemeral},
		model.Count{What: "action", Count: d.counts.actions},
		model.Count{What: "module source", Count: d.counts.modules},
		model.Count{What: "failed check", Count: d.counts.checks},
	)
}

// count counts a change of a plan.
func (c *counts) count(rc *resourceChange) {
	if rc == nil || rc.Change == nil {
		return
	}
	if !rc.Change.Actions.NoOp() && !rc.Change.Actions.Read() {
		c.changed++
	}
	switch {
	case rc.Mode != tfjson.ManagedResourceMode, rc.DeposedKey == "" && stays(rc.Change.Actions):
	case rc.DeposedKey != "":
		c.deposed++
	case slices.Contains(rc.Change.Actions, tfjson.ActionForget):
		c.forgotten++
	default:
		c.deleted++
	}
}

// NotChecked returns how many objects of the document are not checked, with the reason.
func (d *Document) NotChecked() []model.Count {
	return model.Counted(
		model.Count{What: "resource", Count: d.counts.deleted, Reason: "deleted by the plan"},
		model.Count{What: "resource", Count: d.counts.forgotten, Reason: "removed from the state by the plan"},
		model.Count{What: "deposed object", Count: d.counts.deposed, Reason: "pending deletion"},
		model.Count{
			What: "drifted resource", Count: len(d.file.ResourceDrift),
			Reason: "changed outside Terraform; its planned state is checked",
		},
		model.Count{
			What: "data source", Count: d.counts.unread,
			Reason: "the state mixes its arguments with the values that it looked up",
		},
		model.Count{
			What: "action", Count: d.counts.idle, Reason: "not run by this plan, so its arguments are missing",
		},
		model.Count{What: "provisioner", Count: d.counts.provisioners, Reason: "unknown type"},
	)
}
