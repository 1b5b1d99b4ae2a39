package policypack

import (
	"testing"
	"time"
)

// The setting adopt counts its days from the release, so the day has to be one that can be read.
func TestReleased(t *testing.T) {
	t.Parallel()
	if _, err := time.Parse(time.DateOnly, Released()); err != nil {
		t.Errorf("PulumiPolicy.yaml: released: %v", err)
	}
}
