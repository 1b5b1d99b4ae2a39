package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode"
)

// types are the rows that are known of types before a program is read: those of tests/echo, and what the providers'
// packages mark secret.
type types struct {
	byName map[string][]string // the words of a row, by the lower case of its token
}

// readTypes reads files of rows; a word that two files have of a type counts once.
func readTypes(files ...string) (*types, error) {
	t := &types{byName: map[string][]string{}}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		for line := range strings.Lines(string(text)) {
			words := strings.Fields(line)
			if len(words) == 0 || strings.HasPrefix(line, "#") {
				continue
			}
			key := strings.ToLower(words[0])
			if t.byName[key] == nil {
				t.byName[key] = words
				continue
			}
			have := t.parse(words[0])
			more := parse(words)
			for _, in := range more.inputs {
				addMarked(&have.inputs, in)
			}
			for _, out := range more.outputs {
				addMarked(&have.outputs, out)
			}
			t.byName[key] = strings.Fields(have.String())
		}
	}
	return t, nil
}

// addMarked adds a property, or its mark.
func addMarked(list *[]string, word string) {
	name := strings.TrimRight(word, "*~")
	i := slices.IndexFunc(*list, func(have string) bool { return strings.TrimRight(have, "*~") == name })
	switch {
	case i < 0:
		*list = append(*list, word)
	case strings.HasSuffix(word, "*") && !strings.Contains((*list)[i], "*"):
		(*list)[i] += "*"
	}
}

func parse(words []string) row {
	r := row{token: words[0]}
	list := &r.inputs
	for _, word := range words[1:] {
		key, value, ok := strings.Cut(word, "=")
		switch {
		case word == "->":
			list = &r.outputs
		case ok && key == "is":
			r.is = value
		case ok && key == "child":
			r.children = append(r.children, value)
		case ok: // the shape of an ID does not matter in a preview
		default:
			*list = append(*list, word)
		}
	}
	return r
}

func (t *types) parse(token string) row { return parse(t.byName[strings.ToLower(token)]) }

// String is the row as the echoing provider reads it. An input that the program reads is an output where a resource does
// not give it, with the input's mark.
func (r row) String() string {
	words := []string{r.token}
	if r.is != "" {
		words = append(words, "is="+r.is)
	}
	for _, child := range r.children {
		words = append(words, "child="+child)
	}
	var inputs, outputs []string
	for _, in := range r.inputs {
		addMarked(&inputs, in)
	}
	for _, out := range r.outputs {
		addMarked(&outputs, out)
	}
	words = append(append(words, inputs...), "->")
	for _, out := range outputs {
		for _, in := range inputs {
			if strings.TrimRight(in, "*~") == strings.TrimRight(out, "*") && strings.Contains(in, "*") {
				out = strings.TrimRight(out, "*") + "*"
			}
		}
		words = append(words, out)
	}
	return strings.Join(words, " ")
}

// native are the packages whose tokens name no type twice; those of all others are bridged from Terraform.
var native = []string{
	"aws-apigateway", "aws-native", "aws-static-website", "awsx", "azure-native", "command", "docker-build", "eks",
	"google-native", "kubernetes", "pulumiservice", "std",
}

// components are the packages, and the modules of packages, of which every resource is a component.
var components = []string{
	"aws-apigateway", "aws-static-website", "awsx", "azure-static-website", "eks", "google-cloud-static-website",
	"kubernetes:helm.sh/v4", "kubernetes:kustomize/v2", "kubernetes:yaml/v2",
}

// resource is the row of a type as a program writes it, with the token that the provider's schema gives it.
func (t *types) resource(written string) row {
	pkg, mod, name := split(written)
	if pkg == "pulumi" {
		return t.known(written, written)
	}
	r := t.known(tokens(pkg, mod, name)...)
	for _, c := range components {
		if pkg == c || strings.HasPrefix(pkg+":"+mod+":", c+":") {
			r.is = "component"
		}
	}
	return r
}

func (t *types) function(written string) row {
	pkg, mod, name := split(written)
	return row{token: tokens(pkg, mod, name)[0], is: "function"}
}

// tokens are the tokens that a type may have, the likeliest first.
func tokens(pkg, mod, name string) []string {
	whole := pkg + ":" + mod + ":" + name
	if slices.Contains(native, pkg) || strings.Contains(mod, "/") {
		return []string{whole}
	}
	bridged := fmt.Sprintf("%s:%s/%s:%s", pkg, mod, lowerFirst(name), name)
	return []string{bridged, whole}
}

// known returns the row of the first token that is known, or else an empty one of the first.
func (t *types) known(tokens ...string) row {
	for _, token := range tokens {
		if t.byName[strings.ToLower(token)] != nil {
			return t.parse(token)
		}
	}
	return row{token: tokens[0]}
}

func split(token string) (pkg, mod, name string) {
	parts := strings.Split(token, ":")
	if len(parts) == 2 {
		return parts[0], "index", parts[1]
	}
	if len(parts) != 3 {
		return token, "", ""
	}
	return parts[0], parts[1], parts[2]
}

func lowerFirst(name string) string {
	runes := []rune(name)
	if len(runes) > 0 {
		runes[0] = unicode.ToLower(runes[0])
	}
	return string(runes)
}

// writeTypes writes the rows of a program into a file for the echoing provider.
func (p *program) writeTypes(path string, known *types) error {
	var lines []string
	written := map[string]bool{}
	for token, r := range p.rows {
		lines = append(lines, r.String())
		written[token] = true
	}
	for _, r := range p.rows {
		for _, child := range r.children {
			if !written[child] {
				lines = append(lines, known.known(child).String())
				written[child] = true
			}
		}
	}
	slices.Sort(lines)
	return os.WriteFile(path, []byte(strings.Join(lines, "\n")+"\n"), 0o600)
}

// typesFiles are the files of rows that every program has.
func typesFiles(root string) []string {
	return []string{
		filepath.Join(root, "tests", "echo", "types.txt"), filepath.Join(root, "tests", "precision", "marked.txt"),
	}
}
