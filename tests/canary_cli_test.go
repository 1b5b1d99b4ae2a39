package tests

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/debug"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optpreview"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"

	"github.com/progression-labs-development/policypack/tests/internal/canary"
	"github.com/progression-labs-development/policypack/tests/internal/harness"
)

// The same on the real CLI, with rules that say what they are told, and with all the logging that the CLI can ask for:
// no violation, and no line that the pack writes, holds a canary. The CLI's own log holds everything, and is not ours.
func TestCanariesOnTheCLI(t *testing.T) {
	dir := t.TempDir()
	rules := filepath.Join(dir, "rules")
	for path, text := range parrots {
		harness.WriteFiles(t, dir, map[string]string{path: text})
	}
	// An executable pack whose stderr goes to a file as well.
	log := filepath.Join(dir, "stderr")
	launcher := filepath.Join(dir, "pack")
	script := fmt.Sprintf("#!/bin/sh\nPOLICYPACK_RULES=%q exec %q \"$@\" 2>>%q\n", rules, harness.Policypack(t), log)
	if err := os.WriteFile(launcher, []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, verbose := range []bool{false, true} {
		t.Run(fmt.Sprintf("verbose %v", verbose), func(t *testing.T) {
			cage := canary.New(71)
			s := harness.NewStack(t, cagedProgram(cage))
			for key, value := range map[string]auto.ConfigValue{
				"shop:apiToken":   {Value: cage.Random("secret config"), Secret: true},
				"shop:plainToken": {Value: cage.Token("token in plain config", "gh"+"p_", 36)},
				"shop:dbPassword": {Value: cage.Random("password in plain config")},
			} {
				if err := s.SetConfig(t.Context(), key, value); err != nil {
					t.Fatal(err)
				}
			}
			inner := auto.ConfigValue{Value: cage.Random("a part of secret config"), Secret: true}
			if err := s.SetConfigWithOptions(t.Context(), "shop:db.password", inner,
				&auto.ConfigOptions{Path: true}); err != nil {
				t.Fatal(err)
			}
			var more []optpreview.Option
			if verbose {
				level := uint(9)
				more = append(more, optpreview.DebugLogging(debug.LoggingOptions{
					LogLevel: &level, LogToStdErr: true, FlowToPlugins: true, Debug: true,
				}))
			}
			res := s.Preview(t, launcher, "", more...)
			if len(res.Violations) < 100 {
				t.Errorf("got %d violations, want at least 100: %v\n%s", len(res.Violations), res.Err, res.Output)
			}
			reported := map[string]bool{}
			look := func(where, text string) {
				for _, what := range cage.Find(text) {
					name, _, _ := strings.Cut(what, ",")
					if key := where + name; !reported[key] {
						reported[key] = true
						t.Errorf("%s holds a canary: %s", where, what)
					}
				}
			}
			for _, v := range res.Violations {
				look("a violation of "+v.Policy, v.Message)
			}
			text, err := os.ReadFile(log)
			if err != nil {
				t.Fatal(err)
			}
			look("the pack's log", string(text))
			for line := range strings.Lines(res.Output) {
				if !strings.Contains(line, "policypack") && !strings.Contains(line, "parrot") {
					continue
				}
				// What the engine logs of the calls that it makes is not the pack's.
				if strings.Contains(line, ".go:") {
					continue
				}
				look("a line of the pack", line)
			}
		})
	}
}

// cagedProgram has canaries wherever a program can put them.
func cagedProgram(cage *canary.Cage) pulumi.RunFunc {
	token, word, number := cage.Token("token", "gh"+"p_", 36), cage.Word("marked word"), cage.Number("marked number")
	url, key, output := cage.Random("password in a URL"), cage.Random("provider's key"),
		cage.Random("password as an output")
	inComponent, literal := cage.Random("password in a component output"), cage.Word("written into a manager")
	mapKey := cage.Word("key of a marked map")
	return func(ctx *pulumi.Context) error {
		cfg := config.New(ctx, "")
		if _, err := newResource(ctx, bucketToken, "files", pulumi.Map{"tags": pulumi.Map{
			"copy": pulumi.String(cfg.Get("apiToken")), "base64": pulumi.String(base64Of("x" + cfg.Get("apiToken"))),
			"token": pulumi.String(token), "word": pulumi.ToSecret(pulumi.String(word)),
			"number": pulumi.ToSecret(pulumi.Float64(number)),
			"map":    pulumi.ToSecret(pulumi.Map{mapKey: pulumi.String(word)}), "db": pulumi.String(cfg.Get("db")),
			"secret": cfg.RequireSecret("apiToken"),
		}}); err != nil {
			return err
		}
		if _, err := newResource(ctx, functionToken, "api", pulumi.Map{
			"environment": pulumi.Map{"variables": pulumi.Map{"URL": pulumi.String("postgres://app:" + url + "@db/x")}},
			"code": pulumi.NewAssetArchive(map[string]any{
				".env": pulumi.NewStringAsset("DB_PASSWORD=" + url + "\n"),
			}),
		}); err != nil {
			return err
		}
		if err := ctx.RegisterResource("pulumi:providers:aws", "prod", pulumi.Map{"secretKey": pulumi.String(key)},
			&pulumi.ProviderResourceState{}); err != nil {
			return err
		}
		c := &component{}
		if err := ctx.RegisterComponentResource("acme:shop:Api", "api", c); err != nil {
			return err
		}
		if err := ctx.RegisterResourceOutputs(c, pulumi.Map{"password": pulumi.String(inComponent)}); err != nil {
			return err
		}
		ctx.Export("adminPassword", pulumi.String(output))
		ctx.Export("copy", pulumi.String("x "+cfg.Get("apiToken")))
		ctx.Export("marked", pulumi.ToSecret(pulumi.String(word)))
		return managed(ctx, blessed[0],
			func(pulumi.ResourceOption) (pulumi.Input, error) { return pulumi.String(literal), nil })
	}
}
