package formats_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/progression-labs-development/policypack/internal/detect"
	"github.com/progression-labs-development/policypack/internal/detect/formats"
)

// seeds is how many samples of each kind are tried.
const seeds = 20

func maker(seed uint64) formats.Maker { return formats.Maker{Rand: rand.New(rand.NewPCG(seed, 1))} }

// Every format is whole, and its samples hold for many values of its shape.
func TestFormats(t *testing.T) {
	d, err := detect.New(detect.Options{ExtraPatterns: []string{`ACME-[0-9]{6}`}})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range formats.All() {
		t.Run(f.ID, func(t *testing.T) {
			for _, s := range lacks(f) {
				t.Error(s)
			}
			for _, s := range unproven(d, f) {
				t.Error(s)
			}
		})
	}
}

// lacks says in sentences what is missing of a format.
func lacks(f *formats.Format) (missing []string) {
	say := func(bad bool, format string, args ...any) {
		if bad {
			missing = append(missing, fmt.Sprintf("format %q ", f.ID)+fmt.Sprintf(format, args...))
		}
	}
	say(!regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)+$|^[a-z]+$`).MatchString(f.ID),
		"has no ID of small letters and dashes, such as github-token")
	say(!regexp.MustCompile(`^(a|an|the) `).MatchString(f.Title),
		`has no Title that ends the sentence "this is …", such as "a GitHub token"`)
	say(f.Matches == "", "has no Matches: say in words what it matches")
	page := strings.HasPrefix(f.Source, "https://") || strings.HasPrefix(f.Source, "RFC ")
	say(!page && (f.Source == "" || f.By == ""), "has no Source: give the URL of the vendor's page, or the RFC")
	say(!slices.Contains([]string{"", "aws", "gcp", "azure"}, f.Cloud),
		"has the Cloud %q: expected aws, gcp, azure or none", f.Cloud)
	say(len(f.Forms) == 0 && f.By == "", "has no Forms: give an Anchor and a Test for each way in which it is written")
	say(len(f.Forms) > 0 && f.By != "", "has both Forms and By: drop By, which is for what has no form")
	for _, form := range f.Forms {
		say(len(form.Anchor) < 3, "has the Anchor %q: give three bytes or more, which stand in every such secret",
			form.Anchor)
		say(form.Test == nil, "has no Test for the Anchor %q: see find.go for those of tokens", form.Anchor)
	}
	if say(f.Samples == nil,
		"has no Samples: give some that it must find and others that it must leave alone"); f.Samples != nil {
		s := f.Samples(maker(0))
		say(len(s.True) == 0, "has no true Samples: give some that it must find")
		say(len(s.False) == 0, "has no false Samples: give some that a careless test would take")
	}
	return missing
}

// unproven says in sentences which samples do not hold, and which forms none of them proves.
func unproven(d *detect.Detector, f *formats.Format) (wrong []string) {
	if f.Samples == nil {
		return nil
	}
	proven := make([]bool, len(f.Forms))
	for seed := range uint64(seeds) {
		samples := f.Samples(maker(seed))
		for i, s := range samples.True {
			if !found(d, f.ID, s) {
				wrong = append(wrong,
					fmt.Sprintf("format %q, seed %d: the true sample %d (%s) is not found", f.ID, seed, i, s.Name))
			}
			for j, form := range f.Forms {
				proven[j] = proven[j] || form.Test != nil && finds(form, s.Text)
			}
		}
		for i, s := range samples.False {
			if found(d, f.ID, s) {
				wrong = append(wrong,
					fmt.Sprintf("format %q, seed %d: the false sample %d (%s) is found", f.ID, seed, i, s.Name))
			}
		}
	}
	for j, form := range f.Forms {
		if !proven[j] {
			wrong = append(wrong,
				fmt.Sprintf("format %q has no true sample that the Anchor %q and its Test find", f.ID, form.Anchor))
		}
	}
	return wrong
}

func found(d *detect.Detector, id string, s formats.Sample) bool {
	return slices.ContainsFunc(d.Find(s.Text, detect.Evidence{Name: s.Name, Meaning: s.Place}),
		func(m detect.Match) bool { return m.Detector == id })
}

// finds reports whether the form alone finds something in the text.
func finds(form formats.Form, text string) bool {
	var c formats.Cursor
	c.Enter(text)
	for i := range text {
		if strings.HasPrefix(text[i:], form.Anchor) {
			if _, end := form.Test(&c, i, i+len(form.Anchor)); end > 0 {
				return true
			}
		}
	}
	return false
}

// The checks of a format fail for what is left out, each with a sentence.
func TestLacks(t *testing.T) {
	whole := func() *formats.Format {
		all := formats.All()
		return all[slices.IndexFunc(all, func(f *formats.Format) bool { return f.ID == "npm-token" })]
	}
	if got := lacks(whole()); len(got) > 0 {
		t.Fatalf("a whole format lacks %q", got)
	}
	for _, tt := range []struct {
		name string
		drop func(*formats.Format)
		want string
	}{
		{"id", func(f *formats.Format) { f.ID = "" }, "has no ID"},
		{"title", func(f *formats.Format) { f.Title = "npm" }, "has no Title"},
		{"words", func(f *formats.Format) { f.Matches = "" }, "has no Matches"},
		{"source", func(f *formats.Format) { f.Source = "" }, "has no Source"},
		{"forms", func(f *formats.Format) { f.Forms = nil }, "has no Forms"},
		{"anchor", func(f *formats.Format) { f.Forms = []formats.Form{{Test: f.Forms[0].Test}} }, `has the Anchor ""`},
		{"test", func(f *formats.Format) { f.Forms = []formats.Form{{Anchor: "npm_"}} }, "has no Test"},
		{"samples", func(f *formats.Format) { f.Samples = nil }, "has no Samples"},
		{"true samples", func(f *formats.Format) { f.Samples = only(f.Samples, false) }, "has no true Samples"},
		{"false samples", func(f *formats.Format) { f.Samples = only(f.Samples, true) }, "has no false Samples"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := whole()
			tt.drop(f)
			if got := lacks(f); len(got) != 1 || !strings.Contains(got[0], tt.want) {
				t.Errorf("got %q, want one sentence with %q", got, tt.want)
			}
		})
	}
	d, err := detect.New(detect.Options{})
	if err != nil {
		t.Fatal(err)
	}
	f := whole()
	f.Forms = append(f.Forms, formats.Form{Anchor: "npmx_", Test: f.Forms[0].Test})
	f.Samples = func(m formats.Maker) formats.Samples {
		s := whole().Samples(m)
		return formats.Samples{True: s.True[:1], False: s.False[:1]}
	}
	want := []string{`format "npm-token" has no true sample that the Anchor "npmx_" and its Test find`}
	if diff := cmp.Diff(want, unproven(d, f)); diff != "" {
		t.Errorf("a form that no sample proves: mismatch (-want +got)\n%s", diff)
	}
	f.Forms = f.Forms[:1]
	f.Samples = func(m formats.Maker) formats.Samples {
		s := whole().Samples(m)
		return formats.Samples{True: s.False[:1], False: s.True[:1]}
	}
	if got := unproven(d, f); len(got) != 2*seeds+1 {
		t.Errorf("samples the other way round: %d sentences, want %d", len(got), 2*seeds+1)
	}
}

// only returns one kind of the samples.
func only(samples func(formats.Maker) formats.Samples, right bool) func(formats.Maker) formats.Samples {
	return func(m formats.Maker) formats.Samples {
		if s := samples(m); right {
			return formats.Samples{True: s.True}
		} else {
			return formats.Samples{False: s.False}
		}
	}
}

// Together the formats fit into the index, and none is said twice.
func TestAll(t *testing.T) {
	ids, anchors := map[string]bool{}, map[string]string{}
	forms := 0
	for _, f := range formats.All() {
		if ids[f.ID] {
			t.Errorf("two formats have the ID %q", f.ID)
		}
		ids[f.ID] = true
		for _, form := range f.Forms {
			if other, ok := anchors[form.Anchor]; ok {
				t.Errorf("formats %q and %q have the same Anchor %q: put both ways into one test", other, f.ID,
					form.Anchor)
			}
			anchors[form.Anchor] = f.ID
			forms++
		}
	}
	if forms > formats.MaxForms {
		t.Errorf("%d forms: the index holds %d; make its entries uint16", forms, formats.MaxForms)
	}
}

// A method of known that is not listed would be a format that nobody finds.
func TestEveryMethodIsListed(t *testing.T) {
	list, err := os.ReadFile("all.go")
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`(?m)^func \(\w* ?known\) (\w+)\(`).FindAllSubmatch(text, -1) {
			if !bytes.Contains(list, []byte("k."+string(m[1])+"(),")) {
				t.Errorf("the format %s of %s is not in all.go: run make generate", m[1], file)
			}
		}
	}
}
