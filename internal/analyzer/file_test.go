package analyzer

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/progression-labs-development/policypack/internal/facts"
	"github.com/progression-labs-development/policypack/internal/place"
	"github.com/progression-labs-development/policypack/internal/report"
	"github.com/progression-labs-development/policypack/internal/session"
	"github.com/progression-labs-development/policypack/internal/verdict"
)

// committed is a file with a token in line 3 and two passwords in lines 5 and 9.
func committed() *facts.File {
	finding := func(line int, detector, title, reason, key string) facts.Finding {
		return facts.Finding{
			Place: facts.PlaceFile, At: place.Position{Line: line, Column: 7}, Detector: detector, Title: title,
			Reason: reason, Key: key, Value: facts.Value{Name: strings.TrimSpace(detector + " " + key)},
		}
	}
	return &facts.File{Name: "deploy/run.sh", Kind: "script", Findings: []facts.Finding{
		finding(3, "github-token", "a GitHub token", "format", ""),
		finding(5, "password", "a password", "key-name", "DB_PASSWORD"),
		finding(9, "password", "a password", "key-name", "SMTP_PASSWORD"),
	}}
}

func allow(at, line int, reason string, policies ...string) facts.Allow {
	return facts.Allow{At: place.Position{Line: at, Column: 1}, Line: line, Policies: policies, Reason: reason}
}

func pending(line int, reason string, policies ...string) facts.Allow {
	a := allow(line, line, reason, policies...)
	a.Pending = true
	return a
}

// configure gives a server settings, and levels of policies. One server takes many: its rules are compiled once.
func configure(t *testing.T, s *Server, settings map[string]any, levels map[string]pulumirpc.EnforcementLevel) {
	t.Helper()
	properties, err := structpb.NewStruct(settings)
	if err != nil {
		t.Fatal(err)
	}
	config := map[string]*pulumirpc.PolicyConfig{
		"settings": {EnforcementLevel: pulumirpc.EnforcementLevel_MANDATORY, Properties: properties},
	}
	for policy, l := range levels {
		config[policy] = &pulumirpc.PolicyConfig{EnforcementLevel: l}
	}
	if _, err := s.Configure(context.Background(),
		&pulumirpc.ConfigureAnalyzerRequest{PolicyConfig: config}); err != nil {
		t.Fatal(err)
	}
}

// line writes a finding in short: what a report needs to place it, and what became of it.
func line(f *verdict.Finding) string {
	s := fmt.Sprintf("%s %s %d:%d %s %s", f.Policy, f.URN, f.At.Line, f.At.Column, f.Path.String(), f.Level)
	if f.Exemption != "" {
		s += " " + f.Exemption
	}
	for _, flag := range []struct {
		word string
		set  bool
	}{{" expired", f.Expired}, {" baseline", f.Baseline}, {" about", f.About}} {
		if flag.set {
			s += flag.word
		}
	}
	return s
}

func lines(t *testing.T, s *Server, f *facts.File) (out []string) {
	t.Helper()
	found, err := s.session.File(context.Background(), f)
	if err != nil {
		t.Fatal(err)
	}
	for i := range found {
		out = append(out, line(&found[i]))
	}
	return out
}

func TestAnalyzeFile(t *testing.T) {
	t.Parallel()
	var told []verdict.Finding
	s := server(t, func(o *session.Options) { o.Found = func(f, _ []verdict.Finding) { told = append(told, f...) } })
	found, err := s.session.File(context.Background(), committed())
	if err != nil {
		t.Fatal(err)
	}
	want := []report.Finding{
		{
			Policy: "committed-secret", URN: "file:deploy/run.sh", Path: "github-token", File: "deploy/run.sh", Line: 3,
			Column: 7,
			Level:  "mandatory", Severity: "critical", Detector: "github-token", ValueName: "github-token",
			OldPath: "github-token",
		},
		{
			Policy: "committed-secret", URN: "file:deploy/run.sh", Path: "password", File: "deploy/run.sh", Line: 5,
			Column: 7,
			Level:  "mandatory", Severity: "critical", Detector: "password", ValueName: "password DB_PASSWORD",
			OldPath: "password",
		},
		{
			Policy: "committed-secret", URN: "file:deploy/run.sh", Path: "password", File: "deploy/run.sh", Line: 9,
			Column: 7,
			Level:  "mandatory", Severity: "critical", Detector: "password", ValueName: "password SMTP_PASSWORD",
			OldPath: "password[2]",
		},
	}
	got := verdict.Reports(found)
	for i := range got {
		if !strings.Contains(got[i].Message, fmt.Sprintf("deploy/run.sh:%d contains ", got[i].Line)) {
			t.Errorf("the message does not say where: %s", got[i].Message)
		}
		got[i].Message = ""
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("mismatch (-want +got)\n%s", diff)
	}
	if len(told) != len(found) {
		t.Errorf("Found was told %d findings, want %d", len(told), len(found))
	}
}

