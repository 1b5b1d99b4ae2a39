package names

import (
	"strings"

	"github.com/progression-labs-development/policypack/internal/detect/ascii"
)

// CloudSecret reports whether the name is one of AWS secret access keys.
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

// Secret reports whether the last word of the key means secret, rather than token or key.
func Secret(key string) bool {
	var w Words
	last, _ := Segment(key)
	Split(&w, last)
	w.Trim()
	return w.Is(0, " secret secrets credential credentials creds cred pass pw psk clientsecret apisecret ")
}

// Credential reports whether the name is that of a password or of a credential that a service issues.
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

// IsName reports whether the name is that of a member with the name of the value beside it.
func IsName(k string) bool {
	switch k {
	case "name", "Name", "key", "Key", "variable", "variableName", "variable_name", "parameterKey", "ParameterKey",
		"parameter_key", "parameterName", "ParameterName", "parameter_name", "optionName", "OptionName", "option_name",
		"envVar", "env_var":
		return true
	}
	return false
}

// IsValue reports whether the name only means that it is the value for a name beside or above it: value, default, text,
// and anything that ends in Value.
func IsValue(k string) bool {
	switch k {
	case "value", "Value", "values", "Values", "default", "Default", "inline", "literal", "plaintext", "plainText",
		"plain_text", "plain", "string", "raw", "text", "content", "data", "bytes", "base64", "inlineString",
		"inline_string", "override", "current", "initial", "S", "B", "N", "$value", "#text", "fn::secret",
		"fn::toBase64", "fn::toString", "Fn::Sub", "Fn::Base64":
		return true
	}
	return strings.HasSuffix(k, "Value") || strings.HasSuffix(k, "_value")
}

// Setting reports whether the name is that of a setting that occurs beside passwords: a user, a host, a port.
func Setting(key string) bool { return endsIn(key, settings) || Location(key) }

// Location reports whether the name is that of a setting for a location: a host, a URL, a file.
func Location(key string) bool { return endsIn(key, locations) }

// Identifier reports whether the name is that of an identifier: an id, an ARN, a name, a reference.
func Identifier(key string) bool { return endsIn(key, identifiers) }

// Label reports whether the name is that of an object with its own name: a database, a project, a queue.
func Label(key string) bool { return endsIn(key, labels) }

// Connection reports whether the name is that of a URL that programs use to log in by convention: DATABASE_URL,
// REDIS_URI.
func Connection(key string) bool {
	last, _ := Segment(key)
	var w Words
	Split(&w, last)
	w.Trim()
	return w.Is(0, " url uri dsn ") && w.Is(1, connected)
}

func endsIn(key, nouns string) bool {
	last, _ := Segment(key)
	var w Words
	Split(&w, last)
	w.Trim()
	return w.Is(0, nouns)
}

const (
	settings = " user username usernames users login email mail dbname schema region zone type kind mode driver " +
		"dialect protocol scheme version namespace format locale timezone timeout ttl issuer audience domain realm " +
		"scope scopes level algorithm alg sslmode ca cert crt certificate certificates fingerprint id ids arn "
	identifiers = " id ids arn arns name names ref refs reference references uri uris identifier identifiers "
	locations   = " host hostname hosts port ports url urls uri uris endpoint endpoints server servers address " +
		"addresses path file filename dir directory "
	connected = " database db postgres postgresql pg pgsql mysql mariadb mssql sqlserver oracle mongo mongodb redis " +
		"valkey cache amqp rabbitmq broker celery nats jdbc clickhouse cassandra elasticsearch opensearch snowflake " +
		"smtp "
	labels = " name names database db project service bucket index queue topic role cluster tenant organization org " +
		"team group owner app application environment stage engine profile label labels "
)
