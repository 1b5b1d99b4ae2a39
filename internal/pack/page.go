package pack

import (
	"errors"
	"net/url"
	"slices"
	"strings"
)

// HelpURL is the parameter of the settings with the page of a company that stands for the pack's own pages. In it,
// {policy} stands for the policy's name.
const HelpURL = "helpURL"

// Page is the JSON schema format of a page: an https URL that holds no credentials.
const Page = "page"

const placeholder = "{policy}"

var errPage = errors.New("expected an https URL without user, password and spaces, in which " + placeholder +
	" stands for the policy, such as https://wiki.acme.example/secrets#" + placeholder)

// isPage returns the error of a text that is not a page. What is not a text is for the schema's type.
func isPage(v any) error {
	text, ok := v.(string)
	if !ok {
		return nil
	}
	page := strings.ReplaceAll(text, placeholder, "policy")
	u, err := url.Parse(page)
	if err != nil || u.Scheme != "https" || u.Hostname() == "" || u.User != nil ||
		strings.ContainsFunc(page, func(r rune) bool { return r <= ' ' || r >= 0x7f || strings.ContainsRune(`{}<>"\^`+"`|", r) }) {
		return errPage
	}
	return nil
}

// Linked returns the pack with the URLs that the settings give its policies, those that it has where they give none. A
// policy of an organisation that names a page keeps it: that is theirs already. The receiver does not change.
func (p *Pack) Linked(settings map[string]any) *Pack {
	help, _ := settings[HelpURL].(string)
	if help == "" {
		return p
	}
	linked := *p
	linked.Policies = slices.Clone(p.Policies)
	for i, q := range p.Policies {
		if q.Own || !q.named {
			policy := *q
			policy.URL = strings.ReplaceAll(help, placeholder, q.Name)
			linked.Policies[i] = &policy
		}
	}
	return &linked
}
