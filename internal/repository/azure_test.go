package repository_test

import "testing"

func TestAzurePipelines(t *testing.T) {
	const name = "azure-pipelines.yml"
	runKinds(t, []kindTest{
		{"commands in all forms of a step", name, `trigger: [main]
stages:
  - stage: deploy
    jobs:
      - job: linux
        pool: {vmImage: ubuntu-latest}
        steps:
          - script: aws secretsmanager create-secret --name api
          - bash: |
              set -e
              gcloud secrets create $(name)
          - pwsh: Set-AzKeyVaultSecret -Name a
          - task: AzureCLI@2
            inputs:
              azureSubscription: shop
              scriptType: bash
              scriptLocation: inlineScript
              inlineScript: |
                az keyvault secret set --vault-name shop --name api --value "$(v)"
          - task: AzurePowerShell@5
            inputs: {azureSubscription: shop, ScriptType: InlineScript, Inline: Remove-AzKeyVaultSecret -Name a}
          - task: AWSShellScript@1
            inputs: {awsCredentials: shop, scriptType: inline, inlineScript: aws secretsmanager delete-secret --secret-id a}
          - task: AWSCLI@1
            inputs: {awsCredentials: shop, awsCommand: secretsmanager, awsSubCommand: create-secret, awsArguments: --name a}
          - task: Kubernetes@1
            inputs: {command: create, arguments: secret generic api}
          - ${{ if eq(variables['Build.SourceBranch'], 'refs/heads/main') }}:
              - script: gcloud secrets delete api
      - deployment: windows
        pool: {vmImage: windows-latest}
        strategy:
          runOnce:
            deploy:
              steps:
                - script: gcloud secrets create api
                - script: echo hello
`, []string{
			"command 8:21 aws secretsmanager create-secret | create-secret linux",
			"command 11:15 gcloud secrets create | create-secret linux",
			"command 12:19 Set-AzKeyVaultSecret | write-secret linux",
			"command 19:17 az keyvault secret set | write-secret linux",
			"command 21:81 Remove-AzKeyVaultSecret | delete-secret linux",
			"command 23:78 aws secretsmanager delete-secret | delete-secret linux",
			"command 25:116 aws secretsmanager create-secret | create-secret linux",
			"command 27:50 kubectl create secret | create-secret linux",
			"command 29:25 gcloud secrets delete | delete-secret linux",
			"command 36:27 gcloud secrets create | create-secret windows",
		}},
		{"keys that variables, steps and tasks get", name, `variables:
  - group: shop
  - name: ARM_CLIENT_SECRET
    value: $(SHOP_SECRET)
  - name: dummy
    value: test
steps:
  - script: terraform apply
    env:
      AWS_SECRET_ACCESS_KEY: $(AWS_SECRET_ACCESS_KEY)
      AWS_ACCESS_KEY_ID: $(AWS_ACCESS_KEY_ID)
  - script: export GOOGLE_CREDENTIALS='$(google)-$(googleKey)'
  - pwsh: $env:AZURE_CLIENT_SECRET = "$(clientSecret)"
  - script: pytest
    env: {PULUMI_ACCESS_TOKEN: $(dummy)}
  - task: AzureStaticWebApp@0
    inputs: {app_location: /, azure_static_web_apps_api_token: $(deploymentToken)}
  - task: AzureCLI@2
    inputs:
      addSpnToEnvironment: true
      scriptType: bash
      inlineScript: |
        export ARM_CLIENT_ID=$servicePrincipalId
        export ARM_CLIENT_SECRET=$servicePrincipalKey
        terraform plan
  - template: deploy.yml
    parameters: {awsSecretAccessKey: $(PROD_KEY), region: eu-west-1}
`, []string{
			"key 3:5 ARM_CLIENT_SECRET azure by=name",
			"key 10:7 AWS_SECRET_ACCESS_KEY aws by=name",
			"key 12:20 GOOGLE_CREDENTIALS gcp by=name",
			"key 13:11 AZURE_CLIENT_SECRET azure by=name",
			"key 17:31 azure_static_web_apps_api_token azure by=name",
			"key 24:16 ARM_CLIENT_SECRET azure by=name",
			"key 27:18 awsSecretAccessKey aws by=name",
		}},
		{"federated logins, sessions and files", name, `steps:
  - task: AzureCLI@2
    inputs:
      azureSubscription: shop
      addSpnToEnvironment: true
      scriptType: bash
      inlineScript: |
        export ARM_OIDC_TOKEN=$idToken ARM_USE_OIDC=true
        az login --service-principal -u $servicePrincipalId --tenant $tenantId --federated-token $idToken
        date=$(date)
  - script: |
      read -r id key token <<< "$(aws sts assume-role --output text)"
      echo "##vso[task.setvariable variable=KEY;issecret=true]$key"
  - script: aws s3 ls
    env: {AWS_SECRET_ACCESS_KEY: $(KEY), GOOGLE_APPLICATION_CREDENTIALS: $(Build.SourcesDirectory)/wif}
  - script: aws s3 ls
    env: {AWS_SECRET_ACCESS_KEY: $(K), AWS_SESSION_TOKEN: $(T)}
  - task: AWSShellScript@1
    inputs: {awsCredentials: shop, inlineScript: aws s3 ls}
`, nil},
		{
			"a template by its content", "build/steps.yaml", "parameters: {x: y}\nsteps:\n  - task: Bash@3\n    inputs: {targetType: inline, script: gcloud secrets create a}\n",
			[]string{"command 4:42 gcloud secrets create | create-secret"},
		},
		{"a broken one", name, "steps: [\n", []string{"error 1:1 not valid YAML; expected an Azure pipeline: a mapping with steps, jobs or stages"}},
		{"a broken one that only looks like one", "test/" + name, "steps: [\n", nil},
		{"broken, and without the name", "x.yml", "steps:\n  - task: x\n  - [\n", nil},
		{"something else", "chart/values.yaml", "steps: [a]\n", nil},
	})
}
