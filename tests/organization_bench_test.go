package tests

import (
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/progression-labs-development/policypack/tests/internal/harness"
)

// BenchmarkLauncher is what a required pack that is installed adds to a preview, by launcher: medians over previews in
// turn, in milliseconds and as multiples of what the bare plugin adds with --policy-pack.
//
//	go test ./tests -run '^$' -bench Launcher -benchtime 10x
func BenchmarkLauncher(b *testing.B) {
	plain := newOrganization(b, "")
	machines := map[string]*runner{"": plain.runner(b, "production"), "plugin": plain.runner(b, "plugin")}
	machines["plugin"].home.InstallPlugin(b)
	pack := harness.PackDir(b, map[string]string{"policy-config.json": `{"all": "advisory"}`})
	for _, launcher := range []string{"nodejs", "policypack"} {
		o := newOrganization(b, launcher)
		o.publish(b, o.bundle(b, "1.0.0", `{"all": "advisory"}`))
		o.enable(b, "", "")
		machines[launcher] = o.runner(b, "production")
	}
	names := []string{"", "plugin", "nodejs", "policypack"}
	times := map[string][]float64{}
	preview := func(name string) {
		args := []string{"preview", "--stack", "acme/production"}
		if name == "plugin" {
			args = []string{"preview", "--stack", "acme/plugin", "--policy-pack", pack}
		}
		start := time.Now()
		if out, err := machines[name].pulumi(args...); err != nil {
			b.Fatalf("%s: %v\n%s", filepath.Join(args...), err, out)
		}
		times[name] = append(times[name], float64(time.Since(start).Microseconds())/1000)
	}
	for _, name := range names { // installs the packs
		preview(name)
	}
	clear(times)
	for b.Loop() {
		for _, name := range names {
			preview(name)
		}
	}
	b.ReportMetric(0, "ns/op")
	added := func(name string) float64 { return middle(times[name]) - middle(times[""]) }
	for _, name := range names[1:] {
		b.ReportMetric(added(name), name+"-added-ms")
		b.ReportMetric(added(name)/added("plugin"), name+"-x")
	}
}

func middle(values []float64) float64 {
	slices.Sort(values)
	return values[len(values)/2]
}
