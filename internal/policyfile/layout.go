package policyfile

import (
	"bytes"
	"slices"
	"strings"
)

// layout is how a file is written, so that what is added looks like what is there.
type layout struct {
	unit    string // of indentation; empty where all of the file is on one line
	newline string
	colon   string // with what follows it
}

// layoutOf reads the layout off a file.
func layoutOf(data []byte, root *Document) layout {
	l := layout{unit: "  ", newline: "\n", colon: ": "}
	if bytes.Contains(data, []byte("\r\n")) {
		l.newline = "\r\n"
	}
	if len(root.Fields) == 0 {
		return l
	}
	first := root.Fields[0]
	if !bytes.Contains(data[first.from:first.Value.from], []byte(": ")) {
		l.colon = ":"
	}
	switch {
	case startsLine(data, first.from):
		l.unit = indentAt(data, first.from)
		if l.unit == "" {
			l.unit = "  "
		}
	case !bytes.Contains(data[root.from:root.to], []byte("\n")):
		l.unit = ""
	}
	return l
}

// startsLine reports whether nothing stands before an offset on its line.
func startsLine(data []byte, at int) bool {
	begin := bytes.LastIndexByte(data[:at], '\n') + 1
	return begin > 0 && len(bytes.Trim(data[begin:at], " \t")) == 0
}

// indentAt returns what the line of an offset begins with.
func indentAt(data []byte, at int) string {
	line := data[bytes.LastIndexByte(data[:at], '\n')+1 : at]
	return string(line[:len(line)-len(bytes.TrimLeft(line, " \t"))])
}

// replace returns the text with another value in the place of one.
func replace(data []byte, root, old *Document, value any) ([]byte, error) {
	text, err := encoded(value)
	if err != nil {
		return nil, err
	}
	d, _, err := ParseDocument(text)
	if err != nil {
		return nil, err
	}
	l := layoutOf(data, root)
	if onOneLine(data, old) && d.flat() {
		l.unit = ""
	}
	var b strings.Builder
	l.print(&b, text, d, indentAt(data, old.from))
	return slices.Concat(data[:old.from], []byte(b.String()), data[old.to:]), nil
}

// insert returns the text with entries behind those of an object or a list.
func insert(data []byte, root, into *Document, entries []Entry) ([]byte, error) {
	l, all := layoutOf(data, root), into.parts()
	indent, end := indentAt(data, into.from)+l.unit, into.from+1
	one, lines := l.unit == "", l.unit != ""
	if n := len(all); n > 0 {
		last := all[n-1]
		end = last.to
		if lines = startsLine(data, last.from); lines {
			indent = indentAt(data, last.from)
		}
		one = one || !lines || onOneLine(data, last.value)
	}
	var b strings.Builder
	for i, e := range entries {
		text, err := encoded(e.Value)
		if err != nil {
			return nil, err
		}
		d, _, err := ParseDocument(text)
		if err != nil {
			return nil, err
		}
		of := l
		if one && (d.flat() || !lines) {
			of.unit = ""
		}
		switch {
		case i+len(all) > 0 && lines:
			b.WriteString("," + l.newline + indent)
		case i+len(all) > 0:
			b.WriteString("," + strings.TrimPrefix(l.colon, ":"))
		case lines:
			b.WriteString(l.newline + indent)
		}
		if e.Key != "" {
			key, err := encoded(e.Key)
			if err != nil {
				return nil, err
			}
			b.WriteString(string(key) + l.colon)
		}
		of.print(&b, text, d, indent)
	}
	rest := end
	if len(all) == 0 {
		rest = into.to - 1
		if lines {
			b.WriteString(l.newline + indentAt(data, into.from))
		}
	}
	return slices.Concat(data[:end], []byte(b.String()), data[rest:]), nil
}

// onOneLine reports whether an object or a list with something in it is written on one line.
func onOneLine(data []byte, d *Document) bool {
	return len(d.parts()) > 0 && !bytes.Contains(data[d.from:d.to], []byte("\n"))
}

// flat reports whether an object or a list holds no object.
func (d *Document) flat() bool {
	return !slices.ContainsFunc(d.parts(), func(p part) bool { return p.value.Fields != nil || !p.value.flat() })
}

// print writes a value as the layout has it. What holds no object and no list but texts is on one line where it is a
// list.
func (l layout) print(b *strings.Builder, text []byte, d *Document, indent string) {
	all := d.parts()
	if len(all) == 0 {
		b.Write(text[d.from:d.to])
		return
	}
	open, end := "{", "}"
	if d.Shape() == "a list" {
		open, end = "[", "]"
	}
	before, between, after := l.newline+indent+l.unit, ","+l.newline+indent+l.unit, l.newline+indent
	if l.unit == "" || d.Shape() == "a list" && d.flat() {
		before, between, after = "", ","+strings.TrimPrefix(l.colon, ":"), ""
	}
	b.WriteString(open)
	for i, p := range all {
		if i == 0 {
			b.WriteString(before)
		} else {
			b.WriteString(between)
		}
		if len(d.Fields) > 0 {
			key := d.Fields[i]
			b.Write(bytes.TrimRight(text[key.from:key.Value.from], ": "))
			b.WriteString(l.colon)
		}
		l.print(b, text, p.value, indent+l.unit)
	}
	b.WriteString(after + end)
}
