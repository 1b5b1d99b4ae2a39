package cli

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/progression-labs-development/policypack/internal/central"
	"github.com/progression-labs-development/policypack/internal/check"
	"github.com/progression-labs-development/policypack/internal/lazy"
	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/internal/place"
	"github.com/progression-labs-development/policypack/internal/report"
	"github.com/progression-labs-development/policypack/internal/rollout"
	"github.com/progression-labs-development/policypack/internal/session"
	"github.com/progression-labs-development/policypack/internal/verdict"
)

// centreFlags are the flags of `bundle --central`.
type centreFlags struct {
	dir, out, keyID, key, revision, expires string
	days                                    int
	serial                                  int64
	skipTests                               bool
}

// bundleDays is the default life of a bundle.
const bundleDays = 180

// maxBundleDays is the longest life of a bundle that expires.
const maxBundleDays = 3650

func (f *centreFlags) register(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.dir, "central", "", "`directory` with rules/ and data.json to build into a signed bundle")
	flags.StringVarP(&f.out, "output", "o", central.Name, "with --central: bundle `file` to write")
	flags.StringVar(&f.keyID, "key-id", "", "with --central: `ID` of the key, as pinned in the configuration")
	flags.StringVar(&f.key, "signing-key", "", "with --central: `file` with the private key, EC or RSA in PEM")
	flags.Int64Var(&f.serial, "serial", 0,
		"with --central: serial `number`, higher than that of the previous bundle; by default the time in "+
			"UTC, such as 20260901120000")
	flags.StringVar(&f.expires, "expires", "",
		"with --central: last `day` on which the bundle applies, in UTC, such as 2027-06-30")
	flags.IntVar(&f.days, "days", bundleDays, "with --central: number of days until the bundle expires; 0 for never")
	flags.StringVar(&f.revision, "revision", "", "with --central: `revision` of the sources, for messages and logs")
	flags.BoolVar(&f.skipTests, "skip-tests", false, "with --central: do not run the tests of the rules")
	only := []string{"output", "key-id", "signing-key", "serial", "expires", "days", "revision", "skip-tests"}
	others := []string{"launcher", "version", "from", "platforms", "break-glass-key", "rules"}
	run := cmd.RunE
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		with, without := others, "--central cannot be combined with"
		if f.dir == "" {
			with, without = only, "--central is required for"
		}
		for _, name := range with {
			if cmd.Flags().Changed(name) {
				return fmt.Errorf("%s --%s", without, name)
			}
		}
		return run(cmd, args)
	}
}

// keyIDs matches valid key ids, which appear in messages and commands.
var keyIDs = lazy.Regexp(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)

// plan reads the flags.
func (f *centreFlags) plan(cmd *cobra.Command, now time.Time) (plan central.Plan, err error) {
	if err := notEmpty(cmd, "output", "revision"); err != nil {
		return plan, err
	}
	plan = central.Plan{
		FS: os.DirFS(f.dir), Name: filepath.ToSlash(filepath.Clean(f.dir)), Revision: f.revision, KeyID: f.keyID,
		Serial: f.serial, OrSerial: central.SerialAt(now), OrExpires: until(now, bundleDays),
	}
	if d, err := detector(nil); err != nil {
		return plan, err
	} else if d.Name(f.revision) != f.revision || place.Visible(f.revision) != f.revision {
		return plan, errors.New("--revision: expected one line without a secret, such as a commit id; messages and " +
			"reports show it")
	}
	changed := cmd.Flags().Changed
	switch {
	case f.keyID == "":
		return plan, errors.New("expected --key-id ID, the id of the pinned key in the configuration, such as " +
			"centre-2026")
	case !keyIDs().MatchString(f.keyID):
		return plan, errors.New("--key-id: expected at most 64 letters, digits, . _ and -, such as centre-2026")
	case f.key == "":
		return plan, errors.New("expected --signing-key FILE; create one with `openssl ecparam -name prime256v1 " +
			"-genkey -noout -out FILE`")
	case changed("serial") && (f.serial < 1 || f.serial > central.MaxSerial):
		return plan, fmt.Errorf("--serial: expected a whole number from 1 to %d", central.MaxSerial)
	case changed("expires") && changed("days"):
		return plan, errors.New("--expires and --days: expected only one of the two")
	case changed("expires"):
		day, err := time.Parse(time.DateOnly, f.expires)
		if err != nil {
			return plan, errors.New("--expires: expected a day such as 2027-06-30")
		}
		if !now.Before(day.AddDate(0, 0, 1)) {
			return plan, fmt.Errorf("--expires: %s is in the past", f.expires)
		}
		plan.Expires = f.expires
	case changed("days") && (f.days < 0 || f.days > maxBundleDays):
		return plan, fmt.Errorf("--days: expected 1 to %d, or 0 for a bundle that never expires", maxBundleDays)
	case changed("days") && f.days == 0:
		plan.OrExpires = ""
	case changed("days"):
		plan.Expires = until(now, f.days)
	}
	if plan.Key, err = central.ReadSigningKey(f.key); err != nil {
		return plan, fmt.Errorf("--signing-key: %w", err)
	}
	return plan, nil
}

