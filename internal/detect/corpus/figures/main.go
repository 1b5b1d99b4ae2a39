// Command figures measures the detectors on the generated corpus, records the figures that TestCorpus requires, and
// writes docs/reference/detection.md. Run it in the root of the repository.
package main

import (
	_ "embed" // detection.md.tmpl
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strconv"
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
	found := map[string]int{} // secrets by the detector
	figures := corpus.Measure(corpus.Generate(corpus.Seed, corpus.Rows), func(r corpus.Row) bool {
		matches := d.Find(r.Value, detect.Evidence{Name: r.Key})
		ids := map[string]bool{}
		for _, m := range matches {
			ids[m.Detector] = true
		}
		for id := range ids {
			if r.Group != corpus.Harmless {
				found[id]++
			}
		}
		return len(matches) > 0
	})
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
	if err := write("internal/detect/testdata/figures.json", figures); err != nil {
		return err
	}
	if err := write("internal/detect/testdata/files.json", files); err != nil {
		return err
	}
	text := page(figures, files, sets, found)
	at := strings.Index(text, "## Measurements")
	fmt.Fprint(out, text[at:])
	return os.WriteFile("docs/reference/detection.md", []byte(text), 0o644)
}

func write(name string, v any) error {
	raw, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(name, append(raw, '\n'), 0o644)
}

//go:embed detection.md.tmpl
var template string

// page returns docs/reference/detection.md. Found counts the generated secrets by the id of the detector that found
// them.
func page(figures []corpus.Figure, files []corpus.FileFigure, sets []natural, found map[string]int) string {
	types, names, notes := tables(files, sets)
	return strings.NewReplacer(
		"{{DETECTORS}}", detectors(found), "{{GROUPS}}", groups(figures), "{{MISSED}}", missed(figures),
		"{{PRECISION}}", fmt.Sprintf("%.2f", corpus.Precision(figures)),
		"{{FILES}}", types, "{{SETS}}", names, "{{NOTES}}\n", notes,
	).Replace(template)
}

func detectors(found map[string]int) string {
	var b strings.Builder
	for _, i := range detect.List() {
		source, hits := i.Source, "–"
		if strings.HasPrefix(source, "https://") {
			source = "[vendor](" + source + ")"
		}
		if found[i.ID] > 0 {
			hits = strconv.Itoa(found[i.ID])
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s |\n", i.ID, i.Title, i.Matches, source, hits)
	}
	return b.String()
}

func groups(figures []corpus.Figure) string {
	var b strings.Builder
	for _, g := range []struct {
		group   corpus.Group
		meaning string
	}{
		{corpus.Formats, "secrets in a known format"},
		{corpus.KeyNames, "secrets under a name such as password"},
		{corpus.Documents, "secrets inside documents"},
		{corpus.Harmless, "not secrets: anything reported is wrong"},
	} {
		rows, hits := 0, 0
		for _, f := range figures {
			if f.Group == g.group {
				rows, hits = rows+f.Rows, hits+f.Hits
			}
		}
		fmt.Fprintf(&b, "| %s | %d | %d | %s |\n", g.group, rows, hits, g.meaning)
	}
	return b.String()
}

// missed lists the classes with imperfect results.
func missed(figures []corpus.Figure) string {
	var b strings.Builder
	for _, f := range figures {
		want := f.Rows
		if f.Group == corpus.Harmless {
			want = 0
		}
		if f.Hits != want {
			fmt.Fprintf(&b, "- `%s` (%s): %d of %d reported\n", f.Class, f.Group, f.Hits, f.Rows)
		}
	}
	if b.Len() == 0 {
		return ""
	}
	return "\nNot perfect:\n\n" + b.String()
}
