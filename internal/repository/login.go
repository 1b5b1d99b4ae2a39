package repository

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/progression-labs-development/policypack/internal/facts"
)

// The ways in which a job can log in.
const (
	howOIDC      = "oidc"
	howStatic    = "static-key"
	howInherited = "inherited"
	howUnknown   = "unknown"
)

// action is an action that logs in to a cloud.
type action struct {
	uses, cloud string
	oidc        []string // the inputs that OIDC needs
	static      []string // the inputs that take a long-lived key
	// inherits are inputs that select credentials from the environment. An empty value matches any value.
	inherits []pairOf
	session  string // the input that makes static ones short-lived
	optional bool   // without any static input it does not log in
}

type pairOf struct{ name, value string }

// actions are the actions that log in, from their documentation.
var actions = [...]action{
	{ // https://github.com/aws-actions/configure-aws-credentials
		uses: "aws-actions/configure-aws-credentials", cloud: "aws", oidc: []string{"role-to-assume"},
		static: []string{"aws-secret-access-key"},
		inherits: []pairOf{
			{"role-chaining", "true"},
			{"web-identity-token-file", ""},
			{"use-existing-credentials", "true"},
		}, session: "aws-session-token",
	},
	{ // https://github.com/aws-actions/amazon-ecr-login
		uses: "aws-actions/amazon-ecr-login", cloud: "aws", inherits: []pairOf{{"", ""}},
	},
	{ // https://github.com/google-github-actions/auth
		uses: "google-github-actions/auth", cloud: "gcp", oidc: []string{"workload_identity_provider"},
		static: []string{"credentials_json"},
	},
	{ // before version 1, https://github.com/google-github-actions/setup-gcloud
		uses: "google-github-actions/setup-gcloud", cloud: "gcp", static: []string{"service_account_key"},
		optional: true,
	},
	{ // the same action's first name
		uses: "googlecloudplatform/github-actions/setup-gcloud", cloud: "gcp", static: []string{"service_account_key"},
		optional: true,
	},
	{ // before version 1, and its siblings of that time
		uses: "google-github-actions/*", cloud: "gcp",
		static:   []string{"credentials", "credentials_json", "service_account_key", "gcp_credentials"},
		optional: true,
	},
	{ // https://github.com/Azure/login
		uses: "azure/login", cloud: "azure", oidc: []string{"client-id", "tenant-id", "subscription-id"},
		static:   []string{"creds"},
		inherits: []pairOf{{"auth-type", "IDENTITY"}},
	},
	{ // https://github.com/Azure/docker-login
		uses: "azure/docker-login", cloud: "azure", static: []string{"password"}, optional: true,
	},
	{ // https://github.com/Azure/aks-set-context, version 1
		uses: "azure/aks-set-context", cloud: "azure", static: []string{"creds"}, optional: true,
	},
	{ // https://github.com/Azure/webapps-deploy
		uses: "azure/webapps-deploy", cloud: "azure", static: []string{"publish-profile"}, optional: true,
	},
	{ // https://github.com/Azure/functions-action
		uses: "azure/functions-action", cloud: "azure", static: []string{"publish-profile"}, optional: true,
	},
}

// actionOf returns the entry for the action that a step uses, ignoring the version.
func actionOf(uses string) *action {
	uses = strings.ToLower(uses)
	for i := range actions {
		a := &actions[i]
		if folder, ok := strings.CutSuffix(a.uses, "*"); a.uses == uses || ok && strings.HasPrefix(uses, folder) {
			return a
		}
	}
	return nil
}

// login records a step that logs in, and reports whether its inputs need no further check.
func (w *pipeline) login(job, token string, key *yaml.Node, uses string, with *yaml.Node) bool {
	name, _, _ := strings.Cut(uses, "@")
	l := facts.FileLogin{At: w.doc.at(key), Uses: w.shown(name), Job: w.shown(job), Token: token}
	given := inputs{}
	for _, p := range members(with) {
		given[strings.ToLower(p.key.Value)] = strings.TrimSpace(text(p.value))
	}
	if strings.EqualFold(name, "docker/login-action") {
		if l.Cloud = given.registry(); l.Cloud == "" {
			return false
		}
		l.How, l.Static = howStatic, []string{"password"}
		w.file.Logins = append(w.file.Logins, l)
		return true
	}
	a := actionOf(name)
	if a == nil {
		return false
	}
	l.Cloud = a.cloud
	if !a.logsIn(given, &l) {
		return false
	}
	w.file.Logins = append(w.file.Logins, l)
	return true
}

// inputs are the inputs of a step by name, in lower case.
type inputs map[string]string

// logsIn reports whether an action logs in with the given inputs, and records how.
func (a *action) logsIn(given inputs, l *facts.FileLogin) bool {
	maybe := false
	for _, name := range a.static {
		switch v := given[name]; {
		case v == "":
		case open(v):
			maybe = true
		default:
			l.Static = append(l.Static, name)
		}
	}
	session := a.session != "" && given[a.session] != ""
	inherits := slices.ContainsFunc(a.inherits, func(p pairOf) bool {
		v, ok := given[p.name]
		return p.name == "" || ok && v != "" && (p.value == "" || strings.EqualFold(v, p.value))
	})
	var missing []string
	for _, name := range a.oidc {
		if given[name] == "" &&
			(name != "subscription-id" || !strings.EqualFold(given["allow-no-subscriptions"], "true")) {
			missing = append(missing, name)
		}
	}
	switch {
	case len(l.Static) > 0 && !session:
		l.How, l.Missing = howStatic, missing
	case a.optional && !maybe:
		return false
	case inherits, len(l.Static) > 0, maybe && session:
		l.How, l.Static = howInherited, nil
	case maybe:
		l.How, l.Missing = howUnknown, missing
		if len(a.oidc) > 0 && len(missing) == 0 {
			l.Missing = nil
		}
	case len(missing) == 0:
		l.How = howOIDC
	default:
		l.How, l.Missing = howUnknown, missing
	}
	return true
}

// open reports whether an input may be empty, or the output of an earlier step: its expressions do not refer to stored
// values, as secrets and variables are.
func open(value string) bool {
	if !strings.Contains(value, "${{") {
		return false
	}
	return !strings.Contains(value, "secrets.") && !strings.Contains(value, "secrets[") &&
		!strings.Contains(value, "vars.")
}

// registry returns the cloud whose registry docker/login-action logs in to with a key, or an empty string.
// https://github.com/docker/login-action
func (given inputs) registry() string {
	host, user, password := given["registry"], given["username"], given["password"]
	if password == "" || open(password) {
		return ""
	}
	switch {
	case strings.HasPrefix(user, "_json_key"):
		return "gcp"
	case strings.HasSuffix(host, ".azurecr.io") && user != "00000000-0000-0000-0000-000000000000":
		return "azure"
	case strings.HasSuffix(host, ".amazonaws.com") && strings.Contains(password, "${{") && user != "AWS",
		strings.HasPrefix(host, "public.ecr.aws") && user != "AWS":
		return "aws"
	}
	return ""
}
