package names

import "github.com/progression-labs-development/policypack/internal/detect/ascii"

// CloudSecret reports whether the name is one that secret keys of AWS have.
func CloudSecret(key string) bool {
	var w Words
	Split(&w, key)
	w.Trim()
	switch {
	case w.Is(0, " key keys "):
		return w.Is(1, " access ") && w.Is(2, " secret ") || w.Is(1, " secret ")
	case w.Is(0, " secretkey secretaccesskey "):
		return true
	}
	return w.Is(0, " secret ") && w.Any(" aws iam ")
}

// Header reports whether values of the name may hold the credential of an HTTP header.
func Header(key string) bool {
	return len(key) >= 4 && (ascii.PrefixFold(key[len(key)-4:], "auth") || len(key) >= 13 &&
		ascii.PrefixFold(key[len(key)-13:], "authorization"))
}

// Secret reports whether the last word of the key says secret, rather than token or key.
func Secret(key string) bool {
	var w Words
	last, _ := Segment(key)
	Split(&w, last)
	w.Trim()
	return w.Is(0, " secret secrets credential credentials creds cred pass pw psk clientsecret apisecret ")
}

// Credential reports whether the name is that of a password or of a credential that a service gives out.
func (w *Words) Credential() bool {
	switch {
	case w.password():
		return true
	case w.Is(0, " key keys "):
		return w.Is(1, " api access account app application subscription ")
	case w.Is(0, " token tokens "):
		return w.Is(1, " api access auth bot deploy personal refresh ")
	case w.Is(0, " secret secrets "):
		return w.Is(1, " client app api webhook ")
	}
	return w.Is(0, " apikey apikeys accesskey authtoken clientsecret apitoken apisecret secretaccesskey accesstoken ")
}

// IsName reports whether the name is that of a member which names what stands beside it.
func IsName(k string) bool {
	switch k {
	case "name", "Name", "key", "Key", "variable", "ParameterKey", "parameterName", "OptionName", "variableName",
		"envVar":
		return true
	}
	return false
}

// IsValue reports whether the name is that of a member which holds the value for a name beside it.
func IsValue(k string) bool {
	switch k {
	case "value", "Value", "ParameterValue", "parameterValue", "values", "defaultValue", "plaintext":
		return true
	}
	return false
}
