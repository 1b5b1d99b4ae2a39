package report

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/progression-labs-development/policypack/internal/place"
)

// evil is a name that tries everything: to steer a terminal, to turn the direction of a text, to be a command of a
// runner, a link, a mention, a reference, an element, a script.
const evil = "x\x1b[31m\x07\u202e\u200b\u3164\x00\xff\n::error::pwned\n##[add-mask]x\r@octocat #1 acme/shop#2 GH-3 " +
	"0123456789012345678901234567890123456789 [a](https://evil.example) ![b](https://evil.example/p.png) " +
	"https://evil.example www.evil.example " +
	"<script>alert(1)</script><img src=x onerror=alert(1)> </pre></code></details> \"'`|*_~\\ ]]> &amp; " +
	"%0A::warning::x {{.}} \U000e0041"

// hostile is a report in which every name from outside is evil.
func hostile() *Report {
	r := sample()
	for i := range r.Findings {
		f := &r.Findings[i]
		f.Message = "A secret of " + evil + " stands in plaintext.\nMore: `" + evil + "`\n" + evil
		if f.File != "" {
			f.File += evil
			f.URN = "file:" + f.File
			continue
		}
		f.URN += evil
		f.Name += evil
		f.Path += evil
		f.Type += evil
		if f.Address != "" {
			f.Address += evil
			f.Attribute = evil
		}
	}
	for i := range r.Sources {
		s := &r.Sources[i]
		s.Project, s.Stack, s.File = evil, evil, s.File+evil
		s.NotChecked = append(s.NotChecked, Count{What: "file" + evil, Count: 1, Reason: evil, Example: evil})
	}
	for i := range r.Errors {
		r.Errors[i].File, r.Errors[i].Message = evil, evil
	}
	r.Notes = append(r.Notes, Note{"preview", evil})
	return r
}

func TestNoFormPassesOnWhatIsNotShown(t *testing.T) {
	t.Parallel()
	for _, f := range Formats() {
		for _, color := range []bool{false, true} {
			text := written(t, hostile(), f, Options{Color: color})
			if f == Text && color {
				for _, s := range []style{bold, dim, red, green, yellow, cyan} {
					text = strings.ReplaceAll(text, "\x1b["+string(s)+"m", "")
				}
				text = strings.ReplaceAll(text, "\x1b[0m", "")
			}
			for i, c := range text {
				if c != '\n' && place.Hidden(c) || c == '\ufffd' {
					t.Fatalf("%s: %U at %q", f, c, text[max(0, i-20):i])
				}
			}
		}
	}
}

func TestNoLineIsACommandOfTheRunner(t *testing.T) {
	t.Parallel()
	for _, f := range Formats() {
		for line := range strings.Lines(written(t, hostile(), f, Options{})) {
			command := strings.HasPrefix(strings.TrimLeft(line, " \t"), "::")
			if f == GitHub && command {
				level, rest, _ := strings.Cut(strings.TrimSpace(line)[2:], " ")
				if level != "error" && level != "warning" && level != "notice" || !strings.Contains(rest, "title=") {
					t.Errorf("%s: an unexpected command: %s", f, line)
				}
				continue
			}
			// The other forms are files; text alone is printed.
			if f == Text && command || f == GitHub && strings.Contains(line, "##[") || f == Text &&
				strings.Contains(line, "##[") {
				t.Errorf("%s: a command: %s", f, line)
			}
		}
	}
}

// What programs read keeps its names, so that a baseline is about the resources that are meant.
func TestJSONKeepsNames(t *testing.T) {
	t.Parallel()
	r := hostile()
	var got struct {
		Findings []struct{ URN, Path string } `json:"findings"`
	}
	if err := json.Unmarshal([]byte(written(t, r, JSON, Options{})), &got); err != nil {
		t.Fatal(err)
	}
	for i, f := range r.complete().Findings {
		want := strings.ToValidUTF8(f.URN, "\ufffd")
		if diff := cmp.Diff(want, got.Findings[i].URN); diff != "" {
			t.Errorf("mismatch (-want +got)\n%s", diff)
		}
	}
}
