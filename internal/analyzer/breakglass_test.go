package analyzer

import (
	"context"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"testing"
	"time"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"

	"github.com/progression-labs-development/policypack/internal/breakglass"
	"github.com/progression-labs-development/policypack/internal/session"
)

// glassKey makes a key that signs break-glass tokens, and returns the file of its public half.
func glassKey(t *testing.T) (file string, private ed25519.PrivateKey) {
	t.Helper()
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	file = filepath.Join(t.TempDir(), breakglass.KeyFile)
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	return file, private
}

// A token that is refused for a stack must not leave in force what it was for another stack in the same process.
func TestBreakGlassOfTheStackBefore(t *testing.T) {
	t.Parallel()
	key, private := glassKey(t)
	from := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	word, err := breakglass.Sign(breakglass.Token{
		Stack: "acme/shop/staging", Reason: "incident 2211", Who: "on-call", NotBefore: from,
		Expires: from.Add(time.Hour),
	}, private)
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	s := server(t, func(o *session.Options) { o.BreakGlass = session.BreakGlass{Token: word, Key: key} })
	about := func(stack string) *pulumirpc.AnalyzerStackConfigureRequest {
		return &pulumirpc.AnalyzerStackConfigureRequest{Organization: "acme", Project: "shop", Stack: stack}
	}
	if _, err := s.ConfigureStack(ctx, about("staging")); err != nil {
		t.Fatal(err)
	}
	if _, err := s.ConfigureStack(ctx, about("production")); err == nil {
		t.Fatal("the token of another stack is taken")
	}
	if response, err := s.Analyze(ctx, rawSecret()); err == nil {
		t.Errorf("the run goes on by the token of the stack before: %d diagnostics", len(response.GetDiagnostics()))
	}
	if len(s.session.BreakGlass()) > 0 {
		t.Error("the report says that a token is in force")
	}
}
