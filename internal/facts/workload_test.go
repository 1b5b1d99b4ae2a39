package facts

import (
	"encoding/base64"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/progression-labs-development/policypack/internal/detect"
	"github.com/progression-labs-development/policypack/internal/model"
)

// handedOver returns the places of a resource at which a secret is handed to a workload. The configuration has the
// secret api:signature, whose value is known.
func handedOver(t *testing.T, typ string, properties values) []string {
	t.Helper()
	d, err := detect.New(detect.Options{})
	if err != nil {
		t.Fatal(err)
	}
	run := NewRun(&model.Stack{
		Project: "shop", Name: "production", Config: map[string]string{"api:signature": canary},
		Secret: []string{"api:signature"},
	}, "2026-11-23")
	r, err := New(&model.Resource{
		URN: "urn:pulumi:production::shop::" + typ + "::api", Type: typ, Name: "api", Properties: model.Of(properties),
	}, testCatalogue(t))
	if err != nil {
		t.Fatal(err)
	}
	r.Scan(run, d)
	ScanStack(run, d, []*Resource{r})
	var places []string
	for i := range r.Findings {
		if f := &r.Findings[i]; f.Reason == ReasonHanded {
			places = append(places, f.Path.String())
		}
	}
	slices.Sort(places)
	return places
}

// values are properties, as a program writes them.
type values = map[string]any

func b64(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }

func markedOf(v any) model.Value { return model.Marked{Value: model.Of(v)} }

// notKnown is a value that is marked secret and not known yet.
var notKnown = model.Marked{Value: model.Unseen{}}

func pair(name string, value any) values { return values{"name": name, "value": value} }

