package register

import (
	"context"
	"errors"
	"path/filepath"
	"slices"

	"github.com/progression-labs-development/policypack/internal/git"
)

// maxVersion is the maximum size in bytes of a version of a file.
const maxVersion = 16 << 20

// History returns the first commit that contains each key of any version of the file. A file unknown to git has none.
// If a file was renamed without a change in the same commit, its history under the old name is included. Keys at the
// boundary of a shallow clone may be older, and are left out.
func History(ctx context.Context, file string, keys func(data []byte) []string) (map[string]Seen, error) {
	file, err := filepath.Abs(file)
	if err != nil {
		return nil, err
	}
	if real, err := filepath.EvalSymlinks(file); err == nil {
		file = real
	}
	g, root, err := git.Open(filepath.Dir(file))
	if err != nil || g == nil {
		return nil, err
	}
	name, err := filepath.Rel(root, file)
	if err != nil {
		return nil, err
	}
	if _, err := g.Resolve(ctx, "HEAD"); err != nil {
		return nil, nil //nolint:nilerr // there is no commit yet
	}
	o := g.Objects(ctx)
	defer o.Close() //nolint:errcheck // all that was asked for has come
	seen := map[string]Seen{}
	name = filepath.ToSlash(name)
	for looked := []string(nil); name != "" && !slices.Contains(looked, name); {
		looked = append(looked, name)
		if name, err = past(ctx, g, o, name, keys, seen); err != nil {
			return nil, err
		}
	}
	for key, s := range seen {
		if s.cut {
			delete(seen, key)
		}
	}
	return seen, nil
}

// past reads the versions of a file under one name, and returns its previous name.
func past(ctx context.Context, g *git.Git, o *git.Objects, name string, keys func([]byte) []string,
	seen map[string]Seen,
) (before string, err error) {
	commits, err := g.Past(ctx, name)
	if err != nil {
		return "", err
	}
	at, ids := map[string]git.Dated{}, make([]string, len(commits))
	for i, c := range commits {
		at[c.ID], ids[i] = c, c.ID
	}
	removed, added := map[git.Blob]string{}, git.Blob{}
	for c, err := range g.Changes(ctx, ids) {
		if err != nil {
			return "", err
		}
		first := len(ids) > 0 && c.Commit == ids[0]
		if first && c.Blob == (git.Blob{}) && len(c.Old) > 0 {
			removed[c.Old[0]] = c.Path
		}
		if c.Path != name || c.Blob == (git.Blob{}) {
			continue
		}
		if first {
			added = c.Blob
		}
		object, err := o.Read(c.ID, maxVersion)
		if errors.Is(err, git.ErrMissing) {
			continue // a partial clone; who has it first is then not known from here
		} else if err != nil {
			return "", err
		}
		made := at[c.Commit]
		for _, key := range keys(object.Data) {
			if s, ok := seen[key]; !ok || made.Time.Before(s.Day) {
				seen[key] = Seen{Commit: c.Commit, Day: made.Time, cut: made.Cut}
			}
		}
	}
	return removed[added], nil
}
