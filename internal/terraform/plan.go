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
		d.counts.count(rc)
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
	r.parts, r.creates = rc.Change.parts, rc.Change.Actions.Create()
	if r.scope != nil {
		r.config = r.scope.module.byAddress[rc.Type+"."+rc.Name]
	}
	if r.config != nil {
		r.provider = providerOf(providers, r.config.ProviderConfigKey, r.scope)
	}
	if d.mayIgnore(r) {
		r.ignore = d.values.load(r).ignore
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
	in := d.instanceOf(module)
	r := &row{id: at, address: at, key: keyText(index), module: in.steps, scope: in.scope, custom: true}
	r.name = logical(name, r.key, r.module)
	r.token, r.kind = d.tokens(typ)
	r.spelling = d.spellingOf(r.kind)
	r.providerToken = d.shared(providerToken(provider))
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
// configuration does not show dynamic ones. The rest is computed by the provider. It also returns where ignore_changes
// is seen to be at work.
func (d *Document) configured(r *row, after tree, e *expressions) (inputs tree, ignore []string) {
	values, missing := map[string]any{}, map[string]any{}
	for _, key := range after.keys() {
		t := after.at(key)
		if _, given := e.of[key]; given || t.blocks() {
			values[key], missing[key] = t.value, t.unknown
		}
	}
	sensitive, _ := after.sensitive.(map[string]any)
	marks := maps.Clone(sensitive)
	if marks == nil {
		marks = map[string]any{}
	}
	f := frameOf(r)
	for _, key := range sortedKeys(e.of) {
		raw := e.of[key]
		if !r.creates && (d.writes(r, key) || after.at(key).sensitive == true) {
			if placeholder, ok := ignoredPlaceholder(raw, values[key]); ok {
				name, _ := r.spelling.field(key)
				values[key], ignore = placeholder, append(ignore, name)
				continue
			}
		}
		if t, ok := d.written(f, after.at(key), key, raw, e, 0); ok {
			values[key], missing[key], marks[key] = t.value, t.unknown, t.sensitive
		}
	}
	if after.sensitive == true {
		return tree{values, missing, true}, ignore
	}
	return tree{values, missing, marks}, ignore
}

// mayIgnore reports whether the program may set a placeholder for the value of a secret or a sensitive attribute, so
// that the values of the resource are needed to find out about ignore_changes.
func (d *Document) mayIgnore(r *row) bool {
	if r.config == nil || r.creates {
		return false
	}
	holds := r.kind != nil && slices.ContainsFunc(r.kind.Values, func(p catalogue.Path) bool { return len(p) == 1 })
	return (holds || d.values.contain(r.parts.Sensitive, "true")) &&
		d.values.contain(r.config.Expressions.Part, `"constant_value"`)
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
