package facts

import (
	"fmt"
	"runtime"
	"testing"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/progression-labs-development/policypack/internal/detect"
	"github.com/progression-labs-development/policypack/internal/model"
)

// A run keeps texts of resources, but not the messages that they are parts of.
func TestRunKeepsNoMessages(t *testing.T) {
	d, err := detect.New(detect.Options{})
	if err != nil {
		t.Fatal(err)
	}
	run := NewRun(&model.Stack{Name: "production", Project: "shop"}, "2026-11-23")
	padding := make([]any, 20_000)
	for i := range padding {
		padding[i] = true
	}
	scan := func(i int) {
		marked := map[string]any{
			"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
			"value":                            fmt.Sprintf("known to nobody %d", i),
		}
		properties, err := structpb.NewStruct(map[string]any{
			"name": fmt.Sprintf("shop/%d", i), "padding": padding, "region": fmt.Sprintf("eu-west-%d", i),
			"secretString": marked, "environment": map[string]any{"variables": map[string]any{"DB_PASSWORD": marked}},
			"tags": map[string]any{fmt.Sprintf("tag-%d", i): "eu-west-1"},
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, typ := range [...]string{
			"aws:secretsmanager/secret:Secret", "aws:secretsmanager/secretVersion:SecretVersion",
			"aws:lambda/function:Function",
		} {
			r, err := fromAnalyze(t, &pulumirpc.AnalyzeRequest{
				Type: typ, Name: fmt.Sprintf("r-%d", i), Properties: properties,
				Urn:     fmt.Sprintf("urn:pulumi:production::shop::%s::r-%d", typ, i),
				Options: &pulumirpc.AnalyzerResourceOptions{Parent: "urn:pulumi:production::shop::a:b:C::parent"},
			}, testCatalogue(t))
			if err != nil {
				t.Fatal(err)
			}
			r.Scan(run, d)
			if _, err := r.document(run); err != nil {
				t.Fatal(err)
			}
		}
	}
	size := func() int {
		var m runtime.MemStats
		runtime.GC()
		runtime.GC() // empties the pools
		runtime.ReadMemStats(&m)
		return int(m.HeapAlloc)
	}
	scan(0)
	before := size()
	for i := 1; i <= 40; i++ {
		scan(i)
	}
	if grown := size() - before; grown > 2<<20 {
		t.Errorf("the run has grown by %d bytes for 120 messages of %d and more", grown, len(padding))
	}
	runtime.KeepAlive(run)
}