func TestCommentsInFiles(t *testing.T) {
	t.Parallel()
	s := server(t, nil)
	const (
		first  = "committed-secret file:deploy/run.sh 3:7 github-token "
		second = "committed-secret file:deploy/run.sh 5:7 password "
		third  = "committed-secret file:deploy/run.sh 9:7 password mandatory"
		reason = "made up for the tests"
	)
	idle := func(at int) string { return fmt.Sprintf("settings file:deploy/run.sh %d:1  advisory about", at) }
	for _, tt := range []struct {
		name     string
		settings map[string]any
		give     facts.Allow
		want     []string
		says     string // in one of the messages
	}{
		{
			"with a reason", nil, allow(5, 5, reason, "committed-secret"),
			[]string{first + "mandatory", second + "advisory inline", third},
			"Suppressed by the comment on line 5: " + reason + "\ndeploy/run.sh:5 contains a password",
		},
		{
			"on the line above, for two policies", nil, allow(4, 5, reason, "dotenv-file", "committed-secret"),
			[]string{first + "mandatory", second + "advisory inline", third},
			"Suppressed by the comment on line 4: ",
		},
		{
			"without a reason", nil, allow(5, 5, "", "committed-secret"),
			[]string{first + "mandatory", second + "mandatory", third},
			"The comment on line 5 has no effect: it has no reason; write policypack:allow POLICY: REASON.",
		},
		{
			"with a policy that there is not", nil, allow(5, 5, reason, "committed-secret", "commited-secret"),
			[]string{first + "mandatory", second + "mandatory", third},
			"unknown policy; did you mean committed-secret?",
		},
		{
			"for a policy that judges no files", nil, allow(5, 5, reason, "secret-name"),
			[]string{first + "mandatory", second + "mandatory", third, idle(5)},
			"deploy/run.sh:5: the comment policypack:allow has no effect: secret-name does not check files.",
		},
		{
			"for the settings", nil, allow(5, 5, reason, "settings"),
			[]string{first + "mandatory", second + "mandatory", third, idle(5)},
			"settings does not check files.",
		},
		{
			"for no policy", nil, allow(5, 5, reason),
			[]string{first + "mandatory", second + "mandatory", third, idle(5)},
			"it has no policy; write policypack:allow POLICY: REASON.",
		},
		{
			"where nothing is found", nil, allow(6, 6, reason, "committed-secret"),
			[]string{first + "mandatory", second + "mandatory", third, idle(6)},
			"line 6 has no such finding.",
		},
		{
			"with a secret as the reason", nil,
			allow(5, 5, "see postgres://app:"+"k3Zq9vTr2mXw@db.internal/shop", "committed-secret"),
			[]string{first + "mandatory", second + "mandatory", third},
			"its reason contains a secret.",
		},
		{
			"that the base branch does not have", nil, pending(5, reason, "committed-secret"),
			[]string{first + "mandatory", second + "mandatory", third},
			"The comment on line 5 has no effect: the base branch does not have it for the same content yet; it takes " +
				"effect once merged.",
		},
		{
			"where the settings forbid comments",
			map[string]any{"allowComments": false},
			allow(5, 5, reason, "committed-secret"),
			[]string{first + "mandatory", second + "mandatory", third},
			"the setting allowComments is off; exempt the finding in the policy configuration.",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			configure(t, s, tt.settings, nil)
			f := committed()
			f.Allows = []facts.Allow{tt.give}
			if diff := cmp.Diff(tt.want, lines(t, s, f)); diff != "" {
				t.Errorf("mismatch (-want +got)\n%s", diff)
			}
			found, err := s.session.File(context.Background(), f)
			if err != nil {
				t.Fatal(err)
			}
			all := ""
			for i := range found {
				all += found[i].Message + "\n"
			}
			if !strings.Contains(all, tt.says) || strings.Contains(all, "k3Zq9vTr2mXw") {
				t.Errorf("want %q in the messages:\n%s", tt.says, all)
			}
		})
	}
}

// A comment for a policy that is switched off may be of use when it is on again, so nothing is said of it.
func TestCommentForAPolicyThatIsOff(t *testing.T) {
	t.Parallel()
	s := server(t, nil)
	configure(t, s, nil, map[string]pulumirpc.EnforcementLevel{"committed-secret": pulumirpc.EnforcementLevel_DISABLED})
	f := committed()
	f.Allows = []facts.Allow{allow(5, 5, "made up", "committed-secret")}
	if got := lines(t, s, f); got != nil {
		t.Errorf("got %v, want nothing", got)
	}
}

