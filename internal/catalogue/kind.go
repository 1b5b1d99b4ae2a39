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

// Classes of a Kind.
const (
	Store            = "store"             // a container of a secret; see Kind.ValueInStore
	Version          = "version"           // writes a value into a store
	StaticCredential = "static-credential" // creates or accepts a long-lived credential
	CI               = "ci"                // passes a secret or variable to a CI system
	Command          = "command"           // runs code or passes on a template
	Environment      = "paas-env"          // passes configuration to a workload
	Generator        = "generator"         // generates a random value
	Policy           = "policy"            // access, rotation, references: concerns secrets and contains none
)

// Environments is the Content of a Kind whose values are Pulumi ESC environments.
const Environments = "esc"

// Kind is the catalogue's entry for one resource type. Its JSON form is `input.kind` in policies.
type Kind struct {
	// Token is the token under which the type is listed, which may differ from the one that was looked up.
	Token     string `json:"token"`
	Terraform string `json:"terraform,omitempty"`
	Class     string `json:"class"`
	Subclass  string `json:"subclass,omitempty"`
	Manager   string `json:"manager"`
	// Own is true for a secret or a secret version of AWS Secrets Manager, GCP Secret Manager or Azure Key Vault.
	Own bool `json:"own,omitempty"`
	// CloudKey is true for a long-lived credential of an AWS, Google Cloud or Entra identity.
	CloudKey bool `json:"cloud_key,omitempty"`
	// Name is the path of the physical name. Values are the paths of secret values; Marked and Unmarked divide them by
	// whether the Node SDK marks them secret. Outputs are the top-level outputs that the SDK marks.
	Name     Path     `json:"name,omitempty"`
	Values   []Path   `json:"values,omitempty"`
	Marked   []Path   `json:"marked,omitempty"`
	Unmarked []Path   `json:"unmarked,omitempty"`
	Outputs  []string `json:"outputs,omitempty"`
	// ValueInStore is true for a store that also contains the value, and so is its own version.
	ValueInStore bool `json:"value_in_store,omitempty"`
	// Condition is when the entry applies to a resource of the type; nil means always.
	Condition *Condition `json:"condition,omitempty"`
	// Content is the kind of document that the values are, empty if they are secrets themselves.
	Content string `json:"content,omitempty"`
	// Autoname is an expression for the suffix that auto-naming appends to the logical name: "" if the name is copied,
	// nil if the name is required or the suffix is unknown.
	Autoname *string `json:"autoname,omitempty"`
	// Naming has the manager's rules for names; nil unless the type is a store of a manager with such rules.
	Naming *Naming `json:"naming,omitempty"`
	// Why is the reason for the entry.
	Why string `json:"why,omitempty"`

	value ast.Value
}

// Value returns the entry in the form that policies see. It is built once; the caller must not modify it.
func (k *Kind) Value() ast.Value { return k.value }

// Naming has a manager's rules for the names of secrets, and how a name is composed of parts.
type Naming struct {
	Manager string `json:"manager"`
	Regex   string `json:"regex"`
	Min     int    `json:"min"`
	Max     int    `json:"max"`
	Slash   bool   `json:"slash"`
	// LowerOnly is true if names that differ only in case are the same secret.
	LowerOnly bool `json:"lower_only"`
	// Prefix and Separator join parts to a name: service/environment, service_environment, service--environment.
	Prefix    string `json:"prefix"`
	Separator string `json:"separator"`
	// Part is the pattern of a part, chosen so that different lists of parts never give the same name.
	Part     string     `json:"part"`
	Reserved []Reserved `json:"reserved,omitempty"`
}

// namingRow is an entry of naming.json: the rules of a manager, and the reason for them.
type namingRow struct {
	Naming
	Why string `json:"why"`
}

// Reserved is a pattern of names to avoid.
type Reserved struct {
	Pattern string `json:"pattern"`
	Message string `json:"message"`
	// Advice is true if the manager nevertheless accepts such a name.
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

// Path is a path in a resource's properties, one segment per step. The segment "[]" matches every item of a list and
// "*" every value of a map. A path to a map or list includes everything below it.
type Path []string

// ParsePath parses a path as written in the catalogue's files: environment.variables.*, containers[].env[].value.
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

// Covers reports whether a property is matched by the path or is below a match. An index where the path has none is
// skipped, because Terraform represents a block that occurs at most once as a list.
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

// newKind returns the Kind for an entry that has been merged and checked.
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

// sortedErrors are the errors in the catalogue's files, reported all at once.
type sortedErrors []error

func (errs sortedErrors) join() error {
	slices.SortFunc(errs, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return errors.Join(errs...)
}
