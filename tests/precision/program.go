package main

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// program is what Pulumi.yaml says of a program that matters for running it with providers that echo.
type program struct {
	name    string
	config  map[string]configKey
	rows    map[string]*row // by token
	plugins map[string]bool // the versions of packages that it asks for, as NAME-vVERSION
	stacks  map[string][]string
}

// configKey is a configuration value that the program declares, or that a settings file gives it.
type configKey struct {
	typ    string
	secret bool
	given  bool // the program has a default for it
}

// row is a line of the echoing provider's types.
type row struct {
	token           string
	is              string
	inputs, outputs []string
	children        []string
}

// errNotRun is the error of a program that cannot be run here; its text says why.
type errNotRun string

func (e errNotRun) Error() string { return string(e) }

// readProgram reads the program in a folder. It returns an errNotRun when it needs what is not here, and nil for a
// program in another language.
func readProgram(dir string, known *types) (*program, error) {
	text, err := os.ReadFile(filepath.Join(dir, "Pulumi.yaml"))
	if err != nil {
		return nil, err
	}
	var doc struct {
		Name          string
		Runtime       yaml.Node
		Main          string
		Config        map[string]yaml.Node
		Configuration map[string]yaml.Node
		Packages      map[string]yaml.Node
		Resources     map[string]yaml.Node
		Variables     yaml.Node
		Outputs       yaml.Node
		Template      yaml.Node
	}
	if err := yaml.Unmarshal(text, &doc); err != nil {
		return nil, errNotRun("Pulumi.yaml is not YAML that can be read")
	}
	switch runtime := runtimeOf(&doc.Runtime); {
	case runtime == "":
		return nil, errNotRun("Pulumi.yaml names no runtime")
	case runtime != "yaml":
		return nil, nil
	case doc.Main != "":
		return nil, errNotRun("its program is in a folder of its own (main)")
	case len(doc.Packages) > 0:
		return nil, errNotRun("it generates a package from elsewhere (packages)")
	case hasCompiler(&doc.Runtime):
		return nil, errNotRun("it is made by a compiler (runtime.options.compiler)")
	case strings.Contains(doc.Name, "${"):
		return nil, errNotRun("it is a template: it has no name")
	case len(doc.Resources) == 0:
		return nil, errNotRun("it has no resources")
	}
	p := &program{
		name: doc.Name, config: map[string]configKey{}, rows: map[string]*row{}, plugins: map[string]bool{},
		stacks: map[string][]string{},
	}
	for _, section := range []map[string]yaml.Node{doc.Config, doc.Configuration} {
		for key, node := range section {
			p.config[key] = declared(key, &node)
		}
	}
	return p, p.read(doc.Resources, &doc.Variables, text, known)
}

func runtimeOf(node *yaml.Node) string {
	if node.Kind == yaml.MappingNode {
		return scalar(member(node, "name"))
	}
	return scalar(node)
}

func hasCompiler(runtime *yaml.Node) bool {
	return runtime.Kind == yaml.MappingNode && member(member(runtime, "options"), "compiler") != nil
}

func declared(key string, node *yaml.Node) configKey {
	if node.Kind != yaml.MappingNode {
		return configKey{given: true}
	}
	k := configKey{
		typ: strings.ToLower(scalar(member(node, "type"))), secret: scalar(member(node, "secret")) == "true",
		given: member(node, "default") != nil || member(node, "value") != nil,
	}
	// A README says of such a key to set it with --secret.
	k.secret = k.secret || !k.given && secretName.MatchString(key)
	return k
}

var secretName = regexp.MustCompile(`(?i)(password|passwd|secret|token|apikey|api-key|api_key|privatekey)$`)

