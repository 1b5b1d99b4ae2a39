package tests

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/progression-labs-development/policypack/internal/decisionlog"
	"github.com/progression-labs-development/policypack/tests/internal/harness"
)

// Rules and settings from the centre, as an organisation ships them with the real `opa build`, and the decision log.
// The scripts are those of TestGovernance with more commands: `keys NAME` writes a pair of keys NAME.pem and NAME.pub,
// `pin FILE NAME` puts the public one in the place of @KEY@ in a configuration, `opa` is the CLI that go.mod pins,
// `decisions FILE` prints a decision log without what differs from run to run, `page MARK FILE` writes what
// docs/govern/floor.md prints between its marks, with a day to come as @DATE+30@, and `transplant CONTENT SIGNED FILE` puts the
// signature of a bundle onto the content of another.
func TestCentral(t *testing.T) {
	harness.Pulumi(t)
	opa := harness.OPA(t)
	testscript.Run(t, testscript.Params{
		Dir:                 "central",
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			env.Values[daysKey{}] = &calendar{now: time.Now().UTC(), shown: map[string]string{}}
			return setUpScript(env)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"pulumi": pulumiCommand, "days": daysCommand, "keys": keysCommand, "pin": pinCommand,
			"decisions": decisionsCommand,
			"page":      pageCommand, "transplant": transplantCommand,
			"opa": func(ts *testscript.TestScript, neg bool, args []string) {
				cmd := exec.Command(opa, args...)
				cmd.Dir = ts.MkAbs(".")
				if out, err := cmd.CombinedOutput(); err != nil || neg {
					ts.Fatalf("opa %s: %v\n%s", strings.Join(args, " "), err, out)
				}
			},
		},
	})
}

func keysCommand(ts *testscript.TestScript, _ bool, args []string) {
	for _, name := range args {
		private, public, err := newKeys()
		ts.Check(err)
		ts.Check(os.WriteFile(ts.MkAbs(name+".pem"), private, 0o600))
		ts.Check(os.WriteFile(ts.MkAbs(name+".pub"), public, 0o600))
	}
}

// newKeys makes a pair of keys, in PEM.
func newKeys() (private, public []byte, err error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	private, err = x509.MarshalECPrivateKey(key)
	if err != nil {
		return nil, nil, err
	}
	public, err = x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		return nil, nil, err
	}
	return pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: private}),
		pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: public}), nil
}

func pinCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: pin FILE NAME")
	}
	text := ts.ReadFile(args[0])
	for _, mark := range [...]string{`"@KEY@"`, `"@KEY:` + args[1] + `@"`} {
		if strings.Contains(text, mark) {
			key, err := json.Marshal(publicKey(ts, args[1]))
			ts.Check(err)
			text = strings.ReplaceAll(text, mark, string(key))
		}
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(text), 0o600))
}

// publicKey returns the public half of NAME.pem.
func publicKey(ts *testscript.TestScript, name string) string {
	block, _ := pem.Decode([]byte(ts.ReadFile(name + ".pem")))
	if block == nil {
		ts.Fatalf("%s.pem holds no key", name)
	}
	key, err := x509.ParseECPrivateKey(block.Bytes)
	ts.Check(err)
	der, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	ts.Check(err)
	return string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
}

// transplantCommand writes a bundle with the content of one and the signature of another.
func transplantCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: transplant CONTENT SIGNED FILE")
	}
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	w := tar.NewWriter(z)
	for i, name := range args[:2] {
		packed, err := gzip.NewReader(strings.NewReader(ts.ReadFile(name)))
		ts.Check(err)
		for r := tar.NewReader(packed); ; {
			h, err := r.Next()
			if errors.Is(err, io.EOF) {
				break
			}
			ts.Check(err)
			if strings.HasSuffix(h.Name, ".signatures.json") == (i == 0) {
				continue
			}
			ts.Check(w.WriteHeader(h))
			_, err = io.Copy(w, r)
			ts.Check(err)
		}
	}
	ts.Check(errors.Join(w.Close(), z.Close()))
	ts.Check(os.WriteFile(ts.MkAbs(args[2]), b.Bytes(), 0o600))
}

func pageCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: page MARK FILE")
	}
	page, err := os.ReadFile(filepath.Join("..", "docs", "govern", "floor.md"))
	ts.Check(err)
	_, rest, found := strings.Cut(string(page), "<!-- "+args[0]+" -->\n```json\n")
	text, _, closed := strings.Cut(rest, "```\n<!-- /"+args[0]+" -->")
	if !found || !closed {
		ts.Fatalf("docs/govern/floor.md has nothing between the marks %s", args[0])
	}
	day := regexp.MustCompile(`"expires": "\d{4}-\d{2}-\d{2}"`)
	if !day.MatchString(text) {
		ts.Fatalf("the page names no day")
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(day.ReplaceAllString(text, `"expires": "@DATE+30@"`)), 0o644))
}

func decisionsCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: decisions FILE")
	}
	ids := map[string]bool{}
	var lines []string // sorted: resources that do not depend on each other come in any order
	for line := range strings.Lines(ts.ReadFile(args[0])) {
		var d decisionlog.Decision
		decoder := json.NewDecoder(bytes.NewReader([]byte(line)))
		decoder.DisallowUnknownFields()
		ts.Check(decoder.Decode(&d))
		at, err := time.Parse(time.RFC3339Nano, d.Timestamp)
		ts.Check(err)
		if len(d.Labels.Configuration) != 64 || len(d.Parameters) != 64 || ids[d.ID] || time.Since(at) > time.Hour ||
			d.Metrics.Document <= 0 ||
			d.Metrics.Eval <= 0 || d.Labels.Version == "" {
			ts.Fatalf("a decision without its digests, its own id, a time, timings or the version: %s", line)
		}
		ids[d.ID] = true
		d.ID, d.Timestamp, d.Labels, d.Parameters, d.Metrics = "", "", decisionlog.Labels{Bundles: d.Labels.Bundles},
			"", decisionlog.Metrics{}
		for i := range d.Labels.Bundles {
			if len(d.Labels.Bundles[i].Digest) != 64 {
				ts.Fatalf("a bundle without its digest: %s", line)
			}
			d.Labels.Bundles[i].Digest = ""
		}
		text, err := json.Marshal(d)
		ts.Check(err)
		lines = append(lines, string(text)+"\n")
	}
	slices.Sort(lines)
	if _, err := ts.Stdout().Write([]byte(strings.Join(lines, ""))); err != nil {
		ts.Fatalf("%v", err)
	}
}
