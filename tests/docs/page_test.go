package docs

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
	"mvdan.cc/sh/v3/syntax"

	"github.com/progression-labs-development/policypack/tests/internal/harness"
)

// page is one page of the documentation, as it is printed.
type page struct {
	// name is its path in the repository.
	name   string
	text   string
	blocks []*block
}

// block is a fenced block of a page.
type block struct {
	// at is the page and the line on which the block begins.
	at       string
	language string
	// text is what stands between the fences, without the indent of the list that the block is part of.
	text string
	// indent stands before each of its lines in the page; begin is the offset of the first one, end that behind the last.
	indent     string
	begin, end int
	// used says what the world has done with it; empty where it has done nothing.
	used string
}

// command is one command of a block, with what the page prints below it.
type command struct {
	line, output string
}

// pages are the pages whose blocks must run, by the names of their worlds.
func pages(t *testing.T) map[string]*page {
	t.Helper()
	root := harness.Root(t)
	files := []string{"README.md", "CONTRIBUTING.md", "SECURITY.md"}
	err := fs.WalkDir(os.DirFS(root), "docs", func(name string, _ fs.DirEntry, err error) error {
		if path.Ext(name) == ".md" {
			files = append(files, name)
		}
		return err
	})
	if err != nil || len(files) < 20 {
		t.Fatalf("docs: %d pages, %v", len(files), err)
	}
	all := map[string]*page{}
	for _, file := range files {
		text, err := os.ReadFile(filepath.Join(root, file))
		if err != nil {
			t.Fatal(err)
		}
		p, err := parse(file, string(text))
		if err != nil {
			t.Fatal(err)
		}
		if name := p.world(); all[name] != nil {
			t.Fatalf("%s and %s would have the same world, tests/docs/%s.txtar", all[name].name, file, name)
		}
		all[p.world()] = p
	}
	return all
}

var fence = regexp.MustCompile("^( *)```(\\S*)[^`]*$")

// parse finds the blocks of a page.
func parse(name, text string) (*page, error) {
	p := &page{name: name, text: text}
	var open *block
	offset, number := 0, 0
	for line := range strings.Lines(text) {
		number++
		at := offset
		offset += len(line)
		m := fence.FindStringSubmatch(strings.TrimRight(line, "\r\n"))
		switch {
		case m == nil && open != nil:
			open.text += strings.TrimPrefix(line, open.indent)
		case m == nil:
		case open == nil:
			open = &block{at: fmt.Sprintf("%s:%d", name, number), language: m[2], indent: m[1], begin: offset}
		case m[2] == "":
			open.end = at
			p.blocks = append(p.blocks, open)
			open = nil
		default:
			return nil, fmt.Errorf("%s: a block begins inside of the one of %s", name, open.at)
		}
	}
	if open != nil {
		return nil, fmt.Errorf("%s: the block does not end", open.at)
	}
	return p, nil
}

// find returns the first block that holds a text and that the world has not used yet.
func (p *page) find(text string) (*block, error) {
	var used *block
	for _, b := range p.blocks {
		switch {
		case !strings.Contains(b.text, text):
		case b.used == "":
			return b, nil
		default:
			used = b
		}
	}
	if used != nil {
		return nil, fmt.Errorf("%s: the block with %q is used already: %s", used.at, text, used.used)
	}
	return nil, fmt.Errorf("%s: no block holds %q", p.name, text)
}

// first is what the block begins with.
func (b *block) first() string {
	line, _, _ := strings.Cut(strings.TrimSpace(b.text), "\n")
	return strings.TrimSpace(strings.TrimPrefix(line, "$ "))
}

// key is a text to name the block by, as a world writes it.
func (b *block) key() string {
	text := []rune(b.first())
	return "'" + strings.ReplaceAll(string(text[:min(len(text), 50)]), "'", "''") + "'"
}

// prompt begins a command where no language says that the block has some.
var prompt = regexp.MustCompile(`(?m)^\$ `)

// commands are the commands of a block, or none where it holds something else.
func (b *block) commands() ([]command, error) {
	switch b.language {
	case "console":
		return b.typed()
	case "sh", "bash":
		return b.script(b.text)
	case "yaml":
		return b.jobs()
	}
	if prompt.MatchString(b.text) {
		return nil, fmt.Errorf("%s: the block has commands: begin it with ```console", b.at)
	}
	return nil, nil
}

