package repository

import (
	"bytes"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/progression-labs-development/policypack/internal/dialect"
	"github.com/progression-labs-development/policypack/internal/facts"
	"github.com/progression-labs-development/policypack/internal/place"
)

// registering are the calls whose first argument is the type token of a component: that of the base class in a
// constructor, and those of Go. RegisterRemoteComponentResource is not among them: the package creates the component
// itself.
var registering = []string{
	"super", "base", "__init__", "ComponentResource", "RegisterComponentResource", "RegisterComponentResourceV2",
}

// remoteArgument is the index of the base class's argument for a remote component, which the package creates itself.
// Pulumi's generated SDK classes set it.
const remoteArgument = 4

// maxCall is the maximum number of lexemes read of a call.
const maxCall = 2000

// packagesOf returns the prefixes of the type tokens of the blessed components, up to the first colon or wildcard.
func packagesOf(tokens []string) [][]byte {
	var all [][]byte
	for _, token := range tokens {
		name := token[:strings.IndexAny(token+":", ":*?{")]
		if name != "" && !slices.ContainsFunc(all, func(b []byte) bool { return string(b) == name }) {
			all = append(all, []byte(name))
		}
	}
	return all
}

// Components returns the components that a file registers, of any package, with their positions in the code.
func Components(name string, data []byte) []facts.FileComponent {
	x := &examination{named: namedBy(name, data), data: data}
	x.registered()
	return x.file.Components
}

// components collects the components that the file registers under a type token of one of the packages.
func (x *examination) components(packages [][]byte) {
	if slices.ContainsFunc(packages, func(name []byte) bool { return bytes.Contains(x.data, name) }) {
		x.registered()
	}
}

// registered collects the components that the file registers.
func (x *examination) registered() {
	switch x.base {
	case "Pulumi.yaml", "Pulumi.yml", "PulumiPlugin.yaml", "PulumiPlugin.yml":
		x.yamlComponents()
		return
	}
	if x.dialect.Language != dialect.Program || !slices.ContainsFunc(registering, func(call string) bool {
		return bytes.Contains(x.data, []byte(call))
	}) {
		return
	}
	src := &place.Lines{Text: string(x.data)}
	code := lexemes(src.Text, x.dialect.Values.Has(dialect.HashComment))
	constants := constantsOf(code)
	for i, l := range code {
		if l.kind != 'w' || !slices.Contains(registering, l.text) {
			continue
		}
		args := arguments(code, i+1)
		if token := typeArgument(args, constants); strings.Count(token, ":") == 2 && !remote(args) {
			x.register(src.Position(code[beginning(code, i)].offset), token)
		}
	}
}

// yamlComponents reads the components of a package written in YAML. Their module is always index.
// https://www.pulumi.com/docs/iac/languages-sdks/yaml/yaml-language-reference/#components
func (x *examination) yamlComponents() {
	d, err := parseYAML(string(x.data))
	if err != nil || d.root == nil || !isMapping(d.root) {
		return // pulumiProject says so
	}
	name := text(member(d.root, "name"))
	declared := member(d.root, "components")
	if name == "" || declared == nil || declared.Kind != yaml.MappingNode {
		return
	}
	for _, p := range members(declared) {
		x.register(d.at(p.key), name+":index:"+p.key.Value)
	}
}

func (x *examination) register(at place.Position, token string) {
	if len(x.file.Components) < maxTold {
		x.file.Components = append(x.file.Components, facts.FileComponent{At: at, Token: token})
	}
}

// constantsOf returns the string constants of the code by name.
func constantsOf(code []lexeme) map[string]string {
	constants := map[string]string{}
	for i := 1; i+1 < len(code); i++ {
		if !code[i].is("=") || code[i+1].is("=") || code[i+1].is(">") {
			continue
		}
		end := i + 1
		for end < len(code) &&
			(code[end].kind == 's' || code[end].kind == 'w' || code[end].is(".") || code[end].is("+")) {
			if end > i+1 && !code[end].is(".") && !code[end].is("+") && !code[end-1].is(".") && !code[end-1].is("+") {
				break // the next statement
			}
			end++
		}
		if value, ok := folded(code[i+1:end], constants); ok {
			constants[assigned(code[:i])] = value
		}
	}
	return constants
}

