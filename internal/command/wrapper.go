package command

import (
	"slices"
	"strings"
)

// wrapper is a program that runs a command given in its arguments.
type wrapper struct {
	name   string
	valued string // its options that take the next argument
	skip   int    // arguments before the command
	joined bool   // the arguments are joined and given to a shell
}

var wrappers = [...]wrapper{
	{name: "sudo", valued: "-u -g -h -p -C -r -t -T -U -D -R --user --group --host --prompt --chdir"},
	{name: "doas", valued: "-u -C"},
	{name: "env", valued: "-u -C --unset --chdir"},
	{name: "nohup"},
	{name: "setsid"},
	{name: "command"},
	{name: "builtin"},
	{name: "chronic"},
	{name: "unbuffer"},
	{name: "busybox"},
	{name: "exec", valued: "-a"},
	{name: "time", valued: "-f -o --format --output"},
	{name: "nice", valued: "-n --adjustment"},
	{name: "ionice", valued: "-c -n --class --classdata"},
	{name: "timeout", valued: "-k -s --kill-after --signal", skip: 1},
	{name: "stdbuf", valued: "-i -o -e"},
	{name: "chroot", skip: 1},
	{name: "flock", valued: "-w -E", skip: 1},
	{name: "retry", valued: "-t -d --times --delay"},
	{name: "strace", valued: "-e -o -p -s"},
	{name: "xargs", valued: "-I -i -n -P -L -d -a -E -s --max-args --max-procs --delimiter --replace"},
	{name: "parallel", valued: "-j -I --jobs"},
	{name: "watch", valued: "-n --interval", joined: true},
	{name: "ssh", valued: "-i -p -l -o -F -J -L -R -D -b -c -E -e -I -m -O -Q -S -W -w", skip: 1, joined: true},
	{name: "npx", valued: "-p --package"},
	{name: "bunx"},
	{name: "pnpx"},
	{name: "uvx", valued: "--from --with"},
	{name: "aws-vault exec", valued: "-d --duration --region", skip: 1},
	{name: "chamber exec", skip: 1},
	{name: "doppler run", valued: "-p -c -t --project --config --token"},
	{name: "op run", valued: "--env-file --account"},
	{name: "infisical run", valued: "--env --path --projectId"},
	{name: "poetry run"},
	{name: "pipenv run"},
	{name: "uv run"},
	{name: "pipx run"},
	{name: "mise exec"},
	{name: "direnv exec", skip: 1},
	{name: "pulumi env run", skip: 1},
	{name: "esc run", skip: 1},
	{name: "start"},
	{name: "call"},
	{name: "k3s"},
	{name: "microk8s"},
	{name: "minikube"},
}

// wrapped follows the command inside a wrapper, and reports whether it is one.
func (m *machine) wrapped(name string, args []string, in stream) bool {
	switch name {
	case "docker", "podman", "nerdctl":
		return m.container(args, in)
	case "kubectl", "oc":
		if i := slices.Index(args, "--"); i >= 0 &&
			(slices.Contains(args[:i], "exec") || slices.Contains(args[:i], "run") ||
				slices.Contains(args[:i], "debug")) {
			m.exec(args[i+1:], in)
			return true
		}
		return false
	case "find":
		m.work += len(args)
		for i, a := range args {
			if a == "-exec" || a == "-execdir" || a == "-ok" {
				m.exec(args[i+1:], in)
			}
		}
		return true
	case "su", "runuser", "script":
		if i := slices.IndexFunc(args, func(a string) bool { return a == "-c" || a == "--command" }); i >= 0 &&
			i+1 < len(args) {
			m.nested(args[i+1], stream{})
		}
		return true
	case "python", "python3", "py":
		if len(args) > 1 && args[0] == "-m" && args[1] == "awscli" {
			m.exec(append([]string{"aws"}, args[2:]...), in)
		}
		return true
	}
	for i := range wrappers {
		if rest, ok := wrappers[i].command(name, args); ok {
			m.wrap(&wrappers[i], rest, in)
			return true
		}
	}
	return false
}

// command returns the arguments of a wrapper after its own words.
func (w *wrapper) command(name string, args []string) ([]string, bool) {
	first, more, ok := strings.Cut(w.name, " ")
	if first != name {
		return nil, false
	}
	for ok {
		var next string
		next, more, ok = strings.Cut(more, " ")
		if len(args) == 0 || args[0] != next {
			return nil, false
		}
		args = args[1:]
	}
	return args, true
}

