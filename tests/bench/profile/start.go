package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/pprof/profile"

	"github.com/progression-labs-development/policypack/tests/bench"
	"github.com/progression-labs-development/policypack/tests/internal/harness"
)

// start prints where the time goes until the first answer, and from there until the first resource is evaluated.
func start(t testing.TB, o options, out io.Writer) error {
	requests, _ := bench.Calls(1)
	var noop, main, port, answer, first []time.Duration
	var packages inits
	var cpu, allocs [2][]*profile.Profile // until the answer, and from there on
	harness.Noop(t)                       // is built now, and not while the first one is measured
	harness.Served(t)
	harness.Policypack(t)
	for range o.rounds {
		began := time.Now()
		a := harness.StartAnalyzer(t, harness.Start{Bin: harness.Noop(t)})
		answered(t, a)
		noop = append(noop, time.Since(began))
		a.Stop(t)

		began = time.Now()
		s := serve(t)
		port = append(port, time.Since(began))
		answered(t, s.Analyzer)
		answer = append(answer, time.Since(began))
		s.Ready(t, nil, nil)
		analyzed(t, s.Analyzer, 1, requests)
		first = append(first, time.Since(began))
		main = append(main, s.began().Sub(began))
		s.Stop(t)

		s = serve(t, "PROFILE_CPU=1")
		answered(t, s.Analyzer)
		cpu[0] = append(cpu[0], s.profile("/cpu"))
		s.Ready(t, nil, nil)
		analyzed(t, s.Analyzer, 1, requests)
		cpu[1] = append(cpu[1], s.profile("/cpu"))
		s.Stop(t)

		s = serve(t, allocations(4096))
		answered(t, s.Analyzer)
		before := s.profile("/allocs")
		allocs[0] = append(allocs[0], before.Copy())
		s.Ready(t, nil, nil)
		analyzed(t, s.Analyzer, 1, requests)
		more, err := without(s.profile("/allocs"), before)
		if err != nil {
			return err
		}
		allocs[1] = append(allocs[1], more)
		s.Stop(t)

		a = harness.StartAnalyzer(t, harness.Start{Bin: harness.Policypack(t), Env: []string{"GODEBUG=inittrace=1"}})
		answered(t, a)
		a.Stop(t)
		if err := packages.add(a.Stderr()); err != nil {
			return err
		}
	}
	whole, base := median(answer), median(noop)
	fmt.Fprintf(out, "start to the first answer: %.2f × no-op, of which\n", ratio(whole, base))
	for _, part := range []struct {
		took time.Duration
		what string
	}{
		{median(main), "until main: the process, Go's runtime, the inits of packages"},
		{median(port) - median(main), "until the port is printed"},
		{whole - median(port), "until GetAnalyzerInfo is answered"},
	} {
		row(out, []int64{int64(part.took)}, []int64{int64(whole)}, part.what)
	}
	fmt.Fprintf(out, "start to the answer to the first Analyze: %.2f × no-op's first answer\n", ratio(median(first), base))
	packages.print(out, o.rows, whole)
	for i, title := range []string{"until the first answer", "from the first answer to that to the first Analyze"} {
		c, err := profile.Merge(cpu[i])
		if err != nil {
			return err
		}
		m, err := profile.Merge(allocs[i])
		if err != nil {
			return err
		}
		columns := []column{{"CPU", c, "cpu"}, {"allocated", m, "alloc_space"}}
		if err := o.shares(out, "stages, "+title, stage, columns...); err != nil {
			return err
		}
		if err := o.shares(out, "packages, "+title, packageOf, columns...); err != nil {
			return err
		}
		name := []string{"start", "first"}[i]
		if err := o.keep(out, name+".cpu", c); err != nil {
			return err
		}
		if err := o.keep(out, name+".allocs", m); err != nil {
			return err
		}
	}
	return nil
}

// inits are the inits of packages, from GODEBUG=inittrace=1.
type inits struct {
	clock map[string][]time.Duration // one for each start
	bytes map[string]int64           // the same in all of them
}

// One package: its name, when it began, the time, the bytes.
var initLine = regexp.MustCompile(`(?m)^init (\S+) @\S+ ms, (\S+) ms clock, (\d+) bytes, \d+ allocs$`)

func (in *inits) add(stderr string) error {
	if in.clock == nil {
		in.clock, in.bytes = map[string][]time.Duration{}, map[string]int64{}
	}
	lines := initLine.FindAllStringSubmatch(stderr, -1)
	if len(lines) == 0 {
		return fmt.Errorf("GODEBUG=inittrace=1 has printed nothing")
	}
	for _, line := range lines {
		ms, err := strconv.ParseFloat(line[2], 64)
		if err != nil {
			return err
		}
		if in.bytes[line[1]], err = strconv.ParseInt(line[3], 10, 64); err != nil {
			return err
		}
		in.clock[line[1]] = append(in.clock[line[1]], time.Duration(ms*float64(time.Millisecond)))
	}
	return nil
}

func (in *inits) print(out io.Writer, rows int, whole time.Duration) {
	took := map[string]time.Duration{}
	var sum time.Duration
	bytes := int64(0)
	for name, all := range in.clock {
		took[name] = median(all)
		sum += took[name]
		bytes += in.bytes[name]
	}
	fmt.Fprintf(out, "\ninits of %d packages: %.1f %% of the start\n%11s%11s\n", len(in.clock), 100*ratio(sum, whole),
		"time", "allocated")
	names := slices.SortedFunc(maps.Keys(took), func(a, b string) int {
		return cmp.Or(cmp.Compare(took[b], took[a]), strings.Compare(a, b))
	})
	for _, name := range names[:min(rows, len(names))] {
		row(out, []int64{int64(took[name]), in.bytes[name]}, []int64{int64(sum), bytes}, strings.TrimPrefix(name, own))
	}
}

func median(all []time.Duration) time.Duration {
	return slices.Sorted(slices.Values(all))[len(all)/2]
}

func ratio(a, b time.Duration) float64 { return float64(a) / float64(b) }
