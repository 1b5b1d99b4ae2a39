// Package session evaluates resources, stacks and files with a loaded pack: its configuration, its rules, and the
// verdict on their decisions. The engine's analyzer and `policypack check` both use a [Session].
//
// A session is configured once ([Session.Configure]) and then handles one run after another ([Session.Begin]). Both
// are optional: the engine's `policy analyze` and `policy publish` begin no run, and without a configuration the
// policies' own levels and defaults apply. Calls may be concurrent.
package session

import (
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/progression-labs-development/policypack"
	"github.com/progression-labs-development/policypack/internal/decisionlog"
	"github.com/progression-labs-development/policypack/internal/exception"
	"github.com/progression-labs-development/policypack/internal/expiry"
	"github.com/progression-labs-development/policypack/internal/facts"
	"github.com/progression-labs-development/policypack/internal/model"
	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/internal/place"
	"github.com/progression-labs-development/policypack/internal/rollout"
	"github.com/progression-labs-development/policypack/internal/verdict"
)

// Options are set when the process starts.
type Options struct {
	// Dir is the directory of PulumiPolicy.yaml, empty where the pack has none: its levels, parameters and rules are
	// read there. The caller takes it from the process, and the engine's word in Handshake does not count, since that
	// may be relative to a directory that only a variable of the environment names.
	Dir string
	// Rules are further directories with an organisation's rules.
	Rules []string
	// Bundle is a file with an organisation's bundle; see package central.
	Bundle string
	// Unbundled says that a configuration which pins keys needs no bundle: it is checked, and nothing is evaluated by
	// it.
	Unbundled bool
	// Log receives what the person who runs the program should see besides findings.
	Log io.Writer
	// Now is the clock; it is read once a run, for the date.
	Now func() time.Time
	// On is the moment that the verdict is for, where that is not now: a run about another day.
	On time.Time
	// NoGrace says that what has expired fails at once, as in a check of a pull request.
	NoGrace bool
	// BreakGlass is a token with which a run passes.
	BreakGlass BreakGlass
	// Found is given what a call has found, and what it has left to other findings, before the call answers; it may be
	// nil. Calls may come concurrently.
	Found func(findings, left []verdict.Finding)
	// Decided is given what each policy that was asked has decided; like Found.
	Decided func([]decisionlog.Decision)
	// Analyzed is called when the stack as a whole was evaluated, before the call answers, and by Close; it may be nil.
	// Its error becomes a mandatory finding about the stack.
	Analyzed func() error
}

// Session is a pack with the state of the current run.
type Session struct {
	options Options
	seen    atomic.Int64 // resources
	ended   atomic.Bool  // the stack as a whole was checked
	failed  atomic.Bool  // a call has failed

	load  func() (*loaded, error) // once, after the pack's directory is known
	spare func() (*loaded, error) // the pack's own policies alone, for when the rest does not load

	mu     sync.Mutex
	run    *verdict.Run
	about  *model.Stack    // nil before Begin, and for files of a repository
	place  rollout.Place   // what about says of it
	setup  *setup          // nil before there is a configuration
	config *verdict.Config // of the setup, at the place of the last call
	glass  *glass          // nil where no token is in force
}

// New returns a session. It starts to read the built-in policies in the background, because the first calls come some
// milliseconds later.
func New(options Options) *Session {
	s := &Session{options: options}
	readOwn()
	s.load = sync.OnceValues(func() (*loaded, error) { return load(options) })
	s.spare = sync.OnceValues(func() (*loaded, error) { return load(Options{Unbundled: true}) })
	s.run = verdict.NewRun(facts.NewRun(nil, s.today()))
	return s
}

// Beside returns a session for a run that takes place at the same time as others, with the pack and the configuration
// of this one. The options may differ from those of this one in what they call back.
func (s *Session) Beside(options Options) *Session {
	s.mu.Lock()
	defer s.mu.Unlock()
	other := &Session{options: options, load: s.load, spare: s.spare, setup: s.setup}
	other.run = verdict.NewRun(facts.NewRun(nil, other.today()))
	if s.setup != nil {
		other.config = s.setup.config
	}
	return other
}

