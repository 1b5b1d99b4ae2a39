package tests

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"github.com/progression-labs-development/policypack/tests/cloud"
	"github.com/progression-labs-development/policypack/tests/internal/harness"
)

// organization is the platform team of an organisation: a service that is its Pulumi Cloud, and the machine from which
// it publishes.
type organization struct {
	*cloud.Service
	launcher string
	home     harness.Home
	env      []string // of every machine: what the launcher needs there
	modules  string   // node_modules
}

func newOrganization(t testing.TB, launcher string) *organization {
	t.Helper()
	o := &organization{Service: cloud.Start(t, "acme"), launcher: launcher}
	o.home = harness.NewHome(t, t.TempDir())
	o.env = o.Environ()
	o.prepare(t, o.home)
	return o
}

// prepare puts what the launcher needs on a machine.
func (o *organization) prepare(t testing.TB, home harness.Home) {
	t.Helper()
	switch o.launcher {
	case "nodejs":
		if modules := home.NodeHost(t); o.modules == "" {
			o.modules, o.env = modules, append(o.env, "NODEHOST_MODULES="+modules)
		}
	case "policypack":
		link := filepath.Join(home.Bin, "pulumi-language-policypack")
		if err := os.Symlink(harness.Policypack(t), link); err != nil {
			t.Fatal(err)
		}
	}
}

// bundle makes a bundle of rules and defaults, which may be empty, in a fresh directory.
func (o *organization) bundle(t testing.TB, version, defaults string, args ...string) string {
	t.Helper()
	work := t.TempDir()
	harness.WriteFiles(t, work, map[string]string{
		"rules/bucket_prefix/bucket_prefix.rego":      bucketPrefix,
		"rules/bucket_prefix/bucket_prefix_test.rego": "package rules.bucket_prefix_test\n",
	})
	args = append([]string{"bundle", "--launcher", o.launcher, "--version", version, "--rules", "rules"}, args...)
	if defaults != "" {
		harness.WriteFiles(t, work, map[string]string{"policy-config.json": defaults})
		args = append(args, "--config", "policy-config.json")
	}
	out, err := o.run(o.home, work, "policypack", append(args, "pack")...)
	if err != nil {
		t.Fatalf("policypack bundle: %v\n%s", err, out)
	}
	return filepath.Join(work, "pack")
}

// run runs a program of a machine.
func (o *organization) run(home harness.Home, dir, name string, args ...string) (string, error) {
	return runIn(home, dir, o.env, name, args...)
}

func runIn(home harness.Home, dir string, env []string, name string, args ...string) (string, error) {
	cmd := exec.Command(filepath.Join(home.Bin, name), args...)
	cmd.Dir, cmd.Env = dir, home.Environ(env...)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

func (o *organization) publish(t testing.TB, pack string) string {
	t.Helper()
	if o.modules != "" { // in the place of `npm ci`
		if err := os.Symlink(o.modules, filepath.Join(pack, "node_modules")); err != nil {
			t.Fatal(err)
		}
	}
	out, err := o.run(o.home, pack, "pulumi", "policy", "publish", o.Organization, "--non-interactive")
	if err != nil {
		t.Fatalf("policy publish: %v\n%s", err, out)
	}
	return out
}

// enable makes the newest pack required, with a configuration that may be empty, in a policy group; "" is the default
// one.
func (o *organization) enable(t testing.TB, group, config string) {
	t.Helper()
	args := []string{"policy", "enable", o.Organization + "/policypack", "latest"}
	work := t.TempDir()
	if group != "" {
		args = append(args, "--policy-group", group)
	}
	if config != "" {
		harness.WriteFiles(t, work, map[string]string{"config.json": config})
		args = append(args, "--config", "config.json")
	}
	if out, err := o.run(o.home, work, "pulumi", args...); err != nil {
		t.Fatalf("policy enable: %v\n%s", err, out)
	}
}

// runner is a machine on which an engineer's program runs, with an empty PULUMI_HOME.
type runner struct {
	*organization
	home  harness.Home
	dir   string
	extra []string // variables of this machine
}

// bucketPrefix is an organisation's own policy with a parameter.
const bucketPrefix = `# METADATA
# title: Buckets have the organisation's prefix
# description: A bucket's name says whose it is.
# custom:
#   level: mandatory
#   severity: low
#   remediation: Rename it.
#   parameters:
#     properties:
#       prefix: {type: string, default: acme-, description: Prefix of the names.}
package rules.bucket_prefix

deny contains {"message": $"want the prefix {input.parameters["bucket-prefix"].prefix}", "path": ["bucket"]} if {
	input.resource.type == "aws:s3/bucket:Bucket"

	not startswith(input.resource.properties.bucket, input.parameters["bucket-prefix"].prefix)
}
`

// shop declares a raw secret and a bucket.
const shop = `name: shop
runtime: yaml
resources:
  db:
    type: aws:secretsmanager/secret:Secret
    properties: { name: db/production }
  files:
    type: aws:s3/bucket:Bucket
    properties: { bucket: shop-files }
`

func (o *organization) runner(t testing.TB, stack string) *runner {
	t.Helper()
	dir := t.TempDir()
	r := &runner{organization: o, home: harness.NewHome(t, dir), dir: filepath.Join(dir, "program")}
	// The pack is nowhere on this machine.
	for _, path := range []string{filepath.Join(r.home.Bin, "policypack"), r.home.Plugin(t)} {
		if err := os.RemoveAll(path); err != nil {
			t.Fatal(err)
		}
	}
	o.prepare(t, r.home)
	harness.WriteFiles(t, r.dir, map[string]string{"Pulumi.yaml": shop})
	if out, err := r.pulumi("stack", "init", "acme/"+stack); err != nil {
		t.Fatalf("stack init: %v\n%s", err, out)
	}
	return r
}

func (r *runner) pulumi(args ...string) (string, error) {
	return runIn(r.home, r.dir, slices.Concat(r.env, r.extra), "pulumi",
		append(args, "--non-interactive", "--color=never")...)
}

// preview runs a preview and returns what it printed and what the service was told of violations, as POLICY LEVEL.
func (r *runner) preview(t *testing.T, stack string) (string, []string) {
	t.Helper()
	out, err := r.pulumi("preview", "--stack", "acme/"+stack)
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatalf("pulumi preview: %v\n%s", err, out)
	}
	got := []string{}
	if err != nil {
		got = append(got, "failed")
	}
	for _, v := range r.Violations("shop", stack) {
		got = append(got, v.PolicyName+" "+v.EnforcementLevel)
	}
	slices.Sort(got)
	return out, got
}

// archived lists the files of a published pack as NAME MODE.
func archived(t *testing.T, p *cloud.Pack) []string {
	t.Helper()
	z, err := gzip.NewReader(bytes.NewReader(p.Archive))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			slices.Sort(names)
			return names
		} else if err != nil {
			t.Fatal(err)
		}
		names = append(names, fmt.Sprintf("%s %o", h.Name, h.Mode&0o777))
	}
}
