package file

import (
	"strings"

	"github.com/progression-labs-development/policypack/internal/detect/ascii"
	"github.com/progression-labs-development/policypack/internal/detect/looks"
	"github.com/progression-labs-development/policypack/internal/dialect"
)

// The bounds of what is looked at for a value.
const (
	MaxValue = 4096 // of a line
	MaxText  = 512  // of an element
)

// wrappers are the calls that leave a literal what it is.
var wrappers = [...]string{
	"ConvertTo-SecureString ", "-String ", "-AsPlainText ", "new ", "[]byte(", "pulumi.String(", "pulumi.secret(",
	"pulumi.ToSecret(", "pulumi.Output.secret(", "Output.CreateSecret(",
	"aws.String(", "to.Ptr(", "ptr.To(", "String(", "String::from(", "String.valueOf(", "Buffer.from(", "Some(",
	"SecureString(", "SecretStr(", "SecretString::from(", "Secret(", "pulumi.Output.of(", "Output.of(",
	"() -> ", "() => ", "lambda: ",
}

// literal returns the value that begins at or after i, after a separator. Colon reports whether the separator is a
// colon or an arrow.
func (f *Source) literal(n Name, i int, colon bool) (v Value, ok bool) {
	t := f.Text
	blank := i
	for stop := min(len(t), i+64); i < stop && (t[i] == ' ' || t[i] == '\t'); {
		i++
	}
	for again := true; again; {
		again = false
		for _, c := range wrappers {
			if strings.HasPrefix(t[i:], c) {
				i, again = i+len(c), true
			}
		}
	}
	j := i
	for j < len(t) && j-i < 3 && (ascii.IsLetter(t[j]) || strings.IndexByte("@#$", t[j]) >= 0) { // r"…", u8"…", @"…"
		j++
	}
	if j+1 >= len(t) {
		return v, false
	}
	if q := t[j]; (q == '"' || q == '\'' || q == '`') && (j == i || f.dialect&(dialect.Bare|dialect.Colon) == 0) {
		v, ok := f.quoted(j)
		if ok && strings.ContainsAny(t[i:j], "fF$") { // what stands in braces is filled in
			v = beforeBrace(t, v)
		}
		return v, ok
	}
	if t[i] == '\\' && (t[i+1] == '"' || t[i+1] == '\'') {
		return f.escapedLiteral(i + 1)
	}
	if v, ok := f.whole(n, i); ok && !colon {
		return v, true
	}
	if !colon && n.quote == 0 && i == blank {
		if v, ok := f.segment(n, i); ok {
			return v, true
		}
	}
	switch {
	case f.dialect.Has(dialect.Colon) && colon && i > blank:
		return f.scalar(n, i)
	case n.quote == 0 && !colon && f.exported(n): // in user data, for one
		return f.bare(i)
	case n.From > 0 && strings.IndexByte("?&/;=,(", t[n.From-1]) >= 0 && !colon: // a part of something else
	case n.quote == 0 && f.dialect.Has(dialect.Bare) && (!colon || f.dialect.Has(dialect.SemiComment)),
		n.quote == 0 && f.dialect.Has(dialect.Colon) && !colon && i == blank:
		return f.bare(i)
	}
	return v, false
}

// exported reports whether the assignment follows export, Environment= or a flag such as --env=.
func (f *Source) exported(n Name) bool {
	t := f.Text
	if n.From == 0 || t[n.From-1] != '=' {
		return lineStarts(t, n.From, "export")
	}
	i := ascii.Back(t, n.From-1, ascii.Alnum|ascii.Dash, 32)
	return t[i] == '-' || t[i:n.From] == "Environment="
}

// whole returns the value of an assignment that is a literal as a whole, such as "NAME=value".
func (f *Source) whole(n Name, i int) (v Value, ok bool) {
	t := f.Text
	if n.quote != 0 || n.From == 0 || n.after != n.to || i != n.to+1 || strings.IndexByte("\"'`", t[n.From-1]) < 0 {
		return v, false
	}
	j := strings.IndexByte(t[i:min(len(t), i+MaxText)], t[n.From-1])
	if j < 1 || strings.ContainsAny(t[i:i+j], " \t\r\n\\,") || !ends(t, i+j+1) {
		return v, false
	}
	return Value{i, i + j}, true
}

// quoted returns the literal whose quote is at i.
func (f *Source) quoted(i int) (v Value, ok bool) {
	t := f.Text
	q := t[i]
	end := min(len(t), i+MaxValue)
	j := i + 1
	for j < end && t[j] != q && t[j] != '\n' {
		if t[j] == '\\' {
			j++
		}
		j++
	}
	f.Work += j - i
	if j >= end || t[j] != q || !ends(t, j+1) {
		return v, false
	}
	return Value{i + 1, j}, true
}

// beforeBrace returns the longer part of a literal before or after a placeholder, if there is one.
func beforeBrace(t string, v Value) Value {
	from := strings.IndexByte(t[v.From:v.To], '{')
	to := strings.LastIndexByte(t[v.From:v.To], '}')
	switch {
	case from < 0 || to < from:
	case from >= v.To-v.From-to:
		v.To = v.From + len(strings.TrimRight(t[v.From:v.From+from], "-_.:"))
	default:
		v.From += to + 1
	}
	return v
}

