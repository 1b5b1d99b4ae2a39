package facts

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"go.yaml.in/yaml/v3"

	"github.com/progression-labs-development/policypack/internal/catalogue"
)

// login is a way in which a provider logs in to a cloud.
type login struct {
	cloud  string
	path   []any
	how    string
	marked bool
	config bool // a default provider's, taken from the stack's configuration
}

// The ways to log in. Only a static key is long-lived; what a provider does not say, it takes from the environment.
const (
	loginStatic    = "static-key"
	loginSession   = "session"   // a static key with a session token: short-lived
	loginFederated = "federated" // another identity is exchanged for a short-lived one
	loginExec      = "exec"      // a program is asked for a short-lived token
	loginFile      = "key-file"  // a file that the pack does not read
	loginUnknown   = "unknown"   // not known yet
)

// loginOf tells how a provider's inputs, or the configuration of its package, log in. The names are those of the
// providers' configuration: aws and aws-native, gcp, google-native and its betas, azure, azure-native and azuread,
// kubernetes.
func loginOf(pkg string, props Properties) []login {
	switch pkg {
	case "aws", "aws-native":
		return awsLogin(props)
	case "gcp", "google-native", "google-beta":
		return googleLogin(props)
	case "azure", "azure-native", "azuread", "azuredevops":
		return azureLogin(props)
	case "kubernetes":
		return kubernetesLogin(props)
	}
	return nil
}

// Properties are plain values by name, as the catalogue takes them.
type Properties = catalogue.Properties

func isSet(v any) bool { return v != nil && v != "" }

func awsLogin(props Properties) []login {
	if !isSet(props["secretKey"]) {
		return nil
	}
	how := loginStatic
	if isSet(props["token"]) {
		how = loginSession
	}
	return []login{{cloud: "aws", path: []any{"secretKey"}, how: how}}
}

func azureLogin(props Properties) []login {
	var all []login
	for _, name := range [...]string{"clientSecret", "clientCertificate", "clientCertificatePassword"} {
		if isSet(props[name]) {
			all = append(all, login{cloud: "azure", path: []any{name}, how: loginStatic})
		}
	}
	for _, name := range [...]string{"clientSecretFilePath", "clientCertificatePath"} {
		if isSet(props[name]) {
			all = append(all, login{cloud: "azure", path: []any{name}, how: loginFile})
		}
	}
	return all
}

func googleLogin(props Properties) []login {
	v := props["credentials"]
	if !isSet(v) {
		return nil
	}
	l := login{cloud: "gcp", path: []any{"credentials"}, how: loginFile}
	text, known := v.(string)
	switch {
	case !known:
		l.how = loginUnknown
	case strings.HasPrefix(strings.TrimSpace(text), "{"):
		l.how = serviceAccountType(text)
	}
	return []login{l}
}

// serviceAccountType tells what a credentials file of Google Cloud logs in with.
func serviceAccountType(text string) string {
	var file struct {
		Type string `json:"type"`
	}
	if json.Unmarshal([]byte(text), &file) != nil {
		return loginStatic
	}
	switch file.Type {
	case "external_account", "external_account_authorized_user":
		return loginFederated
	default:
		return loginStatic
	}
}

func kubernetesLogin(props Properties) []login {
	v := props["kubeconfig"]
	if !isSet(v) {
		return kubernetesKeys(props)
	}
	l := login{cloud: "kubernetes", path: []any{"kubeconfig"}, how: loginFile}
	text, known := v.(string)
	if !known {
		l.how = loginUnknown
		return []login{l}
	}
	var config struct {
		Users []struct {
			User map[string]any `yaml:"user"`
		} `yaml:"users"`
	}
	if !strings.Contains(text, "users") || yaml.Unmarshal([]byte(text), &config) != nil {
		return []login{l}
	}
	l.how = loginExec
	for _, u := range config.Users {
		for _, name := range [...]string{"tokenFile", "client-key"} {
			if isSet(u.User[name]) && l.how != loginStatic {
				l.how = loginFile
			}
		}
		for _, name := range [...]string{"token", "password", "client-key-data"} {
			if isSet(u.User[name]) {
				l.how = loginStatic
			}
		}
	}
	return []login{l}
}

// kubernetesKeys reads the parts of a kubeconfig that Terraform's provider takes one by one. One that is not known is, as a
// rule, a token that a cloud issues for minutes, and is no finding.
func kubernetesKeys(props Properties) []login {
	var all []login
	for _, name := range [...]string{"token", "password", "clientKey"} {
		if text, known := props[name].(string); known && text != "" {
			all = append(all, login{cloud: "kubernetes", path: []any{name}, how: loginStatic})
		}
	}
	return all
}

// scanLogins finds out how a provider resource logs in, before its keys are redacted.
func (r *Resource) scanLogins(run *Run) {
	pkg, ok := strings.CutPrefix(r.Type, "pulumi:providers:")
	if !ok {
		return
	}
	props := plain(r.properties)
	r.logins = loginOf(pkg, props)
	for i := range r.logins {
		// The engine makes default providers from the configuration, where the key is told.
		name, _ := r.logins[i].path[0].(string)
		value, known := run.stack.GetConfig()[pkg+":"+name]
		r.logins[i].config = strings.HasPrefix(r.Name, "default") && known && props[name] == value
	}
	r.walk(func(l leaf) {
		for i := range r.logins {
			if l.marked && slices.Equal(l.path[:1], r.logins[i].path) {
				r.logins[i].marked = true
			}
		}
	})
}

// logsIn tells whether the path is that of a static key with which a provider logs in.
func (r *Resource) logsIn(path []any) bool {
	return len(path) > 0 && slices.ContainsFunc(r.logins, func(l login) bool {
		return l.how == loginStatic && l.path[0] == path[0]
	})
}

func (l login) term() *ast.Term {
	o := new(object)
	o.str("cloud", l.cloud)
	o.str("how", l.how)
	o.add("path", pathTerm(l.path))
	o.add("marked", ast.InternedTerm(l.marked))
	o.add("config", ast.InternedTerm(l.config))
	return o.term()
}

// configLogins tells which keys of the configuration log a provider in.
func (r *Run) configLogins() map[string]login {
	byPackage := map[string]Properties{}
	for key, value := range r.stack.GetConfig() {
		if pkg, name, ok := strings.Cut(key, ":"); ok {
			if byPackage[pkg] == nil {
				byPackage[pkg] = Properties{}
			}
			byPackage[pkg][name] = value
		}
	}
	all := map[string]login{}
	for pkg, props := range byPackage {
		for _, l := range loginOf(pkg, props) {
			name, _ := l.path[0].(string)
			all[pkg+":"+name] = l
		}
	}
	return all
}