// A secret is found in every place that is handed to a workload, whatever the cloud and the spelling.
func TestSecretsHandedToWorkloads(t *testing.T) {
	t.Parallel()
	secret := markedOf(canary)
	text := markedOf("#!/bin/sh\nexport DB_PASSWORD='" + canary + "'\n")
	for _, tt := range []struct {
		typ  string
		give values
		want string
	}{
		{"aws:lambda/function:Function", values{"environment": values{"variables": values{"A": secret}}}, "environment.variables.A"},
		{"aws:lambda/function:Function", values{"environment": values{"variables": notKnown}}, "environment.variables"},
		{"aws-native:lambda:Function", values{"environment": values{"variables": values{"A": notKnown}}}, "environment.variables.A"},
		{"aws-native:ecs:TaskDefinition", values{"containerDefinitions": []any{values{"environment": []any{pair("A", secret)}}}}, "containerDefinitions[0].environment[0].value"},
		{"aws:ecs/taskDefinition:TaskDefinition", values{"containerDefinitions": notKnown}, "containerDefinitions"},
		{"aws:batch/jobDefinition:JobDefinition", values{"containerProperties": markedOf(`{"environment":[{"name":"DB_PASSWORD","value":"` + canary + `"}]}`)}, "containerProperties"},
		{"aws:apprunner/service:Service", values{"sourceConfiguration": values{"imageRepository": values{"imageConfiguration": values{"runtimeEnvironmentVariables": values{"A": secret}}}}}, "sourceConfiguration.imageRepository.imageConfiguration.runtimeEnvironmentVariables.A"},
		{"aws:codebuild/project:Project", values{"environment": values{"environmentVariables": []any{values{"name": "A", "type": "PLAINTEXT", "value": secret}}}}, "environment.environmentVariables[0].value"},
		{"aws:codebuild/project:Project", values{"environment": values{"environmentVariables": []any{pair("A", secret)}}}, "environment.environmentVariables[0].value"},
		{"aws:amplify/app:App", values{"environmentVariables": values{"A": secret}}, "environmentVariables.A"},
		{"aws:amplify/branch:Branch", values{"environmentVariables": values{"A": secret}}, "environmentVariables.A"},
		{"aws:elasticbeanstalk/environment:Environment", values{"settings": []any{values{"namespace": "aws:elasticbeanstalk:application:environment", "name": "A", "value": secret}}}, "settings[0].value"},
		{"aws:sagemaker/model:Model", values{"primaryContainer": values{"environment": values{"A": secret}}}, "primaryContainer.environment.A"},
		{"aws:ec2/instance:Instance", values{"userData": text}, "userData"},
		{"aws:ec2/launchTemplate:LaunchTemplate", values{"userData": markedOf(b64("#!/bin/sh\nexport DB_PASSWORD='" + canary + "'\n"))}, "userData"},
		{"aws-native:ec2:LaunchTemplate", values{"launchTemplateData": values{"userData": text}}, "launchTemplateData.userData"},
		{"aws:ec2/launchConfiguration:LaunchConfiguration", values{"userDataBase64": notKnown}, "userDataBase64"},
		{"hcloud:index/server:Server", values{"userData": text}, "userData"},
		{"gcp:cloudrun/service:Service", values{"template": values{"spec": values{"containers": []any{values{"envs": []any{pair("A", secret)}}}}}}, "template.spec.containers[0].envs[0].value"},
		{"gcp:cloudrunv2/job:Job", values{"template": values{"template": values{"containers": []any{values{"envs": []any{pair("A", notKnown)}}}}}}, "template.template.containers[0].envs[0].value"},
		{"gcp:cloudfunctions/function:Function", values{"environmentVariables": values{"A": secret}}, "environmentVariables.A"},
		{"gcp:cloudfunctionsv2/function:Function", values{"serviceConfig": values{"environmentVariables": values{"A": secret}}}, "serviceConfig.environmentVariables.A"},
		{"gcp:cloudfunctionsv2/function:Function", values{"buildConfig": values{"environmentVariables": values{"A": secret}}}, "buildConfig.environmentVariables.A"},
		{"gcp:compute/instance:Instance", values{"metadata": values{"db-password": secret}}, "metadata.db-password"},
		{"gcp:compute/instanceTemplate:InstanceTemplate", values{"metadataStartupScript": text}, "metadataStartupScript"},
		{"azure:appservice/linuxWebApp:LinuxWebApp", values{"appSettings": values{"A": secret}}, "appSettings.A"},
		{"azure-native:web:WebAppApplicationSettings", values{"properties": values{"A": secret}}, "properties.A"},
		{"azure-native:web/v20231201:WebApp", values{"siteConfig": values{"appSettings": []any{pair("A", secret)}}}, "siteConfig.appSettings[0].value"},
		{"azure-native:containerinstance:ContainerGroup", values{"containers": []any{values{"environmentVariables": []any{pair("A", secret)}}}}, "containers[0].environmentVariables[0].value"},
		{"azure:containerservice/group:Group", values{"containers": []any{values{"environmentVariables": values{"A": secret}}}}, "containers[0].environmentVariables.A"},
		{"azure-native:app:ContainerApp", values{"template": values{"containers": []any{values{"env": []any{pair("A", secret)}}}}}, "template.containers[0].env[0].value"},
		{"azure-native:compute:VirtualMachine", values{"osProfile": values{"customData": text}}, "osProfile.customData"},
		{"kubernetes:core/v1:Pod", values{"spec": values{"containers": []any{values{"env": []any{pair("A", secret)}}}}}, "spec.containers[0].env[0].value"},
		{"kubernetes:batch/v1:CronJob", values{"spec": values{"jobTemplate": values{"spec": values{"template": values{"spec": values{"initContainers": []any{values{"env": []any{pair("A", secret)}}}}}}}}}, "spec.jobTemplate.spec.template.spec.initContainers[0].env[0].value"},
		{"kubernetes:serving.knative.dev/v1:Service", values{"spec": values{"template": values{"spec": values{"containers": []any{values{"env": []any{pair("A", secret)}}}}}}}, "spec.template.spec.containers[0].env[0].value"},
		{"kubernetes:core/v1:ConfigMap", values{"data": values{"db-password": secret}}, "data.db-password"},
		{"kubernetes:core/v1:Namespace", values{"metadata": values{"annotations": values{"example.com/token": secret}}}, `metadata.annotations["example.com/token"]`},
		{"docker:index/container:Container", values{"envs": []any{"MODE=x", markedOf("DB_PASSWORD=" + canary)}}, "envs[1]"},
		{"docker:index/image:Image", values{"build": values{"args": values{"NPM_TOKEN": secret}}}, "build.args.NPM_TOKEN"},
		{"docker-build:index:Image", values{"buildArgs": values{"A": notKnown}}, "buildArgs.A"},
		{"aws:s3/bucketV2:BucketV2", values{"tags": values{"a": secret}}, "tags.a"},
		{"aws-native:s3:Bucket", values{"tags": []any{values{"key": "a", "value": secret}}}, "tags[0].value"},
		{"gcp:storage/bucket:Bucket", values{"labels": values{"a": secret}}, "labels.a"},
		{"terraform:tf:aws_appsync_graphql_api", values{"tags": values{"a": secret}}, "tags.a"},
		{"terraform:tf:kubernetes_deployment_v1", values{"spec": []any{values{"template": []any{values{"spec": []any{values{"container": []any{values{"env": []any{pair("A", secret)}}}}}}}}}}, "spec[0].template[0].spec[0].container[0].env[0].value"},
	} {
		if diff := cmp.Diff([]string{tt.want}, handedOver(t, tt.typ, tt.give)); diff != "" {
			t.Errorf("%s: mismatch (-want +got):\n%s", tt.typ, diff)
		}
	}
}

