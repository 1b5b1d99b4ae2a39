package taint

import (
	"encoding/base64"
	"strings"
	"testing"
)

// TestGuards pairs each guard with a value that it keeps from counting and one like it that counts.
func TestGuards(t *testing.T) {
	t.Parallel()
	r := seeded(11)
	mixed := func(n int) string { return invent(r, alnums, n) }
	for _, tt := range []struct {
		name     string
		no       []string
		yes      []string
		yesEqual []string
	}{
		{name: "short", no: []string{"a", "hunter2", "Ab3$xYz"}, yesEqual: []string{"Ab3$xYz9"}},
		{
			name: "words", no: []string{
				"production", "true", "postgres", "administrator", "eu-west-1", "europe-west1-b", "t3.2xlarge",
				"db.r6g.large",
				"Standard_D4s_v3", "changeme", "myCompanyDatabase", "ApplicationLoadBalancerListener",
				"shop-production", "SHOP_PRODUCTION", "HTTPSHEALTHCHECKS",
			},
			yes: []string{"k" + mixed(15), invent(r, lower, 24)},
		},
		{
			name: "names with a random tail",
			no:   []string{"orders-table-7f3a2b1", "lambda-role-1a2b3c4d", "shop_assets-x7k2m9q1z3w"},
			yes:  []string{"sk_live_" + mixed(24), "ghp_" + mixed(36), "dp.st.prd." + mixed(40)},
		},
		{
			name: "ids of resources", no: []string{
				"vpc-0a1b2c3d4e5f67890", "subnet-0a1b2c3d", "ami-0abcdef1234567890",
				"arn:aws:iam::123456789012:role/" + mixed(20),
				"projects/shop/secrets/" + mixed(20), "/subscriptions/0/resourceGroups/" + mixed(20),
			},
			yes: []string{mixed(20)},
		},
		{
			name: "numbers",
			no: []string{
				"12345678", "123456789012", "3.14159265358979", "2026-01-31", "2026-01-31T15:04:05Z",
				"1.22.3-beta.1", "v10.20.30",
			},
			yes: []string{invent(r, digit+"abcdef", 32)},
		},
		{
			name: "addresses", no: []string{
				"10.0.0.0/16", "192.168.100.200", "2001:db8:1234:5678::1/64",
				"db-1.cluster-c9akciq32rzk.eu-west-1.rds.amazonaws.com:5432",
				"ada.lovelace@example.com", "https://example.com/path/to/page?x=1",
				"https://sqs.eu-west-1.amazonaws.com/123456789012/orders", "/etc/ssl/certs/ca.pem",
				"redis://cache.example.com:6379/0", "https://user@example.com/",
			},
			yes: []string{
				"postgres://app:hunter2@db.example.com:5432/shop",
				"https://hooks.example.com/services/T0/B0/" + mixed(24), "redis://:" + mixed(12) + "@h:6379",
			},
		},
		{
			name: "digests",
			no: []string{
				"sha256:" + strings.Repeat("0123456789abcdef", 4),
				"ghcr.io/acme/app@sha256:" + strings.Repeat("0123456789abcdef", 4),
			},
			yes: []string{strings.Repeat("0123456789abcdef", 1) + invent(r, digit+"abcdef", 24)},
		},
		{
			name: "templates and patterns",
			no: []string{
				"${var.password}", "{{ .Values.password }}", "^[a-zA-Z0-9!#$%]{8,}$", "$(cat Pass1word)",
				"s3:Get*", "ec2:Describe*",
			},
			yes: []string{"$" + mixed(20) + "{"},
		},
		{
			name: "public halves", no: []string{
				"-----BEGIN CERTIFICATE-----\n" + invent(r, token64, 64) + "\n-----END CERTIFICATE-----",
				"ssh-rsa " + invent(r, token64, 64) + " ada@host",
				base64.StdEncoding.EncodeToString([]byte("-----BEGIN CERTIFICATE-----\n" + mixed(40))),
			},
			yes: []string{"-----BEGIN " + privateKey + "\n" + invent(r, token64, 64) + "\n-----END " + privateKey},
		},
		{
			name: "low entropy",
			no: []string{
				"aaaaaaaaaaaaaaaa", "Ab1!Ab1!Ab1!Ab1!Ab1!Ab1!Ab1!", "xxxxxxxx-xxxx-xxxx",
				"0000000000000001", strings.Repeat(mixed(20), 9),
			},
			yes: []string{strings.Repeat(mixed(20), 2)},
		},
		{
			name: "made-up passwords",
			no: []string{
				"Summer2024", "release-2024!", "Pulumi@0", "actions/checkout@v4", "@types/node20",
				"key=Value1!",
			},
			yes: []string{"Summer2024!Sun", "P@ssw0rd-Shop1"}, yesEqual: []string{"Summer2024!"},
		},
		{
			name: "documents", no: []string{
				"three words here",
				`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Resource":"arn:aws:s3:::b"}]}`,
				"#!/bin/bash\nyum -y install python3-pip\ndocker run app@sha256:" +
					strings.Repeat("0123456789abcdef", 4),
			},
			yes: []string{
				"#!/bin/sh\nexport TOKEN=" + mixed(24), `{"password": "` + mixed(24) + `"}`,
				"DATABASE_URL=postgres://u:hunter2@h/db\nMODE=x",
			},
		},
		{
			name: "base64 of ordinary text",
			no: []string{
				base64.StdEncoding.EncodeToString([]byte("administrator")),
				base64.StdEncoding.EncodeToString([]byte("my-password-name")),
			},
			yes: []string{base64.StdEncoding.EncodeToString([]byte("TOKEN: " + mixed(24)))},
		},
		{name: "UUIDs", no: []string{}, yesEqual: []string{"0393f882-9793-41e9-a3c5-025000000001"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			for want, list := range map[strength][]string{redacted: tt.no, equal: tt.yesEqual, anywhere: tt.yes} {
				for _, give := range list {
					var s Secrets
					counts := s.Add(give, password)
					m := s.Matcher()
					if counts != (want != redacted) || m.Contains(give) != counts ||
						m.Contains("is "+give+" so") != (want == anywhere) {
						t.Errorf("%q: counts %v, alone %v, in a text %v; want strength %d", give, counts,
							m.Contains(give), m.Contains("is "+give+" so"), want)
					}
				}
			}
		})
	}
}

