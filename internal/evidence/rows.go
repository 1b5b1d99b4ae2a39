package evidence

import (
	"strings"

	"github.com/progression-labs-development/policypack/internal/place"
	"github.com/progression-labs-development/policypack/internal/rollout"
	"github.com/progression-labs-development/policypack/internal/verdict"
)

// Gone says how many findings of a row for a file a repository does not have any more, or why it has them, or may have.
type Gone func(rollout.Row) (n int, why string)

// Repository takes in what a check of a repository says of the rows for files. With are the sources that it was checked
// with, none where that is not known.
func (v *Evidence) Repository(gone Gone, with ...string) {
	v.repositories = append(v.repositories, repository{gone, with})
}

type repository struct {
	gone Gone
	with []string
}

// Row is what is proven of a row of a baseline.
type Row struct {
	Left int    // the findings that it stands for from now on, 0 for one that is unused
	Why  string // it stays as it is
}

// Baseline says what is proven of the rows of a baseline. Rows about the same are unused from the last one on.
func (v *Evidence) Baseline(known []verdict.Known) []Row {
	rows := make([]Row, len(known))
	type excess struct {
		n   int
		why string
	}
	files := map[rollout.Row]*excess{}
	for i := len(known) - 1; i >= 0; i-- {
		k, r := known[i], &rows[i]
		r.Left = k.Findings()
		switch {
		case k.File != "":
			row := k.Row()
			if files[row] == nil {
				n, why := v.inRepositories(row)
				files[row] = &excess{n, why}
			}
			e := files[row]
			less := min(e.n, r.Left)
			e.n, r.Left, r.Why = e.n-less, r.Left-less, e.why
		case strings.HasPrefix(k.URN, place.FileURN):
			r.Why = "it is in the format of an earlier version; convert it with --migrate"
		default:
			var unused bool
			if unused, r.Why = v.row(k.Policy, k.URN, k.At()); unused {
				r.Left = 0
			}
		}
	}
	return rows
}

// inRepositories is Gone of all repositories together.
func (v *Evidence) inRepositories(row rollout.Row) (n int, why string) {
	if len(v.repositories) == 0 {
		return 0, "no repository was checked; provide its directory, since a report does not record which entries it " +
			"used"
	}
	for i, r := range v.repositories {
		if m, w := r.gone(row); i == 0 || m < n {
			n, why = m, w
		}
	}
	return n, why
}
