package check

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/progression-labs-development/policypack/internal/session"
)

// BenchmarkCheck is what each of many sources costs, beside what is done once.
func BenchmarkCheck(b *testing.B) {
	dir := b.TempDir()
	var paths []string
	for i := range 50 {
		file := filepath.Join(dir, fmt.Sprintf("stack%d.json", i))
		text := fmt.Sprintf(`{"version": 3, "deployment": {"manifest": {}, "resources": [
			{"urn": "urn:pulumi:stack%d::shop::pulumi:pulumi:Stack::shop-stack%d", "type": "pulumi:pulumi:Stack"}]}}`, i, i)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			b.Fatal(err)
		}
		paths = append(paths, file)
	}
	r, err := New(b.Context(), Options{Session: session.Options{Log: &bytes.Buffer{}, Now: time.Now}})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if err := r.Check(b.Context(), paths); err != nil || len(r.Report.Errors) > 0 {
			b.Fatal(err, r.Report.Errors)
		}
		r.Report.Sources, r.Report.Notes, r.Report.Findings, r.Report.Disabled = nil, nil, nil, nil
	}
}
