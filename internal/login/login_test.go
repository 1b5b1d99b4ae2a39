package login

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestVariable(t *testing.T) {
	for _, tt := range []struct{ give, want string }{
		{"AWS_SECRET_ACCESS_KEY", AWS},
		{"PROD_AWS_SECRET_ACCESS_KEY", AWS},
		{"aws-secret-access-key", AWS},
		{"awsSecretAccessKey", AWS},
		{"TF_VAR_aws_secret_key", AWS},
		{"GOOGLE_CREDENTIALS", Google},
		{"GCP_SERVICE_ACCOUNT_KEY", Google},
		{"firebaseServiceAccount", Google},
		{"FIREBASE_SERVICE_ACCOUNT_SHOP", Google},
		{"ARM_CLIENT_SECRET", Azure},
		{"AZURE_STORAGE_KEY", Azure},
		{"AZURE_STORAGE_CONNECTION_STRING", Azure},
		{"azure_static_web_apps_api_token", Azure},
		{"AZURE_STATIC_WEB_APPS_API_TOKEN_GREEN_SEA", Azure},
		{"PULUMI_ACCESS_TOKEN", Pulumi},
		{"AWS_ACCESS_KEY_ID", ""},
		{"AWS_ROLE_ARN", ""},
		{"AWS_PROFILE", ""},
		{"AWS_SESSION_TOKEN", ""},
		{"AWS_SECRET_ACCESS_KEY_NAME", ""},
		{"AZURE_CLIENT_ID", ""},
		{"ARM_CLIENT_SECRET_ID", ""},
		{"AZURE_STORAGE_ACCOUNT", ""},
		{"FIREBASE_SERVICE_ACCOUNT_EMAIL", ""},
		{"GCP_KEY_RING", ""},
		{"GITHUB_TOKEN", ""},
		{"", ""},
	} {
		if got := Variable(tt.give); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.give, got, tt.want)
		}
	}
}

// The formats of keys, put together here so that no file holds the shape of one.
const (
	id      = "AKIA" + "7QXR2LMV5TZWKB3D"
	session = "ASIA" + "7QXR2LMV5TZWKB3D"
	secret  = "wT9xQ2mL7pRk4VnB8sYc" + "/Jd3Hf6Gz1AeUoIiXyNq"
)

func TestDummy(t *testing.T) {
	for _, tt := range []struct {
		give string
		want bool
	}{
		{"", true},
		{"test", true},
		{"TEST", true},
		{"test123", true},
		{"testing", true},
		{"mock_access_key", true},
		{"mock_secret_key", true},
		{"mock-secret", true},
		{"dummy", true},
		{"fakeSecretKey", true},
		{"fakekey", true},
		{"testsecret", true},
		{"localstack", true},
		{"minioadmin", true},
		{"foobar", true},
		{"not-a-real-secret-key", false}, // "a real" may be the words of a passphrase
		{"AKIA" + "IOSFODNN7EXAMPLE", true},
		{"wJalrXUtnFEMI/K7MDENG/" + "bPxRfiCYEXAMPLEKEY", true},
		{"{{ secret_key }}", true},
		{"${SECRET_KEY}", true},
		{"<your-key>", true},
		{"__SECRET__", true},
		{"xxxxxxxx", true},
		{"00000000-0000-0000-0000-000000000000", true},
		{"UseDevelopmentStorage=true", true},
		{`{}`, true},
		{`{"type": "service_account", "private_key": "dummy"}`, true},
		{id, false},
		{session, false},
		{secret, false},
		{"correct-horse-9", false},
		{"an example", false},
		{"test-G7kV2pWx9rT1mNq4", false},
		{"G7kV2pWx9rT1mNq4", false},
		{"secret", false},
		{"admin", false},
		{"x", false},
		{`{"type": "service_account", "project_id": "shop"}`, false},
		{`{"type": "service_account", "private_key": "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhk` +
			`iG9w0BAQEFAASC\n-----END PRIVATE KEY-----\n"}`, false},
	} {
		if got := Dummy(tt.give); got != tt.want {
			t.Errorf("%q: got %t, want %t", tt.give, got, tt.want)
		}
	}
}

func TestKeyFormats(t *testing.T) {
	for _, tt := range []struct {
		give       string
		id, secret bool
	}{
		{id, true, false},
		{session, true, false},
		{secret, false, true},
		{"AKIA" + "IOSFODNN7EXAMPLE", false, false},
		{"AKIA" + "XXXXXXXXXXXXXXXX", false, false},
		{"wJalrXUtnFEMI/K7MDENG/" + "bPxRfiCYEXAMPLEKEY", false, false},
		{"admin", false, false},
		{"0123456789abcdef0123456789abcdef", false, false},
	} {
		if got := [2]bool{KeyID(tt.give), SecretKey(tt.give)}; got != [2]bool{tt.id, tt.secret} {
			t.Errorf("%q: got %v", tt.give, got)
		}
	}
}

func TestEndpointOf(t *testing.T) {
	got := map[string]Endpoint{}
	want := map[string]Endpoint{
		"": None, "%": None,
		"http://localhost:4566": Loopback, "127.0.0.1:9000": Loopback, "http://[::1]:9000": Loopback,
		"http://localstack:4566":                    Loopback,
		"http://s3.localhost.localstack.cloud:4566": Loopback,
		"https://s3.eu-west-1.amazonaws.com":        OfAWS, "https://s3.cn-north-1.amazonaws.com.cn": OfAWS,
		"https://x.r2.cloudflarestorage.com": Foreign, "https://fra1.digitaloceanspaces.com": Foreign,
		"https://minio.acme.internal":    Foreign,
		"https://localhost.evil.example": Foreign, "https://amazonaws.com.evil.example": Foreign,
	}
	for text := range want {
		got[text] = EndpointOf(text)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("mismatch (-want +got):\n%s", diff)
	}
}

func TestPackage(t *testing.T) {
	for pkg, want := range map[string]string{
		"aws": AWS, "awscc": AWS, "awsx": AWS, "aws-native": AWS, "google": Google, "google-beta": Google,
		"gcp": Google, "azapi": Azure, "azurestack": Azure,
		"azure-native_keyvault_v20230701": Azure, "azuread": Azure, "helm": Kubernetes, "scaleway": "", "random": "",
		"": "",
	} {
		if got := Package(pkg); got != want {
			t.Errorf("%s: got %q, want %q", pkg, got, want)
		}
	}
}
