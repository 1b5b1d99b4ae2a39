package document

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/progression-labs-development/policypack/internal/dialect"
	"github.com/progression-labs-development/policypack/internal/fuzzing"
	"github.com/progression-labs-development/policypack/internal/model"
	"github.com/progression-labs-development/policypack/internal/place"
)

// leaves prints the strings of the trees: where each stands, its text, and what the text has at its bytes where that is
// another one.
func leaves(text string, roots []*Node) string {
	var b strings.Builder
	for i, root := range roots {
		var path place.Path
		if len(roots) > 1 {
			path = place.Path{i}
		}
		leavesOf(&b, text, path, root)
	}
	return b.String()
}

func leavesOf(b *strings.Builder, text string, path place.Path, n *Node) {
	switch n.Kind() {
	case model.String:
		fmt.Fprintf(b, "%s: %q", path, n.Text())
		if raw := text[n.From:n.To]; n.Form != Exact {
			fmt.Fprintf(b, " is %q", raw)
		} else if raw != n.Text() {
			fmt.Fprintf(b, " IS NOT %q", raw)
		}
		b.WriteByte('\n')
	case model.List:
		for i, item := range n.Items() {
			leavesOf(b, text, append(path[:len(path):len(path)], i), item)
		}
	case model.Object:
		for _, m := range n.Members() {
			if key := text[m.From:m.To]; m.To > 0 && key != m.Key && m.Key != Text && m.Key != "" && !strings.Contains(key, `\`) {
				fmt.Fprintf(b, "KEY %q IS NOT %q\n", key, m.Key)
			}
			leavesOf(b, text, append(path[:len(path):len(path)], m.Key), m.Value)
		}
	default:
		fmt.Fprintf(b, "%s: kind %d\n", path, n.Kind())
	}
}

func TestParse(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		as   dialect.Structure
		give string
		want string
	}{
		{
			"a template in place of a value", dialect.YAML, "a: {{ .x | default \"y\" }}\nb: {c: d}\n",
			"a: \"{{ .x | default \\\"y\\\" }}\"\nb.c: \"d\"\n",
		},
		{
			"JSON with escapes", dialect.JSON, `{"b": ["x\ny", 1, true, null], "a": {"k\u0065y": "v"}}`,
			"a.key: \"v\"\nb[0]: \"x\\ny\" is \"x\\\\ny\"\nb[1]: \"1\"\nb[2]: \"true\"\nb[3]: kind 0\n",
		},
		{
			"JSON with comments", dialect.JSON, "// c\n{\"a\": /* b */ \"x\", // d\n \"b\": [\"y\",],}\n",
			"a: \"x\"\nb[0]: \"y\"\n",
		},
		{"JSON by lines", dialect.JSON, "{\"a\": \"x\"}\n{\"a\": \"y\"}\n", "[0].a: \"x\"\n[1].a: \"y\"\n"},
		{"a key twice", dialect.JSON, `{"a": "x", "b": "z", "a": "y", "a": ["w"]}`, "a[0]: \"x\"\na[1]: \"y\"\na[2][0]: \"w\"\nb: \"z\"\n"},
		{
			"scalars of YAML", dialect.YAML,
			"é: ü # c\nb: 'it''s'\nc: \"x\\ty\"\nd: &n !!str plain text\ne: *n\nf:\n  next line\ng: ~\nh: one\n  two\n",
			"b: \"it's\" is \"it''s\"\nc: \"x\\ty\" is \"x\\\\ty\"\nd: \"plain text\"\ne: \"plain text\"\nf: \"next line\"\n" +
				"g: kind 0\nh: \"one two\" is \"one\\n  two\"\n[\"é\"]: \"ü\"\n",
		},
		{
			"blocks of YAML", dialect.YAML,
			"a: |-\n  one\n   two\n\n  three\nb: >+\n    folded\n    text\n\nc:\n- |\n  item\n- x\nd: |\ne: z\n",
			"a: \"one\\n two\\n\\nthree\" is \"  one\\n   two\\n\\n  three\"\nb: \"folded text\\n\\n\" is \"    folded\\n    text\"\n" +
				"c[0]: \"item\\n\" is \"  item\"\nc[1]: \"x\"\nd: kind 0\ne: \"z\"\n",
		},
		{
			"keys of YAML", dialect.YAML,
			"? long\n: x\nshop:db: y\n\"q\": {in: 'f', l: [a, \"b\"]}\n---\nz: 1\n",
			"[0].long: \"x\"\n[0].q.in: \"f\"\n[0].q.l[0]: \"a\"\n[0].q.l[1]: \"b\"\n[0].shop:db: \"y\"\n[1].z: \"1\"\n",
		},
		{
			"blocks of HCL", dialect.HCL,
			"variable \"pw\" {\n  default = \"lit\"\n}\nresource \"t\" \"n\" {\n  a = var.x\n  b = \"x-${var.y}\"\n" +
				"  c = jsonencode({ \"k\" = \"v\", (var.z) = true })\n  d {\n    e = 5\n  }\n  d {\n    e = \"q\\\"r\"\n  }\n}\n",
			"resource.t.n.a: kind 6\nresource.t.n.b: \"x-${var.y}\"\nresource.t.n.c[0][\"\"]: \"true\"\n" +
				"resource.t.n.c[0].k: \"v\"\nresource.t.n.d[0].e: \"5\"\nresource.t.n.d[1].e: \"q\\\"r\" is \"q\\\\\\\"r\"\n" +
				"variable.pw.default: \"lit\"\n",
		},
		{
			"what may be in HCL", dialect.HCL, "a = var.x ? \"p\" : \"q\"\nb = <<-EOT\n  one ${x}\n    two\n  EOT\nc = file(\"f\")\nd = null\n",
			"a[0]: \"p\"\na[1]: \"q\"\nb: \"one ${x}\\n  two\\n\" is \"  one ${x}\\n    two\\n\"\nc: kind 6\nd: kind 0\n",
		},
		{
			"TOML", dialect.TOML,
			"a = \"x\\ty\"\nb.c = 'lit'\n[t]\nd = 5\ne = [\"p\", { f = \"q\" }]\n[[u]]\nk = '''\nline'''\n[[u]]\nk = true\n[u.v]\nw = 1979-05-27\n",
			"a: \"x\\ty\" is \"x\\\\ty\"\nb.c: \"lit\"\nt.d: \"5\"\nt.e[0]: \"p\"\nt.e[1].f: \"q\"\n" +
				"u[0].k: \"line\" is \"\\nline\"\nu[1].k: \"true\"\nu[1].v.w: \"1979-05-27\"\n",
		},
		{
			"XML", dialect.XML,
			"<?xml version=\"1.0\"?><a x='1 &amp; 2'><!-- c --><b> text </b><b y=\"z\">more</b><c/>" +
				"<dict><key>k</key><string>v</string></dict></a>",
			"a.b[0]: \"text\"\na.b[1][\"#text\"]: \"more\"\na.b[1].y: \"z\"\na.dict.k: \"v\"\na.x: \"1 & 2\" is \"1 &amp; 2\"\n",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			roots, err := Parse(tt.as, tt.give)
			if err != nil {
				t.Fatal(err)
			}
			for _, root := range roots {
				bounded(t, tt.give, root)
			}
			if diff := cmp.Diff(tt.want, leaves(tt.give, roots)); diff != "" {
				t.Errorf("mismatch (-want +got)\n%s", diff)
			}
		})
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		as   dialect.Structure
		give string
	}{
		{"a template", dialect.YAML, "a: {{ .Values.x }}\n{{- if y }}\nb: c\n"},
		{"JSON that is cut off", dialect.JSON, `{"a": "x`},
		{"a text", dialect.JSON, `"x"`},
		{"nothing", dialect.JSON, ""},
		{"HCL with a mistake", dialect.HCL, "a = {"},
		{"TOML with a mistake", dialect.TOML, "a = = 1"},
		{"an open element", dialect.XML, "<a><b></a>"},
		{"markup without elements", dialect.XML, "text"},
		{"what is no structure", dialect.Unstructured, "a: b"},
		{"JSON without an end of its depth", dialect.JSON, strings.Repeat("[", 10_000)},
		{"too much", dialect.JSON, `["` + strings.Repeat("x", MaxSize) + `"]`},
	} {
		if roots, err := Parse(tt.as, tt.give); err == nil {
			t.Errorf("%s: got %s, want an error", tt.name, leaves(tt.give, roots))
		}
	}
}

func TestGuess(t *testing.T) {
	t.Parallel()
	for give, want := range map[string]dialect.Structure{
		"":                        dialect.Unstructured,
		" {\"a\": 1}":             dialect.JSON,
		"<a/>":                    dialect.XML,
		"a: b\nc: d\n":            dialect.YAML,
		"a:\n- b\n":               dialect.YAML,
		"# c\n---\n- a: b\n":      dialect.YAML,
		"one two: three\n":        dialect.Unstructured,
		"A=b\nc: d\n":             dialect.TOML,
		"; c\n[a]\nb = c\n":       dialect.TOML,
		"# c\n\n[[a.b]]\n":        dialect.TOML,
		"a.b = \"\"\"\nc\"\"\"":   dialect.TOML,
		"[program:a]\r\n":         dialect.TOML,
		"[a]":                     dialect.TOML,
		"[\"a\"]":                 dialect.JSON,
		"[a, b]":                  dialect.JSON,
		"[1]\n":                   dialect.JSON,
		"[a":                      dialect.JSON,
		"[[a]":                    dialect.JSON,
		"[]":                      dialect.JSON,
		"a == b\n":                dialect.Unstructured,
		"a => b\n":                dialect.Unstructured,
		"a \"b\" \"c\" {\n}\n":    dialect.HCL,
		"a {\n  b = c\n}\n":       dialect.HCL,
		"#!/bin/sh\na=b\n":        dialect.Unstructured,
		"#!/bin/sh\na: b\nc: d\n": dialect.Unstructured,
	} {
		if got := Guess(give); got != want {
			t.Errorf("%q: got %d, want %d", give, got, want)
		}
	}
}

// Whatever the text, the bytes of a node lie in it, and an exact one is its text.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"a: |\n  b\n", "{\"a\": [1, \"\\u00e9\"]}", "a = <<X\nb\nX\n", "[a]\nb = '''c'''\n", "<a b='c'>d</a>",
		"\ufeffa: é\n", "a: &b 'c'\nd: *b\n", "? - a\n: b", "a: \"b\\\n  c\"\n",
		"a: \"" + fuzzing.Canary + "\"\n", fuzzing.Canary + " = [", "<" + fuzzing.Canary + " a=",
	} {
		for s := dialect.JSON; s <= dialect.XML; s++ {
			f.Add(uint8(s), seed)
		}
	}
	f.Fuzz(func(t *testing.T, s uint8, text string) {
		defer fuzzing.Watch(t, len(text))()
		roots, err := Parse(dialect.Structure(s), text)
		if err != nil {
			fuzzing.Error(t, err)
			return
		}
		for _, root := range roots {
			bounded(t, text, root)
		}
	})
}

func bounded(t *testing.T, text string, n *Node) {
	if n.From < 0 || n.To < n.From || n.To > len(text) {
		t.Fatalf("a node at %d to %d of %d bytes", n.From, n.To, len(text))
	}
	if n.Kind() == model.String && n.Form == Exact && text[n.From:n.To] != n.Text() {
		t.Fatalf("%q stands at %q", n.Text(), text[n.From:n.To])
	}
	if len(n.Keys()) != len(n.Members()) {
		t.Fatalf("%d keys of %d members", len(n.Keys()), len(n.Members()))
	}
	for _, item := range n.Items() {
		bounded(t, text, item)
	}
	for _, m := range n.Members() {
		if m.From < 0 || m.To < m.From || m.To > len(text) {
			t.Fatalf("a key at %d to %d of %d bytes", m.From, m.To, len(text))
		}
		bounded(t, text, m.Value)
	}
}

func TestEscaped(t *testing.T) {
	t.Parallel()
	const raw = `a\n\u00e9\ud83d\ude00\"b\u12zz\ud83d\`
	text := Unescape(raw)
	for i := range len(text) + 1 {
		at := Escaped(raw, i)
		if got := Unescape(raw[:at]); len(got) < i || !strings.HasPrefix(text, got) {
			t.Errorf("byte %d of %q: got %q", i, text, got)
		}
	}
}
