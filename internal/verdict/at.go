package verdict

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/internal/rollout"
)

// shared is the state that a configuration shares across places. It is computed once, however many sources there are.
type shared struct {
	digest func() string

	mu      sync.Mutex
	byPlace map[string]*Config // by the place's key
	under   map[string]*Config // by the key of the place's floor
	levels  []*Config          // one for each set of levels: most places have the same
}

func newShared(c *Config) *shared {
	return &shared{digest: sync.OnceValue(c.hash), byPlace: map[string]*Config{}, under: map[string]*Config{"": c}}
}

// On returns the configuration at a place, with the levels of the place and the parameters that the floor pins there.
func (c *Config) On(place rollout.Place) (*Config, error) {
	s, key := c.shared, place.Key()
	s.mu.Lock()
	defer s.mu.Unlock()
	if at := s.byPlace[key]; at != nil {
		return at, nil
	}
	bound := c.Floor().At(place)
	under := s.under[bound.Key()]
	if under == nil {
		var err error
		if under, err = s.under[""].under(bound); err != nil {
			return nil, err
		}
		s.under[bound.Key()] = under
	}
	at := under.at(place)
	i := slices.IndexFunc(s.levels, func(c *Config) bool {
		return c.Base == at.Base && maps.Equal(c.levels, at.levels)
	})
	if i < 0 {
		s.levels = append(s.levels, at)
	} else {
		at.Config, at.levels = s.levels[i].Config, s.levels[i].levels
	}
	s.byPlace[key] = at
	return at, nil
}

// On returns the configuration at a place, and records that the run has visited it.
func (r *Run) On(c *Config, place rollout.Place) (*Config, error) {
	at, err := c.On(place)
	if err == nil {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.visited[place.Key()] = at
	}
	return at, err
}

// places returns the configurations of the visited places, in order.
func (r *Run) places() (out []*Config) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, key := range slices.Sorted(maps.Keys(r.visited)) {
		out = append(out, r.visited[key])
	}
	return out
}

// within returns the places inside this one: the accounts of a stack, the stacks of a repository. An unknown account is
// not counted as a place.
func (c *Config) within(visited []*Config) (out []*Config) {
	for _, v := range visited {
		at := v.Place
		inAccount := at.String() == c.Place.String() && at.Account != "" && at.Account != c.Place.Account
		if inAccount || c.Place.Stack == "" && at.Stack != "" {
			out = append(out, v)
		}
	}
	return out
}

// use identifies an exemption that matched on a stack. A match in one account is a match on the stack.
type use struct{ stack, id string }

func (c *Config) use(id string) use { return use{c.Place.String(), id} }

// remarks lists the policies that do not apply, or only in part, at the place and the visited places within it.
func (c *Config) remarks(visited []*Config, of func(*pack.Policy) bool) (out []string) {
	here := c.Remark(of)
	if here != "" {
		out = append(out, here)
	}
	for _, v := range c.within(visited) {
		if v.Remark(of) == here {
			continue
		}
		if remark := v.remark(v.Place.In(c.Place), of); remark != "" {
			out = append(out, remark)
		}
	}
	return out
}

// Remark returns one line listing the policies that do not apply, or only in part, at the place. The function selects
// policies.
func (c *Config) Remark(of func(*pack.Policy) bool) string { return c.remark("", of) }

// Notes returns remarks about the configuration itself, including what the floor replaced at the place.
func (c *Config) Notes() []string { return c.notes([]*Config{c}) }

// notes is Notes for all visited places.
func (c *Config) notes(visited []*Config) []string {
	var replaced []string
	if nowhere, err := c.On(rollout.Place{}); err == nil {
		visited = append(visited, nowhere)
	}
	for _, v := range visited {
		if v.replaced != "" {
			replaced = append(replaced, v.replaced)
		}
	}
	slices.Sort(replaced)
	return slices.Concat(c.Said, slices.Compact(replaced))
}

// Digest returns a digest of the configuration, including defaults: runs with the same digest use the same levels and
// parameters and the same floor. Levels by stack, day or program follow from these and are not part of it. It is
// SHA-256 in hex.
func (c *Config) Digest() string { return c.shared.digest() }

// hash hashes the configuration as JSON with sorted keys.
func (c *Config) hash() string {
	levels := map[string]pack.Level{}
	for _, p := range c.pack.Policies {
		levels[p.Name] = c.Configured.Level(p.Name)
	}
	parameters, err := ast.JSON(c.Configured.Context.Parameters.Value)
	if err != nil {
		return "" // it was decoded from JSON
	}
	whole := map[string]any{"levels": levels, "parameters": parameters, "settings": c.Configured.Settings}
	if floor := c.Floor().Raw(); floor != nil {
		whole["floor"] = floor
	}
	text, err := json.Marshal(whole)
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "policypack-configuration/1\n%s", text))
	return hex.EncodeToString(sum[:])
}
