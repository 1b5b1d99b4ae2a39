package command

import (
	"slices"
	"strings"

	"github.com/progression-labs-development/policypack/internal/login"
)

// pulumiConfig follows pulumi config set and set-all: a secret of CI that becomes plaintext configuration, and a key
// with which a provider logs in, encrypted or not.
// https://www.pulumi.com/docs/iac/cli/commands/pulumi_config_set/
func (m *machine) pulumiConfig(args []string, in stream) {
	rest, _, ok := match([]string{"config"}, args)
	if !ok || idle(args, rest) {
		return
	}
	set, all := cut(rest, "set"), false
	if set == nil {
		if set, all = cut(rest, "set-all"), true; set == nil {
			return
		}
	}
	var words []string
	plain, secret := false, false
	for i := 0; i < len(set); i++ {
		switch a := set[i]; {
		case a == "--":
			words = append(words, set[i+1:]...)
			i = len(set)
		case a == "--plaintext" || a == "--secret":
			if all && i+1 < len(set) {
				i++
				m.configured(set[i], a == "--secret")
			}
			plain, secret = plain || a == "--plaintext", secret || a == "--secret"
		case all && (strings.HasPrefix(a, "--plaintext=") || strings.HasPrefix(a, "--secret=")):
			_, pair, _ := strings.Cut(a, "=")
			m.configured(pair, strings.HasPrefix(a, "--secret"))
		case a == "--secret=true" || a == "--plaintext=false":
			secret = true
		case slices.Contains([]string{"--stack", "-s", "--config-file", "--cwd", "-C", "--type", "--color"}, a):
			i++
		case strings.HasPrefix(a, "-"):
		default:
			words = append(words, a)
		}
	}
	if all || len(words) == 0 {
		return
	}
	value := in.text
	if len(words) > 1 {
		value = words[1]
	}
	m.configured(words[0]+"="+value, secret && !plain)
}

// cut returns the arguments after a word, or nil if anything but options precedes it.
func cut(args []string, word string) []string {
	if rest, _, ok := match([]string{word}, args); ok {
		return slices.Concat(args[:len(args)-len(rest)-1], rest)
	}
	return nil
}

// configured records a setting given as key and value.
func (m *machine) configured(pair string, secret bool) {
	key, value, _ := strings.Cut(pair, "=")
	if !strings.ContainsAny(value, outside) {
		return
	}
	if cloud := login.Config(key); cloud != "" {
		m.hand(cloud, key)
		return
	}
	if !secret && strings.ContainsAny(value, secretMark+allMark) && !plainly(key) {
		m.found("pulumi", "pulumi config set", PlainConfig, true)
	}
}

// plainly reports whether the last word of a configuration key means that its value is not a secret, even if CI stores
// it.
func plainly(key string) bool {
	key = strings.ToLower(key)
	for _, noun := range [...]string{
		"region", "project", "zone", "location", "id", "ids", "name", "arn", "host", "domain", "email", "account",
		"environment", "version", "image", "tag",
		"bucket", "provider", "subscription", "tenant", "cidr", "org", "organization", "replicas", "user", "username",
		"fqdn", "registry", "role",
	} {
		if strings.HasSuffix(key, noun) {
			return true
		}
	}
	return false
}
