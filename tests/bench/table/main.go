// Command table measures the pack against a no-op analyzer, and its reading of files against decoding them, and prints
// every figure as a ratio, with its aim. Run it in the project's directory:
//
//	go run ./tests/bench/table [-only TEXT] [-program FILE] [-raw FILE] [-release VERSION]
//
// It runs the benchmarks of tests/bench that the rows name (figures.go), and keeps what they print, in the format of `go
// test -bench`, for other tools. With -release it also writes the figures as a row into the history of
// docs/reference/performance.md. -program measures another build, such as one of an older version.
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/progression-labs-development/policypack/internal/release"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "table: "+err.Error())
		os.Exit(1)
	}
}

// history is the page with a row for each release.
var history = filepath.Join("docs", "reference", "performance.md")

func run(ctx context.Context, args []string, out, progress io.Writer) error {
	flags := flag.NewFlagSet("table", flag.ContinueOnError)
	only := flags.String("only", "", "measure only the rows whose name contains `TEXT`")
	program := flags.String("program", "", "the `FILE` of another build to measure")
	raw := flags.String("raw", filepath.Join("bin", "bench.txt"), "where the benchmarks' own output goes")
	version := flags.String("release", "", "write the figures into the history, as those of this `VERSION`")
	if err := flags.Parse(args); err != nil {
		return err
	}
	switch {
	case flags.NArg() > 0:
		flags.Usage()
		return fmt.Errorf("unexpected argument %q", flags.Arg(0))
	case *version != "" && *only != "":
		return errors.New("a row of the history needs all figures; leave out -only or -release")
	}
	wanted := slices.DeleteFunc(slices.Clone(rows), func(r row) bool { return !strings.Contains(r.name, *only) })
	if len(wanted) == 0 {
		return fmt.Errorf("no row has %q in its name", *only)
	}
	work, err := os.MkdirTemp("", "policypack-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work) //nolint:errcheck // a temporary directory
	text, failed := measure(ctx, work, *program, wanted, progress)
	if err := os.MkdirAll(filepath.Dir(*raw), 0o750); err != nil {
		return err
	}
	if err := os.WriteFile(*raw, text, 0o600); err != nil {
		return err
	}
	measured, err := parse(text)
	if err != nil {
		return fmt.Errorf("%s: %w", *raw, err)
	}
	printTable(out, wanted, measured)
	fmt.Fprintf(out, "\n%s; output of the benchmarks in %s\n", machine(), *raw)
	if failed != nil || *version == "" {
		return failed
	}
	page, err := os.ReadFile(history)
	if err != nil {
		return err
	}
	page, err = record(page, *version, time.Now(), measured)
	if err != nil {
		return fmt.Errorf("%s: %w", history, err)
	}
	return os.WriteFile(history, page, 0o644)
}

// machine is the shape of the machine, without its name.
func machine() string {
	return fmt.Sprintf("%d cores, %s/%s, %s", runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, runtime.Version())
}

// measure runs the benchmarks of the rows one after another, and returns what they print. The error names those that
// failed; the others have run.
func measure(ctx context.Context, work, program string, wanted []row, progress io.Writer) ([]byte, error) {
	var text bytes.Buffer
	var failed []error
	step := func(name string, do func() error) {
		start := time.Now()
		fmt.Fprintf(progress, "%-24s", name)
		err := do()
		fmt.Fprintf(progress, "%4.0f s\n", time.Since(start).Seconds())
		if err != nil {
			failed = append(failed, fmt.Errorf("%s: %w", name, err))
		}
	}
	if slices.ContainsFunc(wanted, func(r row) bool { return r.bench == sizeOf }) {
		step(sizeOf, func() error {
			n, err := size(ctx, work, program)
			fmt.Fprintf(&text, "Benchmark%s 1 %.2f MB\n", sizeOf, n/1e6)
			return err
		})
	}
	binary := filepath.Join(work, "bench.test")
	var benches []row
	for _, r := range wanted {
		if r.bench != sizeOf && !slices.ContainsFunc(benches, func(b row) bool { return b.bench == r.bench }) {
			benches = append(benches, r)
		}
	}
	if len(benches) > 0 {
		step("build", func() error {
			cmd := exec.CommandContext(ctx, "go", "test", "-c", "-o", binary, "./tests/bench")
			cmd.Stdout, cmd.Stderr = progress, progress
			return cmd.Run()
		})
	}
	for _, r := range benches {
		if len(failed) > 0 && ctx.Err() != nil {
			break
		}
		step(r.bench, func() error {
			cmd := exec.CommandContext(ctx, binary, "-test.run=^$", "-test.bench="+exactly(r.bench),
				fmt.Sprintf("-test.benchtime=%dx", r.rounds), "-test.timeout=30m")
			cmd.Dir = filepath.Join("tests", "bench")
			cmd.Stdout, cmd.Stderr = &text, &text
			if program != "" {
				path, err := filepath.Abs(program)
				if err != nil {
					return err
				}
				cmd.Env = append(os.Environ(), "BENCH_PROGRAM="+path)
			}
			return cmd.Run()
		})
	}
	return text.Bytes(), errors.Join(failed...)
}

// exactly is the pattern of one benchmark: each part of its name as a whole.
func exactly(name string) string {
	parts := strings.Split("Benchmark"+name, "/")
	for i, part := range parts {
		parts[i] = "^" + part + "$"
	}
	return strings.Join(parts, "/")
}

// size is the size in bytes of the stripped program for linux-amd64, the one that `make size` takes apart.
func size(ctx context.Context, work, program string) (float64, error) {
	if program == "" {
		root, err := os.Getwd()
		if err != nil {
			return 0, err
		}
		program = filepath.Join(work, "policypack")
		if err := release.Compile(ctx, root, program, release.Platform{OS: "linux", Arch: "amd64"}, true); err != nil {
			return 0, err
		}
	}
	info, err := os.Stat(program)
	if err != nil {
		return 0, err
	}
	return float64(info.Size()), nil
}
