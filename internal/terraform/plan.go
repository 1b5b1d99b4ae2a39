package terraform

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	tfjson "github.com/hashicorp/terraform-json"

	"github.com/progression-labs-development/policypack/internal/catalogue"
	"github.com/progression-labs-development/policypack/internal/detect"
)

// addPlan adds the resources of a plan: providers first, then resources in the plan's order, each followed by its
// provisioners.
func (d *Document) addPlan() {
	if c := d.file.Configuration; c != nil {
		c.RootModule.index()
	}
	providers := d.addProviders()
	for _, rc := range d.file.ResourceChanges {
		d.addChange(rc, providers)
	}
	for _, deferred := range d.file.DeferredChanges {
		if deferred != nil {
			d.addChange(deferred.ResourceChange, providers)
		}
	}
	d.addLookups()
	d.addActions()
	if c := d.file.Configuration; c != nil && c.RootModule != nil {
		d.addSources(&scope{module: c.RootModule})
	}
}

// addChange adds a resource that will exist.
func (d *Document) addChange(rc *resourceChange, providers map[string]*row) {
	if rc == nil || rc.Change == nil || rc.Mode != tfjson.ManagedResourceMode || rc.DeposedKey != "" ||
		!stays(rc.Change.Actions) {
		return // NotChecked counts them
	}
	r := d.newResource(rc.Address, rc.ModuleAddress, rc.Type, rc.Name, rc.Index, rc.ProviderName)
	after := tree{rc.Change.After, rc.Change.AfterUnknown, rc.Change.AfterSensitive}
	r.inputs, r.outputs = after, after
	if r.scope = d.scopeOf(r.module); r.scope != nil {
		r.config = r.scope.module.byAddress[rc.Type+"."+rc.Name]
	}
	if r.config != nil {
		r.provider = providerOf(providers, r.config.ProviderConfigKey, r.scope)
		r.inputs = d.configured(r, after, rc.Change.Actions.Create())
	}
	d.addResource(r, rc.Type+"."+rc.Name)
	if r.config != nil {
		d.addProvisioners(r, rc.Type+"."+rc.Name)
	}
}

// stays reports whether a resource exists after the actions.
func stays(actions tfjson.Actions) bool {
	return slices.ContainsFunc(actions, func(a tfjson.Action) bool {
		return a == tfjson.ActionCreate || a == tfjson.ActionUpdate || a == tfjson.ActionNoop
	})
}

// newResource returns a resource of a plan or state.
func (d *Document) newResource(at, module, typ, name string, index any, provider string) *row {
	r := &row{id: at, address: at, key: keyText(index), module: parseModule(module), custom: true}
	r.name = logical(name, r.key, r.module)
	r.token, r.kind = d.tokens(typ)
	r.spelling = d.spellingOf(r.kind)
	r.providerToken = providerToken(provider)
	return r
}

// addResource adds a resource under its address in the configuration.
func (d *Document) addResource(r *row, local string) {
	before := len(d.byID)
	if d.add(r); len(d.byID) == before {
		return
	}
	d.resources++
	names := make([]string, len(r.module))
	for i, s := range r.module {
		names[i] = s.name
	}
	key := strings.Join(names, ".") + " " + local
	d.byConfig[key] = append(d.byConfig[key], r)
}

// configured returns the inputs of a resource: the attributes in its configuration, and all blocks, since the
// configuration does not show dynamic ones. The rest is computed by the provider.
func (d *Document) configured(r *row, after tree, create bool) tree {
	values, missing := map[string]any{}, map[string]any{}
	for _, key := range after.keys() {
		t := after.at(key)
		if _, given := r.config.Expressions[key]; given || t.blocks() {
			values[key], missing[key] = t.value, t.unknown
		}
	}
	sensitive, _ := after.sensitive.(map[string]any)
	marks := maps.Clone(sensitive)
	if marks == nil {
		marks = map[string]any{}
	}
	f := frameOf(r)
	for _, key := range sortedKeys(r.config.Expressions) {
		raw := r.config.Expressions[key]
		if !create && (d.writes(r, key) || after.at(key).sensitive == true) {
			if placeholder, ok := ignoredPlaceholder(raw, values[key]); ok {
				name, _ := r.spelling.field(key)
				values[key], r.ignore = placeholder, append(r.ignore, name)
				continue
			}
		}
		if t, ok := d.written(f, after.at(key), key, raw, 0); ok {
			values[key], missing[key], marks[key] = t.value, t.unknown, t.sensitive
		}
	}
	if after.sensitive == true {
		return tree{values, missing, true}
	}
	return tree{values, missing, marks}
}

// writes reports whether the attribute is the value of a secret.
func (d *Document) writes(r *row, key string) bool {
	name, _ := r.spelling.field(key)
	return r.kind != nil &&
		slices.ContainsFunc(r.kind.Values, func(p catalogue.Path) bool { return len(p) == 1 && p[0] == name })
}

// ignoredPlaceholder reports whether the program sets a constant placeholder that the plan does not apply: another
// value stays, so the attribute must be in ignore_changes. The plan does not show meta-arguments.
func ignoredPlaceholder(raw json.RawMessage, after any) (string, bool) {
	e := parse(raw)
	text, ok := e.constant.(string)
	planned, known := after.(string)
	return text, ok && known && planned != text && detect.Placeholder(text)
}
