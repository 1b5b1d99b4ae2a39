package facts

import (
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/progression-labs-development/policypack/internal/detect"
	"github.com/progression-labs-development/policypack/internal/place"
)

// hider returns a function that removes secrets from a name: those that known removes, if it is not nil, and those
// recognised by their format. The keys of a map may be values.
func hider(known func(string) string, d *detect.Detector) func(string) string {
	return func(name string) string {
		if known != nil {
			name = known(name)
		}
		return d.Name(name)
	}
}

// also returns a function that applies hide and then more.
func also(hide, more func(string) string) func(string) string {
	return func(name string) string { return more(hide(name)) }
}

// hideURN removes secrets from the parts of a URN, or from a text that is not a URN. The result is a single line.
func hideURN(urn string, hide func(string) string) string {
	u, ok := place.ParseURN(urn)
	if !ok {
		return place.Visible(hide(urn))
	}
	shown := u
	for _, part := range [...]*string{&shown.Stack, &shown.Project, &shown.Types, &shown.Name} {
		*part = place.Visible(hide(*part))
	}
	if shown == u {
		return urn
	}
	return shown.String()
}

// concealed has the URNs that contain a secret, and how they are shown. No two resources look the same.
type concealed struct {
	mu    sync.Mutex
	shown map[string]string // by URN
	taken map[string]bool
}

func (n *concealed) of(urn string, hide func(string) string) string {
	if urn == "" {
		return urn
	}
	text := hideURN(urn, hide)
	if text == urn {
		return urn
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.shown == nil {
		n.shown, n.taken = map[string]string{}, map[string]bool{}
	}
	if known, ok := n.shown[urn]; ok {
		return known
	}
	free := text
	for i := 2; n.taken[free]; i++ {
		free = text + "-" + strconv.Itoa(i)
	}
	n.shown[strings.Clone(urn)], n.taken[free] = free, true
	return free
}

func (n *concealed) empty() bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return len(n.shown) == 0
}

// conceal removes secrets from the resource's names, before they are used for anything else.
func (r *Resource) conceal(run *Run, d *detect.Detector) {
	run.learn(d)
	run.names.Excuse(r.Name, lastKey(r.Name)) // in a Terraform address, the name chosen by the program
	r.hide = run.hideKeys(d)
	hide := run.HideNames(d)
	urn := run.concealed.of(r.URN, hide)
	if urn != r.URN {
		r.Type = place.Visible(hide(r.Type))
		for i := range r.Ancestors {
			r.Ancestors[i] = place.Visible(hide(r.Ancestors[i]))
		}
		r.Project, r.Stack = place.Visible(hide(r.Project)), place.Visible(hide(r.Stack))
	}
	r.URN, r.Name, r.Parent = urn, place.Visible(hide(r.Name)), run.concealed.of(r.Parent, hide)
}

// HideNames returns a function that removes secrets from resource names: those recognised by their format, and secret
// configuration that is unlikely to be repeated by coincidence.
func (r *Run) HideNames(d *detect.Detector) func(string) string {
	if r.config.Len() == 0 {
		return hider(nil, d)
	}
	return hider(r.config.Mask, d)
}

// hideKeys is like HideNames, for the keys of maps, which are not identities: it removes all secret configuration
// except words.
func (r *Run) hideKeys(d *detect.Detector) func(string) string {
	if r.config.Len() == 0 {
		return hider(nil, d)
	}
	return hider(r.config.Scrub, d)
}

// hidePath removes secrets from the keys of a path.
func (r *Resource) hidePath(path place.Path) place.Path { return hiddenPath(path, r.hide) }

func hiddenPath(path place.Path, hide func(string) string) place.Path {
	var copied place.Path
	for i, step := range path {
		key, ok := step.(string)
		if !ok {
			continue
		}
		shown := hide(key)
		if shown == key {
			continue
		}
		if copied == nil {
			copied = slices.Clone(path)
		}
		copied[i] = shown
	}
	if copied == nil {
		return path
	}
	return copied
}

// hideFacts removes secrets from the paths in extracts.
func (r *Resource) hideFacts() {
	for i := range r.files {
		r.files[i].name, r.files[i].path = r.hide(r.files[i].name), r.hidePath(r.files[i].path)
	}
	for i := range r.commands {
		r.commands[i].path = r.hidePath(r.commands[i].path)
	}
	for i := range r.ci {
		r.ci[i].name, r.ci[i].path = r.hide(r.ci[i].name), r.hidePath(r.ci[i].path)
	}
}
