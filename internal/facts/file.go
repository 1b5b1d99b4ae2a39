package facts

import (
	"slices"

	"github.com/progression-labs-development/policypack/internal/place"
)

// FileKind says what a file of a repository is to the rules, such as workflow or dockerfile. Package repository has the
// table of kinds; named here are those that are asked for by name.
type FileKind string

// The kinds that are asked for.
const (
	FileDotenv FileKind = "dotenv" // .env and its relatives
	FileOther  FileKind = "other"  // of no kind: looked through for secrets alone
)

// File is what the rules are told of one file of a repository. It holds no value of it.
type File struct {
	Name     string // slash-separated, from the root of the repository
	Kind     FileKind
	Stack    string // of Pulumi.STACK.yaml: STACK
	Template bool   // of FileDotenv: its name says that it is a template, such as .env.example
	// Findings are the secrets in it. Their place is PlaceConfig for values under config of Pulumi.yaml and
	// Pulumi.STACK.yaml (Path then is the key and what lies below it, as in the stack's configuration) and PlaceFile
	// for all else.
	Findings []Finding
	More     bool // there may be more secrets than Findings has: there are so many
	Commands []FileCommand
	Config   []FileConfig // the keys of the configuration of Pulumi.STACK.yaml and Pulumi.yaml
	Logins   []FileLogin
	CI       []FileKey
	Calls    []FileCall
	// Components are those that it registers under a type token of a package with blessed ones.
	Components []FileComponent
	Overrides  []FileOverride
	// SecretsProvider is how a stack encrypts, as the file writes it: its scheme, such as awskms or passphrase.
	SecretsProvider   string
	SecretsProviderAt place.Position
	Allows            []Allow
	// Columns16 are the columns in UTF-16 code units of the positions whose column is another one in bytes.
	Columns16 map[place.Position]int
	// KeyStore says what kind of key store it is, as a message calls it; empty where it is none.
	KeyStore string
	// Replaced is true where the files are compared with those of a base, which has another content there, and the
	// content as a whole is what a finding is about: of a key store, and where there may be more than was found.
	Replaced bool
	// Unread says why a file that a change adds or alters could not be read, or not as what reads it will; empty where
	// it was read, and where nothing is known of a change.
	Unread Unread
	// Commit is the short id of the commit that brings this version of the file, empty where it is the one that is
	// there now.
	Commit string
	// Elsewhere is true where HEAD does not have that commit.
	Elsewhere bool
	// Brought are the short ids of the commits that were the first to have what the file says at places; at none, of
	// the file as a whole. It is nil where the history was not read.
	Brought map[place.Position]string
	// Was are the names that it had before git saw it renamed, which the baseline may know it by.
	Was []string
}

// Unread is a reason for which a file could not be read.
type Unread string

// The reasons.
const (
	UnreadLarge         Unread = "large"         // larger than is read
	UnreadEncoding      Unread = "encoding"      // not in the encoding that it claims, or in one that is not read
	UnreadContradiction Unread = "contradiction" // text behind the ending, or the first bytes, of something else
)

// Each visits what is known of places in the file: the place, and the fact without it.
func (f *File) Each(visit func(at place.Position, fact any)) {
	each(f.Findings, visit, func(x *Finding) *place.Position { return &x.At })
	each(f.Commands, visit, func(x *FileCommand) *place.Position { return &x.At })
	each(f.Config, visit, func(x *FileConfig) *place.Position { return &x.At })
	each(f.Logins, visit, func(x *FileLogin) *place.Position { return &x.At })
	each(f.CI, visit, func(x *FileKey) *place.Position { return &x.At })
	each(f.Calls, visit, func(x *FileCall) *place.Position { return &x.At })
	each(f.Components, visit, func(x *FileComponent) *place.Position { return &x.At })
	each(f.Overrides, visit, func(x *FileOverride) *place.Position { return &x.At })
	if f.SecretsProvider != "" {
		visit(f.SecretsProviderAt, f.SecretsProvider)
	}
}

