package main

import (
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/progression-labs-development/policypack/tests/bench"
	"github.com/progression-labs-development/policypack/tests/internal/harness"
)

// memory prints what the process holds: beside the no-op as the system counts it, and by stage and package as Go does.
func memory(t testing.TB, o options, out io.Writer) error {
	sizes := []int{1, o.resources, 6 * o.resources}
	for _, n := range sizes {
		var noop, pack map[string]int64
		for i, bin := range []string{harness.Noop(t), harness.Policypack(t)} {
			a := ready(t, bin)
			if err := ran(t, a, n); err != nil {
				return err
			}
			status, err := held(a.PID())
			if err != nil {
				return err
			}
			if i == 0 {
				noop = status
			} else {
				pack = status
			}
			a.Stop(t)
		}
		fmt.Fprintf(out, "after a run of %d resources the most memory is %.2f × no-op\n", n,
			float64(pack["VmHWM"])/float64(noop["VmHWM"]))
		fmt.Fprintf(out, "%11s%11s  of the most memory of the no-op\n", "pack", "no-op")
		for _, field := range []struct{ name, what string }{
			{"RssAnon", "at the end: heap, stacks, the runtime's own"},
			{"RssFile", "at the end: pages of the program's file"},
		} {
			row(out, []int64{pack[field.name], noop[field.name]}, []int64{noop["VmHWM"], noop["VmHWM"]}, field.what)
		}
	}
	s := serve(t, allocations(4096))
	s.Ready(t, nil, nil)
	for _, n := range sizes[:2] {
		if err := ran(t, s.Analyzer, n); err != nil {
			return err
		}
		m := s.memory()
		heap := s.profile("/heap")
		rest := s.memory()
		fmt.Fprintf(out, "\nwhat Go has of the system after a run of %d resources\n", n)
		for _, part := range []struct {
			bytes uint64
			what  string
		}{
			{rest.HeapAlloc, "heap in use after a collection"},
			{m.HeapAlloc - min(m.HeapAlloc, rest.HeapAlloc), "heap that a collection frees"},
			{m.HeapInuse - m.HeapAlloc, "heap: gaps between objects"},
			{m.HeapIdle - m.HeapReleased, "heap: free, not returned to the system"},
			{m.StackSys, "stacks"},
			{m.GCSys, "the collector's own"},
			{m.MSpanSys + m.MCacheSys + m.OtherSys + m.BuckHashSys, "the runtime's own, that of this profile included"},
		} {
			row(out, []int64{int64(part.bytes)}, []int64{int64(m.Sys - m.HeapReleased)}, part.what)
		}
		title := fmt.Sprintf("heap in use after a run of %d resources, by ", n)
		column := column{"in use", heap, "inuse_space"}
		if err := o.shares(out, title+"stage", stage, column); err != nil {
			return err
		}
		if err := o.shares(out, title+"package", packageOf, column); err != nil {
			return err
		}
		if err := o.keep(out, fmt.Sprintf("memory-%d", n), heap); err != nil {
			return err
		}
	}
	return nil
}

// ran makes the calls of a run of n resources.
func ran(t testing.TB, a *harness.Analyzer, n int) error {
	t.Helper()
	requests, whole := bench.Calls(n)
	analyzed(t, a, 1, requests)
	_, err := a.Client.AnalyzeStack(t.Context(), whole)
	return err
}

// held is what a process holds, in kilobytes, as the system counts it.
func held(pid int) (map[string]int64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return nil, fmt.Errorf("memory is measured on Linux only: %w", err)
	}
	fields := map[string]int64{}
	for line := range strings.Lines(string(text)) {
		name, value, _ := strings.Cut(line, ":")
		if kb, ok := strings.CutSuffix(strings.TrimSpace(value), " kB"); ok {
			if fields[name], err = strconv.ParseInt(kb, 10, 64); err != nil {
				return nil, err
			}
		}
	}
	return fields, nil
}
