// Package repository reads a repository and tells of each file what the rules are to know: the secrets in it, the
// commands that concern secrets, the configuration of stacks, and how jobs log in to clouds.
//
// Which files: those that git tracks, by its index; below a path that holds none of them, and where there is no git,
// all files. Of a tracked file the bytes in the work tree are read, and what git would merge wherever that is something
// else: attributes can have git write a file in another encoding than it keeps, and files may be missing. Nothing of
// the repository has a say in how git reads its objects; see package git.
//
// What is written by hand, or run, is read as text. What is no text, what package managers put there, what is minified
// and pointers of Git LFS are searched for known formats. Images, fonts and archives that begin as their ending says
// are left out, as are submodules. What is larger than 10 MB, is not in the encoding that it claims, or contradicts its
// ending or its first bytes counts as unread; with a base, that is a fact for rules where a change adds or alters it.
// Names are told of every file. Tests, fixtures and generated files are read. In lock files, which are full of hashes,
// only what tells by its format counts.
//
// What a file is to the rules is told by its name, of scripts also by their first line. The meaning of a file is read
// beside its text: a secret in a stack's configuration is a finding there and not a second time in the text.
//
// One table says all of that: a [kind] is an entry with what it is called, by what it is known and what reads it, and
// package dialect says by its name how a text is written. A CI system is an entry in a file of its own, which declares
// it with [add]: bitbucket.go is a short one, and shows what a [pipeline] gives them. Pipelines of systems that are not
// read are text, and are counted.
//
// What leaves the package is what [Read] hands over: a facts.File for each file of which there is something to say, and
// a [Summary] of what was read. Neither holds a value of a file.
package repository

import (
	"context"
	"fmt"
	"iter"
	"maps"
	"runtime"
	"slices"
	"strings"

	"github.com/progression-labs-development/policypack/internal/detect"
	"github.com/progression-labs-development/policypack/internal/facts"
	"github.com/progression-labs-development/policypack/internal/place"
)

// Options say how to read. Detector must be set.
type Options struct {
	Detector *detect.Detector
	Progress func(files int) // told now and then how many files have been read, nil where nobody asks
	// Base is a checkout of the branch that a change is made to, or empty. A comment that asks to let findings pass
	// counts only where the same file of the base has the same comment over the same text.
	Base string
	// Components are globs over the type tokens of which a file must not register a component without being told.
	Components []string
	// Since are names of commits, or empty: what the commits bring that HEAD has and none of these is read too. Of a
	// version that is not the last, what counts is what removing it does not undo: the secrets in it, and that it is a
	// .env file.
	Since []string
	// Touched are the names, from the root, of the files that are read; the others are left out, and what commits bring
	// is read all the same. It has those that the commits change. Where it is nil, all files are read.
	Touched map[string]bool
	// History reads all commits that can be reached from HEAD and any ref, as Since does those of a change: a secret
	// that several files or versions have is told once.
	History bool
	// ProgressCommits is told how many of the commits have been read, nil where nobody asks.
	ProgressCommits func(done, all int)
	// Staged reads what the next commit changes alone, as git's index has it, and leaves out what its parents have
	// already. Index is the file of that index where it is not the one of the checkout.
	Staged bool
	Index  string

	// Baseline is what the reading has to know of one.
	Baseline Baseline

	kinds []kind // in place of those of the table
}

// commits reports whether commits are read.
func (o *Options) commits() bool { return o.History || len(o.Since) > 0 }

// table returns the kinds of files that are known.
func (o *Options) table() []kind {
	if o.kinds == nil {
		return kinds()
	}
	return o.kinds
}

// Summary is what was read and what was not.
type Summary struct {
	Root  string // the folder that names of files begin at: of the repository, or the given one where there is none
	Index bool   // git's index said which files there are
	Files int64  // that were read
	Bytes int64
	// Commits is how many commits were read, and Versions how many files in them beside those that are there now.
	Commits, Versions int64
	// Formats are the files that were searched for known formats alone, by reason, Skipped those that were left out,
	// Errors those that could not be judged, or not fully, by name.
	Formats, Skipped []Skipped
	Errors           []FileError
	// Unread are those of Skipped that could not be read, or are not what they say that they are, by name.
	Unread []FileError
	// Systems are the CI systems whose pipelines are not read, as reasons. Broken are files below the root that are
	// called like pipelines of systems that are read, and could not be read as such, Reason being empty.
	Systems []Skipped
	Broken  Skipped
	// Old are the versions of files in a history that could not be understood as what their names say, and were read as
	// text, Reason being empty.
	Old Skipped
	// Before says that the parents of the next commit have some of what the staged files say.
	Before bool
	// Staged are the files of which git's index says more than the work tree, by name.
	Staged []string
	// Renames says why git does not know of renames, where files that the baseline knows are gone.
	Renames error

	below string   // what was read, from the root: a folder or a file; empty for all
	more  []string // the files of which not all is told
	// touched are the files that were read, nil for all
	touched map[string]bool
	part    bool // of the files only what is staged was read
	// history says that all commits were read to their end
	history bool
}

