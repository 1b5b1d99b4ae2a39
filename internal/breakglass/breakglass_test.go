package breakglass

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/progression-labs-development/policypack/internal/dsse"
)

var now = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func keys(t *testing.T) (ed25519.PrivateKey, ed25519.PublicKey) {
	t.Helper()
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	return private, public
}

func token() Token {
	return Token{
		Stack: "acme/shop/production", Reason: "incident 2211", Who: "on-call", NotBefore: now.Add(-time.Hour),
		Expires: now.Add(3 * time.Hour),
	}
}

func TestSignAndOpen(t *testing.T) {
	t.Parallel()
	private, public := keys(t)
	_, other := keys(t)
	word, err := Sign(token(), private)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Trim(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") != "" {
		t.Error("the token is not one word")
	}
	got, err := Open(word+"\n", now, other, public)
	if err != nil {
		t.Fatal(err)
	}
	want := token()
	want.ID = got.ID
	if diff := cmp.Diff(want, *got); diff != "" || len(got.ID) != 16 {
		t.Errorf("mismatch (-want +got)\n%s", diff)
	}
}

// What is not as it has to be is refused, whoever has signed it: the key alone makes no token good.
func TestRefused(t *testing.T) {
	t.Parallel()
	private, public := keys(t)
	foreign, foreignPublic := keys(t)
	sealed := func(payloadType string, payload any, key ed25519.PrivateKey) string {
		text, err := json.Marshal(payload)
		if err != nil {
			t.Fatal(err)
		}
		e, err := dsse.Seal(payloadType, text, key)
		if err != nil {
			t.Fatal(err)
		}
		return base64.RawURLEncoding.EncodeToString(e)
	}
	changed := func(change func(*Token)) string {
		one := token()
		one.ID = "0011223344556677"
		change(&one)
		return sealed(payloadType, one, private)
	}
	good := changed(func(*Token) {})
	tampered := func() string {
		text, _ := base64.RawURLEncoding.DecodeString(good)
		var e map[string]any
		if err := json.Unmarshal(text, &e); err != nil {
			t.Fatal(err)
		}
		one := token()
		one.ID, one.Stack = "0011223344556677", "acme/shop/staging"
		payload, _ := json.Marshal(one)
		e["payload"] = base64.StdEncoding.EncodeToString(payload)
		text, _ = json.Marshal(e)
		return base64.RawURLEncoding.EncodeToString(text)
	}
	for _, tt := range []struct {
		name, give string
		now        time.Time
		want       string // the error holds it; empty: none
	}{
		{"good", good, now, ""},
		{"its first moment", good, now.Add(-time.Hour), ""},
		{"its last moment", good, now.Add(3*time.Hour - time.Second), ""},
		{"expired", good, now.Add(3 * time.Hour), "it expired at 2026-11-23T15:00:00Z; unset the variable"},
		{"not yet valid", good, now.Add(-time.Hour - time.Second), "it is valid from 2026-11-23T11:00:00Z on, and it " +
			"is now 2026-11-23T10:59:59Z"},
		{
			"five hours long", changed(func(o *Token) { o.Expires = o.NotBefore.Add(5 * time.Hour) }), now,
			"it is valid for 5h0m0s; expected at most 4 hours",
		},
		{
			"a second too long", changed(func(o *Token) { o.Expires = o.NotBefore.Add(4*time.Hour + time.Second) }), now,
			"expected at most 4 hours",
		},
		{
			"ends before it begins", changed(func(o *Token) { o.Expires = o.NotBefore }), now,
			"expires: expected a time after notBefore",
		},
		{"no reason", changed(func(o *Token) { o.Reason = " " }), now, "reason: expected 1 to"},
		{"nobody", changed(func(o *Token) { o.Who = "" }), now, "who: expected 1 to"},
		{
			"a long reason", changed(func(o *Token) { o.Reason = strings.Repeat("a", 501) }), now,
			"reason: expected 1 to 500 bytes",
		},
		{"no id", changed(func(o *Token) { o.ID = "" }), now, "id: expected 1 to"},
		{
			"all stacks", changed(func(o *Token) { o.Stack = "acme/shop/*" }), now,
			"stack: expected the exact ORGANIZATION/PROJECT/STACK",
		},
		{
			"a stack without its organization", changed(func(o *Token) { o.Stack = "shop/production" }), now,
			"stack: expected the exact ORGANIZATION/PROJECT/STACK",
		},
		{
			"a short commit", changed(func(o *Token) { o.Commit = "0123abc" }), now,
			"commit: expected the full id of a commit",
		},
		{"signed with another key", func() string {
			one := token()
			one.ID = "0011223344556677"
			return sealed(payloadType, one, foreign)
		}(), now, "it is signed with another key: " + dsse.KeyID(foreignPublic) + "; expected " + dsse.KeyID(public)},
		{"tampered with", tampered(), now, "the signature does not verify"},
		{
			"another signed document", sealed("application/vnd.in-toto+json", token(), private), now,
			"the envelope has another payload type",
		},
		{
			"a further field", sealed(payloadType, map[string]any{"id": "a", "region": "eu"}, private), now,
			"has fields that this version of policypack does not know",
		},
		{"no token", "true", now, "not a token; expected the single word printed by `policypack break-glass sign`"},
		{"padding", good + "=", now, "not a token"},
		{"a file name", "/etc/break-glass", now, "not a token"},
		{"endless", strings.Repeat("A", 1<<20), now, "not a token"},
	} {
		_, err := Open(tt.give, tt.now, public)
		switch {
		case tt.want == "" && err == nil:
		case err == nil || tt.want == "" || !strings.Contains(err.Error(), tt.want):
			t.Errorf("%s: got %v, want %q", tt.name, err, tt.want)
		case len(tt.give) > 40 && strings.Contains(err.Error(), tt.give[:40]):
			t.Errorf("%s: the error holds the token", tt.name)
		}
	}
	if _, err := Open(good, now); err == nil {
		t.Error("a token counts without a pinned key")
	}
	one := token()
	one.Expires = one.NotBefore.Add(5 * time.Hour)
	if _, err := Sign(one, private); err == nil {
		t.Error("five hours are signed")
	}
}

