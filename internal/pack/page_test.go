package pack

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestIsPage(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		give any
		ok   bool
	}{
		{"anchor", "https://wiki.acme.example/secrets#{policy}", true},
		{"path", "https://wiki.acme.example/policies/{policy}/", true},
		{"query, port, twice", "https://wiki.acme.example:8443/{policy}?page={policy}&lang=en", true},
		{"one page for all", "https://wiki.acme.example/secrets", true},
		{"escaped", "https://wiki.acme.example/Secrets%20at%20Acme#{policy}", true},
		{"not a text", 7, true}, // the schema's type refuses it
		{"empty", "", false},
		{"http", "http://wiki.acme.example/{policy}", false},
		{"script", "javascript:alert(1)", false},
		{"file", "file:///etc/passwd", false},
		{"no scheme", "wiki.acme.example/{policy}", false},
		{"no host", "https:///secrets", false},
		{"port alone", "https://:443/secrets", false},
		{"user", "https://ada@wiki.acme.example/", false},
		{"user and password", "https://ada:x@wiki.acme.example/", false},
		{"another placeholder", "https://wiki.acme.example/{name}", false},
		{"half a placeholder", "https://wiki.acme.example/{policy", false},
		{"space", "https://wiki.acme.example/a b", false},
		{"two lines", "https://wiki.acme.example/a\nb", false},
		{"markup", `https://wiki.acme.example/"><b>`, false},
		{"escape sequence", "https://wiki.acme.example/\x1b[31m", false},
		{"other script", "https://wiki.\u0430cme.example/", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if err := isPage(tt.give); (err == nil) != tt.ok {
				t.Errorf("got %v, want good: %v", err, tt.ok)
			}
		})
	}
}

// The page of a company stands for ours, and for none that one of its own policies names. Other settings give others.
func TestLinked(t *testing.T) {
	t.Parallel()
	p := &Pack{Policies: []*Policy{
		{Name: "bucket-owner", URL: "https://acme.example/buckets", named: true},
		{Name: "bucket-tags"},
		{Name: "secret-name", URL: "https://policypack.example/#secret-name", Own: true},
	}}
	urls := func(p *Pack) (list []string) {
		for _, q := range p.Policies {
			list = append(list, q.URL)
		}
		return list
	}
	before := urls(p)
	for _, tt := range []struct {
		name string
		give map[string]any
		want []string
	}{
		{"none", nil, before},
		{"each its own", map[string]any{HelpURL: "https://a.example/{policy}#{policy}"}, []string{
			"https://acme.example/buckets", "https://a.example/bucket-tags#bucket-tags", "https://a.example/secret-name#secret-name",
		}},
		{"one for all", map[string]any{HelpURL: "https://b.example/"}, []string{
			"https://acme.example/buckets", "https://b.example/", "https://b.example/",
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, urls(p.Linked(tt.give))); diff != "" {
				t.Errorf("mismatch (-want +got)\n%s", diff)
			}
			again := p.Linked(map[string]any{HelpURL: "https://other.example/"}).Linked(tt.give)
			if diff := cmp.Diff(tt.want, urls(again)); tt.give != nil && diff != "" {
				t.Errorf("of a pack that was linked before: mismatch (-want +got)\n%s", diff)
			}
			if diff := cmp.Diff(before, urls(p)); diff != "" {
				t.Errorf("the receiver has changed: mismatch (-want +got)\n%s", diff)
			}
		})
	}
}
