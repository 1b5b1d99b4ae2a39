package detect_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/progression-labs-development/policypack/internal/detect"
	"github.com/progression-labs-development/policypack/internal/detect/formats"
)

func detector(t testing.TB, o detect.Options) *detect.Detector {
	t.Helper()
	d, err := detect.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func has(matches []detect.Match, id string) bool {
	return slices.ContainsFunc(matches, func(m detect.Match) bool { return m.Detector == id })
}

func TestInnerAndSpan(t *testing.T) {
	d := detector(t, detect.Options{})
	for _, tt := range []struct {
		name, key, text string
		inner           []any
		span            string
	}{
		{"whole value", "password", "hunter2", nil, "hunter2"},
		{"dotenv", "content", "A=b\nDB_PASSWORD=hunter2\n", []any{"DB_PASSWORD"}, "hunter2"},
		{
			"pair of name and value", "x", `{"env":[{"name":"DB_PASSWORD","value":"hunter2"}]}`,
			[]any{"env", 0, "value"},
			"hunter2",
		},
		{
			"pair with the value first", "x", `{"env":[{"value":"hunter2","name":"DB_PASSWORD"}]}`,
			[]any{"env", 0, "value"},
			"hunter2",
		},
		{"YAML", "x", "a:\n  b:\n  - c: 1\n  - password: hunter2 # note\n", []any{"a", "b", 1, "password"}, "hunter2"},
		{"pair in YAML", "x", "env:\n- name: DB_PASSWORD\n  value: hunter2\n", []any{"env", 0, "value"}, "hunter2"},
		{
			"flow mapping in YAML", "x", "env:\n- {name: DB_PASSWORD, value: hunter2}\n",
			[]any{"env", 0, "value"},
			"hunter2",
		},
		{
			"block in YAML", "x", "files:\n  env: |\n    A=1\n    DB_PASSWORD=hunter2\n  b: 1\n",
			[]any{"files", "env", "DB_PASSWORD"},
			"hunter2",
		},
		{"JSON in YAML", "x", "data:\n  c: '{\"password\":\"hunter2\"}'\n", []any{"data", "c", "password"}, "hunter2"},
		{
			"JSON with escapes in JSON", "x", `{"c":"{\"password\":\"hunter2\"}"}`,
			[]any{"c", "password"},
			`{\"password\":\"hunter2\"}`,
		},
		{"connection string", "x", "Server=a;Password=hun&ter=2;Encrypt=True", []any{"Password"}, "hun&ter=2"},
		{
			"template member in a list", "x", `["sh","-c","export DB_PASSWORD=hunter2 && run"]`,
			[]any{2, "DB_PASSWORD"},
			"hunter2",
		},
		{
			"base64", "userDataBase64", formats.Encode("#!/bin/sh\nexport DB_PASSWORD=hunter2\n"),
			[]any{"DB_PASSWORD"},
			formats.Encode("#!/bin/sh\nexport DB_PASSWORD=hunter2\n"),
		},
		{"URL", "url", "postgres://u:hunter2@h/db", nil, "hunter2"},
		{"brackets that may be its own", "x", "run --password=hunter2)x more", []any{"--password"}, "hunter2)x"},
		{"XML attribute", "x", `<add key="DB_PASSWORD" value="hunter2"/>`, []any{"add", "value"}, "hunter2"},
		{
			"list of compose", "x", "services:\n  db:\n    environment:\n    - A=b\n    - DB_PASSWORD=hunter2\n",
			[]any{"services", "db", "environment", 1, "DB_PASSWORD"},
			"hunter2",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := d.Find(tt.text, detect.Evidence{Name: tt.key})
			if len(got) != 1 {
				t.Fatalf("%d matches, want 1: %+v", len(got), got)
			}
			if s := tt.text[got[0].Start:got[0].End]; s != tt.span {
				t.Errorf("span %q, want %q", s, tt.span)
			}
			if diff := cmp.Diff(tt.inner, got[0].Inner); diff != "" {
				t.Errorf("inner mismatch (-want +got)\n%s", diff)
			}
		})
	}
}

