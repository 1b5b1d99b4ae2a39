package repository_test

import "testing"

const (
	flow = ".github/workflows/deploy.yml"
	oidc = "missing=[] static=[]"
)

func TestWorkflowLogins(t *testing.T) {
	step := func(permissions, uses, with string) string {
		text := "on: push\n" + permissions +
			"jobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: " + uses + "@v4\n"
		if with != "" {
			text += "        with:\n" + with
		}
		return text
	}
	const aws, gcp, azure = "aws-actions/configure-aws-credentials", "google-github-actions/auth", "azure/login"
	const write = "permissions: {id-token: write}\n"
	in := func(lines ...string) (with string) {
		for _, l := range lines {
			with += "          " + l + "\n"
		}
		return with
	}
	one := func(at, cloud, uses, rest string) []string {
		return []string{"login " + at + " " + cloud + " " + uses + " deploy " + rest}
	}
	runKinds(t, []kindTest{
		{
			"AWS by OIDC", flow, step(write, aws, in("role-to-assume: ${{ secrets.AWS_ROLE }}", "aws-region: x")),
			one("7:9", "aws", aws, "how=oidc "+oidc+" token=yes"),
		},
		{
			"AWS by OIDC, without the permission", flow, step("", aws, in("role-to-assume: ${{ vars.ROLE }}")),
			one("6:9", "aws", aws, "how=oidc "+oidc+" token=default"),
		},
		{
			"AWS by OIDC, with permissions that leave it out", flow,
			step("permissions: read-all\n", aws, in("role-to-assume: x")),
			one("7:9", "aws", aws, "how=oidc "+oidc+" token=no"),
		},
		{
			"AWS by OIDC, with all permissions", flow, step("permissions: write-all\n", aws, in("role-to-assume: x")),
			one("7:9", "aws", aws, "how=oidc "+oidc+" token=yes"),
		},
		{
			"AWS by OIDC, with no permissions", flow, step("permissions: {}\n", aws, in("role-to-assume: x")),
			one("7:9", "aws", aws, "how=oidc "+oidc+" token=no"),
		},
		{
			"AWS by keys, said once", flow,
			step(write, aws, in("aws-access-key-id: ${{ secrets.ID }}", "aws-secret-access-key: ${{ "+
				"secrets.AWS_SECRET_ACCESS_KEY }}")),
			one("7:9", "aws", aws, "how=static-key missing=[role-to-assume] static=[aws-secret-access-key] token=yes"),
		},
		{
			"AWS by keys that then take a role", flow,
			step(write, aws, in("aws-secret-access-key: ${{ secrets.K }}", "role-to-assume: x")),
			one("7:9", "aws", aws, "how=static-key missing=[] static=[aws-secret-access-key] token=yes"),
		},
		{
			"AWS by a session", flow,
			step(write, aws, in("aws-secret-access-key: ${{ steps.a.outputs.k }}", "aws-session-token: ${{ "+
				"steps.a.outputs.t }}")),
			one("7:9", "aws", aws, "how=inherited "+oidc+" token=yes"),
		},
		{
			"AWS by a role chained from another", flow,
			step(write, aws, in("role-chaining: true", "role-to-assume: x")),
			one("7:9", "aws", aws, "how=inherited "+oidc+" token=yes"),
		},
		{
			"AWS with a key that may be empty", flow,
			step(write, aws, in("aws-secret-access-key: ${{ matrix.key }}", "role-to-assume: ${{ matrix.role }}")),
			one("7:9", "aws", aws, "how=unknown "+oidc+" token=yes"),
		},
		{
			"AWS without inputs", flow, step(write, aws, ""),
			one("7:9", "aws", aws, "how=unknown missing=[role-to-assume] static=[] token=yes"),
		},
		{
			"the registry of AWS takes what there is", flow, step(write, "aws-actions/amazon-ecr-login", ""),
			one("7:9", "aws", "aws-actions/amazon-ecr-login", "how=inherited "+oidc+" token=yes"),
		},
		{
			"Google by OIDC", flow, step(write, gcp, in("workload_identity_provider: x", "service_account: y")),
			one("7:9", "gcp", gcp, "how=oidc "+oidc+" token=yes"),
		},
		{
			"Google by a key", flow, step(write, gcp, in("credentials_json: ${{ secrets.GCP_SA_KEY }}")),
			one("7:9", "gcp", gcp, "how=static-key missing=[workload_identity_provider] static=[credentials_json] "+
				"token=yes"),
		},
		{
			"Google's old action with a key", flow,
			step("", "google-github-actions/setup-gcloud",
				in("service_account_key: ${{ secrets.X }}", "export_default_credentials: true")),
			one("6:9", "gcp", "google-github-actions/setup-gcloud", "how=static-key missing=[] "+
				"static=[service_account_key] token=default"),
		},
		{"Google's tools alone", flow, step("", "google-github-actions/setup-gcloud", in("version: latest")), nil},
		{
			"Azure by OIDC", flow, step(write, "Azure/login", in("client-id: a", "tenant-id: b", "subscription-id: c")),
			one("7:9", "azure", "Azure/login", "how=oidc "+oidc+" token=yes"),
		},
		{
			"Azure by OIDC, without subscriptions", flow,
			step(write, azure, in("client-id: a", "tenant-id: b", "allow-no-subscriptions: true")),
			one("7:9", "azure", azure, "how=oidc "+oidc+" token=yes"),
		},
		{
			"Azure by OIDC, with half of the inputs", flow, step(write, azure, in("client-id: a")),
			one("7:9", "azure", azure, "how=unknown missing=[tenant-id subscription-id] static=[] token=yes"),
		},
		{
			"Azure by a key", flow, step(write, azure, in("creds: ${{ secrets.AZURE_CREDENTIALS }}")),
			one("7:9", "azure", azure, "how=static-key missing=[client-id tenant-id subscription-id] static=[creds] "+
				"token=yes"),
		},
		{
			"Azure by the runner's identity", flow, step(write, azure, in("auth-type: IDENTITY", "client-id: a")),
			one("7:9", "azure", azure, "how=inherited "+oidc+" token=yes"),
		},
		{
			"a registry with a key of Google", flow,
			step("", "docker/login-action",
				in("registry: europe-docker.pkg.dev", "username: _json_key", "password: ${{ secrets.X }}")),
			one("6:9", "gcp", "docker/login-action", "how=static-key missing=[] static=[password] token=default"),
		},
		{
			"a registry with a token that was just made", flow,
			step("", "docker/login-action",
				in("registry: x.azurecr.io", "username: y", "password: ${{ steps.a.outputs.token }}")), nil,
		},
		{
			"a registry of nobody's", flow,
			step("", "docker/login-action", in("username: y", "password: ${{ secrets.DOCKERHUB_TOKEN }}")), nil,
		},
		{"Pulumi's own login", flow, step(write, "pulumi/auth-actions", in("organization: x")), nil},
		{"permissions of the job", flow, `on: push
permissions: {id-token: write}
jobs:
  a:
    permissions:
      contents: read
    steps:
      - uses: google-github-actions/auth@v2
        with: {workload_identity_provider: x}
`, []string{"login 8:9 gcp google-github-actions/auth a how=oidc missing=[] static=[] token=no"}},
		{"a workflow that others call", flow, `on:
  workflow_call:
    secrets: {AWS_SECRET_ACCESS_KEY: {required: true}}
jobs:
  a:
    steps:
      - uses: google-github-actions/auth@v2
        with: {workload_identity_provider: x}
`, []string{"login 7:9 gcp google-github-actions/auth a how=oidc missing=[] static=[] token=caller"}},
		{"a composite action", "actions/login/action.yml", `name: x
runs:
  using: composite
  steps:
    - uses: aws-actions/configure-aws-credentials@v4
      with:
        role-to-assume: ${{ inputs.role }}
    - run: gcloud secrets create a
      shell: bash
`, []string{
			"command 8:12 gcloud secrets create | create-secret",
			"login 5:7 aws aws-actions/configure-aws-credentials  how=oidc missing=[] static=[] token=caller",
		}},
		{"an action that is none", "action.yml", "a: b\n", nil},
		{"steps by anchors and merge keys", flow, `on: push
x: &with
  role-to-assume: x
jobs:
  a:
    steps:
      - &login
        uses: aws-actions/configure-aws-credentials@v4
        with: {<<: *with, aws-region: y}
  b:
    steps: [*login]
`, []string{
			"login 8:9 aws aws-actions/configure-aws-credentials a how=oidc missing=[] static=[] token=default",
			"login 8:9 aws aws-actions/configure-aws-credentials b how=oidc missing=[] static=[] token=default",
		}},
	})
}

