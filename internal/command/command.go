// Package command reads shell text and says which of its commands concern secrets: which create, delete or write one by
// CLI, log in with a long-lived key, make such a key, or write a .env file.
//
// Text is not searched for words; it is parsed as the shell would parse it, and its commands are followed with what can
// be known without running them: variables with constant values, what echo, printf, cat and base64 print, positional
// parameters of functions, aliases, files that the text itself writes. What cannot be known stays [Unknown] and is
// never guessed: a command is reported when all of its words are known (then it is Certain), or when all but its tool
// or some options are. So prose, comments, quoted text, patterns of grep and files that are only written are not uses,
// while a command that hides behind quotes, eval, a pipe into a shell or a here-document is one.
//
// Reading a secret at run time, dry runs, help, and logins by OIDC, by a role or by a person are not uses. What each
// tool's words mean is the table in tools.go, with the vendor's page beside every entry.
//
// A Use names the command by the words of that table. No field of it, and no error, holds any part of an argument.
package command

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/progression-labs-development/policypack/internal/login"
)

// Action says what a command does.
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
	// HandKey gives a variable or a file that logs in to a cloud a value that CI keeps. Command is its name in package
	// login, or the cloud. Only a text with marks, see Stored, has such uses.
	HandKey Action = "hand-key"
	HandAll Action = "hand-all" // writes all secrets that CI keeps into a file, or a job's environment
)

// Use is one command that concerns secrets.
type Use struct {
	Tool    string // aws, gcloud, az, kubectl, …; shell where a redirection writes
	Command string // the words that say what it does, as in "aws secretsmanager create-secret"
	Action  Action
	// Line and Col, from 1, say where the command stands in the text. Of a command inside a quoted text it is the place
	// of the command that runs that text. Both are 0 for a command given as a list of arguments.
	Line, Col int
	// Certain is false where a part of the command is unknown, or where the text could not be read as shell.
	Certain bool
}

// Language says how a text is to be read.
type Language uint8

// The languages. Shell is sh, bash, mksh and zsh: which of them is found out by reading. PowerShell and Batch are read
// word by word only, with variables set to constants; their blocks, functions and loops have no meaning here.
const (
	Shell Language = iota
	PowerShell
	Batch
)

// Unknown stands for what the caller does not know: an unresolved value in a text or an argument.
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

// The reasons for which a text was not followed to its end. The uses found are still returned, among them those that
// are written out anywhere in the text; what it puts together may be more.
var (
	ErrTooLong    = errors.New("longer than 1 MB: not parsed")
	ErrTooComplex = errors.New("nested or repeated too deeply: not parsed completely")
)

// GaveUp reports whether the error says that a text was not followed to its end.
func GaveUp(err error) bool { return errors.Is(err, ErrTooLong) || errors.Is(err, ErrTooComplex) }

// SyntaxError says where a text stops being shell. It does not quote the text.
type SyntaxError struct {
	Line, Col int
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("line %d, column %d: not valid shell; read line by line instead", e.Line, e.Col)
}

// Parse returns the commands of a text, by their place. Where it also returns an error, a part of the text could not be
// read and more may be in it.
func Parse(text string, lang Language) ([]Use, error) {
	return parseAs(text, lang, nil)
}

// parseAs is Parse; kept are the variables that CI keeps, nil where it keeps none.
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

// Args is Parse for a command given as a list of arguments, as in the exec form of containers. No shell reads those, so
// variables in them have no meaning, but $(NAME) is what Kubernetes fills in.
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

// result returns the uses in their order, each once; the certain one of two.
func (m *machine) result() ([]Use, error) {
	uses := m.uses
	if m.session { // keys of a session that ends by itself
		uses = slices.DeleteFunc(uses,
			func(u Use) bool { return u.Command == configureSet || u.Action == HandKey && u.Tool == login.AWS })
	}
	slices.SortStableFunc(uses, func(a, b Use) int {
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
