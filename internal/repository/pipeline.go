package repository

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/progression-labs-development/policypack/internal/command"
	"github.com/progression-labs-development/policypack/internal/facts"
	"github.com/progression-labs-development/policypack/internal/place"
)

// pipeline is a file of jobs: what the kinds of CI systems have in common.
type pipeline struct {
	*examination
	doc    *document
	follow follower // of the texts that run gets: command.Parse where the system changes nothing in them
	// marker masks the references in a text of the file byte by byte, as [scope.marked] does; nil for GitHub
	// expressions and shell variables.
	marker  func(text string) string
	visited int  // nodes of scripts, which references may repeat
	inputs  bool // the values that are looked at are an action's
	actions bool // it runs on GitHub, or on what runs the same
	scope
}

// asPipeline returns a reader for files that are pipelines, which are mappings. Want describes one in errors.
func asPipeline(want string, read func(*pipeline)) func(*examination) {
	return func(x *examination) {
		if d := x.parse(want, false); d != nil {
			read(&pipeline{examination: x, doc: d, follow: command.Parse})
		} else {
			x.file.Kind = facts.FileOther
		}
	}
}

// marking follows a text with its expressions masked.
func (w *pipeline) marking(text string, lang command.Language) ([]command.Use, error) {
	return command.Parse(w.marked(text), lang)
}

// storedBut returns a follower for texts of a system that sets environment variables to stored values, except for its
// own variables, which have the given prefixes.
func storedBut(own ...string) follower {
	return func(text string, _ command.Language) ([]command.Use, error) { return command.Pipeline(text, own...) }
}

// passage is a text of commands with the positions of its bytes in the file.
type passage struct {
	text string
	at   func() func(offset int) place.Position
}

// run reads texts that run in one shell, one after another.
func (w *pipeline) run(texts []*yaml.Node, lang command.Language, job string, env []string) {
	if len(texts) == 0 {
		return
	}
	all := make([]passage, len(texts))
	for i, n := range texts {
		all[i] = passage{n.Value, func() func(int) place.Position { return w.doc.inside(n) }}
	}
	w.passages(all, lang, job, env)
}

// passages is run for texts that are not nodes.
func (w *pipeline) passages(texts []passage, lang command.Language, job string, env []string) {
	var b strings.Builder
	ends := make([]int, 0, len(texts))
	for _, p := range texts {
		b.WriteString(strings.ReplaceAll(p.text, "\t", " ") + "\n")
		ends = append(ends, b.Len())
	}
	text := b.String()
	head := preset(mentioned(env, text), lang)
	src := place.Lines{Text: head + text}
	last, inside := -1, func(int) place.Position { return place.Position{} }
	position := func(line, col int) place.Position {
		offset := max(0, src.Offset(place.Position{Line: line, Column: col})-len(head))
		i, _ := slices.BinarySearch(ends, offset+1)
		if i = min(i, len(texts)-1); i != last {
			last, inside = i, texts[i].at()
		}
		if i > 0 {
			offset -= ends[i-1]
		}
		return inside(offset)
	}
	uses, err := w.followed(src.Text, lang, w.follow)
	w.use(w.hands(uses, &src, len(head), job, position), err, w.shown(job), position)
}

// preset returns lines that set variables in a language. For languages other than the shell's, only values with an
// expression are set.
func preset(env []string, lang command.Language) string {
	var b strings.Builder
	for _, assignment := range env {
		switch name, value, _ := strings.Cut(assignment, "="); {
		case lang == command.Shell:
			b.WriteString(assignment + "\n")
		case !strings.Contains(value, "${{"):
		case lang == command.PowerShell:
			b.WriteString("$env:" + name + " = " + value + "\n")
		default:
			b.WriteString("set " + name + "=" + strings.Trim(value, `"`) + "\n")
		}
	}
	return b.String()
}