func TestWorkflowKeys(t *testing.T) {
	runKinds(t, []kindTest{
		{"in env of the workflow, the job and the step", flow, `env:
  AWS_SECRET_ACCESS_KEY: ${{ secrets.A }}
jobs:
  a:
    env: {ARM_CLIENT_SECRET: "${{ secrets.B }}"}
    steps:
      - run: "true"
        env:
          GOOGLE_CREDENTIALS: ${{ secrets.C }}
          AWS_ACCESS_KEY_ID: ${{ secrets.D }}
`, []string{
			"key 2:3 AWS_SECRET_ACCESS_KEY aws by=name", "key 5:11 ARM_CLIENT_SECRET azure by=name a",
			"key 9:11 GOOGLE_CREDENTIALS gcp by=name a",
		}},
		{"by the secret that is referred to", flow, `jobs:
  a:
    steps:
      - uses: x/y@v1
        with:
          key: ${{ secrets.PROD_AWS_SECRET_ACCESS_KEY }}
          token: ${{ secrets['GCP_SA_KEY'] }}
      - run: |
          set -e
          echo "${{ secrets.GCP_SA_KEY }}" > key.json
`, []string{"key 6:11 key aws by=name a", "key 7:11 token gcp by=name a", "key 10:21 GCP_SA_KEY gcp by=name a"}},
		{"by its format, and not a second time in the text", flow, `jobs:
  a:
    env:
      AWS_SECRET_ACCESS_KEY: @aws@
      TOKEN: @github@
`, []string{"finding 5:14 file github-token", "key 4:7 AWS_SECRET_ACCESS_KEY aws by=value a"}},
		{
			"a value for tests", flow, "jobs:\n  a:\n    env: {AWS_SECRET_ACCESS_KEY: test, AZURE_CREDENTIALS: ''}\n",
			nil,
		},
		{"what a step has made", flow, `jobs:
  a:
    env:
      GOOGLE_APPLICATION_CREDENTIALS: ${{ steps.auth.outputs.credentials_file_path }}
      AWS_SECRET_ACCESS_KEY: ${{ steps.a.outputs.k }}
      AWS_SESSION_TOKEN: ${{ steps.a.outputs.t }}
`, nil},
		{
			"a file", flow, "jobs:\n  a:\n    env: {GOOGLE_APPLICATION_CREDENTIALS: '${{ github.workspace }}/key.json'}\n",
			nil,
		},
		{"containers and services", flow, `jobs:
  a:
    container:
      image: x
      credentials: {username: AWS, password: "${{ secrets.AWS_SECRET_ACCESS_KEY }}"}
    services:
      b: {env: {AZURE_CLIENT_SECRET: "${{ secrets.X }}"}}
`, []string{"key 5:36 password aws by=name a", "key 7:17 AZURE_CLIENT_SECRET azure by=name a"}},
		{"reusable workflows", flow, `jobs:
  a: {uses: o/r/.github/workflows/w.yml@v1, secrets: inherit}
  b:
    uses: o/r/.github/workflows/w.yml@v1
    secrets:
      key: ${{ secrets.AWS_SECRET_ACCESS_KEY }}
  c: {uses: o/r/.github/workflows/w.yml@v1}
  d: {uses: ./.github/workflows/w.yml, secrets: inherit}
`, []string{
			"call 2:7 o/r/.github/workflows/w.yml@v1 a inherit", "call 4:5 o/r/.github/workflows/w.yml@v1 b keys",
			"call 7:7 o/r/.github/workflows/w.yml@v1 c",
		}},
	})
}

