package facts

import (
	"cmp"
	"encoding/base64"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/progression-labs-development/policypack/internal/detect"
	"github.com/progression-labs-development/policypack/internal/taint"
)

// redacted replaces the spans, which may overlap, with the marker.
func redacted(s string, spans []span) string {
	if len(spans) == 0 {
		return s
	}
	spans = slices.SortedFunc(slices.Values(spans), func(a, b span) int {
		return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(a.end, b.end))
	})
	var b strings.Builder
	end := 0
	for _, sp := range spans {
		if sp.start < end {
			end = max(end, sp.end)
			continue
		}
		b.WriteString(s[end:sp.start])
		b.WriteString(SecretMarker)
		end = sp.end
	}
	b.WriteString(s[min(end, len(s)):])
	return b.String()
}

// redactions returns the spans of the resource's findings, by path.
func (r *Resource) redactions() map[string][]span {
	if len(r.Findings) == 0 && len(r.hidden) == 0 {
		return nil
	}
	all := map[string][]span{}
	for i := range r.Findings {
		at := r.Findings[i].Path.String()
		all[at] = append(all[at], r.Findings[i].spans...)
	}
	for i := range r.hidden {
		at := r.hidden[i].Path.String()
		all[at] = append(all[at], r.hidden[i].spans...)
	}
	return all
}

// copies returns a matcher for the values found in the resource, or nil.
func (r *Resource) copies() *taint.Matcher {
	if r.values == nil {
		return nil
	}
	return r.values.Matcher()
}

// shown returns a name of the resource with the found values hidden.
func (r *Resource) shown(name string) string {
	if r.values == nil {
		return name
	}
	return r.values.Matcher().Scrub(name)
}

// keep records what was found in a text of the resource, so that its copies are hidden too, and returns the spans to
// hide in the text.
func (r *Resource) keep(run *Run, d *detect.Detector, text string, matches []detect.Match) []span {
	if len(matches) == 0 {
		return nil
	}
	spans := spansOf(text, matches)
	for _, s := range spans {
		r.remembered(run, d, text[s.start:s.value], text[s.start:s.end], 0)
	}
	return spans
}

func spansOf(text string, matches []detect.Match) []span {
	spans := make([]span, len(matches))
	for i, e := range detect.Extents(text, matches) {
		spans[i] = span{e.Start, e.End, matches[i].End}
	}
	return spans
}

const (
	minCopy = 6        // bytes of a value whose copies are hidden; a shorter one may be in any text
	maxCopy = 16 << 10 // longer values are documents
	maxCuts = 16
	// ends are the characters at which a value may end even if the detector continued past them.
	ends   = " \t\r\n&;," + quotes
	quotes = "\"'`"
)

// remembered adds a found value, both as recognised and with its possible continuation.
func (r *Resource) remembered(run *Run, d *detect.Detector, value, whole string, depth int) {
	if r.values == nil {
		r.values = run.newSecrets()
	}
	add := func(text string) {
		if text = strings.Trim(text, " \t\r\n"+quotes); len(text) >= minCopy && len(text) <= maxCopy {
			r.values.Add(text, taint.Source{Kind: taint.Input})
			run.found.Add(text, taint.Source{Kind: taint.Input})
		}
	}
	add(value)
	add(whole)
	for i, cuts := minCopy, 0; i < min(len(whole), maxCopy) && cuts < maxCuts; i++ {
		if joins(whole[i]) {
			add(whole[:i])
			cuts++
		}
	}
	for i, cuts := 0, 0; i < min(len(value), maxCopy)-minCopy && cuts < maxCuts; i++ {
		if joins(value[i]) {
			add(value[i+1:])
			cuts++
		}
	}
	if depth > 3 {
		return
	}
	for _, text := range decodings(whole) {
		matches := d.Find(text, detect.Evidence{})
		if len(matches) == 0 {
			r.remembered(run, d, text, text, depth+1)
		}
		for _, s := range spansOf(text, matches) {
			r.remembered(run, d, text[s.start:s.value], text[s.start:s.end], depth+1)
		}
	}
}

// joins reports whether the byte is not part of a word, so that a value may begin or end there.
func joins(c byte) bool {
	return c < '0' || c > '9' && c < 'A' || c > 'Z' && c < 'a' || c > 'z' && c < 0x80
}

// decodings returns the decoded forms of an encoded value.
func decodings(value string) []string {
	var texts []string
	if strings.IndexByte(value, '\\') >= 0 {
		if text, err := strconv.Unquote(`"` + value + `"`); err == nil && text != value {
			texts = append(texts, text)
		}
	}
	if strings.IndexByte(value, '%') >= 0 {
		if text, err := url.PathUnescape(value); err == nil && text != value {
			texts = append(texts, text)
		}
	}
	for _, doubled := range [...]string{"''", `""`} { // in YAML, SQL and connection strings
		if strings.Contains(value, doubled) {
			texts = append(texts, strings.ReplaceAll(value, doubled, doubled[:1]))
		}
	}
	if strings.IndexByte(value, '\n') >= 0 {
		texts = append(texts, unwrapped(value, " "), unwrapped(value, ""))
	}
	packed := strings.NewReplacer("\r", "", "\n", "", " ", "").Replace(strings.TrimRight(value, "="))
	for _, code := range [...]*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
		if raw, err := code.DecodeString(packed); err == nil && len(raw) >= minCopy && utf8.Valid(raw) {
			texts = append(texts, string(raw))
			break
		}
	}
	return texts
}

// unwrapped joins the lines of a value that continues on the next lines, after a backslash or indented.
func unwrapped(value, between string) string {
	var b strings.Builder
	for line := range strings.SplitSeq(value, "\n") {
		line = strings.Trim(line, " \t\r")
		if b.Len() > 0 {
			b.WriteString(between)
		}
		b.WriteString(strings.TrimSuffix(line, "\\"))
	}
	return b.String()
}

// copies adds the spans of further occurrences in the text of the values that were found in it. A value found several
// times is searched for once.
func copies(text string, spans []span) []span {
	all := spans
	type searched struct{ value, whole string }
	done := map[searched]bool{}
	for _, s := range spans {
		for s.start < s.value && strings.IndexByte(quotes, text[s.start]) >= 0 {
			s.start++
		}
		whole := text[s.start:s.end]
		if len(whole) < minCopy {
			continue
		}
		value := text[s.start:max(s.value, s.start+minCopy)]
		if cut := strings.IndexAny(value[minCopy:], ends); cut >= 0 {
			value = value[:minCopy+cut]
		}
		if done[searched{value, whole}] {
			continue
		}
		done[searched{value, whole}] = true
		for at := 0; ; {
			i := strings.Index(text[at:], value)
			if i < 0 {
				break
			}
			i += at
			at = i + len(value)
			for at < len(text) && at-i < len(whole) && text[at] == whole[at-i] {
				at++
			}
			if i != s.start {
				all = append(all, span{i, at, at})
			}
		}
	}
	return all
}
