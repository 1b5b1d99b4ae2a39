package command

import (
	"slices"
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// parameter returns the possible values of a variable's expansion.
func (m *machine) parameter(p *syntax.ParamExp, quoted bool) []option {
	unknown := []option{{text: Unknown, split: !quoted}}
	if p.Param == nil || p.Length || p.Width || p.IsSet || p.Flags != nil || p.Names != 0 || len(p.Modifiers) > 0 {
		return unknown
	}
	values := m.lookup(p.Param.Value)
	if p.Excl {
		if p.Index != nil {
			return unknown
		}
		var through []value
		for _, v := range values {
			if len(v.fields) == 1 && !strings.Contains(v.fields[0], Unknown) {
				through = append(through, m.lookup(v.fields[0])...)
			}
		}
		values = through
	}
	every := p.Param.Value == "@" || p.Param.Value == "*"
	index := 0
	if w, ok := p.Index.(*syntax.Word); ok {
		switch lit := w.Lit(); lit {
		case "@", "*":
			every = true
		default:
			n, err := strconv.Atoi(lit)
			if err != nil || n < 0 {
				return unknown
			}
			index = n
		}
	} else if p.Index != nil {
		return unknown
	}
	values = m.alternative(p, values)
	if len(values) == 0 && m.kept(p.Param.Value) {
		return []option{{text: Stored, split: !quoted}}
	}
	var options []option
	for _, v := range values {
		switch {
		case every && quoted && p.Param.Value != "*":
			options = append(options, option{fields: m.changed(p, v.fields), list: true})
		case every:
			options = append(options, option{text: strings.Join(m.changed(p, v.fields), " "), split: !quoted})
		case index < len(v.fields):
			options = append(options, option{text: m.changed(p, v.fields[index:index+1])[0], split: !quoted})
		default:
			options = append(options, option{split: !quoted})
		}
	}
	if len(options) == 0 {
		return unknown
	}
	return options
}

// lookup returns the values of a variable, or nil if unknown.
func (m *machine) lookup(name string) []value {
	switch {
	case name == "@" || name == "*":
		if m.params == nil {
			return nil
		}
		return []value{{fields: m.params, list: true}}
	case name != "" && name[0] >= '1' && name[0] <= '9':
		n, err := strconv.Atoi(name)
		if err != nil || m.params == nil {
			return nil
		}
		if n > len(m.params) {
			return []value{{}}
		}
		return []value{{fields: m.params[n-1 : n]}}
	}
	return m.vars[name]
}

// alternative follows ${a:-b}, ${a:=b} and ${a:+b}.
func (m *machine) alternative(p *syntax.ParamExp, values []value) []value {
	if p.Exp == nil {
		return values
	}
	var other []value
	switch p.Exp.Op {
	case syntax.DefaultUnset, syntax.DefaultUnsetOrNull, syntax.AssignUnset, syntax.AssignUnsetOrNull,
		syntax.AlternateUnset, syntax.AlternateUnsetOrNull:
		for _, t := range m.texts(p.Exp.Word) {
			other = append(other, value{fields: []string{t}})
		}
	default:
		return values
	}
	if p.Exp.Op == syntax.AlternateUnset || p.Exp.Op == syntax.AlternateUnsetOrNull {
		return other
	}
	known := slices.DeleteFunc(slices.Clone(values), func(v value) bool {
		return len(v.fields) == 0 || len(v.fields) == 1 && (v.fields[0] == "" || v.fields[0] == Unknown)
	})
	if len(known) == 0 {
		if p.Exp.Op == syntax.AssignUnset || p.Exp.Op == syntax.AssignUnsetOrNull {
			m.set(p.Param.Value, other, false)
		}
		return other
	}
	return known
}

// changed applies ${a:1:2}, ${a/x/y}, ${a%x}, ${a#x} and ${a,,}, if they are constant.
func (m *machine) changed(p *syntax.ParamExp, fields []string) []string {
	if p.Slice == nil && p.Repl == nil && p.Exp == nil {
		return fields
	}
	out := make([]string, len(fields))
	for i, f := range fields {
		m.work += len(f)
		out[i] = m.change(p, f)
	}
	return out
}

func (m *machine) change(p *syntax.ParamExp, text string) string {
	switch {
	case p.Slice != nil:
		from, ok := number(p.Slice.Offset, len(text))
		if !ok || from > len(text) {
			return Unknown
		}
		text = text[from:]
		if p.Slice.Length == nil {
			return text
		}
		n, ok := number(p.Slice.Length, len(text))
		if !ok {
			return Unknown
		}
		return text[:min(n, len(text))]
	case p.Repl != nil:
		orig, with := m.text(p.Repl.Orig), m.text(p.Repl.With)
		if orig == "" || strings.ContainsAny(orig, `*?[\#%`+Unknown) {
			return Unknown
		}
		n := 1
		if p.Repl.All {
			n = -1
		}
		return strings.Replace(text, orig, with, n)
	}
	switch p.Exp.Op {
	case syntax.UpperAll, syntax.UpperFirst:
		return strings.ToUpper(text)
	case syntax.LowerAll, syntax.LowerFirst:
		return strings.ToLower(text)
	case syntax.RemSmallSuffix, syntax.RemLargeSuffix, syntax.RemSmallPrefix, syntax.RemLargePrefix:
		part := m.text(p.Exp.Word)
		if strings.ContainsAny(part, `*?[\`+Unknown) {
			return Unknown
		}
		if p.Exp.Op == syntax.RemSmallSuffix || p.Exp.Op == syntax.RemLargeSuffix {
			return strings.TrimSuffix(text, part)
		}
		return strings.TrimPrefix(text, part)
	}
	return text
}

// number returns a constant of a slice; a negative one counts from the end.
func number(x syntax.ArithmExpr, size int) (int, bool) {
	sign := 1
	if u, ok := x.(*syntax.UnaryArithm); ok && u.Op == syntax.Minus && !u.Post {
		sign, x = -1, u.X
	}
	w, ok := x.(*syntax.Word)
	if !ok {
		return 0, false
	}
	n, err := strconv.Atoi(w.Lit())
	if err != nil || n < 0 {
		return 0, false
	}
	if sign < 0 {
		return max(0, size-n), true
	}
	return n, true
}

// assign follows an assignment.
func (m *machine) assign(a *syntax.Assign) {
	if a.Name == nil || a.Naked {
		if a.Value != nil {
			for _, fields := range m.fields(a.Value) {
				m.at = m.spot(a.Pos())
				m.handedWords(fields) // export "NAME=value"
			}
		}
		return
	}
	var values []value
	old := m.vars[a.Name.Value]
	switch {
	case a.Array != nil:
		v := value{list: true}
		if a.Append && len(old) > 0 {
			v.fields = slices.Clone(old[len(old)-1].fields)
		}
		for _, e := range a.Array.Elems {
			if alts := m.fields(e.Value); len(alts) > 0 {
				v.fields = append(v.fields, alts[0]...)
			}
		}
		values = append(values, v)
	case a.Index != nil:
		v := value{list: true}
		if len(old) > 0 {
			v.fields = slices.Clone(old[len(old)-1].fields)
		}
		v.fields = append(v.fields, m.texts(a.Value)[0])
		values = append(values, v)
	default:
		for _, t := range m.texts(a.Value) {
			if !a.Append {
				values = append(values, value{fields: []string{t}})
				continue
			}
			for _, o := range old {
				if first := strings.Join(o.fields, " "); len(first)+len(t) <= maxValue {
					values = append(values, value{fields: []string{first + t}})
				}
			}
		}
	}
	for _, v := range values {
		for _, f := range v.fields {
			m.at = m.spot(a.Pos())
			m.handed(a.Name.Value, f)
		}
	}
	m.set(a.Name.Value, values, m.branch == 0)
}

// set sets the values of a variable. Earlier values stay if the assignment may not run.
func (m *machine) set(name string, values []value, replace bool) {
	if m.literal {
		return
	}
	if !replace {
		values = append(values, m.vars[name]...)
	}
	var kept []value
	for _, v := range values {
		same := func(k value) bool { return slices.Equal(k.fields, v.fields) }
		if len(kept) < maxAlts && !slices.ContainsFunc(kept, same) {
			kept = append(kept, v)
		}
		for _, f := range v.fields {
			m.work += len(f)
		}
	}
	m.vars[name] = kept
}