func TestWorkflowCommands(t *testing.T) {
	runKinds(t, []kindTest{
		{"in a block", flow, "jobs:\n  a:\n    steps:\n      - run: |\n          set -e\n\n          gcloud secrets " +
			"create a\n", []string{"command 7:11 gcloud secrets create | create-secret a"}},
		{"in a folded text", flow, "jobs:\n  a:\n    steps:\n      - run: >-\n          true &&\n          gcloud " +
			"secrets\n          create a\n", []string{"command 6:11 gcloud secrets create | create-secret a"}},
		{
			"on one line", flow, "jobs:\n  a:\n    steps:\n      - run: gcloud secrets create ${{ inputs.x }}\n",
			[]string{"command 4:14 gcloud secrets create | create-secret a"},
		},
		{"in quotes, after letters of more bytes", flow, "jobs: {ä: {steps: [{run: \"true; gcloud secrets create " +
			"a\"}]}}\n", []string{"command 1:34 gcloud secrets create | create-secret ä"}},
		{"a part that is not known", flow, "jobs:\n  a:\n    steps:\n      - run: gcloud secrets ${{ inputs.what }} " +
			"a\n", nil},
		{"constants of env", flow, "env: {WHAT: create}\njobs:\n  a:\n    steps:\n      - env: {TOOL: gcloud}\n      " +
			"  run: $TOOL secrets $WHAT a\n", []string{"command 6:14 gcloud secrets create | create-secret a"}},
		{"PowerShell by its name and by the runner", flow, `jobs:
  a:
    defaults: {run: {shell: pwsh}}
    steps: [{run: Set-AzKeyVaultSecret -Name a}]
  b:
    runs-on: windows-latest
    steps: [{run: Set-AzKeyVaultSecret -Name a}]
`, []string{"command 4:19 Set-AzKeyVaultSecret | write-secret a", "command 7:19 Set-AzKeyVaultSecret | write-secret b"}},
		{
			"another language", flow, "jobs:\n  a:\n    steps:\n      - {shell: python, run: gcloud secrets create a}\n",
			nil,
		},
	})
}

