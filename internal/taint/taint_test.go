package taint

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	lower   = "abcdefghijklmnopqrstuvwxyz"
	upper   = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	digit   = "0123456789"
	alnums  = lower + upper + digit
	symbols = "!@#$%&*()-_=+[]{}<>:?"
	token64 = alnums + "+/"
)

var (
	password = Source{Kind: Config, Path: "shop:dbPassword"}
	issued   = Source{
		Kind: Generator,
		URN:  "urn:pulumi:production::shop::random:index/randomPassword:RandomPassword::db", Path: "result",
	}
)

// invent returns n random characters that count anywhere.
func invent(r *rand.Rand, alphabet string, n int) string {
	for {
		b := make([]byte, n)
		for i := range b {
			b[i] = alphabet[r.IntN(len(alphabet))]
		}
		if strengthOf(string(b), password) == anywhere {
			return string(b)
		}
	}
}

// Contains reports whether a text holds something that counts under any name.
func (m *Matcher) Contains(text string) bool {
	return slices.ContainsFunc(m.Find(text), func(h Hit) bool { return !h.Default })
}

func seeded(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 7)) }

// forms are the ways in which a secret is written into texts.
var forms = []struct {
	name string
	form string
	give func(secret, before, after string) string
}{
	{"alone", FormEqual, func(s, _, _ string) string { return s }},
	{"alone on a line", FormEqual, func(s, _, _ string) string { return s + "\n" }},
	{"in a text", FormContained, func(s, b, a string) string { return b + s + a }},
	{"base64", FormBase64, func(s, _, _ string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }},
	{
		"base64 without padding for URLs", FormBase64,
		func(s, _, _ string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) },
	},
	{
		"base64 of a longer text", FormBase64,
		func(s, b, a string) string { return base64.StdEncoding.EncodeToString([]byte(b + s + a)) },
	},
	{"base64 of a longer text, one on", FormBase64, func(s, b, a string) string {
		return base64.StdEncoding.EncodeToString([]byte("x" + b + s + a))
	}},
	{"base64 of a longer text, two on", FormBase64, func(s, b, a string) string {
		return base64.URLEncoding.EncodeToString([]byte("xy" + b + s + a))
	}},
	{"base64 in lines", FormBase64, func(s, b, a string) string {
		text := base64.StdEncoding.EncodeToString([]byte(strings.Repeat(b, 9) + s + a))
		return strings.Join(slices.Collect(chunks(text, 76)), "\r\n")
	}},
	{"base64 in a text", FormBase64, func(s, b, a string) string {
		return "Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte(b+s)) + " " + a
	}},
	{"hex", FormHex, func(s, _, _ string) string { return hex.EncodeToString([]byte(s)) }},
	{
		"hex in capitals in a text", FormHex,
		func(s, b, a string) string { return "0x" + strings.ToUpper(hex.EncodeToString([]byte(b+s+a))) },
	},
	{
		"in a query", FormURL,
		func(s, _, _ string) string { return "https://example.com/?t=" + url.QueryEscape(s) + "&v=1" },
	},
	{"in a query in a query", FormURL, func(s, _, _ string) string {
		return "https://example.com/?u=" + url.QueryEscape("t="+url.QueryEscape(s))
	}},
	{"in JSON", FormJSON, func(s, b, _ string) string { return marshal(map[string]string{b: s}) }},
	{"in JSON in JSON", FormJSON, func(s, b, _ string) string { return marshal(marshal(map[string]string{b: s})) }},
}

func chunks(text string, n int) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for ; text != ""; text = text[min(n, len(text)):] {
			if !yield(text[:min(n, len(text))]) {
				return
			}
		}
	}
}

