package facts

import (
	"fmt"
	"testing"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/progression-labs-development/policypack/internal/catalogue"
	"github.com/progression-labs-development/policypack/internal/detect"
	"github.com/progression-labs-development/policypack/internal/wire"
)

// BenchmarkScan judges a function with forty properties, as most resources are: nothing is found in it.
func BenchmarkScan(b *testing.B) {
	c, err := catalogue.Own()
	if err != nil {
		b.Fatal(err)
	}
	d, err := detect.New(detect.Options{})
	if err != nil {
		b.Fatal(err)
	}
	variables := map[string]any{}
	for i := range 30 {
		variables[fmt.Sprintf("SETTING_%d", i)] = fmt.Sprintf("arn:aws:s3:::shop-assets-%d", i)
	}
	props, err := structpb.NewStruct(map[string]any{
		"name": "checkout", "runtime": "nodejs22.x", "handler": "index.handler", "timeout": 30, "memorySize": 512,
		"role": "arn:aws:iam::123456789012:role/checkout", "environment": map[string]any{"variables": variables},
		"tags": map[string]any{"team": "payments", "cost": "42"},
	})
	if err != nil {
		b.Fatal(err)
	}
	run := NewRun(wire.Stack(&pulumirpc.AnalyzerStackConfigureRequest{Project: "shop", Stack: "production"}),
		"2026-11-23")
	const typ = "aws:lambda/function:Function"
	req := &pulumirpc.AnalyzeRequest{
		Type: typ, Name: "f", Urn: "urn:pulumi:production::shop::" + typ + "::f",
		Properties: props,
	}
	b.ReportAllocs()
	for b.Loop() {
		r, err := fromAnalyze(b, req, c)
		if err != nil {
			b.Fatal(err)
		}
		r.Scan(run, d)
		if !r.Plain() {
			b.Fatal("something was found")
		}
	}
}