// What a finding says of the file as a whole, a comment anywhere in it lets pass.
func TestCommentForTheWholeFile(t *testing.T) {
	t.Parallel()
	f := &facts.File{
		Name: "app/.env", Kind: facts.FileDotenv,
		Allows: []facts.Allow{allow(7, 8, "the build needs it", "dotenv-file")},
	}
	want := []string{"dotenv-file file:app/.env 0:0  advisory inline"}
	if diff := cmp.Diff(want, lines(t, server(t, nil), f)); diff != "" {
		t.Errorf("mismatch (-want +got)\n%s", diff)
	}
}

// TestMoreThanIsTold shows that a file with more secrets than are told fails whatever its comments allow, and passes by
// an exemption.
func TestMoreThanIsTold(t *testing.T) {
	t.Parallel()
	s := server(t, nil)
	f := &facts.File{
		Name: "fixtures/tokens.txt", Kind: facts.FileOther, More: true, Findings: committed().Findings[:1],
		Allows: []facts.Allow{
			allow(3, 3, "an example", "committed-secret"),
			allow(400, 400, "an example", "committed-secret"),
		},
	}
	analyze := func() []string {
		found, err := s.session.File(context.Background(), f)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for i := range found {
			got = append(got, line(&found[i]))
		}
		return got
	}
	want := []string{
		"committed-secret file:fixtures/tokens.txt 0:0 more mandatory",
		"committed-secret file:fixtures/tokens.txt 3:7 github-token advisory inline",
	}
	if diff := cmp.Diff(want, analyze()); diff != "" {
		t.Errorf("mismatch (-want +got)\n%s", diff)
	}
	configure(t, s, map[string]any{"exemptions": map[string]any{"fixtures": map[string]any{
		"policies": []any{"committed-secret"}, "urn": "file:fixtures/*", "reason": "examples", "owner": "platform",
		"expires": "2026-12-01",
	}}}, nil)
	if got := analyze()[0]; got != "committed-secret file:fixtures/tokens.txt 0:0 more advisory fixtures" {
		t.Errorf("got %s, want it exempted", got)
	}
}

func TestGovernanceOfFiles(t *testing.T) {
	t.Parallel()
	s := server(t, nil)
	exemption := func(patch map[string]any) map[string]any {
		e := map[string]any{
			"policies": []any{"committed-secret"}, "urn": "file:deploy/*", "reason": "moves next week",
			"owner": "team-a", "expires": "2026-12-20",
		}
		for key, v := range patch {
			e[key] = v
		}
		return map[string]any{"exemptions": map[string]any{"legacy": e}}
	}
	baseline := func(row map[string]any) map[string]any {
		row["policy"] = "committed-secret"
		return map[string]any{"baseline": map[string]any{"expires": "2026-12-20", "findings": []any{row}}}
	}
	const (
		first  = "committed-secret file:deploy/run.sh 3:7 github-token "
		second = "committed-secret file:deploy/run.sh 5:7 password "
		third  = "committed-secret file:deploy/run.sh 9:7 password "
	)
	for _, tt := range []struct {
		name     string
		settings map[string]any
		want     []string
	}{
		{
			"exempted as a whole", exemption(nil),
			[]string{first + "advisory legacy", second + "advisory legacy", third + "advisory legacy"},
		},
		{
			"exempted by the detector", exemption(map[string]any{"path": "password"}),
			[]string{first + "mandatory", second + "advisory legacy", third + "advisory legacy"},
		},
		{
			"another file is exempted", exemption(map[string]any{"urn": "file:*.py"}),
			[]string{first + "mandatory", second + "mandatory", third + "mandatory"},
		},
		{
			"an exemption that has expired", exemption(map[string]any{"expires": "2026-11-10"}),
			[]string{
				first + "mandatory legacy expired", second + "mandatory legacy expired",
				third + "mandatory legacy expired",
			},
		},
		{
			"one of two in the baseline",
			baseline(map[string]any{"file": "deploy/run.sh", "name": "password SMTP_PASSWORD"}),
			[]string{first + "mandatory", second + "mandatory", third + "advisory baseline"},
		},
		{
			"one of two in a baseline of an earlier version",
			baseline(map[string]any{"urn": "file:deploy/run.sh", "path": "password[2]"}),
			[]string{first + "mandatory", second + "mandatory", third + "advisory baseline"},
		},
		{
			"mandatory from a later day",
			map[string]any{"enforceFrom": map[string]any{"committed-secret": "2027-01-01"}},
			[]string{first + "advisory", second + "advisory", third + "advisory"},
		},
		{
			"levels of stacks are not for files of none",
			map[string]any{"levelByStack": map[string]any{"*": "disabled"}},
			[]string{first + "mandatory", second + "mandatory", third + "mandatory"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			configure(t, s, tt.settings, nil)
			if diff := cmp.Diff(tt.want, lines(t, s, committed())); diff != "" {
				t.Errorf("mismatch (-want +got)\n%s", diff)
			}
		})
	}
}