func TestExtraPatternsSeeNamesToo(t *testing.T) {
	d := detector(t, detect.Options{ExtraPatterns: []string{`"badge":\s*"[0-9]+"`, `ACME-[0-9]{6}`}})
	text := `{"badge": "1234", "b": "ACME-123456", "c": "` +
		formats.Encode("some text that mentions ACME-123456 in it") + `"}`
	got := d.Find(text, detect.Evidence{})
	if len(got) != 3 {
		t.Fatalf("%d matches, want 3: %+v", len(got), got)
	}
	for _, m := range got {
		if m.Detector != "extra-pattern" || m.Reason != detect.ReasonExtra {
			t.Errorf("%+v is no match of an extra pattern", m)
		}
	}
}

func TestConcurrentUse(t *testing.T) {
	d := detector(t, detect.Options{})
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			for _, in := range inputs() {
				if n, want := len(d.Find(in.text, detect.Evidence{Name: in.key})),
					len(d.Find(in.text, detect.Evidence{Name: in.key})); n != want {
					t.Errorf("%s: %d matches, then %d", in.name, n, want)
				}
			}
		})
	}
	wait.Wait()
}

func TestKeyHoldsASecret(t *testing.T) {
	s := formats.Maker{Rand: rand.New(rand.NewPCG(1, 1))}
	token := "ghp_" + s.Of(formats.SetAlnum, 36)
	got := detector(t, detect.Options{}).Find(`{"a":{"`+token+`":{"password":"hunter2"}}}`, detect.Evidence{})
	if len(got) != 2 || !has(got, "github-token") {
		t.Fatalf("want the key and the value, got %d matches", len(got))
	}
	for _, m := range got {
		if strings.Contains(fmt.Sprint(m.Inner, m.Key), token[:6]) {
			t.Error("the path holds the secret key")
		}
	}
}

func TestOptions(t *testing.T) {
	d := detector(t, detect.Options{MinEntropy: 4.5})
	if got := d.Find("0d2c4f6a8bd0e1c3f5a7b9d8e6f4a2c0", detect.Evidence{Name: "apiKey"}); got != nil {
		t.Error("a value below minEntropy counts")
	}
	bad := "(x" + "yzzy-secret"
	_, err := detect.New(detect.Options{ExtraPatterns: []string{"ok", bad}})
	if err == nil || !strings.Contains(err.Error(), "extraPatterns[1]") || strings.Contains(err.Error(), "yzzy") {
		t.Errorf("want the index and not the pattern, got %v", err)
	}
}

func TestCloudKeys(t *testing.T) {
	d := detector(t, detect.Options{})
	for id, want := range map[string]string{
		"aws-secret-key": "aws", "gcp-service-account": "gcp",
		"azure-client-secret": "azure", "azure-storage-key": "azure", "github-token": "", "google-api-key": "",
	} {
		f := detect.List()[slices.IndexFunc(detect.List(), func(i detect.Info) bool { return i.ID == id })]
		for _, s := range f.Samples(formats.Maker{Rand: rand.New(rand.NewPCG(7, 1))}).True {
			for _, m := range d.Find(s.Text, detect.Evidence{Name: s.Name}) {
				if m.Detector == id && m.CloudKey != want {
					t.Errorf("%s: cloud %q, want %q", id, m.CloudKey, want)
				}
			}
		}
	}
	s := formats.Maker{Rand: rand.New(rand.NewPCG(3, 1))}
	session := "aws_secret_access_key=Aa1" + s.Of(formats.SetAlnum, 37) + "\naws_session_token=IQoJb3JpZ2lu" + "X2Vj" +
		s.Of(formats.SetAlnum, 300) + "\n"
	for _, m := range d.Find(session, detect.Evidence{}) {
		if !m.ShortLived {
			t.Errorf("%s beside a session token is short-lived", m.Detector)
		}
	}
}