func (s *Session) today() string { return s.when().At().UTC().Format(time.DateOnly) }

func (s *Session) when() expiry.When {
	return expiry.When{Now: s.options.Now(), On: s.options.On, NoGrace: s.options.NoGrace}
}

// Load reads what an organisation has put beside the pack. The calls that need it do so themselves, and report its
// error.
func (s *Session) Load() { _, _ = s.load() }

// Begin starts a run about a stack, nil for files of a repository or where nothing is known of the stack.
func (s *Session) Begin(stack *model.Stack) (err error) {
	defer s.Guard("ConfigureStack", "", &err)
	glass, err := s.options.breakGlass(stack)
	s.mu.Lock()
	defer s.mu.Unlock()
	if err != nil {
		s.glass = nil // what was in force was so for another stack
		return refused(err)
	}
	s.run, s.about, s.glass, s.place = verdict.NewRun(facts.NewRun(stack, s.today())), stack, glass, rollout.Place{}
	if stack != nil {
		s.place = rollout.Place{
			Organization: stack.Organization, Project: stack.Project, Stack: stack.Name, Tags: stack.Tags,
			Account: facts.ConfiguredAccount(stack),
		}
		if stack.Program != nil {
			s.place.Program = stack.Program.Name
		}
	}
	if s.setup != nil {
		s.config = s.setup.config
	}
	s.ended.Store(false)
	return nil
}

