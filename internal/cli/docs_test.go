package cli

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/progression-labs-development/policypack"
	"github.com/progression-labs-development/policypack/internal/detect"
	"github.com/progression-labs-development/policypack/internal/example"
	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/internal/standard"
)

// Every line that a policy names is one of the standard.
func TestPoliciesNameLinesOfTheStandard(t *testing.T) {
	t.Parallel()
	p, err := ownPack()
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, l := range standard.Lines() {
		known[l.ID] = true
	}
	for _, q := range p.Policies {
		for _, id := range q.Standard {
			if !known[id] {
				t.Errorf("%s: METADATA: custom.standard: there is no line %s", q, id)
			}
		}
		if len(q.Standard) == 0 {
			t.Errorf("%s: METADATA: custom.standard: want the lines that the policy enforces", q)
		}
	}
}

// A policy appears in the pages because it exists, and for no other reason.
func TestPagesShowANewPolicy(t *testing.T) {
	t.Parallel()
	p := &pack.Pack{Policies: []*pack.Policy{{
		Name: "no-fax", Package: "no_fax", Own: true, Title: "Nothing is faxed", Level: pack.Mandatory,
		Severity: pack.Low,
		Scope:    "resource", Standard: []string{"S12"}, Description: "Says no.", Remediation: "Do not.",
		Parameters: pack.Parameters{Properties: map[string]any{
			"lines": map[string]any{
				"type": "array", "items": map[string]any{"type": "string"}, "default": []any{"a|b"},
				"description": "The lines.",
			},
		}},
	}}}
	file, err := example.Parse("no_fax/examples.yaml",
		[]byte("deny:\n- name: a fax\n  resources: [{type: 'a:b:C', name: c}]\n"+
			"  want: [{message: No fax.}]\nallow:\n- name: a letter\n  resources: [{type: 'a:b:D', name: d}]\n"))
	if err != nil {
		t.Fatal(err)
	}
	short, err := newShortener()
	if err != nil {
		t.Fatal(err)
	}
	page := index(p)
	want := "| [`no-fax`](policies/no-fax.md) | Nothing is faxed | mandatory | low | resources | [S12](coverage.md#s12) |\n"
	if !strings.Contains(page, want) {
		t.Errorf("policies.md does not hold %q:\n%s", want, page)
	}
	page = policyPage(p.Policies[0], file, short)
	for _, want := range []string{
		"# no-fax\n\n**Nothing is faxed.**", "\npolicypack explain no-fax\n",
		"| mandatory | low | resources | [S12](../coverage.md#s12) | 0.1.0 |",
		"| `lines` | list of strings | `[\"a\\|b\"]` | The lines. |",
		"**Denied:** a fax.\n\n```yaml\nresources:\n  c:\n    type: a:b:C\n```\n\n" +
			"```text\n[mandatory] [severity: low]  no-fax  (a:b:C: c)\n    No fax.\n```\n",
		"**Allowed:** a letter.\n", "/no_fax/examples.yaml): 1 denied, 1 allowed.\n",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("policies/no-fax.md does not hold %q:\n%s", want, page)
		}
	}
	page = coverage(p, map[string]*example.File{"no-fax": file})
	for _, want := range []string{
		"| [S12](#s12) | No secret is shared by chat. | [`no-fax`](policies/no-fax.md) | – |\n",
		"| [`no-fax`](policies/no-fax.md) | Nothing is faxed | [1 denied, 1 allowed](../../policies/no_fax/examples.yaml) |\n",
		"- **In programs, not enforced yet:** commands in resources",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("coverage.md does not hold %q:\n%s", want, page)
		}
	}
}

