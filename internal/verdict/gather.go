package verdict

import (
	"fmt"
	"path"
	"strings"

	"github.com/progression-labs-development/policypack/internal/report"
)

// maxGathered bounds the names of files that one finding lists.
const maxGathered = 10

// Gather makes one finding of all about files of a folder that have the same reason, of policies that want it: a folder
// of images in a strange format is one thing to decide. Each file has been exempted, or not, on its own.
func Gather(found []Finding) []Finding {
	type group struct{ policy, folder, reason, commit string }
	first, more := map[group]int{}, map[int][]string{}
	var out []Finding
	for _, f := range found {
		if !f.Rule.PerFolder || f.About || f.Exempted() || f.Baseline || f.LeftTo != "" {
			out = append(out, f)
			continue
		}
		g := group{f.Policy, path.Dir(f.File), f.Path.String(), f.Commit}
		if i, known := first[g]; known {
			more[i] = append(more[i], path.Base(f.File))
			continue
		}
		first[g] = len(out)
		out = append(out, f)
	}
	for i := range out {
		names := more[i]
		if names == nil {
			continue
		}
		listed := strings.Join(names[:min(len(names), maxGathered)], ", ")
		if len(names) > maxGathered {
			listed += ", …"
		}
		out[i].Message += fmt.Sprintf("\nThe same holds for %s beside it: %s.", report.Plural(len(names), "file"),
			listed)
	}
	return out
}
