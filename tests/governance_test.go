package tests

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/rogpeppe/go-internal/testscript"

	"github.com/progression-labs-development/policypack/tests/internal/harness"
)

// How a platform team governs the pack: exemptions, levels by stack, dates and baselines, as a person reads them. These
// scripts are those of TestScripts with days that count from today: `days GLOB...` writes them in the place of
// @DATE+30@ and, in hours, @TIME+6@; in what is printed they are DATE+30 and TIME+6 again.
func TestGovernance(t *testing.T) {
	harness.Pulumi(t)
	testscript.Run(t, testscript.Params{
		Dir:                 "governance",
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			env.Values[daysKey{}] = &calendar{now: time.Now().UTC(), shown: map[string]string{}}
			return setUpScript(env)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"pulumi": pulumiCommand, "days": daysCommand},
	})
}

type daysKey struct{}

// calendar are the days that a script has asked for, and how they are shown.
type calendar struct {
	now   time.Time
	shown map[string]string
}

var dayMark = regexp.MustCompile(`@(DATE|TIME)([+-]\d+)@`)

func (c *calendar) fill(mark string) string {
	groups := dayMark.FindStringSubmatch(mark)
	n, _ := strconv.Atoi(groups[2])
	day := c.now.AddDate(0, 0, n).Format(time.DateOnly)
	if groups[1] == "TIME" {
		day = c.now.Add(time.Duration(n) * time.Hour).Format(time.RFC3339)
	}
	c.shown[day] = groups[1] + groups[2]
	return day
}

func (c *calendar) hide(text string) string {
	// Times begin with the text of a day.
	for _, kind := range []string{"TIME", "DATE"} {
		for day, mark := range c.shown {
			if strings.HasPrefix(mark, kind) {
				text = strings.ReplaceAll(text, day, mark)
			}
		}
	}
	return text
}

func daysCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: days GLOB...")
	}
	c := ts.Value(daysKey{}).(*calendar)
	for _, pattern := range args {
		files, err := filepath.Glob(ts.MkAbs(pattern))
		ts.Check(err)
		for _, file := range files {
			text, err := os.ReadFile(file)
			ts.Check(err)
			ts.Check(os.WriteFile(file, []byte(dayMark.ReplaceAllStringFunc(string(text), c.fill)), 0o644))
		}
	}
}

// What a preview cannot see is let pass, said or denied, as the configuration wants it, in general and for one policy;
// the update knows, and decides.
func TestUnknowns(t *testing.T) {
	// The name of the secret is made from what a bucket is called in the cloud.
	program := func(name string) pulumi.RunFunc {
		return func(ctx *pulumi.Context) error {
			b := &arned{}
			if err := ctx.RegisterResource(bucketToken, "files", nil, b); err != nil {
				return err
			}
			parent, err := newComponent(ctx, "progression-labs-development:infra:Secret", "db")
			if err != nil {
				return err
			}
			_, err = newResource(ctx, secretToken, "db", pulumi.Map{
				"name": b.Arn.ApplyT(func(string) string { return name }).(pulumi.StringOutput),
			}, pulumi.Parent(parent))
			return err
		}
	}
	tests := []struct {
		name, config string
		preview, up  string // goldens; empty where nothing is said
		fails        bool   // the preview does
	}{
		{name: "by default", config: `{}`, preview: "warn", up: "up"},
		{name: "allow", config: `{"settings": {"onUnknown": "allow"}}`, up: "up"},
		{name: "warn", config: `{"settings": {"onUnknown": "warn"}}`, preview: "warn", up: "up"},
		{name: "deny", config: `{"settings": {"onUnknown": "deny"}}`, preview: "deny", up: "up", fails: true},
		{
			name:   "deny in general and allow for the policy",
			config: `{"settings": {"onUnknown": "deny"}, "secret-name": {"onUnknown": "allow"}}`,
			up:     "up",
		},
		{
			name:    "allow in general and deny for the policy",
			config:  `{"settings": {"onUnknown": "allow"}, "secret-name": {"onUnknown": "deny"}}`,
			preview: "deny", up: "up", fails: true,
		},
		{
			name:    "deny where the policy is advice",
			config:  `{"secret-name": {"enforcementLevel": "advisory", "onUnknown": "deny"}}`,
			preview: "warn", up: "up-advice",
		},
	}
	pack := harness.PackDir(t, nil)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			config := filepath.Join(t.TempDir(), "config.json")
			if err := os.WriteFile(config, []byte(tt.config), 0o644); err != nil {
				t.Fatal(err)
			}
			bad, good := harness.NewStack(t, program("DB_PASSWORD")), harness.NewStack(t, program("db/production"))
			for _, s := range []*harness.Stack{bad, good} {
				res := s.Preview(t, pack, config)
				if (res.Err != nil) != tt.fails {
					t.Errorf("preview: got %v, want a failure: %v\n%s", res.Err, tt.fails, res.Output)
				}
				saidIs(t, tt.preview, res)
			}
			res := bad.Up(t, pack, config)
			if (res.Err == nil) != (tt.up == "up-advice") {
				t.Errorf("update: got %v\n%s", res.Err, res.Output)
			}
			saidIs(t, tt.up, res)
			if res := good.Up(t, pack, config); res.Err != nil || len(res.Violations) > 0 {
				t.Errorf("update with a good name: got %v\n%s\n%s", res.Err, said(res), res.Output)
			}
		})
	}
}

// arned is a resource with an ARN that is not known before the update.
type arned struct {
	pulumi.CustomResourceState
	Arn pulumi.StringOutput `pulumi:"arn"`
}

// saidIs compares what is said with a golden of testdata/unknowns, or with nothing.
func saidIs(t *testing.T, name string, res harness.Result) {
	t.Helper()
	if name == "" {
		if len(res.Violations) > 0 {
			t.Errorf("got, want nothing:\n%s", said(res))
		}
		return
	}
	golden(t, filepath.Join("testdata", "unknowns", name+".golden"), said(res))
}
