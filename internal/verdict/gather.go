package verdict

import (
	"fmt"
	"path"
	"strings"

	"github.com/progression-labs-development/policypack/internal/report"
)

// maxGathered is the maximum number of file names that one finding lists.
const maxGathered = 10

// Gather merges findings with the same reason about files of one directory, for policies that ask for it: a directory
// of images in an unusual format is one problem. Exemptions have been applied to each file already.
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
		out[i].Message += fmt.Sprintf("\nThe same applies to %s in this directory: %s.",
			report.Plural(len(names), "file"), listed)
	}
	return out
}
