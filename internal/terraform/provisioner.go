package terraform

import (
	"encoding/json"
	"fmt"
	"strings"
)

// The spellings of provisioners: they are represented as Pulumi's equivalent command and file resources.
var provisioners = map[string]struct {
	token    string
	spelling *spelling
}{
	"local-exec": {"command:local:Command", (&spelling{
		names:  map[string]string{"command": "create", "working_dir": "dir"},
		fields: map[string]*spelling{"create": {}, "environment": {values: &spelling{}}},
	}).call()},
	"remote-exec": {"command:remote:Command", (&spelling{
		names: map[string]string{"inline": "create"}, fields: map[string]*spelling{"create": {}},
	}).call()},
	"file": {"local:index/file:File", (&spelling{
		names:  map[string]string{"destination": "filename"},
		fields: map[string]*spelling{"filename": {}, "content": {}},
	}).call()},
}

// addProvisioners adds each provisioner of a resource, once for all of its instances in a module instance.
func (d *Document) addProvisioners(r *row, local string) {
	if len(r.config.Provisioners) == 0 {
		return
	}
	at := local
	if len(r.module) > 0 {
		at = address(r.module) + "." + local
	}
	for i, p := range r.config.Provisioners {
		if p == nil {
			continue
		}
		known, ok := provisioners[p.Type]
		if !ok {
			d.counts.provisioners++
			continue // those of chef, puppet and salt, which Terraform no longer has
		}
		place := fmt.Sprintf("provisioner[%d]", i)
		d.add(&row{
			id: at + "." + place, address: at, name: r.name, token: known.token, module: r.module, custom: true,
			kind: d.catalogue.Kind(known.token), spelling: known.spelling, prefix: []any{"provisioner", i},
			held: &loaded{inputs: provisioner(p.Type, p.Expressions)}, providerToken: "pulumi:providers:command",
			scope: r.scope, config: r.config,
		})
	}
}

// provisioner resolves the arguments of a provisioner. A string with an interpolation is unknown, even if it contains
// only a variable: the plan does not contain the text around it.
func provisioner(typ string, arguments map[string]json.RawMessage) tree {
	values, missing := map[string]any{}, map[string]any{}
	for _, key := range sortedKeys(arguments) {
		e := parse(arguments[key])
		switch {
		case !e.isConstant:
			missing[key] = true
		case typ == "remote-exec" && key == "inline":
			values[key] = script(e.constant)
		default:
			values[key] = e.constant
		}
	}
	return tree{values, missing, nil}
}

// script joins the lines of a remote-exec, which run as one script.
func script(lines any) any {
	list, ok := lines.([]any)
	if !ok {
		return lines
	}
	var b strings.Builder
	for _, line := range list {
		text, _ := line.(string)
		b.WriteString(text + "\n")
	}
	return b.String()
}
