package inventory

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// HasStacks reports whether there are stacks.
func (inv *Inventory) HasStacks() bool { return len(inv.stacks) > 0 }

// Stacks returns the suggested environments of stacks.
func (inv *Inventory) Stacks() map[string]string {
	of := map[string]string{}
	for name, s := range inv.stacks {
		if e := inv.environmentOf(name, s); e.name != "" {
			of[name] = e.name
		}
	}
	return of
}

// Environments returns the suggested environments: those that the settings have by default, as the company spells them,
// and those of its stacks. There are none where no stack was found.
func (inv *Inventory) Environments() (out []string) {
	if len(inv.stacks) == 0 {
		return nil
	}
	used := set{}
	for _, environment := range inv.Stacks() {
		used.add(environment)
	}
	for _, group := range defaults {
		out = append(out, inv.spelling(group))
	}
	for _, environment := range used.sorted() {
		if !slices.Contains(out, environment) {
			out = append(out, environment)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(inv.stacks)) {
		if m := pullRequest().FindStringSubmatch(strings.ToLower(name)); m != nil && !slices.Contains(out, m[1]+"-*") {
			out = append(out, m[1]+"-*")
		}
	}
	return out
}

func (inv *Inventory) environments(s *Suggestion, c Choices) {
	list := c.Environments
	if list == nil {
		list = inv.Environments()
	}
	of := inv.Stacks()
	switch {
	case len(list) == 0:
		s.row("environments", notSet, "%s; the default is %s", noneOf(c.Environments, "no stack was found"),
			strings.Join(defaults, ", "))
	case c.Environments != nil:
		s.row("environments", strings.Join(list, ", "), chosen)
	default:
		s.row("environments", strings.Join(list, ", "), "the default%s, and those of the stacks below",
			inv.spelledOtherwise())
	}
	s.Config.Settings.Environments = list
	for _, name := range slices.Sorted(maps.Keys(of)) {
		if c.Environments != nil && !slices.Contains(list, of[name]) {
			s.left("stack %s: its environment is %s, which is not in environments", name, of[name])
			delete(of, name)
		}
	}
	rows := globbed(of, slices.Collect(maps.Keys(inv.stacks)))
	maps.Copy(rows, c.Stacks)
	if len(rows) > 0 {
		s.Config.Settings.EnvironmentByStack = rows
	}
	for _, name := range slices.Sorted(maps.Keys(rows)) {
		from := chosen
		if _, said := c.Stacks[name]; !said {
			from = inv.stackFrom(name)
		}
		s.row("environmentByStack", name+": "+rows[name], "%s", from)
	}
	for _, name := range slices.Sorted(maps.Keys(inv.stacks)) {
		e := inv.environmentOf(name, inv.stacks[name])
		if _, said := c.Stacks[name]; e.name == "" && !said && !pullRequest().MatchString(strings.ToLower(name)) {
			s.left("stack %s (%s): %s, so its secrets may be for any; add it to environmentByStack", name,
				inv.stacks[name].from.String(), e.why)
		}
	}
}

// spelledOtherwise says which of the default environments the company spells in its own way.
func (inv *Inventory) spelledOtherwise() string {
	var out []string
	for _, group := range defaults {
		if word := inv.spelling(group); word != group {
			names := plural(inv.spelled[word], "name")
			out = append(out, fmt.Sprintf("%s for %s, as in %s of secrets", word, group, names))
		}
	}
	if len(out) == 0 {
		return ""
	}
	return " (" + strings.Join(out, ", ") + ")"
}

// stackFrom says why a row of environmentByStack says what it does.
func (inv *Inventory) stackFrom(name string) string {
	if prefix, ok := strings.CutSuffix(name, "*"); ok && inv.stacks[name] == nil {
		var all []string
		for other := range inv.stacks {
			if strings.HasPrefix(other, prefix) {
				all = append(all, other)
			}
		}
		slices.Sort(all)
		return fmt.Sprintf("%s, by their names: %s", plural(len(all), "stack"), few(all))
	}
	of := inv.stacks[name]
	return inv.environmentOf(name, of).why + "; a stack " + of.from.String()
}