func (m *machine) wrap(w *wrapper, args []string, in stream) {
	if m.work += len(args); m.spent() {
		return
	}
	for i, a := range args { // the texts that some take as an option
		if i+1 < len(args) &&
			(a == "--command" && (w.name == "doppler run" || w.name == "infisical run") ||
				(a == "-c" || a == "--call") && w.name == "npx" || (a == "-S" || a == "--split-string") &&
				w.name == "env") {
			m.nested(args[i+1], stream{})
			return
		}
	}
	args = options(args, w.valued)
	skip := w.skip
	for len(args) > 0 && (skip > 0 || w.name == "env" || w.name == "sudo") {
		if skip == 0 && !assignment(args[0]) {
			break
		}
		skip = max(0, skip-1)
		args = options(args[1:], w.valued)
	}
	if len(args) == 0 {
		return
	}
	if w.joined {
		m.nestedAs(strings.Join(args, " "), Shell, stream{}, in)
		return
	}
	if w.name == "xargs" || w.name == "parallel" {
		more := strings.Fields(in.text)
		args = slices.Concat(args, more[:min(len(more), 64)])
	}
	if len(args) == 1 && strings.Contains(args[0], " ") && (w.name == "parallel" || w.name == "retry") {
		m.nested(args[0], stream{})
		return
	}
	m.program(args, in)
}

// options returns what follows the options at the start of the arguments.
func options(args []string, valued string) []string {
	for len(args) > 0 {
		a := args[0]
		switch {
		case a == "--":
			return args[1:]
		case len(a) < 2 || a[0] != '-':
			return args
		case takes(a, valued) && len(args) > 1:
			args = args[2:]
		default:
			args = args[1:]
		}
	}
	return args
}

// takes reports whether an option, or the last of several short options in a word, has the next argument as its value.
func takes(arg, valued string) bool {
	if strings.HasPrefix(arg, "--") {
		return listed(valued, arg)
	}
	for i := 1; i < len(arg); i++ {
		if listed(valued, "-"+arg[i:i+1]) {
			return i == len(arg)-1
		}
	}
	return false
}

func listed(list, option string) bool {
	for o := range strings.SplitSeq(list, " ") {
		if o == option {
			return true
		}
	}
	return false
}

func assignment(arg string) bool {
	k, _, ok := strings.Cut(arg, "=")
	return ok && name(k)
}

// shell follows a shell with -c, a script, or its input.
func (m *machine) shell(name string, args []string, in stream) (string, bool) {
	lang, ok := shells[name]
	if !ok {
		return "", false
	}
	for i := 0; i < len(args); i++ {
		a := args[i]
		l := strings.ToLower(a)
		switch {
		case lang == Batch && (l == "/c" || l == "/k"), lang == PowerShell &&
			(l == "-c" || l == "-command" || l == "/c"):
			return m.nestedAs(strings.Join(args[i+1:], " "), lang, stream{}, in), true
		case lang == Shell && len(a) > 1 && a[0] == '-' && a[1] != '-' && strings.Contains(a, "c"):
			rest := args[i+1:]
			for len(rest) > 1 && (rest[0] == "-o" || rest[0] == "+o" || strings.HasPrefix(rest[0], "-")) {
				if strings.HasSuffix(rest[0], "o") {
					rest = rest[1:]
				}
				rest = rest[1:]
			}
			if len(rest) == 0 {
				return Unknown, true
			}
			saved := m.params
			if len(rest) > 1 {
				m.params = rest[2:]
			}
			defer func() { m.params = saved }()
			return m.nestedAs(rest[0], Shell, stream{}, in), true
		case a == "--rcfile" || a == "--init-file" || lang == Shell && len(a) > 1 &&
			(a[0] == '-' && a[1] != '-' || a[0] == '+') && (strings.HasSuffix(a, "o") || strings.HasSuffix(a, "O")):
			i++
		case a == "-s" || a == "-":
			return m.nestedAs(in.text, lang, in, stream{text: Unknown}), true
		case strings.HasPrefix(a, "-") || strings.HasPrefix(a, "/") && lang == Batch:
		default:
			text := m.content(a, in)
			if text == Unknown {
				return Unknown, true
			}
			return m.run(a, text, args[i+1:]), true
		}
	}
	return m.nestedAs(in.text, lang, in, stream{text: Unknown}), true
}
