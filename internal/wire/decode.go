package wire

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode/utf8"
	"unsafe"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/progression-labs-development/policypack/internal/model"
)

// maxNesting is how deeply messages may be nested, as in the protocol's own library.
const maxNesting = 10_000

// Errors of a message that cannot be decoded. They quote nothing of it.
var (
	errNesting = errors.New("nested too deeply")
	errUTF8    = errors.New("a string is not valid UTF-8")
	errTwice   = errors.New("a field that may be there once is there twice")
	errType    = errors.New("a field has another type than in the protocol")
)

// decoder decodes one message. Strings of the result are parts of its text, and nodes come from a few large slices: a
// message has hundreds of both.
type decoder struct {
	text    string
	entries []entry // scratch, a stack
	nodes   []node  // not used yet, as are the others
	keys    []string
	insides []inside
}

// span is a part of the text.
type span struct{ from, to int }

// entry is one field of an object before its value is decoded.
type entry struct {
	key   string
	value span
}

func (d *decoder) of(s span) string { return d.text[s.from:s.to] }

// bytes returns the text as protowire reads it, which nothing may write.
func (d *decoder) bytes(s span) []byte {
	return unsafe.Slice(unsafe.StringData(d.text), len(d.text))[s.from:s.to] //nolint:gosec // only read
}

// field is one field of a message: its number and, by its type, its bytes or its bits.
type field struct {
	number protowire.Number
	kind   protowire.Type
	body   span
	bits   uint64
}

// next returns the first field of a part and the part after it.
func (d *decoder) next(in span) (f field, rest span, err error) {
	b := d.bytes(in)
	number, kind, n := protowire.ConsumeTag(b)
	if n < 0 {
		return f, in, protowire.ParseError(n)
	}
	f.number, f.kind = number, kind
	at := in.from + n
	var m int
	switch kind {
	case protowire.VarintType:
		f.bits, m = protowire.ConsumeVarint(b[n:])
	case protowire.Fixed64Type:
		f.bits, m = protowire.ConsumeFixed64(b[n:])
	case protowire.BytesType:
		var body []byte
		body, m = protowire.ConsumeBytes(b[n:])
		f.body = span{at + m - len(body), at + m}
	default:
		m = protowire.ConsumeFieldValue(number, kind, b[n:])
	}
	if m < 0 {
		return f, in, protowire.ParseError(m)
	}
	return f, span{at + m, in.to}, nil
}

// fields visits the fields of a message.
func (d *decoder) fields(in span, visit func(field) error) error {
	for in.from < in.to {
		f, rest, err := d.next(in)
		if err != nil {
			return err
		}
		if err := visit(f); err != nil {
			return err
		}
		in = rest
	}
	return nil
}

// string decodes a field of type string.
func (d *decoder) string(f field, to *string) error {
	if f.kind != protowire.BytesType {
		return errType
	}
	*to = d.of(f.body)
	if !utf8.ValidString(*to) {
		return errUTF8
	}
	return nil
}

// strings decodes one of the strings of a list.
func (d *decoder) strings(f field, to *[]string) error {
	var text string
	err := d.string(f, &text)
	*to = append(*to, text)
	return err
}

// message notes where a field with a message is, which may be there once.
func message(f field, to *span) error {
	switch {
	case f.kind != protowire.BytesType:
		return errType
	case to.from > 0:
		return errTwice
	}
	*to = f.body
	return nil
}

// resource decodes an AnalyzeRequest or an AnalyzerResource, which have the same fields up to provider.
func (d *decoder) resource(in span) (*model.Resource, error) {
	r := &model.Resource{}
	var properties, options, provider span
	var origins dependencies
	parent := ""
	err := d.fields(in, func(f field) error {
		switch f.number {
		case 1:
			return d.string(f, &r.Type)
		case 2:
			return message(f, &properties)
		case 3:
			return d.string(f, &r.URN)
		case 4:
			return d.string(f, &r.Name)
		case 5:
			return message(f, &options)
		case 6:
			return message(f, &provider)
		case 7:
			return d.string(f, &r.Parent)
		case 9:
			return d.dependency(f, &origins)
		}
		return nil
	})
	if err == nil {
		r.Properties, err = d.properties(properties)
	}
	if err == nil {
		parent, err = d.options(options, &r.Options)
	}
	if err == nil && provider.from > 0 {
		r.Provider, err = d.provider(provider)
	}
	r.Parent = cmp.Or(r.Parent, parent)
	if origins != nil {
		r.Origins = origins
	}
	return r, err
}

func (d *decoder) options(in span, to *model.Options) (parent string, err error) {
	err = d.fields(in, func(f field) error {
		switch f.number {
		case 1:
			to.Protect = f.bits != 0
		case 2:
			return d.strings(f, &to.IgnoreChanges)
		case 5:
			return d.strings(f, &to.AdditionalSecretOutputs)
		case 6:
			return d.strings(f, &to.Aliases)
		case 8:
			return d.string(f, &parent)
		}
		return nil
	})
	return parent, err
}

func (d *decoder) provider(in span) (*model.Provider, error) {
	p := &model.Provider{}
	var properties span
	err := d.fields(in, func(f field) error {
		switch f.number {
		case 1:
			return d.string(f, &p.Type)
		case 2:
			return message(f, &properties)
		case 3:
			return d.string(f, &p.URN)
		case 4:
			return d.string(f, &p.Name)
		}
		return nil
	})
	if err == nil {
		p.Properties, err = d.properties(properties)
	}
	return p, err
}

