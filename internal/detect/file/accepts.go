package file

import (
	"encoding/base64"
	"net/url"
	"strconv"
	"strings"

	"github.com/progression-labs-development/policypack/internal/detect/ascii"
	"github.com/progression-labs-development/policypack/internal/detect/looks"
	"github.com/progression-labs-development/policypack/internal/detect/names"
	"github.com/progression-labs-development/policypack/internal/dialect"
)

// Accepts reports whether a format found in a file is a secret. A token from a vendor's manual is not, nor is an
// illustrative URL or header.
func (f *Source) Accepts(id string, start, end int) bool {
	t := f.Text
	v := t[start:end]
	if published(v) {
		return false
	}
	switch id {
	case "private-key":
		return wholeKey(v)
	case "credentialed-url":
		return f.url(start, end)
	case "authorization-header":
		if i := strings.LastIndexByte(t[:start], ' '); i >= 5 && ascii.PrefixFold(t[i-5:], "basic") {
			return f.basic(v, start)
		}
		return !looks.Counting(v) && !testlike(v) && looks.MachineMade(v) &&
			(!strings.HasPrefix(v, "eyJ") || strings.Count(v, ".") == 2 && !deadToken(v))
	case "password-argument":
		return f.Plausible(names.Password, "password", v, start)
	case "jwt":
		return !deadToken(v)
	case "azure-sas":
		return !f.deadSignature(start, end)
	case "aws-session-token", "gcp-service-account":
		return true
	}
	return len(v) > 128 || !looks.Counting(v[min(len(v)-1, 4):]) && !ascii.ContainsFold(v, "example")
}

// basic reports whether the base64 of user:password is a secret.
func (f *Source) basic(v string, at int) bool {
	raw, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(v, "="))
	if err != nil {
		return false
	}
	user, secret, _ := strings.Cut(string(raw), ":")
	return f.login(user, secret, "", at)
}

// url reports whether the password of a URL, or of a data source name, is a secret, from its context.
func (f *Source) url(start, end int) bool {
	t := f.Text
	from := start
	for from > 0 && start-from < 128 && t[from-1] > ' ' && t[from-1] != '/' && t[from-1] != '"' && t[from-1] != '\'' {
		from--
	}
	to := min(end+1, len(t))
	stop := to
	for stop < len(t) && stop-to < 128 && t[stop] > ' ' && strings.IndexByte("/\"'`?,;<)}", t[stop]) < 0 {
		stop++
	}
	host := t[to:stop]
	host = strings.TrimPrefix(host, "tcp(")
	if i := strings.LastIndexByte(host, ':'); i > 0 {
		host = host[:i]
	}
	return f.login(strings.TrimSuffix(t[from:start], ":"), t[start:end], host, start)
}

// login reports whether user and password for a host are more than an illustration.
func (f *Source) login(user, secret, host string, at int) bool {
	if plain, err := url.PathUnescape(secret); err == nil && !strings.Contains(secret, "%s") {
		secret = plain
	}
	if len(secret) < 4 || f.foreign(secret) || testlike(secret) || strings.EqualFold(user, secret) || stock(secret) ||
		looks.SameAsName(secret) {
		return false
	}
	made := len(secret) >= 10 && looks.MachineMade(secret) && !looks.Counting(secret)
	weak, example := f.weak(at), exampleHost(host)
	if weak || example {
		return made && (!example || !weak) && looks.MachineMade(unleet(secret))
	}
	if made || codeLike(secret) && len(secret) >= 6 {
		below := strings.Contains(host, ".example.") && f.dialect.Has(dialect.SlashComment) &&
			!f.dialect.Has(dialect.HashComment) // in code, which has illustrations of its own
		return made || !localHost(host) && !below
	}
	return len(secret) >= 8 && strings.IndexByte(host, '.') > 0 && !localHost(host) && !looks.Slug(secret) &&
		!technical(secret)
}

