package tests

import (
	"encoding/base64"
	"fmt"
	"strings"
	"syscall"
	"testing"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/progression-labs-development/policypack/tests/internal/harness"
)

// neighbours are characters at which one form or the other takes a value to end.
const neighbours = "&;,\"' \t)|<>`$#:=@/"

// Six bytes of a secret that is found in a text leave the process by no channel: neither in an answer, though rules say
// all that they are told, nor on stderr, nor in the dump that SIGQUIT makes of what runs.
func TestNoPieceLeavesTheProcess(t *testing.T) {
	a := harness.StartAnalyzer(t, harness.Start{
		Dir: harness.PackDir(t, parrots), Record: true, Env: []string{"GOTRACEBACK=all"},
	})
	a.Ready(t, nil, nil)
	var secrets, found []string
	var requests []*pulumirpc.AnalyzeRequest
	for i, n := range neighbours {
		// Six bytes of one resource's secret are in no other's, so that none is hidden, or missed, for the sake of
		// another.
		for k, form := range []func(string) string{
			func(s string) string { return "user = app\npassword = " + s + "\nport = 5432\n" },
			func(s string) string { return "#!/bin/sh\ndeploy --password=" + s + " --port 5432\n" },
			func(s string) string { return "https://api.example.com/v1?password=" + s },
			func(s string) string { return "docker run -e DB_PASSWORD=" + s + " shop:1\n" },
			func(s string) string { return "#!/bin/sh\nPGPASSWORD=" + s + " psql -h db\n" },
			func(s string) string {
				return base64.StdEncoding.EncodeToString(
					[]byte("#!/bin/sh\nexport DB_PASSWORD=" + s + "\nexec /usr/bin/app --port 5432\n"))
			},
		} {
			id := fmt.Sprintf("%d%c", k, 'a'+i)
			secret := "K7" + id + "wQ" + id + string(n) + id + "9mR" + id + "y"
			text := form(secret)
			secrets = append(secrets, secret)
			name := fmt.Sprintf("text-%d-%d", i, k)
			requests = append(requests, called(name, request(bucketToken, nil, map[string]any{
				"text": text, "copy": "it was " + secret + " once", "tags": map[string]any{secret: "a"},
			})))
		}
	}
	for i, req := range requests {
		for _, d := range analyze(t, a, req) {
			if d.PolicyName == "plaintext-secret-property" {
				found = append(found, secrets[i]) // what nobody finds, nobody hides
			}
		}
	}
	if least := len(requests) * 3 / 4; len(found) < least {
		t.Errorf("%d of %d secrets are found, want at least %d: the test tests nothing", len(found), len(requests),
			least)
	}
	if _, err := a.Client.AnalyzeStack(t.Context(), rows(requests...)); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Client.GetPluginInfo(t.Context(), &emptypb.Empty{}); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(a.PID(), syscall.SIGQUIT); err != nil {
		t.Fatal(err)
	}
	if !a.Exits(harness.Timeout) {
		t.Fatal("the process is still there")
	}
	if !strings.Contains(a.Stderr(), "goroutine ") {
		t.Errorf("there is no dump: %s", a.Stderr())
	}
	pieces := map[string]bool{}
	for _, secret := range found {
		for i := range len(secret) - 5 {
			pieces[secret[i:i+6]] = true
		}
	}
	reported := map[string]bool{}
	for _, e := range a.Emitted() {
		for i := range max(len(e.Text)-5, 0) {
			if p := e.Text[i : i+6]; pieces[p] && !reported[e.From] {
				reported[e.From] = true
				t.Errorf("%s gives away a piece: %q", e.From, e.Text[max(0, i-60):min(len(e.Text), i+20)])
			}
		}
	}
}
