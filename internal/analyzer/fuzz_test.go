package analyzer

import (
	"bytes"
	"context"
	"encoding/binary"
	"testing"
	"time"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/progression-labs-development/policypack/internal/fuzzing"
	"github.com/progression-labs-development/policypack/internal/session"
)

// FuzzCalls makes any of the engine's calls, in any order, with any messages: no call panics, and the panics that
// [session.Session.Guard] turns into errors fail here too.
func FuzzCalls(f *testing.F) {
	settings, err := structpb.NewStruct(map[string]any{"exemptions": map[string]any{"x": map[string]any{
		"policies": []any{"raw-secret-resource"}, "urn": "urn:pulumi:*::**", "owner": "o", "reason": "r", "expires": "2026-12-01",
	}}})
	if err != nil {
		f.Fatal(err)
	}
	secret := request("db", secretType, map[string]any{"name": "api/production", "tags": map[string]any{"password": fuzzing.Canary}})
	f.Add(calls(f,
		call{0, &pulumirpc.AnalyzerHandshakeRequest{}},
		call{1, &pulumirpc.AnalyzerStackConfigureRequest{
			Stack: "production", Project: "shop", Config: map[string]string{"shop:password": fuzzing.Canary},
			ConfigSecretKeys: []string{"shop:password"},
		}},
		call{2, nil},
		call{3, &pulumirpc.ConfigureAnalyzerRequest{PolicyConfig: map[string]*pulumirpc.PolicyConfig{
			"settings": {EnforcementLevel: pulumirpc.EnforcementLevel_MANDATORY, Properties: settings},
		}}},
		call{4, secret}, call{5, secret},
		call{6, &pulumirpc.AnalyzeStackRequest{Resources: []*pulumirpc.AnalyzerResource{{
			Type: secret.Type, Name: secret.Name, Urn: secret.Urn, Properties: secret.Properties,
		}}}},
		call{7, nil},
	))
	f.Add(calls(f, call{6, &pulumirpc.AnalyzeStackRequest{}}, call{7, nil}, call{5, secret}, call{1, nil}))
	f.Fuzz(func(t *testing.T, data []byte) {
		defer fuzzing.Watch(t, len(data))()
		var log bytes.Buffer
		s := serving(session.New(session.Options{
			Log: &log, Now: func() time.Time { return time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC) },
		}))
		for range 20 {
			var one call
			var ok bool
			if one, data, ok = next(data); !ok {
				break
			}
			if err := one.make(s); err != nil && bytes.Contains(log.Bytes(), []byte("goroutine ")) {
				t.Fatalf("call %d panics:\n%s", one.which, log.String())
			}
		}
		fuzzing.Silent(t, "the log", log.String())
	})
}

// call is one of the engine's calls by its number, with its message.
type call struct {
	which byte
	with  proto.Message
}

// calls writes calls down: of each the number, the length of its message, and the message.
func calls(t testing.TB, all ...call) (out []byte) {
	t.Helper()
	for _, one := range all {
		var data []byte
		if one.with != nil {
			var err error
			if data, err = (proto.MarshalOptions{Deterministic: true}).Marshal(one.with); err != nil {
				t.Fatal(err)
			}
		}
		out = binary.BigEndian.AppendUint16(append(out, one.which), uint16(len(data)))
		out = append(out, data...)
	}
	return out
}

// next reads the first of the calls. A message that is none makes the call with what could be read of it, which gRPC
// would refuse.
func next(data []byte) (one call, rest []byte, ok bool) {
	if len(data) < 3 {
		return one, nil, false
	}
	one.which = data[0] % 8
	n := min(int(binary.BigEndian.Uint16(data[1:])), len(data)-3)
	one.with = []proto.Message{
		&pulumirpc.AnalyzerHandshakeRequest{}, &pulumirpc.AnalyzerStackConfigureRequest{}, &emptypb.Empty{},
		&pulumirpc.ConfigureAnalyzerRequest{}, &pulumirpc.AnalyzeRequest{}, &pulumirpc.AnalyzeRequest{},
		&pulumirpc.AnalyzeStackRequest{}, &emptypb.Empty{},
	}[one.which]
	_ = proto.Unmarshal(data[3:3+n], one.with)
	return one, data[3+n:], true
}

func (c call) make(s *Server) (err error) {
	ctx := context.Background()
	switch c.which {
	case 0:
		_, err = s.Handshake(ctx, c.with.(*pulumirpc.AnalyzerHandshakeRequest))
	case 1:
		_, err = s.ConfigureStack(ctx, c.with.(*pulumirpc.AnalyzerStackConfigureRequest))
	case 2:
		_, err = s.GetAnalyzerInfo(ctx, c.with.(*emptypb.Empty))
	case 3:
		_, err = s.Configure(ctx, c.with.(*pulumirpc.ConfigureAnalyzerRequest))
	case 4:
		_, err = s.Remediate(ctx, c.with.(*pulumirpc.AnalyzeRequest))
	case 5:
		_, err = s.Analyze(ctx, c.with.(*pulumirpc.AnalyzeRequest))
	case 6:
		_, err = s.AnalyzeStack(ctx, c.with.(*pulumirpc.AnalyzeStackRequest))
	case 7:
		_, err = s.Cancel(ctx, c.with.(*emptypb.Empty))
	}
	return err
}
