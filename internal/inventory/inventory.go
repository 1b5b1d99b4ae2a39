// Package inventory lists what a company starts with: stacks and their environments, components and modules that
// contain secrets, clouds and backends. It reads exported states, Terraform plans and the programs in a working tree,
// and suggests settings for them. Every suggestion has its origin. Names that contain a secret, or that the settings
// cannot contain, are only counted.
package inventory

import (
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/progression-labs-development/policypack/internal/catalogue"
	"github.com/progression-labs-development/policypack/internal/lazy"
)

// Inventory is what was found. Use [New].
type Inventory struct {
	// Unread are the files of a working tree that are called like what is read and could not be, with the reason.
	Unread []string
	// Exports are the files of a working tree that may be exported states or plans.
	Exports []string

	catalogue *catalogue.Catalogue
	providers map[string]bool     // the packages whose types the catalogue lists
	shown     func(string) string // hides secrets and control characters in a name
	projects  set
	programs  []string // the folders of Pulumi programs, "" being the tree's own
	roots     []string // the folders of Terraform's root modules
	states    set      // the stacks whose states were read
	plans     int
	stacks    map[string]*stack
	holders   map[string]*holder
	managers  map[string]*evidence
	backends  map[string]*evidence
	spelled   map[string]int // how often an environment's name ends the name of a secret
	odd       int            // names that the settings cannot hold
}

// New returns an empty inventory. The function masks a name for output.
func New(c *catalogue.Catalogue, shown func(string) string) *Inventory {
	inv := &Inventory{
		catalogue: c, shown: shown, providers: map[string]bool{}, projects: set{}, states: set{},
		stacks: map[string]*stack{}, holders: map[string]*holder{}, managers: map[string]*evidence{},
		backends: map[string]*evidence{}, spelled: map[string]int{},
	}
	for _, token := range c.Tokens() {
		inv.providers[packageOf(token)] = true
	}
	return inv
}

// stack is what is known of all stacks of one name.
type stack struct {
	projects set
	from     evidence
	names    map[string]int // the last parts of its secrets' names
}

// stackOf returns what is known of the stacks of a name, nil for a name that the settings cannot hold.
func (inv *Inventory) stackOf(name, project string) *stack {
	if !inv.plain(stackName(), name) {
		inv.odd++
		return nil
	}
	s := inv.stacks[name]
	if s == nil {
		s = &stack{projects: set{}, names: map[string]int{}}
		inv.stacks[name] = s
	}
	if project != "" {
		s.projects.add(inv.shown(project))
	}
	return s
}

// What the settings can hold without a glob in it.
var (
	stackName  = lazy.Regexp(`^[A-Za-z0-9_.-]+$`)
	typeToken  = lazy.Regexp(`^([A-Za-z0-9_./@-]+:){2}[A-Za-z0-9_./@-]+$`)
	sourceName = lazy.Regexp(`^[A-Za-z0-9_.:/@~+-]+$`)
	kebab      = lazy.Regexp(`^[a-z0-9]+(-[a-z0-9]+)*$`)
)

// plain reports whether a name is of a form and may be shown as it is.
func (inv *Inventory) plain(form *regexp.Regexp, name string) bool {
	return form.MatchString(name) && inv.shown(name) == name
}

// clouds are the secrets managers of the clouds, by the packages of the providers of Pulumi and Terraform.
var clouds = map[string]string{
	"aws": "aws-secrets-manager", "aws-native": "aws-secrets-manager", "awscc": "aws-secrets-manager",
	"awsx": "aws-secrets-manager", "gcp": "gcp-secret-manager", "google": "gcp-secret-manager",
	"google-beta": "gcp-secret-manager", "google-native": "gcp-secret-manager", "azure": "azure-key-vault",
	"azure-native": "azure-key-vault", "azurerm": "azure-key-vault", "azapi": "azure-key-vault",
}

// provider notes that a provider is in use, and returns where to say so; nil for one that is of no cloud.
func (inv *Inventory) provider(name string) *evidence {
	manager := clouds[name]
	if manager == "" {
		return nil
	}
	return found(inv.managers, manager)
}

// ofProvider reports whether a package is that of a provider, and not a company's own.
func (inv *Inventory) ofProvider(pkg string) bool { return inv.providers[pkg] || clouds[pkg] != "" }

func found(all map[string]*evidence, key string) *evidence {
	if all[key] == nil {
		all[key] = &evidence{}
	}
	return all[key]
}

func packageOf(token string) string {
	name, _, _ := strings.Cut(token, ":")
	return name
}

// set is a set of texts.
type set map[string]bool

func (s set) add(text string) { s[text] = true }

func (s set) sorted() []string { return slices.Sorted(maps.Keys(s)) }

// Read says what was read.
func (inv *Inventory) Read() string {
	var all []string
	if n := len(inv.states); n > 0 {
		all = append(all, plural(n, "exported state")+" ("+few(inv.states.sorted())+")")
	}
	if inv.plans > 0 {
		all = append(all, plural(inv.plans, "file")+" of Terraform")
	}
	if n := len(inv.programs); n > 0 {
		all = append(all, plural(n, "Pulumi program")+" ("+few(inv.folders(inv.programs))+")")
	}
	if n := len(inv.roots); n > 0 {
		all = append(all, plural(n, "root module")+" of Terraform ("+few(inv.folders(inv.roots))+")")
	}
	if len(all) == 0 {
		return "neither states nor programs"
	}
	return strings.Join(all, ", ")
}

func (inv *Inventory) folders(all []string) (out []string) {
	for _, dir := range all {
		out = append(out, inv.shown(path.Clean(dir)))
	}
	return out
}

// Programs returns the folders of the Pulumi programs.
func (inv *Inventory) Programs() []string { return inv.programs }

// Roots returns the folders of Terraform's root modules.
func (inv *Inventory) Roots() []string { return inv.roots }
