// Command cut builds a release in a directory, with -program the program for this machine, or with -size prints the
// composition of the program. Run it in the project's directory:
//
//	go run ./internal/release/cut [-platforms OS-ARCH,…] DIR
//	go run ./internal/release/cut -program FILE
//	go run ./internal/release/cut -size
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/progression-labs-development/policypack/internal/release"
)

func main() {
	if err := run(context.Background(), os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "release: "+err.Error())
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("cut", flag.ContinueOnError)
	names := flags.String("platforms", "", "the platforms, by commas; all of them if it is empty")
	program := flags.String("program", "", "build this program alone, for this machine")
	size := flags.Bool("size", false, "say what the program for linux-amd64 consists of")
	if err := flags.Parse(args); err != nil {
		return err
	}
	root, err := os.Getwd()
	if err != nil {
		return err
	}
	if *size {
		return release.Size(ctx, root, out)
	}
	if *program != "" {
		path, err := filepath.Abs(*program)
		if err != nil {
			return err
		}
		return release.Compile(ctx, root, path, release.Platform{OS: runtime.GOOS, Arch: runtime.GOARCH}, true)
	}
	if flags.NArg() != 1 {
		return fmt.Errorf("expected one directory for the release, got %d", flags.NArg())
	}
	platforms := release.Platforms
	if *names != "" {
		platforms = nil
		for name := range strings.SplitSeq(*names, ",") {
			i := slices.IndexFunc(release.Platforms, func(p release.Platform) bool { return p.String() == name })
			if i < 0 {
				return fmt.Errorf("platform %q: expected one of %v", name, release.Platforms)
			}
			platforms = append(platforms, release.Platforms[i])
		}
	}
	_, err = release.Build(ctx, release.Options{Root: root, Out: flags.Arg(0), Platforms: platforms, Log: out})
	return err
}
