package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"time"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/spf13/cobra"
	"google.golang.org/grpc/status"

	"github.com/progression-labs-development/policypack/internal/analyzer"
	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/internal/report"
	"github.com/progression-labs-development/policypack/internal/state"
)

// baselineFinding is one finding of a baseline, in the form of the setting.
type baselineFinding struct {
	Policy string `json:"policy"`
	URN    string `json:"urn"`
	Path   string `json:"path"`
}

// baselineSetting is the setting baseline.
type baselineSetting struct {
	Expires  string            `json:"expires"`
	Findings []baselineFinding `json:"findings"`
}

// maxBaselineDays is how long a baseline may last.
const maxBaselineDays = 365

func baselineCommand(p Process) *cobra.Command {
	var rules ruleFlag
	var config, out string
	var days int
	cmd := &cobra.Command{
		Use: "baseline STATE.json|REPORT.json...", Short: "Write down what is wrong in existing stacks, so that only new findings fail",
		Long: "Judge exported states, or take the reports of previews, and write their violations as the setting baseline, for the\n" +
			"file given to --policy-pack-config.\n" +
			"Until it expires, these violations are advisory and new ones count. It holds policies, URNs and property paths, and no\n" +
			"values.\n\n" +
			"  pulumi stack export | policypack baseline - -o baseline.json\n" +
			"  POLICYPACK_REPORT=report.json pulumi preview --policy-pack …; policypack baseline report.json -o baseline.json\n\n" +
			"Without its configuration a state cannot tell all findings: values of secrets are not in it, and config is not.",
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if days < 1 || days > maxBaselineDays {
				return fmt.Errorf("--days: want 1 to %d, got %d", maxBaselineDays, days)
			}
			if err := replaceable(out); err != nil {
				return err
			}
			j, err := newStateJudge(cmd.Context(), rules.directories(), config, p)
			if err != nil {
				return err
			}
			setting := baselineSetting{Findings: []baselineFinding{}}
			setting.Expires = p.Now().UTC().AddDate(0, 0, days).Format(time.DateOnly)
			for _, name := range args {
				found, err := j.judge(cmd, name)
				if err != nil {
					return fmt.Errorf("%s: %w", name, err)
				}
				setting.Findings = append(setting.Findings, found...)
			}
			slices.SortFunc(setting.Findings, compareFindings)
			setting.Findings = slices.Compact(setting.Findings)
			return writeBaseline(cmd, out, setting)
		},
	}
	rules.register(cmd, p)
	cmd.Flags().StringVar(&config, "config", "", "file for --policy-pack-config that the stacks are judged with")
	cmd.Flags().StringVarP(&out, "output", "o", "", "file to write; without it, the standard output")
	cmd.Flags().IntVar(&days, "days", 90, "days until the baseline expires")
	return cmd
}

func compareFindings(a, b baselineFinding) int {
	return slices.Compare([]string{a.Policy, a.URN, a.Path}, []string{b.Policy, b.URN, b.Path})
}

// stateJudge judges states, each as a run of its own.
type stateJudge struct {
	loaded  *pack.Pack
	rules   []string
	file    *configFile
	process Process
}

func newStateJudge(ctx context.Context, rules []string, config string, p Process) (*stateJudge, error) {
	loaded, err := loadPack(rules)
	if err != nil {
		return nil, err
	}
	j := &stateJudge{loaded: loaded, rules: rules, process: p, file: &configFile{}}
	if config == "" {
		return j, nil
	}
	if j.file, err = readConfig(config); err != nil {
		return nil, err
	}
	if mistakes := j.file.check(ctx, loaded, rules, p); len(mistakes) > 0 {
		return nil, mistakes
	}
	return j, nil
}

// judge returns the violations in a state that a baseline may hold: those that count, in resources.
func (j *stateJudge) judge(cmd *cobra.Command, name string) ([]baselineFinding, error) {
	data, err := readInput(cmd, name)
	if err != nil {
		return nil, err
	}
	if report.Is(data) {
		return j.reported(data)
	}
	s, err := state.Read(data)
	if err != nil {
		return nil, err
	}
	if s.Len() == 0 {
		return nil, errors.New("the state holds no resources")
	}
	server, findings, err := newServer(j.rules, j.process)
	if err != nil {
		return nil, err
	}
	c := checker{file: j.file}
	ctx := cmd.Context()
	if err := analyzeState(ctx, server, s, request(j.file.levels(j.loaded), c.parameters())); err != nil {
		return nil, errors.New(status.Convert(err).Message())
	}
	return baselineOf(analyzer.Reports(*findings)), nil
}

// reported returns the violations of a report.
func (j *stateJudge) reported(data []byte) ([]baselineFinding, error) {
	r, err := report.Read(data)
	if err != nil {
		return nil, err
	}
	for _, f := range r.Findings {
		if j.loaded.Policy(f.Policy) == nil {
			return nil, fmt.Errorf("the report names a policy %q that is not there; give its directory with --rules", f.Policy)
		}
	}
	return baselineOf(r.Findings), nil
}

// baselineOf keeps the findings that may be put off. What a policy cannot decide will be decided, and the settings are to
// be mended.
func baselineOf(findings []report.Finding) []baselineFinding {
	out := []baselineFinding{}
	for _, f := range findings {
		exempted := f.Exemption != "" && !f.Expired
		if f.Undecided || exempted || f.URN == "" || f.Policy == pack.SettingsPolicy {
			continue
		}
		out = append(out, baselineFinding{Policy: f.Policy, URN: f.URN, Path: f.Path})
	}
	return out
}

func readInput(cmd *cobra.Command, name string) ([]byte, error) {
	if name == "-" {
		return io.ReadAll(cmd.InOrStdin())
	}
	return os.ReadFile(name)
}

// analyzeState makes the calls that the engine would make for a stack that is there already.
func analyzeState(ctx context.Context, server *analyzer.Server, s *state.State, config *pulumirpc.ConfigureAnalyzerRequest) error {
	if _, err := server.Configure(ctx, config); err != nil {
		return err
	}
	for _, req := range s.Analyze() {
		if _, err := server.Analyze(ctx, req); err != nil {
			return err
		}
	}
	_, err := server.AnalyzeStack(ctx, s.AnalyzeStack())
	return err
}

// replaceable refuses a file that holds anything but a baseline: it would be lost.
func replaceable(name string) error {
	if name == "" {
		return nil
	}
	data, err := os.ReadFile(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	}
	var old map[string]map[string]json.RawMessage
	only := json.Unmarshal(data, &old) == nil && len(old) == 1 && len(old[pack.SettingsPolicy]) == 1 &&
		old[pack.SettingsPolicy]["baseline"] != nil
	if !only {
		return fmt.Errorf("%s holds something else than a baseline, which would be lost; write to another file and merge them", name)
	}
	return nil
}

func writeBaseline(cmd *cobra.Command, name string, setting baselineSetting) error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(map[string]any{pack.SettingsPolicy: map[string]any{"baseline": setting}}); err != nil {
		return err
	}
	if name == "" {
		_, err := cmd.OutOrStdout().Write(b.Bytes())
		return err
	}
	if err := os.WriteFile(name, b.Bytes(), 0o644); err != nil {
		return err
	}
	_, err := fmt.Fprintf(cmd.OutOrStdout(), "wrote %s: %s until %s\n", name, plural(len(setting.Findings), "finding"), setting.Expires)
	return err
}
