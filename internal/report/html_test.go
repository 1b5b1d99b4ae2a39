package report

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// The page needs nothing from elsewhere, and what is in it by name can be nothing but text.
func TestHTMLIsSelfContained(t *testing.T) {
	t.Parallel()
	blob := regexp.MustCompile(`^https://github\.com/acme/shop/blob/5c6f0e1/[\w./-]+#L\d+$`)
	for _, r := range []*Report{sample(), nothing(), disabled(), hostile()} {
		text := written(t, r, HTML, Options{})
		for _, bad := range []string{"<link", "@import", "url(", "<iframe", "<script>alert", "<img", " src=\""} {
			if i := strings.Index(text, bad); i >= 0 {
				t.Errorf("%s: %s", bad, text[max(0, i-60):min(len(text), i+60)])
			}
		}
		if n := strings.Count(text, "<script>"); n != 1 {
			t.Errorf("got %d scripts, want 1", n)
		}
		for _, link := range regexp.MustCompile(`href="([^"]*)"`).FindAllStringSubmatch(text, -1) {
			if !strings.HasPrefix(link[1], "https://github.com/progression-labs-development/") &&
				!strings.HasPrefix(link[1], "#") && !blob.MatchString(link[1]) {
				t.Errorf("a link to %s", link[1])
			}
		}
	}
}

func TestHTMLOfAPolicyWithABadLink(t *testing.T) {
	t.Parallel()
	r := sample()
	for i := range r.Policies {
		r.Policies[i].URL = "javascript:alert(1)"
	}
	if text := written(t, r, HTML, Options{}); strings.Contains(text, "javascript:") {
		t.Error("the link is there")
	}
}

// Every text of the page can be read: 4.5 to 1 on every ground that it stands on, in both schemes (WCAG 2.2, 1.4.3).
func TestHTMLContrast(t *testing.T) {
	t.Parallel()
	variables, _, _ := strings.Cut(pageStyle, "* {")
	light, dark, _ := strings.Cut(variables, "@media (prefers-color-scheme: dark)")
	for scheme, css := range map[string]string{"light": light, "dark": dark} {
		value := map[string]float64{"white": 1}
		for _, m := range regexp.MustCompile(`--([a-z]+): #([0-9a-f]{3,6});`).FindAllStringSubmatch(css, -1) {
			value[m[1]] = luminance(m[2])
		}
		pairs := [][2]string{{"white", "ok"}, {"white", "failed"}, {"white", "partial"}}
		for _, text := range []string{
			"ink", "soft", "link", "violation", "advisory", "undecided", "exempted",
			"baseline",
		} {
			for _, ground := range []string{"paper", "card", "wash"} {
				pairs = append(pairs, [2]string{text, ground})
			}
		}
		for _, p := range pairs {
			a, okA := value[p[0]]
			b, okB := value[p[1]]
			if ratio := (max(a, b) + .05) / (min(a, b) + .05); !okA || !okB || ratio < 4.5 {
				t.Errorf("%s: %s on %s: got %.2f, want 4.5", scheme, p[0], p[1], ratio)
			}
		}
	}
}

// luminance is the relative luminance of a colour, as WCAG defines it.
func luminance(hex string) float64 {
	if len(hex) == 3 {
		hex = fmt.Sprintf("%c%c%c%c%c%c", hex[0], hex[0], hex[1], hex[1], hex[2], hex[2])
	}
	var sum float64
	for i, weight := range []float64{.2126, .7152, .0722} {
		n, _ := strconv.ParseUint(hex[2*i:2*i+2], 16, 8)
		c := float64(n) / 255
		if c <= .04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+.055)/1.055, 2.4)
		}
		sum += weight * c
	}
	return sum
}
