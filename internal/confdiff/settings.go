package confdiff

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/blang/semver"

	"github.com/progression-labs-development/policypack/internal/exception"
	"github.com/progression-labs-development/policypack/internal/order"
	"github.com/progression-labs-development/policypack/internal/pack"
)

// exemptions compares exemptions by id.
func (c *comparison) exemptions(where string, a, b map[string]any) {
	for _, id := range union(a, b) {
		x, y := object(a[id]), object(b[id])
		at := where + "." + c.show(id)
		switch {
		case x == nil:
			c.add(Milder, at, "is new, until %s", day(y["expires"]))
			continue
		case y == nil:
			c.add(Stricter, at, "was removed")
			continue
		}
		c.expiry(at, x["expires"], y["expires"])
		before, _ := list(x["policies"])
		after, _ := list(y["policies"])
		for _, v := range without(after, before) {
			c.add(Milder, at, "exempts %v too", v)
		}
		for _, v := range without(before, after) {
			c.add(Stricter, at, "no longer exempts %v", v)
		}
		for _, name := range []string{"urn", "project", "stack", "type", "name", "path"} {
			if same(x[name], y[name]) {
				continue
			}
			kind := Different
			if _, ok := y[name]; !ok && name == "path" {
				kind = Milder
			} else if _, ok := x[name]; !ok && name == "path" {
				kind = Stricter
			}
			c.add(kind, at, "%s %s", name, changed(x[name], y[name]))
		}
		if glass, _ := y["breakGlass"].(bool); !same(x["breakGlass"], y["breakGlass"]) {
			c.add(Different, at, "breakGlass is %v", glass)
		}
	}
}

// exceptions compares Pulumi's policy exceptions by id, and what each of them exempts.
func (c *comparison) exceptions() {
	before, after := pairs(c.a.Exceptions), pairs(c.b.Exceptions)
	for _, id := range union(before, after) {
		at := "exceptions." + c.show(id)
		x, inA := before[id]
		y, inB := after[id]
		switch {
		case !inA:
			c.add(Milder, at, "is new, and never expires")
		case !inB:
			c.add(Stricter, at, "was removed")
		default:
			for _, pair := range allPairs(x, y) {
				switch _, was := x[pair]; {
				case !was:
					c.add(Milder, at, "exempts %s in %s too", pair.policy, c.show(pair.urn))
				case !y[pair]:
					c.add(Stricter, at, "no longer exempts %s in %s", pair.policy, c.show(pair.urn))
				}
			}
		}
	}
}

// pair is a policy and a resource in an exception.
type pair struct{ policy, urn string }

func pairs(set exception.Set) map[string]map[pair]bool {
	out := map[string]map[pair]bool{}
	for i := range set {
		of := map[pair]bool{}
		for _, m := range set[i].Match {
			for _, policy := range m.Policies {
				for _, urn := range m.Targets {
					of[pair{policy, urn}] = true
				}
			}
		}
		out[set[i].ID] = of
	}
	return out
}

// allPairs returns the pairs of both, sorted.
func allPairs(a, b map[pair]bool) []pair {
	all := slices.AppendSeq(slices.Collect(maps.Keys(a)), maps.Keys(b))
	order.By(all, func(x, y pair) int {
		return cmp.Or(cmp.Compare(x.policy, y.policy), cmp.Compare(x.urn, y.urn))
	})
	return slices.Compact(all)
}

// day returns a day or a time as written, or an empty string if it is neither.
func day(v any) string {
	s, _ := v.(string)
	for _, layout := range []string{time.DateOnly, time.RFC3339} {
		if _, err := time.Parse(layout, s); err == nil {
			return s
		}
	}
	return "an invalid day"
}

// expiry compares two expiries. Days and times are ordered as strings.
func (c *comparison) expiry(at string, a, b any) {
	x, y := day(a), day(b)
	switch {
	case x < y:
		c.add(Milder, at, "lasts until %s, was %s", y, x)
	case x > y:
		c.add(Stricter, at, "lasts until %s, was %s", y, x)
	}
}

// baselines compares the findings of baselines and their expiry.
func (c *comparison) baselines(where string, a, b map[string]any) {
	before, _ := list(a["findings"])
	after, _ := list(b["findings"])
	if added := without(after, before); len(added) > 0 {
		c.add(Milder, where, "%s more", findings(len(added)))
	}
	if removed := without(before, after); len(removed) > 0 {
		c.add(Stricter, where, "%s fewer", findings(len(removed)))
	}
	if a["expires"] != nil && b["expires"] != nil {
		c.expiry(where, a["expires"], b["expires"])
	}
}

func findings(n int) string {
	if n == 1 {
		return "1 finding"
	}
	return fmt.Sprintf("%d findings", n)
}

// dates compares the days from which policies are mandatory. A day in the past has no effect.
func (c *comparison) dates(where string, a, b map[string]any) {
	today := c.now.UTC().Format(time.DateOnly)
	for _, policy := range union(a, b) {
		x, y := "", ""
		if v, ok := a[policy]; ok {
			x = day(v)
		}
		if v, ok := b[policy]; ok {
			y = day(v)
		}
		if x == y {
			continue
		}
		kind := ordered(max(x, today), max(y, today))
		text := fmt.Sprintf("mandatory from %s, was %s", y, x)
		switch {
		case x == "":
			text = fmt.Sprintf("mandatory only from %s", y)
		case y == "":
			text = fmt.Sprintf("no longer waits for %s", x)
		}
		c.add(kind, where+"."+policy, "%s", text)
	}
}

