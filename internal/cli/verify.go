package cli

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/progression-labs-development/policypack/internal/attest"
	"github.com/progression-labs-development/policypack/internal/check"
	"github.com/progression-labs-development/policypack/internal/dsse"
	"github.com/progression-labs-development/policypack/internal/place"
	"github.com/progression-labs-development/policypack/internal/report"
	"github.com/progression-labs-development/policypack/internal/session"
)

func attestCommand(p Process) *cobra.Command {
	cmd := &cobra.Command{
		Use: "attest", Short: "Verify that the pack ran",
		Long: "Attestations are signed statements that the pack ran. A preview or update writes one to the file in\n" +
			"POLICYPACK_ATTEST, and `policypack check` to the file in --attest. POLICYPACK_ATTEST_KEY is the\n" +
			"file with the private key that signs it.",
	}
	cmd.AddCommand(verifyCommand(p))
	return cmd
}

// verifyFlags are the flags of attest verify.
type verifyFlags struct {
	keys                     []string
	stack, commit, kind      string
	config, digest, pack     string
	packVersion, packProgram string
	maxAge                   time.Duration
	breakGlass               bool
}

func verifyCommand(p Process) *cobra.Command {
	var f verifyFlags
	cmd := &cobra.Command{
		Use: "verify FILE", Short: "Verify an attestation", Args: takes(1, 1),
		Long: "Verify that an attestation is signed with the key and matches the flags. Runs with violations or\n" +
			"errors, runs that did not complete, and runs on a checkout that differs from its commit are rejected\n" +
			"as well.\n\n" +
			"The exit code is 0 if the attestation is accepted, 1 if it is rejected, 2 if it cannot be read.\n\n" +
			"  policypack attest verify attestation.json --key policypack.pub --stack acme/shop/production \\\n" +
			"    --commit \"$(git rev-parse HEAD)\" --config policy-config.json --kind preview --max-age 1h",
		RunE: func(cmd *cobra.Command, args []string) error { return f.run(cmd, args[0], p) },
	}
	flags := cmd.Flags()
	flags.StringArrayVar(&f.keys, "key", nil, "`file` with the public key of the runner, in PEM; repeatable")
	flags.StringVar(&f.stack, "stack", "", "`stack` that must have been checked, as [ORGANIZATION/]PROJECT/STACK")
	flags.StringVar(&f.commit, "commit", "", "full id of the `commit` that must have been checked")
	flags.StringVar(&f.kind, "kind", "",
		"`kind` of run: preview, update, repository, terraform-plan, terraform-state or state; by default "+
			"preview or update")
	flags.StringVar(&f.config, "config", "", "policy configuration `file` that must have been in effect")
	flags.StringVar(&f.digest, "config-digest", "",
		"`digest` of the configuration that must have been in effect, as shown in reports; instead of "+
			"--config")
	flags.StringVar(&f.pack, "policy-pack", "",
		"with --config: `path` of the pack that must have run; by default this program and the files beside "+
			"it")
	flags.StringVar(&f.packVersion, "pack-version", "", "`version` of policypack that must have run")
	flags.StringVar(&f.packProgram, "pack-digest", "", "SHA-256 `digest` of the program that must have run")
	flags.DurationVar(&f.maxAge, "max-age", 0, "maximum `age` of the attestation, such as 1h")
	flags.BoolVar(&f.breakGlass, "break-glass", false, "accept runs that passed with a break-glass token")
	if err := errors.Join(cmd.MarkFlagRequired("key"), cmd.MarkFlagFilename("key"),
		cmd.MarkFlagFilename("config")); err != nil {
		panic(err) // the flags were registered just now
	}
	cmd.MarkFlagsMutuallyExclusive("config", "config-digest")
	complete(cmd, "kind", attestedKinds)
	return cmd
}

// attestedKinds are the kinds of runs that can be attested.
var attestedKinds = []string{
	report.Preview, report.Update, report.State, report.TerraformPlan, report.TerraformState,
	report.Repository,
}