// Looked reports whether a file was read to its end, or would have been if it were there; with a commit, whether what
// any commit has of it was.
func (s *Summary) Looked(file, commit string) bool {
	if s.part || s.touched != nil && !s.touched[file] || commit != "" && !s.history {
		return false
	}
	if s.below != "" && !under(s.below, file) {
		return false
	}
	if slices.Contains(s.more, file) {
		return false
	}
	about := func(e FileError) bool { return e.Name == file }
	return !slices.ContainsFunc(s.Errors, about) && !slices.ContainsFunc(s.Unread, about)
}

// Partial reports whether only a part of the repository was read: a folder, a file, what is staged, or what a change
// touches.
func (s *Summary) Partial() bool { return s.part || s.touched != nil || s.below != "" }

// Skipped counts the files for which a reason holds.
type Skipped struct {
	Reason  string
	Files   int
	Example string // the name of the first
}

// FileError says why a file could not be understood, and where; the place is zero where it does not matter.
type FileError struct {
	Name     string
	At       place.Position
	Column16 int // that of At in UTF-16 code units, 0 where it is the same
	Message  string
}

// MaxSize is the size in bytes above which a file is left out.
const MaxSize = 10 << 20

// Read calls each, one at a time and in the order of their names, for all files of which there is something to say. The
// path is that of a repository, of a folder in it, or of a single file. An error of each ends the reading.
func Read(ctx context.Context, path string, o Options, each func(*facts.File) error) (*Summary, error) {
	list := listFiles
	if o.Staged {
		list = listStaged
	}
	l, err := list(ctx, path, &o)
	if err != nil {
		return nil, err
	}
	base, err := baseDir(o.Base, l.root)
	if err != nil {
		return nil, err
	}
	names := renamesOf(ctx, l, &o, base)
	sum := &Summary{
		Root: l.root, Index: l.index, Errors: l.errors, Renames: names.err, below: l.below(path), part: o.Staged,
		touched: o.Touched,
	}
	if o.Touched != nil {
		l.leaveUntouched(o.Touched)
	}
	formats, skipped, systems, broken := skips{}, l.skipped, skips{}, skips{}
	var absent absences
	var all []*blobs
	defer func() {
		for _, b := range all {
			_ = b.close() // all that was asked for has come
		}
	}()
	read, packages := 0, packagesOf(o.Components)
	commits := &commits{
		listing: l, path: path, options: o, base: base, sum: sum, names: names, formats: formats, skipped: skipped,
		now: map[string]*present{},
	}
	err = inOrder(ctx, slices.Values(l.files), func() func(e entry) result {
		b := l.store.blobs(ctx)
		all = append(all, b)
		r := newReader(l.root, l.index, o, b)
		r.packages = packages
		r.base = names.baseReader(base, o, l.store.blobs(ctx))
		r.marked = o.commits()
		if o.Staged {
			return l.staged.reader(r)
		}
		return r.read
	}, func(_ entry, r result) error {
		if read++; o.Progress != nil && read%256 == 0 {
			o.Progress(read)
		}
		sum.Errors = append(sum.Errors, r.errors...)
		if r.absent != nil {
			absent.add(r.name, r.absent)
		}
		if r.staged {
			sum.Staged = append(sum.Staged, r.name)
		}
		if r.system != "" {
			systems.add(r.system, r.name)
		}
		if r.broken {
			broken.add("", r.name)
		}
		switch r.how {
		case listed:
			skipped.add(r.reason, r.name)
		case unread:
			skipped.add(r.reason, r.name)
			sum.Unread = append(sum.Unread, FileError{Name: r.name, Message: "not read: " + r.reason})
		case forFormats:
			formats.add(r.reason, r.name)
			sum.Files++
		case asText:
			if r.bytes > 0 || r.absent == nil && len(r.errors) == 0 {
				sum.Files++
			}
		}
		sum.Bytes += r.bytes
		if !says(r.file) {
			return nil
		}
		if r.file.More {
			sum.more = append(sum.more, r.name)
		}
		sum.Before = sum.Before || r.before
		r.file.Was = names.was[r.name]
		if o.commits() {
			commits.now[r.name] = &present{r.file, r.marks}
			if o.History { // it is told with the commits that brought it
				return nil
			}
		}
		return each(r.file)
	})
	if err != nil {
		return nil, err
	}
	if o.commits() {
		var failed error
		tell := func(f *facts.File) error { failed = each(f); return failed }
		switch err := commits.read(ctx, tell); {
		case ctx.Err() != nil:
			return nil, context.Cause(ctx)
		case failed != nil:
			return nil, failed
		case err != nil: // what the files as they are say is told all the same
			sum.Errors = append(sum.Errors, FileError{Message: err.Error()})
		}
		sum.history = o.History && len(sum.Errors) == 0
		if o.History {
			for _, name := range slices.Sorted(maps.Keys(commits.now)) {
				if err := each(commits.now[name].file); err != nil {
					return nil, err
				}
			}
		}
	}
	if o.Progress != nil {
		o.Progress(read)
	}
	sum.Formats, sum.Skipped, sum.Systems = formats.list(), skipped.list(), systems.list()
	if b := broken[""]; b != nil {
		sum.Broken = *b
	}
	sum.Errors = append(sum.Errors, absent.errors()...)
	slices.SortStableFunc(sum.Errors, func(a, b FileError) int { return strings.Compare(a.Name, b.Name) })
	return sum, nil
}

