package taint

import (
	"net/netip"
	"strings"

	"github.com/progression-labs-development/policypack/internal/detect/names"
	"github.com/progression-labs-development/policypack/internal/place"
)

// public reports whether the text is a certificate or a public key, which are often marked along with the private key.
func public(text string) bool {
	if !strings.Contains(text, "-----") && !strings.Contains(text, "LS0tLS1") && !strings.Contains(text, " ") {
		return false
	}
	for _, mark := range [...]string{
		"-----BEGIN CERTIFICATE", "-----BEGIN TRUSTED CERTIFICATE", "PUBLIC KEY-----", "-----BEGIN X509 CRL",
		"LS0tLS1CRUdJTiBDRVJ", "LS0tLS1CRUdJTiBQVUJ", // the same in base64
	} {
		if strings.Contains(text, mark) {
			return true
		}
	}
	for _, prefix := range [...]string{"ssh-rsa ", "ssh-dss ", "ssh-ed25519 ", "ecdsa-sha2-", "sk-ssh-", "sk-ecdsa-"} {
		if strings.HasPrefix(text, prefix) {
			return true
		}
	}
	return false
}

// template reports whether the text is a template. In a longer text, placeholders are not a reason to skip it.
func template(text string) bool {
	if len(text) > 128 || !strings.ContainsAny(text, ")}>") {
		return false
	}
	for _, marks := range [...][2]string{{"${", "}"}, {"{{", "}}"}, {"<%", "%>"}, {"#{", "}"}, {"$(", ")"}} {
		if _, rest, ok := strings.Cut(text, marks[0]); ok && strings.Contains(rest, marks[1]) {
			return true
		}
	}
	return false
}

// pattern reports whether the text is a regular expression.
func pattern(text string) bool {
	if text[0] == '^' && text[len(text)-1] == '$' {
		return true
	}
	for _, mark := range [...]string{`\d`, `\w`, `\s`, "[a-", "[A-", "[0-", ".*", "(?"} {
		if strings.Contains(text, mark) {
			return true
		}
	}
	return false
}

// passwordOf returns the password before the host of a URL, or of the URL of a connection string.
func passwordOf(text string) (string, bool) {
	_, rest, ok := strings.Cut(text, "://")
	if !ok {
		return "", false
	}
	end := strings.IndexAny(rest, "/?# \t\r\n\"'")
	if end < 0 {
		end = len(rest)
	}
	at := strings.LastIndexByte(rest[:end], '@')
	if at < 0 {
		return "", false
	}
	_, pass, ok := strings.Cut(rest[:at], ":")
	return pass, ok && len(pass) >= 4 && !template(pass) && strings.Trim(pass, "*x") != "" && pass[0] != '<'
}

func withPassword(text string) bool {
	_, ok := passwordOf(text)
	return ok
}

// reference reports whether the text refers to something: a resource, host, address, path, image, digest or account.
func reference(text string) bool {
	lower := strings.ToLower(text)
	for _, prefix := range [...]string{
		"arn:", "urn:", "projects/", "organizations/", "folders/", "/", "./", "../", "~/", "\\\\", "sha1:", "sha256:",
		"sha384:", "sha512:",
		"md5:", "sha1-", "sha256-", "sha384-", "sha512-", "s3://", "gs://", "refs/",
	} {
		if strings.HasPrefix(lower, prefix) {
			return true
		}
	}
	if strings.Contains(text, "@sha256:") || resourceID(text) || host(lower) {
		return true
	}
	if strings.Trim(lower, "0123456789abcdef.:/") == "" && strings.ContainsAny(text, ".:") {
		if _, err := netip.ParsePrefix(text); err == nil {
			return true
		}
		if _, err := netip.ParseAddr(text); err == nil {
			return true
		}
	}
	if user, domain, ok := strings.Cut(lower, "@"); ok && user != "" && host(domain) &&
		!strings.ContainsAny(user, "!#$%^&*?~") {
		return true
	}
	return false
}

// resourceID reports whether the text is an id such as vpc-0a1b2c3d4e5f67890, which is words and one hexadecimal
// suffix, or a name to which a provider appended at most 11 random characters.
func resourceID(text string) bool {
	cut := strings.LastIndexAny(text, "-_")
	if cut <= 0 {
		return false
	}
	head, tail := text[:cut], text[cut+1:]
	if len(tail) > 11 && (!hexOnly(tail) || len(tail) > 17) {
		return false
	}
	for run := range runs(head) {
		if randomRun(run) != redacted || len(run) > 3 && !readable(run) && classes(run).digits > 0 {
			return false
		}
	}
	return strings.Trim(strings.ToLower(head), "abcdefghijklmnopqrstuvwxyz0123456789-_./:") == "" &&
		head == strings.ToLower(head)
}

// host reports whether the text is a host name, perhaps with a port and a path: labels of lower-case letters, digits
// and hyphens.
func host(text string) bool {
	text, _, _ = strings.Cut(text, "/")
	name, port, ok := strings.Cut(text, ":")
	if ok && strings.Trim(port, "0123456789") != "" {
		return false
	}
	labels := strings.Split(name, ".")
	if len(labels) < 2 {
		return false
	}
	for _, l := range labels {
		if l == "" || len(l) > 63 || strings.Trim(l, "abcdefghijklmnopqrstuvwxyz0123456789-_*") != "" {
			return false
		}
	}
	top := labels[len(labels)-1]
	return len(top) >= 2 && len(top) <= 12 && strings.Trim(top, "abcdefghijklmnopqrstuvwxyz") == ""
}

// identifies reports whether the name of a path indicates an identifier rather than a credential.
func identifies(path string) bool {
	name := place.ParsePath(path).Key()
	if i := strings.LastIndexAny(name, ".:/"); i >= 0 {
		name = name[i+1:]
	}
	var w names.Words
	names.Split(&w, name)
	if w.Is(0, " id ") && w.Is(1, " secret session ") {
		return false // Vault's secret_id is a credential
	}
	return w.Is(0, identifying)
}

const identifying = " " +
	"id ids name names arn arns host hosts hostname port ports user username login email region regions zone zones " +
	"domain address addresses bucket database db dbname schema project stack environment env stage tenant account " +
	"type kind mode version image tag uid uuid guid clientid userid appid clusterid commit revision ref trace digest " +
	"hash checksum fingerprint etag sha thumbprint cidr ip subnet vpc cluster instance service engine size format " +
	"algorithm issuer audience subject namespace prefix suffix path file filename description owner timezone locale " +
	"level "
