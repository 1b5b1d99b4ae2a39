// Package bench measures how much time the policy pack adds to a preview, as ratios to an analyzer that answers every
// call with nothing. `make bench` runs it. It asserts no times.
package bench

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/progression-labs-development/policypack/internal/place"
)

// resource is one resource of the measured stack.
type resource struct {
	token, name string
	// component is the type of the component around the resource, or empty.
	component  string
	properties map[string]any // text, bool, float64, []any, map[string]any, secret, unknown
	outputs    map[string]any // nil where they are the inputs
	// from is the resource from whose outputs the properties come, or empty.
	from          string
	ignoreChanges []string
}

// secret is a value that is marked secret.
type secret struct{ value any }

// unknown is a value that a preview does not know.
type unknown struct{}

// stack makes a stack that looks like those that companies run: the same seed gives the same stack. Nothing in it
// breaks a policy, so that the whole of it goes through a preview.
func stack(n int) []resource { return seeded(n, 1) }

// seeded is a stack like [stack], of another seed.
func seeded(n int, seed uint64) []resource {
	g := generator{rand.New(rand.NewPCG(seed, 2))}
	kinds := []struct {
		weight int
		make   func(int) resource
	}{
		{10, g.bucket},
		{8, g.role},
		{4, g.policy},
		{8, g.lambda},
		{15, g.deployment},
		{10, g.configMap},
		{8, g.service},
		{8, g.subnet},
		{8, g.securityGroup},
		{12, g.record},
		{3, g.database},
		{3, g.secret},
		{3, g.version},
		{3, g.instance},
		{3, g.taskDefinition},
		{3, g.api},
		{2, g.password},
	}
	total := 0
	for _, k := range kinds {
		total += k.weight
	}
	all := make([]resource, n)
	for i := range all {
		at := g.IntN(total)
		for _, k := range kinds {
			if at -= k.weight; at < 0 {
				all[i] = k.make(i)
				break
			}
		}
	}
	return all
}

type generator struct{ *rand.Rand }

func (g generator) pick(words ...string) string { return words[g.IntN(len(words))] }

func (g generator) app() string {
	return g.pick("api", "web", "worker", "billing", "search", "auth", "reports", "mailer", "ingest", "gateway")
}

func (g generator) environment() string { return g.pick("production", "staging", "development") }

func (g generator) tags() map[string]any {
	return map[string]any{
		"team": g.pick("payments", "platform", "data", "growth"), "environment": g.environment(), "service": g.app(),
		"managed-by": "pulumi", "cost-center": fmt.Sprint(1000 + g.IntN(9000)),
	}
}

func (g generator) hex(n int) string {
	const digits = "0123456789abcdef"
	var b strings.Builder
	for range n {
		b.WriteByte(digits[g.IntN(len(digits))])
	}
	return b.String()
}

func (g generator) arn(service, kind string) string {
	return fmt.Sprintf("arn:aws:%s:eu-west-1:123456789012:%s/%s-%s", service, kind, g.app(), g.hex(8))
}

func (g generator) bucket(i int) resource {
	return resource{token: "aws:s3/bucket:Bucket", name: fmt.Sprintf("bucket-%d", i), properties: map[string]any{
		"bucket": fmt.Sprintf("acme-%s-%s-%s", g.app(), g.environment(), g.hex(7)), "acl": "private", "tags": g.tags(),
	}}
}

func (g generator) document(statements int) string {
	var list []any
	for range statements {
		list = append(list, map[string]any{
			"Effect": "Allow", "Action": []any{"s3:GetObject", "s3:ListBucket", "secretsmanager:GetSecretValue"},
			"Resource": []any{g.arn("s3", "bucket"), g.arn("secretsmanager", "secret")},
			"Condition": map[string]any{
				"StringEquals": map[string]any{"aws:PrincipalTag/team": g.pick("payments", "platform")},
			},
		})
	}
	text, err := json.Marshal(map[string]any{"Version": "2012-10-17", "Statement": list})
	if err != nil {
		panic(err)
	}
	return string(text)
}

