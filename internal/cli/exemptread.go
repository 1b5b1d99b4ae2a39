package cli

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/progression-labs-development/policypack/internal/central"
	"github.com/progression-labs-development/policypack/internal/check"
	"github.com/progression-labs-development/policypack/internal/evidence"
	"github.com/progression-labs-development/policypack/internal/expiry"
	"github.com/progression-labs-development/policypack/internal/facts"
	"github.com/progression-labs-development/policypack/internal/git"
	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/internal/policyfile"
	"github.com/progression-labs-development/policypack/internal/register"
	"github.com/progression-labs-development/policypack/internal/report"
	"github.com/progression-labs-development/policypack/internal/repository"
	"github.com/progression-labs-development/policypack/internal/session"
)

// collector reads the inputs of a register.
type collector struct {
	*register.Builder

	rules *ruleFlag
	proof *evidenceFlags
	p     Process

	bundle   string     // whose rules apply, empty for none
	loaded   *pack.Pack // with them
	seen     *evidence.Evidence
	pinned   []pinned          // what each configuration that pins keys requires of a bundle
	patterns []string          // of secrets, from the configurations
	valid    []string          // configurations without mistakes
	commits  map[string]string // of baselines, by configuration
}

// pinned is what a configuration requires of a bundle.
type pinned struct {
	keys  map[string]central.Key
	least int64
	clock expiry.Clock
}

// inputs are the paths, sorted by kind.
type inputs struct{ configurations, bundles, repositories, reports []string }

// sorted sorts the paths by kind. Missing ones are reported as failures.
func (c *collector) sorted(paths []string) (in inputs) {
	for _, name := range paths {
		info, err := os.Stat(name)
		if err != nil {
			c.Fail(filepath.ToSlash(name), check.WithoutPath(err))
			continue
		}
		if info.IsDir() {
			in.repositories = append(in.repositories, name)
			continue
		}
		bundle, err := isBundle(name)
		if err != nil {
			c.Fail(filepath.ToSlash(name), check.WithoutPath(err))
			continue
		}
		data, err := readInput(name) // even of a bundle, to find out whether it is a report
		switch {
		case err == nil && report.Is(data):
			in.reports = append(in.reports, name)
		case bundle:
			in.bundles = append(in.bundles, name)
		default:
			in.configurations = append(in.configurations, name)
		}
	}
	return in
}

// collect reads everything: first what is written, then the runs that used it.
func (c *collector) collect(ctx context.Context, paths, reports []string) (err error) {
	in := c.sorted(paths)
	c.commits = map[string]string{}
	c.bundle = c.p.Getenv("POLICYPACK_BUNDLE")
	if len(in.bundles) == 1 {
		c.bundle = in.bundles[0]
	}
	if c.loaded, err = loadPack(c.rules.directories(), c.bundle); err != nil {
		return err
	}
	if c.seen, err = c.proof.begin(c.loaded, c.p); err != nil {
		return err
	}
	for _, name := range in.configurations {
		if err := c.configuration(ctx, name); err != nil {
			c.Fail(filepath.ToSlash(name), err)
		}
	}
	for _, name := range in.bundles {
		c.bundled(name)
	}
	for _, name := range in.repositories {
		if err := c.repository(ctx, name); err != nil {
			c.Fail(filepath.ToSlash(name), err)
		}
	}
	for _, config := range in.configurations {
		c.since(ctx, config, in.repositories)
	}
	for _, name := range slices.Concat(in.reports, reports) {
		if err := c.reports(name); err != nil {
			c.Fail(filepath.ToSlash(name), err)
		}
	}
	return nil
}

// configuration reads a policy configuration file. If it has mistakes, the readable parts are still in the register.
func (c *collector) configuration(ctx context.Context, name string) error {
	data, err := os.ReadFile(name)
	if err != nil {
		return check.WithoutPath(err)
	}
	f := check.NewConfig(name, policyfile.ParseAny(data, c.loaded.Names()), c.loaded)
	shown := filepath.ToSlash(name)
	if f.Root != nil {
		c.Configuration(shown, f.File)
	}
	s := session.New(session.Options{
		Rules: c.rules.directories(), Log: c.p.Stderr, Now: c.p.Now, Bundle: c.bundle, Unbundled: true,
	})
	if mistakes := f.Check(ctx, s); len(mistakes) > 0 {
		c.Fail(shown, fmt.Errorf("the file has mistakes, so no run accepts it:\n%w", mistakes))
	} else if !f.Bundled() {
		c.valid = append(c.valid, name)
	}
	settings := f.Parameters()[pack.SettingsPolicy]
	if keys := central.Keys(settings); len(keys) > 0 {
		known := maps.Clone(c.loaded.Policy(pack.SettingsPolicy).Parameters.Defaults)
		maps.Copy(known, settings)
		c.pinned = append(c.pinned, pinned{keys, central.Least(settings), expiry.When{Now: c.p.Now()}.Clock(known)})
	}
	c.patterns = append(c.patterns, texts(settings["extraPatterns"])...)
	baseline, _ := settings["baseline"].(map[string]any)
	c.commits[name], _ = baseline["commit"].(string)
	seen, err := register.History(ctx, name, register.KeysOf)
	if err != nil {
		c.Note("%s: the git history could not be read, so the first day of its entries is unknown: %v", shown, err)
		return nil
	}
	c.Dates(shown, "", seen)
	return nil
}

