package terraform

import (
	"fmt"
	"reflect"
)

// actionPrefix is the prefix of an action's token. Terraform has actions since 1.14.
const actionPrefix = "terraform:action:"

// invocation is an action that a plan will run, with its arguments.
type invocation struct {
	Address   string `json:"address"`
	Type      string `json:"type"`
	Name      string `json:"name"`
	Values    any    `json:"config_values"`
	Sensitive any    `json:"config_sensitive"`
	Unknown   any    `json:"config_unknown"`
	Provider  string `json:"provider_name"`
}

// addActions adds the actions that a plan runs, now or after the changes that it defers. An action that several
// resources trigger is added once, as long as its arguments are the same.
func (d *Document) addActions() {
	all := d.file.Actions
	for _, deferred := range d.file.DeferredActions {
		if deferred != nil {
			all = append(all, deferred.Invocation)
		}
	}
	for _, a := range all {
		if a == nil {
			continue
		}
		r := &row{
			id: a.Address, address: a.Address, name: a.Name, module: parseModule(a.Address), custom: true,
			token: actionPrefix + plainType(a.Type), providerToken: providerToken(a.Provider),
			held: &loaded{inputs: tree{a.Values, a.Unknown, a.Sensitive}},
		}
		for n := 2; d.byID[r.id] != nil && !reflect.DeepEqual(d.values.load(d.byID[r.id]).inputs, r.held.inputs); n++ {
			r.id = fmt.Sprintf("%s (%d)", a.Address, n)
		}
		if d.byID[r.id] == nil {
			d.counts.actions++
			d.add(r)
		}
	}
	if c := d.file.Configuration; c != nil && c.RootModule != nil {
		d.countActions(&scope{module: c.RootModule})
	}
}

// countActions counts the actions of a module, and of its submodules, that the plan does not run. The plan contains
// only their names.
func (d *Document) countActions(s *scope) {
	for _, a := range s.module.Actions {
		if a != nil && !d.runs(s, a.Type, a.Name) {
			d.counts.idle++
		}
	}
	for _, name := range sortedKeys(s.module.ModuleCalls) {
		if child := s.child(name); child != nil {
			d.countActions(child)
		}
	}
}

// runs reports whether the plan runs an action of a module.
func (d *Document) runs(s *scope, typ, name string) bool {
	for _, r := range d.rows {
		if r.token != actionPrefix+plainType(typ) || r.name != name || len(r.module) != len(s.names) {
			continue
		}
		same := true
		for i, at := range r.module {
			same = same && at.name == s.names[i]
		}
		if same {
			return true
		}
	}
	return false
}
