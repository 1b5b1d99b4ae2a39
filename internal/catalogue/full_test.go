package catalogue

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// fullData is the directory of the full catalogue that rego/catalogue was distilled from; it is no part of the
// repository. See the package comment of the distil command.
func fullData(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("POLICYPACK_CATALOGUE_DATA")
	if dir == "" {
		root, err := filepath.Abs("../..")
		if err != nil {
			t.Fatal(err)
		}
		dir = filepath.Join(root, "..", "shared", "data", "catalogue")
	}
	if _, err := os.Stat(filepath.Join(dir, "secret_resources.json")); err != nil {
		t.Skip("the full catalogue is not here; POLICYPACK_CATALOGUE_DATA names its directory")
	}
	return dir
}

func readFull(t *testing.T, name string, into any) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(fullData(t), name))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, into); err != nil {
		t.Fatal(err)
	}
}

func TestFullCatalogue(t *testing.T) {
	var entries []struct {
		Pulumi, Manager, Class string
		Values                 []string `json:"value_properties"`
		Versioned              []string `json:"v2_versioned_tokens"`
		Aliases                []string
	}
	readFull(t, "secret_resources.json", &entries)
	c := load(t)
	versioned := 0
	for _, e := range entries {
		kind := c.Kind(e.Pulumi)
		switch {
		case kind == nil:
			t.Errorf("%s: no entry", e.Pulumi)
			continue
		case kind.Token != e.Pulumi || kind.Class != e.Class || kind.Manager != e.Manager:
			t.Errorf("%s: is %s, a %s of %s; want a %s of %s", e.Pulumi, kind.Token, kind.Class, kind.Manager, e.Class, e.Manager)
		case len(kind.Values) < len(e.Values) && e.Pulumi != "aws-native:secretsmanager:Secret": // one is judged to be no value
			t.Errorf("%s: has %d values, want at least %d", e.Pulumi, len(kind.Values), len(e.Values))
		}
		for _, alias := range append(e.Versioned, e.Aliases...) {
			got := c.Kind(alias)
			if got == nil || got.Class != kind.Class || got.Own != kind.Own {
				t.Errorf("%s: want what %s is, got %v", alias, e.Pulumi, got)
			}
		}
		versioned += len(e.Versioned)
	}
	if len(entries) < 600 || versioned < 300 {
		t.Errorf("%d entries and %d versioned tokens: the data is not what this test was written for", len(entries), versioned)
	}
}

func TestBridgedTokens(t *testing.T) {
	var derived []struct {
		Terraform string
		Token     string `json:"any_terraform_provider_token"`
		Class     string
	}
	readFull(t, "derived_tokens.json", &derived)
	c := load(t)
	for _, d := range derived {
		kind := c.Kind(d.Token)
		if kind == nil || kind.Class != d.Class {
			t.Errorf("%s: want a %s, got %v", d.Token, d.Class, kind)
			continue
		}
		if want := c.KindOfTerraform(d.Terraform); kind != want {
			t.Errorf("%s: is %s, want what %s is, %s", d.Token, kind.Token, d.Terraform, want.Token)
		}
	}
	if len(derived) < 150 {
		t.Errorf("%d derived tokens: the data is not what this test was written for", len(derived))
	}
}

func TestGeneratedFilesAreFresh(t *testing.T) {
	to := t.TempDir()
	if out, err := exec.Command("go", "run", "./distil", "-from", fullData(t), "-to", to).CombinedOutput(); err != nil {
		t.Fatalf("distil: %v\n%s", err, out)
	}
	for _, name := range []string{resourcesFile, namingFile} {
		want, err := os.ReadFile(filepath.Join(to, name))
		if err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(filepath.Join("../../rego/catalogue", name))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("rego/catalogue/%s is stale: go run ./internal/catalogue/distil -from DIR -to rego/catalogue", name)
		}
	}
}

// TestTerraformOnly: the types that only Terraform has are known by their names there.
func TestTerraformOnly(t *testing.T) {
	var only []struct{ Terraform, Class string }
	readFull(t, "terraform_only.json", &only)
	c := load(t)
	for _, o := range only {
		// Pulumi's resource is a store where Terraform only fills one that exists.
		if kind := c.KindOfTerraform(o.Terraform); kind == nil || kind.Class != o.Class && o.Terraform != "kubernetes_secret_v1_data" {
			t.Errorf("%s: want a %s, got %v", o.Terraform, o.Class, kind)
		}
	}
	if len(only) < 20 {
		t.Errorf("%d types: the data is not what this test was written for", len(only))
	}
}
