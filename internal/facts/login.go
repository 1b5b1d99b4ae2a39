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

// providerLogin is a way for a provider to log in to a cloud.
type providerLogin struct {
	cloud  string
	path   place.Path
	how    string
	marked bool
	config bool // of a default provider, from the stack's configuration
}

// Ways to log in. Only static keys and service keys are long-lived. Anything that is not configured, a provider takes
// from the environment.
const (
	loginStatic    = "static-key"
	loginService   = "service-key" // a static key of a service other than the clouds
	loginSession   = "session"     // a static key with a session token: short-lived
	loginFederated = "federated"   // an external identity is exchanged for a short-lived credential
	loginExec      = "exec"        // a program returns a short-lived token
	loginFile      = "key-file"    // a file that is not read
	loginUnread    = "unread"      // a malformed document
	loginNone      = ""            // not a key, whatever its path and name; not passed to rules
)

// loginOf returns how a provider logs in, given its inputs or its package's configuration. The package is one of
// Pulumi's, one bridged by any-terraform-provider under any name, or a Terraform module's, whose provider has the
// configuration of each of its Terraform providers under that provider's name.
func loginOf(pkg string, props Properties) []providerLogin {
	switch login.Package(pkg) {
	case login.AWS:
		return awsLogin(props)
	case login.Google:
		return googleLogin(props)
	case login.Azure:
		return azureLogin(props)
	case login.Kubernetes:
		// and Helm's provider
		return append(kubernetesLogin(props), nestedLogin("kubernetes", "kubernetes", props["kubernetes"])...)
	}
	return unnamedLogin(props)
}

// unnamedLogin is loginOf for a package with an unknown name. Its inputs identify the cloud if there is a key with a
// known format, or an input that only one cloud's provider has.
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

// awsOnly are inputs that only the AWS providers have.
var awsOnly = [...]string{
	"assumeRole", "assumeRoles", "assumeRoleWithWebIdentity", "allowedAccountIds", "forbiddenAccountIds", "defaultTags",
	"stsRegion", "skipCredentialsValidation",
	"skipRequestingAccountId", "sharedConfigFiles", "sharedCredentialsFiles", "s3UsePathStyle",
	"ec2MetadataServiceEndpoint",
}

func only(props Properties, names []string) bool {
	return slices.ContainsFunc(names, func(name string) bool { return props[name] != nil })
}

// nestedLogin is loginOf for the object at a key of a provider's inputs, which may also be given as JSON. The keys of
// the object may have Terraform's spelling.
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

// Properties are plain values by name, in the form that the catalogue uses.
type Properties = catalogue.Properties

func isSet(v any) bool { return v != nil && v != "" }

// dummy reports whether a value is a known dummy key.
func dummy(v any) bool {
	text, known := v.(string)
	return known && login.Dummy(text)
}

// awsLogin classifies the keys of the AWS providers, which are also used with S3-compatible services and emulators. The
// value decides: a key in AWS's format is an AWS key, whatever the endpoint.
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

// cloudS3 represents third-party services compatible with AWS's protocols.
const cloudS3 = "s3"

// endpointsOf returns the owner of the endpoints: if several are not AWS's, the more specific one.
func endpointsOf(v any, depth int) (whose login.Endpoint) {
	switch v := v.(type) {
	case string:
		if strings.HasPrefix(v, "[") || strings.HasPrefix(v, "{") { // from configuration
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
	case !known: // an output of another resource; the update will see it
		return nil
	case strings.HasPrefix(strings.TrimSpace(text), "{"):
		l.how = serviceAccountType(text)
	}
	return []providerLogin{l}
}

// serviceAccountType returns the type of credential in a Google Cloud credentials file.
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

// kubernetesLogin classifies a kubeconfig. An unknown one is the output of a cluster, and a path to one on the local
// disk is not part of the program.
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

// kubernetesKeys classifies the parts of a kubeconfig that Terraform's provider accepts as separate inputs. An unknown
// one is usually a short-lived token issued by a cloud, and not a finding.
func kubernetesKeys(props Properties) []providerLogin {
	var all []providerLogin
	for _, name := range [...]string{"token", "password", "clientKey"} {
		if text, known := props[name].(string); known && text != "" && !login.Dummy(text) {
			all = append(all, providerLogin{cloud: "kubernetes", path: []any{name}, how: loginStatic})
		}
	}
	return all
}

// scanLogins determines how a provider resource logs in, before its keys are redacted.
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
		// The engine creates default providers from the configuration, where the key is reported.
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

// noKey reports whether a finding is based only on the name of a path whose value is known not to be a key.
func (r *Resource) noKey(f *Finding) bool {
	return f.Reason == detect.ReasonKeyName &&
		slices.ContainsFunc(r.harmless, func(path place.Path) bool { return slices.Equal(path, f.Path) })
}

// logsIn reports whether a provider uses the static key at the path to log in.
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

// configLogins returns the configuration keys with which providers log in.
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
