package repository

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/progression-labs-development/policypack/internal/command"
	"github.com/progression-labs-development/policypack/internal/facts"
	"github.com/progression-labs-development/policypack/internal/place"
)

// dockerfile reads the commands that building and starting an image runs, with the values of ARG and ENV, by stage.
// https://docs.docker.com/reference/dockerfile/
func (x *examination) dockerfile() {
	var env []string
	lang := command.Shell
	for _, in := range instructions(string(x.data)) {
		for in.name == "ONBUILD" {
			in = in.after()
		}
		switch in.name {
		case "FROM":
			env, lang = nil, command.Shell
		case "ARG", "ENV":
			env = known(env, constants(in.text.String()))
		case "SHELL":
			lang = shellIn(in.text.String())
		case "RUN", "CMD", "ENTRYPOINT":
			x.imageCommand(&in, env, lang)
		case "HEALTHCHECK":
			if in = in.after(); in.name == "CMD" {
				x.imageCommand(&in, env, lang)
			}
		case "COPY", "ADD":
			x.copied(&in)
		}
	}
}

// constants returns the assignments of an ARG or ENV instruction for a shell.
func constants(text string) []string {
	text = strings.TrimSpace(strings.ReplaceAll(text, "\\\n", " "))
	var all []string
	if name, _, ok := strings.Cut(text, "="); !ok || strings.ContainsAny(name, " \t") { // ENV NAME value
		if name, value, ok := strings.Cut(text, " "); ok {
			all = append(all, name+"="+quoted(strings.TrimSpace(value)))
		}
		return all
	}
	for _, w := range shellWords(text) {
		if name, value, ok := strings.Cut(w, "="); ok {
			all = append(all, name+"="+quoted(strings.Trim(value, `"'`)))
		}
	}
	return all
}

// maxEnv is the maximum number of variables known at a time.
const maxEnv = 200

// known adds assignments to the earlier ones. The last assignment to a variable applies.
func known(env, more []string) []string {
	for _, a := range more {
		name, _, _ := strings.Cut(a, "=")
		env = slices.DeleteFunc(env, func(b string) bool { return strings.HasPrefix(b, name+"=") })
		if env = append(env, a); len(env) > maxEnv {
			env = env[1:]
		}
	}
	return env
}

// shellWords splits at blanks outside of quotes.
func shellWords(text string) []string {
	var all []string
	start, quote := -1, byte(0)
	for i := range len(text) {
		c := text[i]
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case isBlank(c):
			if start >= 0 {
				all = append(all, text[start:i])
			}
			start = -1
		default:
			if start < 0 {
				start = i
			}
			if c == '"' || c == '\'' {
				quote = c
			}
		}
	}
	if start >= 0 {
		all = append(all, text[start:])
	}
	return all
}

// quoted quotes a value so that the shell expands variables and nothing else.
func quoted(value string) string {
	return `"` + strings.NewReplacer(`"`, `\"`, "`", "\\`", "\n", " ", "$(", `\$(`).Replace(value) + `"`
}

// mentioned returns the assignments to variables that a text uses.
func mentioned(env []string, text string) []string {
	if !strings.ContainsAny(text, "$%") {
		return nil
	}
	all, used := make([]string, 0, len(env)), ""
	for i := len(env) - 1; i >= 0; i-- { // a variable may be made of those before it
		name, value, _ := strings.Cut(env[i], "=")
		if uses(text, name) || uses(used, name) {
			all = append(all, env[i])
			used += value
		}
	}
	slices.Reverse(all)
	return all
}

func uses(text, name string) bool {
	return strings.Contains(text, "$"+name) || strings.Contains(text, "${"+name) ||
		strings.Contains(text, "%"+name+"%") ||
		strings.Contains(strings.ToLower(text), "$env:"+strings.ToLower(name))
}

// shellIn returns the language of the SHELL instruction.
func shellIn(text string) command.Language {
	var argv []string
	if json.Unmarshal([]byte(strings.ReplaceAll(text, "\\\n", "")), &argv) != nil || len(argv) == 0 {
		return command.Shell
	}
	lang, _ := shellOf(argv[0])
	return lang
}

// imageCommand reads an instruction with a command, as a list of arguments or as a text for the shell.
func (x *examination) imageCommand(in *instruction, env []string, lang command.Language) {
	in.text = in.text.from(options(in.text.String()))
	text := strings.ReplaceAll(strings.TrimSpace(in.text.String()), "\\\n", "")
	var argv []string
	if strings.HasPrefix(text, "[") && json.Unmarshal([]byte(text), &argv) == nil {
		found, err := command.Args(argv)
		x.use(found, err, "", func(int, int) place.Position { return in.text.at(1, 1+leading(in.text.String())) })
		return
	}
	if len(in.docs) > 0 {
		first := strings.TrimSpace(in.text.String())
		if strings.HasPrefix(first, "<<") { // the document is the script
			for i := range in.docs {
				if doc := in.docs[i].String(); strings.HasPrefix(doc, "#!") {
					of, ok := command.Interpreter(doc)
					if !ok {
						continue
					}
					lang = of
				}
				x.withEnv(env, &in.docs[i], lang)
			}
			return
		}
		for i, w := range heredocs(in.text.String()) {
			if i < len(in.docs) {
				in.text.append(&in.docs[i], 0)
				in.text.add(w+"\n", in.text.at(1, 1))
			}
		}
	}
	x.withEnv(env, &in.text, lang)
}

func leading(text string) int { return len(text) - len(strings.TrimLeft(text, " \t\\\n")) }

// options returns the length of the options before a command, such as --mount=…
func options(text string) int {
	at := 0
	for {
		skip := at + leading(text[at:])
		if !strings.HasPrefix(text[skip:], "--") {
			return at
		}
		end := strings.IndexAny(text[skip:], " \t\n")
		if end < 0 {
			return at
		}
		at = skip + end
	}
}

// withEnv reads a text with the given variables.
func (x *examination) withEnv(env []string, t *joined, lang command.Language) {
	some := mentioned(env, t.String())
	if lang != command.Shell || len(some) == 0 {
		x.commandsJoined(t, lang)
		return
	}
	head := strings.Join(some, "\n") + "\n"
	x.commands(head+t.String(), lang, func(line, col int) place.Position { return t.at(line-len(some), col) })
}

// copied reports .env files that are copied into an image.
func (x *examination) copied(in *instruction) {
	args := shellWords(strings.ReplaceAll(in.text.String(), "\\\n", " "))
	for len(args) > 0 && strings.HasPrefix(args[0], "--") {
		if strings.HasPrefix(args[0], "--from=") { // of another stage, which has been told
			return
		}
		args = args[1:]
	}
	for _, a := range args {
		if command.Dotenv(strings.Trim(a, `"',[]`)) {
			x.file.Commands = append(x.file.Commands, facts.FileCommand{
				At: in.text.at(1, 1+leading(in.text.String())), Tool: "docker", Command: in.name + " .env",
				Action: string(command.WriteDotenv), Certain: true,
			})
			return
		}
	}
}
