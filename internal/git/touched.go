package git

import (
	"context"
	"errors"
)

// Touched returns the names of the files that any commit changes that HEAD has and none of the others has, and of those
// that the index has otherwise than the last common ancestor of HEAD and the first of the others. Files that are gone
// are among them.
func (g *Git) Touched(ctx context.Context, others ...string) (map[string]bool, error) {
	if len(others) == 0 {
		return nil, errors.New("git: expected the base commit of the change")
	}
	head, err := g.Resolve(ctx, "HEAD")
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(others))
	for i, name := range others {
		if ids[i], err = g.Resolve(ctx, name); err != nil {
			return nil, err
		}
	}
	fork, err := g.MergeBase(ctx, head, ids[0])
	if err != nil {
		return nil, err
	}
	if fork == "" {
		return nil, errors.New("HEAD and the base have no common ancestor in this clone")
	}
	names, err := g.Differ(ctx, fork)
	if err != nil {
		return nil, err
	}
	out := map[string]bool{}
	for _, name := range names {
		out[name] = true
	}
	commits, err := g.Since(ctx, head, ids...)
	if err != nil {
		return nil, err
	}
	for c, err := range g.Changes(ctx, commits) {
		if err != nil {
			return nil, err
		}
		out[c.Path] = true
	}
	return out, nil
}
