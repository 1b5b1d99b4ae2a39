package report

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
)

func TestMarkdownFits(t *testing.T) {
	t.Parallel()
	for _, n := range []int{1, 60, 3000} {
		for _, limit := range []int{0, 4096} {
			r := sample()
			for i := range n {
				r.Findings = append(r.Findings, Finding{
					Policy: "secret-name", Source: "preview", URN: fmt.Sprintf("urn:pulumi:a::b::c::secret-%d", i),
					Name:  fmt.Sprintf("secret-%d", i),
					Level: "mandatory", Severity: "medium",
					Message: strings.Repeat("The name of this secret does not follow the template. ", 4),
				})
			}
			text := written(t, r, Markdown, Options{Limit: limit})
			if limit == 0 {
				limit = MaxComment
			}
			if len(text) > limit {
				t.Errorf("%d findings: got %d bytes, want at most %d", n, len(text), limit)
			}
			if open, closed := strings.Count(text, "<details"), strings.Count(text, "</details>"); open != closed {
				t.Errorf("%d findings: %d details are opened and %d closed", n, open, closed)
			}
			shown := strings.Count(text, "<p><code>") // each finding and error begins so
			omitted := 0
			if m := regexp.MustCompile(`\*\*(\d+) entr(y|ies) not shown here`).FindStringSubmatch(text); m != nil {
				_, _ = fmt.Sscan(m[1], &omitted)
			}
			if want := len(r.Findings) + len(r.Errors); shown+omitted < want {
				t.Errorf("%d findings: %d are shown and %d said to be left out, want %d together", n, shown, omitted,
					want)
			}
		}
	}
}

// Whatever a name looks like, GitHub makes nothing of it: what is not in an element in which it looks for nothing has
// no character that would mean something.
func TestMarkdownIsNothingButText(t *testing.T) {
	t.Parallel()
	text := written(t, hostile(), Markdown, Options{Limit: MaxSummary})
	own := regexp.MustCompile(`\[(<code>[^<]*</code>)\]\(https://github\.com/(?:progression-labs-development/[^)]*|` +
		`acme/shop/blob/5c6f0e1/[\w./-]+#L\d+)\)`)
	text = own.ReplaceAllString(text, "$1")
	text = regexp.MustCompile(`<code>[^<]*</code>`).ReplaceAllStringFunc(text, func(s string) string {
		if inner := s[len("<code>") : len(s)-len("</code>")]; regexp.MustCompile(
			"[\\[\\]()*_`~|!@<>\"'\\\\]|://|www\\.").MatchString(inner) {
			t.Errorf("not escaped: %s", s)
		}
		return ""
	})
	for _, bad := range []string{"@", "acme/shop", "://", "<script", "<img", "[", "octocat", "GH-3", "www."} {
		if i := strings.Index(text, bad); i >= 0 {
			t.Errorf("%s stands outside of code: %s", bad, text[max(0, i-60):min(len(text), i+60)])
		}
	}
	for tag := range strings.SplitSeq(text, "<") {
		name := strings.Trim(
			strings.FieldsFunc(tag+" ", func(c rune) bool { return c == '>' || c == ' ' || c == '\n' })[0], "/")
		if _, _, ok := strings.Cut(tag, ">"); ok &&
			!contains([]string{"details", "summary", "p", "b", "sub", "br", "blockquote"}, name) &&
			!strings.HasPrefix(tag, "###") {
			t.Errorf("an element: <%s", tag)
		}
	}
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "|") && strings.Count(line, "|") != 5 {
			t.Errorf("want four cells: %s", line)
		}
	}
}

func TestProse(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, give, want string }{
		{"words", "A password stands at a.b.", "A password stands at a.b."},
		{"code", "Its name tells: `DB_PASSWORD`.", "Its name tells: <code>DB&#95;PASSWORD</code>."},
		{"a backquote alone", "a ` b", "a &#96; b"},
		{"a mention", "ask @octocat now", "ask <code>&#64;octocat</code> now"},
		{"an issue", "see acme/shop#2", "see <code>acme/shop&#35;2</code>"},
		{"a commit", "at 0123456789abcdef.", "at <code>0123456789abcdef.</code>"},
		{"a page", "see https://evil.example", "see <code>https&#58;//evil.example</code>"},
		{"a page without a scheme", "see www.evil.example", "see www&#46;evil.example"},
		{"an element", "<b>x</b>", "&#60;b&#62;x&#60;/b&#62;"},
	} {
		if got := prose(tt.give); got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.name, got, tt.want)
		}
	}
}
