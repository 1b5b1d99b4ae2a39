package taint

import (
	"fmt"
	"strings"
	"testing"
)

// filled returns 10,000 secrets of 32 bytes.
func filled() []string {
	r := seeded(41)
	list := make([]string, 10_000)
	for i := range list {
		list[i] = invent(r, alnums, 32)
	}
	return list
}

func build(list []string) *Matcher {
	var s Secrets
	for _, v := range list {
		s.Add(v, password)
	}
	return s.Matcher()
}

func BenchmarkBuild(b *testing.B) {
	list := filled()
	b.ReportAllocs()
	for b.Loop() {
		build(list)
	}
}

func BenchmarkAddAndMatcher(b *testing.B) {
	list := filled()
	b.ReportAllocs()
	for b.Loop() {
		var s Secrets
		for _, v := range list {
			s.Add(v, password)
			s.Matcher()
		}
	}
}

func BenchmarkFind(b *testing.B) {
	list := filled()
	m := build(list)
	r := seeded(42)
	for _, bb := range []struct{ name, text string }{
		{"words of 100 bytes", words(r, 100)[:100]},
		{"ARN", "arn:aws:iam::123456789012:role/shop-production-orders-worker"},
		{"base64 of 100 bytes", invent(r, token64, 100)},
		{"JSON of 2 KB", marshal(map[string]string{"a": words(r, 1000), "b": words(r, 900)})},
		{"text of 5 MB", words(r, 5<<20)},
		{"base64 of 5 MB", strings.Repeat(invent(r, token64, 1<<10), 5<<10)},
		{"secret in 100 bytes", words(r, 68)[:68] + list[5]},
	} {
		b.Run(bb.name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(bb.text)))
			for b.Loop() {
				m.Find(bb.text)
			}
		})
	}
}

func BenchmarkTexts(b *testing.B) {
	r := seeded(43)
	leaves := make([]string, 60_000)
	for i := range leaves {
		leaves[i] = words(r, 10+r.IntN(60))
		if i%3 > 0 {
			leaves[i] = leaves[r.IntN(i)]
		}
	}
	urns := make([]string, 10_000)
	for i := range urns {
		urns[i] = fmt.Sprintf("urn:pulumi:production::shop::aws:s3/bucket:Bucket::%d", i)
	}
	paths := [][]any{{"bucket"}, {"tags", "Name"}, {"tags", "Environment"}, {"arn"}, {"policy"}, {"items", 0, "value"}}
	m := build(filled())
	b.ReportAllocs()
	for b.Loop() {
		var t Texts
		for i, leaf := range leaves {
			t.Add(urns[i/6], paths[i%6], leaf)
		}
		t.Each(func(text string, _ []Place) { m.Contains(text) })
	}
}
