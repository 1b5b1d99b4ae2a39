package fleet

import (
	"cmp"
	"fmt"

	"github.com/progression-labs-development/policypack/internal/report"
)

// Forms are the output formats of a report.
var Forms = report.NewSheet(writeText, writeCSV, writeHTML)

// short is a digest as it is shown to people, who compare and do not check it.
func short(digest string) string {
	if len(digest) > 12 {
		digest = digest[:12]
	}
	return cmp.Or(digest, "-")
}

// commit is the commit of an attestation as it is shown to people.
func (a *Attestation) commit() string {
	switch {
	case a.Commit == nil:
		return "-"
	case a.Commit.Dirty:
		return short(a.Commit.ID) + ", dirty"
	}
	return short(a.Commit.ID)
}

// attested is when a stack's update was attested, as it is shown to people.
func (a *Attestation) attested() string {
	if a.Kind == "preview" {
		return a.Time + " (preview)"
	}
	return a.Time
}

// policies is how many policies counted, as it is shown to people.
func (a *Attestation) policies() string {
	return fmt.Sprintf("%d mandatory, %d advisory", a.Mandatory, a.Advisory)
}
