// Package command parses shell text and finds the commands that concern secrets: those that create, delete or write one
// with a CLI, log in with a long-lived key, create such a key, or write a .env file.
//
// It does not search the text for words. It parses it as the shell would, and follows its commands with everything that
// is known without running them: variables with constant values, the output of echo, printf, cat and base64, positional
// parameters of functions, aliases, and files that the text itself writes. Anything else is [Unknown] and never
// guessed. A command is reported if all of its words are known (then it is Certain), or all except its tool or some
// options. Prose, comments, quoted text, patterns of grep and files that are only written are therefore not uses, while
// a command hidden by quotes, eval, a pipe into a shell or a here-document is one.
//
// Reading a secret at run time, dry runs, help, and logins by OIDC, by a role or by a person are not uses. The meaning
// of each tool's words is the table in tools.go, with a vendor page for every entry.
//
// A Use identifies the command by the words of that table. Neither its fields nor any error contain any part of an
// argument.
package command

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/progression-labs-development/policypack/internal/login"
	"github.com/progression-labs-development/policypack/internal/order"
)

// Action is the effect of a command.
type Action string

// The actions.
const (
	CreateSecret   Action = "create-secret"
	DeleteSecret   Action = "delete-secret"
	WriteSecret    Action = "write-secret"     // puts a value or a version into a secret that may exist
	StaticLogin    Action = "static-login"     // logs in to a cloud or to Vault with a long-lived key
	CreateCloudKey Action = "create-cloud-key" // makes a long-lived key of a cloud's identity
	WriteDotenv    Action = "write-dotenv"     // writes a .env file
	PlainConfig    Action = "plain-config"     // sets a stack's configuration to a secret of CI, in plaintext
	// HandKey passes a value stored in CI to a variable or a file that logs in to a cloud. Command is its name in
	// package login, or the cloud. Only texts with marks have such uses; see [Stored].
	HandKey Action = "hand-key"
	HandAll Action = "hand-all" // writes all secrets that CI keeps into a file, or a job's environment
)

// Use is a command that concerns secrets.
type Use struct {
	Tool    string // aws, gcloud, az, kubectl, …; shell where a redirection writes
	Command string // the words that say what it does, as in "aws secretsmanager create-secret"
	Action  Action
	// Line and Col, starting at 1, are the position of the command in the text. A command inside a quoted text has the
	// position of the command that runs that text. Both are 0 for a command given as a list of arguments.
	Line, Col int
	// Certain is false if a part of the command is unknown, or if the text could not be parsed as shell.
	Certain bool
}

// Language is the language of a text.
type Language uint8

// The languages. Shell is sh, bash, mksh or zsh, whichever parses. PowerShell and Batch are only read word by word,
// with variables set to constants; their blocks, functions and loops are ignored.
const (
	Shell Language = iota
	PowerShell
	Batch
)

// Unknown represents an unknown part of a text or an argument, such as an unresolved value.
const Unknown = "\x01"

const (
	maxText   = 1 << 20   // bytes of a text that is parsed
	maxDepth  = 8         // texts inside texts
	maxCalls  = 100       // functions inside functions
	maxSteps  = 30_000    // commands followed in a text
	maxOutput = 64 << 10  // bytes kept of what commands print
	maxAlts   = 32        // values that a word may have
	maxValue  = 128 << 10 // bytes of a variable's value
)

// The reasons why a text was not followed to its end. The uses found are still returned, including all those written
// literally anywhere in the text; commands that the text composes may be missing.
var (
	ErrTooLong    = errors.New("longer than 1 MB: not parsed")
	ErrTooComplex = errors.New("nested or repeated too deeply: not parsed completely")
)

// GaveUp reports whether the error means that a text was not followed to its end.
func GaveUp(err error) bool { return errors.Is(err, ErrTooLong) || errors.Is(err, ErrTooComplex) }

// SyntaxError is the position at which a text is no longer valid shell. It does not quote the text.
type SyntaxError struct {
	Line, Col int
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("line %d, column %d: not valid shell; read line by line instead", e.Line, e.Col)
}

// Parse returns the uses in a text, by position. If it also returns an error, a part of the text could not be parsed
// and may contain more.
func Parse(text string, lang Language) ([]Use, error) {
	return parseAs(text, lang, nil)
}

// parseAs is Parse; kept are the variables stored in CI, nil if there are none.
func parseAs(text string, lang Language, kept *stored) ([]Use, error) {
	if !concerns(text) && !hands(text, kept) {
		return nil, nil
	}
	return follow(kept, func(m *machine) {
		if len(text) > maxText && !m.literal {
			m.fail(ErrTooLong)
			return
		}
		m.read(text, lang, stream{})
	})
}

// Args is Parse for a command given as a list of arguments, as in the exec form of containers. No shell parses it, so
// variables are not expanded, except $(NAME), which Kubernetes expands.
func Args(argv []string) ([]Use, error) {
	n, any := 0, false
	for _, a := range argv {
		n += len(a)
		any = any || concerns(a)
	}
	if !any && !spread(argv) {
		return nil, nil
	}
	words := slices.Clone(argv)
	for i, w := range words {
		if len(w) > 3 && w[:2] == "$(" && w[len(w)-1] == ')' && name(w[2:len(w)-1]) {
			words[i] = Unknown
		}
	}
	return follow(nil, func(m *machine) {
		if n > maxText && !m.literal {
			m.fail(ErrTooLong)
			return
		}
		m.more(n)
		m.exec(slices.Clone(words), stream{text: Unknown})
		m.finish()
	})
}

// result returns the uses in order, without duplicates; a certain one is preferred.
func (m *machine) result() ([]Use, error) {
	uses := m.uses
	if m.session { // keys of a session that ends by itself
		uses = slices.DeleteFunc(uses,
			func(u Use) bool { return u.Command == configureSet || u.Action == HandKey && u.Tool == login.AWS })
	}
	order.Stable(uses, func(a, b Use) int {
		certain := 0
		if a.Certain != b.Certain {
			certain = 1
			if a.Certain {
				certain = -1
			}
		}
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Col, b.Col), cmp.Compare(a.Command, b.Command),
			cmp.Compare(a.Action, b.Action), certain)
	})
	uses = slices.CompactFunc(uses, func(a, b Use) bool {
		a.Certain = b.Certain
		return a == b
	})
	return uses, m.err
}
