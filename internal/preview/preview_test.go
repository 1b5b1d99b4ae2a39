package preview

import (
	"context"
	"net"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/progression-labs-development/policypack/internal/exception"
	"github.com/progression-labs-development/policypack/internal/verdict"
)

func TestReadDigest(t *testing.T) {
	const before = `{"config":{"shop:a":"b"},"steps":[
		{"op":"create","urn":"urn:1","newState":{"urn":"urn:1","sourcePosition":"project:///index.ts#8,9","stackTrace":[
			{"sourcePosition":"project:///node_modules/@acme/infra/secret.ts#3,1"},{"sourcePosition":"project:///index.ts#8,9"},{}]}},
		{"op":"same","urn":"urn:2","newState":{"sourcePosition":"project:///main.go#12"}},
		`
	const frames = before + `{"op":"create","urn":"urn:3","newState":{"sourcePosition":"project:///../lib/a b.ts#x,y"}},
		{"op":"delete","urn":"urn:4","oldState":{"sourcePosition":"project:///index.ts#1,1"}},
		{"op":"create","urn":"urn:5","newState":{}}],
		"diagnostics":[{"message":"x"}],"duration":1}
	`
	want := Frames{
		"urn:1": {
			"project:///index.ts#8,9", "project:///node_modules/@acme/infra/secret.ts#3,1", "project:///index.ts#8,9",
		},
		"urn:2": {"project:///main.go#12"},
		"urn:3": {"project:///../lib/a b.ts#x,y"},
	}
	for _, tt := range []struct {
		name, give string
		want       Frames
	}{
		{"a digest", frames, want},
		{"nothing", "", Frames{}},
		{"no digest", "error: no stack\n", Frames{}},
		{"a list", "[]", Frames{}},
		{"one that ends early", before, Frames{"urn:1": want["urn:1"], "urn:2": want["urn:2"]}},
		{"no steps", `{"steps":null}`, Frames{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, readDigest(strings.NewReader(tt.give))); diff != "" {
				t.Errorf("mismatch (-want +got)\n%s", diff)
			}
		})
	}
}

// The stream speaks the CLI's protocol: what a person should see is shown, without anything that steers a terminal or a
// runner, and what decides is kept.
func TestStream(t *testing.T) {
	events := []string{
		`{"preludeEvent":{"config":{"shop:password":"not for anybody"}}}`,
		`{"diagnosticEvent":{"urn":"urn:pulumi:a::shop::x:y:Z$aws:s3/bucket:Bucket::files","prefix":"warning: ","message":"old \u001b[31mred\u001b[0m\n##vso[task.setvariable variable=a]b\n","severity":"warning"}}`,
		`{"diagnosticEvent":{"message":"nobody sees it","severity":"debug"}}`,
		`{"diagnosticEvent":{"message":"nor it","severity":"info","ephemeral":true}}`,
		`{"resourcePreEvent":{"metadata":{"new":{"inputs":{"password":"not for anybody"}}}}}`,
		`{"policyEvent":{"policyPackName":"policypack","policyName":"secret-name","resourceUrn":"urn:1","message":"is in the report","exceptions":[{"id":"EXC-1","reason":"moves\n next week"}]}}`,
		`{"policyEvent":{"policyPackName":"costs","policyName":"too-large","resourceUrn":"urn:1","message":"Too large.","enforcementLevel":"mandatory"}}`,
		`{"stdoutEvent":{"message":"View Live\n"}}`,
		`{"diagnosticEvent":{"prefix":"error: ","message":"preview failed\n","severity":"error"}}`,
		`{"summaryEvent":{"resourceChanges":{"same":2,"create":1,"delete":0}}}`,
		`{"cancelEvent":{}}`,
	}
	const shown = "files (aws:s3/bucket:Bucket): warning: old red\n##vso [task.setvariable variable=a]b\n" +
		"costs: [mandatory] too-large: urn:1\nToo large.\nView Live\nerror: preview failed\nresources: 1 create, 2 same\n"
	full := &Result{
		Complete: true, OnlyViolations: true,
		Violations: []verdict.Violation{{Policy: "secret-name", URN: "urn:1", Exceptions: []exception.Exception{{ID: "EXC-1", Reason: "moves next week"}}}},
	}
	for _, tt := range []struct {
		name    string
		streams [][]string
		want    *Result
	}{
		{"all of them", [][]string{events}, full},
		{"another error", [][]string{append([]string{`{"diagnosticEvent":{"message":"no such file","severity":"error"}}`}, events...)}, &Result{Complete: true, Violations: full.Violations}},
		{"none", nil, &Result{}},
		{"no end", [][]string{events[:len(events)-1]}, &Result{OnlyViolations: true, Violations: full.Violations}},
		{"something else", [][]string{{"{"}}, &Result{}},
		{"another sender", [][]string{events, events}, &Result{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var b strings.Builder
			s, err := listen(&lines{w: &b})
			if err != nil {
				t.Fatal(err)
			}
			defer s.stop()
			for _, of := range tt.streams {
				send(t, s.addr, of)
			}
			if diff := cmp.Diff(tt.want, s.result()); diff != "" {
				t.Errorf("mismatch (-want +got)\n%s", diff)
			}
			if tt.name == "all of them" && b.String() != shown {
				t.Errorf("shown: mismatch (-want +got)\n%s", cmp.Diff(shown, b.String()))
			}
		})
	}
}

