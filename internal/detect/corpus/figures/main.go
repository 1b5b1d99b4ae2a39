// Command figures measures the detectors on the generated corpus, prints the table, records the figures that TestCorpus
// holds the detectors to, and writes the page of the documentation about them. Run it from the root of the repository.
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/progression-labs-development/policypack/internal/detect"
	"github.com/progression-labs-development/policypack/internal/detect/corpus"
)

func main() {
	if err := run(os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "figures:", err)
		os.Exit(1)
	}
}

func run(out io.Writer) error {
	d, err := detect.New(detect.Options{})
	if err != nil {
		return err
	}
	figures := corpus.Measure(corpus.Generate(corpus.Seed, corpus.Rows),
		func(r corpus.Row) bool { return len(d.Find(r.Value, detect.Evidence{Name: r.Key})) > 0 })
	files := corpus.MeasureFiles(corpus.Files(corpus.Seed, corpus.FileRows), func(f corpus.File) (spans [][2]int) {
		for _, m := range d.File(f.Name, []byte(f.Text)) {
			spans = append(spans, [2]int{m.Start, m.End})
		}
		return spans
	})
	var sets []natural
	raw, err := os.ReadFile("internal/detect/testdata/natural_files.json")
	if err != nil {
		return err
	}
	if err := json.Unmarshal(raw, &sets); err != nil {
		return fmt.Errorf("natural_files.json: %w", err)
	}
	table, inFiles := render(figures), renderFiles(files)+renderNatural(sets)
	fmt.Fprint(out, table, inFiles)
	if err := write("internal/detect/testdata/figures.json", figures); err != nil {
		return err
	}
	if err := write("internal/detect/testdata/files.json", files); err != nil {
		return err
	}
	return os.WriteFile("docs/reference/detection.md", []byte(page(table, inFiles)), 0o644)
}

func write(name string, v any) error {
	raw, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(name, append(raw, '\n'), 0o644)
}

func render(figures []corpus.Figure) string {
	var b strings.Builder
	b.WriteString("| group | rows | found |\n| --- | ---: | ---: |\n")
	for _, g := range []corpus.Group{corpus.Formats, corpus.KeyNames, corpus.Documents, corpus.Harmless} {
		rows := 0
		for _, f := range figures {
			if f.Group == g {
				rows += f.Rows
			}
		}
		fmt.Fprintf(&b, "| %s | %d | %.2f %% |\n", g, rows, corpus.Share(figures, g))
	}
	fmt.Fprintf(&b, "\nPrecision: %.2f %%.\n\n| class | group | rows | found |\n| --- | --- | ---: | ---: |\n",
		corpus.Precision(figures))
	for _, f := range figures {
		fmt.Fprintf(&b, "| %s | %s | %d | %d |\n", f.Class, f.Group, f.Rows, f.Hits)
	}
	return b.String()
}

func page(table, files string) string {
	var b strings.Builder
	b.WriteString(intro)
	b.WriteString("| detector | a match is | what it matches | source |\n| --- | --- | --- | --- |\n")
	for _, i := range detect.List() {
		source := i.Source
		if strings.HasPrefix(source, "https://") {
			source = "[vendor](" + source + ")"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", i.ID, i.Title, i.Matches, source)
	}
	b.WriteString(measured)
	b.WriteString(table)
	b.WriteString(inFiles)
	b.WriteString(files)
	return b.String()
}

const intro = `<!-- Written by go run ./internal/detect/corpus/figures; do not edit. -->
# What counts as a plaintext secret

Every string that a program sends is judged in three ways.

1. **Format.** Tokens, keys and URLs that tell by their shape that they are secrets count wherever they stand, whatever their key is called.
2. **Document.** JSON, YAML, TOML, HCL, ini, dotenv, .npmrc, shell, connection strings, query strings, docker and kube configs, user data and base64 are looked into, up to
   four documents inside each other; each value is judged with the name beside it. In a list of pairs of name and value, the name is the key.
3. **Key name.** The last words of the name decide: ` + "`dbPassword`" + ` is a password, ` + "`passwordPolicy`" + ` a policy, ` + "`secretArn`" + ` an ARN.

| tier | names that end in | the value counts when it is |
| --- | --- | --- |
| password | password, passwd, passphrase, passcode, pwd | any literal of four characters or more: weak passwords are passwords |
| random | secret, token, credentials, pass, psk, pat, and api, access, private, encryption, signing, ... key | eight characters or more that look random |
| strong | any other key but public, partition, sort, cache, ... keys | 40 to 200 characters of base64 with high entropy |

Never findings: references (ARNs, resource ids, ` + "`projects/*/secrets/*`, `@Microsoft.KeyVault(...)`, `{{resolve:...}}`, `op://...`, `valueFrom`" + `), templates
(` + "`${...}`, `{{...}}`, `$(...)`, `<%...%>`" + `), placeholders (` + "`changeme`, `REPLACE_ME`, `<token>`, `your-api-key`" + `), ciphertexts, hashes, certificates and public keys,
publishable keys, access key ids alone, presigned URLs of S3, and names of secrets.

A template is a reference, but what stands in it as it is counts: a default (` + "`${X:-literal}`, `${X:literal}`, `{{ x | default \"literal\" }}`, `coalesce(x, \"literal\")`" + `), and
text beside what is filled in that a machine has made (` + "`literal-${stage}`" + `).

A finding says where the value stands and which detector found it. Neither the value nor its length is ever said.

What the detectors take for a secret can be adjusted: ` + "`allowKeys`" + ` (key names, globs) never count by name, ` + "`extraPatterns`" + ` (RE2) always count, ` + "`minEntropy`" + `
replaces the threshold of the random tier.

## Detectors

`

const measured = `
## Measured

On strings made by a seeded generator (` + "`internal/detect/corpus`" + `): random characters in public formats, and strings that only look like secrets. For the harmless
group what is found is wrong. The build fails when a class gets worse.

`
