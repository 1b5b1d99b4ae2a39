package document

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/progression-labs-development/policypack/internal/model"
)

// hclReader parses HCL. The labels of a block become keys: resource "aws_db_instance" "orders" is at
// resource.aws_db_instance.orders.
type hclReader struct{ *builder }

func (b *builder) hcl() error {
	file, errs := hclsyntax.ParseConfig([]byte(b.text), "", hcl.InitialPos)
	if errs.HasErrors() {
		return errBroken
	}
	body, ok := file.Body.(*hclsyntax.Body)
	if !ok {
		return errBroken
	}
	b.roots = []*Node{hclReader{b}.body(body, 0)}
	return nil
}

func (r hclReader) body(body *hclsyntax.Body, depth int) *Node {
	n := r.node(model.Object, body.SrcRange.Start.Byte, body.SrcRange.End.Byte)
	if depth > maxDepth {
		return n
	}
	members := make([]Member, 0, len(body.Attributes)+len(body.Blocks))
	for _, a := range body.Attributes {
		members = append(members, Member{
			Key: a.Name, From: a.NameRange.Start.Byte, To: a.NameRange.End.Byte, Value: r.value(a.Expr, depth+1),
		})
	}
	slices.SortFunc(members, func(x, y Member) int { return x.From - y.From })
	blocks := r.node(model.Object, n.From, n.To)
	for _, block := range body.Blocks {
		blocks.add(r.builder, append([]string{block.Type}, block.Labels...),
			r.body(block.Body, depth+1+len(block.Labels)))
	}
	for _, m := range blocks.members {
		r.labels(m.Value)
	}
	r.object(n, append(members, blocks.members...))
	return n
}

// labels sorts the members of the objects created for labels, once they are complete.
func (r hclReader) labels(n *Node) {
	if n.kind != model.Object || n.keys != nil {
		return // the body of a block
	}
	for _, m := range n.members {
		r.labels(m.Value)
	}
	r.object(n, n.members)
}

// add adds a value under nested keys, creating objects as needed. It is for incomplete objects, whose members are not
// sorted yet.
func (n *Node) add(b *builder, keys []string, value *Node) {
	if len(keys) == 1 {
		n.members = append(n.members, Member{Key: keys[0], Value: value})
		return
	}
	i := slices.IndexFunc(n.members, func(m Member) bool { return m.Key == keys[0] && m.Value.keys == nil })
	if i < 0 {
		i = len(n.members)
		n.members = append(n.members, Member{Key: keys[0], Value: b.node(model.Object, value.From, value.To)})
	}
	n.members[i].Value.add(b, keys[1:], value)
}

// value returns the literal parts of an expression. For a conditional, or a call that passes its arguments through, it
// returns a list of the possible values.
func (r hclReader) value(e hclsyntax.Expression, depth int) *Node {
	at := e.Range()
	if depth > maxDepth {
		return r.node(model.Unknown, at.Start.Byte, at.End.Byte)
	}
	switch e := e.(type) {
	case *hclsyntax.TemplateExpr:
		return r.template(e)
	case *hclsyntax.TemplateWrapExpr:
		return r.value(e.Wrapped, depth+1)
	case *hclsyntax.ParenthesesExpr:
		return r.value(e.Expression, depth+1)
	case *hclsyntax.LiteralValueExpr:
		if e.Val.IsNull() {
			return r.node(model.Null, at.Start.Byte, at.End.Byte)
		}
		return r.written(at.Start.Byte, at.End.Byte)
	case *hclsyntax.TupleConsExpr:
		return r.list(e.Exprs, at, depth)
	case *hclsyntax.ConditionalExpr:
		return r.list([]hclsyntax.Expression{e.TrueResult, e.FalseResult}, at, depth)
	case *hclsyntax.FunctionCallExpr:
		if slices.Contains(passing, e.Name) {
			return r.list(e.Args, at, depth)
		}
	case *hclsyntax.ObjectConsExpr:
		n := r.node(model.Object, at.Start.Byte, at.End.Byte)
		members := make([]Member, 0, len(e.Items))
		for _, item := range e.Items {
			m := Member{Value: r.value(item.ValueExpr, depth+1)}
			m.Key, m.From, m.To = r.key(item.KeyExpr)
			members = append(members, m)
		}
		r.object(n, members)
		return n
	}
	return r.node(model.Unknown, at.Start.Byte, at.End.Byte)
}

// passing are the functions whose result contains their arguments.
var passing = []string{
	"base64encode", "base64gzip", "chomp", "coalesce", "coalescelist", "concat", "ephemeralasnull", "flatten",
	"jsonencode",
	"lookup", "merge", "nonsensitive", "one", "sensitive", "textencodebase64", "tolist", "tomap", "toset", "tostring",
	"trimspace", "try", "urlencode", "yamlencode",
}

func (r hclReader) list(items []hclsyntax.Expression, at hcl.Range, depth int) *Node {
	n := r.node(model.List, at.Start.Byte, at.End.Byte)
	for _, item := range items {
		n.items = append(n.items, r.value(item, depth+1))
	}
	return n
}

// key returns the key of an object, empty if it is an expression.
func (r hclReader) key(e hclsyntax.Expression) (key string, from, to int) {
	at := e.Range()
	from, to = at.Start.Byte, at.End.Byte
	if wrapped, ok := e.(*hclsyntax.ObjectConsKeyExpr); ok {
		if word := hcl.ExprAsKeyword(wrapped.Wrapped); word != "" {
			return word, from, to
		}
		e = wrapped.Wrapped
	}
	if t, ok := e.(*hclsyntax.TemplateExpr); ok {
		n := r.template(t)
		return n.text, n.From, n.To
	}
	return "", from, to
}

// template returns a quoted string or a heredoc. Interpolations are kept as written.
func (r hclReader) template(e *hclsyntax.TemplateExpr) *Node {
	if len(e.Parts) == 0 {
		return r.node(model.Null, e.SrcRange.Start.Byte, e.SrcRange.End.Byte)
	}
	from, to := e.Parts[0].Range().Start.Byte, e.Parts[len(e.Parts)-1].Range().End.Byte
	if r.text[e.SrcRange.Start.Byte] == '"' {
		from, to = e.SrcRange.Start.Byte+1, e.SrcRange.End.Byte-1
	}
	if from > to || to > len(r.text) {
		return r.node(model.Unknown, e.SrcRange.Start.Byte, e.SrcRange.End.Byte)
	}
	var text strings.Builder
	for _, part := range e.Parts {
		if l, ok := part.(*hclsyntax.LiteralValueExpr); ok && l.Val.Type() == cty.String && l.Val.IsKnown() {
			text.WriteString(l.Val.AsString())
			continue
		}
		at := part.Range()
		text.WriteString("${" + r.text[at.Start.Byte:at.End.Byte] + "}")
	}
	form := Encoded
	if r.text[e.SrcRange.Start.Byte] == '<' {
		form = Block
		for from > 0 && (r.text[from-1] == ' ' || r.text[from-1] == '\t') {
			from--
		}
	}
	return r.decoded(text.String(), from, to, form)
}