// assigned returns the name at the end of the code, before its type and Go's :=.
func assigned(code []lexeme) string {
	last := len(code) - 1
	for ; last > 0; last-- {
		switch l := code[last]; {
		case l.is(":"), l.is("string") && (code[last-1].is(":") || code[last-1].kind == 'w'), l.is("str") &&
			code[last-1].is(":"):
		default:
			return l.text
		}
	}
	return code[last].text
}

// folded returns the string that an expression of strings, names and + evaluates to.
func folded(expression []lexeme, constants map[string]string) (text string, ok bool) {
	for i, l := range expression {
		switch {
		case l.kind == 's':
			text += l.text
		case l.is("+") || l.is("."):
		case l.kind == 'w':
			if i+1 < len(expression) && expression[i+1].is(".") {
				continue // what the name belongs to
			}
			value, known := constants[l.text]
			if !known {
				return "", false
			}
			text += value
		default:
			return "", false
		}
	}
	return text, len(expression) > 0
}

// arguments splits the arguments of the call whose parentheses, or type parameters, open at an index.
func arguments(code []lexeme, open int) [][]lexeme {
	if open < len(code) && code[open].is("<") {
		for end := min(len(code), open+maxCall); open < end && !code[open].is("(") && !code[open].is(";"); {
			open++
		}
	}
	if open >= len(code) || !code[open].is("(") {
		return nil
	}
	var args [][]lexeme
	depth, start := 0, open+1
	for i := open; i < min(len(code), open+maxCall); i++ {
		switch l := code[i]; {
		case l.is("("), l.is("["), l.is("{"):
			depth++
		case l.is(")"), l.is("]"), l.is("}"):
			if depth--; depth == 0 {
				return withoutSelf(append(args, code[start:i]))
			}
		case l.is(",") && depth == 1:
			args, start = append(args, code[start:i]), i+1
		}
	}
	return nil
}

// withoutSelf drops Python's self argument.
func withoutSelf(args [][]lexeme) [][]lexeme {
	if first := args[0]; len(first) == 1 && (first[0].is("self") || first[0].is("__self__")) {
		return args[1:]
	}
	return args
}

// typeArgument returns the value of the type argument: the first one, or the one with its name.
func typeArgument(args [][]lexeme, constants map[string]string) string {
	for i, arg := range args {
		if len(arg) == 0 {
			continue
		}
		if name := arg[0].text; len(arg) > 2 && arg[0].kind == 'w' && (arg[1].is("=") || arg[1].is(":")) {
			if name != "t" && name != "type" && name != "type_" {
				continue
			}
			arg = arg[2:]
		} else if i > 0 {
			continue
		}
		if token, ok := folded(arg, constants); ok {
			return token
		}
	}
	return ""
}

// remote reports whether the arguments declare a remote component.
func remote(args [][]lexeme) bool {
	yes := func(l lexeme) bool { return l.is("true") || l.is("True") }
	for i, arg := range args {
		if i == remoteArgument && len(arg) == 1 && yes(arg[0]) {
			return true
		}
		if len(arg) == 3 && arg[0].is("remote") && yes(arg[2]) {
			return true
		}
	}
	return false
}

// beginning returns the index at which the call with the name at an index begins: super in super().__init__.
func beginning(code []lexeme, at int) int {
	for at >= 2 && code[at-1].is(".") {
		before := at - 2
		if code[before].is(")") {
			depth := 0
			for first := max(0, at-maxCall); before > first; before-- {
				if code[before].is(")") {
					depth++
				} else if code[before].is("(") {
					if depth--; depth == 0 {
						before--
						break
					}
				}
			}
		}
		if code[before].kind != 'w' {
			return at
		}
		at = before
	}
	return at
}
