package detect_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/progression-labs-development/policypack/internal/detect"
	"github.com/progression-labs-development/policypack/internal/detect/formats"
)

// sources are texts of 256 KB each without a secret, with the words that names of secrets are made of as often as in
// public code.
func sources() []struct{ name, file, text string } {
	s := formats.Maker{Rand: rand.New(rand.NewPCG(11, 1))}
	words := strings.Fields("request handler create section user path pattern config value index string result error " +
		"context buffer return import package function length version")
	secrets := strings.Fields("key token password secret author credentials keyboard passed")
	word := func() string {
		if s.IntN(64) == 0 { // public source has one such word in 55 to 110
			return secrets[s.IntN(len(secrets))]
		}
		return words[s.IntN(len(words))]
	}
	line := func(kind string) string {
		switch a, b, c := word(), word(), word(); {
		case kind == "yaml":
			return fmt.Sprintf("  %s%d:\n    %s: %s-%s # %s\n", a, s.IntN(100), b, c, a, b)
		case kind == "prose":
			return fmt.Sprintf("The %s of a %s is what the %s says, see https://docs.internal/%s/%s.\n", a, b, c, a, b)
		case kind == "minified":
			return fmt.Sprintf("var %s=function(%s){return %s.%s(%s,{%s:%s.%s,key:\"%s\"})};", a, b, c, a, b, c, a, b,
				c)
		case s.IntN(9) == 0:
			return fmt.Sprintf("\t%s := \"%s of %s\" // %s\n", a, b, c, a)
		default:
			return fmt.Sprintf("\tif %s.%s(%s) != nil {\n\t\treturn %s(%s, %d)\n\t}\n", a, b, c, a, b, s.IntN(1000))
		}
	}
	var all []struct{ name, file, text string }
	for _, x := range [][2]string{
		{"source", "a/main.go"},
		{"yaml", "a/values.yaml"},
		{"prose", "README.md"},
		{"minified", "dist/app.min.js"},
	} {
		var b strings.Builder
		for b.Len() < 256<<10 {
			b.WriteString(line(x[0]))
		}
		all = append(all, struct{ name, file, text string }{x[0], x[1], b.String()})
	}
	return all
}

// pass is what the search is compared with: a look at every byte.
func pass(data []byte) (lines int) {
	for _, c := range data {
		if c == '\n' {
			lines++
		}
	}
	return lines
}

// Besides the usual, it says how many times longer a file takes than a look at every byte of it.
func BenchmarkFile(b *testing.B) {
	d := detector(b, detect.Options{})
	for _, x := range sources() {
		b.Run(x.name, func(b *testing.B) {
			data := []byte(x.text)
			if found := d.File(x.file, data); len(found) > 0 {
				b.Fatalf("%+v", found[0])
			}
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			var search, look time.Duration
			for b.Loop() {
				start := time.Now()
				d.File(x.file, data)
				search += time.Since(start)
				start = time.Now()
				pass(data)
				look += time.Since(start)
			}
			b.ReportMetric(float64(search)/float64(look), "passes")
			b.ReportMetric(float64(len(data))*float64(b.N)/1e6/search.Seconds(), "MB/s-alone")
		})
	}
}

// A file without secrets costs a fixed number of allocations, whatever its length.
func TestFileAllocations(t *testing.T) {
	d := detector(t, detect.Options{})
	harmless := strings.NewReplacer("token", "ticks", "password", "passages", "secret", "secretary", "key", "keyboard",
		"credentials", "credits")
	for _, x := range sources() {
		if x.name == "yaml" { // a name that promises a secret makes it a document
			x.text = harmless.Replace(x.text)
		}
		data := []byte(x.text)
		if n := testing.AllocsPerRun(5, func() { d.File(x.file, data) }); n > 2 {
			t.Errorf("%s: %.0f allocations", x.name, n)
		}
	}
}
