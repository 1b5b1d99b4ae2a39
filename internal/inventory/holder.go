package inventory

import (
	"cmp"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/progression-labs-development/policypack/internal/glob"
)

// holder is a component, or a module of Terraform, by its type token or its source.
type holder struct {
	name      string
	module    bool
	holds     evidence // where it was seen with secrets in it
	strangers evidence // where secrets were in it that are not called after it
	seen      evidence // where it was seen at all
	families  set      // of the types of its secrets
	strange   set      // of the types of the secrets that are not called after it
	generated bool     // it writes values that a generator made
	projects  set      // of which it was seen in a stack, or a program
	sources   set      // the files, from the root of the repository, that register it
}

// secret reports whether the holder is called a secret.
func (h *holder) secret() bool { return called(h.name) }

// called reports whether a type token, or the source of a module, is that of something that is called a secret. A
// source has the module's name behind // or, in a registry, before the provider.
func called(name string) bool {
	words := strings.Split(name, "/")
	switch _, inside, ok := strings.Cut(name, "//"); {
	case ok:
		name = path.Base(inside)
	case public(name), len(words) == 4 && strings.Contains(words[0], ".") && !local(name):
		name = words[len(words)-2]
	default:
		name = name[strings.LastIndexAny(name, ":/")+1:]
	}
	return strings.Contains(strings.ToLower(name), "secret")
}

func (inv *Inventory) holder(name string, module bool) *holder {
	h := inv.holders[name]
	if h == nil {
		h = &holder{name: name, module: module, families: set{}, strange: set{}, projects: set{}, sources: set{}}
		inv.holders[name] = h
	}
	return h
}

// Components returns the types of the components that are suggested.
func (inv *Inventory) Components() []string { return inv.names(false) }

// Modules returns the sources of the modules that are suggested.
func (inv *Inventory) Modules() []string { return inv.names(true) }

func (inv *Inventory) names(modules bool) (out []string) {
	for _, name := range slices.Sorted(maps.Keys(inv.holders)) {
		if h := inv.holders[name]; h.module == modules && h.taken() && inv.refused(h) == "" {
			out = append(out, name)
		}
	}
	// messages advise the first one for a new secret
	slices.SortStableFunc(out, func(a, b string) int {
		switch x, y := inv.holders[a].secret(), inv.holders[b].secret(); {
		case x == y:
			return 0
		case x:
			return -1
		}
		return 1
	})
	return out
}

// held returns where the component or module was seen with secrets of its own, and the globs over their types. Secrets
// that are not called after it are its own where no state has it without one.
func (h *holder) held() (*evidence, set) {
	everywhere := len(h.strangers.states) > 1 && len(h.strangers.states) == len(h.seen.states)
	if h.holds.none() && everywhere {
		return &h.strangers, h.strange
	}
	return &h.holds, h.families
}

// taken reports whether a component or module holds secrets by what was seen, or by what it is called.
func (h *holder) taken() bool {
	held, _ := h.held()
	return !held.none() || h.secret()
}

// refused says why a component or module that holds secrets is not suggested, empty where it is.
func (inv *Inventory) refused(h *holder) string {
	pkg := packageOf(h.name)
	switch {
	case h.module && public(h.name):
		return "is from the public registry, not your own"
	case h.module:
		return ""
	case inv.ofProvider(pkg):
		return "is from a provider's package"
	case h.projects[pkg] && !h.secret():
		return fmt.Sprintf("begins with the project name %s, so it belongs to the program", inv.shown(pkg))
	}
	return ""
}

// public reports whether a source is NAMESPACE/NAME/PROVIDER, an address of the public registry.
func public(source string) bool {
	words := strings.Split(source, "/")
	return len(words) >= 3 && words[0] != "" && !strings.Contains(words[0], ".") && (len(words) == 3 || words[3] == "")
}

// rowOf is the entry of components for a component, which need not have been seen.
func (inv *Inventory) rowOf(name string) Component {
	row := Component{Type: name, Values: "none"}
	h := inv.holders[name]
	if h == nil {
		return row
	}
	if h.generated {
		row.Values = "generated"
	}
	if !h.secret() {
		_, families := h.held()
		row.Children = families.sorted()
	}
	return row
}

