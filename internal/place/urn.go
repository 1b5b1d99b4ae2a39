package place

import "strings"

// Parts of a URN, for messages and for code that looks for one in a text.
const (
	URNPrefix = "urn:pulumi:"
	URNForm   = "urn:pulumi:STACK::PROJECT::TYPE::NAME"
	FileURN   = "file:" // prefix of a file name in place of a URN
)

// URN is a parsed URN. Types is the resource's type after those of its ancestors, outermost first:
// infra:index:Secret$aws:secretsmanager/secret:Secret. Only the name may contain double colons.
type URN struct{ Stack, Project, Types, Name string }

// ParseURN parses urn:pulumi:STACK::PROJECT::TYPE::NAME, and reports whether the text has that form. If the text is
// truncated, it returns the parts that are present.
func ParseURN(text string) (u URN, ok bool) {
	rest, ok := strings.CutPrefix(text, URNPrefix)
	if !ok {
		return u, false
	}
	u.Stack, rest, _ = strings.Cut(rest, "::")
	u.Project, rest, _ = strings.Cut(rest, "::")
	u.Types, u.Name, ok = strings.Cut(rest, "::")
	return u, ok
}

// String is the inverse of [ParseURN].
func (u URN) String() string {
	return URNPrefix + u.Stack + "::" + u.Project + "::" + u.Types + "::" + u.Name
}

// Type returns the type token of the resource itself.
func (u URN) Type() string { return u.Types[strings.LastIndexByte(u.Types, '$')+1:] }

// Ancestors returns the type tokens of the components around the resource, nearest first.
func (u URN) Ancestors() []string {
	n := strings.Count(u.Types, "$")
	if n == 0 {
		return nil
	}
	all := make([]string, 0, n)
	for rest := u.Types; len(all) < n; {
		rest = rest[:strings.LastIndexByte(rest, '$')]
		all = append(all, rest[strings.LastIndexByte(rest, '$')+1:])
	}
	return all
}

// TypeOf returns the type token of the resource with the URN, empty if the text is not a URN.
func TypeOf(urn string) string {
	u, _ := ParseURN(urn)
	return u.Type()
}

// NameOf returns the logical name of the resource with the URN, empty if the text is not a URN.
func NameOf(urn string) string {
	u, _ := ParseURN(urn)
	return u.Name
}

// Types joins the type tokens of a resource and its ancestors, outermost first, as in a URN.
func Types(tokens ...string) string { return strings.Join(tokens, "$") }

// CutProvider splits a resource's reference to its provider, URN::ID.
func CutProvider(reference string) (urn, id string) {
	if i := strings.LastIndex(reference, "::"); i >= 0 {
		return reference[:i], reference[i+len("::"):]
	}
	return reference, ""
}