// dependency decodes an entry of propertyDependencies.
func (d *decoder) dependency(f field, to *dependencies) error {
	e, err := d.entry(f)
	if err != nil {
		return err
	}
	var urns []string
	err = d.fields(e.value, func(f field) error {
		if f.number != 1 {
			return nil
		}
		return d.strings(f, &urns)
	})
	if *to == nil {
		*to = dependencies{}
	}
	(*to)[e.key] = urns
	return err
}

// entry decodes an entry of a map whose values are messages.
func (d *decoder) entry(f field) (e entry, err error) {
	if f.kind != protowire.BytesType {
		return e, errType
	}
	err = d.fields(f.body, func(f field) error {
		switch f.number {
		case 1:
			return d.string(f, &e.key)
		case 2:
			return message(f, &e.value)
		}
		return nil
	})
	return e, err
}

// properties decodes a property map, which is an Object whatever its keys are.
func (d *decoder) properties(in span) (model.Value, error) {
	n := &take(&d.nodes, 1, d.chunk())[0]
	n.kind, n.inside = model.Object, empty
	return n, d.object(in, n, 0)
}

// object decodes a Struct: its keys, sorted, and their values.
func (d *decoder) object(in span, to *node, depth int) error {
	if depth > maxNesting {
		return errNesting
	}
	first := len(d.entries)
	defer func() { d.entries = d.entries[:first] }()
	err := d.fields(in, func(f field) error {
		if f.number != 1 {
			return nil
		}
		e, err := d.entry(f)
		d.entries = append(d.entries, e)
		return err
	})
	if err != nil {
		return err
	}
	all := d.entries[first:]
	slices.SortStableFunc(all, func(a, b entry) int { return strings.Compare(a.key, b.key) })
	count := 0
	for i, e := range all {
		if i+1 == len(all) || all[i+1].key != e.key { // of one key the last applies
			all[count] = e
			count++
		}
	}
	to.inside = d.inside()
	to.keys, to.nodes = take(&d.keys, count, d.chunk()), take(&d.nodes, count, d.chunk())
	for i := range count {
		e := d.entries[first+i] // decoding a value may move them
		to.keys[i] = e.key
		if err := d.value(e.value, &to.nodes[i], depth+1); err != nil {
			return err
		}
	}
	return nil
}

// value decodes a Value.
func (d *decoder) value(in span, to *node, depth int) error {
	to.inside = empty
	var last field
	for in.from < in.to {
		f, rest, err := d.next(in)
		if err != nil {
			return err
		}
		if in = rest; f.number > 6 {
			continue
		}
		if last.number == f.number && f.number > 4 {
			return errTwice
		}
		last = f
	}
	switch last.number {
	case 2:
		if last.kind != protowire.Fixed64Type {
			return errType
		}
		to.kind, to.number = model.Number, math.Float64frombits(last.bits)
	case 3:
		if err := d.string(last, &to.text); err != nil {
			return err
		}
		if to.kind = model.String; isUnknown(to.text) {
			to.kind, to.text = model.Unknown, ""
		}
	case 4:
		if last.kind != protowire.VarintType {
			return errType
		}
		to.kind = model.Bool
		if last.bits != 0 {
			to.number = 1
		}
	case 5:
		if last.kind != protowire.BytesType {
			return errType
		}
		to.kind = model.Object
		if err := d.object(last.body, to, depth); err != nil {
			return err
		}
		to.unwrap()
	case 6:
		if last.kind != protowire.BytesType {
			return errType
		}
		return d.list(last.body, to, depth)
	}
	return nil
}

func (d *decoder) list(in span, to *node, depth int) error {
	if depth > maxNesting {
		return errNesting
	}
	to.kind = model.List
	count := 0
	err := d.fields(in, func(f field) error {
		if f.number == 1 {
			count++
		}
		return nil
	})
	if err != nil {
		return err
	}
	to.inside = d.inside()
	to.nodes = take(&d.nodes, count, d.chunk())
	i := 0
	return d.fields(in, func(f field) error {
		if f.number != 1 {
			return nil
		}
		if f.kind != protowire.BytesType {
			return errType
		}
		i++
		return d.value(f.body, &to.nodes[i-1], depth+1)
	})
}

// chunk is how many nodes and keys are allocated together: a few times for a message, whatever its size.
func (d *decoder) chunk() int { return min(max(len(d.text)/128, 8), 4096) }

// take returns n elements that nothing else uses.
func take[T any](from *[]T, n, chunk int) []T {
	if n > len(*from) {
		*from = make([]T, max(n, chunk))
	}
	taken := (*from)[:n:n]
	*from = (*from)[n:]
	return taken
}

func (d *decoder) inside() *inside { return &take(&d.insides, 1, d.chunk()/4)[0] }

// whole returns the decoder of a message, and the part of its text that it is.
func whole(text string) (*decoder, span) { return &decoder{text: text}, span{0, len(text)} }

// malformed is the error of a message that cannot be decoded.
func malformed(what string, err error) error {
	return fmt.Errorf("%s: the message of the engine is malformed: %w", what, err)
}