func marshal(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// words makes ordinary text.
func words(r *rand.Rand, n int) string {
	all := strings.Fields("the bucket of orders eu-west-1 t3.large production 10.0.0.0/16 \"name\" : true 2026-01-31 " +
		"v1.2.3 vpc-0a1b2c3d4 #!/bin/sh && echo \\n %20 https://example.com/?a=b")
	var b strings.Builder
	for b.Len() < n {
		b.WriteString(all[r.IntN(len(all))] + " ")
	}
	return b.String()
}

func TestFindEveryForm(t *testing.T) {
	t.Parallel()
	r := seeded(1)
	for _, alphabet := range []string{
		alnums, alnums + symbols, alnums + symbols + `"\'`, token64, lower + digit,
		digit + "abcdef",
	} {
		for _, n := range []int{20, 21, 22, 32, 64, 100} {
			var s Secrets
			secret := invent(r, alphabet, n)
			for range 50 {
				s.Add(invent(r, alphabet, n), Source{Kind: Input, URN: "other", Path: "token"})
			}
			if !s.Add(secret, password) {
				t.Fatal("the value does not count")
			}
			m := s.Matcher()
			for _, f := range forms {
				b, a := words(r, 10+r.IntN(40)), " "+words(r, 10)
				text := f.give(secret, b, a)
				hits := m.Find(text)
				if len(hits) != 1 {
					t.Fatalf("%s, %d of %q: want one hit, got %d", f.name, n, alphabet, len(hits))
				}
				h := hits[0]
				want := f.form
				switch {
				case want == FormURL && url.QueryEscape(secret) == secret, want == FormJSON &&
					!strings.Contains(text, `\`),
					want == FormJSON && strings.Contains(text, secret):
					want = FormContained
				}
				if h.Form != want || h.From != password {
					t.Errorf("%s, %d of %q: mismatch: got %+v, want form %s", f.name, n, alphabet, h, want)
				}
				rest := text[:h.Start] + text[h.End:]
				if m.Contains(rest) || !m.Contains(text) {
					t.Errorf("%s: what is left without the hit has the secret still", f.name)
				}
				if m.Contains(m.Scrub(text)) || !strings.Contains(m.Scrub(text), marker) {
					t.Errorf("%s: not scrubbed", f.name)
				}
				if got := m.Origins(text); !slices.Contains(got, password) {
					t.Errorf("%s: origins: got %v", f.name, got)
				}
			}
		}
	}
}

func TestFindNothingInOtherTexts(t *testing.T) {
	t.Parallel()
	r := seeded(2)
	var s Secrets
	for range 5000 {
		s.Add(invent(r, alnums, 12+r.IntN(30)), password)
	}
	m := s.Matcher()
	for range 300 {
		text := words(r, r.IntN(200)) + invent(r, token64, 40) + words(r, 20)
		for _, text := range []string{
			text, base64.StdEncoding.EncodeToString([]byte(text)),
			hex.EncodeToString([]byte(text)), url.QueryEscape(text), marshal(text),
		} {
			if hits := m.Find(text); len(hits) > 0 || m.Contains(text) || m.Scrub(text) != text {
				t.Fatalf("found %+v in a text without secrets", hits)
			}
		}
	}
}

func TestFindOverlapping(t *testing.T) {
	t.Parallel()
	r := seeded(3)
	long := invent(r, alnums, 40)
	for strengthOf(long[:24], password) != anywhere || strengthOf(long[10:], password) != anywhere ||
		strengthOf(long[:14], password) != anywhere {
		long = invent(r, alnums, 40)
	}
	a, b, c := Source{Kind: Output, Path: "a"}, Source{Kind: Output, Path: "b"}, Source{Kind: Output, Path: "c"}
	for _, order := range [][]int{{0, 1, 2}, {2, 1, 0}, {1, 0, 2}} {
		var s Secrets
		for _, i := range order {
			s.Add([]string{long[:24], long[10:], long[:14]}[i], []Source{a, b, c}[i])
		}
		got := s.Matcher().Find("== " + long + " == " + long[:14] + " ==")
		want := []Hit{
			{From: a, Start: 3, End: 43, Form: FormContained}, {From: c, Start: 47, End: 61, Form: FormContained},
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("order %v: mismatch (-want +got):\n%s", order, diff)
		}
	}
}

func TestEqualOnly(t *testing.T) {
	t.Parallel()
	r := seeded(4)
	short := invent(r, alnums, 12)[:10]
	for strengthOf(short, password) != equal {
		short = invent(r, alnums, 12)[:10]
	}
	var s Secrets
	if !s.Add(short, password) {
		t.Fatal("want it to count")
	}
	m := s.Matcher()
	for _, tt := range []struct {
		name, give string
		want       bool
	}{
		{"the whole text", short, true},
		{"with white space", " " + short + "\n", true},
		{"its base64", base64.StdEncoding.EncodeToString([]byte(short)), true},
		{"its hex", hex.EncodeToString([]byte(short)), true},
		{"in a text", "x-" + short, false},
		{"base64 of a longer text", base64.StdEncoding.EncodeToString([]byte("x-" + short)), false},
		{"base64 in a text", "x " + base64.StdEncoding.EncodeToString([]byte(short)), false},
		{"hex of a longer text", hex.EncodeToString([]byte(short + "x")), false},
	} {
		if got := m.Contains(tt.give); got != tt.want {
			t.Errorf("%s: mismatch: got %v, want %v", tt.name, got, tt.want)
		}
		if strings.Contains(m.Scrub(tt.give), short) {
			t.Errorf("%s: not scrubbed", tt.name)
		}
	}
}

func TestSources(t *testing.T) {
	t.Parallel()
	r := seeded(5)
	secret, weak := invent(r, alnums, 30), "orders-table"
	var s Secrets
	s.Add(secret, Source{Kind: Input, URN: "b", Path: "password"})
	early := s.Matcher()
	if s.Matcher() != early {
		t.Error("want the same matcher while nothing changes")
	}
	s.Add(secret, issued)
	s.Add(secret, Source{Kind: Input, URN: "a", Path: "z"})
	s.Add(secret, Source{Kind: Input, URN: "a", Path: "c"})
	for i := range 100 {
		s.Add(secret, Source{Kind: Input, URN: fmt.Sprintf("x%02d", i), Path: "p"})
	}
	s.Add(weak, Source{Kind: Config, Path: "table"})
	s.Add("77", Source{Kind: Generator, URN: "n", Path: "result"})
	m := s.Matcher()
	text := "postgres://u:" + secret + "@h/db"
	if got := m.Find(text)[0].From; got != issued {
		t.Errorf("mismatch: got %v, want the generator", got)
	}
	s.Add(text, Source{Kind: Input, URN: "whole", Path: "url"})
	m = s.Matcher()
	got := m.Origins(text)
	want := []Source{
		{Input, "whole", "url", Secret},
		issued,
		{Input, "a", "c", Nothing},
		{Input, "b", "password", Nothing},
		{Input, "whole", "url", Nothing},
		{Input, "x00", "p", Nothing},
		{Input, "x01", "p", Nothing},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("origins: mismatch (-want +got):\n%s", diff)
	}
	if got := m.Origins("the orders-table"); len(got) != 1 || got[0].Path != "table" {
		t.Errorf("origins of a weak value: got %v", got)
	}
	if got := m.Origins("77"); len(got) != 1 {
		t.Errorf("origins of a short value: got %v", got)
	}
	if got := m.Origins("177"); len(got) != 0 {
		t.Errorf("origins of another short value: got %v", got)
	}
	if early.Contains(weak) || len(early.Origins(weak)) > 0 {
		t.Error("a matcher knows what came after it")
	}
}

func TestNilAndZero(t *testing.T) {
	t.Parallel()
	var s Secrets
	var none *Matcher
	for _, m := range []*Matcher{none, s.Matcher()} {
		if m.Contains("text") || len(m.Find("text")) > 0 || m.Scrub("text") != "text" || len(m.Origins("text")) > 0 {
			t.Error("knows something")
		}
	}
	if s.Add(" \n", password) {
		t.Error("white space counts")
	}
}
