package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/progression-labs-development/policypack/internal/breakglass"
	"github.com/progression-labs-development/policypack/internal/check"
	"github.com/progression-labs-development/policypack/internal/dsse"
	"github.com/progression-labs-development/policypack/internal/place"
)

func breakGlassCommand(p Process) *cobra.Command {
	cmd := &cobra.Command{
		Use: "break-glass", Short: "Sign or show a token that lets runs pass in an emergency",
	}
	cmd.AddCommand(breakGlassSignCommand(p), breakGlassShowCommand(p))
	return cmd
}

func breakGlassSignCommand(p Process) *cobra.Command {
	var key string
	var hours float64
	var t breakglass.Token
	cmd := &cobra.Command{
		Use:   "sign --key FILE --stack ORGANIZATION/PROJECT/STACK --reason TEXT [--who NAME]",
		Short: "Sign a token and print it",
		Args:  takes(0, 0),
		Long: "Print a token that lets runs of one stack pass for a few hours, whatever the pack finds, and even\n" +
			"if the pack itself is broken. Set " + breakglass.Variable + " to the token when running pulumi.\n" +
			"Every such run reports it, with the reason.\n\n" +
			"  openssl genpkey -algorithm ed25519 -out break-glass-key.pem\n" +
			"  openssl pkey -in break-glass-key.pem -pubout -out break-glass.pem\n" +
			"  policypack break-glass sign --key break-glass-key.pem --stack acme/shop/production \\\n" +
			"    --reason 'incident 2211'\n\n" +
			"The public key, break-glass.pem, is the one to pin; see `policypack bundle`.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := notEmpty(cmd, "commit"); err != nil { // without a commit, the token applies to any
				return err
			}
			if t.Who == "" {
				return errors.New("missing --who: the name of the person who decided this")
			}
			private, err := dsse.ReadPrivateKey(key)
			if err != nil {
				return fmt.Errorf("--key: %w", err)
			}
			t.NotBefore = p.Now()
			t.Expires = t.NotBefore.Add(time.Duration(hours * float64(time.Hour)))
			word, err := breakglass.Sign(t, private)
			if err != nil {
				return fmt.Errorf("--%w", err)
			}
			_, err = fmt.Fprintln(cmd.OutOrStdout(), word)
			return err
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&key, "key", "", "`file` with the private Ed25519 key, in PEM (PKCS#8)")
	flags.StringVar(&t.Stack, "stack", "", "`stack` that the token is for, as ORGANIZATION/PROJECT/STACK; the "+
		"organization of a local backend is organization")
	flags.StringVar(&t.Reason, "reason", "", "reason for the token; every report of these runs shows it")
	flags.StringVar(&t.Who, "who", firstSet(p, "USER", "LOGNAME", "USERNAME"), "`name` of the person who decided this")
	flags.Float64Var(&hours, "hours", 1,
		fmt.Sprintf("number of `hours` that the token is valid, at most %d", breakglass.MaxHours))
	flags.StringVar(&t.Commit, "commit", "",
		"full id of the only `commit` that the token is for, as for a rollback; required for policypack "+
			"check on a repository")
	for _, name := range [...]string{"key", "stack", "reason"} {
		if err := cmd.MarkFlagRequired(name); err != nil {
			panic(err) // the flag was registered just now
		}
	}
	return cmd
}

func firstSet(p Process, names ...string) string {
	for _, name := range names {
		if value := p.Getenv(name); value != "" {
			return value
		}
	}
	return ""
}

func breakGlassShowCommand(p Process) *cobra.Command {
	var key string
	cmd := &cobra.Command{
		Use: "show --key FILE [TOKEN-FILE]", Short: "Verify a token and print its contents",
		Args: takes(0, 1),
		Long: "Verify a token with the public key and print its contents. The token is read from TOKEN-FILE (-\n" +
			"for stdin) or from " + breakglass.Variable + ".",
		RunE: func(cmd *cobra.Command, args []string) error {
			public, err := dsse.ReadPublicKey(key)
			if err != nil {
				return fmt.Errorf("--key: %w", err)
			}
			word := p.Getenv(breakglass.Variable)
			switch {
			case len(args) == 0 && word == "":
				return errors.New("expected a file with a token, - for stdin, or the environment variable " +
					breakglass.Variable)
			case len(args) == 1 && args[0] == check.Stdin:
				word, err = readWord(p.Stdin)
			case len(args) == 1:
				var f *os.File
				if f, err = os.Open(args[0]); err == nil {
					word, err = readWord(f)
					err = errors.Join(err, f.Close())
				} else if strings.HasPrefix(args[0], "eyJ") { // {" in base64; printing a token would leak it
					err = errors.New("the argument looks like the token itself, which is not repeated here; expected " +
						"the name of the file that contains it, or - for stdin")
				}
			}
			if err != nil {
				return err
			}
			t, err := breakglass.Open(word, p.Now(), public)
			if err != nil {
				return err
			}
			rows := [][]string{
				{"stack", t.Stack},
				{"reason", t.Reason},
				{"who", t.Who},
				{"valid until", t.Until()},
				{"commit", t.Commit},
				{"id", t.ID},
			}
			if t.Commit == "" {
				rows[4][1] = "any"
			}
			for _, row := range rows {
				row[1] = place.Visible(row[1])
			}
			printTable(cmd.OutOrStdout(), rows)
			return nil
		},
	}
	cmd.Flags().StringVar(&key, "key", "", "`file` with the public key, in PEM (SPKI)")
	if err := cmd.MarkFlagRequired("key"); err != nil {
		panic(err) // the flag was registered just now
	}
	return cmd
}

func readWord(r io.Reader) (string, error) {
	data, err := io.ReadAll(io.LimitReader(r, 64<<10))
	return string(data), err
}

// checkoutOf returns the commit of the checkout that the directory is in, the zero value if there is none.
func checkoutOf(dir string) (breakglass.Checkout, error) {
	c, err := commitOf(dir)
	if err != nil || c == nil {
		return breakglass.Checkout{}, err
	}
	return breakglass.Checkout{Commit: c.ID, Dirty: c.Dirty}, nil
}