// bundled reads a bundle. Nothing is listed from one whose signature does not verify, since anybody may have written
// it, nor from one that has expired or been replaced.
func (c *collector) bundled(name string) {
	shown := filepath.ToSlash(name)
	b, err := central.Open(name)
	if err != nil {
		c.Fail(shown, err)
		return
	}
	if len(c.pinned) == 0 {
		c.Bundle(shown, b.Parameters(), false)
		c.Note("%s is not verified, because none of the configurations pins a key (settings, %s). Its exemptions "+
			"do not apply.", shown, central.Setting)
		return
	}
	var first error
	for _, p := range c.pinned {
		_, err := b.Verify(p.keys)
		if err == nil {
			err = b.NotOlder(p.least)
		}
		note := ""
		if err == nil {
			note, err = b.Lasts(p.clock)
		}
		if note != "" {
			c.Note("%s", note)
		}
		if err == nil {
			c.Bundle(shown, b.Parameters(), true)
			return
		}
		if first == nil {
			first = err
		}
	}
	c.Fail(shown, first)
}

// repository reads the suppression comments in a repository, and checks it with each configuration to find out what is
// used.
func (c *collector) repository(ctx context.Context, dir string) error {
	name := filepath.ToSlash(dir)
	root, err := rootOf(dir)
	if err != nil {
		return err
	}
	c.Read(register.Source{Name: name, Kind: register.Repository})
	files := map[string]bool{}
	configs := c.valid
	if len(configs) == 0 {
		configs = []string{""}
	}
	for i, config := range configs {
		o := check.Options{Config: config}
		if o, err = checkOptions(o, c.rules, string(check.Repository), "", c.p); err != nil {
			return err
		}
		o.Session.Bundle, o.Session.Unbundled, o.Session.BreakGlass = c.bundle, true, session.BreakGlass{}
		o.Load = func() (*pack.Pack, error) { return c.loaded, nil }
		if i == 0 {
			o.File = func(f *facts.File) {
				for _, a := range f.Allows {
					files[f.Name] = true
					c.Comment(register.CommentIn{
						Repository: name, File: f.Name, Line: a.At.Line, Policies: a.Policies, Reason: a.Reason,
					})
				}
			}
		}
		run, err := check.New(ctx, o)
		if err != nil {
			return err
		}
		if err := run.Check(ctx, []string{dir}); err != nil {
			return err
		}
		for _, e := range run.Report.Errors {
			if i == 0 {
				c.Fail(name, fmt.Errorf("%s", errorLine(e)))
			}
		}
		commit := c.commits[config]
		run.Report.Day = c.p.Now().UTC().Format(time.DateOnly)
		with := []string{filepath.ToSlash(config), filepath.ToSlash(c.bundle)}
		c.Checked(name, run.Report, with...)
		c.seen.Found(name, run.Report, with...)
		for _, r := range run.Stale {
			c.seen.Repository(inRepository(ctx, r, commit), with...)
		}
	}
	for _, file := range slices.Sorted(maps.Keys(files)) {
		seen, err := register.History(ctx, filepath.Join(root, filepath.FromSlash(file)), func(data []byte) []string {
			var keys []string
			for _, a := range repository.Comments(file, data) {
				keys = append(keys, register.CommentKey(a.Policies, a.Reason))
			}
			return keys
		})
		if err != nil {
			c.Note("%s: the git history of %s could not be read: %v", name, file, err)
			continue
		}
		c.Dates(name, file, seen)
	}
	return nil
}

// rootOf returns the root that the names of a repository's files are relative to.
func rootOf(dir string) (string, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	root, gitDir, err := git.Find(dir)
	if err != nil || gitDir == "" {
		return dir, err
	}
	return root, nil
}

// madeAt returns the time of a commit in the repository that the folder is in, zero if it is not there.
func madeAt(ctx context.Context, dir, commit string) time.Time {
	if commit == "" {
		return time.Time{}
	}
	g, _, err := git.Open(dir)
	if err != nil || g == nil {
		return time.Time{}
	}
	at, err := g.Made(ctx, commit)
	if err != nil {
		return time.Time{} // it is in another repository
	}
	return at
}

// since records the time of the commit that a configuration's baseline was recorded at.
func (c *collector) since(ctx context.Context, config string, repositories []string) {
	for _, dir := range append(slices.Clone(repositories), filepath.Dir(config)) {
		if at := madeAt(ctx, dir, c.commits[config]); !at.IsZero() {
			c.Since(filepath.ToSlash(config), c.commits[config], at)
			return
		}
	}
}

// reports reads a report, or all reports in a folder.
func (c *collector) reports(name string) error {
	others, err := readReports(name, func(file string, r *report.Report, err error) {
		file = filepath.ToSlash(file)
		if err != nil {
			c.Fail(file, err)
			return
		}
		c.Reported(file, r)
		c.seen.Add(file, r)
	})
	if others > 0 {
		c.Note("%s contains %s other than reports.", filepath.ToSlash(name), report.Plural(others, "JSON file"))
	}
	return err
}
