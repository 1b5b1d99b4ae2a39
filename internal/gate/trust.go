package gate

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/progression-labs-development/policypack"
	"github.com/progression-labs-development/policypack/internal/breakglass"
)

// trust finds out which configuration, bundle and rules count.
func (g *gate) trust(ctx context.Context) (err error) {
	if g.config, err = g.trusted(ctx, "file", g.in.Config); err != nil {
		return err
	}
	if g.config != "" {
		f, err := os.Open(g.config)
		if err != nil {
			return errors.New("GATE_CONFIG: no such file")
		}
		if err := f.Close(); err != nil {
			return err
		}
	}
	if g.bundle, err = g.trusted(ctx, "file", g.in.Bundle); err != nil {
		return err
	}
	if g.bundle == "" {
		g.bundle = g.absolute(g.Getenv("POLICYPACK_BUNDLE"))
	}
	for _, dir := range filepath.SplitList(g.Getenv("POLICYPACK_RULES")) {
		g.rules = append(g.rules, g.absolute(dir))
	}
	for _, dir := range g.in.Rules {
		at, err := g.trusted(ctx, "directory", dir)
		if err != nil {
			return err
		}
		if at != "" {
			g.rules = append(g.rules, at)
		}
	}
	return nil
}

// trusted returns where a file or a directory is to be read, empty where the base has none. What git lists under a path
// is there itself: no link is followed.
func (g *gate) trusted(ctx context.Context, kind, path string) (string, error) {
	if path == "" {
		return "", nil
	}
	rel, in := g.relative(path)
	switch {
	case !in && filepath.IsAbs(path):
		return path, nil
	case !in:
		return "", fmt.Errorf("%s: outside the checkout; use an absolute path", path)
	case g.base == "":
		return filepath.Join(g.root, rel), nil
	}
	name := filepath.ToSlash(rel)
	entry, err := g.raw(ctx, "--literal-pathspecs", "ls-tree", g.base, "--", name)
	if err != nil {
		return "", fmt.Errorf("cannot read the base: %s: %w", path, err)
	}
	of, _, _ := strings.Cut(string(entry), "\t")
	fields := strings.Fields(of)
	switch {
	case len(fields) == 0:
		g.note("The base branch has no %s yet; it takes effect once merged.", path)
		return "", nil
	case kind == "file" && strings.HasPrefix(fields[0], "100") && fields[1] == "blob",
		kind == "directory" && fields[1] == "tree":
		return filepath.Join(g.baseDir(), rel), nil
	}
	return "", fmt.Errorf("%s: expected a %s on the base branch", path, kind)
}

// pinKey makes, for a break-glass token, the pack of the previews a copy with the pinned key in it. A change brings no
// key, whatever it is trusted with.
func (g *gate) pinKey(ctx context.Context) error {
	if g.glassToken == "" || g.in.BreakGlassKey == "" {
		return nil
	}
	key, err := g.pinned(ctx)
	if err != nil {
		return err
	}
	dir := filepath.Join(g.tmp, "pack")
	if err := g.copyPack(dir, key); err != nil {
		return fmt.Errorf("cannot copy policypack: %w", err)
	}
	g.program, g.glassKey = filepath.Join(dir, filepath.Base(g.program)), filepath.Join(dir, breakglass.KeyFile)
	return nil
}

// pinned reads the key.
func (g *gate) pinned(ctx context.Context) ([]byte, error) {
	rel, in := g.relative(g.in.BreakGlassKey)
	if in && len(g.since) > 0 {
		key, err := g.raw(ctx, "cat-file", "blob", g.since[0]+":"+filepath.ToSlash(rel))
		if err != nil {
			return nil, errors.New("GATE_BREAK_GLASS_KEY: no such file on the base branch")
		}
		return key, nil
	}
	key, err := os.ReadFile(g.absolute(g.in.BreakGlassKey))
	if err != nil {
		return nil, errors.New("GATE_BREAK_GLASS_KEY: cannot read the file")
	}
	return key, nil
}

// copyPack copies the program with what belongs to it.
func (g *gate) copyPack(dir string, key []byte) error {
	if err := os.Mkdir(dir, 0o700); err != nil {
		return err
	}
	const project = "PulumiPolicy.yaml"
	names := []string{}
	if _, err := os.Stat(filepath.Join(g.beside, project)); err == nil {
		names = append(names, project, "policy-config.json", "bundle.tar.gz", "rules")
	} else {
		text := "runtime: policypack\nversion: " + policypack.Version() + "\n"
		if err := os.WriteFile(filepath.Join(dir, project), []byte(text), 0o600); err != nil {
			return err
		}
	}
	for _, name := range names {
		if err := copyTree(filepath.Join(g.beside, name), filepath.Join(dir, name)); err != nil {
			return err
		}
	}
	if err := copyTree(g.program, filepath.Join(dir, filepath.Base(g.program))); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, breakglass.KeyFile), key, 0o600)
}

// copyTree copies a file or a directory, where there is one.
func copyTree(from, to string) error {
	info, err := os.Stat(from)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case info.IsDir():
		return os.CopyFS(to, os.DirFS(from))
	}
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close() //nolint:errcheck // nothing was written
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, info.Mode().Perm())
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}