func TestGuardOnPlaces(t *testing.T) {
	t.Parallel()
	token, uuid := invent(seeded(12), alnums, 32), "0393f882-9793-41e9-a3c5-025000000001"
	for _, tt := range []struct {
		path string
		want bool
	}{
		{"auth0:clientSecret", true},
		{"auth0:clientId", false},
		{"auth0:client_id", false},
		{"vault:secret_id", true},
		{"database.host", false},
		{"accounts[0].accountID", false},
		{`data["user-name"]`, false},
		{`data["api.token"]`, true},
		{"tokens[1]", true},
		{"sourceCodeHash", false},
		{"", true},
		{"]", true},
		{"a[]", true},
	} {
		var s Secrets
		if got := s.Add(token, Source{Kind: Config, Path: tt.path}); got != tt.want {
			t.Errorf("%s: mismatch: got %v, want %v", tt.path, got, tt.want)
		}
	}
	var s Secrets
	s.Add(token, Source{Kind: Output, Path: "clientId"})
	if m := s.Matcher(); m.Contains(token) || len(m.Origins(token)) == 0 || strings.Contains(m.Scrub(token), token) {
		t.Error("an identifier: want no finding, but its origin and its redaction")
	}
	if !s.Add(token, Source{Kind: Config, Path: "token"}) || !s.Matcher().Contains(token) {
		t.Error("known from a better place: want it to count")
	}
	if s.Add(uuid, Source{Kind: Output, Path: "token"}) {
		t.Error("a UUID that no one made secret by hand counts")
	}
	if !s.Add("postgres://u:hunter2@h/db", Source{Kind: Output, Path: "host"}) {
		t.Error("a URL with a password at the place of a host does not count")
	}
}

func TestNames(t *testing.T) {
	t.Parallel()
	token := invent(seeded(13), alnums, 32)
	var names Names
	s := NewSecrets(&names)
	if !s.Add("Summer2024!", password) {
		t.Fatal("want it to count")
	}
	names.Add("summer2024!", token, "", "Winter2024!")
	m := s.Matcher()
	if m.Contains("Summer2024!") || m.Scrub("Summer2024!") != "Summer2024!" {
		t.Error("a common word that came later counts")
	}
	if s.Add("winter2024!", password) {
		t.Error("a common word that came before counts")
	}
	if !s.Add(token, password) {
		t.Error("a token that a resource is named like does not count")
	}
}

// TestGenerated keeps how many of the values that generators make are known again.
func TestGenerated(t *testing.T) {
	t.Parallel()
	r := seeded(14)
	for _, tt := range []struct {
		name, alphabet string
		length, want   int // in 1,000
	}{
		{"letters and digits", alnums, 16, 860},
		{"letters and digits", alnums, 24, 985},
		{"letters and digits", alnums, 32, 995},
		{"with symbols", alnums + symbols, 16, 880},
		{"with symbols", alnums + symbols, 32, 975},
		{"small letters and digits", lower + digit, 32, 890},
		{"base64", token64, 44, 965},
		{"hexadecimal", digit + "abcdef", 32, 990},
	} {
		got := 0
		for range 1000 {
			b := make([]byte, tt.length)
			for i := range b {
				b[i] = tt.alphabet[r.IntN(len(tt.alphabet))]
			}
			if strengthOf(string(b), password) == anywhere {
				got++
			}
		}
		if got < tt.want {
			t.Errorf("%s, %d: mismatch: got %d of 1,000, want %d", tt.name, tt.length, got, tt.want)
		}
	}
}
