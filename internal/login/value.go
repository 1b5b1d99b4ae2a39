package login

import (
	"encoding/json"
	"net/url"
	"strings"
)

// KeyID reports whether a text has the format of the id of an access key of AWS, long-lived (AKIA…) or of a session
// (ASIA…), and is not one of the published examples.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
func KeyID(text string) bool {
	return len(text) == 20 && (strings.HasPrefix(text, "AKIA") || strings.HasPrefix(text, "ASIA")) &&
		strings.Trim(text[4:], "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") == "" && !strings.Contains(text, "EXAMPLE") &&
		varied(text[4:], 2)
}

// SecretKey reports whether a string has the format of an AWS secret access key, and is not a published example.
func SecretKey(text string) bool {
	if len(text) != 40 || strings.Contains(text, "EXAMPLE") || !varied(text, 6) {
		return false
	}
	var up, low, digit bool
	for i := range len(text) {
		switch c := text[i]; {
		case isUpper(c):
			up = true
		case isLower(c):
			low = true
		case c >= '0' && c <= '9':
			digit = true
		case c != '/' && c != '+':
			return false
		}
	}
	return up && low && digit
}

// varied reports whether a text has at least that many characters.
func varied(text string, least int) bool {
	var seen [256]bool
	n := 0
	for i := range len(text) {
		if !seen[text[i]] {
			seen[text[i]] = true
			n++
		}
	}
	return n >= least
}

// Words that say of a value that it is none, and the ones that may stand beside them.
const (
	dummies = " test tests testing tester mock mocks mocked dummy fake stub sample placeholder localstack minioadmin " +
		"minio moto floci changeme foo bar baz foobar notreal none null nil undefined unused anything todo xxx " +
		"example "
	beside = " aws gcp google azure arm key keys access secret secrets id client token password credential " +
		"credentials account tenant local localhost my your the for a an not real only value user session region " +
		"admin root ci unit e2e dev sa service s3 pulumi terraform tofu provider "
)

// Dummy reports whether a value is not a key, although it is used as one: an empty value, a published example, a
// template to fill in, or a placeholder (test, mock_secret_key, localstack). A value in the format of a key is never a
// dummy.
func Dummy(value string) bool {
	v := strings.TrimSpace(value)
	switch {
	case v == "":
		return true
	case len(v) > 2048:
		return false
	case strings.HasPrefix(v, "{") && !strings.HasPrefix(v, "{{"):
		return dummyFile(v)
	case template(v), v == "UseDevelopmentStorage=true":
		return true
	case KeyID(v), SecretKey(v):
		return false
	case strings.Contains(v, "EXAMPLE") &&
		strings.Trim(v, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/+") == "":
		// AKIAIOSFODNN7EXAMPLE and its secret, https://docs.aws.amazon.com/IAM/latest/UserGuide/security-creds.html
		return true
	case len(v) > 2 && (strings.Trim(v, v[:1]) == "" || strings.Trim(v, "0-") == ""):
		return true // one character over and over, and the UUID of nobody
	}
	return words(v)
}

// template reports whether a value is filled in before it is used.
func template(v string) bool {
	for _, q := range [...][2]string{{"{{", "}}"}, {"${", "}"}, {"<", ">"}, {"__", "__"}, {"%", "%"}, {"[", "]"}} {
		if len(v) > len(q[0])+len(q[1]) && strings.HasPrefix(v, q[0]) && strings.HasSuffix(v, q[1]) &&
			!strings.ContainsAny(v[len(q[0]):len(v)-len(q[1])], "\n") {
			return true
		}
	}
	return false
}

// words reports whether a value is made of plain words, one of which says that it is none.
func words(v string) bool {
	if len(v) > 48 || strings.ContainsAny(v, " \t\n") {
		return false
	}
	dummy := false
	for word := range strings.FieldsFuncSeq(strings.ToLower(strings.Trim(upper(v), "_")),
		func(r rune) bool { return strings.ContainsRune("_-./:@", r) }) {
		word = strings.TrimRight(word, "0123456789")
		switch {
		case word == "" || strings.Contains(beside, " "+word+" "):
		case strings.Contains(dummies, " "+word+" "):
			dummy = true
		case joined(word, false):
			dummy = true
		default:
			return false
		}
	}
	return dummy
}

// joined reports whether a word is put together of such words without a sign between them: testsecret, fakekey.
func joined(word string, dummy bool) bool {
	if word == "" {
		return dummy
	}
	for _, list := range [...]string{dummies, beside} {
		for w := range strings.SplitSeq(strings.TrimSpace(list), " ") {
			if len(w) > 1 && strings.HasPrefix(word, w) && joined(word[len(w):], dummy || list == dummies) {
				return true
			}
		}
	}
	return false
}

// dummyFile reports whether a key file of Google Cloud has a private key, and that one is none.
func dummyFile(text string) bool {
	var file map[string]any
	if json.Unmarshal([]byte(text), &file) != nil {
		return false
	}
	key, ok := file["private_key"].(string)
	if !ok {
		return len(file) == 0
	}
	for _, edge := range [...]string{
		"-----BEGIN PRIVATE KEY-----", "-----END PRIVATE KEY-----",
		"-----BEGIN RSA PRIVATE KEY-----", "-----END RSA PRIVATE KEY-----",
	} {
		key = strings.ReplaceAll(key, edge, "")
	}
	return Dummy(key)
}

// Endpoint is the owner of an endpoint.
type Endpoint uint8

// The endpoints. None is also what is not known.
const (
	None     Endpoint = iota
	OfAWS             // AWS's own
	Loopback          // on the machine itself: an emulator
	Foreign           // another service that speaks the same protocol
)

// EndpointOf returns the owner of an AWS client's endpoint.
func EndpointOf(text string) Endpoint {
	text = strings.TrimSpace(text)
	if text == "" {
		return None
	}
	if !strings.Contains(text, "://") {
		text = "http://" + text
	}
	u, err := url.Parse(text)
	if err != nil || u.Hostname() == "" {
		return None
	}
	switch host := strings.ToLower(u.Hostname()); {
	case host == "localhost", strings.HasSuffix(host, ".localhost"), strings.HasPrefix(host, "127."), host == "::1",
		host == "0.0.0.0",
		host == "host.docker.internal", host == "localstack", host == "minio", host == "moto",
		strings.HasSuffix(host, ".localstack.cloud"):
		return Loopback
	case strings.HasSuffix(host, ".amazonaws.com"), strings.HasSuffix(host, ".amazonaws.com.cn"),
		strings.HasSuffix(host, ".aws"),
		strings.HasSuffix(host, ".api.aws"):
		return OfAWS
	}
	return Foreign
}
