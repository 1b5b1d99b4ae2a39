package git

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Dated is a commit with its time.
type Dated struct {
	ID   string
	Time time.Time
	// Cut tells that this clone has none of its parents, and the repository may: it is shallow.
	Cut bool
}

// Past lists the commits that HEAD has and that change the path, parents before children.
func (g *Git) Past(ctx context.Context, path string) ([]Dated, error) {
	out, err := g.output(ctx, "rev-list", "--topo-order", "--reverse", "--timestamp", "HEAD", "--", path)
	if err != nil {
		return nil, err
	}
	cut, err := g.cut(ctx)
	if err != nil {
		return nil, err
	}
	var all []Dated
	for line := range strings.Lines(string(out)) {
		at, id, _ := strings.Cut(strings.TrimSpace(line), " ")
		seconds, err := strconv.ParseInt(at, 10, 64)
		if err != nil || !hexadecimal(id) {
			return nil, errors.New("git rev-list: unexpected output")
		}
		all = append(all, Dated{ID: id, Time: time.Unix(seconds, 0).UTC(), Cut: slices.Contains(cut, id)})
	}
	return all, nil
}

// Made returns when a commit was made, by its id.
func (g *Git) Made(ctx context.Context, id string) (time.Time, error) {
	if !hexadecimal(id) {
		return time.Time{}, errors.New("expected a commit id")
	}
	out, err := g.output(ctx, "rev-list", "--timestamp", "--max-count=1", id)
	if err != nil {
		return time.Time{}, err
	}
	at, _, _ := strings.Cut(string(out), " ")
	seconds, err := strconv.ParseInt(at, 10, 64)
	if err != nil {
		return time.Time{}, errors.New("git rev-list: unexpected output")
	}
	return time.Unix(seconds, 0).UTC(), nil
}

// cut lists the commits at which a shallow clone ends, none in a whole one. A commit that begins the history is among
// them where the clone is shallow elsewhere.
func (g *Git) cut(ctx context.Context) ([]string, error) {
	out, err := g.output(ctx, "rev-parse", "--is-shallow-repository")
	if err != nil || strings.TrimSpace(string(out)) != "true" {
		return nil, err
	}
	return g.commits(ctx, "--max-parents=0", "HEAD")
}
