package inventory

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

const (
	chosen = "as you chose" // where a row comes from that somebody has asked for
	notSet = "(not set)"    // what a setting says that is left to its default
)

// noneOf says why a list is empty: by choice, or since nothing was found.
func noneOf(choice []string, foundNone string) string {
	if choice != nil {
		return "none, " + chosen
	}
	return foundNone
}

// Suggest returns the configuration that follows from what was found and what somebody has chosen.
func (inv *Inventory) Suggest(c Choices) *Suggestion {
	s := &Suggestion{}
	s.levels(c)
	inv.components(s, c)
	inv.modules(s, c)
	inv.environments(s, c)
	inv.cloudsOf(s, c)
	inv.enforced(s, c)
	inv.backend(s, c)
	if inv.odd > 0 {
		s.left("%s that the settings cannot contain, or that may be secrets", plural(inv.odd, "name"))
	}
	return s
}

func (s *Suggestion) row(setting, value, format string, args ...any) {
	s.Rows = append(s.Rows, Row{setting, value, fmt.Sprintf(format, args...)})
}

func (s *Suggestion) left(format string, args ...any) {
	s.Left = append(s.Left, fmt.Sprintf(format, args...))
}

// levels makes everything advisory. With a day there is no level: under one that is advisory, a day enforces nothing.
func (s *Suggestion) levels(c Choices) {
	if c.EnforceFrom != "" {
		return
	}
	s.Config.Levels = map[string]string{"all": "advisory"}
	s.row("all", "advisory", "findings are reported and block nothing; only mistakes in the configuration stop a run")
	for _, policy := range c.Off {
		s.Config.Levels[policy] = "disabled"
		s.row(policy, "disabled", "it stays off unless enabled explicitly; \"all\" would enable it")
	}
}

func (inv *Inventory) enforced(s *Suggestion, c Choices) {
	if c.EnforceFrom == "" {
		return
	}
	s.Config.Settings.EnforceFrom = map[string]string{}
	for _, policy := range c.Mandatory {
		s.Config.Settings.EnforceFrom[policy] = c.EnforceFrom
	}
	s.row("enforceFrom", fmt.Sprintf("%d policies", len(c.Mandatory)), "every policy that is mandatory by "+
		"default is advisory until %s, and mandatory from then on; \"all\": \"advisory\" is left out, because "+
		"with it no day enforces anything", c.EnforceFrom)
}

// Managers returns the managers of the clouds in use. There are none where a component is used of which nobody has seen
// where it keeps its secrets: it may be another cloud than that of the program.
func (inv *Inventory) Managers() []string {
	if inv.unseen() != "" {
		return nil
	}
	return slices.Sorted(maps.Keys(inv.managers))
}

// unseen returns a component that is suggested by its name alone, empty where there is none. A module of Terraform uses
// the providers of the root module.
func (inv *Inventory) unseen() string {
	for _, name := range inv.Components() {
		if held, _ := inv.holders[name].held(); held.none() {
			return name
		}
	}
	return ""
}

func (inv *Inventory) cloudsOf(s *Suggestion, c Choices) {
	list := c.Managers
	if list == nil {
		list = inv.Managers()
	}
	s.Config.Settings.Managers = list
	for _, manager := range list {
		if e := inv.managers[manager]; e == nil || c.Managers != nil {
			s.row("managers", manager, chosen)
		} else {
			s.row("managers", manager, "the cloud is used %s", e)
		}
	}
	if len(list) > 0 {
		return
	}
	why := "no cloud provider was found"
	if name := inv.unseen(); name != "" {
		why = "where " + name + " keeps its secrets was not found"
	}
	s.row("managers", notSet, "%s; the default is the managers of all three clouds. Set yours with --manager",
		noneOf(c.Managers, why))
}

// backend allows the backends that projects name.
func (inv *Inventory) backend(s *Suggestion, c Choices) {
	list := c.Backends
	if list.Policy == "" {
		return
	}
	allowed := slices.Clone(list.Default)
	for _, url := range slices.Sorted(maps.Keys(inv.backends)) {
		e := inv.backends[url]
		switch {
		case slices.Contains(list.Default, strings.TrimSuffix(url, "/")):
		case strings.HasPrefix(url, "file:") || strings.ContainsAny(url, "@*{[\\ ") || inv.shown(url) != url ||
			!strings.Contains(url, "://"):
			s.left("the backend of a project %s: %s reports it, because policies are not enforced there", e,
				list.Policy)
		default:
			allowed = append(allowed, url)
			s.row(list.Parameter, url, "the backend of a project, %s", e)
		}
	}
	if len(allowed) > len(list.Default) {
		s.Config.Parameters = map[string]map[string][]string{list.Policy: {list.Parameter: allowed}}
	}
}
