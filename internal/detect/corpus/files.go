package corpus

import (
	"math/rand/v2"
	"sort"
	"strings"
)

// FileRows is the number of files per template in the recorded figures.
const FileRows = 8

// File is a labelled file. Its secret, if any, is from Start to End; both are 0 for a harmless file.
type File struct {
	Type       string // the kind of file, such as go or yaml
	Name       string
	Text       string
	Start, End int
}

// Secret reports whether the file contains a secret.
func (f File) Secret() bool { return f.End > 0 }

// FileFigure is the result of a detector on the files of a type.
type FileFigure struct {
	Type     string `json:"type"`
	Secrets  int    `json:"secrets"`  // files that hold one
	Found    int    `json:"found"`    // of those, where the match is the secret
	Harmless int    `json:"harmless"` // files that hold none
	Alarms   int    `json:"alarms"`   // of those, with a match
}

// Files returns the labelled files for the seed, sorted by type: n for each template with a secret, and one for each
// harmless template, or n if it has values.
func Files(seed uint64, n int) []File {
	g := &generator{random: rand.New(rand.NewPCG(seed, 0xf11e5)), n: n} //nolint:gosec // not for secrets
	var files []File
	for _, t := range templates() {
		for _, line := range t.secret {
			for range n {
				files = append(files, g.file(t.kind, t.name, line, true))
			}
		}
		for _, line := range t.harmless {
			times := 1
			if strings.Contains(line, "«") {
				times = n
			}
			for range times {
				files = append(files, g.file(t.kind, t.name, line, false))
			}
		}
	}
	return files
}

// template is the source of files of a kind. A line may begin with a path and ▸, in place of the name.
type template struct {
	kind, name       string
	secret, harmless []string
}

// file fills values into a template: «x» is a value of the kind x, see value. The first one is the secret.
func (g *generator) file(kind, name, line string, secret bool) File {
	if path, rest, ok := strings.Cut(line, "▸"); ok {
		name, line = path, rest
	}
	f := File{Type: kind, Name: name}
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(line, "«")
		b.WriteString(before)
		if !ok {
			break
		}
		of, after, _ := strings.Cut(rest, "»")
		v := g.value(of)
		if secret && f.End == 0 {
			f.Start, f.End = b.Len(), b.Len()+len(v)
		}
		b.WriteString(v)
		line = after
	}
	b.WriteByte('\n')
	f.Text = b.String()
	return f
}

// value makes a value: w a weak password, p one with symbols, a letters and digits, h hexadecimal digits, b base64, u a
// UUID, t a token of GitHub, k a private key, l the same on one line, j a web token, s a Stripe key, c a secret key of
// AWS, d a digest, x the base64 of a weak password.
func (g *generator) value(of string) string {
	switch of {
	case "w":
		return g.pick("hunter2x", "Passw0rd!", "Summer2024!", "admin123", "letmein99", "Welcome1!", "qwerty12",
			"Winter#2025", "MyDbPass1", "monkey77", "dragon2020!", "superuser1", "Tr0ub4dor&3")
	case "p":
		return g.of(upper, 1) + g.of(lower, 1) + g.of(digits, 2) + g.of(alnum+"!#*+-.?@^_~", g.between(8, 16)) +
			g.of("!?*^", 1)
	case "a":
		return g.of(alnum, g.between(20, 40))
	case "h":
		return g.hex(g.oneOf(32, 40, 64))
	case "b":
		return g.base64(g.oneOf(24, 30, 32))
	case "u":
		return g.uuid()
	case "t":
		return g.github("ghp")
	case "k":
		return strings.TrimSuffix(g.anyKey(), "\n")
	case "l":
		return strings.ReplaceAll(strings.TrimSuffix(g.pkcs8Key(), "\n"), "\n", `\n`)
	case "j":
		return g.jwt()
	case "s":
		return "sk_live" + "_" + g.of(alnum, 24)
	case "c":
		return g.awsSecret()
	case "d":
		return g.hex(64)
	case "x":
		return encode(g.value("w") + g.of(digits, 4))
	}
	panic("corpus: no value " + of)
}

// MeasureFiles counts the results of find on the files, by type. find returns the spans of its matches.
func MeasureFiles(files []File, find func(File) [][2]int) []FileFigure {
	by := map[string]*FileFigure{}
	var kinds []string
	for _, f := range files {
		x := by[f.Type]
		if x == nil {
			x = &FileFigure{Type: f.Type}
			by[f.Type] = x
			kinds = append(kinds, f.Type)
		}
		found := find(f)
		if !f.Secret() {
			x.Harmless++
			if len(found) > 0 {
				x.Alarms++
			}
			continue
		}
		x.Secrets++
		for _, s := range found {
			if s == [2]int{f.Start, f.End} {
				x.Found++
				break
			}
		}
	}
	sort.Strings(kinds)
	figures := make([]FileFigure, len(kinds))
	for i, k := range kinds {
		figures[i] = *by[k]
	}
	return figures
}
