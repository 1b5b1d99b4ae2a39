package file

import (
	"strings"

	"github.com/progression-labs-development/policypack/internal/detect/ascii"
	"github.com/progression-labs-development/policypack/internal/detect/names"
	"github.com/progression-labs-development/policypack/internal/dialect"
)

// beside finds the value of a pair whose name is itself a value: {"name": "DB_PASSWORD", "value": "…"} in any notation.
func (f *Source) beside(n Name) (v Value, ok bool) {
	t := f.Text
	if f.dialect.Has(dialect.Markup) && strings.HasPrefix(t[n.to:], "</") { // <name>password</name><value>…</value>
		i := n.to + 2
		for i < len(t) && i-n.to < 32 && t[i] != '<' {
			i++
		}
		if strings.HasPrefix(t[i:], "<value>") {
			return f.text(i + len("<value>"))
		}
		return v, false
	}
	if !f.valueOfName(n) {
		return v, false
	}
	i := n.after
	if t[i] == '>' && f.dialect.Has(dialect.Markup) {
		return f.text(i + 1)
	}
	stop := min(len(t), i+80)
	for i < stop && (ascii.IsSpace(t[i]) || t[i] == ',') {
		i++
	}
	if i < stop && (t[i] == '"' || t[i] == '\'') {
		i++
	}
	j := ascii.Run(t, i, ascii.Alnum, 24)
	if !names.IsValue(t[i:j]) && t[i:j] != "default" {
		return v, false
	}
	m := Name{From: i, to: j}
	if i > 0 && (t[i-1] == '"' || t[i-1] == '\'') && j < len(t) && t[j] == t[i-1] {
		m.quote = t[j]
		j++
	}
	for j < len(t) && j-m.to < 16 && (t[j] == ' ' || t[j] == '\t') {
		j++
	}
	if j+1 >= len(t) || t[j] != ':' && t[j] != '=' {
		return v, false
	}
	return f.literal(m, j+1, t[j] == ':')
}

// valueOfName reports whether the name is the value of a member called name.
func (f *Source) valueOfName(n Name) bool {
	t := f.Text
	i := n.From
	if n.quote != 0 {
		if i == 0 || t[i-1] != n.quote {
			return false
		}
		i--
	}
	stop := max(0, i-16)
	for i > stop && (t[i-1] == ' ' || t[i-1] == '\t') {
		i--
	}
	if i == stop || t[i-1] != ':' && t[i-1] != '=' {
		return false
	}
	i--
	for i > stop && (t[i-1] == ' ' || t[i-1] == '\t') {
		i--
	}
	if i > stop && (t[i-1] == '"' || t[i-1] == '\'') {
		i--
	}
	return names.IsName(t[ascii.Back(t, i, ascii.Alnum, 24):i])
}

// inputVariable finds the default of a variable of Terraform.
func (f *Source) inputVariable(n Name) (v Value, ok bool) {
	t := f.Text
	if n.From == 0 || !lineStarts(t, n.From-1, "variable") {
		return v, false
	}
	body := t[n.after:min(len(t), n.after+512)]
	if i := strings.Index(body, "\n}"); i >= 0 {
		body = body[:i]
	}
	i := strings.Index(body, "default")
	if i < 0 {
		return v, false
	}
	at := n.after + i + len("default")
	for at < len(t) && (t[at] == ' ' || t[at] == '\t') {
		at++
	}
	if at+1 >= len(t) || t[at] != '=' {
		return v, false
	}
	return f.literal(n, at+1, false)
}

// segment finds the value of a part of a connection string, or of the query of a URL, inside a literal, recognised by
// the text before and after the name.
func (f *Source) segment(n Name, i int) (v Value, ok bool) {
	t := f.Text
	from := n.From
	for from > 0 && n.From-from < 2 && t[from-1] == ' ' {
		from--
	}
	if from == 0 || i >= len(t) {
		return v, false
	}
	begin := max(0, from-256)
	begin += strings.LastIndexByte(t[begin:from], '\n') + 1
	before := t[begin:from]
	var end string
	switch {
	case t[from-1] == ';' && strings.IndexByte(before, '=') >= 0:
		end = ";\"'`\n"
	case from == n.From && (t[from-1] == '&' || t[from-1] == '?') && queried(before):
		var w names.Words
		names.Split(&w, n.Key)
		if w.N == 0 || !w.Credential() {
			return v, false
		}
		end = "&;\"'`<>)\n "
	case from < n.From && (strings.Contains(before, "host=") || strings.Contains(before, "user=") ||
		strings.Contains(before, "dbname=") || strings.Contains(before, "port=")):
		end = " \"'`\n"
	default:
		return v, false
	}
	j := i
	limit := min(len(t), i+256)
	for j < limit && strings.IndexByte(end, t[j]) < 0 {
		j++
	}
	f.Work += j - begin
	if j == limit || j == i {
		return v, false
	}
	return Value{i, j}, true
}

// queried reports whether the text ends inside the query of a URL.
func queried(before string) bool {
	i := strings.LastIndex(before, "://")
	return i >= 0 && strings.IndexByte(before[i:], '?') > 0 && !strings.ContainsAny(before[i:], " \t\"'`<>()")
}