// The file of a stack has the levels of that stack, whatever was checked before it.
func TestLevelsOfAStacksFile(t *testing.T) {
	t.Parallel()
	s := server(t, nil)
	configure(t, s, map[string]any{"levelByStack": map[string]any{"dev-*": "advisory", "sandbox": "disabled"}}, nil)
	config := func(stack string) *facts.File {
		return &facts.File{
			Name: "Pulumi." + stack + ".yaml", Kind: "pulumi-stack", Stack: stack,
			Findings: []facts.Finding{{
				Place: facts.PlaceConfig, Path: []any{"shop:dbPassword"}, Key: "dbPassword", Detector: "password",
				Title:  "a password",
				Reason: "key-name", At: place.Position{Line: 2, Column: 20},
			}},
		}
	}
	var got []string
	for _, stack := range []string{"dev-1", "production", "sandbox", "dev-2"} {
		got = append(got, lines(t, s, config(stack))...)
	}
	got = append(got, lines(t, s, committed())[0])
	want := []string{
		"plaintext-secret-config file:Pulumi.dev-1.yaml 2:20 shop:dbPassword advisory",
		"plaintext-secret-config file:Pulumi.production.yaml 2:20 shop:dbPassword mandatory",
		"plaintext-secret-config file:Pulumi.dev-2.yaml 2:20 shop:dbPassword advisory",
		"committed-secret file:deploy/run.sh 3:7 github-token mandatory",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("mismatch (-want +got)\n%s", diff)
	}
}

// Several stacks may be checked one after the other, each by its own levels.
func TestLevelsOfOneStackDoNotStay(t *testing.T) {
	t.Parallel()
	s := server(t, nil)
	configure(t, s, map[string]any{"levelByStack": map[string]any{"dev": "disabled"}}, nil)
	for _, tt := range []struct {
		stack string
		want  int
	}{{"dev", 0}, {"production", 1}, {"dev", 0}} {
		req := request("db", secretType, nil)
		req.Urn = strings.Replace(req.Urn, "production", tt.stack, 1)
		response, err := s.Analyze(context.Background(), req)
		if err != nil {
			t.Fatal(err)
		}
		if n := len(response.GetDiagnostics()); n != tt.want {
			t.Errorf("%s: got %d diagnostics, want %d", tt.stack, n, tt.want)
		}
	}
}

// A policy about files is asked about no resource, and one about resources about no file.
func TestFilesAndResourcesHaveTheirOwnPolicies(t *testing.T) {
	t.Parallel()
	off := map[string]pulumirpc.EnforcementLevel{}
	s := server(t, nil)
	info, err := s.GetAnalyzerInfo(context.Background(), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range info.GetPolicies() {
		if p.GetName() != "committed-secret" && p.GetName() != "secret-name" && p.GetName() != "settings" {
			off[p.GetName()] = pulumirpc.EnforcementLevel_DISABLED
		}
	}
	configure(t, s, nil, off)
	response, err := s.Analyze(context.Background(), request("db", secretType, map[string]any{"name": "db/production"}))
	if err != nil || len(response.GetDiagnostics()) > 0 {
		t.Errorf("got %v, %v, want nothing", response, err)
	}
	if got := lines(t, s, &facts.File{Name: "app/.env", Kind: facts.FileDotenv}); got != nil {
		t.Errorf("got %v, want nothing", got)
	}
}

// Files may be checked at the same time.
func TestAnalyzeFileConcurrently(t *testing.T) {
	t.Parallel()
	s := server(t, nil)
	var wg sync.WaitGroup
	for i := range 16 {
		wg.Go(func() {
			f := committed()
			f.Name, f.Stack = fmt.Sprintf("%d.sh", i), fmt.Sprint(i%3)
			if found, err := s.session.File(context.Background(), f); err != nil || len(found) != 3 {
				t.Errorf("got %d findings, %v, want 3", len(found), err)
			}
		})
	}
	wg.Wait()
}
