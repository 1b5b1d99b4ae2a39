package facts

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"go.yaml.in/yaml/v3"

	"github.com/progression-labs-development/policypack/internal/catalogue"
	"github.com/progression-labs-development/policypack/internal/detect"
	"github.com/progression-labs-development/policypack/internal/login"
	"github.com/progression-labs-development/policypack/internal/place"
)

// providerLogin is a way in which a provider logs in to a cloud.
type providerLogin struct {
	cloud  string
	path   place.Path
	how    string
	marked bool
	config bool // a default provider's, taken from the stack's configuration
}

// The ways to log in. Only static keys, and those of services, are long-lived; what a provider does not say, it takes
// from the environment.
const (
	loginStatic    = "static-key"
	loginService   = "service-key" // the same of a service that is none of the clouds
	loginSession   = "session"     // a static key with a session token: short-lived
	loginFederated = "federated"   // another identity is exchanged for a short-lived one
	loginExec      = "exec"        // a program is asked for a short-lived token
	loginFile      = "key-file"    // a file that the pack does not read
	loginUnread    = "unread"      // a document that is broken
	loginNone      = ""            // no key, whatever its place and name say: rules do not hear of it
)

// loginOf returns how a provider's inputs, or the configuration of its package, log in. The package is one of Pulumi's
// own, one that the any-terraform-provider bridge made, under whatever name, or a Terraform module's, whose provider
// has the configuration of each of its Terraform providers under that one's name.
func loginOf(pkg string, props Properties) []providerLogin {
	switch login.Package(pkg) {
	case login.AWS:
		return awsLogin(props)
	case login.Google:
		return googleLogin(props)
	case login.Azure:
		return azureLogin(props)
	case login.Kubernetes:
		// and that of Helm
		return append(kubernetesLogin(props), nestedLogin("kubernetes", "kubernetes", props["kubernetes"])...)
	}
	return unnamedLogin(props)
}

// unnamedLogin is loginOf for a package of which the name says nothing. What it takes says enough where it is a key
// with a format, or stands beside what one cloud's provider alone takes.
func unnamedLogin(props Properties) []providerLogin {
	id, _ := props["accessKey"].(string)
	google, _ := props["credentials"].(string)
	switch {
	case isSet(props["secretKey"]) && (login.KeyID(id) || only(props, awsOnly[:])):
		return awsLogin(props)
	case strings.Contains(google, `"private_key"`):
		return googleLogin(props)
	case isSet(props["tenantId"]) && (isSet(props["clientSecret"]) || isSet(props["clientCertificate"])) &&
		isSet(props["clientId"]):
		return azureLogin(props)
	}
	var all []providerLogin
	for _, key := range sortedKeys(props) {
		if login.Package(key) != "" {
			all = append(all, nestedLogin(key, key, props[key])...)
		}
	}
	return all
}

// awsOnly are inputs of the providers of AWS alone.
var awsOnly = [...]string{
	"assumeRole", "assumeRoles", "assumeRoleWithWebIdentity", "allowedAccountIds", "forbiddenAccountIds", "defaultTags",
	"stsRegion", "skipCredentialsValidation",
	"skipRequestingAccountId", "sharedConfigFiles", "sharedCredentialsFiles", "s3UsePathStyle",
	"ec2MetadataServiceEndpoint",
}

func only(props Properties, names []string) bool {
	return slices.ContainsFunc(names, func(name string) bool { return props[name] != nil })
}

// nestedLogin is loginOf for the object at a key of a provider's inputs, which programs hand over as JSON too. Its own
// keys may be Terraform's.
func nestedLogin(pkg, key string, v any) []providerLogin {
	object, ok := v.(Properties)
	if text, is := v.(string); is && strings.HasPrefix(text, "{") {
		ok = json.Unmarshal([]byte(text), &object) == nil
	}
	if !ok {
		return nil
	}
	props, written := make(Properties, len(object)), make(map[any]any, len(object))
	for name, value := range object {
		words := strings.Split(name, "_")
		for i, w := range words[1:] {
			if w != "" {
				words[i+1] = strings.ToUpper(w[:1]) + w[1:]
			}
		}
		camel := strings.Join(words, "")
		props[camel], written[camel] = value, name
	}
	logins := loginOf(pkg, props)
	for i := range logins {
		logins[i].path[0] = written[logins[i].path[0]]
		logins[i].path = append([]any{key}, logins[i].path...)
	}
	return logins
}

