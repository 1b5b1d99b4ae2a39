package session

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/progression-labs-development/policypack/internal/breakglass"
	"github.com/progression-labs-development/policypack/internal/dsse"
	"github.com/progression-labs-development/policypack/internal/model"
	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/internal/place"
	"github.com/progression-labs-development/policypack/internal/report"
	"github.com/progression-labs-development/policypack/internal/verdict"
)

// BreakGlass is a token that lets a run pass, with what it is verified with.
type BreakGlass struct {
	Token string // empty where there is none
	// Key is a file with the pinned public key; where it is empty, the one beside PulumiPolicy.yaml counts. The caller
	// takes it from nowhere that whoever starts a preview can change.
	Key string
	// Checkout reads the commit of the program.
	Checkout func() (breakglass.Checkout, error)
}

// glass is a token that is in force, and what it has let pass so far. It is safe for concurrent use.
type glass struct {
	token *breakglass.Token

	mu        sync.Mutex
	announced bool
	passed    int      // findings that would have stopped the run
	outages   []string // of the pack itself
}

// breakGlass returns what is in force for a run about a stack, which is nil for files of a repository; nil where there
// is no token. One that is not good stops the run: it is neither honoured nor passed over.
func (o *Options) breakGlass(about *model.Stack) (*glass, error) {
	if o.BreakGlass.Token == "" {
		return nil, nil
	}
	key, err := o.breakGlassKey()
	if err != nil {
		return nil, err
	}
	t, err := breakglass.Open(o.BreakGlass.Token, o.Now(), key)
	if err != nil {
		return nil, err
	}
	if about != nil || t.Commit == "" { // the commit says whose files they are
		named := model.Stack{}
		if about != nil {
			named = *about
		}
		if err := t.For(named.Organization, named.Project, named.Name); err != nil {
			return nil, err
		}
	}
	checkout := o.BreakGlass.Checkout
	if checkout == nil {
		checkout = func() (breakglass.Checkout, error) { return breakglass.Checkout{}, nil }
	}
	return &glass{token: t}, t.At(checkout)
}

func (o *Options) breakGlassKey() (ed25519.PublicKey, error) {
	file := o.BreakGlass.Key
	if file == "" && o.Dir != "" {
		file = filepath.Join(o.Dir, breakglass.KeyFile)
	}
	if file != "" {
		key, err := dsse.ReadPublicKey(file)
		if !errors.Is(err, fs.ErrNotExist) {
			return key, err
		}
	}
	missing := ""
	if o.BreakGlass.Key != "" {
		missing = ": " + file + " does not exist"
	}
	return nil, fmt.Errorf("no pinned key to verify it with%s; put the public key beside PulumiPolicy.yaml as %s, "+
		"as `policypack bundle --break-glass-key` does, or pass --break-glass-key to `policypack check`", missing, breakglass.KeyFile)
}

// refused is the error of a run whose token is not good.
func refused(err error) error {
	var path *os.PathError
	if errors.As(err, &path) {
		err = fmt.Errorf("%s: %w", path.Path, path.Err)
	}
	return fmt.Errorf("%s: the break-glass token is rejected: %s", breakglass.Variable, place.VisibleLines(err.Error()))
}

// MayBreakGlass reports whether there is a token, in force or not.
func (s *Session) MayBreakGlass() bool { return s.options.BreakGlass.Token != "" }

// InForce reports whether a token is in force.
func (s *Session) InForce() bool { return s.inForce() != nil }

// inForce returns the token that is in force, nil where there is none.
func (s *Session) inForce() *glass {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.glass
}

// Outage tells the run that the pack itself is broken. It reports whether the run goes on all the same, by a token.
func (s *Session) Outage(err error) bool {
	g := s.inForce()
	if g == nil || err == nil {
		return false
	}
	g.outage(s.scrubbed(err))
	return true
}

// scrubbed is an error as it leaves the process. Unlike Shown it needs no configuration, since that may be what is
// broken.
func (s *Session) scrubbed(err error) string {
	s.mu.Lock()
	run := s.run
	s.mu.Unlock()
	return place.VisibleLines(run.Facts.Scrub(err.Error()))
}

func (g *glass) outage(text string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !slices.Contains(g.outages, text) {
		g.outages = append(g.outages, text)
	}
}

// spared takes the error of a call away where a token is in force. It is deferred before Guard, and so sees panics as
// errors. The answer says what was not checked.
func (s *Session) spared(what string, err *error, answer func(finding verdict.Finding)) {
	if *err == nil {
		return
	}
	g := s.inForce()
	if g == nil {
		return
	}
	text := s.scrubbed(*err)
	g.outage(text)
	*err = nil
	answer(s.aside(fmt.Sprintf("Not checked, and passed with break-glass: %s\n%s", what, text)))
}

// sparedFindings is spared for the calls of the engine.
func (s *Session) sparedFindings(what string, findings *[]verdict.Finding, err *error) {
	s.spared(what, err, func(one verdict.Finding) {
		*findings = s.pass([]verdict.Finding{one})
		s.tell(*findings, nil)
	})
}

// aside is an advisory of the settings about the run itself.
func (s *Session) aside(message string) verdict.Finding {
	p := &pack.Policy{Name: pack.SettingsPolicy, Title: "Policy settings are consistent", Severity: pack.High}
	if l, err := s.loaded(); err == nil {
		linked := l.pack
		if c := s.current(); c != nil {
			linked = linked.Linked(c.Settings)
		}
		p = linked.Policy(pack.SettingsPolicy)
	}
	return verdict.Finding{
		Policy: p.Name, Level: pack.Advisory, Severity: p.Severity, About: true, Message: message,
		Rule: p,
	}
}

// pass makes what would stop the run advisory where a token is in force, and says so first, once in the run. All
// findings of a call go through it before anybody is told of them.
func (s *Session) pass(findings []verdict.Finding) []verdict.Finding {
	g := s.inForce()
	if g == nil {
		return findings
	}
	n := verdict.BreakGlass(findings, g.token.Until())
	g.mu.Lock()
	g.passed += n
	first := !g.announced
	g.announced = true
	outages := slices.Clone(g.outages)
	g.mu.Unlock()
	if !first {
		return findings
	}
	lines := []string{
		fmt.Sprintf("BREAK-GLASS is in force on %s until %s: %s (by %s, %s).", g.token.Stack, g.token.Until(),
			g.token.Reason, g.token.Who, g.token.ID),
		"No finding of this pack blocks the run. Fix the violations before then, and rotate any secret that has " +
			"been written down.",
	}
	for _, text := range outages {
		lines = append(lines, "The pack itself is broken: "+text)
	}
	return append([]verdict.Finding{s.aside(s.Shown(strings.Join(lines, "\n")))}, findings...)
}

// BreakGlass describes the token that is in force, for a report; nil where there is none.
func (s *Session) BreakGlass() []report.BreakGlass {
	g := s.inForce()
	if g == nil {
		return nil
	}
	reason, who := s.Shown(g.token.Reason), s.Shown(g.token.Who)
	g.mu.Lock()
	defer g.mu.Unlock()
	return []report.BreakGlass{{
		ID: g.token.ID, Stack: g.token.Stack, Reason: reason, Who: who, Until: g.token.Until(), Commit: g.token.Commit,
		Passed: g.passed, Outages: slices.Clone(g.outages),
	}}
}
