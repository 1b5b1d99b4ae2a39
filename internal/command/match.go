package command

import (
	"slices"
	"strings"
)

// maxWords is the number of arguments that are searched for the words of a command.
const maxWords = 48

// tool reports the effect of a tool's command on secrets, and returns the command's output.
func (m *machine) tool(name string, args []string, in stream) string {
	name = canonical(name)
	if name == "kubectl" || name == "oc" {
		return m.kubectl(name, args, in)
	}
	for i := range entries {
		e := &entries[i]
		tool, words, _ := strings.Cut(e.words, " ")
		if tool == name {
			m.entry(e, tool, words, args)
		}
	}
	switch name {
	case "aws":
		m.configure(args, in)
	case "gh":
		m.githubAPI(args)
	}
	return Unknown
}

// entry reports an entry whose words match the arguments.
func (m *machine) entry(e *entry, tool, words string, args []string) {
	rest, certain, ok := match(strings.Fields(words), args)
	if !ok || idle(args, rest) {
		return
	}
	if e.action == StaticLogin && issued(args) {
		return
	}
	a := yes
	if e.when != nil {
		a = e.when(rest)
	}
	if a != no {
		m.found(tool, e.words, e.action, certain && a == yes)
	}
}

// issued reports whether all values from outside in the arguments are freshly issued credentials.
func issued(args []string) bool {
	text := strings.Join(args, " ")
	return strings.Contains(text, issuedMark) && !strings.ContainsAny(text, outside)
}

// anyTool reports a command whose tool is unknown, by words that no other program has: at least three, or two that
// include an operation on secrets.
func (m *machine) anyTool(args []string, _ stream) {
	for i := range entries {
		e := &entries[i]
		tool, words, ok := strings.Cut(e.words, " ")
		if !ok || e.action == StaticLogin || strings.Count(words, " ") == 0 || tool == "oc" || tool == "podman" {
			continue
		}
		if len(args) > 0 && args[0] != strings.Fields(words)[0] {
			continue
		}
		if tool == "aws" || tool == "az" || tool == "kubectl" || strings.Count(words, " ") > 1 {
			m.entry(e, tool, words, args)
		}
	}
}

// canonical returns the name of a program in the table.
func canonical(name string) string {
	switch name {
	case "flyctl":
		return "fly"
	case "aws2":
		return "aws"
	}
	if strings.IndexByte(name, '-') > 0 && name[0] <= 'z' { // cmdlets, whose case does not count
		for i := range entries {
			if strings.EqualFold(entries[i].words, name) {
				return entries[i].words
			}
		}
	}
	return name
}

// match finds words among arguments, in order, with only options between them, and returns the remaining arguments. An
// option may or may not have the next argument as its value; since that is unknown, both are tried. An unknown argument
// may be an option, or any word but the last; certain is then false.
func match(words, args []string) (rest []string, certain, ok bool) {
	s := matcher{words: words, args: args[:min(len(args), maxWords)]}
	end, doubt := s.from(0, 0, false)
	if end < 0 {
		return nil, false, false
	}
	return args[end:], !doubt, true
}

type matcher struct {
	words, args []string
	tried       [8][maxWords + 1][2]bool
}

// from returns the end of the arguments from at on that match the words from word on, or -1 if they do not.
func (s *matcher) from(word, at int, doubt bool) (int, bool) {
	if word == len(s.words) {
		return at, doubt
	}
	d := 0
	if doubt {
		d = 1
	}
	if at >= len(s.args) || word >= len(s.tried) || s.tried[word][at][d] {
		return -1, false
	}
	s.tried[word][at][d] = true
	a := s.args[at]
	switch {
	case a == s.words[word]:
		return s.from(word+1, at+1, doubt)
	case word == 0 && s.words[0] != "alpha" && (a == "alpha" || a == "beta"): // the channels of gcloud
		return s.from(word, at+1, doubt)
	case len(a) > 1 && a[0] == '-' && a != "--":
		if end, d := s.from(word, at+1, doubt); end >= 0 {
			return end, d
		}
		if !strings.Contains(a, "=") {
			return s.from(word, at+2, doubt)
		}
	case blank(a):
		if end, d := s.from(word, at+1, true); end >= 0 {
			return end, d
		}
		if word+1 < len(s.words) {
			return s.from(word+1, at+1, true)
		}
	}
	return -1, false
}

// idle reports whether a command only shows help, or what it would do.
func idle(args, rest []string) bool {
	return help(args, rest) || dry(args)
}

func help(args, rest []string) bool {
	return len(rest) > 0 && rest[0] == "help" ||
		slices.ContainsFunc(args,
			func(a string) bool { return a == "--help" || a == "-help" || a == "-h" || a == "-?" })
}

func dry(args []string) bool {
	for i, a := range args {
		option, value, ok := strings.Cut(a, "=")
		switch option {
		case "--generate-cli-skeleton":
			return true
		case "--dry-run":
			if !ok && i+1 < len(args) && (args[i+1] == "none" || args[i+1] == "false") {
				value = args[i+1]
			}
			return value != "none" && value != "false"
		case "-WhatIf", "-whatif":
			return true
		}
	}
	return false
}

// configure follows the forms of aws configure that have no words of their own.
func (m *machine) configure(args []string, in stream) {
	rest, _, ok := match([]string{"configure"}, args)
	if !ok || idle(args, rest) {
		return
	}
	if set, _, ok := match([]string{"set"}, rest); ok {
		for _, a := range set {
			m.session = m.session || strings.HasSuffix(a, "aws_session_token")
		}
		return
	}
	rest = options(rest, "--profile --region --output")
	if len(rest) == 0 && in.text != "" && in.text != Unknown { // the questions are answered by the text
		m.found("aws", "aws configure", StaticLogin, true)
	}
}

// githubAPI follows gh api with a method that writes a secret of a repository, an organisation or an environment.
func (m *machine) githubAPI(args []string) {
	rest, certain, ok := match([]string{"api"}, args)
	if !ok || idle(args, rest) {
		return
	}
	method, _ := setting(rest, "-X", "--method")
	if slices.Contains(rest, "-XPUT") {
		method = "PUT"
	}
	for _, a := range rest {
		if method == "PUT" && strings.Contains(a, "/secrets/") && !strings.HasSuffix(a, "/repositories") {
			m.found("gh", "gh api", WriteSecret, certain)
			return
		}
	}
}
