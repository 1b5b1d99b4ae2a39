package pack_test

import (
	"testing"

	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/policies"
	"github.com/progression-labs-development/policypack/rego"
)

// BenchmarkLoad reads the pack's own policies, which every start pays for.
func BenchmarkLoad(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := pack.Load(pack.Own(policies.FS, rego.FS), "docs"); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkCompile compiles them, in the background of every start.
func BenchmarkCompile(b *testing.B) {
	p, err := pack.Load(pack.Own(policies.FS, rego.FS), "docs")
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := p.Compile(); err != nil {
			b.Fatal(err)
		}
	}
}