func TestKeyTier(t *testing.T) {
	d := detector(t, detect.Options{})
	for tier, keys := range map[detect.Tier]string{
		detect.Password: "password dbPassword DB_PASSWORD PGPASSWORD masterUserPassword app:dbPassword password1 " +
			"passwords[0] admin-password sshPassphrase pwd passwordValue dbPasswordOutput dbPasswordOut password_result",
		detect.Random: "token clientSecret SECRET_KEY_BASE apiKey x-api-key secretAccessKey primaryAccessKey " +
			"tunnel1PresharedKey credentials REDIS_PASS botToken AUTH_TOKEN_V2x.token apikey apiTokenOutput " +
			"fs.azure.account.key.logs.dfs.core.windows.net",
		detect.Strong: "primaryKey sharedAccessPolicyKey",
		detect.None: "accessKeyId keyId kmsKeyId secretId tokenUrl secretsManagerEndpoint tokenTtl secretArn " +
			"passwordPolicy publicKey partitionKey nextToken clientRequestToken enablePassword " +
			"manageMasterUserPassword hashedPassword passwordHash keyName bypass compass monkey X-Amz-Security-Token " +
			"csrfToken tlsSecret name key value passwordCheckResult passwordTimeout result output " +
			"fs.azure.account.auth.type.logs.dfs.core.windows.net",
	} {
		for _, k := range strings.Fields(keys) {
			if got := d.KeyTier(k); got != tier {
				t.Errorf("%s: tier %s, want %s", k, got, tier)
			}
		}
	}
}

func TestReferenceAndPlaceholder(t *testing.T) {
	for _, s := range strings.Split(
		`arn:aws:iam::1:role/x|projects/p/secrets/s|@Microsoft.KeyVault(SecretUri=https://v.vault.azure.net/secrets/x)|{{resolve:ssm:/x}}|op://a/b/c|${x}|$(x)|$X_Y|%X%|`+
			`<%= x %>|{{ .Values.x }}|#{X}|https://v.vault.azure.net/secrets/x|[concat('a', 'b')]|vault:secret/data/x#y|/prod/db/password|!Ref Password`, "|") {
		if !detect.Reference(s) {
			t.Errorf("%s is a reference", s)
		}
	}
	for _, s := range strings.Split(
		"changeme|CHANGE_ME|REPLACE_ME|<token>|<your-api-key>|your-api-key-here|xxxxxxxx|TODO|********|dummy|n/a|[secret]|output<string>||(known after apply)|to-be-set", "|") {
		if !detect.Placeholder(s) {
			t.Errorf("%s is a placeholder", s)
		}
	}
	for _, s := range strings.Split("hunter2|S3cr3t!pass|Winter#2025|postgres|aB3$dE5%fG7|p${w|<x&7Lq!>9", "|") {
		if detect.Reference(s) || detect.Placeholder(s) {
			t.Errorf("%s is neither a reference nor a placeholder", s)
		}
	}
}

// A match speaks in constants: nothing of it is made from the value.
func constants(t *testing.T, text string, m detect.Match) {
	t.Helper()
	i := slices.IndexFunc(detect.List(), func(i detect.Info) bool { return i.ID == m.Detector })
	if i < 0 || detect.List()[i].Title != m.Title {
		t.Errorf("%s: detector and title must be those of List", m.Detector)
	}
	if m.Start < 0 || m.Start >= m.End || m.End > len(text) {
		t.Fatalf("%s: span %d to %d of %d bytes", m.Detector, m.Start, m.End, len(text))
	}
	if n := reflect.TypeFor[detect.Match]().NumField(); n != 9 {
		t.Errorf("Match has %d fields: see that the new one holds no value, then count it here", n)
	}
}
