package canary

import (
	"encoding/base64"
	"encoding/hex"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// A checker that finds nothing proves nothing: it must see every form, at every place, and no more than that.
func TestFind(t *testing.T) {
	c := New(1)
	value := c.Password("password")
	plain := c.Random("token")
	reversed := []byte(plain)
	slices.Reverse(reversed)
	for name, text := range map[string]string{
		"whole":                   "the value is " + plain + ".",
		"alone":                   plain,
		"six characters":          "x" + plain[11:17] + "x",
		"the last six characters": "x" + plain[len(plain)-6:],
		"upper case":              strings.ToUpper(plain),
		"reversed":                string(reversed),
		"hex":                     hex.EncodeToString([]byte("a" + plain)),
		"upper hex":               strings.ToUpper(hex.EncodeToString([]byte(plain))),
		"base64":                  base64.StdEncoding.EncodeToString([]byte(plain)),
		"base64, one further":     base64.StdEncoding.EncodeToString([]byte("a" + plain)),
		"base64, two further":     base64.RawURLEncoding.EncodeToString([]byte("ab" + plain)),
		"quoted":                  strconv.Quote(value),
		"in a URL":                url.QueryEscape(value),
		"in a path":               url.PathEscape(value),
	} {
		if len(c.Find(text)) == 0 {
			t.Errorf("%s: not found in %q", name, text)
		}
	}
	for _, text := range []string{"", "no value here", plain[:5], plain[:5] + " " + plain[5:10]} {
		if found := c.Find(text); len(found) > 0 {
			t.Errorf("found %s in %q", found, text)
		}
	}
}
