package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/spf13/cobra"

	"github.com/progression-labs-development/policypack"
	"github.com/progression-labs-development/policypack/internal/bundle"
	"github.com/progression-labs-development/policypack/internal/check"
	"github.com/progression-labs-development/policypack/internal/dsse"
	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/internal/session"
)

func bundleCommand(p Process) *cobra.Command {
	var rules ruleFlag
	var config, launcher, breakGlassKey string
	var centre centreFlags
	o := bundle.Options{Made: policypack.Version(), Description: policypack.Description()}
	cmd := &cobra.Command{
		Use:   "bundle --launcher nodejs|policypack OUT | --central DIR -o FILE",
		Short: "Build a pack for `pulumi policy publish`, or a signed bundle of rules and settings",
		Args: func(cmd *cobra.Command, args []string) error {
			if !cmd.Flags().Changed("central") && !cmd.Flags().Changed("launcher") {
				return errors.New("expected --launcher nodejs or policypack for a pack, or --central DIR for a " +
					"bundle of rules and settings")
			}
			if centre.dir == "" {
				return takes(1, 1)(cmd, args)
			}
			if len(args) > 0 {
				return fmt.Errorf("unexpected argument %q; with --central, set the file with -o", args[0])
			}
			return nil
		},
		Long: "Build a pack in the directory OUT for `pulumi policy publish`, with your rules, your defaults for\n" +
			"levels and parameters, and a launcher. Nothing is compiled on the machines that run previews.\n\n" +
			"  nodejs      they need Node.js, npm and access to its registry; the pack contains binaries\n" +
			"  policypack  they need the plugin of `policypack install`; the pack contains no binaries\n\n" +
			"  policypack bundle --launcher nodejs --from release/ --platforms linux-amd64,linux-arm64 \\\n" +
			"      --version 1.0.0 --config policy-config.json --rules rules pack/\n" +
			"  cd pack && npm ci && pulumi policy publish ORG\n\n" +
			"A version can be published only once, so set a new --version each time.\n\n" +
			"With --central, build the rules and settings in DIR into a bundle that is signed and has a serial\n" +
			"number and an expiry. It is checked first, and mistakes are reported as a run would report them.\n\n" +
			"  openssl ecparam -name prime256v1 -genkey -noout -out centre.pem\n" +
			"  policypack bundle --central centre --key-id centre-2026 --signing-key centre.pem -o bundle.tar.gz",
		RunE: func(cmd *cobra.Command, args []string) error {
			if centre.dir != "" {
				return centre.run(cmd, config, p)
			}
			o.Launcher, o.Rules = bundle.Launcher(launcher), rules.directories()
			loaded, err := rules.load()
			if err != nil {
				return err
			}
			if config != "" {
				if o.Defaults, err = defaults(cmd, config, loaded, &rules, p); err != nil {
					return err
				}
			}
			if breakGlassKey != "" {
				if _, err := dsse.ReadPublicKey(breakGlassKey); err != nil {
					return fmt.Errorf("--break-glass-key: %w", err)
				}
				if o.BreakGlassKey, err = os.ReadFile(breakGlassKey); err != nil {
					return fmt.Errorf("--break-glass-key: %w", err)
				}
			}
			if o.Executable, err = os.Executable(); err != nil {
				return err
			}
			o.Check = func(dir string) error { // loads the bundle as a runner would
				_, err := session.New(session.Options{Dir: dir, Log: p.Stderr, Now: p.Now}).Pack()
				return err
			}
			files, err := bundle.Make(args[0], o)
			if err != nil {
				return err
			}
			return bundled(cmd, args[0], o, files)
		},
	}
	rules.register(cmd, p)
	flags := cmd.Flags()
	flags.StringVar(&launcher, "launcher", "", "what starts the pack on a runner: nodejs or policypack")
	flags.StringVar(&o.Version, "version", policypack.Version(), "`version` of the pack on Pulumi Cloud")
	flags.StringVar(&o.From, "from", "",
		"release `directory` with archives and checksums.txt; by default this program is used")
	flags.StringSliceVar(&o.Platforms, "platforms", nil,
		"`platforms` of the runners, such as "+runtime.GOOS+"-"+runtime.GOARCH+"; by default all in --from")
	flags.StringVar(&config, "config", "",
		"policy configuration `file` for the pack's defaults; with --central, the configuration to check the "+
			"bundle with")
	flags.StringVar(&breakGlassKey, "break-glass-key", "",
		"`file` with the public key for break-glass tokens, to include in the pack")
	centre.register(cmd)
	return cmd
}

// defaults reads and checks the file that becomes policy-config.json.
func defaults(cmd *cobra.Command, name string, loaded *pack.Pack, rules *ruleFlag, p Process) ([]byte, error) {
	f, err := check.ReadConfig(name, loaded)
	if err != nil {
		return nil, err
	}
	mistakes := append(f.Check(cmd.Context(), checkingSession(rules, p)), pack.InFile(name, f.NotOfAPack())...)
	if len(mistakes) > 0 {
		return nil, fmt.Errorf("%s has mistakes:\n%w", name, mistakes)
	}
	if f.Root == nil {
		return nil, nil // an empty file
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	// Makes sure that the analyzer will read what was checked.
	_, err = loaded.WithDefaults(name, data)
	return data, err
}

// bundled prints the result.
func bundled(cmd *cobra.Command, out string, o bundle.Options, files []bundle.File) error {
	var total int64
	rows := [][]string{}
	for _, f := range files {
		total += f.Size
		mode := ""
		if f.Executable {
			mode = "executable"
		}
		rows = append(rows, []string{f.Name, size(f.Size), mode})
	}
	fmt.Fprintf(cmd.OutOrStdout(), "%s: version %s, launcher %s, %s\n\n", out, o.Version, o.Launcher, size(total))
	printTable(cmd.OutOrStdout(), rows)
	install := ""
	if o.Launcher == bundle.NodeJS {
		install = "npm ci && "
	}
	_, err := fmt.Fprintf(cmd.OutOrStdout(), "\nTo publish it: cd %s && %spulumi policy publish ORG\n",
		strings.TrimSuffix(filepath.ToSlash(out), "/"), install)
	return err
}

// size formats a number of bytes.
func size(n int64) string {
	switch {
	case n >= 1e6:
		return fmt.Sprintf("%.1f MB", float64(n)/1e6)
	case n >= 1e3:
		return fmt.Sprintf("%.1f kB", float64(n)/1e3)
	default:
		return fmt.Sprintf("%d B", n)
	}
}