// notEmpty refuses flags with an empty value: an unset variable or a failed command substitution must not mean the same
// as leaving out the flag.
func notEmpty(cmd *cobra.Command, names ...string) error {
	for _, name := range names {
		f := cmd.Flags().Lookup(name)
		list, ok := f.Value.(interface{ GetSlice() []string })
		empty := f.Value.String() == "" || f.Value.String() == time.Duration(0).String() ||
			ok && slices.Contains(list.GetSlice(), "")
		if f.Changed && empty {
			return fmt.Errorf("--%s: the value is empty; check the variable or command that sets it, or leave out "+
				"the flag", name)
		}
	}
	return nil
}

func (f *verifyFlags) run(cmd *cobra.Command, file string, p Process) error {
	if err := notEmpty(cmd, "stack", "commit", "kind", "config", "config-digest", "policy-pack", "pack-version",
		"pack-digest", "max-age"); err != nil {
		return err
	}
	wanted, err := f.wanted(cmd.Context(), p)
	if err != nil {
		return err
	}
	keys, err := readKeys(f.keys)
	if err != nil {
		return err
	}
	data, err := readBounded(file, dsse.MaxSize)
	if err != nil {
		return err
	}
	s, err := attest.Open(data, keys...)
	if err != nil {
		return refused(cmd.ErrOrStderr(), file, []string{err.Error()})
	}
	if why := wanted.Refused(s, p.Now()); len(why) > 0 {
		return refused(cmd.ErrOrStderr(), file, why)
	}
	return accepted(cmd.OutOrStdout(), file, s, p.Now())
}

// wanted reads the flags.
func (f *verifyFlags) wanted(ctx context.Context, p Process) (attest.Wanted, error) {
	w := attest.Wanted{
		Kind: f.kind, Configuration: f.digest, Version: f.packVersion, Pack: f.packProgram,
		MaxAge: f.maxAge, BreakGlass: f.breakGlass,
	}
	if f.kind != "" && !slices.Contains(attestedKinds, f.kind) {
		return w, fmt.Errorf("--kind: expected one of %s, got %q", strings.Join(attestedKinds, ", "), f.kind)
	}
	if f.maxAge < 0 {
		return w, fmt.Errorf("--max-age: expected a duration such as 1h, got %s", f.maxAge)
	}
	stack, err := parseStack(f.stack)
	if err != nil {
		return w, err
	}
	w.Organization, w.Project, w.Stack = stack.Organization, stack.Project, stack.Stack
	w.Commit = strings.ToLower(f.commit)
	for _, hex := range [...]struct {
		flag, value string
		lengths     []int
		expected    string
	}{
		{"--commit", w.Commit, []int{40, 64}, "the full id of a commit, as printed by `git rev-parse HEAD`"},
		{"--config-digest", f.digest, []int{64}, "a SHA-256 in hexadecimal, as shown in reports"},
		{"--pack-digest", f.packProgram, []int{64}, "a SHA-256 in hexadecimal"},
	} {
		if hex.value != "" &&
			(!slices.Contains(hex.lengths, len(hex.value)) || strings.Trim(hex.value, "0123456789abcdef") != "") {
			return w, fmt.Errorf("%s: expected %s", hex.flag, hex.expected)
		}
	}
	if f.config != "" {
		w.Configuration, w.Added, err = f.configuration(ctx, p)
	} else if f.pack != "" {
		err = errors.New("--policy-pack only applies with --config")
	}
	return w, err
}

