package analyzer

import (
	"context"
	"io/fs"
	"testing"

	"github.com/progression-labs-development/policypack/internal/example"
	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/internal/session"
	"github.com/progression-labs-development/policypack/internal/wire/wiretest"
	"github.com/progression-labs-development/policypack/policies"
	"github.com/progression-labs-development/policypack/rego"
)

// BenchmarkPolicies is what each of the pack's own policies costs on what it denies, with all others switched on. They
// have no budget as an organisation's rules have, so one that has become slow shows here.
func BenchmarkPolicies(b *testing.B) {
	p, err := pack.Load(pack.Own(policies.FS, rego.FS), session.Docs())
	if err != nil {
		b.Fatal(err)
	}
	for _, q := range p.Policies {
		name := q.Package + "/examples.yaml"
		data, err := fs.ReadFile(policies.FS, name)
		if err != nil {
			b.Fatal(err)
		}
		f, err := example.Parse(name, data)
		if err != nil {
			b.Fatal(err)
		}
		for _, c := range f.Cases {
			if c.Outcome != example.Deny || len(c.Files) > 0 {
				continue
			}
			b.Run(q.Name, func(b *testing.B) {
				s := server(b, nil)
				if _, err := s.ConfigureStack(context.Background(), wiretest.Stack(c.About())); err != nil {
					b.Fatal(err)
				}
				calls, stack := wiretest.Analyze(b, c.Registered()), wiretest.AnalyzeStack(b, c.Whole())
				run := func() {
					for _, req := range calls {
						if _, err := s.Analyze(context.Background(), req); err != nil {
							b.Fatal(err)
						}
					}
					if _, err := s.AnalyzeStack(context.Background(), stack); err != nil {
						b.Fatal(err)
					}
				}
				run() // compiles the rules
				b.ReportAllocs()
				for b.Loop() {
					run()
				}
			})
			break
		}
	}
}
