// Command remediator is an analyzer with one remediation: it marks the property `acl` secret. The tests use it to
// document why the policy pack has no remediations: the engine prints what a remediation replaces.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/structpb"
)

func main() {
	handle, err := rpcutil.ServeWithOptions(rpcutil.ServeOptions{
		Init: func(server *grpc.Server) error {
			pulumirpc.RegisterAnalyzerServer(server, remediator{})
			return nil
		},
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(handle.Port)
	if err := <-handle.Done; err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

const policy = "mark-acl"

// remediator is the whole pack.
type remediator struct {
	pulumirpc.UnimplementedAnalyzerServer
}

func (remediator) Handshake(context.Context, *pulumirpc.AnalyzerHandshakeRequest) (*pulumirpc.AnalyzerHandshakeResponse,
	error,
) {
	return &pulumirpc.AnalyzerHandshakeResponse{}, nil
}

func (remediator) ConfigureStack(context.Context, *pulumirpc.AnalyzerStackConfigureRequest,
) (*pulumirpc.AnalyzerStackConfigureResponse, error) {
	return &pulumirpc.AnalyzerStackConfigureResponse{}, nil
}

func (remediator) GetAnalyzerInfo(context.Context, *emptypb.Empty) (*pulumirpc.AnalyzerInfo, error) {
	return &pulumirpc.AnalyzerInfo{
		Name: "remediator", Version: "1.0.0", SupportsConfig: true,
		Policies: []*pulumirpc.PolicyInfo{{
			Name: policy, Description: "Marks acl secret.", EnforcementLevel: pulumirpc.EnforcementLevel_REMEDIATE,
			PolicyType: pulumirpc.PolicyType_POLICY_TYPE_RESOURCE,
		}},
	}, nil
}

func (remediator) GetPluginInfo(context.Context, *emptypb.Empty) (*pulumirpc.PluginInfo, error) {
	return &pulumirpc.PluginInfo{Version: "1.0.0"}, nil
}

func (remediator) Configure(context.Context, *pulumirpc.ConfigureAnalyzerRequest) (*emptypb.Empty, error) {
	return &emptypb.Empty{}, nil
}

func (remediator) Analyze(context.Context, *pulumirpc.AnalyzeRequest) (*pulumirpc.AnalyzeResponse, error) {
	return &pulumirpc.AnalyzeResponse{}, nil
}

func (remediator) AnalyzeStack(context.Context, *pulumirpc.AnalyzeStackRequest) (*pulumirpc.AnalyzeResponse, error) {
	return &pulumirpc.AnalyzeResponse{}, nil
}

func (remediator) Remediate(_ context.Context, req *pulumirpc.AnalyzeRequest) (*pulumirpc.RemediateResponse, error) {
	res := &pulumirpc.RemediateResponse{}
	acl, ok := req.GetProperties().GetFields()["acl"]
	if _, plain := acl.GetKind().(*structpb.Value_StringValue); !ok || !plain {
		return res, nil
	}
	properties := proto.CloneOf(req.GetProperties())
	properties.Fields["acl"] = structpb.NewStructValue(&structpb.Struct{Fields: map[string]*structpb.Value{
		"4dabf18193072939515e22adb298388d": structpb.NewStringValue("1b47061264138c4ac30d75fd1eb44270"), "value": acl,
	}})
	res.Remediations = append(res.Remediations, &pulumirpc.Remediation{
		PolicyName: policy, PolicyPackName: "remediator", PolicyPackVersion: "1.0.0", Description: "Marks acl secret.",
		Properties: properties,
	})
	return res, nil
}

func (remediator) Cancel(context.Context, *emptypb.Empty) (*emptypb.Empty, error) {
	return &emptypb.Empty{}, nil
}
