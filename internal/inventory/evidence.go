package inventory

import (
	"fmt"
	"slices"
	"strings"
)

// evidence is where something was found. What it holds may be shown.
type evidence struct{ states, plans, files set }

func (e *evidence) state(name string) { put(&e.states, name) }
func (e *evidence) plan(name string)  { put(&e.plans, name) }
func (e *evidence) file(name string)  { put(&e.files, name) }

func put(to *set, name string) {
	if *to == nil {
		*to = set{}
	}
	to.add(name)
}

// none reports whether it was found nowhere.
func (e *evidence) none() bool { return len(e.states)+len(e.plans)+len(e.files) == 0 }

// String is where it was found: in 12 states (shop/production, shop/staging, …), index.ts:4.
func (e *evidence) String() string {
	var parts []string
	if len(e.states) > 0 {
		parts = append(parts, "in "+plural(len(e.states), "state")+" ("+few(e.states.sorted())+")")
	}
	if len(e.plans) > 0 {
		parts = append(parts, "in "+plural(len(e.plans), "plan")+" ("+few(e.plans.sorted())+")")
	}
	if len(e.files) > 0 {
		parts = append(parts, "in "+few(e.files.sorted()))
	}
	return strings.Join(parts, ", ")
}

// listed is how many of several are named.
const listed = 3

// few lists the first of several.
func few(all []string) string {
	all = slices.Compact(all)
	if len(all) > listed {
		return strings.Join(all[:listed], ", ") + fmt.Sprintf(" and %d more", len(all)-listed)
	}
	return strings.Join(all, ", ")
}

func plural(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %ss", n, one)
}
