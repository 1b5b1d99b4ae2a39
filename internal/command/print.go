package command

import (
	"encoding/base64"
	"slices"
	"strings"
)

// print returns the output of the command, as far as it is known.
func (m *machine) print(name string, args []string, in stream) string {
	switch name {
	case "echo":
		escapes := false
		for len(args) > 0 && len(args[0]) > 1 && strings.Trim(args[0], "-neE") == "" && args[0][0] == '-' {
			escapes = escapes || strings.Contains(args[0], "e")
			args = args[1:]
		}
		text := strings.Join(args, " ") + "\n"
		if escapes || strings.Contains(text, `\x`) || strings.Contains(text, `\0`) {
			return ansi(text) // sh resolves them without -e
		}
		return text
	case "printf":
		return printed(args)
	case "tee":
		for _, a := range args {
			if !strings.HasPrefix(a, "-") {
				m.write(a, in.text)
			}
		}
		return in.text
	case "cat":
		out, any := "", false
		for _, a := range args {
			if a == "-" || !strings.HasPrefix(a, "-") {
				out, any = m.join(out, m.content(a, in)), true
				if out == Unknown {
					break
				}
			}
		}
		if any {
			return out
		}
		return in.text
	case "base64":
		if !slices.ContainsFunc(args,
			func(a string) bool { return a == "-d" || a == "-D" || a == "--decode" || a == "-di" }) {
			return Unknown
		}
		text := in.text
		if last := args[len(args)-1]; !strings.HasPrefix(last, "-") {
			text = m.content(last, in)
		}
		raw, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(text), ""))
		if err != nil {
			return Unknown
		}
		return string(raw)
	case "sed", "tr":
		if !strings.Contains(in.text, "kind:") { // a manifest's kind survives an edit, a command does not
			return Unknown
		}
	}
	return in.text
}

// printed follows printf: %s and %b are replaced, and the format is repeated while there are arguments.
func printed(args []string) string {
	if len(args) > 0 && args[0] == "--" {
		args = args[1:]
	}
	if len(args) == 0 {
		return ""
	}
	if args[0] == "-v" {
		return Unknown
	}
	format, args := ansi(args[0]), args[1:]
	var b strings.Builder
	for {
		before := len(args)
		for i := 0; i < len(format); i++ {
			if format[i] != '%' || i+1 == len(format) {
				b.WriteByte(format[i])
				continue
			}
			i++
			next := ""
			switch format[i] {
			case '%':
				b.WriteByte('%')
				continue
			case 's', 'b', 'q', 'd':
				if len(args) > 0 {
					next, args = args[0], args[1:]
				}
				if format[i] == 'b' {
					next = ansi(next)
				}
			default:
				next = Unknown
			}
			b.WriteString(next)
		}
		if len(args) == 0 || len(args) == before || b.Len() > maxOutput {
			return b.String()
		}
	}
}
