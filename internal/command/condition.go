package command

import (
	"slices"
	"strings"

	"github.com/progression-labs-development/policypack/internal/login"
)

// some returns a test that answers yes if an argument matches.
func some(is func(arg string) bool) func([]string) answer {
	return func(args []string) answer {
		if slices.ContainsFunc(args, is) {
			return yes
		}
		return no
	}
}

// anyOf returns a test that answers yes if one of the options is given.
func anyOf(options ...string) func([]string) answer {
	return some(func(a string) bool {
		a, _, _ = strings.Cut(a, "=")
		return slices.ContainsFunc(options, func(o string) bool {
			return a == o || o[1] != '-' && strings.EqualFold(a, o)
		})
	})
}

// mentions returns a test that answers yes if an argument contains a text.
func mentions(text string) func([]string) answer {
	return some(func(a string) bool { return strings.Contains(a, text) })
}

// without returns a test that answers no if an argument contains a text.
func without(text string) func([]string) answer {
	has := mentions(text)
	return func(args []string) answer {
		if has(args) == yes {
			return no
		}
		return yes
	}
}

// setting returns the value of an option, and whether it is given. PowerShell's options are case-insensitive.
func setting(args []string, names ...string) (string, bool) {
	for i, a := range args {
		option, value, attached := strings.Cut(a, "=")
		for _, n := range names {
			same := option == n || len(n) > 2 && n[1] != '-' && strings.EqualFold(option, n)
			switch {
			case same && attached:
				return value, true
			case same && i+1 < len(args):
				return args[i+1], true
			case same:
				return "", true
			case len(n) == 2 && strings.HasPrefix(a, n):
				return a[2:], true
			}
		}
	}
	return "", false
}

// secureString decides by the type of a parameter: String and StringList are configuration.
func secureString(args []string) answer {
	kind, ok := setting(args, "--type", "-type")
	switch {
	case strings.EqualFold(kind, "SecureString"):
		return yes
	case ok && strings.Contains(kind, Unknown):
		return unsure
	case ok:
		return no
	}
	if _, ok := setting(args, "--key-id"); ok {
		return yes // only a SecureString has a key
	}
	document, _ := setting(args, "--cli-input-json", "--cli-input-yaml")
	return mentions("SecureString")([]string{document})
}

// awsKey decides by the name of the setting: access keys.
func awsKey(args []string) answer {
	return some(func(a string) bool {
		a = a[strings.LastIndexByte(a, '.')+1:]
		return a == "aws_secret_access_key" || a == "aws_access_key_id"
	})(args)
}

// azLogin answers yes for a password or a certificate, no for people, managed identities and federated tokens.
func azLogin(args []string) answer {
	if anyOf("--identity", "-i", "--federated-token", "--use-device-code")(args) == yes {
		return no
	}
	if slices.ContainsFunc(args, func(a string) bool { return strings.HasPrefix(a, "-p") }) {
		return yes
	}
	return anyOf("--password", "--certificate")(args)
}

func azConnect(args []string) answer {
	if anyOf("-identity", "-federatedtoken")(args) == yes {
		return no
	}
	return anyOf("-serviceprincipal", "-credential")(args)
}

// googleKey answers yes for the user names with which a Google registry accepts a service account key.
func googleKey(args []string) answer {
	user, _ := setting(args, "-u", "--username")
	return some(func(a string) bool { return a == "_json_key" || a == "_json_key_base64" })([]string{user})
}

// kvPath decides by the mount: those for secrets, not auth, sys or engines that issue credentials.
func kvPath(args []string) answer {
	first := slices.IndexFunc(args, func(a string) bool { return !strings.HasPrefix(a, "-") })
	return some(func(a string) bool {
		mount, _, ok := strings.Cut(strings.TrimPrefix(a, "/"), "/")
		return ok && (mount == "secret" || mount == "kv" || mount == "kv-v2" || mount == "cubbyhole")
	})(args[max(0, first):max(0, first+1)])
}

// vaultLogin answers yes for tokens and passwords; the other methods prove an identity vouched for by a third party.
func vaultLogin(args []string) answer {
	method, _ := setting(args, "-method", "--method")
	switch method {
	case "", "token":
	case "userpass", "ldap", "radius", "okta":
		return some(func(a string) bool { return len(a) > len("password=") && strings.HasPrefix(a, "password=") })(args)
	default:
		return no
	}
	for i, a := range args {
		valued := i > 0 &&
			(args[i-1] == "-method" || args[i-1] == "-path" || args[i-1] == "-namespace" || args[i-1] == "-address")
		switch {
		case strings.HasPrefix(a, "-") || valued:
		case strings.Contains(a, Unknown) || a == "-":
			return unsure // it may come from a login by OIDC
		default:
			return yes
		}
	}
	return no
}

// cloudKey decides by the name of a variable: those in which the clouds' own tools look for long-lived keys.
func cloudKey(args []string) answer {
	return some(func(a string) bool {
		a, _, _ = strings.Cut(a, "=")
		return a == "AWS_ACCESS_KEY_ID" || login.Variable(a) != ""
	})(args)
}