func (inv *Inventory) components(s *Suggestion, c Choices) {
	names := c.Components
	if names == nil {
		names = inv.Components()
	}
	for _, name := range names {
		row := inv.rowOf(name)
		s.Config.Settings.Components = append(s.Config.Settings.Components, row)
		from := inv.seenAs(name)
		if c.Components != nil && !slices.Contains(inv.Components(), name) {
			from = chosen
		}
		s.row("components", name, "%s; %s", from, row.explained())
	}
	if len(names) == 0 && !inv.OnlyTerraform() {
		why := noneOf(c.Components, "no component that creates secrets was found")
		s.row("components", notSet, "%s; the default is %s. Set yours with --component", why,
			"progression-labs-development:infra:Secret")
	}
	inv.notTaken(s, names, false)
	files := set{}
	for _, name := range names {
		if h := inv.holders[name]; h != nil {
			for file := range h.sources {
				if inv.shown(file) == file {
					files.add(glob.Quote(file))
				}
			}
		}
	}
	if len(files) > 0 {
		s.Config.Settings.PackageSources = files.sorted()
		s.row("packageSources", few(files.sorted()), "the code there registers these components; code elsewhere "+
			"that does is reported")
	}
}

// explained says what the values and children of a row are for.
func (c Component) explained() string {
	values := "it must not write values"
	if c.Values == "generated" {
		values = "it writes generated values"
	}
	if len(c.Children) == 0 {
		return values
	}
	return values + ", and contains " + strings.Join(c.Children, ", ")
}

// seenAs says where a component or module was found.
func (inv *Inventory) seenAs(name string) string {
	h := inv.holders[name]
	if h == nil {
		return "found nowhere"
	}
	if held, _ := h.held(); !held.none() {
		return "contains secrets " + held.String()
	}
	return "named like a secret, " + h.seen.String()
}

// notTaken lists what holds secrets and is not in the configuration, and counts the rest.
func (inv *Inventory) notTaken(s *Suggestion, names []string, modules bool) {
	what, setting, rest := "component", "components", []string{}
	if modules {
		what, setting = "module", "blessedModules"
	}
	for _, name := range slices.Sorted(maps.Keys(inv.holders)) {
		h := inv.holders[name]
		switch {
		case h.module != modules || slices.Contains(names, name):
		case !h.taken() && !h.strangers.none():
			s.left("component %s: the secrets in it are not named after it, %s, so it may only be their parent; "+
				"if it creates them, add it to components", name, h.strangers.String())
		case !h.taken() && inv.refused(h) == "":
			rest = append(rest, name)
		case !h.taken():
		default:
			why := cmp.Or(inv.refused(h), "was not chosen")
			s.left("%s %s: %s, but it %s; if it may create secrets, add it to %s", what, name, inv.seenAs(name), why,
				setting)
		}
	}
	if len(rest) > 0 {
		s.left("%s without secrets (%s): only those in %s may contain any", plural(len(rest), what),
			few(rest), setting)
	}
}

// OnlyTerraform reports whether nothing of Pulumi was found beside what there is of Terraform.
func (inv *Inventory) OnlyTerraform() bool {
	return len(inv.roots)+inv.plans > 0 && len(inv.programs)+len(inv.states) == 0
}

func (inv *Inventory) modules(s *Suggestion, c Choices) {
	names := c.Modules
	if names == nil {
		names = inv.Modules()
	}
	for _, name := range names {
		row, from := Module{Source: name, Values: "none"}, inv.seenAs(name)
		if h := inv.holders[name]; h != nil && h.generated {
			row.Values = "generated"
		}
		s.Config.Settings.BlessedModules = append(s.Config.Settings.BlessedModules, row)
		if c.Modules != nil && !slices.Contains(inv.Modules(), name) {
			from = chosen
		}
		s.row("blessedModules", name, "%s; %s", from, Component{Values: row.Values}.explained())
	}
	if len(names) == 0 && inv.OnlyTerraform() {
		s.row("blessedModules", notSet, "%s. Set yours with --module",
			noneOf(c.Modules, "no module that creates secrets was found"))
	}
	inv.notTaken(s, names, true)
}
