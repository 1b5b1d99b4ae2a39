package cli

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// terminal returns a terminal on which somebody has typed the text already.
func terminal(t *testing.T, typed string) *os.File {
	t.Helper()
	person, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skipf("this machine has no terminals: %v", err)
	}
	t.Cleanup(func() { _ = person.Close() })
	if err := unix.IoctlSetPointerInt(int(person.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	n, err := unix.IoctlGetInt(int(person.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	program, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = program.Close() })
	if _, err := person.WriteString(typed); err != nil {
		t.Fatal(err)
	}
	return program
}

const ended = "\x04" // what Ctrl-D types

// On a terminal init asks at most five questions. Enter takes what was found, an answer that makes no valid
// configuration is asked for again, and where the answers end, nothing is left behind.
func TestInitOnATerminal(t *testing.T) {
	t.Parallel()
	const enter = "\n"
	for _, tt := range []struct {
		name, typed string
		args        []string
		code, asked int
		want        []string // in the file, none where there must be no file
		says        []string
	}{
		{
			name: "Enter takes what was found", typed: strings.Repeat(enter, 5), asked: 5,
			want: []string{`"all": "advisory"`, `"type": "acme:infra:Secret"`, `"prod": "production"`},
			says: []string{"(package:module:Name) [acme:infra:Secret]: ", "[prod=production]: ", "may be used [none]: ", "Found 1 Pulumi program (.)"},
		},
		{
			name: "answers",
			typed: "acme:infra:Secret, acme:infra:Database\nproduction staging\nprod=staging\ngcp-secret-manager\n" +
				"2027-03-01\n",
			asked: 5,
			want: []string{
				`"acme:infra:Database"`, `"prod": "staging"`, `"gcp-secret-manager"`, `"raw-secret-resource": "2027-03-01"`,
			},
		},
		{
			name:  "answers that are wrong",
			typed: "Secret\nnone\nProd\n\nprod\nprod=live\n\nvalut\naws-secrets-manager\n2020-01-01\nsoon\n\n",
			asked: 12,
			want:  []string{`"prod": "production"`, `"aws-secrets-manager"`},
			says: []string{
				"is not a type token", "cannot occur in a secret name", "expected STACK=ENVIRONMENT", "not one of the environments",
				"is not a known secrets manager", "2020-01-01 is not in the future", "expected a day such as",
			},
		},
		{
			name: "flags answer", typed: strings.Repeat(enter, 2), asked: 2,
			args: []string{"--component", "acme:infra:*", "--manager", "aws-secrets-manager", "--enforce-from", "2027-03-01"},
			want: []string{`"acme:infra:*"`, `"enforceFrom"`},
		},
		{
			name: "--yes asks nothing", args: []string{"--yes"}, want: []string{`"acme:infra:Secret"`},
		},
		{
			name: "the end of the answers", typed: enter + ended, asked: 2, code: ExitError,
			says: []string{"the input ended before all questions were answered; nothing was written"},
		},
		{
			name: "the end after a part of an answer", typed: enter + "prod" + ended + ended, asked: 2, code: ExitError,
			says: []string{"nothing was written"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			for name, text := range map[string]string{
				"Pulumi.yaml":      "name: shop\nruntime: yaml\nresources: {db: {type: 'acme:infra:Secret'}}\n",
				"Pulumi.prod.yaml": "config: {aws:region: eu-west-1}\n",
			} {
				if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			out := filepath.Join(dir, "policy-config.json")
			var stdout, stderr bytes.Buffer
			code := Run(context.Background(), Process{
				Args:  append([]string{"policypack", "init", dir, "--output", out}, tt.args...),
				Stdin: terminal(t, tt.typed), Stdout: &stdout, Stderr: &stderr,
				Now:    func() time.Time { return time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC) },
				Getenv: func(string) string { return "" },
			})
			if code != tt.code {
				t.Fatalf("exit code %d, want %d\n%s%s", code, tt.code, &stdout, &stderr)
			}
			if n := strings.Count(stderr.String(), "]: "); n != tt.asked {
				t.Errorf("asked %d times, want %d\n%s", n, tt.asked, &stderr)
			}
			for _, text := range tt.says {
				if !strings.Contains(strings.ReplaceAll(stderr.String(), dir, "."), text) {
					t.Errorf("it does not say %q\n%s", text, &stderr)
				}
			}
			file, err := os.ReadFile(out)
			if len(tt.want) == 0 {
				if left, _ := filepath.Glob(filepath.Join(dir, "*.json*")); err == nil || len(left) > 0 || stdout.Len() > 0 {
					t.Errorf("left %q behind, and printed\n%s", left, &stdout)
				}
				return
			}
			for _, text := range tt.want {
				if !strings.Contains(string(file), text) {
					t.Errorf("the file does not hold %q\n%s", text, file)
				}
			}
			code, _, said := run(t, "config", "validate", out)
			if code != ExitOK {
				t.Errorf("config validate: exit code %d\n%s", code, said)
			}
		})
	}
}

// A file that may be a state, and that nobody can read, is named.
func TestInitNamesWhatItCannotRead(t *testing.T) {
	t.Parallel()
	if os.Getuid() == 0 {
		t.Skip("root reads every file")
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "prod.json"), []byte("{}"), 0); err != nil {
		t.Fatal(err)
	}
	var stdout, stderr bytes.Buffer
	code := Run(context.Background(), Process{
		Args:   []string{"policypack", "init", dir, "--yes", "-o", filepath.Join(dir, "policy-config.json")},
		Stdout: &stdout, Stderr: &stderr, Getenv: func(string) string { return "" },
	})
	if code != ExitOK || !strings.Contains(stdout.String(), "prod.json: cannot be read") {
		t.Errorf("got exit code %d and\n%s%s", code, stdout.String(), stderr.String())
	}
}
