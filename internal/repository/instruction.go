package repository

import (
	"strings"

	"github.com/progression-labs-development/policypack/internal/place"
)

// instruction is an instruction of a Dockerfile.
type instruction struct {
	name string   // in upper case
	text joined   // what follows it, as it is written; continued lines end in a backslash
	docs []joined // that follow it
}

// instructions splits a Dockerfile. Like Docker, it drops comments and empty lines inside an instruction.
func instructions(text string) []instruction {
	var all []instruction
	escape := byte('\\')
	var cur *instruction
	var waiting []string // the words that end the documents
	number, head := 0, true
	for line := range strings.Lines(text) {
		number++
		line = strings.TrimRight(line, "\r\n")
		words := strings.TrimSpace(line)
		at := place.Position{Line: number, Column: 1}
		if len(waiting) > 0 {
			doc := &cur.docs[len(cur.docs)-len(waiting)]
			if strings.TrimLeft(line, "\t") == waiting[0] {
				waiting = waiting[1:]
			} else {
				doc.add(line+"\n", at)
			}
			if len(waiting) == 0 {
				all, cur = append(all, *cur), nil
			}
			continue
		}
		if words == "" || words[0] == '#' {
			if rest, ok := strings.CutPrefix(strings.ToLower(strings.ReplaceAll(words, " ", "")), "#escape="); ok &&
				head && rest == "`" {
				escape = '`'
			}
			continue
		}
		head = false
		from := 0
		if cur == nil {
			from = strings.Index(line, words)
			name, _, _ := strings.Cut(strings.ReplaceAll(words, "\t", " "), " ")
			cur = &instruction{name: strings.ToUpper(name)}
			from = min(from+len(name)+1, len(line))
		}
		at.Column = from + 1
		body := strings.TrimRight(line[from:], " \t")
		goesOn := body != "" && body[len(body)-1] == escape
		if goesOn {
			body = body[:len(body)-1] + "\\"
		}
		cur.text.add(body+"\n", at)
		if goesOn {
			continue
		}
		if cur.name == "RUN" || cur.name == "COPY" || cur.name == "ADD" {
			for _, w := range heredocs(cur.text.String()) {
				waiting = append(waiting, w)
				cur.docs = append(cur.docs, joined{})
			}
		}
		if len(waiting) == 0 {
			all, cur = append(all, *cur), nil
		}
	}
	if cur != nil {
		all = append(all, *cur)
	}
	return all
}

// heredocs returns the delimiters of the heredocs that a line begins.
func heredocs(line string) []string {
	var all []string
	for i := strings.Index(line, "<<"); i >= 0; i = strings.Index(line, "<<") {
		line = strings.TrimPrefix(line[i+2:], "-")
		if strings.HasPrefix(line, "<") { // <<< is no document
			line = line[1:]
			continue
		}
		end := strings.IndexAny(line, " \t\n;|&)>")
		if end < 0 {
			end = len(line)
		}
		if w := strings.Trim(line[:end], `"'`); w != "" &&
			strings.Trim(w, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.") == "" &&
			len(all) < 16 {
			all = append(all, w)
		}
	}
	return all
}

// after returns the instruction nested in one such as ONBUILD, without the options before it.
func (in *instruction) after() instruction {
	text := in.text.String()
	skip := options(text)
	if skip += leading(text[skip:]); strings.HasPrefix(text[skip:], "--") {
		return instruction{}
	}
	name, _, _ := strings.Cut(strings.NewReplacer("\t", " ", "\n", " ").Replace(text[skip:]), " ")
	next := instruction{name: strings.ToUpper(name), docs: in.docs}
	if next.name == in.name {
		next.name = ""
	}
	next.text = in.text.from(skip + len(name))
	return next
}
