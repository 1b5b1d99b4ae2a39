package gate

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/progression-labs-development/policypack"
	"github.com/progression-labs-development/policypack/internal/place"
	"github.com/progression-labs-development/policypack/internal/preview"
	"github.com/progression-labs-development/policypack/internal/report"
	"github.com/progression-labs-development/policypack/internal/source"
	"github.com/progression-labs-development/policypack/internal/verdict"
)

// aim is one preview.
type aim struct {
	n     int    // from 1, which names its reports
	dir   string // of the program, absolute
	shown string // the directory as the job names it
	stack string
	name  string // in messages: the stack, with the directory where there are several
}

// aims lists the previews: each stack in its project or, where it names none, in each project.
func (g *gate) aims() ([]aim, error) {
	var all []aim
	dirs := map[string]bool{}
	add := func(patterns []string, stack string) error {
		for _, pattern := range patterns {
			found, err := g.projects(pattern)
			if err != nil {
				return err
			}
			for _, dir := range found {
				a := aim{dir: resolved(g.absolute(dir)), shown: filepath.ToSlash(dir), stack: stack, name: stack}
				same := func(b aim) bool { return a.dir == b.dir && a.stack == b.stack }
				if dirs[a.dir] = true; !slices.ContainsFunc(all, same) {
					all = append(all, a)
				}
			}
		}
		return nil
	}
	for _, s := range g.in.Stacks {
		patterns, stack := g.in.Projects, s
		if dir, name := splitStack(s); dir != "" {
			patterns, stack = []string{dir}, name
		}
		if err := add(patterns, stack); err != nil {
			return nil, err
		}
	}
	for i := range all {
		if all[i].n = i + 1; len(dirs) > 1 {
			all[i].name += " in " + all[i].shown
		}
	}
	return all, nil
}

// attestation is the name of the stack's attestation among the reports.
func (a *aim) attestation() string {
	of := a.stack
	if a.name != a.stack {
		of = a.shown + "/" + a.stack
	}
	return "attestation-" + strings.ReplaceAll(of, "/", "+") + ".json"
}

// aim finds out what is to be previewed, before anything is run.
func (g *gate) aim(context.Context) (err error) {
	g.aimed, err = g.aims()
	return err
}

// splitStack splits DIR:STACK.
func splitStack(s string) (dir, stack string) {
	if i := strings.LastIndexByte(s, ':'); i > 0 {
		return s[:i], s[i+1:]
	}
	return "", s
}

// projects lists the directories that a pattern means: those with a project file, sorted. What is not a pattern is
// taken as it is, and the preview says what is wrong with it.
func (g *gate) projects(pattern string) ([]string, error) {
	if !strings.ContainsAny(pattern, "*?[") {
		return []string{pattern}, nil
	}
	found, err := filepath.Glob(pattern)
	if err != nil {
		return nil, fmt.Errorf("GATE_WORK_DIR: %s: %w", pattern, err)
	}
	found = slices.DeleteFunc(found, func(dir string) bool {
		return !slices.ContainsFunc(projectNames[:], func(name string) bool {
			_, err := os.Lstat(filepath.Join(dir, name))
			return err == nil
		})
	})
	if len(found) == 0 {
		return nil, fmt.Errorf("GATE_WORK_DIR: no directory with a Pulumi.yaml matches %s", pattern)
	}
	slices.Sort(found)
	return found, nil
}

// previews previews the stacks, as many beside each other as the job says.
func (g *gate) previews(ctx context.Context) {
	if len(g.aimed) == 0 || ctx.Err() != nil {
		return
	}
	all := g.allowed(ctx, g.aimed)
	if len(all) == 0 || ctx.Err() != nil {
		return
	}
	pulumi, err := g.outside("pulumi")
	if err != nil {
		for _, a := range all {
			g.broken(fmt.Sprintf("preview-%d-error", a.n), "preview of "+a.name, err.Error())
		}
		return
	}
	word := ""
	if g.github { // what a program prints is not a command to the runner
		word = stopWord()
	}
	out := newSheaf(g.Stdout, len(all))
	parts := make([][]part, len(all))
	var running sync.WaitGroup
	free := make(chan struct{}, g.in.Jobs)
	for i, a := range all {
		free <- struct{}{}
		running.Go(func() {
			defer func() { <-free }()
			defer out.close(i)
			w := out.leaf(i)
			say := func(format string, args ...any) { _, _ = fmt.Fprintf(w, format, args...) }
			if word != "" {
				say("::group::pulumi preview of %s\n::stop-commands::%s\n", a.name, word)
			}
			say("Previewing %s\n", place.Visible(a.name))
			parts[i] = g.preview(ctx, a, pulumi, w)
			if word != "" {
				say("\n::%s::\n::endgroup::\n", word)
			}
		})
	}
	running.Wait()
	for _, of := range parts {
		for _, p := range of {
			p.add(g)
		}
	}
}