// result is what came of one file.
type result struct {
	name   string
	how    how
	reason string // of all but asText
	bytes  int64
	file   *facts.File
	errors []FileError
	meant  bool   // its meaning was read, which its name says
	system string // as of the examination
	broken bool   // likewise
	staged bool   // git's index says more than the work tree
	absent error  // what keeps from reading what git would merge
	marks  marks  // where they were asked for
	before bool   // some of what a staged file says is not new
}

// absences are the files of which git's version could not be read: one error for each cause, since a clone that leaves
// objects out leaves out thousands.
type absences []absence

type absence struct {
	name  string // the first file
	cause string
	more  int
}

func (a *absences) add(name string, err error) {
	i := slices.IndexFunc(*a, func(known absence) bool { return known.cause == err.Error() })
	if i < 0 {
		*a = append(*a, absence{name: name, cause: err.Error()})
		return
	}
	(*a)[i].more++
}

func (a absences) errors() []FileError {
	var all []FileError
	for _, one := range a {
		if one.more > 0 {
			one.cause += fmt.Sprintf(" (and %d more)", one.more)
		}
		all = append(all, FileError{Name: one.name, Message: one.cause})
	}
	return all
}

// batch is how many files a worker takes at a time.
const batch = 16

// inOrder calls work for all files on as many goroutines as there are processors, each with a function of its own, and
// done for the results, in order and on this goroutine. The files come from a goroutine of their own, which ends first.
// Little is kept waiting: no more than four batches for each.
func inOrder[E any](ctx context.Context, files iter.Seq[E], work func() func(E) result,
	done func(E, result) error,
) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	type job struct {
		files   []E
		results chan []result
	}
	workers := runtime.GOMAXPROCS(0)
	jobs, pending := make(chan job), make(chan job, 4*workers)
	for range workers {
		do := work()
		go func() {
			for j := range jobs {
				results := make([]result, 0, len(j.files))
				for _, e := range j.files {
					if ctx.Err() == nil {
						results = append(results, do(e))
					}
				}
				j.results <- results
			}
		}()
	}
	go func() {
		defer close(pending)
		defer close(jobs)
		hand := func(some []E) bool {
			j := job{some, make(chan []result, 1)}
			select {
			case pending <- j:
			case <-ctx.Done():
				return false
			}
			jobs <- j
			return true
		}
		some := make([]E, 0, batch)
		for e := range files {
			if some = append(some, e); len(some) == batch {
				if !hand(some) {
					return
				}
				some = make([]E, 0, batch)
			}
		}
		if len(some) > 0 {
			hand(some)
		}
	}()
	var failed error
	for j := range pending {
		for i, r := range <-j.results {
			if failed == nil {
				if failed = ctx.Err(); failed == nil {
					failed = done(j.files[i], r)
				}
				if failed != nil {
					stop(failed)
				}
			}
		}
	}
	if failed == nil && ctx.Err() != nil {
		failed = context.Cause(ctx)
	}
	return failed
}