// What is marked as a whole is one finding, at what is marked.
func TestSecretsInMarkedWholes(t *testing.T) {
	t.Parallel()
	variables := values{"DB_HOST": "db.internal", "MODE": "blue-green", "DB_PASSWORD": canary, "API_TOKEN": canary + "x"}
	for _, tt := range []struct {
		name string
		give values
		want []string
	}{
		{"the variables", values{"environment": values{"variables": markedOf(variables)}}, []string{"environment.variables"}},
		{"what is around them", values{"environment": markedOf(values{"variables": variables})}, []string{"environment"}},
		{
			"a map and a variable",
			values{
				"environment": values{"variables": values{"A": markedOf(canary), "B": markedOf("db.internal")}},
				"tags":        markedOf(values{"owner": "payments", "key": canary}),
			},
			[]string{"environment.variables.A", "tags"},
		},
		{
			"not known, by name",
			values{"environment": markedOf(values{"variables": values{"DB_HOST": model.Unseen{}, "DB_PASSWORD": model.Unseen{}}})},
			[]string{"environment"},
		},
		{"not known, no name", values{"environment": markedOf(values{"variables": values{"DB_HOST": model.Unseen{}, "MODE": model.Unseen{}}})}, nil},
		{"no secret", values{"environment": markedOf(values{"variables": values{"DB_HOST": "db.internal", "MODE": "blue-green", "BUCKET": "orders-media"}})}, nil},
	} {
		if diff := cmp.Diff(tt.want, handedOver(t, "aws:lambda/function:Function", tt.give)); diff != "" {
			t.Errorf("%s: mismatch (-want +got):\n%s", tt.name, diff)
		}
	}
}

