package repository

import (
	"encoding/hex"
	"iter"
	"slices"

	"github.com/progression-labs-development/policypack/internal/facts"
	"github.com/progression-labs-development/policypack/internal/git"
)

// change yields what the commits of a change add: each version of each file, without what existed before the change.
type change struct {
	*commits
	there  map[string]string // the ids of the files as they are
	before []version         // what was there before
	old    seen              // the secrets of that; read when they are needed
	said   map[string]seen
	named  map[string]bool // files whose names say nothing new
}

func newChange(c *commits) *change {
	t := &change{commits: c, there: map[string]string{}, said: map[string]seen{}, named: map[string]bool{}}
	for _, e := range c.files {
		t.there[e.name] = e.id
	}
	return t
}

// versions returns the versions that the changes add, each once. It reads all changes first, to know what existed
// before.
func (c *change) versions(changes iter.Seq[git.Change]) iter.Seq[version] {
	managed := vendoredOf(slices.Concat(c.files, c.others))
	type blob struct{ name, id string }
	brought := map[blob]bool{}
	var all, before []version
	for one := range changes {
		for _, old := range one.Old {
			if isFile(old.Mode) {
				before = append(before, version{entry: entryOf(one.Path, old.Mode, old.ID)})
			}
		}
		b := blob{one.Path, one.ID}
		if !brings(&one) || brought[b] {
			continue
		}
		brought[b] = true
		v := version{entry: entryOf(one.Path, one.Mode, one.ID), commit: one.Commit}
		if c.there[v.name] != v.id && under(c.below, v.name) {
			v.managed = managed.managed(v.name)
			all = append(all, v)
		}
	}
	for _, v := range before { // what one of the commits has brought was not there before
		b := blob{v.name, hex.EncodeToString([]byte(v.id))}
		if !brought[b] {
			brought[b] = true
			c.before = append(c.before, v)
			c.named[v.name] = true
		}
	}
	return slices.Values(all)
}

func (c *change) news(v *version, res *result) *facts.File {
	if !says(res.file) {
		return nil
	}
	now := &facts.File{}
	if p := c.now[v.name]; p != nil {
		now = p.file
	}
	if c.said[v.name] == nil {
		c.said[v.name] = seen{}
		if _, there := c.there[v.name]; there {
			c.named[v.name] = true
		}
		if p := c.now[v.name]; p != nil {
			c.said[v.name].add(p.marks)
		}
	}
	if c.old == nil && len(res.marks) > 0 {
		c.old = seen{}
		for _, b := range c.before { // what cannot be read there is taken for new
			c.old.add(c.earlier.version(b.entry).marks)
		}
	}
	f := lasting(res.file, now, c.named[v.name],
		func(line int) bool { return c.old.has(res.marks[line]) || c.said[v.name].has(res.marks[line]) })
	c.said[v.name].add(res.marks)
	c.named[v.name] = true
	return f
}

func (c *change) end() {}

// lasting returns the facts of a version of a file that a later version does not undo. It leaves out old lines, facts
// that the current file has as a whole and, if named is set, the kind that follows from its name.
func lasting(f, now *facts.File, named bool, old func(line int) bool) *facts.File {
	kept := &facts.File{
		Name: f.Name, Kind: f.Kind, Stack: f.Stack, Template: f.Template, More: f.More,
		Allows: f.Allows,
	}
	if now.KeyStore == "" {
		kept.KeyStore = f.KeyStore
	}
	if now.Unread == "" {
		kept.Unread = f.Unread
	}
	for i := range f.Findings {
		if !old(f.Findings[i].At.Line) {
			kept.Findings = append(kept.Findings, f.Findings[i])
		}
	}
	for _, k := range f.CI {
		if k.By == "value" && !old(k.At.Line) {
			kept.CI = append(kept.CI, k)
		}
	}
	if len(kept.Findings)+len(kept.CI) == 0 {
		kept.More = false
	}
	if named && kept.Kind == facts.FileDotenv {
		kept.Kind = facts.FileOther // its name is told of the file as it is, or is no news
	}
	if !slices.ContainsFunc(facts.FileFacts(), kept.Has) {
		return nil
	}
	return kept
}
