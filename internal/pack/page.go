package pack

import (
	"errors"
	"net/url"
	"slices"
	"strings"
)

// HelpURL is the parameter of the settings with an organisation's page that replaces the pack's own pages. The
// placeholder {policy} is the policy's name.
const HelpURL = "helpURL"

// Page is the JSON schema format of a page: an https URL without credentials.
const Page = "page"

const placeholder = "{policy}"

var errPage = errors.New("expected an https URL without user, password and spaces, in which " + placeholder +
	" becomes the name of the policy, such as https://wiki.acme.example/secrets#" + placeholder)

// isPage returns an error for a string that is not a page. Other types are left to the schema's type.
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

// Linked returns the pack with the policies' URLs replaced by those in the settings, if any. An organisation's policy
// that has its own URL keeps it. The receiver does not change.
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