func TestForStack(t *testing.T) {
	t.Parallel()
	one := token()
	for _, tt := range []struct{ name, organization, project, stack, want string }{
		{"its own", "acme", "shop", "production", ""},
		{"another stack", "acme", "shop", "staging", "it is for the stack acme/shop/production, but this run is for " +
			"acme/shop/staging; sign a token for this stack"},
		{"another organization", "evil", "shop", "production", "but this run is for evil/shop/production"},
		{"no organization", "", "shop", "production", "but this run is for /shop/production"},
		{"a slash that moves", "acme/shop", "", "production", "but this run is for acme/shop//production"},
		{"none", "", "", "", "but this run has no stack; for a repository, sign a token with --commit"},
	} {
		err := one.For(tt.organization, tt.project, tt.stack)
		if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %q", tt.name, err, tt.want)
		}
	}
}

func TestAtCommit(t *testing.T) {
	t.Parallel()
	commit := strings.Repeat("0a", 20)
	one := token()
	one.Commit = commit
	for _, tt := range []struct {
		name string
		give Checkout
		err  error
		want string
	}{
		{"its own", Checkout{Commit: commit}, nil, ""},
		{
			"another",
			Checkout{Commit: strings.Repeat("0b", 20)},
			nil,
			"but " + strings.Repeat("0b", 20) + " is checked out",
		},
		{"changed files", Checkout{Commit: commit, Dirty: true}, nil, "tracked files in this checkout differ from it"},
		{"no checkout", Checkout{}, nil, "this is not a checkout"},
		{"no git", Checkout{}, errors.New("git is not installed"), "cannot be read: git is not installed"},
	} {
		err := one.At(func() (Checkout, error) { return tt.give, tt.err })
		if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %q", tt.name, err, tt.want)
		}
	}
	one.Commit = ""
	if err := one.At(func() (Checkout, error) { return Checkout{}, errors.New("asked") }); err != nil {
		t.Errorf("a token for any commit: got %v", err)
	}
}
