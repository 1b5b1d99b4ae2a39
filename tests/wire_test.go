package tests

import (
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/proto"
)

// How the engine writes what JSON has no word for: sdk/v3/go/common/resource/sig and .../plugin/rpc.go.
const (
	signature = "4dabf18193072939515e22adb298388d"
	unknown   = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
)

func signed(sig string, fields map[string]any) map[string]any {
	fields[signature] = sig
	return fields
}

// marked is a value that is marked secret.
func marked(v any) map[string]any {
	return signed("1b47061264138c4ac30d75fd1eb44270", map[string]any{"value": v})
}

// output is a value in the engine's other form of marking.
func output(v any, secret bool) map[string]any {
	return signed("d0e6a833031e9bbcd3f4e8bde6ca49a4", map[string]any{"value": v, "secret": secret})
}

// textAsset is an asset from a text, which may be marked.
func textAsset(text any) map[string]any {
	return signed("c44067f5952c0a294b673a41bacd8c17", map[string]any{"text": text, "hash": "0"})
}

func archive(assets map[string]any) map[string]any {
	return signed("0def7320c3a5731c473e5ecbe6d01bc7", map[string]any{"assets": assets, "hash": "0"})
}

// called gives a request another logical name.
func called(name string, req *pulumirpc.AnalyzeRequest) *pulumirpc.AnalyzeRequest {
	req.Urn = req.Urn[:len(req.Urn)-len(req.Name)] + name
	req.Name = name
	return req
}

// stackType is the type of the resource that stands for the stack; its outputs are the stack's.
const stackType = "pulumi:pulumi:Stack"

// rows is the AnalyzeStack call for resources that came by Analyze, with outputs that are their inputs.
func rows(requests ...*pulumirpc.AnalyzeRequest) *pulumirpc.AnalyzeStackRequest {
	all := &pulumirpc.AnalyzeStackRequest{}
	for _, req := range requests {
		all.Resources = append(all.Resources, &pulumirpc.AnalyzerResource{
			Type: req.Type, Name: req.Name, Urn: req.Urn, Properties: req.Properties, Options: req.Options,
			Provider: req.Provider,
		})
	}
	return all
}

// componentRequest is a request without its provider: that is how a component looks.
func componentRequest(req *pulumirpc.AnalyzeRequest) *pulumirpc.AnalyzeRequest {
	req = proto.CloneOf(req)
	req.Provider = nil
	return req
}
