package command

import (
	"slices"
	"strings"

	"github.com/progression-labs-development/policypack/internal/login"
)

// The marks of an unknown value with a known origin. An expression of a workflow is replaced by as many bytes of
// Unknown, with a mark in place of all but the first and the last.
const (
	// Stored is a secret stored in the CI system.
	Stored = Unknown + secretMark + Unknown
	// Given is a value from outside the text: a variable of CI, an input.
	Given = Unknown + givenMark + Unknown
	// Printed is the output of another step or job: for Google Cloud usually the path of a file, otherwise possibly a
	// key.
	Printed = Unknown + printedMark + Unknown
	// All is the object of all secrets stored in the CI system.
	All = Unknown + allMark + Unknown
	// Issued is a freshly issued, short-lived credential.
	Issued = Unknown + issuedMark + Unknown

	secretMark  = "\x02"
	issuedMark  = "\x03"
	givenMark   = "\x04"
	printedMark = "\x05"
	allMark     = "\x06"
	outside     = secretMark + givenMark + printedMark + allMark
	marks       = Unknown + outside + issuedMark
)

// Pipeline is Parse for a pipeline script with variables set by CI: those that the text itself does not set are Stored,
// except those with the prefixes of CI's own variables.
func Pipeline(text string, own ...string) ([]Use, error) {
	return parseAs(text, Shell, &stored{own})
}

// stored are the variables stored in CI: those that a text does not set, without the prefixes of CI's own variables.
type stored struct{ own []string }

// Marked returns an expression of n bytes with the mark of a kind.
func Marked(kind string, n int) string {
	return Unknown + strings.Repeat(kind[1:2], max(1, n-2)) + Unknown
}

// Outside reports whether a text contains the mark of a value from outside.
func Outside(text string) bool { return strings.ContainsAny(text, outside) }

// hands reports whether a text may pass a key on.
func hands(text string, kept *stored) bool {
	return (strings.ContainsAny(text, outside) || kept != nil && strings.Contains(text, "$")) &&
		(login.Mentioned(text) || strings.Contains(text, "pulumi"))
}

// kept reports whether a variable that the text does not set is stored in CI. CI's own variables, known by prefix, are
// not.
func (m *machine) kept(name string) bool {
	if m.stored == nil || m.clouded || name == "" || name[0] < 'A' ||
		strings.Trim(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") != "" {
		return false
	}
	for _, own := range m.stored.own {
		if strings.HasPrefix(name, own) {
			return false
		}
	}
	_, set := m.vars[name]
	return !set &&
		!slices.Contains([]string{"HOME", "PATH", "PWD", "USER", "TMPDIR", "RANDOM", "SECONDS", "HOSTNAME", "OLDPWD"},
			name)
}

// kept returns the output of a command. If it is unknown, and the command only transforms a text from outside, the
// output is from outside too.
func kept(name, out string, args []string, in stream) string {
	if out != Unknown || !slices.Contains(filters[:], name) {
		return out
	}
	for _, text := range append(slices.Clone(args), in.text) {
		switch {
		case strings.Contains(text, allMark):
			return All
		case strings.Contains(text, secretMark):
			return Stored
		case strings.Contains(text, givenMark):
			return Given
		case strings.Contains(text, printedMark):
			return Printed
		}
	}
	return out
}

// filters are programs that print a transformation of their input.
var filters = [...]string{
	"jq", "yq", "gojq", "sed", "awk", "gawk", "tr", "cut", "base64", "grep", "egrep", "head", "tail", "sort", "uniq",
	"cat", "xargs", "printf", "echo",
	"envsubst", "python", "python3", "node", "perl", "ruby", "openssl", "xxd", "rev", "fold", "paste",
}

// handed records that a variable is set to a value.
func (m *machine) handed(name, value string) {
	if value == "" {
		return
	}
	canonical, cloud := login.Canonical(name)
	switch {
	case strings.Contains(strings.ToUpper(name), "AWS_SESSION_TOKEN"):
		m.session = true
	case strings.HasSuffix(name, "AWS_SHARED_CREDENTIALS_FILE"):
		if m.fromOutside(value) {
			m.hand(login.AWS, "AWS_SHARED_CREDENTIALS_FILE")
		}
	case cloud != "" && m.fromOutside(value):
		m.hand(cloud, canonical)
	case cloud == login.Google:
		if !file(value) && strings.ContainsAny(value, secretMark+givenMark+allMark) {
			m.hand(cloud, canonical)
		}
	case cloud != "" && strings.ContainsAny(value, outside):
		m.hand(cloud, canonical)
	}
}

// fromOutside reports whether a path is that of a file that the text has filled with a value from outside.
func (m *machine) fromOutside(path string) bool {
	return strings.ContainsAny(m.content(path, stream{text: Unknown}), outside)
}