// rows compares the levels of stacks or accounts. An entry that only one side has is compared with the levels that
// apply without it.
func (c *comparison) rows(where string, a, b map[string]any) {
	for _, key := range union(a, b) {
		if same(a[key], b[key]) {
			continue
		}
		at := fmt.Sprintf("%s %s", where, c.show(key))
		x, allA := a[key].(string)
		y, allB := b[key].(string)
		if allA && allB {
			c.level(at, pack.Level(x), pack.Level(y))
			continue
		}
		if allA || allB {
			switch kind := c.row(a[key], b[key]); {
			case a[key] == nil:
				c.add(kind, at, "is new: all policies are %s there", y)
			case b[key] == nil:
				c.add(kind, at, "was removed: all policies were %s there", x)
			default:
				c.add(kind, at, "has other levels")
			}
			continue
		}
		for _, q := range c.pack.Policies {
			_, inA := object(a[key])[q.Name]
			_, inB := object(b[key])[q.Name]
			if !inA && !inB {
				continue
			}
			c.level(at+" "+q.Name, of(a[key], c.a, q.Name), of(b[key], c.b, q.Name))
		}
	}
}

// of returns the level of a policy in an entry, or that of the side without it.
func of(row any, side Side, policy string) pack.Level {
	if s, ok := row.(string); ok {
		return pack.Level(s)
	}
	if s, ok := object(row)[policy].(string); ok {
		return pack.Level(s)
	}
	return side.Levels[policy]
}

// row compares two entries over all policies. Bundles set no levels without them.
func (c *comparison) row(a, b any) Kind {
	kind := Kind("")
	for _, q := range c.pack.Policies {
		x, y := of(a, c.a, q.Name), of(b, c.b, q.Name)
		if q.Name == pack.SettingsPolicy || x == y {
			continue
		}
		if k := ofLevels(x, y); x == "" || y == "" || kind != "" && kind != k {
			return Different
		} else {
			kind = k
		}
	}
	return cmp.Or(kind, Different)
}

// adopted compares the versions whose findings are adopted. What is new in a later version is advisory for a while;
// without a version, nothing is.
func (c *comparison) adopted(where string, a, b any) {
	version := func(v any) (semver.Version, bool) {
		s, _ := v.(string)
		out, err := semver.Parse(s)
		return out, err == nil
	}
	x, inA := version(a)
	y, inB := version(b)
	switch {
	case inA && inB:
		c.add(ordered(y.Compare(x), 0), where, "%s, was %s", y, x)
	case inB:
		c.add(Milder, where, "is %s: new findings of later versions are advisory for a while", y)
	default:
		c.add(Stricter, where, "is no longer set: new findings of a version apply at once")
	}
}

// keys compares the pinned keys by id. The owner of an additional key can sign a bundle too.
func (c *comparison) keys(where string, a, b map[string]any) {
	if len(a) > 0 && len(b) == 0 {
		c.add(Milder, where, "no longer pins a key: the parameters and the floor of a bundle do not apply")
		return
	}
	for _, id := range union(a, b) {
		switch {
		case a[id] == nil && len(a) == 0:
			c.add(Different, where+"."+c.show(id), "is new: the parameters and the floor of a bundle signed with "+
				"it apply")
		case a[id] == nil:
			c.add(Milder, where+"."+c.show(id), "is new: bundles signed with it are also accepted")
		case b[id] == nil:
			c.add(Stricter, where+"."+c.show(id), "was removed: bundles signed with it are no longer accepted")
		case !same(a[id], b[id]):
			c.add(Different, where+"."+c.show(id), "is a different key")
		}
	}
}

// floors compares the entries of floors by what they apply to.
func (c *comparison) floors() {
	before, after := c.a.Floor.Rows(), c.b.Floor.Rows()
	for _, where := range union(before, after) {
		x, inA := before[where]
		y, inB := after[where]
		at := "floor, " + where
		switch {
		case !inA:
			c.add(Stricter, at, "is new")
			continue
		case !inB:
			c.add(Milder, at, "was removed")
			continue
		}
		for _, policy := range union(x.Levels, y.Levels) {
			l, m := x.Level(policy), y.Level(policy)
			switch {
			case l == "":
				c.add(Stricter, at, "%s is at least %s", policy, m)
			case m == "":
				c.add(Milder, at, "%s no longer has a minimum level, was %s", policy, l)
			default:
				c.level(at+": "+policy, l, m)
			}
		}
		for _, policy := range union(x.Parameters, y.Parameters) {
			p, q := x.Parameters[policy], y.Parameters[policy]
			for _, name := range union(p, q) {
				v, pinnedA := p[name]
				w, pinnedB := q[name]
				switch {
				case !pinnedA:
					c.add(Stricter, at, "%s.%s is pinned", policy, name)
				case !pinnedB:
					c.add(Milder, at, "%s.%s is no longer pinned", policy, name)
				case !same(v, w):
					c.values(fmt.Sprintf("%s: %s.%s", at, policy, name),
						object(c.pack.Policy(policy).Parameters.Properties[name]), v, w)
				}
			}
		}
		if x.Any != y.Any {
			c.add(map[bool]Kind{true: Milder, false: Stricter}[y.Any], at, "%s",
				map[bool]string{
					true:  "any exemption can relax what it makes mandatory",
					false: "only signed exemptions can relax what it makes mandatory",
				}[y.Any])
		}
	}
}
