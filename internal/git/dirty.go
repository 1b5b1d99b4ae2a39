package git

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strconv"
	"strings"
)

// Dirty reports whether tracked files differ from the commit, staged or not, in the work tree with the root. Files that
// are not tracked do not count, nor does what lies in submodules; another commit of a submodule does. The filters that
// the configuration names are not run, so a file that one of them would change back differs once it has been written
// again.
func (g *Git) Dirty(ctx context.Context, root, commit string) (bool, error) {
	if !hexadecimal(commit) {
		return false, fmt.Errorf("git: %q is not the id of a commit", commit)
	}
	filters, err := g.output(ctx, "config", "--null", "--name-only", "--get-regexp", `^filter\.`)
	// 1: there is none
	if exit := (*exec.ExitError)(nil); err != nil && (!errors.As(err, &exit) || exit.ExitCode() != 1) {
		return false, err
	}
	cmd := g.Command(ctx, "--work-tree="+root, "diff", "--quiet", "--no-ext-diff", "--no-textconv",
		"--ignore-submodules=dirty", commit, "--")
	cmd.Dir = root
	var errs said
	cmd.Stderr = &errs
	cmd.Env = append(cmd.Env, without(filters)...)
	err = cmd.Run()
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) && exit.ExitCode() == 1 {
		return true, nil
	}
	switch {
	case err == nil || ctx.Err() != nil:
		return false, ctx.Err()
	case errs.first() != "":
		return false, fmt.Errorf("git diff: %s: %w", errs.first(), err)
	}
	return false, fmt.Errorf("git diff: %w", err)
}

// without returns the variables that take the filters' programs out of the configuration, by the names of its keys.
func without(keys []byte) []string {
	var env []string
	n := 0
	set := func(key, value string) {
		env = append(env, "GIT_CONFIG_KEY_"+strconv.Itoa(n)+"="+key, "GIT_CONFIG_VALUE_"+strconv.Itoa(n)+"="+value)
		n++
	}
	for key := range bytes.SplitSeq(keys, []byte{0}) {
		if dot := strings.LastIndex(string(key), "."); dot > len("filter") {
			name := string(key[:dot])
			set(name+".clean", "")
			set(name+".process", "")
			set(name+".required", "false")
		}
	}
	return append(env, "GIT_CONFIG_COUNT="+strconv.Itoa(n))
}
