package floor

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/progression-labs-development/policypack/internal/glob"
	"github.com/progression-labs-development/policypack/internal/nearest"
	"github.com/progression-labs-development/policypack/internal/pack"
)

// selectors are the keys of an entry that select places, except tag, which is an object of globs.
var selectors = []string{"organization", "project", "stack", "account"}

// keys are the keys of an entry.
var keys = append(slices.Clone(selectors), "tag", "levels", "parameters", "exemptions")

// elsewhere has the settings that entries cannot pin, with what to use instead.
var elsewhere = map[string]string{
	"exemptions":      "the exemptions of the bundle belong in its parameters",
	"baseline":        "the baseline of the bundle belongs in its parameters",
	"levelByStack":    "add an entry with a stack and its levels",
	"levelByAccount":  "add an entry with an account and its levels",
	"enforceFrom":     "lower levels are raised from the first day",
	"bundleKeys":      "a bundle cannot pin its own keys; they belong in the policy configuration",
	"minBundleSerial": "a bundle cannot set its own minimum serial; it belongs in the policy configuration",
}

// Elsewhere returns why an entry cannot pin a setting and where to set it, or an empty string if it can.
func Elsewhere(setting string) string { return elsewhere[setting] }

// Parse parses a floor from decoded JSON; nil is an empty one. Its policies and parameters must be those of the pack.
// The error lists every mistake, one per line, with its entry, and quotes no values.
func Parse(raw any, p *pack.Pack, bundle string) (*Floor, error) {
	if raw == nil {
		return nil, nil
	}
	list, ok := raw.([]any)
	if !ok || len(list) == 0 {
		return nil, errors.New(`floor: expected a list of entries, such as [{"levels": {"all": "advisory"}}]`)
	}
	f := &Floor{bundle: bundle, raw: raw}
	var wrong []string
	for i, v := range list {
		ps := &parser{pack: p, row: row{number: i + 1}}
		ps.read(v)
		f.rows = append(f.rows, ps.row)
		wrong = append(wrong, ps.wrong...)
	}
	if len(wrong) > 0 {
		return nil, errors.New(strings.Join(wrong, "\n"))
	}
	return f, nil
}

// parser parses one entry.
type parser struct {
	pack  *pack.Pack
	row   row
	wrong []string
}

func (p *parser) fail(format string, args ...any) {
	p.wrong = append(p.wrong, fmt.Sprintf("floor: entry %d: ", p.row.number)+fmt.Sprintf(format, args...))
}

func (p *parser) read(v any) {
	fields, ok := v.(map[string]any)
	if !ok {
		p.fail("expected an object with levels or parameters")
		return
	}
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		if !slices.Contains(keys, name) {
			p.fail("unknown %s%s", name, nearest.DidYouMean(name, keys))
		}
	}
	for _, part := range selectors {
		if v, ok := fields[part]; ok {
			p.selector(part, part, "", v)
		}
	}
	p.tags(fields)
	p.levels(fields)
	p.parameters(fields)
	switch v := fields["exemptions"]; v {
	case nil, "signed":
	case "any":
		p.row.any = true
	default:
		text, _ := v.(string)
		p.fail("exemptions: %s", nearest.OneOf(text, []string{"signed", "any"}))
	}
	if fields["levels"] == nil && fields["parameters"] == nil {
		p.fail("it is empty: expected levels or parameters")
	}
}

func (p *parser) selector(where, part, tag string, v any) {
	text, _ := v.(string)
	if strings.TrimSpace(text) == "" {
		p.fail("%s: expected a glob, or leave it out to match any", where)
		return
	}
	if part == "stack" && strings.Contains(text, "/") {
		p.fail("stack: a stack name contains no slash: use organization and project for these parts")
		return
	}
	// Compared in lower case: an entry only tightens, and a spelling must not evade it.
	if part == "account" || part == "organization" {
		text = strings.ToLower(text)
	}
	if glob.Bracket(text) { // before 0.2.0 a character class, which would no longer match
		p.fail("%s: brackets match literally: write {a,b} for alternatives, or "+
			`\[ for a literal bracket`, where)
		return
	}
	match, err := glob.Compile(text)
	if err != nil {
		p.fail("%s: %v", where, err)
		return
	}
	p.row.on = append(p.row.on, selector{part, tag, match})
}

func (p *parser) tags(fields map[string]any) {
	v, ok := fields["tag"]
	if !ok {
		return
	}
	tags, ok := v.(map[string]any)
	if !ok || len(tags) == 0 {
		p.fail(`tag: expected an object of globs by tag name, such as {"tier": "1"}`)
		return
	}
	for _, name := range slices.Sorted(maps.Keys(tags)) {
		p.selector("tag."+name, "tag", name, tags[name])
	}
}

func (p *parser) levels(fields map[string]any) {
	v, ok := fields["levels"]
	if !ok {
		return
	}
	levels, ok := v.(map[string]any)
	if !ok || len(levels) == 0 {
		p.fail(`levels: expected an object of levels by policy, such as {"all": "advisory"}`)
		return
	}
	p.row.levels = map[string]pack.Level{}
	for _, name := range slices.Sorted(maps.Keys(levels)) {
		level, _ := levels[name].(string)
		switch {
		case name == pack.SettingsPolicy:
			p.fail("levels.settings: mistakes in the settings are always mandatory; leave it out")
		case name != all && !p.known("levels."+name, name):
		case level != string(pack.Advisory) && level != string(pack.Mandatory):
			p.fail("levels.%s: %s", name, nearest.OneOf(level, []string{"advisory", "mandatory"}))
		default:
			p.row.levels[name] = pack.Level(level)
		}
	}
}

// known reports whether the policy exists, and records a mistake if not.
func (p *parser) known(where, name string) bool {
	if p.pack.Policy(name) != nil {
		return true
	}
	p.fail("%s: unknown policy %q%s", where, name, nearest.DidYouMean(name, p.pack.Names()))
	return false
}

func (p *parser) parameters(fields map[string]any) {
	v, ok := fields["parameters"]
	if !ok {
		return
	}
	byPolicy, ok := v.(map[string]any)
	if !ok || len(byPolicy) == 0 {
		p.fail(`parameters: expected an object of parameters by policy, such as {"settings": {"onUnknown": "deny"}}`)
		return
	}
	p.row.parameters = map[string]map[string]any{}
	for _, name := range slices.Sorted(maps.Keys(byPolicy)) {
		where := "parameters." + name
		values, ok := byPolicy[name].(map[string]any)
		switch {
		case !p.known(where, name):
			continue
		case !ok || len(values) == 0:
			p.fail("%s: expected an object of parameters; levels belong in levels", where)
			continue
		}
		if name == pack.SettingsPolicy {
			for _, parameter := range slices.Sorted(maps.Keys(elsewhere)) {
				if _, ok := values[parameter]; ok {
					p.fail("%s.%s: %s", where, parameter, elsewhere[parameter])
				}
			}
		}
		for _, m := range p.pack.Policy(name).Check(values) {
			p.fail("%s.%s: %s", where, m.Path[1:], m.Text)
		}
		p.row.parameters[name] = values
	}
}
