package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/progression-labs-development/policypack/internal/example"
	"github.com/progression-labs-development/policypack/internal/facts"
	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/internal/repository"
	"github.com/progression-labs-development/policypack/internal/session"
	"github.com/progression-labs-development/policypack/internal/verdict"
)

// examples evaluates the examples of every policy.
func (s *suite) examples(ctx context.Context) error {
	var found []verdict.Finding
	at := session.New(session.Options{
		Rules: s.dirs, Log: s.process.Stderr, Now: s.process.Now, Unbundled: true,
		Found: func(f, _ []verdict.Finding) { found = append(found, f...) },
	})
	for _, q := range s.loaded.Policies {
		r := s.results[q.Name]
		if r == nil {
			continue
		}
		file, err := examplesOf(q)
		if err != nil {
			r.failures = append(r.failures, failure{text: err.Error()})
			continue
		}
		if file == nil {
			continue
		}
		for _, c := range file.Cases {
			r.examples++
			found = nil
			var what string
			if err := evaluateCase(ctx, at, q, c); err != nil {
				what = err.Error()
			} else {
				what = compare(q, c, found)
			}
			if what != "" {
				r.failures = append(r.failures,
					failure{file.Name, c.Row, fmt.Sprintf("%s: %s: %s", c.Outcome, c.Name, what)})
			}
		}
	}
	return nil
}

// evaluateCase evaluates the resources of a case, one by one and then together, and its files as a repository.
func evaluateCase(ctx context.Context, s *session.Session, q *pack.Policy, c example.Case) error {
	if err := s.Begin(c.About()); err != nil {
		return err
	}
	level := q.Level
	if level == pack.Disabled {
		level = pack.Mandatory
	}
	params := map[string]map[string]any{pack.SettingsPolicy: c.Settings}
	if params[q.Name] == nil {
		params[q.Name] = map[string]any{}
	}
	for name, v := range c.Parameters {
		params[q.Name][name] = v
	}
	levels := map[string]pack.Level{pack.SettingsPolicy: pack.Mandatory}
	levels[q.Name] = level
	if err := s.Configure(pack.Settings(levels, params), nil); err != nil {
		return err
	}
	for _, one := range c.Registered() {
		if _, err := s.Resource(ctx, one); err != nil {
			return err
		}
	}
	if len(c.Resources) > 0 {
		if _, err := s.Stack(ctx, c.Whole()); err != nil {
			return err
		}
	}
	if len(c.Files) > 0 {
		return evaluateFiles(ctx, s, c)
	}
	return nil
}

// evaluateFiles evaluates the files of a case in a temporary folder.
func evaluateFiles(ctx context.Context, s *session.Session, c example.Case) (err error) {
	dir, err := os.MkdirTemp("", "policypack-example-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	options := repository.Options{}
	head := filepath.Join(dir, "head")
	if err := c.WriteFiles(head); err != nil {
		return err
	}
	if c.Base != nil {
		options.Base = filepath.Join(dir, "base")
		if err := c.WriteBase(options.Base); err != nil {
			return err
		}
	}
	reading, err := s.Reading()
	if err != nil {
		return err
	}
	options.Detector, options.Components = reading.Detector, reading.Components
	read, err := repository.Read(ctx, head, options, func(f *facts.File) error {
		_, err := s.File(ctx, f)
		return err
	})
	if err != nil {
		return err
	}
	for _, e := range read.Errors {
		return fmt.Errorf("%s:%d: %s", e.Name, e.At.Line, e.Message)
	}
	return nil
}

// compare returns the differences between the findings of the policy and those that the case expects, empty if there
// are none.
func compare(q *pack.Policy, c example.Case, findings []verdict.Finding) string {
	var got []string
	for _, f := range findings {
		for _, secret := range c.Secrets() {
			if strings.Contains(f.Message, secret) {
				return fmt.Sprintf("a message of %s contains a value that the example marks as secret", f.Policy)
			}
		}
		if f.Policy != q.Name || f.About {
			continue
		}
		outcome := example.Deny
		if f.Undecided {
			outcome = example.Undecided
		}
		if outcome != c.Outcome && c.Outcome != example.Allow {
			return fmt.Sprintf("the case belongs in the list %s:\n%s", outcome, indented(f.Message, "  "))
		}
		on := f.File
		if on == "" {
			on = f.URN[strings.LastIndex(f.URN, ":")+1:]
		}
		got = append(got, entry(on, f.At.Line, f.Message))
	}
	var want []string
	for _, w := range c.Want {
		want = append(want, entry(w.On, w.Line, strings.TrimSpace(w.Message)))
	}
	slices.Sort(got)
	slices.Sort(want)
	if slices.Equal(got, want) {
		return ""
	}
	var b strings.Builder
	b.WriteString("mismatch (-want +got)")
	for _, line := range diff(lines(want), lines(got)) {
		b.WriteString("\n" + line)
	}
	return b.String()
}

// entry formats a violation for a comparison.
func entry(on string, line int, message string) string {
	if line > 0 {
		on += fmt.Sprintf(", line %d", line)
	}
	return "on " + on + ":\n" + indented(message, "  ")
}

func lines(texts []string) []string {
	if len(texts) == 0 {
		return nil
	}
	return strings.Split(strings.Join(texts, "\n"), "\n")
}

// diff returns a line diff of both texts, by their longest common subsequence.
func diff(want, got []string) []string {
	common := make([][]int, len(want)+1)
	for i := range common {
		common[i] = make([]int, len(got)+1)
	}
	for i := len(want) - 1; i >= 0; i-- {
		for j := len(got) - 1; j >= 0; j-- {
			if want[i] == got[j] {
				common[i][j] = common[i+1][j+1] + 1
			} else {
				common[i][j] = max(common[i+1][j], common[i][j+1])
			}
		}
	}
	var out []string
	i, j := 0, 0
	for i < len(want) || j < len(got) {
		switch {
		case i < len(want) && j < len(got) && want[i] == got[j]:
			out = append(out, "  "+want[i])
			i, j = i+1, j+1
		case j == len(got) || i < len(want) && common[i+1][j] >= common[i][j+1]:
			out = append(out, "- "+want[i])
			i++
		default:
			out = append(out, "+ "+got[j])
			j++
		}
	}
	return out
}
