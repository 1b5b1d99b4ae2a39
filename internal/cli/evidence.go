package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/progression-labs-development/policypack/internal/check"
	"github.com/progression-labs-development/policypack/internal/evidence"
	"github.com/progression-labs-development/policypack/internal/fleet"
	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/internal/report"
)

// evidenceDays is the default maximum age of a report that proves that a finding is gone.
const evidenceDays = 30

// evidenceFlags are the flags for the reports that prove that an exemption is unused.
type evidenceFlags struct {
	reports []string
	stacks  string
	days    int
}

func (f *evidenceFlags) register(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringArrayVar(&f.reports, "reports", nil,
		"JSON report `file`, or directory of reports; repeatable, or separate several with commas")
	flags.StringVar(&f.stacks, "stacks", "",
		"`file` that lists all existing stacks: one [ORGANIZATION/]PROJECT/STACK per line, the JSON report "+
			"of policypack coverage, or the output of pulumi stack ls --all --json")
	flags.IntVar(&f.days, "days", evidenceDays, "maximum age of a report in days")
	if err := errors.Join(cmd.MarkFlagFilename("stacks"), cmd.MarkFlagFilename("reports", "json")); err != nil {
		panic(err) // the flags were registered just now
	}
}

// check checks the flags.
func (f *evidenceFlags) check(cmd *cobra.Command) error {
	if f.days < 1 || f.days > 365 {
		return fmt.Errorf("--days: expected 1 to 365, got %d", f.days)
	}
	return notEmpty(cmd, "stacks", "reports")
}

// names lists the files and directories of reports.
func (f *evidenceFlags) names() (names []string) {
	for _, list := range f.reports {
		names = append(names, report.Names(list)...)
	}
	return names
}

// begin reads the list of stacks. The reports are added later.
func (f *evidenceFlags) begin(loaded *pack.Pack, p Process) (*evidence.Evidence, error) {
	var stacks []fleet.Name
	if f.stacks != "" {
		data, err := readInput(f.stacks)
		if err == nil {
			stacks, err = fleet.ReadNames(data)
		}
		if err != nil {
			return nil, fmt.Errorf("--stacks: %s: %w", f.stacks, err)
		}
	}
	return evidence.New(loaded, stacks, p.Now(), f.days), nil
}

// readReports reads a report, or all reports in a directory, and returns the number of other JSON files there.
func readReports(name string, each func(name string, r *report.Report, err error)) (others int, err error) {
	info, err := os.Stat(name)
	if err != nil {
		return 0, check.WithoutPath(err)
	}
	files := []string{name}
	if info.IsDir() {
		if files, err = check.Exports(filepath.Clean(name)+string(filepath.Separator)+".", check.State); err != nil {
			return 0, err
		}
	}
	for _, file := range files {
		data, err := readInput(file)
		if err == nil && info.IsDir() && !report.Is(data) && json.Valid(data) {
			others++
			continue
		}
		var r *report.Report
		if err == nil {
			r, err = report.Read(data)
		}
		each(file, r, err)
	}
	if others == len(files) {
		err = errors.New("the directory contains no JSON report")
	}
	return others, err
}
