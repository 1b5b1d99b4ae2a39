package bench

import (
	"strings"
	"testing"
	"time"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/progression-labs-development/policypack/tests/internal/harness"
)

// BenchmarkLanguageStart is the time until a pack answers GetAnalyzerInfo behind the language host, both processes
// included, beside that of the analyzer plugin that is started directly.
func BenchmarkLanguageStart(b *testing.B) {
	bin := binaries(b)[0]
	dir := harness.PackDir(b, nil)
	var times samples
	for b.Loop() {
		times.both(func(i int) time.Duration {
			start := time.Now()
			if i == 1 {
				a := harness.StartAnalyzer(b, harness.Start{Bin: bin, Dir: dir})
				if _, err := a.Client.GetAnalyzerInfo(b.Context(), &emptypb.Empty{}); err != nil {
					b.Fatal(err)
				}
				took := time.Since(start)
				a.Stop(b)
				return took
			}
			l := harness.StartLanguage(b)
			answered(b, l, dir)
			took := time.Since(start)
			l.Stop(b)
			return took
		})
	}
	language, direct := quantile(times[0], 0.5), quantile(times[1], 0.5)
	b.ReportMetric(0, "ns/op") // the loop measures both
	b.ReportMetric(language/float64(time.Millisecond), "start-ms")
	b.ReportMetric(direct/float64(time.Millisecond), "start-analyzer-ms")
	b.ReportMetric(language/direct, "start-x-analyzer")
}

// answered runs a pack and waits for its first answer.
func answered(b *testing.B, l *harness.Language, dir string) {
	b.Helper()
	stream, err := l.Client.RunPlugin(b.Context(), &pulumirpc.RunPluginRequest{
		Pwd: dir, Kind: "analyzer", Args: []string{l.Engine.Addr}, Info: &pulumirpc.ProgramInfo{ProgramDirectory: dir},
	})
	if err != nil {
		b.Fatal(err)
	}
	port := ""
	for !strings.HasSuffix(port, "\n") {
		m, err := stream.Recv()
		if err != nil {
			b.Fatal(err)
		}
		port += string(m.GetStdout())
	}
	conn, err := grpc.NewClient("127.0.0.1:"+strings.TrimSpace(port),
		grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		b.Fatal(err)
	}
	defer conn.Close() //nolint:errcheck // nothing was written
	if _, err := pulumirpc.NewAnalyzerClient(conn).GetAnalyzerInfo(b.Context(), &emptypb.Empty{}); err != nil {
		b.Fatal(err)
	}
}