func until(now time.Time, days int) string {
	return now.UTC().AddDate(0, 0, days).Format(time.DateOnly)
}

// run checks, builds and signs a bundle. The file is only written if all of that succeeds.
func (f *centreFlags) run(cmd *cobra.Command, config string, p Process) error {
	plan, err := f.plan(cmd, p.Now())
	if err != nil {
		return err
	}
	before, err := f.before()
	if err != nil {
		return err
	}
	if err := f.check(cmd, plan, p); err != nil {
		return err
	}
	raw, err := plan.Build()
	if err != nil {
		return err
	}
	temporary, err := os.CreateTemp(filepath.Dir(f.out), "."+central.Name+"-*")
	if err != nil {
		return err
	}
	name := temporary.Name()
	defer os.Remove(name) //nolint:errcheck // it is renamed on success
	_, err = temporary.Write(raw)
	if err := errors.Join(err, temporary.Chmod(0o644), temporary.Close()); err != nil {
		return fmt.Errorf("%s: %w", f.out, check.WithoutPath(err))
	}
	made, loaded, counts, err := f.load(cmd, name, config, plan, p)
	if err != nil {
		// the mistake is in the sources; the temporary file means nothing to the user
		text := strings.ReplaceAll(err.Error(), name, plan.Name)
		if config == "" { // so the mistake is in the data
			const theirs = "invalid policy configuration:"
			text = strings.Replace(text, theirs, plan.Name+": data.policypack is not valid:", 1)
		}
		if config == "" && strings.Contains(text, ": parameters: missing ") {
			text += "\nRequired parameters must be set in the policy configuration; pass it with --config."
		}
		return errors.New(text)
	}
	if before > made.Serial() {
		return fmt.Errorf("-o: %s has the serial number %d, but the new bundle would have only %d; set --serial to "+
			"%d or higher", f.out, before, made.Serial(), before+1)
	}
	if err := os.Rename(name, f.out); err != nil {
		return err
	}
	return f.summary(cmd, plan, made, loaded, counts, p.Now())
}

// check checks that the rules in the directory compile with the capabilities of rules, and that their tests pass.
// Errors have the names of the source files.
func (f *centreFlags) check(cmd *cobra.Command, plan central.Plan, p Process) error {
	info, err := os.Stat(f.dir)
	switch {
	case errors.Is(err, fs.ErrNotExist), err == nil && !info.IsDir():
		return fmt.Errorf("--central: %s: expected a directory with rules/NAME/NAME.rego or data.json", plan.Name)
	case err != nil:
		return err
	}
	rules := filepath.Join(f.dir, "rules")
	if _, err := os.Stat(rules); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	s, err := newSuite([]string{rules}, p)
	if err != nil || f.skipTests {
		return err
	}
	if err := s.run(cmd.Context()); err != nil {
		return err
	}
	failed := func(r *result) bool { return len(r.failures) > 0 }
	if slices.ContainsFunc(slices.Collect(maps.Values(s.results)), failed) {
		if err := s.report(cmd); !errors.Is(err, errViolations) {
			return err
		}
		return fmt.Errorf("%s: tests failed, so nothing was built; fix them, or skip them with --skip-tests",
			filepath.ToSlash(rules))
	}
	return nil
}

