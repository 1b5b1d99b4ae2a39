// Package document parses structured texts into trees: YAML, JSON, HCL, TOML and XML, in files or in properties.
//
// A [Node] is a [model.Value], so that code that walks the properties of a resource also walks documents, and it has
// the byte range of the text it was parsed from. Malformed texts and templates have no tree: Parse returns an error
// that quotes nothing of the text.
package document

import (
	"errors"
	"strings"
	"sync"

	"github.com/progression-labs-development/policypack/internal/detect/ascii"
	"github.com/progression-labs-development/policypack/internal/dialect"
)

// Limits on the texts that are parsed.
const (
	MaxSize  = 8 << 20
	maxNodes = 1 << 20
	maxDepth = 100
)

// Errors of Parse.
var (
	errBroken = errors.New("it is malformed, or a template")
	errLarge  = errors.New("it is too large to parse")
)

// Parse parses a text of the given structure. It returns one tree for each document in the text.
func Parse(s dialect.Structure, text string) (roots []*Node, err error) {
	b := builder{text: text}
	return b.parse(s)
}

// Use is like Parse and calls use with the trees, unless there is an error. They are valid until it returns: most texts
// are small, and their trees share memory one after the other.
func Use(s dialect.Structure, text string, use func(roots []*Node)) error {
	b, _ := builders.Get().(*builder)
	if b == nil {
		b = &builder{first: make([]Node, 64)}
	}
	b.text, b.slab = text, b.first
	roots, err := b.parse(s)
	if err == nil {
		use(roots)
	}
	clear(b.first)
	clear(b.members[:cap(b.members)])
	clear(b.items[:cap(b.items)])
	*b = builder{first: b.first, members: b.members[:0], items: b.items[:0]}
	builders.Put(b)
	return err
}

var builders sync.Pool

func (b *builder) parse(s dialect.Structure) (roots []*Node, err error) {
	if len(b.text) > MaxSize {
		return nil, errLarge
	}
	defer func() {
		if recover() != nil { // a bug in a parser
			roots, err = nil, errBroken
		}
	}()
	switch s {
	case dialect.JSON:
		err = b.json()
	case dialect.YAML:
		err = b.yaml()
	case dialect.HCL:
		err = b.hcl()
	case dialect.TOML:
		err = b.toml()
	case dialect.XML:
		err = b.xml()
	default:
		return nil, errBroken
	}
	if err != nil {
		return nil, err
	}
	return b.roots, nil
}

// Guess returns the structure of a text of unknown origin, based on its first lines, or Unstructured.
func Guess(text string) dialect.Structure {
	as := declared(text)
	switch c := ascii.FirstByte(text); {
	case as != dialect.Unstructured:
		return as
	case c == '{' || c == '[':
		return dialect.JSON
	case c == '<':
		return dialect.XML
	case c != 0 && mapped(text):
		return dialect.YAML
	}
	return dialect.Unstructured
}

// declared returns the structure indicated by the first line that is not a comment: TOML for a section or a pair, HCL
// for the start of a block.
func declared(t string) dialect.Structure {
	if strings.HasPrefix(t, "#!") {
		return dialect.Unstructured
	}
	var line string
	for n := 0; n < 12 && t != "" && (line == "" || line[0] == '#' || line[0] == ';'); n++ {
		line, t, _ = strings.Cut(t, "\n")
		line = strings.TrimSpace(line)
	}
	if Section(line) {
		return dialect.TOML
	}
	end := ascii.Run(line, 0, ascii.Dotted, 64)
	rest := strings.TrimLeft(line[end:], " \t")
	switch {
	case end == 0 || rest == "":
	case rest[0] == '=' && !strings.HasPrefix(rest, "==") && !strings.HasPrefix(rest, "=>"):
		return dialect.TOML
	case rest == "{" || rest[0] == '"' && rest[len(rest)-1] == '{':
		return dialect.HCL
	}
	return dialect.Unstructured
}

// Section reports whether the line starts a section of TOML or INI: [name], [[name]], [program:name].
func Section(line string) bool {
	name := strings.Trim(line, "[]")
	n := (len(line) - len(name)) / 2
	return n > 0 && n < 3 && name != "" && line == "[["[:n]+name+"]]"[:n] &&
		(ascii.IsLetter(name[0]) || name[0] == '_') && strings.IndexByte(name, ',') < 0
}

// mapped reports whether the first lines of the text look like a YAML mapping: name: value, more than once or followed
// by a line break.
func mapped(t string) bool {
	if strings.HasPrefix(t, "#!") {
		return false
	}
	names := 0
	for n := 0; n < 12 && t != ""; n++ {
		line, rest, more := strings.Cut(t, "\n")
		t = rest
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' || line == "---" {
			continue
		}
		for strings.HasPrefix(line, "- ") {
			line = strings.TrimLeft(line[2:], " ")
		}
		key, value, ok := member(line)
		if !ok {
			if names == 0 {
				return false
			}
			continue
		}
		names++
		if names > 1 || value == "" && more || !more && n == 0 && strings.IndexByte(key, ' ') < 0 {
			return true
		}
	}
	return names > 0
}

// member splits a line of YAML into its key and the text after the colon.
func member(line string) (key, value string, ok bool) {
	if q := line[0]; q == '"' || q == '\'' {
		i := strings.IndexByte(line[1:], q)
		if i < 0 || i+2 >= len(line) || line[i+2] != ':' {
			return "", "", false
		}
		return line[1 : i+1], strings.TrimLeft(line[i+3:], " \t"), true
	}
	end := 0
	for end < len(line) && end < 128 && (ascii.IsWord(line[end]) || strings.IndexByte("_-./$", line[end]) >= 0) {
		end++
	}
	if end == 0 || end == len(line) || line[end] != ':' ||
		end+1 < len(line) && line[end+1] != ' ' && line[end+1] != '\t' {
		return "", "", false
	}
	return line[:end], strings.TrimLeft(line[end+1:], " \t"), true
}
