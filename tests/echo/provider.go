package main

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"strings"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/progression-labs-development/policypack/internal/place"
)

const version = "9.0.0"

// Wire signatures of the engine: sdk/v3/go/common/resource/plugin/rpc.go and .../resource/sig.
const (
	unknown   = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
	sigKey    = "4dabf18193072939515e22adb298388d"
	secretSig = "1b47061264138c4ac30d75fd1eb44270"
)

// autonamed is what stands behind a name that the provider makes up: the shape of the real one, the same in every run.
const autonamed = "-0a1b2c3"

// provider answers for one package.
type provider struct {
	pulumirpc.UnimplementedResourceProviderServer
	pkg   string
	types map[string]resourceType
}

func (p *provider) GetPluginInfo(context.Context, *emptypb.Empty) (*pulumirpc.PluginInfo, error) {
	return &pulumirpc.PluginInfo{Version: version}, nil
}

func (p *provider) GetSchema(context.Context, *pulumirpc.GetSchemaRequest) (*pulumirpc.GetSchemaResponse, error) {
	schema, err := schemaOf(p.pkg, p.types)
	return &pulumirpc.GetSchemaResponse{Schema: schema}, err
}

func (p *provider) CheckConfig(_ context.Context, req *pulumirpc.CheckRequest) (*pulumirpc.CheckResponse, error) {
	return &pulumirpc.CheckResponse{Inputs: req.News}, nil
}

func (p *provider) DiffConfig(context.Context, *pulumirpc.DiffRequest) (*pulumirpc.DiffResponse, error) {
	return &pulumirpc.DiffResponse{Changes: pulumirpc.DiffResponse_DIFF_NONE}, nil
}

func (p *provider) Configure(context.Context, *pulumirpc.ConfigureRequest) (*pulumirpc.ConfigureResponse, error) {
	return &pulumirpc.ConfigureResponse{AcceptSecrets: true, SupportsPreview: true}, nil
}

// Check does what bridged providers do before a policy pack sees the inputs: it makes up missing names and marks the
// inputs that the schema calls secret.
func (p *provider) Check(_ context.Context, req *pulumirpc.CheckRequest) (*pulumirpc.CheckResponse, error) {
	inputs := proto.CloneOf(req.News)
	if inputs.Fields == nil {
		inputs.Fields = map[string]*structpb.Value{}
	}
	t := p.types[place.TypeOf(req.Urn)]
	for _, in := range t.inputs {
		v, given := inputs.Fields[in.name]
		switch {
		case in.autonamed && !given:
			inputs.Fields[in.name] = structpb.NewStringValue(place.NameOf(req.Urn) + autonamed)
			inputs.Fields["__defaults"] = structpb.NewListValue(&structpb.ListValue{
				Values: []*structpb.Value{structpb.NewStringValue(in.name)},
			})
		case in.secret && given && v.GetStructValue().GetFields()[sigKey].GetStringValue() != secretSig:
			inputs.Fields[in.name] = structpb.NewStructValue(&structpb.Struct{Fields: map[string]*structpb.Value{
				sigKey: structpb.NewStringValue(secretSig), "value": v,
			}})
		}
	}
	return &pulumirpc.CheckResponse{Inputs: inputs}, nil
}

// Diff replaces a resource whose name changes, as the real stores do, and updates it otherwise.
func (p *provider) Diff(_ context.Context, req *pulumirpc.DiffRequest) (*pulumirpc.DiffResponse, error) {
	res := &pulumirpc.DiffResponse{Changes: pulumirpc.DiffResponse_DIFF_NONE}
	for key, v := range req.News.GetFields() {
		if proto.Equal(v, req.OldInputs.GetFields()[key]) {
			continue
		}
		res.Changes = pulumirpc.DiffResponse_DIFF_SOME
		res.Diffs = append(res.Diffs, key)
		if key == "name" || key == "secretId" {
			res.Replaces = append(res.Replaces, key)
		}
	}
	return res, nil
}