// Drop removes of what is known of places in the file what the function says, which is told as by [File.Each].
func (f *File) Drop(old func(at place.Position, fact any) bool) {
	drop(&f.Findings, old, func(x *Finding) *place.Position { return &x.At })
	drop(&f.Commands, old, func(x *FileCommand) *place.Position { return &x.At })
	drop(&f.Config, old, func(x *FileConfig) *place.Position { return &x.At })
	drop(&f.Logins, old, func(x *FileLogin) *place.Position { return &x.At })
	drop(&f.CI, old, func(x *FileKey) *place.Position { return &x.At })
	drop(&f.Calls, old, func(x *FileCall) *place.Position { return &x.At })
	drop(&f.Components, old, func(x *FileComponent) *place.Position { return &x.At })
	drop(&f.Overrides, old, func(x *FileOverride) *place.Position { return &x.At })
	if f.SecretsProvider != "" && old(f.SecretsProviderAt, f.SecretsProvider) {
		f.SecretsProvider, f.SecretsProviderAt = "", place.Position{}
	}
}

func drop[T any](list *[]T, old func(place.Position, any) bool, placeOf func(*T) *place.Position) {
	*list = slices.DeleteFunc(*list, func(x T) bool {
		p := placeOf(&x)
		at := *p
		*p = place.Position{}
		return old(at, x)
	})
}

// Places returns the places of which something is known.
func (f *File) Places() (all []place.Position) {
	f.Each(func(at place.Position, _ any) { all = append(all, at) })
	return all
}

func each[T any](list []T, visit func(place.Position, any), placeOf func(*T) *place.Position) {
	for _, x := range list {
		p := placeOf(&x)
		at := *p
		*p = place.Position{}
		visit(at, x)
	}
}

// Facts counts what is known of the file, beside what its name says.
func (f *File) Facts() int {
	n := len(f.Findings) + len(f.Commands) + len(f.Config) + len(f.Logins) + len(f.CI) + len(f.Calls) +
		len(f.Components) + len(f.Overrides)
	for _, more := range [...]bool{f.More, f.SecretsProvider != "", f.KeyStore != "", f.Unread != ""} {
		if more {
			n++
		}
	}
	return n
}

// FileCommand is a command in a file that concerns secrets; see package command.
type FileCommand struct {
	At            place.Position
	Tool, Command string
	Action        string
	Certain       bool
	Job           string // of a workflow or pipeline
}

// FileConfig is a key of a stack's configuration in a file.
type FileConfig struct {
	At     place.Position
	Key    string // with its namespace
	Secret bool   // it is encrypted, as a whole or in part
}

// FileLogin is a step of a workflow, or a job of a pipeline, that logs in to a cloud.
type FileLogin struct {
	At    place.Position
	Cloud string // aws, gcp or azure
	Uses  string // the action without its version: aws-actions/configure-aws-credentials
	Job   string // empty in a composite action
	// How is oidc, static-key, inherited (credentials that the job has already, a role chained from them) or unknown
	// (inputs that are not written there).
	How string
	// Missing are the inputs that OIDC needs and that are not there, Static those that hold a long-lived key.
	Missing, Static []string
	// Token tells whether the job may ask for a token: yes, no (permissions are written and leave id-token out),
	// default (none are written, which gives none) or caller (a composite action: its caller's job decides).
	Token string
}

// FileKey is a long-lived key of a cloud that a file gives a job: in env, in with, as a variable, by a command.
type FileKey struct {
	At    place.Position
	Name  string // of the variable or input
	Cloud string // aws, gcp, azure or pulumi; empty where By is all
	By    string // name, value, or all: every secret that CI keeps, in which there may be a key of any cloud
	Job   string
	Value Value // where By is value
}

// FileComponent is a component that the code of a file registers.
type FileComponent struct {
	At    place.Position
	Token string
}

// FileCall is a reusable workflow, or an action, that a workflow calls and that is not read.
type FileCall struct {
	At   place.Position
	Uses string
	Job  string
	// Secrets tells that the call hands on cloud keys by name, or all secrets (inherit).
	Secrets string // keys, inherit or empty
}

// FileOverride is what a Pulumi project says about who enforces policies on it.
type FileOverride struct {
	At place.Position
	// as it is written: plugins.languages, plugins.analyzers or backend.url; link where the file is a link to something
	// else
	Key string
	// Value is the name of the plugin that is replaced by a program of the repository, or the URL of the backend,
	// without what is secret in it.
	Value string
}

// Allow is a comment that lets findings of a line pass: policypack:allow POLICY[,POLICY]: REASON. It stands at the end
// of the line, or alone on the line above.
type Allow struct {
	At       place.Position // of the comment
	Line     int            // that it is about
	Policies []string
	Reason   string // empty where none is written; it then lets nothing pass
	// a change brings it along, and the branch that it is made to does not have it: it lets nothing pass yet
	Pending bool
}