// configuration returns the digest of the configuration that a preview with the file would have: with the pack of
// --policy-pack, the files beside it and the environment. It also returns what an organisation has added to that pack.
func (f *verifyFlags) configuration(ctx context.Context, p Process) (string, *attest.Pack, error) {
	options := environment(p, ".")
	options.BreakGlass = session.BreakGlass{} // the digest is of the configuration alone
	options.Dir = besideExecutable()
	if f.pack != "" {
		dir := f.pack
		if info, err := os.Stat(dir); err != nil {
			return "", nil, fmt.Errorf("--policy-pack: %w", err)
		} else if !info.IsDir() {
			if dir, err = filepath.EvalSymlinks(dir); err != nil {
				return "", nil, fmt.Errorf("--policy-pack: %w", err)
			}
			dir = filepath.Dir(dir)
		} else if !holdsPack(dir) {
			return "", nil, fmt.Errorf("--policy-pack: %s contains no PulumiPolicy.yaml; expected the directory "+
				"or program that you pass to --policy-pack of Pulumi", dir)
		}
		options.Dir = packIn(dir)
	}
	s := session.New(options)
	loaded, err := s.Pack()
	if err != nil {
		return "", nil, err
	}
	file, err := check.ReadValid(ctx, s, loaded, f.config)
	if err == nil {
		err = s.Configure(file.Settings(), file.Exceptions)
	}
	if err != nil {
		return "", nil, err
	}
	added, err := s.Identity()
	return s.Digest(), &added, err
}

// readKeys reads the files in --key.
func readKeys(names []string) ([]ed25519.PublicKey, error) {
	keys := make([]ed25519.PublicKey, len(names))
	for i, name := range names {
		var err error
		if keys[i], err = dsse.ReadPublicKey(name); err != nil {
			return nil, fmt.Errorf("--key: %w", err)
		}
	}
	return keys, nil
}

// refused prints why an attestation is rejected.
func refused(w io.Writer, file string, why []string) error {
	fmt.Fprintln(w, "policypack: "+place.VisibleLines(file)+" is rejected:")
	for _, line := range why {
		fmt.Fprintln(w, "  "+place.VisibleLines(line))
	}
	return errViolations
}

// accepted prints the contents of an attestation.
func accepted(w io.Writer, file string, s *attest.Statement, now time.Time) error {
	p := &s.Predicate
	at, err := s.Time()
	if err != nil {
		return err
	}
	var lines []string
	for _, source := range p.Sources {
		lines = append(lines,
			fmt.Sprintf("%s: %s, %s", source, report.Plural(source.Resources, "resource"),
				report.Plural(source.Files, "file")))
	}
	lines = append(lines, fmt.Sprintf("created at %s, %s ago", p.Time, max(0, now.Sub(at)).Truncate(time.Second)))
	switch {
	case p.Commit == nil:
		lines = append(lines, "no commit")
	case p.Commit.Dirty:
		lines = append(lines, "commit "+p.Commit.ID+", with changes to tracked files")
	default:
		lines = append(lines, "commit "+p.Commit.ID)
	}
	lines = append(lines, "configuration "+p.Configuration, "policypack "+p.Pack.Version+", SHA-256 "+p.Pack.Digest)
	levels := map[string]int{}
	for _, q := range p.Policies {
		levels[q.Level]++
	}
	lines = append(lines, fmt.Sprintf("policies: %d mandatory, %d advisory", levels["mandatory"], levels["advisory"]),
		fmt.Sprintf("findings: %d advisory, %d undecided, %d exempted, %d in the baseline", p.Counts.Advisory,
			p.Counts.Undecided,
			p.Counts.Exempted, p.Counts.Baseline))
	for _, d := range p.Disabled {
		line := "disabled: " + d.Name
		if d.Where != "" {
			line += " on " + d.Where
		}
		lines = append(lines, line+", by "+d.From)
	}
	for _, e := range p.Exemptions {
		lines = append(lines, fmt.Sprintf("exemption %s: %s", e.ID, report.Plural(e.Findings, "finding")))
	}
	for _, b := range p.BreakGlass {
		lines = append(lines,
			fmt.Sprintf("break-glass %s until %s: %s passed", b.ID, b.Until, report.Plural(b.Passed, "violation")))
	}
	fmt.Fprintln(w, place.VisibleLines(file)+" is accepted:")
	for _, line := range lines {
		if _, err := fmt.Fprintln(w, "  "+place.VisibleLines(line)); err != nil {
			return err
		}
	}
	return nil
}

// readBounded reads a file, and one byte more than most at the most.
func readBounded(name string, most int64) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // nothing was written
	return io.ReadAll(io.LimitReader(f, most+1))
}
