package catalogue

import (
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"github.com/progression-labs-development/policypack/internal/place"
)

// Properties are a resource's properties as plain Go values: map[string]any, []any, string, bool, numbers and nil.
// Secret strings must be in plaintext, because redaction would hide the structure of a template.
type Properties = map[string]any

// Unknown represents an unknown value in Properties. An unknown template is reported as unreadable.
type Unknown struct{}

// Declared is a secret, a secret version or a cloud credential that a template declares. Its JSON form is an element of
// `input.resource.declares`.
type Declared struct {
	// Type is the type in the template's own language, such as AWS::SecretsManager::Secret.
	Type    string `json:"type,omitempty"`
	Class   string `json:"class,omitempty"`
	Manager string `json:"manager,omitempty"`
	// Path is the path of the declaration in the properties of the resource with the template. It continues into a
	// string as if it were the parsed tree: templateBody, Resources, Db.
	Path place.Path `json:"path"`
	// Unreadable is true, and Type, Class and Manager are empty, if the string at Path could not be parsed as a
	// template. This is not an error of the run: the cloud will reject the template, or it is in a language (Jinja,
	// Python) that only the cloud evaluates. But its content has not been checked, which a policy can report.
	Unreadable bool `json:"unreadable,omitempty"`
}

// Limits of one call of Declares. The largest template that a cloud accepts is 4 MiB (Azure Resource Manager).
const (
	maxText  = 8 << 20
	maxDepth = 200
	maxNodes = 1 << 20
)

// Declares returns the secrets that the templates inside a resource declare, in the order of their paths, or nil if the
// type carries no template. A template is a string property (JSON or YAML) or its parsed tree, or the resource
// specifies the type of a single inner resource (Cloud Control, azapi). Nested templates are included.
//
// Not visible, and not declared: templates behind a URL, AWS::CloudFormation::Modules, and the results of
// Fn::Transform, macros, Jinja or Python in the cloud. A resource is declared even if its condition may be false.
//
// It returns an error if a template exceeds the limits on size, depth or number of nodes (each YAML alias is counted).
func (c *Catalogue) Declares(token string, properties Properties) ([]Declared, error) {
	carriers := c.templates.byToken[c.canonical(token)]
	if len(carriers) == 0 {
		return nil, nil
	}
	r := &reader{catalogue: c, text: maxText, nodes: maxNodes}
	for _, carrier := range carriers {
		if err := r.carrier(carrier, properties); err != nil {
			return nil, fmt.Errorf("template in %s: %w", token, err)
		}
	}
	return r.found, nil
}

// canonical returns the token under which carriers are listed: that of the entry, or of a form without an entry.
func (c *Catalogue) canonical(token string) string {
	if c.templates.byToken[token] != nil {
		return token
	}
	if kind := c.Kind(token); kind != nil {
		return kind.Token
	}
	for _, form := range c.forms.Forms {
		if len(form.Tokens) == 0 || !strings.HasPrefix(token, form.Prefix) {
			continue
		}
		if groups := form.compiled().FindStringSubmatchIndex(token); groups != nil {
			expanded := string(form.compiled().ExpandString(nil, form.Tokens[0], token, groups))
			if c.templates.byToken[expanded] != nil {
				return expanded
			}
		}
	}
	return token
}

// templates is the content of templates.json.
type templates struct {
	Carriers []*carrier  `json:"carriers"`
	Types    []*template `json:"types"`

	byToken map[string][]*carrier
	byType  map[string]*template // by format and type; in lower case if the format is case-insensitive
}

// carrier is a resource type that contains other resources.
type carrier struct {
	Token  string `json:"token"`
	Format string `json:"format"`
	// Text lists the properties that contain a template, as a string or as a tree.
	Text []string `json:"text"`
	// Type and Properties are the properties of a carrier of a single resource. If the type is split over three
	// properties (azure-native), Namespace and Parent are the other two.
	Type       string `json:"type"`
	Properties string `json:"properties"`
	Namespace  string `json:"namespace"`
	Parent     string `json:"parent"`

	texts                        []Path
	typ, inner, namespace, above Path
}

