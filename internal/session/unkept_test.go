package session

import (
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/progression-labs-development/policypack/internal/facts"
	"github.com/progression-labs-development/policypack/internal/model"
	"github.com/progression-labs-development/policypack/internal/pack"
)

// A stack with more values than a run keeps says what was not compared.
func TestValuesBeyondTheLimitAreSaid(t *testing.T) {
	t.Parallel()
	s := New(Options{Log: io.Discard, Now: time.Now})
	const prefix = "urn:pulumi:production::shop::"
	all := []*model.Resource{{
		URN: prefix + model.RootType + "::shop-production", Type: model.RootType, Properties: model.Of(map[string]any{}),
	}}
	for i := range facts.KeptMiB + 2 {
		text := fmt.Sprint("page ", i, " ") + strings.Repeat("lorem ipsum ", 1<<20/12)
		all = append(all, &model.Resource{
			URN: fmt.Sprint(prefix, "a:b:Page::", i), Type: "a:b:Page", Name: fmt.Sprint(i),
			Properties: model.Of(map[string]any{"text": text}),
		})
	}
	for _, few := range []bool{true, false} {
		if err := s.Begin(nil); err != nil {
			t.Fatal(err)
		}
		given := all
		if few {
			given = all[:5]
		}
		for _, r := range given {
			if _, err := s.Resource(t.Context(), r); err != nil {
				t.Fatal(err)
			}
		}
		found, err := s.Stack(t.Context(), given)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, f := range found {
			if f.Policy != pack.SettingsPolicy || f.Level != pack.Advisory || f.Named != all[0].URN {
				t.Errorf("got %s, %s, about %s", f.Policy, f.Level, f.Named)
			}
			got = append(got, f.Message)
		}
		const want = "3 values were compared only with the secrets that came before them"
		switch {
		case few && len(got) > 0:
			t.Errorf("a small stack: %q", got)
		case !few && (len(got) != 1 || !strings.HasPrefix(got[0], want)):
			t.Errorf("got %q, want %s", got, want)
		}
	}
}