// Properties are plain values by name, as the catalogue takes them.
type Properties = catalogue.Properties

func isSet(v any) bool { return v != nil && v != "" }

// dummy reports whether a value is known to be no key.
func dummy(v any) bool {
	text, known := v.(string)
	return known && login.Dummy(text)
}

// awsLogin follows the keys of AWS's providers, with which people also speak to other services of the same protocol and
// to emulators. The value decides: a key with AWS's format is one of AWS's, whatever the endpoint.
func awsLogin(props Properties) []providerLogin {
	if !isSet(props["secretKey"]) {
		return nil
	}
	none := []providerLogin{{path: []any{"secretKey"}}, {path: []any{"accessKey"}}}
	if dummy(props["secretKey"]) {
		return none
	}
	id, known := props["accessKey"].(string)
	secret, _ := props["secretKey"].(string)
	l := providerLogin{cloud: login.AWS, path: []any{"secretKey"}, how: loginStatic}
	switch {
	case isSet(props["token"]):
		l.how = loginSession
		return []providerLogin{l}
	case login.KeyID(id):
		return []providerLogin{l}
	}
	switch endpointsOf(props["endpoints"], 0) {
	case login.Loopback:
		if known && !login.SecretKey(secret) {
			return none
		}
	case login.Foreign:
		l.cloud, l.how = cloudS3, loginService
	}
	return []providerLogin{l}
}

// cloudS3 stands for the services of others that speak the protocol of AWS's.
const cloudS3 = "s3"

// endpointsOf returns whose the endpoints are: of several that are not AWS's, the one that says more.
func endpointsOf(v any, depth int) (whose login.Endpoint) {
	switch v := v.(type) {
	case string:
		if strings.HasPrefix(v, "[") || strings.HasPrefix(v, "{") { // of a configuration
			var inner any
			if depth < 2 && json.Unmarshal([]byte(v), &inner) == nil {
				return endpointsOf(inner, depth+1)
			}
			return login.None
		}
		return login.EndpointOf(v)
	case []any:
		for _, item := range v {
			whose = max(whose, endpointsOf(item, depth))
		}
	case map[string]any:
		for _, item := range v {
			whose = max(whose, endpointsOf(item, depth))
		}
	}
	return whose
}

func azureLogin(props Properties) []providerLogin {
	var all []providerLogin
	for _, name := range [...]string{"clientSecret", "clientCertificate", "clientCertificatePassword"} {
		switch {
		case dummy(props[name]) && isSet(props[name]):
			all = append(all, providerLogin{path: []any{name}})
		case isSet(props[name]):
			all = append(all, providerLogin{cloud: login.Azure, path: []any{name}, how: loginStatic})
		}
	}
	for _, name := range [...]string{"clientSecretFilePath", "clientCertificatePath"} {
		if isSet(props[name]) {
			all = append(all, providerLogin{cloud: login.Azure, path: []any{name}, how: loginFile})
		}
	}
	return all
}

