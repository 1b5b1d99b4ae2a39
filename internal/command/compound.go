package command

import "mvdan.cc/sh/v3/syntax"

func (m *machine) command(c syntax.Command, in stream) string {
	switch c := c.(type) {
	case *syntax.CallExpr:
		return m.call(c, in)
	case *syntax.BinaryCmd:
		x := m.statement(c.X, in)
		if c.Op == syntax.Pipe || c.Op == syntax.PipeAll {
			return m.statement(c.Y, stream{text: x})
		}
		m.branch++
		defer func() { m.branch-- }()
		return m.join(x, m.statement(c.Y, in))
	case *syntax.Subshell:
		return m.statements(c.Stmts, in)
	case *syntax.Block:
		return m.statements(c.Stmts, in)
	case *syntax.TimeClause:
		return m.statement(c.Stmt, in)
	case *syntax.CoprocClause:
		return m.statement(c.Stmt, in)
	case *syntax.FuncDecl:
		if c.Name != nil {
			m.funcs[c.Name.Value] = &function{body: c.Body, place: m.place}
		}
		return ""
	case *syntax.DeclClause:
		for _, a := range c.Args {
			m.assign(a)
		}
		return ""
	}
	m.branch++
	defer func() { m.branch-- }()
	return m.compound(c, in)
}

// compound follows conditional commands: all branches.
func (m *machine) compound(c syntax.Command, in stream) string {
	out := ""
	switch c := c.(type) {
	case *syntax.IfClause:
		for ; c != nil; c = c.Else {
			out = m.join(out, m.statements(c.Cond, in))
			out = m.join(out, m.statements(c.Then, in))
		}
	case *syntax.WhileClause:
		out = m.statements(c.Cond, in)
		out = m.join(out, m.statements(c.Do, in))
	case *syntax.ForClause:
		if w, ok := c.Loop.(*syntax.WordIter); ok {
			m.set(w.Name.Value, m.items(w), true)
		} else {
			m.inside(c.Loop)
		}
		out = m.statements(c.Do, in)
	case *syntax.CaseClause:
		m.fields(c.Word)
		for _, item := range c.Items {
			out = m.join(out, m.statements(item.Stmts, in))
		}
	default:
		m.inside(c)
	}
	return out
}

// items returns the values of a loop's variable.
func (m *machine) items(w *syntax.WordIter) []value {
	var values []value
	if !w.InPos.IsValid() {
		for _, p := range m.params {
			values = append(values, value{fields: []string{p}})
		}
	}
	for _, item := range w.Items {
		for _, fields := range m.fields(item) {
			for _, f := range fields {
				values = append(values, value{fields: []string{f}})
			}
		}
	}
	return values
}

// inside follows the commands in the words of tests and arithmetic.
func (m *machine) inside(n syntax.Node) {
	syntax.Walk(n, func(n syntax.Node) bool {
		if w, ok := n.(*syntax.Word); ok {
			m.fields(w)
			return false
		}
		return true
	})
}
