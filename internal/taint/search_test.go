package taint

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/progression-labs-development/policypack/internal/fuzzing"
	"github.com/progression-labs-development/policypack/internal/race"
)

// work counts what a search looks at beyond the first reading.
func work(m *Matcher, text string) int {
	s := search{accept: m.finding}
	m.search(text, &s)
	return s.work
}

// TestLinear keeps the work for hostile texts below a few steps for each byte, and proportional to the text.
func TestLinear(t *testing.T) {
	t.Parallel()
	r := seeded(21)
	var s Secrets
	secrets := make([]string, 10_000)
	for i := range secrets {
		secrets[i] = invent(r, alnums, 32)
	}
	head := invent(r, alnums, 60)
	for i := range 2000 {
		secrets[i] = head + secrets[i] // as tokens of one issuer
	}
	for i := range 1000 { // prefixes of each other
		secrets[2000+i] = head[:20] + strings.Repeat("ab", i%50) + secrets[2000+i]
	}
	for _, v := range secrets {
		s.Add(v, password)
	}
	periodic := strings.Repeat("ab", 2000) + head
	s.Add(periodic, password)
	words := strings.Repeat("ab cd-", 700) + head
	s.Add(words, Source{Kind: Config, Path: "shop:dbPassword", Says: Secret})
	m := s.Matcher()
	cut := func(i int) string { return secrets[i][:len(secrets[i])-1] }
	for _, tt := range race.Some([]struct {
		name string
		give func(i int) string
		max  float64 // steps for each byte
	}{
		{"repeated prefix of one secret", func(int) string { return cut(7) }, 4},
		{"repeated prefix of tokens with a common head", func(int) string { return head }, 4},
		{"prefixes of all", func(i int) string { return cut(i * 7919 % 10_000) }, 4},
		{"ends of all", func(i int) string { return secrets[i*7919%10_000][1:] }, 4},
		{"a period of a secret", func(int) string { return "ab" }, 4},
		{"a period of words", func(int) string { return words[:len(words)-1] + " " }, 4},
		{"a period and what follows", func(int) string { return periodic[:len(periodic)-1] }, 4},
		{
			"base64 of prefixes",
			func(i int) string { return base64.RawStdEncoding.EncodeToString([]byte(cut(i * 7919 % 10_000))) }, 6,
		},
		{"hex of prefixes", func(i int) string { return hex.EncodeToString([]byte(cut(i * 7919 % 10_000))) }, 6},
		{"secrets", func(i int) string { return secrets[i*7919%10_000] }, 4},
		{"escapes", func(int) string { return `\\\\\\\\%25%25` }, 4},
	}) {
		t.Run(tt.name, func(t *testing.T) {
			size := 100 << 10
			if tt.name == "repeated prefix of one secret" {
				size = 1 << 20
			}
			var b strings.Builder
			i := 0
			grow := func(n int) int {
				for ; b.Len() < n; i++ {
					b.WriteString(tt.give(i))
				}
				return work(m, b.String())
			}
			small := grow(size)
			big := grow(5 * size)
			if got := float64(big) / float64(b.Len()); got > tt.max {
				t.Errorf("mismatch: got %.1f steps for each byte, want at most %.1f", got, tt.max)
			}
			if small > 1000 && big > 7*small {
				t.Errorf("not linear: %d steps for a fifth of the text, %d for all", small, big)
			}
		})
	}
}

// TestCommonGrams bounds the work when ordinary values, whose grams are in every text, are known and do not count.
func TestCommonGrams(t *testing.T) {
	t.Parallel()
	r := seeded(22)
	var s Secrets
	for i := range 5000 {
		s.Add(fmt.Sprintf("production-orders-%d", i), password)
		s.Add(words(r, 50), password)
	}
	text := words(r, 1<<18)
	if got := float64(work(s.Matcher(), text)) / float64(len(text)); got > 4 {
		t.Errorf("mismatch: got %.1f steps for each byte", got)
	}
}

func TestPrintsNothing(t *testing.T) {
	t.Parallel()
	secret := invent(seeded(23), alnums, 32)
	s, texts := new(Secrets), new(Texts)
	s.Add(secret, password)
	texts.Add("urn", []any{"a"}, secret)
	m := s.Matcher()
	type holder struct {
		Exported []any
		secrets  *Secrets
		matcher  *Matcher
		texts    *Texts
		inline   struct {
			secrets Secrets
			texts   Texts
		}
	}
	h := &holder{Exported: []any{s, m, texts, m.values[0]}, secrets: s, matcher: m, texts: texts}
	h.inline.secrets.Add(secret, password)
	h.inline.texts.Add("urn", nil, secret)
	var log strings.Builder
	logger := slog.New(slog.NewTextHandler(&log, nil))
	asJSON := slog.New(slog.NewJSONHandler(&log, nil))
	for _, v := range []any{s, m, texts, m.values[0], h, []any{s, h}, map[string]any{"s": s, "m": m, "t": texts}} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
			if got := fmt.Sprintf(verb, v); strings.Contains(got, secret) ||
				strings.Contains(got, hex.EncodeToString([]byte(secret))) {
				t.Errorf("%s of %T prints the value", verb, v)
			}
		}
		if b, err := json.Marshal(v); err == nil && strings.Contains(string(b), secret) {
			t.Errorf("JSON of %T holds the value", v)
		}
		logger.Info("x", "v", v)
		asJSON.Info("x", "v", v)
	}
	if strings.Contains(log.String(), secret) {
		t.Error("a log line holds the value")
	}
	for _, v := range []any{s, m, texts} {
		if got := fmt.Sprintf("%v %+v %#v", v, v, v); got != strings.Repeat(silence+" ", 2)+silence {
			t.Errorf("%T: mismatch: got %s", v, got)
		}
		if b, err := json.Marshal(v); err != nil || string(b) != `"`+silence+`"` {
			t.Errorf("%T: JSON: got %s, %v", v, b, err)
		}
	}
}

