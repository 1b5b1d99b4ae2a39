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

// shared is what a configuration has in common at all places. It is worked out once, however many sources there are.
type shared struct {
	digest func() string

	mu      sync.Mutex
	byPlace map[string]*Config // by the key of the place
	under   map[string]*Config // by that of what of the floor is for a place
}

func newShared(c *Config) *shared {
	return &shared{digest: sync.OnceValue(c.hash), byPlace: map[string]*Config{}, under: map[string]*Config{"": c}}
}

// On returns the configuration at a place: with the levels of the place, and with the parameters that the floor pins
// there.
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
	s.byPlace[key] = under.at(place)
	return s.byPlace[key], nil
}

// On returns the configuration at a place, and remembers that the run has been there.
func (r *Run) On(c *Config, place rollout.Place) (*Config, error) {
	at, err := c.On(place)
	if err == nil {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.visited[place.Key()] = at
	}
	return at, err
}

// places are the configurations at the places where the run has been, in their order.
func (r *Run) places() (out []*Config) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, key := range slices.Sorted(maps.Keys(r.visited)) {
		out = append(out, r.visited[key])
	}
	return out
}

// within returns those of the places that lie within the place: the accounts of a stack, the stacks of a repository. An
// account that is not known is none.
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

// use is an exemption that matched on a stack. What matched in one account of it has matched on the stack.
type use struct{ stack, id string }

func (c *Config) use(id string) use { return use{c.Place.String(), id} }

// remarks says which policies do not count at the place, and at the places within it where the run has been.
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

// Remark says in one line which policies do not count at the place, or not all of them, empty where all do. The
// function chooses the policies that are of interest.
func (c *Config) Remark(of func(*pack.Policy) bool) string { return c.remark("", of) }

// Notes returns what there is to say about the configuration itself, what the floor has replaced for the place
// included.
func (c *Config) Notes() []string { return c.notes([]*Config{c}) }

// notes is Notes, for all places where the run has been.
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

// Digest returns a digest of the configuration, with the defaults of what it leaves out: two runs with the same digest
// evaluate by the same levels and parameters, above the same floor. Which level a stack, a day or a program gives a
// policy follows from these and is no part of it. It is SHA-256 in hex.
func (c *Config) Digest() string { return c.shared.digest() }

// hash hashes the configuration as JSON, whose keys are sorted.
func (c *Config) hash() string {
	levels := map[string]pack.Level{}
	for _, p := range c.pack.Policies {
		levels[p.Name] = c.Configured.Level(p.Name)
	}
	parameters, err := ast.JSON(c.Configured.Context.Parameters.Value)
	if err != nil {
		return "" // it was made from JSON
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
