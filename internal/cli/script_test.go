package cli

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	crand "crypto/rand"
	"crypto/x509"
	"encoding/binary"
	"encoding/json"
	"encoding/pem"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/progression-labs-development/policypack"
	"github.com/progression-labs-development/policypack/internal/cli/clitest"
)

var update = flag.Bool("update", false, "write what the commands print into the scripts")

// The scripts run the program as a person does. In them it is 23 November 2026, or when TEST_NOW says.
func TestMain(m *testing.M) {
	clitest.Work(func(args []string, stdin *os.File, stdout, stderr io.Writer) int {
		now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
		if at, err := time.Parse(time.RFC3339, os.Getenv("TEST_NOW")); err == nil {
			now = at
		}
		return Run(context.Background(), Process{
			Args: args, Stdin: stdin, Stdout: stdout, Stderr: stderr, Getenv: os.Getenv,
			Now: func() time.Time { return now },
		})
	})
	os.Exit(m.Run())
}

func TestScripts(t *testing.T) {
	t.Parallel()
	workers, err := clitest.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := workers.Stop(); err != nil {
			t.Error(err)
		}
	})
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script", UpdateScripts: *update, RequireExplicitExec: true, RequireUniqueNames: true,
		Setup: func(env *testscript.Env) error {
			env.Vars = append(env.Vars, workers.Env(env.Getenv("PATH"))...)
			env.Setenv("VERSION", policypack.Version())
			released, err := time.Parse(time.DateOnly, policypack.Released())
			env.Setenv("ADOPTED", released.AddDate(0, 0, 90).Format(time.DateOnly)) // the day on which adopt ends
			env.Setenv("DAY_BEFORE", released.AddDate(0, 0, 89).Format(time.DateOnly))
			return err
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"code": code, "hides": hides, "plant": plant, "leaks": leaks, "wide": wide, "gzip": gzipped, "raw": raw,
			"keypair": keypair, "payload": payload,
			"attests": attests, "envfile": envfile, "signkey": signkey, "snippet": snippet, "pin": pin,
		},
	})
}

// planted are secrets by the marks in whose place plant puts them: made up here, so that none stands in a file.
var planted = sync.OnceValue(func() map[string]string {
	r := rand.New(rand.NewPCG(7, 7))
	random := func(n int) string {
		const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
		b := make([]byte, n)
		for i := range b {
			b[i] = alphabet[r.IntN(len(alphabet))]
		}
		return string(b)
	}
	return map[string]string{"@TOKEN@": "gh" + "p_" + random(36), "@PASSWORD@": random(24), "@KEY@": random(40)}
})

// plant puts the secrets into files: plant FILE...
func plant(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: plant FILE...")
	}
	for _, name := range args {
		text := ts.ReadFile(name)
		for _, mark := range slices.Sorted(maps.Keys(planted())) {
			text = strings.ReplaceAll(text, mark, planted()[mark])
		}
		ts.Check(os.WriteFile(ts.MkAbs(name), []byte(text), 0o644))
	}
}

// leaks checks that no six characters of a planted secret are in either output of the last command, nor in the files.
func leaks(ts *testscript.TestScript, neg bool, args []string) {
	if neg {
		ts.Fatalf("usage: leaks [FILE...]")
	}
	for _, file := range append([]string{"stdout", "stderr"}, args...) {
		text := ts.ReadFile(file)
		for mark, secret := range planted() {
			secret = strings.TrimPrefix(secret, "gh"+"p_")
			for i := range len(secret) - 5 {
				if strings.Contains(text, secret[i:i+6]) {
					ts.Fatalf("%s holds a part of %s", file, mark)
				}
			}
		}
	}
}

// wide writes a file as PowerShell would, in UTF-16: wide FROM TO
func wide(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: wide FROM TO")
	}
	b := []byte{0xff, 0xfe}
	for _, unit := range utf16.Encode([]rune(ts.ReadFile(args[0]))) {
		b = binary.LittleEndian.AppendUint16(b, unit)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), b, 0o644))
}

