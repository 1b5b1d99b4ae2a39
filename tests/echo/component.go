package main

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"strconv"
	"strings"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/types/known/structpb"
)

// Construct makes a component and its children.
func (p *provider) Construct(ctx context.Context, req *pulumirpc.ConstructRequest) (
	_ *pulumirpc.ConstructResponse, err error,
) {
	conn, err := grpc.NewClient(req.MonitorEndpoint, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	monitor := pulumirpc.NewResourceMonitorClient(conn)
	t := p.types[req.Type]
	component, err := monitor.RegisterResource(ctx, &pulumirpc.RegisterResourceRequest{
		Type: req.Type, Name: req.Name, Parent: req.Parent, Object: req.Inputs, AcceptSecrets: true,
		Providers: req.Providers, Aliases: req.Aliases,
	})
	if err != nil {
		return nil, err
	}
	for i, token := range t.children {
		name := req.Name
		if i > 0 {
			name += "-" + strconv.Itoa(i+1)
		}
		inputs := map[string]*structpb.Value{}
		for _, in := range p.types[token].inputs {
			if v, ok := req.Inputs.GetFields()[in.name]; ok {
				inputs[in.name] = v
			}
		}
		if _, err := monitor.RegisterResource(ctx, &pulumirpc.RegisterResourceRequest{
			Type: token, Name: name, Parent: component.Urn, Custom: true, AcceptSecrets: true,
			Object: &structpb.Struct{Fields: inputs},
		}); err != nil {
			return nil, err
		}
	}
	outputs := p.outputs(component.Urn, req.Inputs, req.DryRun)
	if _, err := monitor.RegisterResourceOutputs(ctx, &pulumirpc.RegisterResourceOutputsRequest{
		Urn: component.Urn, Outputs: outputs,
	}); err != nil {
		return nil, err
	}
	return &pulumirpc.ConstructResponse{Urn: component.Urn, State: outputs}, nil
}

// Invoke returns what the function's row lists. Secret outputs arrive without a mark, as those of the clouds' functions
// do, and look like what a generator makes.
func (p *provider) Invoke(_ context.Context, req *pulumirpc.InvokeRequest) (*pulumirpc.InvokeResponse, error) {
	_, name, _ := strings.Cut(req.Tok[strings.LastIndexByte(req.Tok, ':'):], ":")
	if strings.EqualFold(name, "base64encode") { // people look at what is in it
		encoded := base64.StdEncoding.EncodeToString([]byte(req.Args.GetFields()["input"].GetStringValue()))
		return &pulumirpc.InvokeResponse{Return: &structpb.Struct{
			Fields: map[string]*structpb.Value{"result": structpb.NewStringValue(encoded)},
		}}, nil
	}
	result := structpb.NewStructValue(&structpb.Struct{})
	for _, out := range p.types[req.Tok].outputs {
		path := strings.Split(out.name, ".")
		leaf := strings.TrimSuffix(path[len(path)-1], "[]") + "-of-" + name
		if out.secret {
			sum := sha256.Sum256([]byte(req.Tok + out.name))
			leaf = base64.RawURLEncoding.EncodeToString(sum[:18])
		}
		add(result, path, leaf)
	}
	return &pulumirpc.InvokeResponse{Return: result.GetStructValue()}, nil
}

// add puts a leaf at a path below v, a struct. A list has three elements of the same shape.
func add(v *structpb.Value, path []string, leaf string) {
	key, list := strings.CutSuffix(path[0], "[]")
	fields := v.GetStructValue()
	if fields.Fields == nil {
		fields.Fields = map[string]*structpb.Value{}
	}
	if len(path) == 1 {
		one := structpb.NewStringValue(leaf)
		if list {
			fields.Fields[key] = structpb.NewListValue(&structpb.ListValue{Values: []*structpb.Value{one, one, one}})
		} else if fields.Fields[key] == nil {
			fields.Fields[key] = one
		}
		return
	}
	next := fields.Fields[key]
	if next == nil || next.GetStructValue() == nil && next.GetListValue() == nil {
		next = structpb.NewStructValue(&structpb.Struct{})
		if list {
			one := structpb.NewStructValue(&structpb.Struct{})
			next = structpb.NewListValue(&structpb.ListValue{Values: []*structpb.Value{one, one, one}})
		}
		fields.Fields[key] = next
	}
	if list {
		next = next.GetListValue().GetValues()[0]
	}
	add(next, path[1:], leaf)
}