// ends reports whether the expression ends with the literal before i, or goes on with what leaves it as it is.
func ends(t string, i int) bool {
	broken := false
	for stop := min(len(t), i+64); i < stop && ascii.IsSpace(t[i]); i++ {
		broken = broken || t[i] == '\n'
	}
	if i >= len(t) {
		return true
	}
	if broken {
		return t[i] != '+' && t[i] != '.' && (t[i] != '"' || quotedName(t, i))
	}
	switch t[i] {
	case '+', '%', '[', '?', '&', '"', '\'', '`', '$', '(', '\\':
		return false
	case '.':
		for _, m := range [...]string{
			"to_string", "to_owned", "into", "getBytes", "toCharArray", "ToCharArray",
			"encode", "as_bytes", "to_vec", "freeze", "AsSpan", "asSpan", "as_str", "parse",
		} {
			if strings.HasPrefix(t[i+1:], m) {
				return true
			}
		}
		return false
	}
	return true
}

// quotedName reports whether the quote at i begins the name of another member rather than more of a literal.
func quotedName(t string, i int) bool {
	j := ascii.Run(t, i+1, ascii.Dotted, 64)
	if j+1 >= len(t) || t[j] != t[i] {
		return false
	}
	for j++; j < len(t) && t[j] == ' '; j++ {
	}
	return j < len(t) && (t[j] == ':' || t[j] == '=' || t[j] == ',')
}

// escapedLiteral returns the literal whose escaped quote is at i: JSON inside a string.
func (f *Source) escapedLiteral(i int) (v Value, ok bool) {
	t := f.Text
	end := min(len(t), i+MaxValue)
	j := i + 1
	for j < end && t[j] != '\\' && t[j] != '\n' {
		j++
	}
	f.Work += j - i
	if j+1 >= end || t[j] != '\\' || t[j+1] != t[i] {
		return v, false
	}
	return Value{i + 1, j}, true
}

// bare returns the unquoted value at i: to the next blank.
func (f *Source) bare(i int) (v Value, ok bool) {
	t := f.Text
	j := i
	end := min(len(t), i+MaxValue)
	for j < end && t[j] > ' ' {
		j++
	}
	f.Work += j - i
	if j == i {
		return v, false
	}
	k := j
	for k < end && (t[k] == ' ' || t[k] == '\t') {
		k++
	}
	if k < end && t[k] != '\n' && t[k] != '\r' && t[k] != '#' && f.dialect&(dialect.Commands|dialect.Spaced) == 0 {
		return v, false // a sentence
	}
	for j > i+1 && strings.IndexByte(",\"'\\;", t[j-1]) >= 0 && (t[j-1] != ';' || f.dialect.Has(dialect.Commands)) {
		j--
	}
	return Value{i, j}, f.barely(t[i:j])
}

// barely reports whether an unquoted value is a literal, or a template that may contain one.
func (f *Source) barely(v string) bool {
	if !strings.ContainsAny(v, "()[]{}<>$`\\|\"'") && v[0] != '&' && v[len(v)-1] != '&' {
		return true
	}
	if _, templated := looks.Parts(v); templated {
		return true
	}
	return f.plain && (strings.IndexByte("([{<`&", v[0]) < 0 || looks.MachineMade(v)) && v[len(v)-1] != '&' &&
		!looks.Call(v)
}

// scalar returns the plain scalar of YAML at i: to the end of the line or a comment, or of the member of a flow
// mapping.
func (f *Source) scalar(n Name, i int) (v Value, ok bool) {
	t := f.Text
	if strings.IndexByte("&*!|>{[@%`", t[i]) >= 0 {
		return v, false
	}
	k := n.From
	if n.quote != 0 {
		k--
	}
	for k > 0 && n.From-k < 256 && (t[k-1] == ' ' || t[k-1] == '\t' || t[k-1] == '-' || t[k-1] == '#') {
		k--
	}
	flow := k > 0 && (t[k-1] == '{' || t[k-1] == ',')
	if k > 0 && t[k-1] != '\n' && !flow {
		return v, false
	}
	end := min(len(t), i+MaxValue)
	j := i
	for j < end && t[j] != '\n' && (t[j] != '#' || t[j-1] != ' ') && (!flow || t[j] != ',' && t[j] != '}') {
		j++
	}
	f.Work += j - i
	for j > i && ascii.IsSpace(t[j-1]) {
		j--
	}
	return Value{i, j}, j > i
}

// text returns the text of an element that begins at i.
func (f *Source) text(i int) (v Value, ok bool) {
	t := f.Text
	end := min(len(t), i+MaxText)
	j := i
	for j < end && t[j] != '<' && t[j] != '\n' {
		j++
	}
	f.Work += j - i
	if j+1 >= end || t[j] != '<' || t[j+1] != '/' {
		return v, false
	}
	return Value{i, j}, true
}