func (p *provider) Create(_ context.Context, req *pulumirpc.CreateRequest) (*pulumirpc.CreateResponse, error) {
	outputs := p.outputs(req.Urn, req.Properties, req.Preview)
	if req.Preview {
		return &pulumirpc.CreateResponse{Properties: outputs}, nil
	}
	id := p.id(req.Urn, req.Properties)
	if _, ok := outputs.Fields["arn"]; ok && strings.HasPrefix(id, "arn:") {
		outputs.Fields["arn"] = structpb.NewStringValue(id)
	}
	return &pulumirpc.CreateResponse{Id: id, Properties: outputs}, nil
}

// id is the ID of a new resource, of the shape that the real provider gives it.
func (p *provider) id(urn string, inputs *structpb.Struct) string {
	id := p.types[place.TypeOf(urn)].id
	if id == "" {
		return "id-" + place.NameOf(urn)
	}
	for key, v := range inputs.GetFields() {
		if s := v.GetStructValue(); s != nil && s.Fields["value"] != nil {
			v = s.Fields["value"]
		}
		id = strings.ReplaceAll(id, "{"+key+"}", v.GetStringValue())
	}
	return id
}

// identified is the inverse of id for a type with one input in its ID.
func (p *provider) identified(urn, id string) *structpb.Struct {
	inputs := &structpb.Struct{Fields: map[string]*structpb.Value{}}
	before, rest, named := strings.Cut(p.types[place.TypeOf(urn)].id, "{")
	key, after, _ := strings.Cut(rest, "}")
	value, begins := strings.CutPrefix(id, before)
	if value, ends := strings.CutSuffix(value, after); named && begins && ends {
		inputs.Fields[key] = structpb.NewStringValue(value)
	}
	return inputs
}

func (p *provider) Update(_ context.Context, req *pulumirpc.UpdateRequest) (*pulumirpc.UpdateResponse, error) {
	return &pulumirpc.UpdateResponse{Properties: p.outputs(req.Urn, req.News, req.Preview)}, nil
}

// Read answers with what it is asked about. Of a resource that is imported or looked up it knows what the
// ID says.
func (p *provider) Read(_ context.Context, req *pulumirpc.ReadRequest) (*pulumirpc.ReadResponse, error) {
	if len(req.Properties.GetFields()) == 0 {
		inputs := p.identified(req.Urn, req.Id)
		return &pulumirpc.ReadResponse{Id: req.Id, Properties: p.outputs(req.Urn, inputs, false), Inputs: inputs}, nil
	}
	return &pulumirpc.ReadResponse{Id: req.Id, Properties: req.Properties, Inputs: req.Inputs}, nil
}

func (p *provider) Delete(context.Context, *pulumirpc.DeleteRequest) (*emptypb.Empty, error) {
	return &emptypb.Empty{}, nil
}

func (p *provider) Cancel(context.Context, *emptypb.Empty) (*emptypb.Empty, error) {
	return &emptypb.Empty{}, nil
}

// outputs are the inputs and the type's computed values.
func (p *provider) outputs(urn string, inputs *structpb.Struct, preview bool) *structpb.Struct {
	outputs := &structpb.Struct{Fields: map[string]*structpb.Value{}}
	for key, v := range inputs.GetFields() {
		if key != "__defaults" {
			outputs.Fields[key] = v
		}
	}
	for _, out := range p.types[place.TypeOf(urn)].outputs {
		if outputs.Fields[out.name] != nil { // given
			continue
		}
		v := structpb.NewStringValue(out.name + "-of-" + place.NameOf(urn))
		if out.secret {
			// What a generator makes looks like no word.
			sum := sha256.Sum256([]byte(urn + out.name))
			v = structpb.NewStringValue(base64.RawURLEncoding.EncodeToString(sum[:18]))
		}
		if preview {
			v = structpb.NewStringValue(unknown)
		}
		if out.secret {
			v = structpb.NewStructValue(&structpb.Struct{Fields: map[string]*structpb.Value{
				sigKey: structpb.NewStringValue(secretSig), "value": v,
			}})
		}
		outputs.Fields[out.name] = v
	}
	return outputs
}
