package check

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
)

const (
	// ahead is the number of sources per core whose results may wait for that of an earlier source.
	ahead = 16
	// share is the number of bytes of a source for which it takes one core. Larger ones take more, so that not every
	// core reads a source of the maximum size.
	share = 64 << 20
	// packed is how many times larger a compressed source is taken to be than its file.
	packed = 16
	// small is the maximum size in bytes of sources of which the garbage of several may gather, percent is how much.
	// That of a source that is read in parts is collected more often: it leaves much garbage and keeps little. A plan
	// of 32 MiB takes 89 MB instead of 103, for a fifth more CPU time.
	small        = 8 << 20
	percent      = 400
	percentParts = 60
)

// sources checks targets, at most as many at a time as there are cores, and merges them in their order.
func (r *Run) sources(ctx context.Context, all []target, p *progress) error {
	cores := runtime.GOMAXPROCS(0)
	if r.options.File != nil {
		cores = 1 // it is not called concurrently
	}
	defer collect(all)()
	queue := make(chan chan *sourceRun, ahead*cores)
	go start(ctx, all, cores, queue, func(i int, t target) *sourceRun {
		if len(all) > 1 {
			p.show("checking %d of %d: %s", i+1, len(all), t.name)
		}
		return r.check(ctx, t, p)
	})
	for done := range all {
		result, ok := receive(ctx, queue)
		if !ok {
			return interrupted(done, len(all))
		}
		one, ok := receive(ctx, result)
		if !ok {
			return interrupted(done, len(all))
		}
		r.merge(one)
	}
	return nil
}

// start checks each target as soon as enough cores are free and few enough results wait, and queues what will receive
// its result.
func start(ctx context.Context, all []target, cores int, queue chan<- chan *sourceRun,
	check func(i int, t target) *sourceRun,
) {
	busy := make(chan struct{}, cores)
	for i, t := range all {
		n := t.cores(cores)
		for range n {
			if !send(ctx, busy, struct{}{}) {
				return
			}
		}
		result := make(chan *sourceRun, 1)
		if !send(ctx, queue, result) {
			return
		}
		go func() {
			result <- check(i, t)
			for range n {
				<-busy
			}
		}()
	}
}

// collect lets more garbage gather if all sources are small, so that it is collected less often: for states of 500
// resources that saves a fifth of the CPU time, for some ten MiB of memory per core. The function that it returns sets
// this back.
func collect(all []target) func() {
	if len(all) < 2 || slices.ContainsFunc(all, func(t target) bool { return t.size() > small }) {
		return func() {}
	}
	before := garbage(percent)
	return func() { debug.SetGCPercent(before) }
}

// garbage sets how much garbage may gather, in percent of what is in use, unless the user has said it with GOGC. It
// returns what applied before.
func garbage(percent int) (before int) {
	if before = debug.SetGCPercent(percent); before != 100 {
		debug.SetGCPercent(before)
	}
	return before
}

// cores returns the number of cores that the check of a target takes, at most all of them. A repository takes all.
func (t target) cores(all int) int {
	return int(min(1+t.size()/share, int64(all)))
}

// size returns the size of a file in bytes, roughly if it is compressed. That of a repository or of stdin is unknown
// and taken to be the maximum.
func (t target) size() int64 {
	info, err := os.Stat(t.path)
	switch {
	case t.dir, t.path == Stdin:
		return math.MaxInt64 / 2
	case err != nil:
		return 0
	case strings.HasSuffix(t.path, ".gz"):
		return packed * info.Size()
	}
	return info.Size()
}

// interrupted returns the error of a run that ended early.
func interrupted(done, all int) error {
	if all == 1 {
		return errors.New("interrupted: the check is not complete and has no result; run it again")
	}
	return fmt.Errorf("interrupted: the check is not complete and has no result (%d of %d sources were checked); run "+
		"it again", done, all)
}

// receive receives a value unless the context has ended.
func receive[T any](ctx context.Context, from <-chan T) (v T, ok bool) {
	select {
	case v = <-from:
	case <-ctx.Done():
	}
	return v, ctx.Err() == nil
}

// send sends a value unless the context has ended.
func send[T any](ctx context.Context, to chan<- T, v T) bool {
	select {
	case to <- v:
	case <-ctx.Done():
	}
	return ctx.Err() == nil
}