func (g generator) role(i int) resource {
	return resource{token: "aws:iam/role:Role", name: fmt.Sprintf("role-%d", i), properties: map[string]any{
		"name": fmt.Sprintf("%s-role-%s", g.app(), g.hex(7)), "assumeRolePolicy": g.document(1),
		"inlinePolicies": []any{map[string]any{"name": "inline", "policy": g.document(3)}}, "tags": g.tags(),
	}}
}

func (g generator) policy(i int) resource {
	return resource{token: "aws:iam/policy:Policy", name: fmt.Sprintf("policy-%d", i), properties: map[string]any{
		"name": fmt.Sprintf("%s-policy-%s", g.app(), g.hex(7)), "policy": g.document(5),
		"description": "what the service may do",
	}}
}

func (g generator) lambda(i int) resource {
	return resource{
		token: "aws:lambda/function:Function", name: fmt.Sprintf("function-%d", i), from: issuer,
		properties: map[string]any{
			"name": fmt.Sprintf("%s-%s", g.app(), g.hex(7)), "runtime": "nodejs22.x", "handler": "index.handler",
			"role": unknown{}, "memorySize": 512.0, "timeout": 30.0, "tags": g.tags(),
			"environment": map[string]any{"variables": map[string]any{
				"LOG_LEVEL": "info", "DATABASE_HOST": g.app() + ".internal",
				"DATABASE_SECRET_ARN": g.arn("secretsmanager", "secret"),
				"QUEUE_URL":           "https://sqs.eu-west-1.amazonaws.com/123456789012/" + g.app(), "FEATURES": g.hex(16),
				"NODE_OPTIONS": "--enable-source-maps", "API_TOKEN": g.arn("secretsmanager", "secret"),
			}},
			"replacementToken": secret{g.hex(32)}, // where no workload reads it
		},
	}
}

func (g generator) deployment(i int) resource {
	labels := map[string]any{"app": g.app(), "team": g.pick("payments", "platform")}
	var env []any
	for _, name := range []string{"PORT", "LOG_LEVEL", "REDIS_HOST", "STATSD_HOST", "PUBLIC_URL"} {
		env = append(env, map[string]any{"name": name, "value": g.app() + "." + g.hex(4) + ".internal"})
	}
	env = append(env, map[string]any{"name": "DB_PASSWORD", "valueFrom": map[string]any{
		"secretKeyRef": map[string]any{"name": "db", "key": "password"},
	}})
	return resource{
		token: "kubernetes:apps/v1:Deployment", name: fmt.Sprintf("deployment-%d", i),
		properties: map[string]any{
			"apiVersion": "apps/v1", "kind": "Deployment",
			"metadata": map[string]any{
				"name": fmt.Sprintf("%s-%d", g.app(), i), "namespace": g.environment(),
				"labels": labels,
			},
			"spec": map[string]any{
				"replicas": 3.0, "selector": map[string]any{"matchLabels": labels},
				"template": map[string]any{
					"metadata": map[string]any{"labels": labels},
					"spec": map[string]any{"containers": []any{map[string]any{
						"name": "main", "image": "registry.acme.example/" + g.app() + ":" + g.hex(12), "env": env,
						"ports":     []any{map[string]any{"containerPort": 8080.0}},
						"resources": map[string]any{"requests": map[string]any{"cpu": "100m", "memory": "128Mi"}},
					}}},
				},
			},
		},
	}
}

func (g generator) configMap(i int) resource {
	var config strings.Builder
	for n := range 40 {
		fmt.Fprintf(&config, "setting.%d = %s\n", n, g.hex(12))
	}
	return resource{
		token: "kubernetes:core/v1:ConfigMap", name: fmt.Sprintf("config-%d", i),
		properties: map[string]any{
			"apiVersion": "v1", "kind": "ConfigMap", "metadata": map[string]any{"name": fmt.Sprintf("config-%d", i)},
			"data": map[string]any{"app.properties": config.String(), "LOG_LEVEL": "info"},
		},
	}
}

func (g generator) service(i int) resource {
	return resource{token: "kubernetes:core/v1:Service", name: fmt.Sprintf("service-%d", i), properties: map[string]any{
		"apiVersion": "v1", "kind": "Service", "metadata": map[string]any{"name": fmt.Sprintf("service-%d", i)},
		"spec": map[string]any{
			"selector": map[string]any{"app": g.app()},
			"ports":    []any{map[string]any{"port": 80.0, "targetPort": 8080.0}},
		},
	}}
}

