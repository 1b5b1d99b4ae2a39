package repository_test

import "testing"

func TestPulumi(t *testing.T) {
	runKinds(t, []kindTest{
		{"plain and encrypted values of a stack", "Pulumi.prod.yaml", `secretsprovider: awskms://alias/x?region=eu-west-1
encryptedkey: AQICAHg0aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
config:
  shop:region: eu
  shop:dbPassword: @password@
  shop:apiToken:
    secure: v1:kHVLbJ0kbJ0kbJ0k:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
`, []string{
			"provider 1:1 awskms",
			"config 4:3 shop:region secret=false", "config 5:3 shop:dbPassword secret=false",
			"config 6:3 shop:apiToken secret=true",
			`finding 5:20 config password shop:dbPassword`,
		}},
		{"a structured value that is encrypted in part", "infra/Pulumi.dev.yml", `config:
  shop:db:
    user: app
    password: @password@
    replica:
      secure: v1:kHVLbJ0kbJ0kbJ0k:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
    list:
      - name: token
        value: @github@
`, []string{
			"config 2:3 shop:db secret=true",
			`finding 4:15 config password shop:db.password`,
			`finding 9:16 config github-token shop:db.list[0].value`,
		}},
		{"a provider's key", "Pulumi.dev.yaml", `config:
  aws:secretKey: "@aws@"
  aws:region: eu-west-1
`, []string{
			"config 2:3 aws:secretKey secret=false", "config 3:3 aws:region secret=false",
			`finding 2:18 config aws-secret-key aws:secretKey login aws`,
		}},
		{"a provider's key of a session is no login with a static key", "Pulumi.dev.yaml", `config:
  aws:secretKey: "@aws@"
  aws:token:
    secure: v1:kHVLbJ0kbJ0kbJ0k:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
`, []string{
			"config 2:3 aws:secretKey secret=false", "config 3:3 aws:token secret=true",
			`finding 2:18 config aws-secret-key aws:secretKey`,
		}},
		{"defaults and values of a project", "Pulumi.yaml", `name: shop
runtime: go
config:
  dbPassword:
    type: string
    description: the password, such as @password@
    default: @password@
  aws:region: eu-west-1
  other:token:
    value: @github@
  size: {type: integer}
template:
  config:
    dbPassword: {description: a password, secret: true}
`, []string{
			"config 4:3 shop:dbPassword secret=false", "config 8:3 aws:region secret=false",
			"config 9:3 other:token secret=false",
			`finding 7:14 config password shop:dbPassword`,
			`finding 10:12 config github-token other:token`,
		}},
		{"a comment beside the configuration counts as text", "Pulumi.dev.yaml", `config:
  shop:a: b # was @github@
environment:
  - shop/dev
`, []string{"config 2:3 shop:a secret=false", "finding 2:19 file github-token"}},
		{
			"a project that is no mapping", "Pulumi.yaml", "- name\n",
			[]string{"error 1:1 expected a Pulumi project: a mapping with name and runtime"},
		},
		{
			"a broken stack is still looked through as text", "Pulumi.dev.yaml", "config:\n  a: [\n  b: @github@\n",
			[]string{
				"finding 3:6 file github-token",
				"error 1:1 not valid YAML; expected a stack settings file: a mapping with config",
			},
		},
		{"config that is a list", "Pulumi.dev.yaml", "config: [a, b]\n", []string{
			"error 1:1 expected a mapping of configuration keys to values under config",
		}},
		{
			"a plain token where a ciphertext belongs", "Pulumi.dev.yaml", "config:\n  a:token:\n    secure: @github@\n",
			[]string{
				"config 2:3 a:token secret=true", "finding 3:13 file github-token",
			},
		},
		{"a key that stands twice", "Pulumi.dev.yaml", "config:\n  a:b: c\n  a:b: @github@\n", []string{
			"config 2:3 a:b secret=false", "config 3:3 a:b secret=false", "finding 3:8 file github-token",
		}},
		{"an empty stack", "Pulumi.dev.yaml", "", nil},
	})
}

func TestDotenv(t *testing.T) {
	runKinds(t, []kindTest{
		{
			"values are found", ".env", "# local\nDB_PASSWORD=@password@\nPORT=80\n",
			[]string{"finding 2:13 file password"},
		},
		{
			"a template with a real value", ".env.example", "DB_PASSWORD=changeme\nTOKEN=@github@\n",
			[]string{"finding 2:7 file github-token"},
		},
	})
	for name, want := range map[string]string{
		".env": "dotenv", "app/.env.production": "dotenv", "production.env": "dotenv",
		".env.example": "dotenv template",
		"env.sample":   "dotenv template", "x/.env-template": "dotenv template", ".env.vault": "", "app.env": "",
		"env.ts": "", ".envrc": "",
	} {
		files, _ := read(t, tree(t, map[string]string{name: "A=b\n"}))
		got := ""
		for _, f := range files {
			if got = string(f.Kind); f.Template {
				got += " template"
			}
		}
		if got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}

// What a project says about who enforces policies on it is told without what is secret in it, wherever Pulumi would
// read it.
func TestOverrides(t *testing.T) {
	runKinds(t, []kindTest{
		{
			"a password in the URL", "Pulumi.yaml", "backend: {url: 'postgres://state:${PW}@db.example/pulumi?x=@'}\n",
			[]string{"override 1:11 backend.url postgres://state:[secret]@db.example/pulumi?x=@"},
		},
		{
			"a user alone", "Pulumi.yaml", "backend: {url: 'https://api.pulumi.com@evil.example'}\n",
			[]string{"override 1:11 backend.url https://api.pulumi.com@evil.example"},
		},
		{
			"the first document, which Pulumi reads", "a/Pulumi.yml", "plugins:\n  languages: [{name: policypack}]\n" +
				"---\nname: shop\n",
			[]string{"override 2:16 plugins.languages policypack"},
		},
		{"another document, which it does not", "Pulumi.yaml", "name: shop\n---\nbackend: {url: 'file://~'}\n", nil},
		{"another case in YAML, which is another key", "Pulumi.yaml", "Backend: {URL: 'file://~'}\n", nil},
		{
			"keys that stand twice in JSON, the last of which counts", "Pulumi.json",
			`{"backend": {}, "BACKEND": {"url": "file://~", "Url": "s3://x"}}`,
			[]string{"override 1:29 backend.url file://~", "override 1:48 backend.url s3://x"},
		},
		{"shapes that Pulumi refuses", "Pulumi.yaml", "plugins: [languages]\nbackend: file://~\n", nil},
		{"providers", "Pulumi.yaml", "plugins: {providers: [{name: policypack, path: .}]}\n", nil},
	})
}
