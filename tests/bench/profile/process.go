package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"runtime"
	"strconv"
	"testing"
	"time"

	"github.com/google/pprof/profile"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/progression-labs-development/policypack/tests/internal/harness"
)

// served is a running program that has profiles of itself.
type served struct {
	*harness.Analyzer

	t      testing.TB
	client http.Client
}

func serve(t testing.TB, env ...string) *served {
	t.Helper()
	socket := filepath.Join(t.TempDir(), "s")
	s := &served{t: t}
	s.client.Transport = &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, "unix", socket)
		},
	}
	s.Analyzer = harness.StartAnalyzer(t, harness.Start{
		Bin: harness.Served(t), Env: append(env, "PROFILE_SOCKET="+socket),
	})
	return s
}

// allocations is the variable with which one in so many bytes is sampled, with deeper stacks than by default.
func allocations(rate int) string {
	return fmt.Sprintf("GODEBUG=memprofilerate=%d,profstackdepth=512", rate)
}

// get asks the program about itself.
func (s *served) get(path string, read func(io.Reader) error) {
	s.t.Helper()
	res, err := s.client.Get("http://served" + path)
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close() //nolint:errcheck // only read
	if res.StatusCode != http.StatusOK {
		s.t.Fatalf("%s: %s", path, res.Status)
	}
	if err := read(res.Body); err != nil {
		s.t.Fatalf("%s: %v", path, err)
	}
}

func (s *served) profile(path string) *profile.Profile {
	s.t.Helper()
	var p *profile.Profile
	s.get(path, func(r io.Reader) (err error) {
		p, err = profile.Parse(r)
		return err
	})
	return p
}

func (s *served) began() time.Time {
	s.t.Helper()
	var at time.Time
	s.get("/began", func(r io.Reader) error {
		text, err := io.ReadAll(r)
		if err != nil {
			return err
		}
		ns, err := strconv.ParseInt(string(text), 10, 64)
		at = time.Unix(0, ns)
		return err
	})
	return at
}

func (s *served) memory() (m runtime.MemStats) {
	s.t.Helper()
	s.get("/memory", func(r io.Reader) error { return json.NewDecoder(r).Decode(&m) })
	return m
}

// answered waits for the answer to the engine's first call.
func answered(t testing.TB, a *harness.Analyzer) {
	t.Helper()
	if _, err := a.Client.GetAnalyzerInfo(t.Context(), &emptypb.Empty{}); err != nil {
		t.Fatal(err)
	}
}

// analyzed makes a call for each resource, that many at a time.
func analyzed(t testing.TB, a *harness.Analyzer, callers int, requests []*pulumirpc.AnalyzeRequest) {
	t.Helper()
	work := make(chan *pulumirpc.AnalyzeRequest)
	failed := make(chan error, callers)
	for range callers {
		go func() {
			var err error
			for req := range work {
				if err != nil {
					continue
				}
				var res *pulumirpc.AnalyzeResponse
				if res, err = a.Client.Analyze(t.Context(), req); err == nil && len(res.GetDiagnostics()) > 0 {
					err = fmt.Errorf("the measured stack must break no policy: %s", req.GetUrn())
				}
			}
			failed <- err
		}()
	}
	for _, req := range requests {
		work <- req
	}
	close(work)
	for range callers {
		if err := <-failed; err != nil {
			t.Fatal(err)
		}
	}
}

// ready starts a program and makes the calls before the first resource.
func ready(t testing.TB, bin string) *harness.Analyzer {
	t.Helper()
	a := harness.StartAnalyzer(t, harness.Start{Bin: bin})
	a.Ready(t, nil, nil)
	return a
}
