package repository_test

import "testing"

func TestJenkins(t *testing.T) {
	const name = "Jenkinsfile"
	runKinds(t, []kindTest{
		{"steps that run a text", name, `#!/usr/bin/env groovy
pipeline {
  agent any
  environment { VERB = 'create' }
  stages {
    stage('Deploy') {
      steps {
        sh 'gcloud secrets create api' // not: sh 'gcloud secrets delete api'
        sh "gcloud secrets $VERB b"
        sh """
          set -e
          aws secretsmanager \
            create-secret --name ${params.NAME}
          echo "\$HOME: done"; az keyvault secret set --vault-name a --name b --value "\${V}"
        """
        sh(returnStdout: true, script: 'kubectl create secret generic ' + name)
        sh label: 'last', script: '''gcloud secrets delete api'''
        powershell 'Set-AzKeyVaultSecret -Name a'
        bat(script: "aws secretsmanager delete-secret --secret-id a")
        echo 'gcloud secrets create c'
      }
    }
  }
  post { always { sh 'gcloud secrets delete d' } }
}
`, []string{
			"command 8:13 gcloud secrets create | create-secret Deploy",
			"command 9:13 gcloud secrets create | create-secret Deploy",
			"command 12:11 aws secretsmanager create-secret | create-secret Deploy",
			"command 14:32 az keyvault secret set | write-secret Deploy",
			"command 16:41 kubectl create secret | create-secret Deploy",
			"command 17:38 gcloud secrets delete | delete-secret Deploy",
			"command 18:21 Set-AzKeyVaultSecret | write-secret Deploy",
			"command 19:22 aws secretsmanager delete-secret | delete-secret Deploy",
			"command 24:23 gcloud secrets delete | delete-secret",
		}},
		{"keys", "ci/Jenkinsfile.deploy", `pipeline {
  environment {
    AWS_REGION = 'eu-west-1'
    AWS_ACCESS_KEY_ID = credentials('aws-id')
    AWS_SECRET_ACCESS_KEY = credentials('aws-key')
    DOCKER = credentials('docker')
    TOKEN = credentials('gcp-sa-key')
  }
  stages {
    stage('Plan') {
      environment { ARM_CLIENT_SECRET = "${env.SHOP_SECRET}" }
      steps {
        withCredentials([string(credentialsId: 'x', variable: 'PULUMI_ACCESS_TOKEN'),
                         usernamePassword(credentialsId: 'y', usernameVariable: 'U', passwordVariable: 'P')]) {
          sh 'pulumi preview'
        }
        withCredentials([[$class: 'AmazonWebServicesCredentialsBinding', credentialsId: 'a', secretKeyVariable: 'K']]) {
          sh 'aws s3 ls'
        }
        withCredentials([azureServicePrincipal('sp')]) { sh 'az account show' }
        withCredentials([file(credentialsId: 'z', variable: 'GOOGLE_APPLICATION_CREDENTIALS')]) { sh 'make' }
        withAWS(credentials: 'aws', region: 'eu-west-1') { sh 'aws s3 ls' }
        withEnv(["AWS_SECRET_ACCESS_KEY=${SHOP_KEY}", 'CI=1']) { sh 'make' }
        withVault(vaultSecrets: [[path: 'kv/ci', secretValues: [[envVar: 'FIREBASE_TOKEN', vaultKey: 'k']]],
          [path: 'aws/creds/ci', secretValues: [[envVar: 'AWS_SECRET_ACCESS_KEY', vaultKey: 'k']]]]) { sh 'make' }
        sh "docker run -e GOOGLE_CREDENTIALS='${params.KEY}' shop"
        script { docker.withRegistry('https://123456789012.dkr.ecr.eu-west-1.amazonaws.com', 'ecr:eu-west-1:aws') { x() } }
      }
    }
  }
}
`, []string{
			"key 5:5 AWS_SECRET_ACCESS_KEY aws by=name",
			"key 7:5 TOKEN gcp by=name",
			"key 11:21 ARM_CLIENT_SECRET azure by=name Plan",
			"key 13:26 PULUMI_ACCESS_TOKEN pulumi by=name Plan",
			"key 17:26 K aws by=name Plan",
			"key 20:26 AZURE_CLIENT_SECRET azure by=name Plan",
			"key 21:26 GOOGLE_APPLICATION_CREDENTIALS gcp by=name Plan",
			"key 22:9 credentials aws by=name Plan",
			"key 23:18 AWS_SECRET_ACCESS_KEY aws by=name Plan",
			"key 24:74 FIREBASE_TOKEN gcp by=name Plan",
			"key 26:13 GOOGLE_CREDENTIALS gcp by=name Plan",
			"key 27:25 withRegistry aws by=name Plan",
		}},
		{"roles, sessions and what is no key", name, `pipeline {
  environment {
    AWS_SECRET_ACCESS_KEY = 'test'
    AWS_ROLE_ARN = 'arn:aws:iam::123456789012:role/deploy'
    GOOGLE_APPLICATION_CREDENTIALS = "${WORKSPACE}/wif.json"
  }
  stages {
    stage('a') {
      steps {
        withAWS(role: 'deploy', roleAccount: '123456789012') { sh 'aws s3 ls' }
        withEnv(["AWS_SECRET_ACCESS_KEY=${K}", "AWS_SESSION_TOKEN=${T}"]) { sh 'aws s3 ls' }
        withCredentials([string(credentialsId: 'npm', variable: 'NPM_TOKEN')]) { sh 'npm publish' }
        sh "docker login -u AWS --password \$(aws ecr get-login-password) shop"
        script { docker.withRegistry('https://x', 'ecr:eu-west-1') { y() } }
      }
    }
  }
}
`, nil},
		{
			"a step of a shared library", "vars/deploy.groovy", "def call(String name) {\n  sh \"gcloud secrets create ${name}\"\n}\n",
			[]string{"command 2:7 gcloud secrets create | create-secret"},
		},
		{"any other program", "src/x.groovy", "def call() { sh 'gcloud secrets create a' }\n", nil},
		{"what is written about one", "Jenkinsfile.md", "sh 'gcloud secrets create a'\n", nil},
	})
}