// template is a type in a template language that is a secret, a version or a cloud credential. A Deployment Manager
// type that begins with a colon is a collection of any type provider.
type template struct {
	Format    string     `json:"format"`
	Type      string     `json:"type"`
	Class     string     `json:"class"`
	Manager   string     `json:"manager"`
	Condition *Condition `json:"condition"`
}

// Formats of templates.
const (
	cloudFormation    = "cloudformation"
	resourceManager   = "arm"
	deploymentManager = "deployment-manager"
	orchestration     = "ros" // Alibaba Cloud's, which is structured like CloudFormation's
	kubernetes        = "kubernetes"
)

func loadTemplates(files fs.FS) (*templates, error) {
	text, err := fs.ReadFile(files, templatesFile)
	if err != nil {
		return nil, err
	}
	t := &templates{byToken: map[string][]*carrier{}, byType: map[string]*template{}}
	if err := decode(templatesFile, text, t); err != nil {
		return nil, err
	}
	formats := []string{cloudFormation, resourceManager, deploymentManager, orchestration, kubernetes}
	for _, carrier := range t.Carriers {
		if !slices.Contains(formats, carrier.Format) {
			return nil, fmt.Errorf("%s: %s: no format %q", templatesFile, carrier.Token, carrier.Format)
		}
		if err := carrier.parse(); err != nil {
			return nil, fmt.Errorf("%s: %s: %w", templatesFile, carrier.Token, err)
		}
		t.byToken[carrier.Token] = append(t.byToken[carrier.Token], carrier)
	}
	for _, typ := range t.Types {
		if err := typ.Condition.check(); err != nil || !slices.Contains(formats, typ.Format) ||
			!slices.Contains(classes, typ.Class) {
			return nil,
				fmt.Errorf("%s: %s: expected a known format and class and a valid condition", templatesFile, typ.Type)
		}
		t.byType[typeKey(typ.Format, typ.Type)] = typ
	}
	return t, nil
}

func (c *carrier) parse() error {
	for _, text := range c.Text {
		path, err := ParsePath(text)
		if err != nil {
			return err
		}
		c.texts = append(c.texts, path)
	}
	for _, property := range []struct {
		text string
		path *Path
	}{{c.Type, &c.typ}, {c.Properties, &c.inner}, {c.Namespace, &c.namespace}, {c.Parent, &c.above}} {
		if property.text == "" {
			continue
		}
		path, err := ParsePath(property.text)
		if err != nil {
			return err
		}
		*property.path = path
	}
	return nil
}

func typeKey(format, typ string) string {
	if format == resourceManager {
		typ = strings.ToLower(typ)
	}
	return format + " " + typ
}

// spot is the position of a reader: a linked list from the leaf up, so that each step down costs one node.
type spot struct {
	up    *spot
	step  any
	depth int
}

func (p *spot) at(steps ...any) *spot {
	for _, step := range steps {
		depth := 1
		if p != nil {
			depth += p.depth
		}
		p = &spot{up: p, step: step, depth: depth}
	}
	return p
}

func (p *spot) path() place.Path {
	var path place.Path
	for ; p != nil; p = p.up {
		path = append(path, p.step)
	}
	slices.Reverse(path)
	return path
}

// reader reads the templates of one resource.
type reader struct {
	catalogue *Catalogue
	text      int // bytes of text that may still be parsed
	nodes     int // nodes that may still be visited
	found     []Declared
}

// visit counts a node. Every function that descends into a template calls it first.
func (r *reader) visit(at *spot) error {
	if r.nodes--; r.nodes < 0 {
		return fmt.Errorf("more than %d nodes", maxNodes)
	}
	if at != nil && at.depth > maxDepth {
		return fmt.Errorf("nested deeper than %d", maxDepth)
	}
	return nil
}