// file reports whether a value is the path of a file below a given folder.
func file(value string) bool {
	rest := strings.TrimLeft(value, marks)
	return len(rest) < len(value) && strings.HasPrefix(rest, "/") && !strings.ContainsAny(rest, marks)
}

func (m *machine) hand(cloud, name string) {
	if m.sourcing && slices.ContainsFunc(m.uses, func(u Use) bool { return u.Action == HandKey && u.Command == name }) {
		return // where the file was written
	}
	m.found(cloud, name, HandKey, true)
}

// handedWords records words of the form NAME=value, including those after an option or in a list: -eNAME=value,
// -var=NAME=value, --set-env-vars A=b,NAME=value.
func (m *machine) handedWords(words []string) {
	for _, w := range words {
		for i := strings.IndexByte(w, '='); i > 0; {
			name := strings.TrimRight(w[:i], " \t")
			k := len(name)
			for k > 0 && (wordy(name[k-1]) || name[k-1] == '.') {
				k--
			}
			name = name[k:]
			if len(name) > 3 && name[0] == '-' && strings.IndexByte("eDv", name[1]) >= 0 {
				name = name[2:]
			}
			if name != "" {
				m.handed(name, strings.Trim(w[i+1:], `"'`))
			}
			next := strings.IndexByte(w[i+1:], '=')
			if next < 0 {
				break
			}
			i += 1 + next
		}
	}
}

// handedFile records the keys in a text that is written to a file: that of a job's environment, a container's or a
// profile's, or the one that a cloud's own tool reads.
func (m *machine) handedFile(path, text string) {
	if !strings.ContainsAny(text, marks) && !strings.Contains(text, "GOOGLE_") {
		return
	}
	before := len(m.uses)
	defer func() { // a file that grows is looked at again
		m.uses = append(m.uses[:before], slices.DeleteFunc(slices.Clone(m.uses[before:]), func(u Use) bool {
			key := path + "\n" + u.Command
			known := m.inFiles[key]
			m.inFiles[key] = true
			return known
		})...)
	}()
	for rest := text; rest != ""; {
		var line string
		line, rest, _ = strings.Cut(rest, "\n")
		if whole := strings.TrimLeft(line, " \"'"); strings.HasPrefix(whole, Unknown+allMark) {
			m.found("", "toJSON(secrets)", HandAll, true)
		}
		if i := strings.IndexAny(line, "=:<"); i > 0 {
			name := strings.Trim(line[:i], " \t\"',{-")
			name = name[strings.LastIndexAny(name, " \t")+1:] // export NAME, setenv NAME
			value := strings.Trim(line[i:], "=: \t\"',}")
			// NAME<<END, the multi-line form in a file of variables
			if end, ok := strings.CutPrefix(value, "<<"); ok {
				value, _, _ = strings.Cut(rest, end)
			}
			m.handed(name, value)
		}
	}
	if cloud := login.File(path); cloud != "" && len(m.uses) == before && strings.ContainsAny(text, outside) {
		m.hand(cloud, "credentials")
	}
	for _, v := range m.vars["GOOGLE_APPLICATION_CREDENTIALS"] {
		if strings.ContainsAny(text, outside) && len(v.fields) == 1 && path != Unknown && v.fields[0] == path {
			m.hand(login.Google, "GOOGLE_APPLICATION_CREDENTIALS")
		}
	}
}

// Keys returns the keys that a text in another language than the shell's passes on, using a heuristic: the name of a
// variable that logs in, followed only by punctuation and a value from outside, on the same line.
func Keys(text string) []Use {
	if !strings.ContainsAny(text, outside) {
		return nil
	}
	var uses []Use
	number := 0
	for line := range strings.SplitSeq(text, "\n") {
		number++
		trimmed := strings.TrimSpace(line)
		if strings.HasPrefix(trimmed, "#") || strings.HasPrefix(trimmed, "//") || !strings.ContainsAny(line, outside) {
			continue
		}
		for i := 0; i < len(line); {
			start := i
			for i < len(line) && (wordy(line[i]) || line[i] == '.') {
				i++
			}
			if i == start {
				i++
				continue
			}
			canonical, cloud := login.Canonical(line[start:i])
			rest := strings.TrimLeft(line[i:], " \t\"'`)],=:>|(+")
			if cloud == "" || len(line[i:])-len(rest) > 12 || len(rest) < 2 || rest[0] != Unknown[0] ||
				!strings.ContainsAny(rest[1:2], outside) {
				continue
			}
			uses = append(uses,
				Use{Tool: cloud, Command: canonical, Action: HandKey, Line: number, Col: start + 1, Certain: true})
		}
	}
	return uses
}