// A mark alone makes no secret of what stands beside secrets.
func TestSettingsHandedToWorkloads(t *testing.T) {
	t.Parallel()
	for name, value := range map[string]any{
		"DB_HOST": "shop-db.c9akciq32.eu-west-1.rds.amazonaws.com", "DB_PORT": "5432", "DB_USER": "orders_app", "DB_NAME": "orders",
		"AWS_REGION": "eu-west-1", "REGION": "europe-west4", "BUCKET": "orders-media-x71", "QUEUE_URL": "https://sqs.eu-west-1.amazonaws.com/123456789012/orders",
		"TOPIC_ARN": "arn:aws:sns:eu-west-1:123456789012:orders", "SECRET_ARN": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:shop/production-a1b2c3",
		"DB_PASSWORD_SECRET_NAME": "shop/production", "DB_PASSWORD_FILE": "/run/secrets/db-password", "API_URL": "https://api.example.com/v1",
		"REDIS_URL": "redis://cache.internal:6379/0", "KEY_VAULT_URI": "https://shop.vault.azure.net/", "LOG_LEVEL": "debug", "DEBUG": "false",
		"API_KEY": "@Microsoft.KeyVault(SecretUri=https://shop.vault.azure.net/secrets/api-key/)", "CLIENT_ID": "7d1c9a52-8a37-4d0e-9a57-2f4b8c1d6e90",
		"ADMIN_EMAIL": "ops@example.com", "PUBLIC_KEY": "-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE\n-----END PUBLIC KEY-----\n",
		"SECRET_VERSION": "projects/shop/secrets/db/versions/latest", "CONFIG": `{"host":"db.internal","port":5432}`, "TIMEOUT": "30s",
		"HOSTS": "kafka-0.kafka:9092,kafka-1.kafka:9092", "CIDR": "10.0.0.0/16", "APPLICATIONINSIGHTS_CONNECTION_STRING": model.Unseen{},
	} {
		if name == "APPLICATIONINSIGHTS_CONNECTION_STRING" {
			if got := handedOver(t, "azure:appservice/linuxWebApp:LinuxWebApp", values{"appSettings": values{name: markedOf(value)}}); got != nil {
				t.Errorf("%s of an app: got %v", name, got)
			}
			continue
		}
		if got := handedOver(t, "aws:lambda/function:Function", values{"environment": values{"variables": values{name: markedOf(value)}}}); got != nil {
			t.Errorf("%s: got %v", name, got)
		}
	}
	for _, name := range []string{
		"DB_HOST", "DB_PORT", "DB_USER", "DB_NAME", "REGION", "QUEUE_URL", "BUCKET_ARN", "SECRET_ARN", "DB_PASSWORD_SECRET_NAME", "API_ENDPOINT", "CLUSTER",
		"SECRET_ID",
	} {
		if got := handedOver(t, "aws:lambda/function:Function", values{"environment": values{"variables": values{name: notKnown}}}); got != nil {
			t.Errorf("%s, not known yet: got %v", name, got)
		}
	}
	for _, tt := range []struct {
		typ  string
		give values
	}{
		{"aws:ec2/instance:Instance", values{"userData": markedOf("#!/bin/sh\nexport DB_HOST=db.internal\n/opt/app/start --port 5432\n")}},
		{"azure:compute/linuxVirtualMachine:LinuxVirtualMachine", values{"customData": notKnown}},
		{"azure-native:compute:VirtualMachine", values{"osProfile": values{"customData": markedOf(b64("#cloud-config\npackages: [nginx]\n"))}}},
		{"azure-native:containerinstance:ContainerGroup", values{"containers": []any{values{"environmentVariables": []any{values{"name": "A", "secureValue": notKnown}}}}}},
		{"azure-native:app:ContainerApp", values{"configuration": values{"secrets": []any{pair("db", notKnown)}}, "template": values{"containers": []any{values{"env": []any{values{"name": "A", "secretRef": "db"}}}}}}},
		{"aws:elasticbeanstalk/environment:Environment", values{"settings": []any{values{"namespace": "aws:elasticbeanstalk:application:environmentsecrets", "name": "A", "value": notKnown}}}},
		{"gcp:compute/instance:Instance", values{"metadata": values{"enable-oslogin": markedOf("TRUE"), "ssh-keys": markedOf("ops:ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGx ops")}}},
		{"command:local:Command", values{"environment": values{"DB_PASSWORD": markedOf(canary)}}},
		{"aws:rds/instance:Instance", values{"password": markedOf(canary)}},
		{"kubernetes:core/v1:Secret", values{"stringData": markedOf(values{"password": canary})}},
		{"aws:s3/bucketV2:BucketV2", values{"tags": values{"Name": markedOf("orders-media"), "environment": markedOf("production"), "owner": markedOf("team-payments"), "url": notKnown}}},
		{"docker-build:index:Image", values{"secrets": values{"NPM_TOKEN": markedOf(canary)}}},
	} {
		if got := handedOver(t, tt.typ, tt.give); got != nil {
			t.Errorf("%s: got %v", tt.typ, got)
		}
	}
}