func (g generator) subnet(i int) resource {
	return resource{token: "aws:ec2/subnet:Subnet", name: fmt.Sprintf("subnet-%d", i), properties: map[string]any{
		"vpcId": unknown{}, "cidrBlock": fmt.Sprintf("10.%d.%d.0/24", g.IntN(256), g.IntN(256)),
		"availabilityZone": "eu-west-1" + g.pick("a", "b", "c"), "tags": g.tags(),
	}}
}

func (g generator) securityGroup(i int) resource {
	var rules []any
	for range 1 + g.IntN(6) {
		rules = append(rules, map[string]any{
			"protocol": "tcp", "fromPort": 443.0, "toPort": 443.0, "cidrBlocks": []any{"10.0.0.0/8"},
			"description": "from " + g.app(),
		})
	}
	return resource{
		token: "aws:ec2/securityGroup:SecurityGroup", name: fmt.Sprintf("group-%d", i),
		properties: map[string]any{
			"name": fmt.Sprintf("%s-%s", g.app(), g.hex(7)), "vpcId": unknown{}, "ingress": rules, "tags": g.tags(),
		},
	}
}

func (g generator) record(i int) resource {
	return resource{token: "aws:route53/record:Record", name: fmt.Sprintf("record-%d", i), properties: map[string]any{
		"zoneId": "Z" + strings.ToUpper(g.hex(12)), "name": fmt.Sprintf("%s-%d.acme.example", g.app(), i),
		"type": "CNAME",
		"ttl":  300.0, "records": []any{g.app() + ".elb.eu-west-1.amazonaws.com"},
	}}
}

func (g generator) database(i int) resource {
	return resource{token: "aws:rds/instance:Instance", name: fmt.Sprintf("database-%d", i), properties: map[string]any{
		"identifier": fmt.Sprintf("%s-%s", g.app(), g.hex(7)), "engine": "postgres", "instanceClass": "db.t4g.medium",
		"allocatedStorage": 100.0, "username": "service", "manageMasterUserPassword": true, "tags": g.tags(),
	}}
}

// issuer is where the functions have their tokens from.
const issuer = "urn:pulumi:production::shop::" + infra + "$random:index/randomPassword:RandomPassword::issuer"

// infra is a component in which secrets may stand.
const infra = "progression-labs-development:infra:Secret"

func (g generator) secret(i int) resource {
	return resource{
		token: "aws:secretsmanager/secret:Secret", name: fmt.Sprintf("secret-%d", i), component: infra,
		properties: map[string]any{"name": fmt.Sprintf("%s-%d/%s", g.app(), i, g.environment()), "tags": g.tags()},
	}
}

func (g generator) version(i int) resource {
	return resource{
		token: "aws:secretsmanager/secretVersion:SecretVersion", name: fmt.Sprintf("version-%d", i), component: infra,
		properties:    map[string]any{"secretId": unknown{}, "secretString": secret{"REPLACE_ME"}},
		ignoreChanges: []string{"secretString"},
	}
}

// script is what an instance runs at boot; it fetches its secrets then.
func (g generator) script() string {
	return "#!/bin/bash\nset -euo pipefail\nyum install -y docker amazon-cloudwatch-agent\nexport LOG_LEVEL=info\n" +
		"export DB_PASSWORD=$(aws secretsmanager get-secret-value --secret-id " + g.app() +
		"/production --query SecretString)\n" +
		strings.Repeat("docker pull registry.acme.example/"+g.app()+":"+g.hex(12)+"\n", 10) + "systemctl start " +
		g.app() + "\n"
}

func (g generator) instance(i int) resource {
	userData := g.script()
	if i%2 == 0 {
		userData = base64.StdEncoding.EncodeToString([]byte(userData))
	}
	return resource{token: "aws:ec2/instance:Instance", name: fmt.Sprintf("instance-%d", i), properties: map[string]any{
		"ami": "ami-0" + g.hex(16), "instanceType": "t4g.small", "subnetId": unknown{}, "userData": userData,
		"tags": g.tags(),
	}}
}

