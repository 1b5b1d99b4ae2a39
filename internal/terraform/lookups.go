package terraform

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	tfjson "github.com/hashicorp/terraform-json"
)

// The tokens of what is in a plan or a state beside resources. No entry of the catalogue has them: a secret that a data
// source reads is not one that the program creates.
const (
	dataPrefix      = "terraform:data:"
	ephemeralPrefix = "terraform:ephemeral:"
)

// ephemeralMode is the mode of ephemeral resources, which terraform-json does not name.
const ephemeralMode tfjson.ResourceMode = "ephemeral"

// arguments are the attributes that the program gives to a data source, whatever its type. A state does not say which
// ones these are, and the answers of a data source are no literals of the program.
var arguments = [...]string{
	"args", "arguments", "command", "config", "content", "credentials", "environment", "headers", "input", "part",
	"payload", "program", "query", "query_headers", "request_body", "request_headers", "source", "source_content",
	"template", "uri", "url", "user_data", "variables", "vars",
}

// answers are arguments above that some data sources answer with, by the type.
var answers = map[string]string{"local_file": "content", "local_sensitive_file": "content"}

// priorModule is a module of the state before a plan, as far as it is decoded: its data sources, of which a plan holds
// nothing else where they could be read while it was made.
type priorModule struct {
	Address      string         `json:"address"`
	Resources    []*lookup      `json:"resources"`
	ChildModules []*priorModule `json:"child_modules"`
}

// lookup is a data source in a state. Of a resource nothing is decoded.
type lookup struct {
	stateResource
	wrong bool // it is a data source of another shape
}

// UnmarshalJSON reads over a resource, which is the larger part of most states.
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

// wrong returns the path of a data source that is of another shape, nil where there is none.
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

// addLookups makes the rows of the data sources of a plan, and of its ephemeral resources, of which it holds the
// configuration alone.
func (d *Document) addLookups() {
	for _, rc := range d.file.ResourceChanges {
		if rc != nil && rc.Change != nil && rc.Mode == tfjson.DataResourceMode && rc.Change.Actions.Read() {
			r := d.newLookup(rc.Address, rc.ModuleAddress, rc.Type, rc.Name, rc.Index, rc.ProviderName)
			d.addLookup(r, tree{rc.Change.After, rc.Change.AfterUnknown, rc.Change.AfterSensitive})
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

// addPrior makes the rows of the data sources in a module of the state before the plan, and of those in it.
func (d *Document) addPrior(m *priorModule, depth int) {
	if m == nil || depth > maxDepth {
		return
	}
	for _, l := range m.Resources {
		if l == nil || l.Mode != tfjson.DataResourceMode {
			continue
		}
		r := d.newLookup(l.Address, m.Address, l.Type, l.Name, l.Index, l.ProviderName)
		d.addLookup(r, tree{value: l.AttributeValues, sensitive: l.Sensitive})
	}
	for _, child := range m.ChildModules {
		d.addPrior(child, depth+1)
	}
}

// newLookup makes the row of a data source.
func (d *Document) newLookup(at, module, typ, name string, index any, provider string) *row {
	r := &row{
		id: at, address: at, key: keyText(index), module: parseModule(module), custom: true,
		token: dataPrefix + plainType(typ), providerToken: providerToken(provider), lookup: typ,
	}
	r.name = logical(name, r.key, r.module)
	if r.scope = d.scopeOf(r.module); r.scope != nil {
		r.config = r.scope.module.byAddress["data."+typ+"."+name]
	}
	return r
}

// addLookup puts the row of a data source at the end, with the arguments that the program gives it. Of one that is only
// in a state, and has none that is known to be an argument, nobody can tell them from its answers.
func (d *Document) addLookup(r *row, t tree) {
	values, missing, marks := map[string]any{}, map[string]any{}, map[string]any{}
	for _, key := range t.keys() {
		given := slices.Contains(arguments[:], key) && answers[r.lookup] != key
		if r.config != nil {
			_, configured := r.config.Expressions[key]
			given = configured || given && t.at(key).blocks() // the configuration does not show dynamic blocks
		}
		if given {
			one := t.at(key)
			values[key], missing[key], marks[key] = one.value, one.unknown, one.sensitive
		}
	}
	if d.byID[r.id] != nil {
		return
	}
	if r.config == nil && len(values) == 0 {
		d.counts.unread++
		return
	}
	r.inputs, r.outputs = tree{values, missing, marks}, t
	d.counts.data++
	d.add(r)
}

// addUnread makes rows of the data sources and the ephemeral resources of a module, and of those in it, that the plan
// holds no values of: what the configuration says of them.
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
		// A module's instances are not told apart here, so it stands beside them, not in one.
		r := &row{
			id: at, address: at, name: c.Name, custom: true, token: prefix + plainType(c.Type), scope: s, config: c,
			lookup: c.Type, providerToken: providerToken(owner),
			inputs: d.object(frame{s, c.Address, c.ForEachExpression, ""}, c.Expressions, 0),
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

// stateLookup makes the row of a data source of a state.
func (d *Document) stateLookup(s *stateResource, module string) {
	r := d.newLookup(s.Address, module, s.Type, s.Name, s.Index, s.ProviderName)
	r.dependsOn = s.DependsOn
	d.addLookup(r, tree{value: s.AttributeValues, sensitive: s.Sensitive})
}
