package report

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// junit10 is what junit-10.xsd of Jenkins' xUnit plugin allows, as far as it concerns the elements that are written: an
// element's children, its attributes, and those that must be there.
var junit10 = map[string]struct {
	children, attributes, required []string
	text                           bool
}{
	"testsuites": {
		children:   []string{"testsuite"},
		attributes: []string{"name", "time", "tests", "failures", "errors"},
	},
	"testsuite": {
		children: []string{"testsuite", "properties", "testcase", "system-out", "system-err"},
		attributes: []string{
			"name", "tests", "failures", "errors", "group", "time", "skipped", "timestamp", "hostname", "id", "package",
			"file", "log", "url",
			"version",
		},
		required: []string{"name", "tests", "failures", "errors"},
	},
	"properties": {children: []string{"property"}},
	"property":   {attributes: []string{"name", "value"}, required: []string{"name", "value"}},
	"testcase": {
		children: []string{
			"skipped", "error", "failure", "rerunFailure", "rerunError", "flakyFailure", "flakyError", "system-out",
			"system-err",
		},
		attributes: []string{"name", "time", "classname", "group"}, required: []string{"name"},
	},
	"failure":    {attributes: []string{"type", "message"}, text: true},
	"error":      {attributes: []string{"type", "message"}, text: true},
	"skipped":    {attributes: []string{"type", "message"}, text: true},
	"system-out": {text: true},
	"system-err": {text: true},
}

// checkJUnit checks a document against junit10.
func checkJUnit(text string) error {
	d := xml.NewDecoder(strings.NewReader(text))
	var open []string
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		switch e := token.(type) {
		case xml.StartElement:
			name := e.Name.Local
			rule, ok := junit10[name]
			if !ok || len(open) == 0 && name != "testsuites" || len(open) > 0 &&
				!slices.Contains(junit10[open[len(open)-1]].children, name) {
				return fmt.Errorf("%s in %v", name, open)
			}
			var given []string
			for _, a := range e.Attr {
				if !slices.Contains(rule.attributes, a.Name.Local) {
					return fmt.Errorf("%s: attribute %s", name, a.Name.Local)
				}
				given = append(given, a.Name.Local)
			}
			for _, want := range rule.required {
				if !slices.Contains(given, want) {
					return fmt.Errorf("%s: want an attribute %s", name, want)
				}
			}
			open = append(open, name)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			if len(open) > 0 && !junit10[open[len(open)-1]].text && strings.TrimSpace(string(e)) != "" {
				return fmt.Errorf("text in %v", open)
			}
		}
	}
}

func TestJUnitIsValid(t *testing.T) {
	t.Parallel()
	for _, r := range []*Report{sample(), nothing(), disabled(), hostile(), New("0.1.0")} {
		if err := checkJUnit(written(t, r, JUnit, Options{})); err != nil {
			t.Error(err)
		}
	}
}

func TestJUnitCounts(t *testing.T) {
	t.Parallel()
	var got junitSuites
	if err := xml.Unmarshal([]byte(written(t, sample(), JUnit, Options{})), &got); err != nil {
		t.Fatal(err)
	}
	suites := map[string][4]int{}
	for _, s := range got.Suites {
		if s.Tests != len(s.Cases) {
			t.Errorf("%s: got %d tests, want %d", s.Name, s.Tests, len(s.Cases))
		}
		suites[s.Name] = [4]int{s.Tests, s.Failures, s.Errors, s.Skipped}
	}
	want := map[string][4]int{
		"repository .":                    {7, 2, 1, 1}, // 3 findings, 3 policies that found nothing, 1 error
		"Terraform plan plan.json":        {5, 1, 0, 0},
		"preview of acme/shop/production": {8, 2, 0, 3},
		"errors":                          {1, 0, 1, 0},
	}
	if diff := cmp.Diff(want, suites); diff != "" {
		t.Errorf("mismatch (-want +got)\n%s", diff)
	}
	if got.Failures != 5 || got.Errors != 2 {
		t.Errorf("got %d failures and %d errors", got.Failures, got.Errors)
	}
}

// Of a case with findings of several classes, none is lost.
func TestJUnitKeepsWhatIsNotItsResult(t *testing.T) {
	t.Parallel()
	r := New("0.1.0")
	r.Sources = []Source{{Name: "s", Kind: State}}
	for _, f := range []Finding{
		{Path: "a", Level: "mandatory", Message: "one"},
		{Path: "b", Level: "advisory", Message: "two"},
		{Path: "c", Level: "advisory", Message: "three", Baseline: true},
	} {
		f.Policy, f.URN = "p", "urn"
		r.Findings = append(r.Findings, f)
	}
	text := written(t, r, JUnit, Options{})
	for _, want := range []string{"one", "two", "three"} {
		if !strings.Contains(text, want) {
			t.Errorf("%s is missing in\n%s", want, text)
		}
	}
}