// send sends events as the CLI does.
func send(t *testing.T, addr string, events []string) {
	t.Helper()
	conn, err := grpc.NewClient(addr, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close() //nolint:errcheck // the test's own
	stream, err := pulumirpc.NewEventsClient(conn).StreamEvents(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range events {
		if stream.Send(&pulumirpc.EventRequest{Event: e}) != nil {
			break // the answer says why
		}
	}
	_, _ = stream.CloseAndRecv()
}

func TestStreamListensOnThisMachineAlone(t *testing.T) {
	s, err := listen(&lines{w: &strings.Builder{}})
	if err != nil {
		t.Fatal(err)
	}
	defer s.stop()
	host, _, err := net.SplitHostPort(s.addr)
	if err != nil || !net.ParseIP(host).IsLoopback() {
		t.Errorf("got %s, %v", s.addr, err)
	}
}

// A line comes whole, in whatever pieces it was written.
func TestLines(t *testing.T) {
	var b strings.Builder
	l := &lines{w: &b}
	for _, piece := range []string{"err", "or: no\r\nsec", "ond\x1b[2K", "##[add-mask]x"} {
		if n, err := l.Write([]byte(piece)); n != len(piece) || err != nil {
			t.Fatal(n, err)
		}
	}
	l.flush()
	if want := "error: no\nsecond\\x1b[2K## [add-mask]x\n"; b.String() != want {
		t.Errorf("got %q, want %q", b.String(), want)
	}
}

// What decides whose events and which output are read holds against the arguments and the environment of a job.
func TestFlagsAndEnvironment(t *testing.T) {
	o := Options{
		Dir: "/w", Stack: "s", Pack: "/p", Config: "/c",
		Env: []string{"A=1", "PULUMI_ENABLE_STREAMING_JSON_PREVIEW=1", "PULUMI_DEBUG_COMMANDS=false", "PWD=/x"},
	}
	flags := []string{
		"--stack", "s", "--non-interactive", "--color", "never", "--suppress-outputs", "--json", "--show-sames",
		"--event-log", "tcp://127.0.0.1:1", "--policy-pack", "/p", "--policy-pack-config", "/c",
	}
	if diff := cmp.Diff(flags, o.flags("127.0.0.1:1")); diff != "" {
		t.Errorf("flags: mismatch (-want +got)\n%s", diff)
	}
	if diff := cmp.Diff([]string{"A=1", "PULUMI_DEBUG_COMMANDS=true", "PWD=/w"}, o.environ()); diff != "" {
		t.Errorf("environment: mismatch (-want +got)\n%s", diff)
	}
}
