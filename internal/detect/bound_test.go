package detect

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/progression-labs-development/policypack/internal/race"
)

// The work on a text grows with its length: a counter of the bytes looked at says so for inputs that invite scanning
// the same bytes again and again.
func TestLinear(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	body := func(n int) string {
		const set = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
		b := make([]byte, n)
		for i := range b {
			b[i] = set[random.IntN(len(set))]
		}
		return string(b)
	}
	d, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	units := []string{
		"LS0tLS1CRUdJTi", "-----BEGIN PRIVATE" + " KEY-----", "-----BEGIN ", "eyJ", "eyJ_", "eyJ.",
		"eyJabcdefghijk.eyJabcdefghijk.", "://", "a://b:", "http://a:b", "sig=", "&sig=" + body(44) + "&",
		"T3BlbkFJ", "sk-", "ops_eyJ", "ghs_", "xoxb-", "password=", "password: ", "\"password\":\"", "{\"a\":", "[",
		"{\"name\":\"password\",\"value\":\"", "a=b;", "-----", "Bearer ", "Bearer " + body(4000),
		"\n- ", "\na:\n ", "\npassword: |\n", "'", "\"", "\\", "\\\"", "--password ", " -p", "mysql -p'", "</",
		"<password>", "</password>", "x</password>", "name=\"password\" value=\"", "hvs." + body(280), "AKIA",
		"7Q~", "+ASt", "AZDO",
		"IQoJb3JpZ2luX2Vj", "PuTTY-User-Key-File-", "PuTTY-User-Key-File-\nPrivate-Lines:", "\r\n", body(60) + "\n",
		body(60) + "\r\n", "name: password, value: ", "chpasswd a:b ", "{", "- {", "password: {", "a: \"\\\"", "${",
		"{{", "#!", ": ", "=", "==", "=;", "token ",
		"ATATT3", "glc_", "gsk_", "https://hooks.slack.com/", "ghs_" + body(30) + ".",
	}
	for i, unit := range race.Some(units) {
		for _, prefix := range []string{"", "{\"a\":\"", "a: b\nc: ", "#!/bin/sh\n", "login password "} {
			measure := func(n int) float64 {
				text := prefix + strings.Repeat(unit, n/len(unit)+1)[:n]
				s := newScan(d, text)
				if !s.document() {
					s.weigh("password", text, 0)
				}
				return float64(s.Work) / float64(n)
			}
			n := 256 << 10
			switch {
			case prefix == "" && i%8 == 0:
				n = 5 << 20
			case prefix == "":
				n = 1 << 20
			}
			small, large := measure(64<<10), measure(n)
			if large > 2*small+8 || large > 700 {
				t.Errorf("%.20q after %q: %.0f bytes looked at for each byte of 64 KB, %.0f of %d", unit, prefix, small,
					large, n)
			}
		}
	}
}