// taskDefinition hands containers on as JSON text.
func (g generator) taskDefinition(i int) resource {
	var environment []any
	for n := range 12 {
		environment = append(environment,
			map[string]any{"name": fmt.Sprintf("SETTING_%d", n), "value": g.app() + "." + g.hex(4) + ".internal"})
	}
	text, err := json.Marshal([]any{map[string]any{
		"name": "main", "image": "registry.acme.example/" + g.app() + ":" + g.hex(12), "environment": environment,
		"secrets": []any{map[string]any{"name": "DB_PASSWORD", "valueFrom": g.arn("secretsmanager", "secret")}},
	}})
	if err != nil {
		panic(err)
	}
	return resource{
		token: "aws:ecs/taskDefinition:TaskDefinition", name: fmt.Sprintf("task-%d", i),
		properties: map[string]any{
			"family": g.app(), "containerDefinitions": string(text), "cpu": "256", "memory": "512", "tags": g.tags(),
		},
	}
}

// api is a component of the program with outputs, one of them secret.
func (g generator) api(i int) resource {
	return resource{token: "acme:shop:Api", name: fmt.Sprintf("api-%d", i), outputs: map[string]any{
		"url": "https://" + g.app() + ".acme.example", "secretArn": g.arn("secretsmanager", "secret"),
		"token":    secret{g.hex(40)},
		"replicas": 3.0,
	}}
}

// password is a generator: what it makes is known to be secret from then on.
func (g generator) password(i int) resource {
	return resource{
		token: "random:index/randomPassword:RandomPassword", name: fmt.Sprintf("password-%d", i), component: infra,
		properties: map[string]any{"length": 32.0, "special": true},
		outputs:    map[string]any{"length": 32.0, "special": true, "result": secret{g.hex(32)}},
	}
}

// wire turns a value into what the engine sends.
func wire(v any) *structpb.Value {
	switch v := v.(type) {
	case secret:
		return structpb.NewStructValue(&structpb.Struct{Fields: map[string]*structpb.Value{
			"4dabf18193072939515e22adb298388d": structpb.NewStringValue("1b47061264138c4ac30d75fd1eb44270"),
			"value":                            wire(v.value),
		}})
	case unknown:
		return structpb.NewStringValue("04da6b54-80e4-46f7-96ec-b56ff0331ba9")
	case map[string]any:
		s := &structpb.Struct{Fields: map[string]*structpb.Value{}}
		for key, value := range v {
			s.Fields[key] = wire(value)
		}
		return structpb.NewStructValue(s)
	case []any:
		l := &structpb.ListValue{}
		for _, value := range v {
			l.Values = append(l.Values, wire(value))
		}
		return structpb.NewListValue(l)
	}
	value, err := structpb.NewValue(v)
	if err != nil {
		panic(err)
	}
	return value
}

func (r resource) urn() string {
	types := r.token
	if r.component != "" {
		types = place.Types(r.component, types)
	}
	return place.URN{Stack: "production", Project: "shop", Types: types, Name: r.name}.String()
}

// custom tells whether a provider makes the resource; the program's own components have none.
func (r resource) custom() bool { return !strings.HasPrefix(r.token, "acme:") }

func (r resource) provider() *pulumirpc.AnalyzerProviderResource {
	if !r.custom() {
		return nil
	}
	pkg, _, _ := strings.Cut(r.token, ":")
	return &pulumirpc.AnalyzerProviderResource{
		Type: "pulumi:providers:" + pkg, Name: "default",
		Urn:        "urn:pulumi:production::shop::pulumi:providers:" + pkg + "::default",
		Properties: wire(map[string]any{"region": "eu-west-1", "version": "9.0.0"}).GetStructValue(),
	}
}

// Calls are the engine's calls for a stack of n resources that breaks no policy: one for each resource, and the one for
// the stack as a whole.
func Calls(n int) ([]*pulumirpc.AnalyzeRequest, *pulumirpc.AnalyzeStackRequest) {
	return calls(stack(n))
}

