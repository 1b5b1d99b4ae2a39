package session

import (
	"bytes"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/progression-labs-development/policypack/internal/breakglass"
	"github.com/progression-labs-development/policypack/internal/model"
	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/internal/verdict"
)

const panics = "urn:pulumi:production::shop::a:b:Panic::p"

// breaking has the session panic at a resource of the type a:b:Panic, with a value that must not get out.
func breaking(t *testing.T, s *Session) {
	t.Helper()
	c, err := s.ready(panics)
	if err != nil {
		t.Fatal(err)
	}
	c.types.Store(typeAt{c.config.Config, "a:b:Panic"}, "canary: not a term")
}

func TestAPanicIsAnErrorOfItsCall(t *testing.T) {
	t.Parallel()
	log := &bytes.Buffer{}
	s := New(Options{Log: log, Now: time.Now})
	breaking(t, s)
	_, err := s.Resource(t.Context(),
		&model.Resource{Type: "a:b:Panic", Name: "p", URN: panics, Properties: model.Of(map[string]any{})})
	var fault *Error
	if !errors.As(err, &fault) || fault.Fault != Evaluation ||
		!strings.Contains(err.Error(), "internal error in Analyze of resource") {
		t.Errorf("got %v, want an internal error that names the resource", err)
	}
	if strings.Contains(err.Error()+log.String(), "canary") {
		t.Error("the panic's value got out")
	}
	if !strings.Contains(log.String(), "analyze.go") {
		t.Error("there is no stack trace on the log")
	}
	next := "aws:secretsmanager/secret:Secret"
	if _, err = s.Resource(t.Context(),
		&model.Resource{
			Type: next, Name: "db", URN: "urn:pulumi:production::shop::" + next + "::db",
			Properties: model.Of(map[string]any{}),
		}); err != nil {
		t.Errorf("the next call: %v", err)
	}
}

// By break-glass a panic is an advisory that names the resource, and its value stays in.
func TestAPanicPassesByBreakGlass(t *testing.T) {
	t.Parallel()
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	key := filepath.Join(t.TempDir(), "key.pem")
	if err := os.WriteFile(key, pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	word, err := breakglass.Sign(breakglass.Token{
		Stack: "acme/shop/production", Reason: "incident", Who: "ada", NotBefore: now, Expires: now.Add(time.Hour),
	}, private)
	if err != nil {
		t.Fatal(err)
	}
	var found []verdict.Finding
	s := New(Options{
		Log: &bytes.Buffer{}, Now: time.Now, BreakGlass: BreakGlass{Token: word, Key: key},
		Found: func(f, _ []verdict.Finding) { found = append(found, f...) },
	})
	about := &model.Stack{Organization: "acme", Project: "shop", Name: "production"}
	if err := errors.Join(s.Begin(about), s.Configure(nil, nil)); err != nil {
		t.Fatal(err)
	}
	breaking(t, s)
	findings, err := s.Resource(t.Context(),
		&model.Resource{Type: "a:b:Panic", Name: "p", URN: panics, Properties: model.Of(map[string]any{})})
	if err != nil || len(findings) != 2 {
		t.Fatalf("got %v, %v; want the announcement and what was not checked", findings, err)
	}
	wants := []string{
		"BREAK-GLASS is in force on acme/shop/production until ",
		"Not checked, and passed with break-glass: this resource",
	}
	for i, want := range wants {
		f := findings[i]
		if !strings.HasPrefix(f.Message, want) || f.Level != pack.Advisory || strings.Contains(f.Message, "canary") {
			t.Errorf("got %v, want %q as an advisory", f, want)
		}
	}
	if len(found) != 2 || len(verdict.Notes(found)) != 2 {
		t.Errorf("the report is told of %v, want two notes", found)
	}
}
