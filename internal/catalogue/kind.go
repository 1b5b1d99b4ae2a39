package catalogue

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/progression-labs-development/policypack/internal/place"
)

// The classes of a Kind.
const (
	Store            = "store"             // a container that a secret lives in; see Kind.ValueInStore
	Version          = "version"           // writes a value into a store
	StaticCredential = "static-credential" // makes or takes a long-lived credential
	CI               = "ci"                // gives a secret or variable to a CI system
	Command          = "command"           // runs code or passes a template on
	Environment      = "paas-env"          // hands configuration to a workload
	Generator        = "generator"         // makes a random value
	Policy           = "policy"            // access, rotation, references: concerns secrets and holds none
)

// Environments is the Content of a Kind whose values are environments of Pulumi ESC.
const Environments = "esc"

// Kind is what the catalogue knows about one resource type. Its JSON form is `input.kind` of the policies.
type Kind struct {
	// Token is the token that the type is listed under, not the spelling that was asked for.
	Token     string `json:"token"`
	Terraform string `json:"terraform,omitempty"`
	Class     string `json:"class"`
	Subclass  string `json:"subclass,omitempty"`
	Manager   string `json:"manager"`
	// Own says that it is a secret or a secret version of AWS Secrets Manager, GCP Secret Manager or Azure Key Vault.
	Own bool `json:"own,omitempty"`
	// CloudKey says that it is a long-lived credential of an identity of AWS, Google Cloud or Entra.
	CloudKey bool `json:"cloud_key,omitempty"`
	// Name is where the physical name is. Values are the places of secret values; Marked and Unmarked divide them by
	// whether the Node SDK marks them secret by itself. Outputs are the top-level outputs that it marks.
	Name     Path     `json:"name,omitempty"`
	Values   []Path   `json:"values,omitempty"`
	Marked   []Path   `json:"marked,omitempty"`
	Unmarked []Path   `json:"unmarked,omitempty"`
	Outputs  []string `json:"outputs,omitempty"`
	// ValueInStore says that a store carries the value too and is its own version.
	ValueInStore bool `json:"value_in_store,omitempty"`
	// Condition says when a resource of the type is what the entry says; nil is always.
	Condition *Condition `json:"condition,omitempty"`
	// Content is what the values are documents of, empty where they are secrets themselves.
	Content string `json:"content,omitempty"`
	// Autoname is an expression for the suffix that auto-naming appends to the logical name: "" when the name is
	// copied, nil when it must be given or nothing is known.
	Autoname *string `json:"autoname,omitempty"`
	// Naming holds the manager's rules for names; nil unless the type is a store of a manager that has some.
	Naming *Naming `json:"naming,omitempty"`
	// Why says why the type is what the entry says.
	Why string `json:"why,omitempty"`

	value ast.Value
}

// Value returns the entry as the policies see it. It is built once; the caller must not change it.
func (k *Kind) Value() ast.Value { return k.value }

// Naming is how a manager wants its secrets named, and how the parts of a name are put together in it.
type Naming struct {
	Manager string `json:"manager"`
	Regex   string `json:"regex"`
	Min     int    `json:"min"`
	Max     int    `json:"max"`
	Slash   bool   `json:"slash"`
	// LowerOnly is set where names that differ in case only are the same secret.
	LowerOnly bool `json:"lower_only"`
	// Prefix and Separator join parts to a name: service/environment, service_environment, service--environment.
	Prefix    string `json:"prefix"`
	Separator string `json:"separator"`
	// Part is what a part may be, so that no two lists of parts give the same name.
	Part     string     `json:"part"`
	Reserved []Reserved `json:"reserved,omitempty"`
}

// namingRow is a row of naming.json: the rules of a manager, and why its names are put together like that.
type namingRow struct {
	Naming
	Why string `json:"why"`
}

// Reserved is a pattern of names to keep away from.
type Reserved struct {
	Pattern string `json:"pattern"`
	Message string `json:"message"`
	// Advice is set when the manager takes such a name all the same.
	Advice bool `json:"advice,omitempty"`
}

func (n *namingRow) check() []error {
	var errs []error
	if n.Why == "" {
		errs = append(errs, fmt.Errorf("%s: %s: why: missing", namingFile, n.Manager))
	}
	patterns := []string{n.Regex, n.Part}
	for _, reserved := range n.Reserved {
		patterns = append(patterns, reserved.Pattern)
	}
	for _, pattern := range patterns {
		if _, err := regexp.Compile(pattern); err != nil {
			errs = append(errs, fmt.Errorf("%s: %s: %w", namingFile, n.Manager, err))
		}
	}
	return errs
}

// Path is a place in a resource's properties, one segment per step. The segment "[]" stands for each item of a list and
// "*" for each value of a map. A path that ends at a map or list means everything below it.
type Path []string

// ParsePath parses the spelling of the catalogue's files: environment.variables.*, containers[].env[].value.
func ParsePath(text string) (Path, error) {
	var path Path
	for part := range strings.SplitSeq(text, ".") {
		name := strings.TrimRight(part, "[]")
		lists := part[len(name):]
		if strings.Trim(name, " []") != name || name == "" || strings.ReplaceAll(lists, "[]", "") != "" {
			return nil, fmt.Errorf("path %q: expected names joined by dots, with [] after the name of a list", text)
		}
		path = append(path, name)
		for range len(lists) / len("[]") {
			path = append(path, "[]")
		}
	}
	return path, nil
}

// Covers reports whether the property that stands there is one of the path's, or lies below one. An index where the
// path has none is stepped over: Terraform writes a block of which there is only one as a list.
func (p Path) Covers(at place.Path) bool {
	for len(p) > 0 {
		if len(at) == 0 {
			return false
		}
		switch step := at[0].(type) {
		case string:
			if p[0] != step && p[0] != "*" {
				return false
			}
			p = p[1:]
		default:
			if p[0] == "[]" {
				p = p[1:]
			}
		}
		at = at[1:]
	}
	return true
}

// newKind returns the entry that a row says. The row is merged and checked.
func (c *Catalogue) newKind(r row) (*Kind, error) {
	kind := &Kind{
		Token: r.Token, Terraform: r.Terraform, Class: r.Class, Subclass: r.Subclass, Manager: r.Manager,
		Own: r.Own, CloudKey: r.CloudKey, Outputs: r.Outputs, ValueInStore: r.ValueInStore,
		Condition: r.Condition, Content: r.Content, Autoname: r.Autoname, Why: r.Why,
	}
	if r.Name != "" {
		path, err := ParsePath(r.Name)
		if err != nil {
			return nil, fmt.Errorf("name: %w", err)
		}
		kind.Name = path
	}
	for _, value := range r.Values {
		path, err := ParsePath(value)
		if err != nil {
			return nil, fmt.Errorf("values: %w", err)
		}
		kind.Values = append(kind.Values, path)
		if slices.Contains(r.Marked, value) {
			kind.Marked = append(kind.Marked, path)
		} else {
			kind.Unmarked = append(kind.Unmarked, path)
		}
	}
	if rules := c.naming[r.Manager]; rules != nil && r.Class == Store && (r.Own || r.Subclass == "") {
		kind.Naming = &rules.Naming
	}
	var err error
	kind.value, err = ast.InterfaceToValue(kind)
	return kind, err
}

// sortedErrors are errors of the catalogue's files, reported all at once.
type sortedErrors []error

func (errs sortedErrors) join() error {
	slices.SortFunc(errs, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return errors.Join(errs...)
}
