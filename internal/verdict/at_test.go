package verdict

import (
	"testing"

	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/internal/rollout"
)

// TestPlacesWithTheSameLevels shows that the many stacks of an organisation do not each have levels of their own in
// memory, and that no stack has the levels of another.
func TestPlacesWithTheSameLevels(t *testing.T) {
	t.Parallel()
	c := configured(t, ownPack(t), nil, map[string]any{
		"levelByStack": map[string]any{"*/dev": map[string]any{"secret-name": "disabled"}},
	}, nil)
	on := func(project, stack string) *Config {
		t.Helper()
		at, err := c.On(rollout.Place{Project: project, Stack: stack})
		if err != nil {
			t.Fatal(err)
		}
		if at.Place.Project != project || at.Place.Stack != stack {
			t.Errorf("got the place %s, want %s/%s", at.Place, project, stack)
		}
		return at
	}
	for i, same := range [][2]*Config{
		{on("a", "prod"), on("b", "prod")},
		{on("a", "dev"), on("b", "dev")},
	} {
		if same[0].Config != same[1].Config {
			t.Errorf("%d: two places with the same levels do not share them", i)
		}
		want := []pack.Level{pack.Mandatory, pack.Disabled}[i]
		for _, at := range same {
			if got := at.LevelOf("secret-name").Level; got != want || at.Level("secret-name") != want {
				t.Errorf("%s: got level %s, want %s", at.Place, got, want)
			}
		}
	}
}