func TestConcurrent(t *testing.T) {
	t.Parallel()
	var names Names
	s := NewSecrets(&names)
	var texts Texts
	var group sync.WaitGroup
	for w := range 4 {
		group.Go(func() {
			r := seeded(uint64(30 + w))
			for i := range 500 {
				secret := invent(r, alnums, 24)
				s.Add(secret, Source{Kind: Input, URN: fmt.Sprint(w, i), Path: "p"})
				names.Excuse(fmt.Sprint("name", i))
				texts.Add("urn", []any{"p", i}, "text "+secret)
				if !s.Matcher().Contains("text " + secret) {
					t.Error("not found")
					return
				}
			}
		})
	}
	group.Wait()
	found := 0
	m := s.Matcher()
	texts.Each(func(text string, _ []Place) { found += len(m.Find(text)) })
	if found != 2000 {
		t.Errorf("mismatch: got %d, want 2000", found)
	}
}

func TestTexts(t *testing.T) {
	t.Parallel()
	r := seeded(24)
	a, b, c := invent(r, alnums, 20), invent(r, alnums, 20), invent(r, alnums, 30)
	var s Secrets
	s.Add(c, password)
	texts := NewTexts(len(a)+len(b)+10, s.Matcher)
	path := []any{"tags", "x"}
	texts.Add("u2", path, a)
	path[1] = 3
	texts.Add("u1", path, a)
	texts.Add("u1", []any{"z"}, a)
	texts.Add("u1", nil, "short")
	texts.Add("u3", []any{"big"}, "it is "+c)
	texts.Add("u3", []any{"late"}, b)
	texts.Add("u0", []any{"big"}, strings.Repeat("x", 100))
	got := map[string][]Place{}
	texts.Each(func(text string, places []Place) { got[text] = places })
	want := map[string][]Place{
		a: {{"u1", []any{"tags", 3}}, {"u1", []any{"z"}}, {"u2", []any{"tags", "x"}}},
		b: {{"u3", []any{"late"}}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("texts: mismatch (-want +got):\n%s", diff)
	}
	over := []Overflow{ // not u0, which has no hits
		{Place: Place{"u3", []any{"big"}}, Hits: []Hit{{From: password, Start: 6, End: 36, Form: FormContained}}},
	}
	if diff := cmp.Diff(over, texts.Overflow()); diff != "" {
		t.Errorf("overflow: mismatch (-want +got):\n%s", diff)
	}
}

func FuzzFind(f *testing.F) {
	r := seeded(25)
	for _, form := range forms {
		secret := invent(r, alnums+symbols, 24)
		f.Add(secret, "prefix-"+secret, form.give(secret, "a ", " b"))
	}
	f.Add("", "\\u00", "%4")
	f.Fuzz(func(t *testing.T, one, two, text string) {
		defer fuzzing.Watch(t, len(one)+len(two)+len(text))()
		var s Secrets
		var strong []string
		for _, v := range []string{one, two, one + two} {
			if s.Add(v, password); strengthOf(strings.TrimSpace(v), password) == anywhere &&
				s.Matcher().Contains("x"+strings.TrimSpace(v)+"x") {
				strong = append(strong, strings.TrimSpace(v))
			}
		}
		m := s.Matcher()
		for _, text := range []string{text, text + one + text, two + text} {
			hits := m.Find(text)
			at := 0
			for _, h := range hits {
				if h.Start < at || h.End <= h.Start || h.End > len(text) {
					t.Fatalf("span %d-%d after %d in a text of %d", h.Start, h.End, at, len(text))
				}
				at = h.End
			}
			raw := false
			for _, h := range hits {
				raw = raw || h.Form == FormContained || h.Form == FormEqual
			}
			want := false
			for _, v := range strong {
				for i := 0; ; {
					j := strings.Index(text[i:], v)
					if j < 0 {
						break
					}
					want = true
					covered := false
					for _, h := range hits {
						covered = covered || h.Start <= i+j && i+j+len(v) <= h.End
					}
					if !covered {
						t.Fatalf("%q at %d of %q is in no hit", v, i+j, text)
					}
					i += j + 1
				}
			}
			if raw && !want && strings.TrimSpace(text) != strings.TrimSpace(one) &&
				strings.TrimSpace(text) != strings.TrimSpace(two) &&
				strings.TrimSpace(text) != strings.TrimSpace(one+two) && !strings.Contains(one+two, "=") &&
				!strings.Contains(one+two, "://") && utf8.ValidString(one+two) && len(one+two)%4 != 0 && len(one)%4 != 0 && len(two)%4 != 0 {
				t.Fatalf("found a value that is not there: %+v in %q", hits, text)
			}
			m.Origins(text)
			if scrubbed := m.Scrub(text); len(hits) > 0 && scrubbed == text && !strings.Contains(one+two, "://") {
				t.Fatal("found and not scrubbed")
			}
		}
	})
}
