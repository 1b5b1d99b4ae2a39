// Package repository reads a repository and collects the facts that policies need about each file: secrets, commands
// that handle secrets, stack configuration, and how jobs log in to clouds.
//
// It reads the files in git's index. Without git, or below a path that contains no tracked file, it reads every file.
// For a tracked file it reads the bytes in the work tree and, if they differ, the content that git would merge:
// attributes can make git check out a file in another encoding than it stores, and files can be missing from the work
// tree. Nothing in the repository influences how git reads its objects; see package git.
//
// Files that people write, or that are executed, are read as text. Binary files, vendored and minified files, and Git
// LFS pointers are searched for known formats only. Images, fonts and archives are skipped if their first bytes match
// their extension, as are submodules. A file that is larger than 10 MB, is not in the encoding it declares, or does not
// match its extension or its first bytes is reported as unread; with a base, it is a fact for policies if a change adds
// or alters it. The name of every file is reported. Tests, fixtures and generated files are read. In lock files, which
// are full of hashes, only secrets of a known format are reported.
//
// The kind of a file follows from its name and, for scripts, from the first line. The structure of a file is read in
// addition to its text: a secret in a stack's configuration is reported once, as a finding there, and not again for the
// text.
//
// All of this is in one table. A [kind] is an entry with what a file is called, how it is recognised and what reads it;
// package dialect maps a name to the syntax of the text. Each CI system has a file of its own that registers its kind
// with [add]. bitbucket.go is a short example, and shows what a [pipeline] provides. Pipelines of unsupported systems
// are read as text, and counted.
//
// [Read] is the entry point. It yields a facts.File for each file with at least one fact, and a [Summary] of what was
// read. Neither contains a value from a file.
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
	"github.com/progression-labs-development/policypack/internal/order"
	"github.com/progression-labs-development/policypack/internal/place"
)

// Options configure [Read]. Detector is required.
type Options struct {
	Detector *detect.Detector
	Progress func(files int) // told now and then how many files have been read, nil where nobody asks
	// Base is a checkout of the target branch of a change, or empty. If set, a suppression comment takes effect only if
	// the same file of the base has the same comment over the same text.
	Base string
	// Components are globs over type tokens. A component that a file registers under a matching token is reported.
	Components []string
	// Since are names of commits, or empty. If set, the changes of all commits that HEAD has and none of these has are
	// read too. For a version that is not the last, only facts that a later removal does not undo are kept: the secrets
	// in it, and that it is a .env file.
	Since []string
	// Touched are the names, relative to the root, of the files to read, or nil for all files. Other files are skipped;
	// commits are read regardless. Touched includes the files that the commits change.
	Touched map[string]bool
	// History reads all commits reachable from HEAD and any ref, as Since does for those of a change. A secret that
	// occurs in several files or versions is reported once.
	History bool
	// ProgressCommits is called with the number of commits read so far. It may be nil.
	ProgressCommits func(done, all int)
	// Staged reads only what the next commit changes, from git's index, and leaves out facts that its parents already
	// have. Index is the index file to use in place of the checkout's own, or empty.
	Staged bool
	Index  string

	// Baseline is what the reader needs to know about a baseline.
	Baseline Baseline

	kinds []kind // in place of those of the table
}

// commits reports whether commits are read.
func (o *Options) commits() bool { return o.History || len(o.Since) > 0 }

// table returns the known kinds of files.
func (o *Options) table() []kind {
	if o.kinds == nil {
		return kinds()
	}
	return o.kinds
}

// Summary describes what was read and what was not.
type Summary struct {
	Root  string // the folder that names of files begin at: of the repository, or the given one where there is none
	Index bool   // git's index said which files there are
	Files int64  // that were read
	Bytes int64
	// Commits is the number of commits read, and Versions the number of file versions in them, without the current
	// files.
	Commits, Versions int64
	// Formats counts the files that were searched for known formats only, and Skipped those that were left out, both by
	// reason. Errors are the files that could not be checked, or only in part, sorted by name.
	Formats, Skipped []Skipped
	Errors           []FileError
	// Unread are the files of Skipped that could not be read, or are not what they claim to be, sorted by name.
	Unread []FileError
	// Systems counts pipelines of unsupported CI systems, with the system as the reason. Broken are files below the
	// root that are named like a pipeline of a supported system but could not be parsed as one; their Reason is empty.
	Systems []Skipped
	Broken  Skipped
	// Old counts versions in the history that could not be parsed as the kind that their names suggest, and were read
	// as text. Its Reason is empty.
	Old Skipped
	// Before reports whether the parents of the next commit already have some of the facts of the staged files.
	Before bool
	// Staged are the files whose version in git's index has facts that the work tree does not have, sorted by name.
	Staged []string
	// Renames is the reason why git reports no renames although files of the baseline are missing.
	Renames error

	below string   // what was read, from the root: a folder or a file; empty for all
	more  []string // the files of which not all is told
	// touched are the files that were read, nil for all.
	touched map[string]bool
	part    bool // of the files only what is staged was read
	// history reports whether all commits were read completely.
	history bool
}

// Looked reports whether a file was read completely, or would have been if it existed. With a commit, it reports
// whether every version of the file in any commit was.
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

// Partial reports whether only a part of the repository was read: a folder, a file, the staged changes, or the files
// that a change touches.
func (s *Summary) Partial() bool { return s.part || s.touched != nil || s.below != "" }

// Skipped is a reason with the number of files that it applies to.
type Skipped struct {
	Reason  string
	Files   int
	Example string // the name of the first
}

// FileError is the reason why a file could not be parsed. Its position is zero if irrelevant.
type FileError struct {
	Name     string
	At       place.Position
	Column16 int // that of At in UTF-16 code units, 0 where it is the same
	Message  string
}

// MaxSize is the size in bytes above which a file is skipped.
const MaxSize = 10 << 20

// Read calls each for all files with at least one fact, one call at a time, in order of their names. The path is a
// repository, a folder in it, or a single file. An error returned by each stops the reading.
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
	order.Stable(sum.Errors, func(a, b FileError) int { return strings.Compare(a.Name, b.Name) })
	return sum, nil
}

// result is the outcome of reading one file.
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

// absences are files whose version in git could not be read. They result in one error per cause, since a partial clone
// lacks thousands of objects.
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

// batch is the number of files that a worker takes at a time.
const batch = 16

// inOrder calls work for all files, on as many goroutines as there are processors, each with its own function, and done
// for the results, in order and on the calling goroutine. The files come from a separate goroutine, which ends first.
// At most four batches per worker are buffered.
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