func calls(all []resource) ([]*pulumirpc.AnalyzeRequest, *pulumirpc.AnalyzeStackRequest) {
	var requests []*pulumirpc.AnalyzeRequest
	whole := &pulumirpc.AnalyzeStackRequest{}
	for _, r := range all {
		requests = append(requests, r.analyze())
		whole.Resources = append(whole.Resources, r.row())
	}
	return requests, whole
}

// analyze is the engine's call for r.
func (r resource) analyze() *pulumirpc.AnalyzeRequest {
	return &pulumirpc.AnalyzeRequest{
		Type: r.token, Name: r.name, Urn: r.urn(), Properties: wire(r.properties).GetStructValue(),
		Options: &pulumirpc.AnalyzerResourceOptions{IgnoreChanges: r.ignoreChanges}, Provider: r.provider(),
	}
}

// row is r in the engine's call for the whole stack.
func (r resource) row() *pulumirpc.AnalyzerResource {
	outputs := r.outputs
	if outputs == nil {
		outputs = r.properties
	}
	return &pulumirpc.AnalyzerResource{
		Type: r.token, Name: r.name, Urn: r.urn(), Properties: wire(outputs).GetStructValue(),
		Options: &pulumirpc.AnalyzerResourceOptions{IgnoreChanges: r.ignoreChanges}, Provider: r.provider(),
		PropertyDependencies: r.dependencies(),
	}
}

func (r resource) dependencies() map[string]*pulumirpc.AnalyzerPropertyDependencies {
	if r.from == "" {
		return nil
	}
	all := map[string]*pulumirpc.AnalyzerPropertyDependencies{}
	for key := range r.properties {
		all[key] = &pulumirpc.AnalyzerPropertyDependencies{Urns: []string{r.from}}
	}
	return all
}

// known is a resource with that many secret outputs.
func known(n int) resource {
	g := generator{rand.New(rand.NewPCG(3, 4))}
	values := make([]any, n)
	for i := range values {
		values[i] = secret{g.hex(36)}
	}
	return resource{
		token: "random:index/randomPassword:RandomPassword", name: "issuer", component: infra,
		properties: map[string]any{"length": 36.0}, outputs: map[string]any{"result": values},
	}
}

// program is the stack as a Pulumi program.
func program(all []resource) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		role := &custom{}
		err := ctx.RegisterResource("aws:iam/role:Role", "unknown", pulumi.Map{"assumeRolePolicy": pulumi.String("{}")},
			role)
		if err != nil {
			return err
		}
		for _, r := range all {
			var opts []pulumi.ResourceOption
			if r.component != "" {
				parent := &component{}
				if err := ctx.RegisterComponentResource(r.component, r.name, parent); err != nil {
					return err
				}
				opts = append(opts, pulumi.Parent(parent))
			}
			opts = append(opts, pulumi.IgnoreChanges(r.ignoreChanges))
			if !r.custom() {
				c := &component{}
				if err := ctx.RegisterComponentResource(r.token, r.name, c); err != nil {
					return err
				}
				if err := ctx.RegisterResourceOutputs(c, inputs(r.outputs, role).(pulumi.Map)); err != nil {
					return err
				}
				continue
			}
			if err := ctx.RegisterResource(r.token, r.name, inputs(r.properties, role).(pulumi.Map), &custom{},
				opts...); err != nil {
				return err
			}
		}
		return nil
	}
}

type component struct{ pulumi.ResourceState }

type custom struct{ pulumi.CustomResourceState }

// inputs turns a value into a program's input; what is unknown comes from another resource.
func inputs(v any, other *custom) pulumi.Input {
	switch v := v.(type) {
	case secret:
		if v.value == any("REPLACE_ME") {
			return pulumi.ToSecret(inputs(v.value, other))
		}
		return pulumi.ToSecret(other.ID()) // from another resource, and so not known before the update
	case unknown:
		return other.ID()
	case map[string]any:
		m := pulumi.Map{}
		for key, value := range v {
			m[key] = inputs(value, other)
		}
		return m
	case []any:
		l := pulumi.Array{}
		for _, value := range v {
			l = append(l, inputs(value, other))
		}
		return l
	}
	return pulumi.Any(v)
}
