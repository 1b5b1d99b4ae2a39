package analyzer

import (
	"context"
	"slices"
	"strings"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/grpc/encoding"
	_ "google.golang.org/grpc/encoding/proto" // the codec of all other messages
	"google.golang.org/grpc/mem"
)

// message is a request that package wire decodes.
type message string

// unread is a request whose content does not matter.
type unread struct{}

// codec hands over messages undecoded where a handler asks for that.
type codec struct{ encoding.CodecV2 }

func newCodec() codec { return codec{encoding.GetCodecV2("proto")} }

// Unmarshal decodes a message, or copies it.
func (c codec) Unmarshal(data mem.BufferSlice, v any) error {
	switch v := v.(type) {
	case *message:
		var text strings.Builder
		text.Grow(data.Len())
		for _, part := range data {
			text.Write(part.ReadOnlyData())
		}
		*v = message(text.String())
		return nil
	case unread:
		return nil
	}
	return c.CodecV2.Unmarshal(data, v)
}

// service is the analyzer's service. Its handlers of the calls about resources leave the requests to package wire.
func service() *grpc.ServiceDesc {
	d := pulumirpc.Analyzer_ServiceDesc
	d.Methods = slices.Clone(d.Methods)
	for i := range d.Methods {
		switch m := &d.Methods[i]; m.MethodName {
		case "Analyze":
			m.Handler = undecoded((*Server).analyze)
		case "AnalyzeStack":
			m.Handler = undecoded((*Server).analyzeStack)
		case "Remediate":
			m.Handler = func(
				s any, ctx context.Context, decode func(any) error, _ grpc.UnaryServerInterceptor,
			) (any, error) {
				if err := decode(unread{}); err != nil {
					return nil, err
				}
				return s.(*Server).Remediate(ctx, nil)
			}
		}
	}
	return &d
}

func undecoded(handle func(*Server, context.Context, string) (*pulumirpc.AnalyzeResponse, error)) grpc.MethodHandler {
	return func(s any, ctx context.Context, decode func(any) error, _ grpc.UnaryServerInterceptor) (any, error) {
		var m message
		if err := decode(&m); err != nil {
			return nil, err
		}
		return handle(s.(*Server), ctx, string(m))
	}
}