func (r *reader) carrier(c *carrier, properties Properties) error {
	for _, path := range c.texts {
		err := each(properties, path, nil, func(value any, at *spot) error { return r.template(c.Format, value, at) })
		if err != nil {
			return err
		}
	}
	if c.typ == nil {
		return nil
	}
	typ, at := firstString(properties, c.typ)
	if err := each(properties, c.typ, nil, r.unknownType); err != nil {
		return err
	}
	if c.namespace != nil {
		namespace, _ := firstString(properties, c.namespace)
		parent, _ := firstString(properties, c.above)
		typ = namespace + "/" + armParentTypes(parent) + typ
	}
	if typ == "" || at == nil {
		return nil
	}
	inner, innerAt := any(nil), (*spot)(nil)
	if err := each(properties, c.inner, nil,
		func(value any, at *spot) error { inner, innerAt = value, at; return nil }); err != nil {
		return err
	}
	if _, unknown := inner.(Unknown); unknown {
		inner = nil
	}
	if text, ok := inner.(string); ok {
		tree, readable, err := r.document(c.Format, text)
		if err != nil {
			return err
		}
		if inner = tree; !readable && text != "" {
			r.found = append(r.found, Declared{Path: innerAt.path(), Unreadable: true})
		}
	}
	if c.Format == resourceManager {
		return r.armResource(typ, inner, at, innerAt)
	}
	return r.cloudFormationResource(c.Format, typ, inner, at, innerAt)
}

// unknownType declares a carrier of a single resource whose type is unknown.
func (r *reader) unknownType(value any, at *spot) error {
	if _, unknown := value.(Unknown); unknown {
		r.found = append(r.found, Declared{Path: at.path(), Unreadable: true})
	}
	return nil
}

// template reads a template that is a string or a tree.
func (r *reader) template(format string, value any, at *spot) error {
	if _, unknown := value.(Unknown); unknown {
		r.found = append(r.found, Declared{Path: at.path(), Unreadable: true})
		return nil
	}
	if text, ok := value.(string); ok {
		if strings.TrimSpace(text) == "" {
			return nil
		}
		tree, readable, err := r.document(format, text)
		if err != nil {
			return err
		}
		if !readable {
			r.found = append(r.found, Declared{Path: at.path(), Unreadable: true})
			return nil
		}
		value = tree
	}
	switch format {
	case resourceManager:
		return r.arm(value, at)
	case deploymentManager:
		return r.deploymentManager(value, at)
	case kubernetes:
		return r.kubernetes(value, at)
	default:
		return r.cloudFormation(format, value, at)
	}
}

// declare records the resource if its type is listed.
func (r *reader) declare(format, typ string, properties any, at *spot) {
	known := r.catalogue.templates.byType[typeKey(format, typ)]
	if known != nil && known.Condition.holds(properties) {
		r.found = append(r.found, Declared{Type: typ, Class: known.Class, Manager: known.Manager, Path: at.path()})
	}
}

// each calls do for every existing value at path.
func each(value any, path Path, at *spot, do func(any, *spot) error) error {
	if value == nil {
		return nil
	}
	if _, unknown := value.(Unknown); unknown || len(path) == 0 {
		return do(value, at)
	}
	switch container := value.(type) {
	case []any:
		rest := path
		if path[0] == "[]" {
			rest = path[1:]
		} else if len(container) > 1 {
			return nil // not the single block that Terraform represents as a list
		}
		for i, item := range container {
			if err := each(item, rest, at.at(i), do); err != nil {
				return err
			}
		}
	case map[string]any:
		return each(container[path[0]], path[1:], at.at(path[0]), do)
	}
	return nil
}

func firstString(properties Properties, path Path) (string, *spot) {
	var text string
	var where *spot
	_ = each(properties, path, nil, func(value any, at *spot) error {
		if s, ok := value.(string); ok && where == nil {
			text, where = s, at
		}
		return nil
	})
	return text, where
}

// sortedKeys returns the keys of a map in the order used for all results.
func sortedKeys(object map[string]any) []string { return slices.Sorted(maps.Keys(object)) }
