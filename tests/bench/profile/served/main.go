// Command served is cmd/policypack with profiles of itself, for tests/bench/profile: the same code from main on. It
// serves them over HTTP on the Unix socket that PROFILE_SOCKET names:
//
//	/began            when main began, in nanoseconds since 1970
//	/cpu              the profile of the CPU since main began, or since /cpu was last asked
//	/allocs, /heap    what was allocated so far, and what is in use, after a garbage collection
//	/memory           runtime.MemStats
//
// Without PROFILE_CPU there is no profile of the CPU, which costs time itself.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"runtime"
	"runtime/pprof"
	"time"

	"github.com/progression-labs-development/policypack/internal/cli"
)

// rate is how many samples of the CPU are asked for in a second; the kernel may give fewer.
const rate = 1000

func main() {
	began := time.Now()
	var cpu *bytes.Buffer
	if os.Getenv("PROFILE_CPU") != "" {
		cpu = &bytes.Buffer{}
		profileCPU(cpu)
	}
	listener, err := net.Listen("unix", os.Getenv("PROFILE_SOCKET"))
	if err != nil {
		fmt.Fprintln(os.Stderr, "served: "+err.Error())
		os.Exit(1)
	}
	handle := func(path string, write func(w http.ResponseWriter) error) {
		http.HandleFunc(path, func(w http.ResponseWriter, _ *http.Request) {
			if err := write(w); err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
			}
		})
	}
	handle("/began", func(w http.ResponseWriter) error {
		_, err := fmt.Fprint(w, began.UnixNano())
		return err
	})
	handle("/cpu", func(w http.ResponseWriter) error {
		pprof.StopCPUProfile()
		_, err := cpu.WriteTo(w)
		profileCPU(cpu)
		return err
	})
	for _, name := range []string{"allocs", "heap"} {
		handle("/"+name, func(w http.ResponseWriter) error {
			runtime.GC() // what is allocated comes into the profile with the second cycle from then on
			runtime.GC()
			return pprof.Lookup(name).WriteTo(w, 0)
		})
	}
	handle("/memory", func(w http.ResponseWriter) error {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return json.NewEncoder(w).Encode(m)
	})
	go func() { _ = http.Serve(listener, nil) }()
	os.Exit(cli.Run(context.Background(), cli.Process{
		Args: os.Args, Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Getenv: os.Getenv,
	}))
}

// profileCPU begins a profile. StartCPUProfile leaves the rate that is set by then, with a line on stderr.
func profileCPU(w *bytes.Buffer) {
	runtime.SetCPUProfileRate(rate)
	if err := pprof.StartCPUProfile(w); err != nil {
		fmt.Fprintln(os.Stderr, "served: "+err.Error())
		os.Exit(1)
	}
}
