package main

import (
	"fmt"
	"io"
	"testing"
	"time"

	"github.com/progression-labs-development/policypack/tests/bench"
	"github.com/progression-labs-development/policypack/tests/internal/harness"
)

// analyze prints where the time of Analyze goes, once all is loaded.
func analyze(t testing.TB, o options, out io.Writer) error {
	requests, _ := bench.Calls(o.resources)
	plain := [2]*harness.Analyzer{ready(t, harness.Policypack(t)), ready(t, harness.Noop(t))}
	profiled := serve(t, "PROFILE_CPU=1", allocations(65536))
	profiled.Ready(t, nil, nil)
	for _, a := range append(plain[:], profiled.Analyzer) {
		analyzed(t, a, o.callers, requests)
	}
	before := profiled.profile("/allocs")
	profiled.profile("/cpu")
	var times [2][]time.Duration
	for range o.rounds {
		for i, a := range plain {
			began := time.Now()
			analyzed(t, a, o.callers, requests)
			times[i] = append(times[i], time.Since(began))
		}
		analyzed(t, profiled.Analyzer, o.callers, requests)
	}
	cpu := profiled.profile("/cpu")
	allocs, err := without(profiled.profile("/allocs"), before)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "Analyze of %d resources, %d at a time: %.2f × no-op\n", o.resources, o.callers,
		ratio(median(times[0]), median(times[1])))
	columns := []column{{"CPU", cpu, "cpu"}, {"allocated", allocs, "alloc_space"}}
	if err := o.shares(out, "stages", stage, columns...); err != nil {
		return err
	}
	if err := o.shares(out, "packages", packageOf, columns...); err != nil {
		return err
	}
	if err := o.keep(out, "analyze.cpu", cpu); err != nil {
		return err
	}
	return o.keep(out, "analyze.allocs", allocs)
}
