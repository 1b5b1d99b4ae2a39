package verdict

import (
	"cmp"
	"sync"

	"github.com/progression-labs-development/policypack/internal/evaluator"
	"github.com/progression-labs-development/policypack/internal/expiry"
	"github.com/progression-labs-development/policypack/internal/facts"
	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/internal/place"
	"github.com/progression-labs-development/policypack/internal/rollout"
)

// Run is one run of the engine, or over one state, plan or repository. It remembers which findings applied, since a
// decision about the stack may be left to a finding in one of its resources, and one about a resource to a finding in
// another. It is safe for concurrent use.
//
// A decision lists in yields the policies that may report the same problem. It is left to one of them if that policy's
// finding applies at least as strictly: its level is the same or stricter, it is decided if the decision is, and no
// exemption, comment or baseline exempts it; or if it is itself left to such a finding. A policy that owns the location
// of a decision has decided about it even if it reports nothing; then its level is compared, and nothing may exempt it.
type Run struct {
	Facts *facts.Run

	used sync.Map // of use: matched exemptions
	rows sync.Map // of rollout.Row: the number of findings it covers in the checked files

	mu      sync.Mutex
	seen    map[spot]standing
	visited map[string]*Config // by the place's key
}

// NewRun starts a run.
func NewRun(f *facts.Run) *Run {
	return &Run{Facts: f, seen: map[spot]standing{}, visited: map[string]*Config{}}
}

// hold records that an entry of the baseline covers the nth of its findings.
func (r *Run) hold(row rollout.Row, nth int) {
	for {
		old, loaded := r.rows.LoadOrStore(row, nth)
		if !loaded || old.(int) >= nth || r.rows.CompareAndSwap(row, old, nth) {
			return
		}
	}
}

// spot is a location where a policy may have reported something: a resource or file, or a position in it.
type spot struct{ policy, urn, place string }

// rank orders levels; 0 does not apply.
type rank uint8

func rankOf(l pack.Level) rank {
	switch l {
	case pack.Advisory:
		return 1
	case pack.Mandatory:
		return 2
	default:
		return 0
	}
}

// standing is how strictly the findings at a spot apply: decided ones, and all.
type standing struct{ decided, all rank }

func (s standing) or(t standing) standing {
	return standing{max(s.decided, t.decided), max(s.all, t.all)}
}

// claim is a decision on its way to becoming a finding.
type claim struct {
	decision *evaluator.Decision
	place    string
	nominal  rank // of its level before exemptions
	eased    bool // something exempts it

	state   state
	settled standing // its standing, or that of what it is left to
}

type state uint8

const (
	open state = iota
	active
	settled
)

// carried reports whether a finding of that standing can cover the decision.
func (c *claim) carried(by standing) bool {
	if c.decision.Undecided {
		return by.all >= c.nominal
	}
	return by.decided >= c.nominal
}

// own returns the standing of the decision by itself.
func (c *claim) own() standing {
	switch {
	case c.eased:
		return standing{}
	case c.decision.Undecided:
		return standing{all: c.nominal}
	default:
		return standing{c.nominal, c.nominal}
	}
}

// placeOf returns a location as a string, empty for the resource or file as a whole.
func placeOf(at place.Position, path place.Path) string {
	if at.Line > 0 {
		return at.String()
	}
	return path.String()
}

// settle decides which of the findings are left to others, and records their standing.
func (r *Run) settle(c *Config, about *Subject, findings []Finding, claims []claim) {
	if len(findings) == 0 {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	s := settling{run: r, config: c, about: about, findings: findings, claims: claims}
	for i := range claims {
		if len(claims[i].decision.Yields) > 0 {
			s.index()
			break
		}
	}
	for i := range claims {
		s.settle(i)
	}
	if about.File != nil {
		return
	}
	for i := range claims {
		f := &findings[i]
		for _, at := range spots(f, claims[i].place) {
			r.seen[at] = r.seen[at].or(claims[i].settled)
		}
	}
}

// spots returns where a finding can be found again: its resource or file, and its position there.
func spots(f *Finding, place string) []spot {
	whole := spot{f.Policy, f.URN, ""}
	if place == "" {
		return []spot{whole}
	}
	return []spot{whole, {f.Policy, f.URN, place}}
}

// settling is the state of settling the decisions of one call.
type settling struct {
	run      *Run
	config   *Config
	about    *Subject
	findings []Finding
	claims   []claim
	at       map[spot][]int // nil if no decision may be left to another
}

func (s *settling) index() {
	s.at = map[spot][]int{}
	for i := range s.claims {
		for _, at := range spots(&s.findings[i], s.claims[i].place) {
			s.at[at] = append(s.at[at], i)
		}
	}
}

// settle decides whether a finding is left to another, and returns its resulting standing. In a cycle, the last finding
// stays.
func (s *settling) settle(i int) standing {
	c := &s.claims[i]
	switch c.state {
	case settled:
		return c.settled
	case active:
		return standing{}
	case open:
	}
	c.state, c.settled = active, c.own()
	for j := range c.decision.Yields {
		to := &c.decision.Yields[j]
		if by := s.target(i, to); c.carried(by) {
			s.findings[i].LeftTo, s.findings[i].LeftAt, c.settled = to.Policy, cmp.Or(to.URN, s.findings[i].URN), by
			break
		}
	}
	c.state = settled
	return c.settled
}

// target returns the standing of what a decision may be left to at a policy.
func (s *settling) target(i int, to *evaluator.Target) standing {
	f := &s.findings[i]
	at := spot{to.Policy, to.URN, placeOf(to.At, to.Path)}
	if at.urn == "" {
		at.urn = f.URN
	}
	if to.Owns {
		at.place = s.claims[i].place
	}
	by, said := s.run.seen[at]
	for _, j := range s.at[at] {
		if j != i {
			by, said = by.or(s.settle(j)), true
		}
	}
	if !said && to.Owns && !s.config.eases(s.run, to.Policy, at.urn, f) {
		n := rankOf(s.config.around(s.about, at.urn).Level(to.Policy))
		by = standing{n, n}
	}
	return by
}

// eases reports whether an exemption, an exception or the baseline would exempt a finding of the policy.
func (c *Config) eases(run *Run, policy, urn string, f *Finding) bool {
	urn = run.Facts.Named(urn)
	if e, _ := c.exemption(run, policy, urn, f.Path); e != nil && c.exemptions.State(e) != expiry.Expired {
		return true
	}
	if len(c.Exceptions.Find(policy, urn)) > 0 && c.ExceptionsSetting() != ExceptionsDeny &&
		c.bound.Signed(policy) == "" {
		return true
	}
	inFile := f.inFile
	if inFile != nil {
		its := *inFile
		its.Policy, its.Nth = policy, 1
		inFile = &its
	}
	_, state := c.known(run, policy, urn, f.Path, inFile)
	return state != expiry.Expired
}
