package detect_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/progression-labs-development/policypack/internal/detect"
	"github.com/progression-labs-development/policypack/internal/detect/formats"
	"github.com/progression-labs-development/policypack/internal/race"
)

func BenchmarkNew(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		_, _ = detect.New(detect.Options{})
	}
}

func inputs() []struct{ name, key, text string } {
	s := formats.Maker{Rand: rand.New(rand.NewPCG(1, 1))}
	return []struct{ name, key, text string }{
		{"ARN prefix", "arn", "arn:aws:iam::1234567"},
		{"role ARN", "roleArn", "arn:aws:iam::123456789012:role/orders-worker-production"},
		{"UUID", "id", "3b241101-e2bb-4255-8caf-4136c566a962"},
		{
			"JSON of 200 bytes", "settings",
			`{"logLevel":"info","passwordPolicy":{"minimumLength":16,"requireSymbols":true},"tokenTtl":"1h","authType":"OIDC","secretName":"orders-db","kmsKeyId":"3b241101-e2bb-4255-8caf-4136c566a962","keys":"id"}`,
		},
		{"user data of 2 KB", "userData", "#!/bin/bash\nset -euo pipefail\n" +
			strings.Repeat("apt-get install -y nginx jq awscli && systemctl enable --now nginx\n", 30)},
		{"certificate", "certificate", "-----BEGIN CERTIFICATE-----\n" +
			strings.Repeat(s.Of(formats.SetBase64, 64)+"\n", 25) + "-----END CERTIFICATE-----\n"},
		{"GitHub token", "value", "ghp_" + s.Of(formats.SetAlnum, 36)},
		{"password", "dbPassword", "hunter22"},
	}
}

func BenchmarkFind(b *testing.B) {
	d := detector(b, detect.Options{})
	for _, in := range inputs() {
		b.Run(in.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				d.Find(in.text, detect.Evidence{})
			}
		})
	}
}

func BenchmarkFindNamed(b *testing.B) {
	d := detector(b, detect.Options{})
	for _, in := range inputs() {
		b.Run(in.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				d.Find(in.text, detect.Evidence{Name: in.key})
			}
		})
	}
}

// The negative path allocates nothing: it is walked for every string of a stack.
func TestNoAllocations(t *testing.T) {
	if race.Enabled {
		t.Skip("under the race detector a sync.Pool forgets at random what is put into it")
	}
	d := detector(t, detect.Options{})
	for _, in := range inputs()[:6] {
		if n := testing.AllocsPerRun(100, func() { d.Find(in.text, detect.Evidence{Name: in.key}) }); n > 0 {
			t.Errorf("%s: %.0f allocations", in.name, n)
		}
	}
}
