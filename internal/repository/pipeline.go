package repository

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/progression-labs-development/policypack/internal/command"
	"github.com/progression-labs-development/policypack/internal/facts"
	"github.com/progression-labs-development/policypack/internal/place"
)

// pipeline is a file of jobs that is read: what the kinds of CI systems share.
type pipeline struct {
	*examination
	doc    *document
	follow follower // of the texts that run gets: command.Parse where the system changes nothing in them
	// marker writes marks over what a text of the file refers to, byte by byte, as in [scope.marked]; nil: expressions
	// of GitHub, and variables of a shell.
	marker  func(text string) string
	visited int  // nodes of scripts, which references may repeat
	inputs  bool // the values that are looked at are an action's
	actions bool // it runs on GitHub, or on what runs the same
	scope
}

// asPipeline returns what reads a file as a pipeline: a mapping. Want says, for the error, what one is.
func asPipeline(want string, read func(*pipeline)) func(*examination) {
	return func(x *examination) {
		if d := x.parse(want, false); d != nil {
			read(&pipeline{examination: x, doc: d, follow: command.Parse})
		} else {
			x.file.Kind = facts.FileOther
		}
	}
}

// marking follows a text with marks in place of its expressions.
func (w *pipeline) marking(text string, lang command.Language) ([]command.Use, error) {
	return command.Parse(w.marked(text), lang)
}

// storedBut returns what follows a text of a system that sets variables of its environment to what it keeps, but for
// its own ones, which begin alike.
func storedBut(own ...string) follower {
	return func(text string, _ command.Language) ([]command.Use, error) { return command.Pipeline(text, own...) }
}

// passage is a text of commands, and where its bytes stand in the file.
type passage struct {
	text string
	at   func() func(offset int) place.Position
}

// run reads texts that one shell gets, one after another.
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

// passages is run for texts that are no nodes.
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

// preset returns lines that set variables in a language; of those but the shell's only what holds an expression.
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
