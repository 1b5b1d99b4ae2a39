package terraform

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	tfjson "github.com/hashicorp/terraform-json"
)

// The type tokens of objects in a plan or a state other than resources. The catalogue has no entries for them: a secret
// that a data source reads is not one that the program creates.
const (
	dataPrefix      = "terraform:data:"
	ephemeralPrefix = "terraform:ephemeral:"
)

// ephemeralMode is the mode of ephemeral resources, for which terraform-json has no constant.
const ephemeralMode tfjson.ResourceMode = "ephemeral"

// arguments are the attributes that the program sets in a data source of any type. A state does not show which
// attributes are arguments, and the results of a data source are not literals of the program.
var arguments = [...]string{
	"args", "arguments", "command", "config", "content", "credentials", "environment", "headers", "input", "part",
	"payload", "program", "query", "query_headers", "request_body", "request_headers", "source", "source_content",
	"template", "uri", "url", "user_data", "variables", "vars",
}

// answers are the above arguments that a type of data source returns as a result.
var answers = map[string]string{"local_file": "content", "local_sensitive_file": "content"}

// priorModule is a module of the state before a plan, reduced to its data sources. The plan contains no other values
// for those that could be read during planning.
type priorModule struct {
	Address      string         `json:"address"`
	Resources    []*lookup      `json:"resources"`
	ChildModules []*priorModule `json:"child_modules"`
}

// lookup is a data source in a state. Resources are not decoded.
type lookup struct {
	stateResource
	wrong bool // it is a data source of another shape
}

// UnmarshalJSON skips resources, which are the larger part of most states.
func (l *lookup) UnmarshalJSON(data []byte) error {
	var head struct {
		Mode tfjson.ResourceMode `json:"mode"`
	}
	if !bytes.Contains(data, []byte(`"data"`)) || json.Unmarshal(data, &head) != nil ||
		head.Mode != tfjson.DataResourceMode {
		return nil
	}
	l.wrong = json.Unmarshal(data, &l.stateResource) != nil
	return nil
}

// wrong returns the path of a data source that has an unexpected shape, or nil.
func (m *priorModule) wrong(path []any, depth int) []any {
	if m == nil || depth > maxDepth {
		return nil
	}
	for i, l := range m.Resources {
		if l != nil && l.wrong {
			return append(path, "resources", i)
		}
	}
	for i, child := range m.ChildModules {
		if at := child.wrong(append(slices.Clip(path), "child_modules", i), depth+1); at != nil {
			return at
		}
	}
	return nil
}

// addLookups adds the data sources of a plan, and its ephemeral resources, of which the plan contains only the
// configuration.
func (d *Document) addLookups() {
	for _, rc := range d.file.ResourceChanges {
		if rc != nil && rc.Change != nil && rc.Mode == tfjson.DataResourceMode && rc.Change.Actions.Read() {
			r := d.newLookup(rc.Address, rc.ModuleAddress, rc.Type, rc.Name, rc.Index, rc.ProviderName)
			r.parts = rc.Change.parts
			d.addLookup(r)
		}
	}
	if prior := d.file.PriorState; prior != nil && prior.Values != nil {
		d.addPrior(prior.Values.RootModule, 0)
	}
	if c := d.file.Configuration; c != nil && c.RootModule != nil {
		seen := map[string]bool{}
		for _, r := range d.rows {
			if r.config != nil && r.lookup != "" {
				seen[r.scope.prefix()+r.config.Address] = true
			}
		}
		d.addUnread(&scope{module: c.RootModule}, seen)
	}
}

// addPrior adds the data sources in a module of the state before the plan, and in its submodules.
func (d *Document) addPrior(m *priorModule, depth int) {
	if m == nil || depth > maxDepth {
		return
	}
	for _, l := range m.Resources {
		if l == nil || l.Mode != tfjson.DataResourceMode {
			continue
		}
		r := d.newLookup(l.Address, m.Address, l.Type, l.Name, l.Index, l.ProviderName)
		r.parts = l.parts()
		d.addLookup(r)
	}
	for _, child := range m.ChildModules {
		d.addPrior(child, depth+1)
	}
}

// newLookup returns a data source.
func (d *Document) newLookup(at, module, typ, name string, index any, provider string) *row {
	in := d.instanceOf(module)
	r := &row{
		id: at, address: at, key: keyText(index), module: in.steps, scope: in.scope, custom: true,
		token: d.shared(dataPrefix + plainType(typ)), providerToken: d.shared(providerToken(provider)), lookup: typ,
	}
	r.name = logical(name, r.key, r.module)
	if r.scope != nil {
		r.config = r.scope.module.byAddress["data."+typ+"."+name]
	}
	return r
}

// addLookup adds a data source. If it is only in a state and has no attribute that is known to be an argument,
// arguments and results cannot be distinguished.
func (d *Document) addLookup(r *row) {
	if d.byID[r.id] != nil {
		return
	}
	if r.config == nil {
		if _, known := d.arguments(r, d.values.tree(r.parts), &expressions{}); !known {
			d.counts.unread++
			return
		}
	}
	d.counts.data++
	d.add(r)
}

// arguments returns those arguments of a data source that the program sets, and whether there are any.
func (d *Document) arguments(r *row, t tree, e *expressions) (_ tree, known bool) {
	values, missing, marks := map[string]any{}, map[string]any{}, map[string]any{}
	for _, key := range t.keys() {
		given := slices.Contains(arguments[:], key) && answers[r.lookup] != key
		if r.config != nil {
			_, configured := e.of[key]
			given = configured || given && t.at(key).blocks() // the configuration does not show dynamic blocks
		}
		if given {
			one := t.at(key)
			values[key], missing[key], marks[key] = one.value, one.unknown, one.sensitive
		}
	}
	return tree{values, missing, marks}, len(values) > 0
}

// addUnread adds the data sources and ephemeral resources of a module, and of its submodules, that the plan contains no
// values of, with their configuration.
func (d *Document) addUnread(s *scope, seen map[string]bool) {
	for _, c := range s.module.Resources {
		if c == nil || seen[s.prefix()+c.Address] || c.Mode != tfjson.DataResourceMode && c.Mode != ephemeralMode {
			continue
		}
		owner, _, _ := strings.Cut(c.Type, "_")
		at, prefix, n := s.prefix()+c.Address, dataPrefix, &d.counts.data
		if c.Mode == ephemeralMode {
			prefix, n = ephemeralPrefix, &d.counts.ephemeral
		}
		// Instances of a module are not distinguished here, so it is added beside them, not in one.
		r := &row{
			id: at, address: at, name: c.Name, custom: true, token: prefix + plainType(c.Type), scope: s, config: c,
			lookup: c.Type, providerToken: d.shared(providerToken(owner)), unread: true,
		}
		*n++
		d.add(r)
	}
	for _, name := range sortedKeys(s.module.ModuleCalls) {
		if child := s.child(name); child != nil {
			d.addUnread(child, seen)
		}
	}
}

// stateLookup adds a data source of a state.
func (d *Document) stateLookup(s *stateResource, module string) {
	r := d.newLookup(s.Address, module, s.Type, s.Name, s.Index, s.ProviderName)
	r.dependsOn, r.parts, r.instance = s.DependsOn, s.parts(), s.instance
	d.addLookup(r)
}