func TestBrokenWorkflows(t *testing.T) {
	runKinds(t, []kindTest{
		{
			"no YAML", flow, "jobs:\n  a: [\n",
			[]string{"error 2:1 not valid YAML; expected a workflow: a mapping with on and jobs"},
		},
		{"no mapping", flow, "- a\n", []string{"error 1:1 expected a workflow: a mapping with on and jobs"}},
		{
			"jobs that are a list", flow, "on: push\njobs: [a]\n",
			[]string{"error 2:1 expected a mapping of names to jobs under jobs"},
		},
		{
			"a job that is a text", flow, "jobs:\n  a: b\n",
			[]string{"error 2:3 expected a mapping with steps or uses for a job"},
		},
		{"a template of a workflow, which nobody runs", "template/" + flow, "jobs:\n{% if x %}\n", nil},
		{
			"an alias of itself", flow, "jobs: &a\n  b: *a\n",
			[]string{"error 0:0 expands too far through its aliases: not parsed; expected a workflow: a mapping with on and " +
				"jobs"},
		},
		{"a Go template beside", "x.yml", "{{ if }}\n", nil},
	})
}

func TestGitLab(t *testing.T) {
	runKinds(t, []kindTest{
		{"scripts share a shell with what comes before", ".gitlab-ci.yml", `default:
  before_script:
    - gcloud secrets delete x
deploy:
  variables: {TOOL: gcloud}
  before_script:
    - WHAT=create
  script:
    - $TOOL secrets $WHAT a
    - |
      true
      gcloud secrets create b
  after_script: [gcloud secrets $WHAT c]
`, []string{
			"command 3:7 gcloud secrets delete | delete-secret",
			"command 9:7 gcloud secrets create | create-secret deploy",
			"command 12:7 gcloud secrets create | create-secret deploy",
		}},
		{"references and anchors", "ci/build.gitlab-ci.yml", `.base:
  script: &s
    - gcloud secrets create a
a:
  script:
    - !reference [.base, script]
b:
  script: *s
`, []string{"command 3:7 gcloud secrets create | create-secret .base"}},
		{"variables with keys", ".gitlab-ci.yml", `variables:
  AWS_SECRET_ACCESS_KEY: $PROD_KEY
  ARM_CLIENT_SECRET: {value: $X, description: y}
  AWS_DEFAULT_REGION: x
a:
  variables: {AZURE_CREDENTIALS: "$Y"}
  script: [a]
`, []string{"key 2:3 AWS_SECRET_ACCESS_KEY aws by=name", "key 3:3 ARM_CLIENT_SECRET azure by=name", "key 6:15 AZURE_CREDENTIALS azure by=name a"}},
		{"keys from a store", ".gitlab-ci.yml", `a:
  script: [make]
  secrets:
    AWS_SECRET_ACCESS_KEY: {vault: ci/aws/key@kv}
    GOOGLE_CREDENTIALS: {gcp_secret_manager: {name: ci}}
    DB_PASSWORD: {vault: ci/db/password@kv}
b:
  script: [make]
  secrets: {AWS_SECRET_ACCESS_KEY: {vault: aws/creds/deploy/secret_key@aws}}
`, []string{
			"key 4:5 AWS_SECRET_ACCESS_KEY aws by=name a", "key 5:5 GOOGLE_CREDENTIALS gcp by=name a",
		}},
		{"what is included", ".gitlab-ci.yml", `include:
  - local: a.yml
  - b.yml
  - project: g/p
    file: x.yml
  - component: gitlab.com/a/b@1
`, []string{"call 4:5 g/p", "call 6:5 gitlab.com/a/b@1"}},
		{"a header before the pipeline", ".gitlab-ci.yml", "spec:\n  inputs: {}\n---\na: {script: [gcloud secrets " +
			"create a]}\n", []string{"command 4:14 gcloud secrets create | create-secret a"}},
	})
}