// typed are the lines behind a prompt, each with the output below it.
func (b *block) typed() ([]command, error) {
	var all []command
	open := false // the last command goes on in the next line
	for line := range strings.Lines(b.text) {
		text, begins := strings.CutPrefix(line, "$ ")
		switch {
		case open:
			all[len(all)-1].line += line
		case begins:
			all = append(all, command{line: text})
		case len(all) == 0:
			return nil, fmt.Errorf("%s: a console begins with a command, `$ …`", b.at)
		default:
			all[len(all)-1].output += line
			continue
		}
		open = strings.HasSuffix(strings.TrimRight(line, "\n"), `\`)
	}
	for i := range all {
		all[i].line = strings.TrimSuffix(all[i].line, "\n")
	}
	return all, nil
}

// script are the statements of a shell script.
func (b *block) script(text string) ([]command, error) {
	file, err := syntax.NewParser().Parse(strings.NewReader(text), b.at)
	if err != nil {
		return nil, err
	}
	var all []command
	for _, s := range file.Stmts {
		all = append(all, command{line: text[s.Pos().Offset():s.End().Offset()]})
	}
	return all, nil
}

// jobs are the commands in what the configuration of a CI system calls run or script.
func (b *block) jobs() ([]command, error) {
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(b.text), &doc); err != nil {
		return nil, fmt.Errorf("%s: %w", b.at, err)
	}
	var all []command
	var errs error
	walk(&doc, func(key string, value *yaml.Node) {
		if key != "run" && key != "script" {
			return
		}
		for _, n := range append([]*yaml.Node{value}, value.Content...) {
			if n.Kind != yaml.ScalarNode {
				continue
			}
			found, err := b.script(n.Value)
			if err != nil {
				errs = err
			}
			all = append(all, found...)
		}
	})
	return all, errs
}

// walk calls f for every key of every mapping below a node, in the order of the text.
func walk(n *yaml.Node, f func(key string, value *yaml.Node)) {
	for i, child := range n.Content {
		if n.Kind == yaml.MappingNode && i%2 == 1 {
			f(n.Content[i-1].Value, child)
		}
		walk(child, f)
	}
}

// write puts outputs, by their blocks, into the page.
func (p *page) write(root string, texts map[*block]string) error {
	var out bytes.Buffer
	at := 0
	for _, b := range p.blocks {
		text, changed := texts[b]
		if !changed {
			continue
		}
		out.WriteString(p.text[at:b.begin])
		for line := range strings.Lines(text) {
			if line != "\n" {
				line = b.indent + line
			}
			out.WriteString(line)
		}
		at = b.end
	}
	out.WriteString(p.text[at:])
	return os.WriteFile(filepath.Join(root, p.name), out.Bytes(), 0o644)
}

// copied reports whether people copy the block: it is neither text nor output nor a picture.
func (b *block) copied() bool {
	return b.language != "" && b.language != "text" && b.language != "mermaid"
}

func TestParse(t *testing.T) {
	const text = "1. One:\n   ```console\n   $ a \\\n     b\n   out\n   $ c\n   ```\n\n```sh\nd && e\n# f\ng <<EOF\nh\nEOF\n```\n\n" +
		"```yaml\n- run: i\n- script: [j, k]\n```\n"
	p, err := parse("p.md", text)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, b := range p.blocks {
		cs, err := b.commands()
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range cs {
			got = append(got, fmt.Sprintf("%s %q %q", b.at, c.line, c.output))
		}
	}
	want := []string{
		`p.md:2 "a \\\n  b" "out\n"`, `p.md:2 "c" ""`, `p.md:9 "d && e" ""`, `p.md:9 "g <<EOF\nh\nEOF" ""`,
		`p.md:17 "i" ""`, `p.md:17 "j" ""`, `p.md:17 "k" ""`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("mismatch (-want +got)\n-%s\n+%s", strings.Join(want, "\n-"), strings.Join(got, "\n+"))
	}
	for _, wrong := range []string{"```sh\n", "```sh\n```sh\n```\n"} {
		if _, err := parse("p.md", wrong); err == nil {
			t.Errorf("%q: want an error", wrong)
		}
	}
}
