package facts

import "testing"

func TestKebab(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ give, want string }{
		{"StripeApiKey", "stripe-api-key"},
		{"db_password", "db-password"},
		{"api/production", "api-production"},
		{"HTTPServer", "http-server"},
		{"llm-service", "llm-service"},
		{"Key2Vault", "key2-vault"},
		{"  odd -- name!", "odd-name"},
		{"9lives", "lives"},
		{"Ünïcode", "n-code"},
		{"___", ""},
	} {
		if got := kebab(tt.give); got != tt.want {
			t.Errorf("%q: got %q, want %q", tt.give, got, tt.want)
		}
	}
}

func TestRefers(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		ref, name string
		want      bool
	}{
		{"api/production", "api/production", true},
		{"arn:aws:secretsmanager:eu-west-1:123456789012:secret:api/production-a1B2c3", "api/production", true},
		{"arn:aws:secretsmanager:eu-west-1:123456789012:secret:legacy-api/production-a1B2c3", "api/production", false},
		{"arn:aws:secretsmanager:eu-west-1:123456789012:secret:api/production-eu-a1B2c3", "api/production", false},
		{"projects/p/secrets/api_production", "api_production", true},
		{"projects/p/secrets/old-api_production", "api_production", false},
		{"anything", "", false},
	} {
		if got := refers(tt.ref, tt.name); got != tt.want {
			t.Errorf("%s names %s: got %v, want %v", tt.ref, tt.name, got, tt.want)
		}
	}
}