// exampleHost reports whether the host is an illustrative one. Its subdomains are not: companies use such names too.
func exampleHost(h string) bool {
	for _, s := range [...]string{
		"example.com", "example.org", "example.net", "example.edu", ".example", ".test",
		".invalid", "domain.com", "yourdomain.com", "yourcompany.com", "mycompany.com", "company.com", "acme.com",
		"foo.com", "bar.com", "host.com", "server.com",
	} {
		if len(h) >= len(s) && (s[0] == '.' || len(h) == len(s)) && strings.EqualFold(h[len(h)-len(s):], s) {
			return true
		}
	}
	return ascii.PrefixFold(h, "example") || ascii.PrefixFold(h, "your") || ascii.PrefixFold(h, "www.")
}

func localHost(h string) bool {
	return ascii.PrefixFold(h, "localhost") || strings.HasPrefix(h, "127.") || strings.HasPrefix(h, "[::1]") ||
		strings.HasPrefix(h, "0.0.0.0") || h == "host.docker.internal"
}

// stock reports whether the password is a common one in illustrations and on development machines.
func stock(v string) bool {
	v = strings.TrimRight(v, "0123456789!")
	return looks.Stock(v) || names.In(" p@ssword p@ss p@ssw0rd passw0rd secretpassword toor hunter swordfish "+
		"opensesame "+
		"letmein qwerty mypass mypassword mysecret badpwd badpassword wrong doe ", v)
}

// wholeKey reports whether the block is at least as long as the shortest private key, with nothing left out.
func wholeKey(v string) bool {
	if i := strings.Index(v, "Private-Lines:"); strings.HasPrefix(v, "PuTTY") && i >= 0 {
		v = v[i+len("Private-Lines:"):]
	}
	body := strings.TrimPrefix(v, "-----BEGIN ")
	if i := strings.Index(body, "-----"); i >= 0 {
		body = body[i+5:]
	}
	if i := strings.Index(body, "-----END"); i >= 0 {
		body = body[:i]
	}
	if strings.Contains(body, "...") || strings.Contains(body, "\u2026") || strings.Contains(body, "***") ||
		strings.Contains(body, "XXXXXX") {
		return false
	}
	n := 0
	for i := range len(body) {
		if ascii.ClassOf(body[i])&ascii.Base64 != 0 {
			n++
		}
	}
	return n >= 60
}

// expired is the time before which a web token had expired when this version was written: the start of 2025.
const expired = 1735689600

// deadSignature reports whether a shared access signature had expired by then: se= beside it is a date.
func (f *Source) deadSignature(start, end int) bool {
	t := f.Text
	from, to := start, end
	for from > 0 && start-from < 512 && !ascii.IsSpace(t[from-1]) && t[from-1] != '"' {
		from--
	}
	for to < len(t) && to-end < 256 && !ascii.IsSpace(t[to]) && t[to] != '"' {
		to++
	}
	f.Work += to - from
	around := t[from:to]
	for _, mark := range [...]string{"&se=", "?se=", ";se="} {
		if _, year, ok := strings.Cut(around, mark); ok && len(year) > 4 {
			return ascii.IsNumber(year[:4]) && year[:4] < "2025"
		}
	}
	return strings.HasPrefix(around, "se=") && len(around) > 7 && ascii.IsNumber(around[3:7]) && around[3:7] < "2025"
}

// deadToken reports whether a web token opens nothing any more, or is one that manuals show: those of jwt.io and RFC
// 7519, under any key, and of the development server of Supabase.
func deadToken(v string) bool {
	parts := strings.SplitN(v, ".", 3)
	if len(parts) < 3 {
		return false
	}
	payload, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(parts[1], "="))
	if err != nil {
		return false
	}
	p := string(payload)
	if strings.Contains(p, "John Doe") || strings.Contains(p, "1234567890") || ascii.ContainsFold(p, "example.com") ||
		strings.Contains(p, `"joe"`) || strings.Contains(p, "supabase-demo") {
		return true
	}
	_, rest, ok := strings.Cut(p, `"exp":`)
	if !ok {
		return false
	}
	rest = strings.TrimLeft(rest, " ")
	at, err := strconv.ParseInt(rest[:ascii.Run(rest, 0, ascii.Digit, 12)], 10, 64)
	return err == nil && at < expired
}
