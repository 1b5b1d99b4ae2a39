package facts

import (
	"slices"

	"github.com/progression-labs-development/policypack/internal/place"
)

// FileKind is the kind of a repository file as rules see it, such as workflow or dockerfile. The table of kinds is in
// package repository; only the kinds that code refers to are declared here.
type FileKind string

// Kinds of files that code refers to.
const (
	FileDotenv FileKind = "dotenv" // .env and its relatives
	FileOther  FileKind = "other"  // of no particular kind: only scanned for secrets
)

// File is what rules see of one file of a repository. It contains none of its values.
type File struct {
	Name     string // slash-separated, from the root of the repository
	Kind     FileKind
	Stack    string // of Pulumi.STACK.yaml: STACK
	Template bool   // of FileDotenv: its name says that it is a template, such as .env.example
	// Findings are the secrets in the file. Their place is PlaceConfig for values under config in Pulumi.yaml and
	// Pulumi.STACK.yaml, whose Path is the key and the path below it, as in the stack's configuration. It is PlaceFile
	// for all others.
	Findings []Finding
	More     bool // there may be more secrets than Findings has, because of their number
	Commands []FileCommand
	Config   []FileConfig // the keys of the configuration of Pulumi.STACK.yaml and Pulumi.yaml
	Logins   []FileLogin
	CI       []FileKey
	Calls    []FileCall
	// Components are those that the file registers under a type token of a package with blessed components.
	Components []FileComponent
	Overrides  []FileOverride
	// SecretsProvider is the scheme of a stack's secrets provider, such as awskms or passphrase.
	SecretsProvider   string
	SecretsProviderAt place.Position
	Allows            []Allow
	// Columns16 are the columns in UTF-16 code units, for positions where they differ from those in bytes.
	Columns16 map[place.Position]int
	// KeyStore is the kind of key store as messages describe it, empty if the file is not one.
	KeyStore string
	// Replaced is true if the files are compared with those of a base in which this file's content differs, and the
	// finding is about the file as a whole: a key store, or a file with more secrets than were reported.
	Replaced bool
	// Unread is why a file that a change adds or modifies could not be read, or not in the way its consumer will read
	// it. It is empty if the file was read or no change is being checked.
	Unread Unread
	// Commit is the short id of the commit with this version of the file, empty for the current version.
	Commit string
	// Elsewhere is true if that commit is not in HEAD.
	Elsewhere bool
	// Brought are the short ids of the commits that first had the content at a position; the zero position is the file
	// as a whole. It is nil if the history was not read.
	Brought map[place.Position]string
	// Was are earlier names of the file, from renames detected by git. A baseline may have one of them.
	Was []string
}

// Unread is the reason why a file could not be read.
type Unread string

// Reasons why a file could not be read.
const (
	UnreadLarge         Unread = "large"         // exceeds the size limit
	UnreadEncoding      Unread = "encoding"      // not in its declared encoding, or in an unsupported one
	UnreadContradiction Unread = "contradiction" // text with the extension or the first bytes of another format
)

// Each visits the positional facts of the file: the position, and the fact without it.
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

// Drop removes the positional facts for which the function returns true. It is called like the one of [File.Each].
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

// Places returns the positions that have facts.
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

// Facts returns the number of facts about the file, not counting those from its name.
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

// FileCommand is a command in a file that handles secrets; see package command.
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
	Secret bool   // encrypted, in whole or in part
}

// FileLogin is a workflow step, or a pipeline job, that logs in to a cloud.
type FileLogin struct {
	At    place.Position
	Cloud string // aws, gcp or azure
	Uses  string // the action without its version: aws-actions/configure-aws-credentials
	Job   string // empty in a composite action
	// How is oidc, static-key, inherited (credentials that the job already has, or a role assumed with them) or
	// unknown (the inputs are not written in the file).
	How string
	// Missing are the inputs that OIDC needs and that are not set, Static those that contain a long-lived key.
	Missing, Static []string
	// Token is whether the job may request an OIDC token: yes, no (permissions are set without id-token), default (no
	// permissions are set, which grants none) or caller (a composite action, for which the caller's job decides).
	Token string
}

// FileKey is a long-lived cloud key that a file passes to a job: in env, in with, as a variable or by a command.
type FileKey struct {
	At    place.Position
	Name  string // of the variable or input
	Cloud string // aws, gcp, azure or pulumi; empty if By is all
	By    string // name, value, or all: every CI secret, any of which may be a cloud key
	Job   string
	Value Value // if By is value
}

// FileComponent is a component that the code in a file registers.
type FileComponent struct {
	At    place.Position
	Token string
}

// FileCall is a reusable workflow or an action that a workflow calls and that was not scanned.
type FileCall struct {
	At   place.Position
	Uses string
	Job  string
	// Secrets is how the call passes on cloud keys: by name, or all secrets (inherit).
	Secrets string // keys, inherit or empty
}

// FileOverride is a setting of a Pulumi project that affects who enforces policies on it.
type FileOverride struct {
	At place.Position
	// as written: plugins.languages, plugins.analyzers or backend.url; link if the file is a symbolic link
	Key string
	// Value is the name of the plugin that is replaced by a program in the repository, or the URL of the backend with
	// secrets removed.
	Value string
}

// Allow is a comment that suppresses findings on a line: policypack:allow POLICY[,POLICY]: REASON. It is at the end of
// the line, or alone on the line above.
type Allow struct {
	At       place.Position // of the comment
	Line     int            // that it applies to
	Policies []string
	Reason   string // empty if missing; the comment then has no effect
	// it is added by the change under review and not yet on the target branch, so it has no effect yet
	Pending bool
}