// allowed returns the previews whose projects may be previewed, and notes the others.
func (g *gate) allowed(ctx context.Context, all []aim) []aim {
	type verdict struct {
		finding *report.Report
		err     error
	}
	asked := map[string]verdict{}
	var allowed []aim
	bypasses := 0
	for _, a := range all {
		v, seen := asked[a.dir]
		if !seen {
			v.finding, v.err = g.previewable(ctx, a.dir)
			asked[a.dir] = v
		}
		of := ""
		if a.name != a.stack {
			of = " of " + a.shown
		}
		switch {
		case v.err != nil:
			if !seen {
				g.note("No preview%s was run: %s.", of, v.err)
			}
			g.broken(fmt.Sprintf("preview-%d-error", a.n), "preview of "+a.name, "not run: "+v.err.Error())
		case v.finding != nil && !seen:
			g.note("No preview%s was run: a policy denies the project file; see its finding.", of)
			if !g.checked {
				bypasses++
				name := "check-project"
				if bypasses > 1 {
					name = fmt.Sprintf("check-project-%d", bypasses)
				}
				g.part(name, v.finding)
			}
			g.worst(1)
		case v.finding == nil:
			allowed = append(allowed, a)
		}
	}
	return allowed
}

// stopWord is a word that no program can guess.
func stopWord() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}

// part is what a preview leaves for the joined report: the report of the pack, or what could not be checked.
type part struct {
	report          *report.Report
	name            string // of a report about what could not be checked
	source, message string
}

func (p part) add(g *gate) {
	if p.report != nil {
		g.reports = append(g.reports, p.report)
		return
	}
	g.broken(p.name, p.source, p.message)
}

// preview previews a stack. Its report is left where the pack writes it.
func (g *gate) preview(ctx context.Context, a aim, pulumi string, out *leaf) (parts []part) {
	failed := func(suffix, format string, args ...any) {
		parts = append(parts, part{
			name: fmt.Sprintf("preview-%d-%s", a.n, suffix), source: "preview of " + a.name,
			message: fmt.Sprintf(format, args...),
		})
	}
	file := g.file(fmt.Sprintf("preview-%d.json", a.n))
	attestation := ""
	env := g.previewEnviron(file)
	if g.in.AttestKey != "" {
		attestation = filepath.Join(g.tmp, fmt.Sprintf("attestation-%d", a.n))
		env = append(env, "POLICYPACK_ATTEST="+attestation, "POLICYPACK_ATTEST_KEY="+g.in.AttestKey)
	}
	if !isDirectory(a.dir) {
		failed("error", "no such directory: %s", a.shown)
		return parts
	}
	got, err := preview.Run(ctx, preview.Options{
		Program: pulumi, Dir: a.dir, Stack: a.stack, Pack: g.program, Config: g.config, Args: g.in.Args, Env: env,
		Out: out,
	})
	if err != nil {
		failed("error", "not run: %v", err)
		return parts
	}
	r, err := g.previewed(got, file, attestation)
	if r != nil {
		locate(r, a.dir, got.Frames)
		parts = append(parts, part{report: r})
	}
	if r != nil && err != nil {
		_, _ = fmt.Fprintln(out, place.VisibleLines(err.Error()))
		failed("events", "cannot determine what policy exceptions exempted; see the log")
	}
	known := true
	exit := 2
	if r != nil {
		exit = r.Exit()
	}
	switch {
	case got.Exit == 0 && exit > 1:
		known = false
		failed("error", "no readable report; the policy pack did not check it")
	case got.Exit == 0 && !got.Complete:
		known = false
		failed("error", "Pulumi did not send all events; the gate requires Pulumi 3.255 or later")
	case got.Exit == 0:
	case exit == 1 && !got.OnlyViolations:
		known = false
		failed("error", "it failed for reasons other than its violations (exit status %d); see the log",
			got.Exit)
	case exit != 1:
		known = false
		failed("error", "it failed (exit status %d); see the log", got.Exit)
	}
	if attestation != "" && known {
		if err := moveFile(attestation, g.file(a.attestation())); err != nil {
			failed("error", "no attestation; see the log")
		}
	}
	return parts
}

