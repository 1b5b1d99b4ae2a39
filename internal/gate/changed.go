package gate

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/progression-labs-development/policypack/internal/git"
	"github.com/progression-labs-development/policypack/internal/report"
)

// findTouched finds out what the change touches, where only that is wanted, and leaves out the previews of projects
// that it does not touch. Where that cannot be told, and where it touches what all is checked with, all of it counts.
func (g *gate) findTouched(ctx context.Context) error {
	switch {
	case !g.in.Changed:
		return nil
	case len(g.since) == 0:
		g.remark("Everything was checked, because the base of the change is unknown.")
		return nil
	}
	touched, err := g.touches(ctx)
	if ctx.Err() != nil {
		return ctx.Err()
	} else if err != nil {
		g.say("%v", err)
		g.remark("Everything was checked, because git could not list the changed files; see the log.")
		return nil
	}
	all := slices.Concat([]string{g.in.Config, g.in.Bundle, g.Getenv("POLICYPACK_BUNDLE")}, g.in.Rules,
		filepath.SplitList(g.Getenv("POLICYPACK_RULES")))
	for _, path := range all {
		if rel, in := g.relative(path); path != "" && in && holds(touched, rel) {
			g.remark("Everything was checked, because the change touches %s.", path)
			return nil
		}
	}
	g.touched = touched
	if g.in.Mode != Preview {
		g.remark("Only the changed files and the commits of the change were checked.")
	}
	g.aimed = slices.DeleteFunc(g.aimed, func(a aim) bool {
		files, err := projectFiles(a.dir, g.root)
		if err != nil || len(files) == 0 || !isDirectory(a.dir) {
			return false // its preview says what is wrong
		}
		rel, in := g.relative(filepath.Dir(files[0]))
		if !in || holds(touched, rel) {
			return false
		}
		g.remark("Stack %s was not previewed: the change does not touch %s.", a.name, filepath.ToSlash(rel))
		return true
	})
	return nil
}

// touches lists the names of the files that the change touches, from the root.
func (g *gate) touches(ctx context.Context) (map[string]bool, error) {
	_, dir, err := git.Find(g.root)
	if err == nil && dir == "" {
		err = errors.New("the working directory is not in a checkout")
	}
	if err != nil {
		return nil, err
	}
	own, err := git.New(dir, g.root)
	if err != nil {
		return nil, err
	}
	return own.Touched(ctx, g.since...)
}

// holds reports whether a path is among the names, or has one of them below it or above it, as a submodule is.
func holds(names map[string]bool, path string) bool {
	path = filepath.ToSlash(path)
	for name := range names {
		if path == "." || name == path || strings.HasPrefix(name, path+"/") || strings.HasPrefix(path, name+"/") {
			return true
		}
	}
	return false
}

// remark says in the report, and in the log, what was left out.
func (g *gate) remark(format string, args ...any) {
	g.say(format, args...)
	g.remarks = append(g.remarks, fmt.Sprintf(format, args...))
}

// remarked adds the remarks to the report about the repository, or makes one of them where there is none.
func (g *gate) remarked(r *report.Report) *report.Report {
	of := ""
	if r == nil {
		r = g.report()
	} else if len(r.Sources) > 0 {
		of = r.Sources[0].Name
	}
	for _, text := range g.remarks {
		r.Notes = append(r.Notes, report.Note{Source: of, Message: text})
	}
	g.remarks = nil
	return r
}