// A text of METADATA keeps its characters in Markdown, and its links lead to the pages beside.
func TestMarkdown(t *testing.T) {
	t.Parallel()
	give := "Set a.allowTypes to a*:*, `b*`, not <x>. See " + policypack.Page("govern/floor.md") + ". GitHub"
	want := "Set `a.allowTypes` to a\\*:\\*, `b*`, not \\<x>. See [floor](../govern/floor.md). GitHub"
	if got := markdown("../", give); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// The pages hold no value that looks like a secret, though the examples do.
func TestPagesHoldNoSecrets(t *testing.T) {
	t.Parallel()
	p, err := ownPack()
	if err != nil {
		t.Fatal(err)
	}
	short, err := newShortener()
	if err != nil {
		t.Fatal(err)
	}
	examples := map[string]*example.File{}
	for _, q := range p.Policies {
		if examples[q.Name], err = examplesOf(q); err != nil {
			t.Fatal(err)
		}
	}
	for name, file := range examples {
		if file == nil {
			continue
		}
		for _, c := range file.Cases {
			var shown string
			for _, s := range short.excerpts(name, c) {
				shown += s.text
			}
			for _, secret := range c.Secrets() {
				if len(secret) >= leastSecret && strings.Contains(shown, secret) {
					t.Errorf("%s: %s: a value that the example marks secret is shown", name, c.Name)
				}
			}
		}
	}
	page := coverage(p, examples)
	for _, q := range p.Policies {
		page += policyPage(q, examples[q.Name], short)
	}
	if matches := short.detector.Find(page, detect.Evidence{Name: "page"}); len(matches) > 0 {
		t.Errorf("a page holds %s", matches[0].Title)
	}
}

// Who reads a text of a policy in a preview or a report has no docs/: pages are named by their address, and are there.
// A message names none; the link behind it leads to the policy's section, which does.
func TestPoliciesNamePagesByAddress(t *testing.T) {
	t.Parallel()
	p, err := ownPack()
	if err != nil {
		t.Fatal(err)
	}
	base := policypack.Page("")
	local := regexp.MustCompile(`docs/[\w/-]+\.md`)
	named := 0
	for _, q := range p.Policies {
		texts := []string{q.Description, q.Remediation}
		for _, parameter := range parametersOf(q) {
			texts = append(texts, parameter.meaning)
		}
		for _, text := range texts {
			for _, rest := range strings.Split(text, base)[1:] {
				named++
				name := regexp.MustCompile(`^[\w/-]+\.md`).FindString(rest)
				if _, err := os.Stat(filepath.Join("..", "..", "docs", name)); name == "" || err != nil {
					t.Errorf("%s: there is no page %q in docs", q, name)
				}
			}
			if left := local.FindString(strings.ReplaceAll(text, base, "")); left != "" {
				t.Errorf("%s: %s has no address: %s", q, left, text)
			}
			if strings.Contains(markdown("", text), base) {
				t.Errorf("%s: a page of docs/ links to a version's pages: %s", q, markdown("", text))
			}
		}
		f, err := examplesOf(q)
		if err != nil {
			t.Fatal(err)
		}
		if f == nil {
			continue
		}
		for _, c := range f.Cases {
			for _, w := range c.Want {
				if regexp.MustCompile(`\bsee docs/`).MatchString(w.Message) {
					t.Errorf("%s: %s: the message names a page that its readers do not have: %s", q, c.Name, w.Message)
				}
			}
		}
	}
	if named < 5 {
		t.Errorf("the policies name %d pages; is what this test reads still what people read?", named)
	}
}

// The README says of each policy at which level it is, as METADATA does, and leaves none out but the settings, which
// enforce nothing by themselves.
func TestReadmeSaysTheLevels(t *testing.T) {
	t.Parallel()
	p, err := ownPack()
	if err != nil {
		t.Fatal(err)
	}
	_, table, ok := strings.Cut(policypack.Readme(), "\n| policy | level | denies |\n| --- | --- | --- |\n")
	if !ok {
		t.Fatal("README.md has no table of the policies with their levels")
	}
	table, _, _ = strings.Cut(table, "\n\n")
	got := map[string]string{}
	for row := range strings.Lines(table) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(row), "|"), " | ")
		if len(cells) != 3 {
			t.Fatalf("README.md: want three cells, got %q", row)
		}
		first := ""
		for _, m := range regexp.MustCompile("`(-?)([a-z-]+)`").FindAllStringSubmatch(cells[0], -1) {
			name := m[2]
			if m[1] != "" { // `plaintext-secret-property`, `-output`
				name = first[:strings.LastIndex(first, "-")+1] + name
			} else {
				first = name
			}
			got[name] = strings.TrimSpace(cells[1])
		}
	}
	want := map[string]string{}
	for _, q := range p.Policies {
		if q.Name != pack.SettingsPolicy {
			want[q.Name] = levelText(q.Level, q.Levels)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("README.md: the levels of the policies: mismatch (-want +got)\n%s", diff)
	}
}
