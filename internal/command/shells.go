package command

import "strings"

// shells are the programs that run texts.
var shells = map[string]Language{
	"sh": Shell, "bash": Shell, "dash": Shell, "ash": Shell, "ksh": Shell, "ksh93": Shell, "mksh": Shell, "zsh": Shell,
	"bats": Shell,
	"pwsh": PowerShell, "powershell": PowerShell,
	"cmd": Batch,
}

// ShellOf returns the language that a program runs, by its name or path, and reports whether it is a shell.
func ShellOf(program string) (lang Language, ok bool) {
	lang, ok = shells[strings.ToLower(base(program))]
	return lang, ok
}

// Interpreter returns the language of a script from its first line, if that begins with #! and contains a shell.
func Interpreter(script string) (lang Language, ok bool) {
	line, ok := strings.CutPrefix(script, "#!")
	if !ok {
		return 0, false
	}
	line, _, _ = strings.Cut(line, "\n")
	for i, w := range strings.Fields(line) {
		if lang, ok := ShellOf(w); ok {
			return lang, true
		}
		w = base(w)
		if w != "env" && w != "busybox" && (i == 0 || !strings.HasPrefix(w, "-") && !strings.Contains(w, "=")) {
			return 0, false
		}
	}
	return 0, false
}
