// Package breakglass makes and opens the signed tokens with which a run passes though the pack itself is what is
// broken: a configuration with mistakes, a bundle whose key has expired, rules that do not compile.
//
// A token is for one stack, for at most four hours, and has a reason and an author. It makes every finding of the run
// advisory; it does not hide them. While it is valid, anyone who has it may use it any number of times, because an
// emergency deployment rarely takes a single run. The private key stays with the few people who may decide. The public
// key is beside PulumiPolicy.yaml, so that whoever starts a preview cannot replace it with an environment variable or
// through the broken configuration.
package breakglass

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/progression-labs-development/policypack/internal/dsse"
)

// Variable is the variable of the environment that holds a token, and KeyFile the name of the public key beside
// PulumiPolicy.yaml.
const (
	Variable = "POLICYPACK_BREAK_GLASS"
	KeyFile  = "break-glass.pem"
)

// MaxHours is the longest validity of a token.
const MaxHours = 4

// payloadType is the type of the signed payload.
const payloadType = "application/vnd.policypack.break-glass.v1+json"

// most is how many bytes a reason, a name and a token may have.
const (
	mostText  = 500
	mostToken = 16 << 10
)

// Token is the signed content.
type Token struct {
	ID        string    `json:"id"`
	Stack     string    `json:"stack"` // ORGANIZATION/PROJECT/STACK, to the letter
	Reason    string    `json:"reason"`
	Who       string    `json:"who"`
	NotBefore time.Time `json:"notBefore"`
	Expires   time.Time `json:"expires"`          // the first moment at which it is not valid
	Commit    string    `json:"commit,omitempty"` // full id; then it is for that commit of the program alone
}

// Sign signs a token and returns it as a single word. It sets the id, and rounds times to seconds in UTC.
func Sign(t Token, key ed25519.PrivateKey) (string, error) {
	id := make([]byte, 8)
	if _, err := rand.Read(id); err != nil {
		return "", err
	}
	t.ID = hex.EncodeToString(id)
	t.NotBefore, t.Expires = t.NotBefore.UTC().Truncate(time.Second), t.Expires.UTC().Truncate(time.Second)
	if err := t.wrong(); err != nil {
		return "", err
	}
	payload, err := json.Marshal(t)
	if err != nil {
		return "", err
	}
	sealed, err := dsse.Seal(payloadType, payload, key)
	if err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(bytes.TrimSpace(sealed)), nil
}

// Open verifies a token with the pinned keys and returns its content. Whether it is for the run is up to [Token.For]
// and [Token.At]. The error contains nothing of a token whose signature does not verify.
func Open(word string, now time.Time, keys ...ed25519.PublicKey) (*Token, error) {
	word = strings.TrimSpace(word)
	if len(word) > mostToken {
		return nil, errNoToken
	}
	sealed, err := base64.RawURLEncoding.Strict().DecodeString(word)
	if err != nil || strings.ContainsAny(word, "\r\n") || !bytes.HasPrefix(sealed, []byte("{")) {
		return nil, errNoToken
	}
	payload, err := dsse.Open(sealed, payloadType, keys...)
	if err != nil {
		return nil, err
	}
	t := &Token{}
	d := json.NewDecoder(bytes.NewReader(payload))
	d.DisallowUnknownFields() // what a newer version restricts by a further field, this one must not pass over
	if err := d.Decode(t); err != nil {
		return nil, errors.New("the signed token has fields that this version of policypack does not know; sign " +
			"it with this version")
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errNoToken
	}
	if err := t.wrong(); err != nil {
		return nil, err
	}
	switch {
	case now.Before(t.NotBefore):
		return nil,
			fmt.Errorf("it is valid from %s on, and it is now %s; wait, or correct the clock of the signing machine",
				t.from(), now.UTC().Format(time.RFC3339))
	case !now.Before(t.Expires):
		return nil, fmt.Errorf("it expired at %s; unset the variable, or sign a new token", t.Until())
	}
	return t, nil
}

var errNoToken = errors.New("not a token; expected the single word printed by `policypack break-glass sign`")

// wrong says what of a token is not as it has to be, nil where nothing is.
func (t *Token) wrong() error {
	for _, field := range [...]struct{ name, text string }{{"id", t.ID}, {"reason", t.Reason}, {"who", t.Who}} {
		if strings.TrimSpace(field.text) == "" || len(field.text) > mostText {
			return fmt.Errorf("%s: expected 1 to %d bytes", field.name, mostText)
		}
	}
	parts := strings.Split(t.Stack, "/")
	if len(parts) != 3 || parts[0] == "" || parts[1] == "" || parts[2] == "" ||
		strings.ContainsAny(t.Stack, "*?{}[] ") {
		return errors.New("stack: expected the exact ORGANIZATION/PROJECT/STACK; the organization of a local " +
			"backend is organization")
	}
	if t.Commit != "" &&
		(len(t.Commit) != 40 && len(t.Commit) != 64 || strings.Trim(t.Commit, "0123456789abcdef") != "") {
		return errors.New("commit: expected the full id of a commit, as printed by `git rev-parse HEAD`")
	}
	switch life := t.Expires.Sub(t.NotBefore); {
	case life <= 0:
		return errors.New("expires: expected a time after notBefore")
	case life > MaxHours*time.Hour:
		return fmt.Errorf("hours: it is valid for %s; expected at most %d hours", life, MaxHours)
	}
	return nil
}

// For says why the token is not for a stack, nil where it is.
func (t *Token) For(organization, project, stack string) error {
	run := organization + "/" + project + "/" + stack
	if run == t.Stack {
		return nil
	}
	if stack == "" {
		return fmt.Errorf("it is for the stack %s, but this run has no stack; for a repository, sign a token "+
			"with --commit; for a plan or state, pass --stack", t.Stack)
	}
	return fmt.Errorf("it is for the stack %s, but this run is for %s; sign a token for this stack", t.Stack, run)
}

// Checkout is the commit of a program's checkout, and whether tracked files differ from it.
type Checkout struct {
	Commit string
	Dirty  bool
}

// At says why the token is not for a checkout, nil where it is. A token without a commit is for any.
func (t *Token) At(checkout func() (Checkout, error)) error {
	if t.Commit == "" {
		return nil
	}
	c, err := checkout()
	switch {
	case err != nil:
		return fmt.Errorf("it is for commit %s, but the commit of this checkout cannot be read: %w", t.Commit, err)
	case c.Commit == "":
		return fmt.Errorf("it is for commit %s, but this is not a checkout; run in a clone at that commit", t.Commit)
	case c.Commit != t.Commit:
		return fmt.Errorf("it is for commit %s, but %s is checked out", t.Commit, c.Commit)
	case c.Dirty:
		return fmt.Errorf("it is for commit %s, but tracked files in this checkout differ from it", t.Commit)
	}
	return nil
}

// Until is the end of the token in UTC.
func (t *Token) Until() string { return t.Expires.UTC().Format(time.RFC3339) }

func (t *Token) from() string { return t.NotBefore.UTC().Format(time.RFC3339) }