// read collects the types and functions that the program uses, with the properties that it gives and reads.
func (p *program) read(resources map[string]yaml.Node, variables *yaml.Node, text []byte, known *types) error {
	reads := accesses(string(text))
	for name := range reads {
		if _, declared := p.config[name]; strings.Contains(name, ":") && !declared {
			p.config[name] = configKey{secret: secretName.MatchString(name)}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(resources)) {
		node := resources[name]
		written := scalar(member(&node, "type"))
		if written == "" {
			return errNotRun(fmt.Sprintf("its resource %s has no type", name))
		}
		if written == "pulumi:pulumi:StackReference" {
			p.reference(name, &node, reads[name])
			continue
		}
		if err := p.version(written, member(&node, "options")); err != nil {
			return err
		}
		r := p.row(known.resource(written))
		for _, key := range keys(member(&node, "properties")) {
			add(&r.inputs, key)
		}
		for _, key := range keys(member(member(&node, "get"), "state")) {
			add(&r.outputs, key)
		}
		for _, path := range reads[name] {
			if len(path) > 0 && path[0] != "id" && path[0] != "urn" {
				add(&r.outputs, strings.TrimSuffix(path[0], "[]"))
			}
		}
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil {
		return err
	}
	calls := map[*yaml.Node]string{}
	for i := 0; i+1 < len(variables.Content); i += 2 {
		calls[variables.Content[i+1]] = variables.Content[i].Value
	}
	// variables is another reading of the same text: its calls are told by their place.
	names := map[[2]int]string{}
	for node, name := range calls {
		names[[2]int{node.Line, node.Column}] = name
	}
	return p.functions(&doc, names, reads, known)
}

// functions adds the rows of the functions that are called below a node. names are the variables that hold a call, by
// the place of the call.
func (p *program) functions(node *yaml.Node, names map[[2]int]string, reads map[string][][]string, known *types) error {
	if node.Kind == yaml.MappingNode {
		for i := 0; i+1 < len(node.Content); i += 2 {
			key, value := node.Content[i].Value, node.Content[i+1]
			token, arguments, short := called(key, value)
			if token == "" {
				continue
			}
			if err := p.version(token, member(value, "options")); err != nil {
				return err
			}
			r := p.row(known.function(token))
			for _, name := range keys(arguments) {
				add(&r.inputs, name)
			}
			path := []string{}
			if ret := either(value, "return", "Return"); ret != nil && !short {
				path = []string{scalar(ret)}
			}
			at := names[[2]int{node.Line, node.Column}]
			if len(reads[at]) == 0 && len(path) > 0 {
				r.returns(path)
			}
			for _, read := range reads[at] {
				if whole := append(slices.Clone(path), read...); len(whole) > 0 {
					r.returns(whole)
				}
			}
		}
	}
	for _, child := range node.Content {
		if err := p.functions(child, names, reads, known); err != nil {
			return err
		}
	}
	return nil
}

// called returns the function that a key and its value call, fn::invoke or the short form, and the arguments.
func called(key string, value *yaml.Node) (token string, arguments *yaml.Node, short bool) {
	rest, ok := strings.CutPrefix(key, "fn::")
	if !ok {
		rest, ok = strings.CutPrefix(key, "Fn::")
	}
	switch {
	case !ok:
		return "", nil, false
	case strings.EqualFold(rest, "invoke"):
		return scalar(either(value, "function", "Function")), either(value, "arguments", "Arguments"), false
	case strings.Contains(rest, ":"):
		return rest, value, true
	}
	return "", nil, false
}

// returns adds a path to what a function returns. What is read by index, or by a plural, is a list.
func (r *row) returns(path []string) {
	path = slices.Clone(path)
	last := len(path) - 1
	if plural.MatchString(path[last]) {
		path[last] += "[]"
	}
	if secretName.MatchString(path[last]) || secretOutput.MatchString(path[last]) || strings.HasPrefix(path[0], "keys[]") {
		path[last] += "*"
	}
	add(&r.outputs, strings.Join(path, "."))
}

var (
	plural       = regexp.MustCompile(`(?i)(ids|names|arns|zones)$`)
	secretOutput = regexp.MustCompile(`(?i)(secretstring|secretdata|primarykey|primaryconnectionstring|accesskey)$`)
)

// reference keeps the outputs that the program reads of another stack.
func (p *program) reference(name string, node *yaml.Node, reads [][]string) {
	stack := scalar(member(member(node, "properties"), "name"))
	if stack == "" {
		stack = name
	}
	for _, path := range reads {
		if len(path) > 1 && path[0] == "outputs" {
			p.stacks[stack] = append(p.stacks[stack], strings.TrimSuffix(path[1], "[]"))
		}
	}
	p.stacks[stack] = append(p.stacks[stack], "")
}

func (p *program) version(token string, options *yaml.Node) error {
	if version := scalar(member(options, "version")); version != "" {
		p.plugins[packageOf(token)+"-v"+strings.TrimPrefix(version, "v")] = true
	}
	return nil
}

// row returns the program's own row of a token.
func (p *program) row(r row) *row {
	if p.rows[r.token] == nil {
		p.rows[r.token] = &r
	}
	return p.rows[r.token]
}

// packages are the packages of the program's types.
func (p *program) packages() []string {
	set := map[string]bool{}
	for token, r := range p.rows {
		set[packageOf(token)] = true
		for _, child := range r.children {
			set[packageOf(child)] = true
		}
	}
	return slices.Sorted(maps.Keys(set))
}

func packageOf(token string) string {
	if name, ok := strings.CutPrefix(token, "pulumi:providers:"); ok {
		return name
	}
	name, _, _ := strings.Cut(token, ":")
	return name
}

// accesses are the paths that `${…}` reads, by the name of the resource or variable. An element by number is a `[]`
// behind the name before.
func accesses(text string) map[string][][]string {
	found := map[string][][]string{}
	for _, m := range interpolation.FindAllStringSubmatch(text, -1) {
		name, rest := m[2], m[3]
		var path []string
		for _, part := range step.FindAllStringSubmatch(rest, -1) {
			switch {
			case part[1] != "":
				path = append(path, part[1])
			case part[2] != "":
				path = append(path, part[2])
			case len(path) > 0 && !strings.HasSuffix(path[len(path)-1], "[]"):
				path[len(path)-1] += "[]"
			}
		}
		found[name] = append(found[name], path)
	}
	return found
}

var (
	interpolation = regexp.MustCompile(`(^|[^$])\$\{\s*([\w:./-]+?)((?:\.\w+|\[[^\]]*\])*)\s*\}`)
	step          = regexp.MustCompile(`\.(\w+)|\[["']([^"']*)["']\]|\[(\d+)\]`)
)

func add(list *[]string, name string) {
	if !slices.Contains(*list, name) {
		*list = append(*list, name)
	}
}

func keys(node *yaml.Node) []string {
	if node == nil || node.Kind != yaml.MappingNode {
		return nil
	}
	var found []string
	for i := 0; i < len(node.Content); i += 2 {
		found = append(found, node.Content[i].Value)
	}
	return found
}

func member(node *yaml.Node, name string) *yaml.Node { return either(node, name, name) }

func either(node *yaml.Node, names ...string) *yaml.Node {
	if node == nil || node.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		if slices.Contains(names, node.Content[i].Value) {
			return node.Content[i+1]
		}
	}
	return nil
}

func scalar(node *yaml.Node) string {
	if node == nil || node.Kind != yaml.ScalarNode {
		return ""
	}
	return node.Value
}
