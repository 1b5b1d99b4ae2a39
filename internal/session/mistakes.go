package session

import (
	"context"
	"slices"
	"strings"

	"github.com/progression-labs-development/policypack/internal/decisionlog"
	"github.com/progression-labs-development/policypack/internal/mistake"
	"github.com/progression-labs-development/policypack/internal/model"
	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/internal/place"
	"github.com/progression-labs-development/policypack/internal/verdict"
)

// Mistakes returns all that is wrong with a configuration: what Configure would refuse, and what the pack's own rules
// deny about parameters. The session stays as it is. The error says what keeps the configuration from being checked.
func (s *Session) Mistakes(ctx context.Context, settings map[string]pack.Setting) (mistake.List, error) {
	l, err := s.load()
	if err != nil {
		return nil, err
	}
	config, _, _, err := l.configure(settings, s.when())
	wrong := mistake.Join(err)
	if err != nil && len(wrong) == 0 {
		s.mu.Lock()
		defer s.mu.Unlock()
		return nil, s.refusedConfiguration(err)
	}
	wrong = append(wrong, verdict.Mistakes(l.pack, config, s.when())...)
	denied, err := s.denied(ctx, l, config)
	for _, d := range denied {
		same := func(m mistake.Mistake) bool { // it is of another shape, of which the rule can say nothing more
			return m.Path.String() == d.Path.String() && strings.HasPrefix(m.Text, "expected ")
		}
		if !slices.ContainsFunc(wrong, same) {
			wrong = append(wrong, d)
		}
	}
	return wrong, err
}

// denied asks the pack's own rules about parameters. They see the configuration as it is written, so that a mistake
// elsewhere hides nothing and moves no index; what is of another shape they pass over.
func (s *Session) denied(ctx context.Context, l *loaded, config *pack.Config) (out mistake.List, err error) {
	o := s.options
	o.BreakGlass, o.Analyzed = BreakGlass{}, nil
	o.Found = func([]verdict.Finding, []verdict.Finding) {}
	o.Decided = func([]decisionlog.Decision) {}
	asked := New(o)
	asked.load = func() (*loaded, error) { return l, nil }
	v, err := verdict.New(l.pack, config.AsDefaults(l.pack), verdict.Given{When: s.when()})
	if err != nil {
		return nil, err
	}
	asked.setup, asked.config = &setup{loaded: l, config: v}, v
	urn := place.URN{Stack: "stack", Project: "project", Types: model.RootType, Name: "project-stack"}.String()
	found, err := asked.Resource(ctx,
		&model.Resource{URN: urn, Type: model.RootType, Properties: model.Of(map[string]any(nil))})
	for _, one := range found {
		if one.Rule.Own && !one.About {
			path := append(place.Path{one.Policy}, one.Path...)
			out.Say(path, strings.ReplaceAll(one.Message, "\n", " "))
		}
	}
	return out, err
}
