package docs

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/progression-labs-development/policypack/tests/internal/harness"
)

// exists checks what a command that is not run names: targets of make, packages and tests of this checkout.
func exists(root, line string) error {
	words := strings.Fields(strings.Split(line, " #")[0])
	if len(words) < 2 || words[0] != "make" && words[0] != "go" {
		return nil
	}
	args := []string{"-n"}
	if words[0] == "go" {
		args = []string{"list", "--"}
	}
	pattern := ""
	for i, word := range words[1:] {
		switch {
		case words[0] == "make":
			args = append(args, word)
		case strings.HasPrefix(word, "./"):
			args = append(args, word)
		case words[i] == "-run":
			pattern = strings.Trim(strings.Split(word, "/")[0], "'")
		}
	}
	if len(args) > 1 {
		cmd := exec.Command(words[0], args...)
		cmd.Dir = root
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("`%s`: %s %s: %w\n%s", line, words[0], strings.Join(args, " "), err, out)
		}
	}
	if pattern == "" {
		return nil
	}
	names, err := regexp.Compile(pattern)
	if err != nil {
		return err
	}
	for name := range tests() {
		if names.MatchString(name) {
			return nil
		}
	}
	return fmt.Errorf("`%s`: there is no test %s", line, pattern)
}

// span is code in a sentence.
var span = regexp.MustCompile("`(policypack [^`]+)`")

// Where a sentence names a command of the program, there is one, and it has the flags.
func TestCommandsInSentences(t *testing.T) {
	program := harness.Policypack(t)
	help := map[string]string{}
	ask := func(args ...string) string {
		key := strings.Join(args, " ")
		if _, known := help[key]; !known {
			out, err := exec.Command(program, append(slices.Clone(args), "--help")...).CombinedOutput()
			if err != nil {
				out = nil
			}
			help[key] = string(out)
		}
		return help[key]
	}
	found := 0
	for name, p := range pages(t) {
		prose := p.text
		for _, b := range slices.Backward(p.blocks) {
			prose = prose[:b.begin] + prose[b.end:]
		}
		for _, m := range span.FindAllStringSubmatch(strings.ReplaceAll(prose, "\n", " "), -1) {
			words := strings.Fields(m[1])[1:]
			if !word.MatchString(words[0]) { // a number, a flag of the engine
				continue
			}
			found++
			path := words[:1]
			for len(path) < len(words) && word.MatchString(words[len(path)]) && strings.Contains(ask(path...), "\n  "+words[len(path)]+" ") {
				path = words[:len(path)+1]
			}
			text := ask(path...)
			if text == "" {
				t.Errorf("%s: `%s`: there is no command %s", name, m[1], strings.Join(path, " "))
				continue
			}
			for _, w := range words[len(path):] {
				flag, _, _ := strings.Cut(strings.TrimRight(w, ",.;)]"), "=")
				if strings.HasPrefix(flag, "--") && flag != "--" && !regexp.MustCompile(regexp.QuoteMeta(flag)+`[ \[\n,]`).MatchString(text) {
					t.Errorf("%s: `%s`: policypack %s has no flag %s", name, m[1], strings.Join(path, " "), flag)
				}
			}
		}
	}
	if found < 50 {
		t.Errorf("found %d commands; is the pattern stale?", found)
	}
}

// What the README's table of comparison names runs: it is a command of a block of the page, or one of this checkout.
func TestComparison(t *testing.T) {
	p := pages(t)["README"]
	var lines []string
	for _, b := range p.blocks {
		lines = append(lines, strings.Split(b.text, "\n")...)
	}
	_, table, _ := strings.Cut(p.text, "\n| what policypack does | see it |\n| --- | --- |\n")
	table, _, _ = strings.Cut(table, "\n\n")
	rows := 0
	for row := range strings.Lines(table) {
		rows++
		_, cell, _ := strings.Cut(strings.TrimRight(row, " |\n"), " | `")
		command := strings.ReplaceAll(strings.TrimSuffix(cell, "`"), `\|`, "|")
		if strings.HasPrefix(command, "go test ") {
			if err := exists(harness.Root(t), strings.Replace(command, "-run '^$' ", "", 1)); err != nil {
				t.Error(err)
			}
			continue
		}
		if !slices.ContainsFunc(lines, func(line string) bool { return strings.HasPrefix(line, "$ "+command) }) {
			t.Errorf("README.md: no block has the command %q of the table", command)
		}
	}
	if rows < 5 {
		t.Errorf("found %d rows in the table; is the test stale?", rows)
	}
}

var word = regexp.MustCompile(`^[a-z][a-z-]*$`)

// A Go excerpt of CONTRIBUTING.md is a file that builds in the folder it is for.
func TestExcerpts(t *testing.T) {
	root, p := harness.Root(t), pages(t)["CONTRIBUTING"]
	replace := map[string]string{}
	dir := t.TempDir()
	args := []string{"build", "-overlay", filepath.Join(dir, "overlay.json")}
	for _, b := range p.blocks {
		if b.language != "go" {
			continue
		}
		pkg := strings.TrimPrefix(b.first(), "package ")
		folder := map[string]string{"formats": "internal/detect/formats"}[pkg]
		if folder == "" {
			folder = "internal/" + pkg
		}
		file := filepath.Join(dir, pkg+".go")
		harness.WriteFiles(t, dir, map[string]string{pkg + ".go": b.text})
		replace[filepath.Join(root, folder, "excerpt_of_the_page.go")] = file
		args = append(args, "./"+folder)
	}
	if len(replace) != 3 {
		t.Fatalf("CONTRIBUTING.md has %d excerpts, want 3", len(replace))
	}
	var text strings.Builder
	for from, to := range replace {
		fmt.Fprintf(&text, ",%q:%q", from, to)
	}
	harness.WriteFiles(t, dir, map[string]string{"overlay.json": `{"Replace":{` + text.String()[1:] + `}}`})
	cmd := exec.Command("go", args...)
	cmd.Dir = root
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
