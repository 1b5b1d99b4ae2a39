package repository

import (
	"reflect"
	"slices"

	"github.com/progression-labs-development/policypack/internal/facts"
	"github.com/progression-labs-development/policypack/internal/place"
)

// join merges into the facts of a file those of another version, or of the same content read in another way. Facts that
// both have are kept once.
func join(f, g *facts.File) {
	if f.Facts() == 0 && len(f.Allows) == 0 {
		if g.Kind == facts.FileOther {
			g.Kind, g.Stack, g.Template = f.Kind, f.Stack, f.Template
		}
		*f = *g
		return
	}
	if f.Kind == facts.FileOther {
		f.Kind, f.Stack, f.Template = g.Kind, g.Stack, g.Template
	}
	f.More = f.More || g.More
	f.Findings = values(f.Findings, g.Findings, func(x *facts.Finding) *facts.Value { return &x.Value })
	f.Commands = union(f.Commands, g.Commands)
	f.Config = union(f.Config, g.Config)
	f.Logins = union(f.Logins, g.Logins)
	f.CI = values(f.CI, g.CI, func(x *facts.FileKey) *facts.Value { return &x.Value })
	f.Calls = union(f.Calls, g.Calls)
	f.Components = union(f.Components, g.Components)
	f.Overrides = union(f.Overrides, g.Overrides)
	f.Allows = union(f.Allows, g.Allows)
	for at, column := range g.Columns16 {
		if f.Columns16 == nil {
			f.Columns16 = map[place.Position]int{}
		}
		f.Columns16[at] = column
	}
	if f.SecretsProvider == "" {
		f.SecretsProvider, f.SecretsProviderAt = g.SecretsProvider, g.SecretsProviderAt
	}
	arrange(f)
}

// values is union for facts with a value. Two versions of a value are one fact, under the name that the first one has,
// and changed if either has changed.
func values[T any](a, b []T, of func(*T) *facts.Value) []T {
	for _, x := range b {
		i := slices.IndexFunc(a, func(y T) bool {
			y, z := y, x
			*of(&y) = *of(&z)
			return reflect.DeepEqual(y, z)
		})
		if i < 0 {
			a = append(a, x)
			continue
		}
		of(&a[i]).Changed = of(&a[i]).Changed || of(&x).Changed
	}
	return a
}

func union[T any](a, b []T) []T {
	for _, x := range b {
		if !slices.ContainsFunc(a, func(y T) bool { return reflect.DeepEqual(x, y) }) {
			a = append(a, x)
		}
	}
	return a
}