func googleLogin(props Properties) []providerLogin {
	v := props["credentials"]
	switch {
	case !isSet(v):
		return nil
	case dummy(v):
		return []providerLogin{{path: []any{"credentials"}}}
	}
	l := providerLogin{cloud: "gcp", path: []any{"credentials"}, how: loginFile}
	text, known := v.(string)
	switch {
	case !known: // what another resource gives out is that one's affair, and the update sees it
		return nil
	case strings.HasPrefix(strings.TrimSpace(text), "{"):
		l.how = serviceAccountType(text)
	}
	return []providerLogin{l}
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

// kubernetesLogin reads a kubeconfig. One that is not known yet is what a cluster gives out, and one on the disk of
// whoever runs the program is no part of it.
func kubernetesLogin(props Properties) []providerLogin {
	v := props["kubeconfig"]
	if !isSet(v) {
		return kubernetesKeys(props)
	}
	var config struct {
		Users []struct {
			User map[string]any `yaml:"user"`
		} `yaml:"users"`
	}
	l := providerLogin{cloud: "kubernetes", path: []any{"kubeconfig"}, how: loginExec}
	text, known := v.(string)
	switch {
	case !known || !strings.Contains(text, "\n") && !strings.Contains(text, "{"):
		return nil
	case yaml.Unmarshal([]byte(text), &config) != nil:
		l.how = loginUnread
		return []providerLogin{l}
	}
	for _, u := range config.Users {
		for _, name := range [...]string{"token", "password", "client-key-data"} {
			if isSet(u.User[name]) && !dummy(u.User[name]) {
				l.how = loginStatic
			}
		}
	}
	return []providerLogin{l}
}

// kubernetesKeys reads the parts of a kubeconfig that Terraform's provider takes one by one. One that is not known is,
// as a rule, a token that a cloud issues for minutes, and is no finding.
func kubernetesKeys(props Properties) []providerLogin {
	var all []providerLogin
	for _, name := range [...]string{"token", "password", "clientKey"} {
		if text, known := props[name].(string); known && text != "" && !login.Dummy(text) {
			all = append(all, providerLogin{cloud: "kubernetes", path: []any{name}, how: loginStatic})
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
	r.logins, r.harmless = nil, nil
	for _, l := range loginOf(pkg, props) {
		if l.how == loginNone {
			r.harmless = append(r.harmless, l.path)
		} else {
			r.logins = append(r.logins, l)
		}
	}
	for i := range r.logins {
		// The engine makes default providers from the configuration, where the key is told.
		name, _ := r.logins[i].path[len(r.logins[i].path)-1].(string)
		value, known := run.stack.Config[pkg+":"+name]
		r.logins[i].config = strings.HasPrefix(r.Name, "default") && known && props[name] == value
	}
	r.walk(func(l leaf) {
		for i := range r.logins {
			if n := min(len(r.logins[i].path), len(l.path)); l.marked &&
				slices.Equal(l.path[:n], r.logins[i].path[:n]) {
				r.logins[i].marked = true
			}
		}
	})
}

// noKey reports whether a finding only goes by the name of a place whose value is known to be no key.
func (r *Resource) noKey(f *Finding) bool {
	return f.Reason == detect.ReasonKeyName &&
		slices.ContainsFunc(r.harmless, func(path place.Path) bool { return slices.Equal(path, f.Path) })
}

// logsIn tells whether the path is that of a static key with which a provider logs in.
func (r *Resource) logsIn(path place.Path) bool {
	return len(path) > 0 && slices.ContainsFunc(r.logins, func(l providerLogin) bool {
		return l.how == loginStatic && len(path) >= len(l.path) && slices.Equal(path[:len(l.path)], l.path)
	})
}

func (l providerLogin) term(run *Run, urn string) *ast.Term {
	o := new(object)
	o.str("cloud", l.cloud)
	o.str("how", l.how)
	o.place(run, urn, l.path)
	o.add("marked", ast.InternedTerm(l.marked))
	o.add("config", ast.InternedTerm(l.config))
	return o.term()
}

// configLogins tells which keys of the configuration log a provider in.
func (r *Run) configLogins() map[string]providerLogin {
	byPackage := map[string]Properties{}
	for key, value := range r.stack.Config {
		if pkg, name, ok := strings.Cut(key, ":"); ok {
			if byPackage[pkg] == nil {
				byPackage[pkg] = Properties{}
			}
			byPackage[pkg][name] = value
		}
	}
	all := map[string]providerLogin{}
	for pkg, props := range byPackage {
		for _, l := range loginOf(pkg, props) {
			if len(l.path) == 1 {
				name, _ := l.path[0].(string)
				all[pkg+":"+name] = l
			}
		}
	}
	return all
}
