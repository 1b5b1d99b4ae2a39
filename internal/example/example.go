// Package example reads the examples of a policy and sees them as the model.
//
// Every policy folder holds one examples.yaml with three lists. Each case of deny must produce exactly the violations
// that it wants, each case of allow must produce nothing, and each case of undecided produces what the policy cannot
// decide during a preview. A case is a small program: resources in the order in which they are registered, analysed one
// by one and then together as a stack. Or it is a small repository: files with their texts, by name.
//
// Property values are written as plain YAML. A map with one of these keys alone stands for what YAML cannot write
// plainly:
//
//	{$secret: VALUE}               VALUE, marked secret
//	{$unknown: true}               a value that is not known before the update
//	{$asset: {text: VALUE}}        an asset from text; also {path: FILE} and {uri: URI}
//	{$archive: {path: FILE}}       an archive from a file; also {uri: URI} and {assets: {NAME: VALUE}}
package example

import (
	"os"
	"path/filepath"
	"slices"

	"github.com/progression-labs-development/policypack/internal/model"
)

// File is one examples.yaml.
type File struct {
	// Name is the name under which the file was read; mistakes begin with it.
	Name string
	// Cases are all cases of the file, in its order.
	Cases []Case
}

// Outcome says in which list of the file a case stands.
type Outcome string

// The lists of an examples.yaml.
const (
	Deny      Outcome = "deny"
	Allow     Outcome = "allow"
	Undecided Outcome = "undecided"
)

// Case is one example: a run, its resources or files, and the violations that the policy must report on them.
type Case struct {
	Outcome Outcome
	// Name is unique in its file.
	Name string
	// Why says what a careless rule would get wrong; it may be empty.
	Why string
	// Row is the line of the case in its file.
	Row int
	// Run is the stack that the resources belong to, defaults filled in.
	Run Run
	// Settings are parameters of the policy `settings`, nil if the case has none.
	Settings map[string]any
	// Parameters are parameters of the policy that the file belongs to, nil if the case has none.
	Parameters map[string]any
	// Resources stand in the order in which the program registers them.
	Resources []Resource
	// Files are the files of a repository, in the order in which they are written. A case has resources, files, or
	// both.
	Files []SourceFile
	// Base are the files of the branch that the case is a change to: empty where it had none, nil where the case is no
	// change.
	Base []SourceFile
	// Want are the violations of the policy, in the order in which they are written; empty for Allow.
	Want []Want
}

// Run names the stack of a case and says how it runs.
type Run struct {
	Organization string
	Project      string
	Stack        string
	DryRun       bool
	Tags         map[string]string
	// Config holds the stack's config values, decrypted, by full key (`shop:dbPassword`).
	Config map[string]string
	// SecretConfig are the sorted keys of Config that were set with --secret.
	SecretConfig []string
}

// Resource is one resource of a case.
type Resource struct {
	Type string
	Name string
	// Ancestors are the types of the components around the resource, nearest first, without the root stack.
	Ancestors []string
	// Component is true for a component, which has no provider.
	Component bool
	// Properties are the inputs after the provider's Check, as model.Of takes them.
	Properties map[string]any
	// Outputs are what the stack as a whole shows; they are Properties unless the case writes `outputs`.
	Outputs map[string]any
	// Provider holds the provider's inputs, nil if the case has none.
	Provider map[string]any
	Options  model.Options
	// DependsOn says which properties come from outputs of which resources of the case, by logical name.
	DependsOn map[string][]string
	// Secrets are all texts that the case marks secret, in the order in which they are written. None of them may show
	// up in a message.
	Secrets []string
}

// SourceFile is one file of a case.
type SourceFile struct {
	// Name is slash-separated, from the root of the repository.
	Name string
	Text string
}

// Want is one violation that a case must produce.
type Want struct {
	// On is the logical name of the resource, or the name of the file, that the violation is about.
	On string
	// Line is where it stands in the file, 0 for a resource and for a file as a whole.
	Line int
	// Message is the exact text without the policy's url.
	Message string
	// Level is advisory where the policy itself lowers this violation, else empty.
	Level string
}

// WriteFiles writes the files of the case below a directory.
func (c Case) WriteFiles(dir string) error { return writeFiles(dir, c.Files) }

// WriteBase writes the files of the branch that the case is a change to below a directory.
func (c Case) WriteBase(dir string) error { return writeFiles(dir, c.Base) }

// writeFiles makes the directory too.
func writeFiles(dir string, files []SourceFile) error {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return err
	}
	for _, f := range files {
		name := filepath.Join(dir, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(name), 0o750); err != nil {
			return err
		}
		if err := os.WriteFile(name, []byte(f.Text), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// Secrets are all texts of the case that are marked secret, sorted, each once.
func (c Case) Secrets() []string {
	var all []string
	for _, r := range c.Resources {
		all = append(all, r.Secrets...)
	}
	for _, key := range c.Run.SecretConfig {
		all = append(all, c.Run.Config[key])
	}
	slices.Sort(all)
	return slices.Compact(all)
}