// raw writes bytes, and repeats the last one up to a size where one is given: raw FILE TEXT [SIZE], where TEXT may hold
// \x00.
func raw(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 || len(args) > 3 {
		ts.Fatalf("usage: raw FILE TEXT [SIZE]")
	}
	text, err := strconv.Unquote(`"` + args[1] + `"`)
	ts.Check(err)
	if len(args) == 3 {
		size, err := strconv.Atoi(args[2])
		ts.Check(err)
		text += strings.Repeat(text[len(text)-1:], size-len(text))
	}
	name := ts.MkAbs(args[0])
	ts.Check(os.MkdirAll(filepath.Dir(name), 0o755))
	ts.Check(os.WriteFile(name, []byte(text), 0o644))
}

// envfile sets a variable to the first line of a file: envfile NAME FILE
func envfile(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: envfile NAME FILE")
	}
	ts.Setenv(args[0], strings.TrimSpace(ts.ReadFile(args[1])))
}

// gzipped compresses a file, and leaves the last bytes out where a number of them is given: gzip FROM TO [CUT]
func gzipped(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 || len(args) > 3 {
		ts.Fatalf("usage: gzip FROM TO [CUT]")
	}
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, err := w.Write([]byte(ts.ReadFile(args[0])))
	ts.Check(err)
	ts.Check(w.Close())
	data := b.Bytes()
	if len(args) == 3 {
		cut, err := strconv.Atoi(args[2])
		ts.Check(err)
		data = data[:len(data)-cut]
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), data, 0o644))
}

// code runs a command and checks its exit code: code 2 policypack …
func code(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: code N command [args...]")
	}
	err := ts.Exec(args[1], args[2:]...)
	got := ExitOK
	if exit := new(exec.ExitError); errors.As(err, &exit) {
		got = exit.ExitCode()
	} else if err != nil {
		ts.Fatalf("%v", err)
	}
	if fmt.Sprint(got) != args[0] {
		ts.Fatalf("exit code: want %s, got %d", args[0], got)
	}
}

// hides checks that a text is in neither output of the last command.
func hides(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: hides TEXT")
	}
	for _, file := range []string{"stdout", "stderr"} {
		if n := strings.Count(ts.ReadFile(file), args[0]); n > 0 {
			ts.Fatalf("%s holds %q %d times", file, args[0], n)
		}
	}
}

// keypair makes a key for attestations: keypair NAME writes NAME.pem and NAME.pub.
func keypair(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: keypair NAME")
	}
	public, private, err := ed25519.GenerateKey(nil)
	ts.Check(err)
	der, err := x509.MarshalPKCS8PrivateKey(private)
	ts.Check(err)
	spki, err := x509.MarshalPKIXPublicKey(public)
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]+".pem"), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}),
		0o600))
	ts.Check(os.WriteFile(ts.MkAbs(args[0]+".pub"), pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: spki}),
		0o644))
}

// signkey makes a key for bundles: signkey NAME writes NAME.pem and NAME.pub.
func signkey(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: signkey NAME")
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), crand.Reader)
	ts.Check(err)
	der, err := x509.MarshalECPrivateKey(key)
	ts.Check(err)
	spki, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]+".pem"), pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der}),
		0o600))
	ts.Check(os.WriteFile(ts.MkAbs(args[0]+".pub"), pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: spki}),
		0o644))
}

// pin puts the public key NAME.pub in the place of @PUBLIC@: pin FILE NAME
func pin(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: pin FILE NAME")
	}
	key, err := json.Marshal(ts.ReadFile(args[1] + ".pub"))
	ts.Check(err)
	text := strings.ReplaceAll(ts.ReadFile(args[0]), `"@PUBLIC@"`, string(key))
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(text), 0o644))
}

// snippet writes the JSON that the last command has printed among other lines: snippet FILE
func snippet(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: snippet FILE")
	}
	_, rest, found := strings.Cut(ts.ReadFile("stdout"), "\n{\n")
	text, _, closed := strings.Cut(rest, "\n}\n")
	if !found || !closed {
		ts.Fatalf("the last command has printed no JSON")
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte("{\n"+text+"\n}\n"), 0o644))
}

// payload writes what an attestation says, indented: payload FROM TO
func payload(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: payload FROM TO")
	}
	var envelope struct{ Payload []byte }
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[0])), &envelope))
	var b bytes.Buffer
	ts.Check(json.Indent(&b, envelope.Payload, "", "  "))
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), b.Bytes(), 0o644))
}