// Configure takes levels and parameters, and Pulumi's policy exceptions where nobody else applies them: in a preview or
// update the engine does.
func (s *Session) Configure(settings map[string]pack.Setting, exceptions exception.Set) (err error) {
	defer s.Guard("Configure", "", &err)
	l, err := s.loaded()
	if err != nil {
		return err
	}
	made, err := l.configured(settings, exceptions, s.when())
	if err != nil && s.Outage(err) {
		if made, err = l.configured(nil, exceptions, s.when()); err != nil {
			made, err = s.spareSetup()
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err != nil {
		return s.refusedConfiguration(err)
	}
	if s.setup != nil && s.setup.config.Digest() != made.config.Digest() { // what counted so far did so by other levels
		s.run = verdict.NewRun(s.run.Facts)
	}
	s.setup, s.config = made, made.config
	return nil
}

// Prepare starts to compile the rules about resources and stacks in the background, so that the first of them waits
// less. The engine's calls up to Configure, and files of a repository, do without these rules.
func (s *Session) Prepare() {
	if l, err := s.loaded(); err == nil {
		go l.evaluator() //nolint:errcheck // reported by the first call that needs it
	}
}

// refusedConfiguration is the error of a configuration that does not count. The session is locked.
func (s *Session) refusedConfiguration(err error) error {
	return &Error{
		Fault: Input, text: place.VisibleLines(s.run.Facts.Scrub(err.Error())),
		bundle: errors.As(err, new(notCounting)),
	}
}

// Fault distinguishes errors in the input or its evaluation from errors in the pack and its configuration.
type Fault uint8

// What an error is about.
const (
	Input      Fault = iota // what was handed over is not well-formed
	Evaluation              // a rule, or the program itself, does not work on it
)

// Error is an error of a call in the input or its evaluation. Any other error is about the pack and its configuration.
type Error struct {
	Fault  Fault
	text   string // without secrets
	bundle bool
}

// Bundle reports whether the error is about the organisation's bundle: that there is none, or that it does not count.
func (e *Error) Bundle() bool { return e.bundle }

// Error returns the text, which holds no secret.
func (e *Error) Error() string { return e.text }

// loaded waits for the pack.
func (s *Session) loaded() (*loaded, error) {
	l, err := s.load()
	if err != nil && s.Outage(err) {
		l, err = s.spare()
	}
	return l, err
}

// call is what one call is answered by.
type call struct {
	*setup
	config *verdict.Config // at the place of the call
	run    *verdict.Run
}

// ready returns what a call needs. Without Begin the URN of a resource tells the stack, on which levels may depend.
func (s *Session) ready(urn string) (c call, err error) {
	l, err := s.loaded()
	if err != nil {
		return c, err
	}
	if s.options.BreakGlass.Token != "" && s.inForce() == nil {
		return c, refused(errors.New("this run has no stack; unset the variable"))
	}
	var own *setup
	if s.current() == nil {
		if own, err = l.configured(nil, nil, s.when()); err != nil && s.Outage(err) {
			own, err = s.spareSetup()
		}
		if err != nil {
			return c, err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.setup == nil {
		s.setup, s.config = own, own.config
	}
	c = call{s.setup, s.config, s.run}
	if place := s.placeOf(urn); place.Stack != "" {
		if c, err = c.on(place); err != nil {
			return c, err
		}
		s.config = c.config
	}
	return c, nil
}

// on is the call at another place.
func (c call) on(place rollout.Place) (_ call, err error) {
	if !c.config.Place.Equal(place) {
		c.config, err = c.run.On(c.config, place)
	}
	return c, err
}

// fail is an error of the call.
func (c call) fail(fault Fault, err error) error {
	return &Error{Fault: fault, text: c.config.Shown(c.run.Facts, err.Error())}
}

// placeOf returns the place of the run, by the URN of one of its resources where nobody has said it.
func (s *Session) placeOf(urn string) rollout.Place {
	if s.place.Stack != "" {
		return s.place
	}
	u, _ := place.ParseURN(urn)
	return rollout.Place{Project: u.Project, Stack: u.Stack}
}

// current returns the configuration at the place of the last call, nil before there is one.
func (s *Session) current() *verdict.Config {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.config
}

// spareSetup is that of the pack's own policies as they are, for when the configuration does not count.
func (s *Session) spareSetup() (*setup, error) {
	l, err := s.spare()
	if err != nil {
		return nil, err
	}
	return l.configured(nil, nil, s.when())
}

// tell gives the findings to whoever wants them.
func (s *Session) tell(findings, left []verdict.Finding) {
	if s.options.Found != nil && len(findings)+len(left) > 0 {
		s.options.Found(findings, left)
	}
}

// Close ends the session.
func (s *Session) Close() {
	if err := s.analyzed(); err != nil {
		fmt.Fprintln(s.options.Log, "policypack: "+place.VisibleLines(err.Error()))
	}
}

func (s *Session) analyzed() error {
	if s.options.Analyzed == nil {
		return nil
	}
	return s.options.Analyzed()
}

// Shown returns a text about what is evaluated as it may leave the process: without what the run knows, or recognises
// by its format, to be secret. It is for errors of whoever reads what the calls are made of.
func (s *Session) Shown(text string) string {
	c, err := s.ready("")
	if err != nil {
		return place.VisibleLines(text) // nothing can have been read without a configuration
	}
	return c.config.Shown(c.run.Facts, text)
}

// HideNames returns a function that takes secrets out of what the program of the run calls its resources. A program
// whose resources have addresses beside their URNs takes them out of both before the first call of Resource.
func (s *Session) HideNames() (func(string) string, error) {
	c, err := s.ready("")
	if err != nil {
		return nil, err
	}
	return c.run.Facts.HideNames(c.config.Detector), nil
}

// Guard is deferred by a call: it turns a panic into the call's error, and notes that a call has failed. The panic's
// value is not repeated, since it may hold an input; the stack trace on the log holds no values.
func (s *Session) Guard(call, urn string, err *error) {
	v := recover()
	if v != nil || *err != nil {
		s.failed.Store(true)
	}
	if v == nil {
		return
	}
	what := fmt.Sprintf("%T", v)
	if re, ok := v.(interface{ RuntimeError() }); ok {
		what = fmt.Sprint(re)
	}
	fmt.Fprintf(s.options.Log, "policypack: panic in %s: %s\n%s\n", call, what, debug.Stack())
	where := ""
	if urn != "" && s.mu.TryLock() {
		if s.config != nil {
			where = fmt.Sprintf(" of resource %q", s.config.Shown(s.run.Facts, urn))
		}
		s.mu.Unlock()
	}
	*err = &Error{Fault: Evaluation, text: fmt.Sprintf("policypack %s: internal error in %s%s (%s); please report it "+
		"at %s/issues with the stack trace on stderr", policypack.Version(), call, where, what, policypack.Repository)}
}
