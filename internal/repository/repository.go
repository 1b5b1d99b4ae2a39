// Package repository reads a repository and tells of each file what the rules are to know: the secrets in it, the
// commands that concern secrets, the configuration of stacks, and how jobs log in to clouds.
//
// Which files: those that git tracks, by its index, as they stand in the work tree; below a path that holds none of them,
// and where there is no git, all files. Left out, and counted in the Summary: binary files, those that package managers
// put there, minified ones, pointers of Git LFS, links, and what is larger than 10 MB. Tests, fixtures and generated files
// are read. In lock files, which are full of hashes, only what tells by its format counts.
//
// What a file is to the rules is told by its name, of scripts also by their first line. The meaning of a file is read
// beside its text: a secret in a stack's configuration is a finding there and not a second time in the text.
//
// Nothing that leaves the package holds a value of a file.
package repository

import (
	"context"
	"runtime"
	"slices"
	"strings"

	"github.com/progression-labs-development/policypack/internal/detect"
	"github.com/progression-labs-development/policypack/internal/facts"
)

// Options say how to read. Detector must be set.
type Options struct {
	Detector *detect.Detector
	Progress func(files int) // told now and then how many files have been read, nil where nobody asks
	// Base is a checkout of the branch that a change is made to, or empty. A comment that asks to let findings pass counts
	// only where the same file of the base has the same comment over the same text.
	Base string
}

// Summary is what was read and what was not.
type Summary struct {
	Root  string // the folder that names of files begin at: of the repository, or the given one where there is none
	Index bool   // git's index said which files there are
	Files int64  // that were read
	Bytes int64
	// Skipped are the files that were left out, by reason, Errors those that could not be judged, or not fully, by name.
	Skipped []Skipped
	Errors  []FileError
}

// Skipped counts the files that were left out for a reason.
type Skipped struct {
	Reason  string
	Files   int
	Example string // the name of the first
}

// FileError says why a file could not be understood. Line and Column are 0 where they do not matter.
type FileError struct {
	Name         string
	Line, Column int
	Message      string
}

// MaxSize is the size in bytes above which a file is left out.
const MaxSize = 10 << 20

// Read calls each, one at a time and in the order of their names, for all files of which there is something to say. The
// path is that of a repository, of a folder in it, or of a single file. An error of each ends the reading.
func Read(ctx context.Context, path string, o Options, each func(*facts.File) error) (*Summary, error) {
	l, err := listFiles(ctx, path)
	if err != nil {
		return nil, err
	}
	base, err := baseDir(o.Base, l.root)
	if err != nil {
		return nil, err
	}
	sum := &Summary{Root: l.root, Index: l.index, Errors: l.errors}
	skipped := l.skipped
	read := 0
	err = inOrder(ctx, l.names, func() func(name string) result {
		r := newReader(l.root, l.index, o.Detector)
		if base != "" {
			r.base = newReader(base, true, o.Detector) // true: no link is followed
		}
		return r.read
	}, func(r result) error {
		if read++; o.Progress != nil && read%256 == 0 {
			o.Progress(read)
		}
		sum.Errors = append(sum.Errors, r.errors...)
		if r.skip != "" {
			skipped.add(r.skip, r.name)
			return nil
		}
		sum.Files++
		sum.Bytes += r.bytes
		if r.file == nil {
			return nil
		}
		return each(r.file)
	})
	if err != nil {
		return nil, err
	}
	if o.Progress != nil {
		o.Progress(read)
	}
	sum.Skipped = skipped.list()
	slices.SortStableFunc(sum.Errors, func(a, b FileError) int { return strings.Compare(a.Name, b.Name) })
	return sum, nil
}

// result is what came of one file.
type result struct {
	name   string
	skip   string // the reason for which it was left out
	bytes  int64
	file   *facts.File // nil where there is nothing to say
	errors []FileError
}

// batch is how many files a worker takes at a time.
const batch = 16

// inOrder calls work for all names on as many goroutines as there are processors, each with a function of its own, and
// done for the results, in order and on this goroutine. Little is kept waiting: no more than four batches for each.
func inOrder(ctx context.Context, names []string, work func() func(string) result, done func(result) error) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	type job struct {
		names   []string
		results chan []result
	}
	workers := runtime.GOMAXPROCS(0)
	jobs, pending := make(chan job), make(chan job, 4*workers)
	for range workers {
		do := work()
		go func() {
			for j := range jobs {
				results := make([]result, 0, len(j.names))
				for _, name := range j.names {
					if ctx.Err() == nil {
						results = append(results, do(name))
					}
				}
				j.results <- results
			}
		}()
	}
	go func() {
		defer close(pending)
		defer close(jobs)
		for some := range slices.Chunk(names, batch) {
			j := job{some, make(chan []result, 1)}
			select {
			case pending <- j:
			case <-ctx.Done():
				return
			}
			jobs <- j
		}
	}()
	var failed error
	for j := range pending {
		for _, r := range <-j.results {
			if failed == nil {
				if failed = ctx.Err(); failed == nil {
					failed = done(r)
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