// previewEnviron is the environment of a preview, whose report the pack writes into the file.
func (g *gate) previewEnviron(file string) []string {
	ours := map[string]string{"POLICYPACK_REPORT": file}
	if len(g.rules) > 0 {
		ours["POLICYPACK_RULES"] = strings.Join(g.rules, string(os.PathListSeparator))
	}
	if g.bundle != "" {
		ours["POLICYPACK_BUNDLE"] = g.bundle
	}
	if g.noGrace() {
		ours["POLICYPACK_NO_GRACE"] = "1"
	}
	if g.glassToken != "" {
		ours["POLICYPACK_BREAK_GLASS"] = g.glassToken
	}
	var env []string
	for _, kv := range g.environ() {
		switch name, _, _ := strings.Cut(kv, "="); name {
		// What the program of the change writes into these would count for later steps of the job.
		case "GITHUB_ENV", "GITHUB_OUTPUT", "GITHUB_PATH", "GITHUB_STATE", "GITHUB_STEP_SUMMARY":
		case "POLICYPACK_REPORT", "POLICYPACK_RULES", "POLICYPACK_BUNDLE", "POLICYPACK_NO_GRACE",
			"POLICYPACK_BREAK_GLASS":
		default:
			env = append(env, kv)
		}
	}
	for _, name := range []string{
		"POLICYPACK_BREAK_GLASS", "POLICYPACK_BUNDLE", "POLICYPACK_NO_GRACE", "POLICYPACK_REPORT", "POLICYPACK_RULES",
	} {
		if value, ok := ours[name]; ok {
			env = append(env, name+"="+value)
		}
	}
	return env
}

// previewed reads the report of a preview, and applies to it what the engine exempted: Pulumi's policy exceptions are
// the engine's, which does not report them to the pack. With it, report and attestation agree with the engine, but for
// what the setting exceptions denies. The error says why that cannot be applied; without a report there is none.
func (g *gate) previewed(got *preview.Result, file, attestation string) (*report.Report, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, nil //nolint:nilerr // the pack left none, which its absence says
	}
	r, err := report.Read(data)
	if err != nil {
		return nil, nil //nolint:nilerr // the same
	}
	if !got.Exempted() {
		return r, nil
	}
	exceptions, err := g.Exceptions(g.config)
	if err != nil {
		return r, err
	}
	verdict.Excepted(r, got.Violations, exceptions)
	r = report.Merge(policypack.Version(), []*report.Report{r})
	if attestation != "" {
		if _, err := os.Stat(attestation); err == nil {
			if err := g.Reseal(attestation, g.in.AttestKey, file, r); err != nil {
				return r, err
			}
		}
	}
	return r, writeReport(file, r, report.JSON, report.Options{})
}

// locate sets the lines that declare what findings are about, in the joined report alone: an attestation is about the
// report as the pack has left it.
func locate(r *report.Report, dir string, frames preview.Frames) {
	programs := source.NewPrograms(dir)
	r.Locate(func(f *report.Finding) []place.Location {
		urn, _ := place.ParseURN(f.URN)
		return programs.Of(urn.Project).Locate(f.URN, place.ParsePath(f.Path), frames[f.URN]...)
	})
}

// moveFile moves a file, to another file system too.
func moveFile(from, to string) error {
	if os.Rename(from, to) == nil {
		return nil
	}
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return report.Replace(to, data)
}
