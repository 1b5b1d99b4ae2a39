package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/pprof/profile"
)

func TestStage(t *testing.T) {
	const session = own + "internal/session."
	for _, tt := range []struct {
		name, stage, pkg string
		give             []string
	}{
		{
			"what a driver calls is a stage", "internal/facts.(*Resource).Scan", "internal/detect/names",
			[]string{
				"google.golang.org/grpc.(*Server).handleStream", session + "(*Session).Resource",
				own + "internal/facts.(*Resource).Scan", own + "internal/facts.walk[...].func2",
				own + "internal/detect/names.Secret", "runtime.mallocgc",
			},
		},
		{
			"a driver's own work is a stage too", "internal/session.(*Session).Resource", "internal/session",
			[]string{"google.golang.org/grpc.(*Server).handleStream", session + "(*Session).Resource.deferwrap1"},
		},
		{
			"a closure is part of its function", "internal/pack.(*found).parse", "github.com/open-policy-agent/opa/v1/ast",
			[]string{
				"runtime.goexit", own + "internal/pack.(*Pack).load.func2", own + "internal/pack.(*found).parse",
				"github.com/open-policy-agent/opa/v1/ast.(*Parser).Parse", "sync.(*Pool).Get", "aeshashbody",
			},
		},
		{
			"the compiler's stages are told apart", "internal/pack.(*Pack).Compile: setGraph",
			"github.com/open-policy-agent/opa/v1/util",
			[]string{
				own + "internal/evaluator.New", own + "internal/pack.(*Pack).Compile",
				"github.com/open-policy-agent/opa/v1/ast.(*Compiler).Compile",
				"github.com/open-policy-agent/opa/v1/ast.(*Compiler).runStage",
				"github.com/open-policy-agent/opa/v1/ast.(*Compiler).setGraph",
				"github.com/open-policy-agent/opa/v1/util.(*HasherMap[go.shape.interface { Hash() int }]).Put",
			},
		},
		{
			"the collector works for itself", "garbage collection", "garbage collection",
			[]string{own + "internal/facts.New", "runtime.mallocgc", "runtime.gcAssistAlloc", "runtime.scanobject"},
		},
		{
			"inits are no stage of main", "inits of packages", "internal/repository",
			[]string{"runtime.main", "runtime.doInit1", own + "internal/repository.init"},
		},
		{
			"the protocol", "gRPC: requests are decoded", "google.golang.org/protobuf/internal/impl",
			[]string{
				"google.golang.org/grpc.(*Server).handleStream",
				"google.golang.org/grpc/encoding/proto.(*codecV2).Unmarshal",
				"google.golang.org/protobuf/internal/impl.(*MessageInfo).unmarshal",
			},
		},
		{
			"the measurement counts nowhere", "", "runtime/pprof",
			[]string{"net/http.(*conn).serve", "runtime/pprof.writeHeapProto"},
		},
		{
			"a stack without our functions", "a stack too deep to be whole",
			"github.com/open-policy-agent/opa/v1/ast",
			[]string{"github.com/open-policy-agent/opa/v1/ast.walk", "runtime.growslice"},
		},
		{
			"evaluation, however deep", "OPA: rules are evaluated", "github.com/open-policy-agent/opa/v1/ast",
			[]string{opa + "topdown.(*eval).evalStep", opa + "ast.(*object).Get", "runtime.mapaccess1"},
		},
		{
			"nobody's", "Go runtime: scheduling, system calls", "Go runtime: scheduling, system calls",
			[]string{"runtime.mstart", "runtime.findRunnable", "runtime.futex"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := stage(tt.give); got != tt.stage {
				t.Errorf("stage: got %q, want %q", got, tt.stage)
			}
			if got := packageOf(tt.give); got != tt.pkg {
				t.Errorf("package: got %q, want %q", got, tt.pkg)
			}
		})
	}
}

func TestShares(t *testing.T) {
	p := &profile.Profile{SampleType: []*profile.ValueType{{Type: "samples"}, {Type: "cpu"}}}
	for name, value := range map[string]int64{"facts.New": 60, "wire.Resource": 30, "catalogue.Own": 10} {
		p.Sample = append(p.Sample, &profile.Sample{Value: []int64{1, value}, Location: []*profile.Location{{
			Line: []profile.Line{{Function: &profile.Function{Name: own + "internal/" + name}}},
		}}})
	}
	var out bytes.Buffer
	if err := (options{rows: 1}).shares(&out, "stages", stage, column{"CPU", p, "cpu"}); err != nil {
		t.Fatal(err)
	}
	want := "\nstages\n        CPU\n     60.0 %  internal/facts.New\n     40.0 %  2 more\n"
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("mismatch (-want +got):\n%s", diff)
	}
}

func TestInits(t *testing.T) {
	var in inits
	if err := in.add("init errors @0.2 ms, 0.25 ms clock, 300 bytes 0 allocs\n"); err == nil {
		t.Error("a line of another form is read")
	}
	for _, ms := range []string{"0.75", "900", "0.25"} {
		if err := in.add("something else\ninit errors @0.2 ms, 0.25 ms clock, 300 bytes, 2 allocs\n" +
			"init " + own + "internal/cli @3 ms, " + ms + " ms clock, 100 bytes, 2 allocs\n"); err != nil {
			t.Fatal(err)
		}
	}
	var out strings.Builder
	in.print(&out, 5, 4e6)
	want := "\ninits of 2 packages: 25.0 % of the start\n       time  allocated\n" +
		"     75.0 %     25.0 %  internal/cli\n     25.0 %     75.0 %  errors\n"
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("mismatch (-want +got):\n%s", diff)
	}
}