// load reads a bundle back as a run would: signature, serial number, expiry, rules, parameters and floor. Without a
// configuration, it uses one that only pins the key.
func (f *centreFlags) load(cmd *cobra.Command, name, config string, plan central.Plan, p Process) (*central.Bundle,
	*pack.Pack, *verdict.Config, error,
) {
	made, err := central.Open(name)
	if err != nil {
		return nil, nil, nil, err
	}
	if _, err := made.Verify(map[string]central.Key{plan.KeyID: plan.Key.Pinned}); err != nil {
		return nil, nil, nil, err
	}
	loaded, err := loadPack(nil, name)
	if err != nil {
		return nil, nil, nil, err
	}
	settings := map[string]pack.Setting{}
	if config != "" {
		alone := session.New(session.Options{Bundle: name, Log: p.Stderr, Now: p.Now, Unbundled: true})
		file, err := check.ReadValid(cmd.Context(), alone, loaded, config)
		if err != nil {
			return nil, nil, nil, err
		}
		settings = file.Settings()
	}
	s := settings[pack.SettingsPolicy]
	keys := central.Keys(s.Parameters)
	if _, err := made.Verify(keys); len(keys) > 0 && err != nil {
		snippet, wrong := pinSnippet(plan)
		return nil, nil, nil, errors.Join(wrong, fmt.Errorf("%w\nFirst add the key to those pinned in %s, "+
			"and roll that configuration out:\n\n%s", err, filepath.ToSlash(config), snippet))
	}
	if len(keys) == 0 {
		parameters := map[string]any{central.Setting: pins(plan)}
		for name, v := range s.Parameters {
			if name != central.Setting {
				parameters[name] = v
			}
		}
		settings[pack.SettingsPolicy] = pack.Setting{Level: s.Level, Parameters: parameters}
	}
	run := session.New(session.Options{Bundle: name, Log: p.Stderr, Now: p.Now, NoGrace: true})
	if err := run.Configure(settings, nil); err != nil {
		return nil, nil, nil, err
	}
	counts, err := run.At(rollout.Place{Stack: rollout.AnyStack})
	return made, loaded, counts, err
}

// pins returns the setting bundleKeys with only the key of the bundle.
func pins(plan central.Plan) map[string]any {
	return map[string]any{
		plan.KeyID: map[string]any{"algorithm": plan.Key.Pinned.Algorithm, "key": plan.Key.Pinned.Key},
	}
}

// before returns the serial number of the bundle to replace, 0 if there is none. It refuses to replace a file that is
// not a bundle.
func (f *centreFlags) before() (serial int64, err error) {
	if _, err := os.Stat(f.out); errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	old, err := central.Open(f.out)
	if err != nil {
		return 0, fmt.Errorf("--output: refusing to overwrite %s, which is not a readable bundle", f.out)
	}
	return old.Serial(), nil
}

// summary prints what was built, the warnings that a run would print, and the key to pin.
func (f *centreFlags) summary(cmd *cobra.Command, plan central.Plan, made *central.Bundle, loaded *pack.Pack,
	counts *verdict.Config, now time.Time,
) error {
	w := cmd.OutOrStdout()
	fmt.Fprintf(w, "%s: %s\n\n", filepath.ToSlash(f.out), f.holds(made, loaded, counts))
	expires := "never"
	if day, err := time.Parse(time.DateOnly, made.Expires()); err == nil {
		left := int(day.AddDate(0, 0, 1).Sub(now).Hours() / 24)
		expires = fmt.Sprintf("%s, the last day on which it applies (%d days from now)", made.Expires(), left)
	}
	printTable(w, [][]string{
		{"serial", fmt.Sprint(made.Serial())},
		{"expires", expires},
		{"revision", cmp.Or(place.Visible(made.Revision()), "none")},
		{"key", plan.KeyID + ", " + plan.Key.Pinned.Algorithm},
		{"SHA-256", made.Digest()},
	})
	for _, line := range slices.Concat(counts.Doubts().Lines(), counts.Floor().Doubts()) {
		fmt.Fprintln(w, "warning: "+line)
	}
	for _, note := range counts.Notes() {
		fmt.Fprintln(w, "note: "+strings.ReplaceAll(note, "\n", " "))
	}
	snippet, err := pinSnippet(plan)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "\nAdd the key to those pinned in the policy configuration:\n\n%s\n"+
		"Then check that the bundle is accepted:\n\n  POLICYPACK_BUNDLE=%s policypack config validate "+
		"policy-config.json\n\nOnce the bundle is rolled out everywhere, set %q: %d to reject older ones.\n", snippet,
		filepath.ToSlash(f.out), central.Minimum, made.Serial())
	return err
}

// pinSnippet returns the configuration that pins the key of a bundle.
func pinSnippet(plan central.Plan) (string, error) {
	var snippet bytes.Buffer
	e := json.NewEncoder(&snippet)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(map[string]any{pack.SettingsPolicy: map[string]any{central.Setting: pins(plan)}})
	return snippet.String(), err
}

// holds describes the contents of a bundle.
func (f *centreFlags) holds(made *central.Bundle, loaded *pack.Pack, counts *verdict.Config) string {
	var parts []string
	own := 0
	for _, q := range loaded.Policies {
		if !q.Own {
			own++
		}
	}
	if own > 0 {
		parts = append(parts, report.Plural(own, "policy"))
	}
	if n := len(made.Parameters()); n > 0 {
		parts = append(parts, "parameters of "+report.Plural(n, "policy"))
	}
	if n := len(counts.Floor().Describe()); n > 0 {
		parts = append(parts, "a floor with "+report.Plural(n, "entry"))
	}
	return strings.Join(parts, ", ")
}
