package cli

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/progression-labs-development/policypack/policies"
)

// glossary is how the product does not speak: each entry with a sentence that it finds, and what to write.
var glossary = []struct {
	word        *regexp.Regexp
	find, write string
}{
	{regexp.MustCompile(`(?i)\bjudg(e[sd]?|ing)\b`), "It judges a plan.", "check, evaluate"},
	{regexp.MustCompile(`(?i)\bmend(s|ed|ing)?\b`), "how a violation is mended", "fix"},
	{regexp.MustCompile(`(?i)\b(say|says|said|saying) no\b|\bdefects?\b`), "It says no to a secret.", "deny, violation"},
	{regexp.MustCompile(`(?i)\b(tells?|told|telling)\b`), "Its name tells.", "report, print, matched by"},
	{regexp.MustCompile(`(?i)\bwhat (it|they|that) comes? to\b`), "a status says what it comes to", "verdict, result"},
	{
		regexp.MustCompile(`(?i)\b(lets?|letting) (it|them|nothing|a finding|findings) pass\b`),
		"The comment lets nothing pass.", "exempt, suppress, has no effect",
	},
	{
		regexp.MustCompile(`(?i)\b(stands?|stood|standing) (in|at|for|there|beside|above|below)\b`),
		"A password stands in line 3.", "is, is in, contains",
	},
	{regexp.MustCompile(`(?i)\bin (the )?lines? \d`), "The comment in line 3", "on line 3"},
	{
		regexp.MustCompile(`(?i)\b(is|are) no (secret|component|parameter|violation|key|value|policy|file)s?\b`),
		"Levels are no parameters", "is not, are not",
	},
	{regexp.MustCompile(`(?i)\b(is|are) to be\b`), "%s is to be checked", "must"},
	{regexp.MustCompile(`(?i)\bthat (exists?|(is|are) there) already\b`), "secrets that exist already", "existing"},
	{regexp.MustCompile(`(?i)\b(places?|things?|rows?)\b`), "The row of a place", "resource, path, line, entry"},
	{regexp.MustCompile(`(?i)\bfor ever\b`), "It verifies for ever.", "never expires"},
	{regexp.MustCompile(`(?i)\bnothing came\b|[:;,] want (an?|one|the)\b`), "not JSON; want an object", "expected"},
	{regexp.MustCompile(`(?i)\bone should\b|\bmind the\b`), "What one should know of it", "the imperative"},
	{regexp.MustCompile(`(?i)\bwhoever\b`), "Whoever runs it", "anyone who, users who"},
}

// english is what reads like an entry of the glossary and is plain English.
var english = regexp.MustCompile(`(?i)\b(cannot|can) tell\b|\btell (apart|the difference)\b|\bin (its |their )?place\b|` +
	`\btakes? (the )?place\b|\brow in the table\b|\bfirst place\b`)

// codeSpan is what a page writes as code.
var codeSpan = regexp.MustCompile("`[^`]*`")

// spoken returns the first word of a text that the glossary replaces, and what to write.
func spoken(text string) (word, write string) {
	text = english.ReplaceAllString(text, "")
	for _, g := range glossary {
		if word := g.word.FindString(text); word != "" {
			return word, g.write
		}
	}
	return "", ""
}

func TestGlossary(t *testing.T) {
	t.Parallel()
	for _, g := range glossary {
		if g.word.FindString(g.find) == "" {
			t.Errorf("%s does not find %q", g.word, g.find)
		}
	}
	const plain = "Cannot tell yet whether it takes place. Refusing to overwrite a file on line 3, which is an input."
	if word, _ := spoken(plain); word != "" {
		t.Errorf("%q is found in plain English", word)
	}
}

// Pages, help, METADATA, messages and errors do not use the words that the glossary replaces.
func TestWords(t *testing.T) {
	t.Parallel()
	texts := 0
	check := func(where, text string) {
		texts++
		if word, write := spoken(text); word != "" {
			t.Errorf("%s: %q; write %s: %s", where, word, write, strings.Join(strings.Fields(text), " "))
		}
	}
	checkPages(t, check)
	checkHelp(check)
	checkPolicies(t, check)
	checkErrors(t, check)
	if texts < 5000 {
		t.Errorf("found %d texts only", texts)
	}
}

// checkPages reads the pages without blocks and code, line by line.
func checkPages(t *testing.T, check func(where, text string)) {
	t.Helper()
	eachPage(t, func(name, text string) {
		number := 0
		for line := range strings.Lines(prose(text)) {
			number++
			check(name+": line of text "+strconv.Itoa(number), codeSpan.ReplaceAllString(line, ""))
		}
	})
}

func checkHelp(check func(where, text string)) {
	var visit func(c *cobra.Command)
	visit = func(c *cobra.Command) {
		check(c.CommandPath(), c.Short)
		check(c.CommandPath(), c.Long)
		c.Flags().VisitAll(func(f *pflag.Flag) { check(c.CommandPath()+" --"+f.Name, f.Usage) })
		for _, sub := range c.Commands() {
			visit(sub)
		}
	}
	visit(command(Process{Args: []string{"policypack"}, Getenv: os.Getenv}))
}

// checkPolicies reads the METADATA of the pack's policies and the messages of their examples.
func checkPolicies(t *testing.T, check func(where, text string)) {
	t.Helper()
	p, err := ownPack()
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range p.Policies {
		for _, text := range []string{q.Title, q.Description, q.Remediation} {
			check(q.Name, text)
		}
		for _, parameter := range parametersOf(q) {
			check(q.Name+": "+parameter.name, parameter.meaning)
		}
		file, err := examplesIn(policies.FS, q)
		if err != nil {
			t.Fatal(err)
		}
		if file == nil {
			continue
		}
		for _, c := range file.Cases {
			for _, want := range c.Want {
				check(q.Name+": "+c.Name, want.Message)
			}
		}
	}
}

// markup is what a string of HTML has beside its text, and list a string of nothing but words to look for.
var (
	markup = regexp.MustCompile(`<[^<>]*>`)
	list   = regexp.MustCompile(`^[a-z\s]{60,}$`)
)

// checkErrors reads the string literals of the program that are sentences: those that contain a space.
func checkErrors(t *testing.T, check func(where, text string)) {
	t.Helper()
	err := filepath.WalkDir("..", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || filepath.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") ||
			strings.Contains(filepath.ToSlash(name), "/detect/corpus/") {
			return err
		}
		files := token.NewFileSet()
		file, err := parser.ParseFile(files, name, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				if text, err := strconv.Unquote(lit.Value); err == nil && strings.Contains(text, " ") && !list.MatchString(text) {
					check(files.Position(lit.Pos()).String(), markup.ReplaceAllString(text, ""))
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
