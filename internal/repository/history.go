package repository

import (
	"cmp"
	"crypto/sha256"
	"iter"

	"github.com/progression-labs-development/policypack/internal/facts"
	"github.com/progression-labs-development/policypack/internal/git"
	"github.com/progression-labs-development/policypack/internal/place"
)

// history reports what all commits add. A secret is reported once, for the oldest commit that contains it and its path
// there. If a current file contains it, it is reported there, with the commit. The same applies to names and key
// stores.
type history struct {
	*commits
	there  map[string]string // the ids of the files as they are
	said   seen              // what has been told
	stores map[string]bool   // the ids of the key stores of which has been told
	named  map[string]bool   // the files whose names have been told
	// brought are the commits that were the first to have something: a secret, or a file with its name.
	secrets map[mark]string
	files   map[string]string
}

func newHistory(c *commits) *history {
	h := &history{
		commits: c, there: make(map[string]string, len(c.files)), said: seen{}, stores: map[string]bool{},
		named: map[string]bool{}, secrets: map[mark]string{}, files: map[string]string{},
	}
	for _, e := range c.files {
		h.there[e.name] = e.id
	}
	for name, p := range c.now {
		h.said.add(p.marks)
		if p.file.KeyStore != "" {
			h.stores[h.there[name]] = true
		}
		h.named[name] = p.file.Kind == facts.FileDotenv
	}
	return h
}

// versions yields each version of each file that a commit adds, once per name, since the name determines the kind. The
// version of the current file is yielded as such.
func (h *history) versions(changes iter.Seq[git.Change]) iter.Seq[version] {
	return func(yield func(version) bool) {
		managed := vendoredOf(h.listing.files)
		known := map[[16]byte]bool{} // a digest, since there may be millions
		// The files of the same commit determine which folders are managed.
		var together []version
		flush := func() bool {
			files := make([]entry, len(together))
			for i := range together {
				files[i] = together[i].entry
			}
			for folder := range vendoredOf(files) {
				managed[folder] = true
			}
			for _, v := range together {
				v.managed = managed.managed(v.name)
				if !yield(v) {
					return false
				}
			}
			together = together[:0]
			return true
		}
		for one := range changes {
			if !brings(&one) || !under(h.below, one.Path) {
				continue
			}
			v := version{entry: entryOf(one.Path, one.Mode, one.ID), commit: one.Commit}
			sum := sha256.Sum256([]byte(v.id + v.name))
			key := [16]byte(sum[:16])
			if known[key] {
				continue
			}
			known[key] = true
			v.there = h.there[v.name] == v.id
			if len(together) > 0 && together[0].commit != v.commit && !flush() {
				return
			}
			together = append(together, v)
		}
		flush()
	}
}

func (h *history) news(v *version, res *result) *facts.File {
	now, isThere := h.now[v.name]
	if v.there {
		if isThere {
			h.bring(v, now.file, now.marks)
		}
		return nil
	}
	if !says(res.file) {
		return nil
	}
	h.bring(v, res.file, res.marks)
	f := res.file
	if h.stores[v.id] {
		f.KeyStore = ""
	}
	named := h.named[v.name]
	f = lasting(f, &facts.File{}, named, func(line int) bool { return h.said.has(res.marks[line]) })
	h.said.add(res.marks)
	h.stores[v.id] = h.stores[v.id] || res.file.KeyStore != ""
	h.named[v.name] = true
	return f
}

// bring records which commit was the first to have the facts of a version.
func (h *history) bring(v *version, f *facts.File, m marks) {
	for _, all := range m {
		for _, one := range all {
			if h.secrets[one] == "" {
				h.secrets[one] = v.commit
			}
		}
	}
	if f.Kind == facts.FileDotenv && h.files[v.name] == "" {
		h.files[v.name] = v.commit
	}
	if f.KeyStore != "" && h.files[v.name] == "" {
		h.files[v.name] = v.commit
	}
}

// end adds to the current files which commits added their facts.
func (h *history) end() {
	for name, p := range h.now {
		by := map[place.Position]string{}
		p.file.Each(func(at place.Position, _ any) {
			last := "" // of several secrets on a line
			for _, one := range p.marks[at.Line] {
				if c := h.secrets[one]; last == "" || h.order[c] > h.order[last] {
					last = cmp.Or(c, last)
				}
			}
			if last != "" {
				by[at] = short(last)
			}
		})
		if c := h.files[name]; c != "" {
			by[place.Position{}] = short(c)
		}
		p.file.Brought = by
	}
}
