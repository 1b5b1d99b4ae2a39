package tests

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/progression-labs-development/policypack/tests/internal/canary"
)

// aviary is a stack with canaries in every place where one can be.
type aviary struct {
	*canary.Cage
	// configured is the value of a secret config key that stands in other places too.
	configured string
	stack      *pulumirpc.AnalyzerStackConfigureRequest
	requests   []*pulumirpc.AnalyzeRequest
	outputs    *pulumirpc.AnalyzeStackRequest
}

const (
	bucketToken    = "aws:s3/bucket:Bucket"
	functionToken  = "aws:lambda/function:Function"
	configMapToken = "kubernetes:core/v1:ConfigMap"
)

func newAviary(seed uint64) *aviary {
	a := &aviary{Cage: canary.New(seed)}
	a.configured = a.Random("secret config")
	inner := a.Random("a part of secret config")
	structured, _ := json.Marshal(map[string]any{
		"host": "db.internal", "password": inner,
		"users": []any{map[string]any{"token": a.Random("a deep part of secret config")}},
	})
	a.stack = &pulumirpc.AnalyzerStackConfigureRequest{
		Organization: "acme", Project: "shop", Stack: "production", DryRun: true,
		Config: map[string]string{
			"shop:apiToken": a.configured, "shop:database": string(structured),
			"shop:word":          a.Word("a secret word of config"),
			"shop:plainToken":    a.Token("a token in plain config", "gh"+"p_", 36),
			"shop:adminPassword": a.Random("a password in plain config"),
			"shop:options":       `{"smtp": {"password": "` + a.Random("a password in structured config") + `"}}`,
			"shop:copy":          "prefix " + a.configured, "aws:region": "eu-west-1",
			"aws:secretKey": a.Random("a static cloud key in config"),
		},
		ConfigSecretKeys: []string{"shop:apiToken", "shop:database", "shop:word"},
	}
	a.add("root", stackType, nil)
	a.marks()
	a.findings()
	a.copies(a.configured, inner)
	a.managers()
	a.options()
	a.outputs = rows(a.requests...)
	a.stackOutputs(inner)
	return a
}

func (a *aviary) add(name, token string, properties map[string]any) *pulumirpc.AnalyzeRequest {
	req := called(name, request(token, nil, properties))
	if strings.HasPrefix(token, "pulumi:") {
		req.Provider = nil
	}
	a.requests = append(a.requests, req)
	return req
}

// tags puts one value into a resource of which nothing is known.
func (a *aviary) tags(name string, value any) {
	a.add(strings.ReplaceAll(name, " ", "-"), bucketToken, map[string]any{"tags": value})
}

// marks are values that the program marks secret, of all kinds and in all shapes.
func (a *aviary) marks() {
	inOrder(map[string]any{
		"text":     a.Random("marked text"),
		"word":     a.Word("marked word"),
		"password": a.Password("marked password"),
		"number":   a.Number("marked number"),
		"key":      a.Key("marked key"),
		"short":    a.Add("a short marked text", a.Word("")[:7]),
		"list": []any{
			a.Random("in a marked list"), a.Word("a word in a marked list"),
			a.Number("a number in a marked list"),
		},
		"map": map[string]any{
			a.Random("key of a marked map"):       a.Random("value of a marked map"),
			a.Word("word as key of a marked map"): true,
		},
		"document": `{"` + a.Word("key of a marked document") + `": "` + a.Random("in a marked document") + `"}`,
		"twice":    marked(a.Random("marked twice")),
		"asset":    textAsset(a.Random("text of a marked asset")),
		"archive": archive(map[string]any{
			a.Word("file of a marked archive"): textAsset(a.Random("text in a marked archive")),
		}),
	}, func(name string, value any) {
		a.tags("marked "+name, map[string]any{"v": marked(value)})
		a.tags("output "+name, map[string]any{"v": output(value, true)})
		a.tags("deep "+name, []any{map[string]any{"a": []any{marked(value), "plain"}}})
	})
	a.tags("asset of a mark", map[string]any{"v": textAsset(marked(a.Word("marked text of an asset")))})
	a.tags("archive of marks", map[string]any{"v": archive(map[string]any{
		"a": textAsset(marked(a.Word("marked text in an archive"))),
		"b": archive(map[string]any{"c": marked(a.Word("marked in an inner archive"))}),
	})})
	a.add("marked-template", "aws:cloudformation/stack:Stack", map[string]any{"templateBody": marked(
		`{"Resources": {"S": {"Type": "AWS::SecretsManager::Secret", "Properties": {"SecretString": "` +
			a.Random("in a marked template") + `"}}}}`,
	)})
	a.add("template", "aws:cloudformation/stack:Stack", map[string]any{"templateBody": `{"Resources": {"S": {"Type": ` +
		`"AWS::SecretsManager::Secret", "Properties": {"SecretString": "` + a.Random("in a template") + `"}}}}`})
	a.add("marked-command", "command:local:Command", map[string]any{"create": marked(
		"aws secretsmanager create-secret --secret-string " + a.Random("in a marked command"),
	)})
	a.add("marked-name", secretToken,
		map[string]any{"name": marked(a.Word("marked name")), "secretString": marked("x")})
}

// findings are what detectors find by the value or the name of its place.
func (a *aviary) findings() {
	token := func(name string) string { return a.Token(name, "gh"+"p_", 36) }
	stripe := func(name string) string { return a.Token(name, "sk"+"_live_", 24) }
	inOrder(map[string]any{
		"token": token("token"), "token in a list": []any{"x", token("token in a list")},
		"token in a text":    "use " + token("token in a text") + " for the rest",
		"two tokens":         token("first of two tokens") + " and " + stripe("second of two tokens"),
		"token in JSON":      `{"a": {"b": ["` + stripe("token in JSON") + `"]}}`,
		"JSON in JSON":       `{"a": "{\"password\": \"` + a.Random("password in JSON in JSON") + `\"}"}`,
		"password in JSON":   `{"db": {"password": "` + a.Random("password in JSON") + `", "host": "db.internal"}}`,
		"password in YAML":   "db:\n  host: db.internal\n  password: " + a.Random("password in YAML") + "\n",
		"password in dotenv": "HOST=db.internal\nDB_PASSWORD=" + a.Random("password in dotenv") + "\n",
		"npmrc":              "//npm.example.com/:_authToken=" + a.Random("token in npmrc") + "\n",
		"URL":                "postgres://app:" + a.Random("password in a URL") + "@db.internal:5432/orders",
		"connection string": "Server=db.internal;User Id=app;Password=" + a.Random("password in a connection string") +
			";",
		"private key": a.Key("private key"),
		"base64 of a script": base64.StdEncoding.EncodeToString(
			[]byte("#!/bin/sh\nexport API_TOKEN=" + token("token in base64") + "\n")),
		"asset": textAsset("DB_PASSWORD=" + a.Random("password in an asset") + "\n"),
		"archive": archive(
			map[string]any{".env": textAsset("DB_PASSWORD=" + a.Random("password in an archive") + "\n")}),
		"map key": map[string]any{"x": map[string]any{"y": stripe("deep token")}},
		"token as a key": map[string]any{
			token("token as a key"): map[string]any{"password": a.Random("password below a token as a key")},
		},
		"pair":               []any{map[string]any{"name": "DB_PASSWORD", "value": a.Random("value of a pair")}},
		"weak password":      map[string]any{"password": a.Word("weak password")},
		"number as password": map[string]any{"password": a.Number("number as password")},
		"unmarked output":    output(token("unmarked output"), false),
		"bearer":             "Authorization: Bearer " + a.Random("bearer token"),
		"wide text": strings.Repeat("words é ", 200) + token("token in a long text") +
			strings.Repeat(" words", 200),
	}, func(name string, value any) { a.tags(name, map[string]any{"v": value}) })
	a.add("function", functionToken, map[string]any{"environment": map[string]any{"variables": map[string]any{
		"DB_PASSWORD": a.Random("password in a function"), "API_TOKEN": token("token in a function"),
		"DATABASE_URL": "mysql://root:" + a.Random("password in a function's URL") + "@db/x",
	}}})
	a.add("map", configMapToken, map[string]any{"data": map[string]any{
		"config.yaml": "smtp:\n  password: '" + a.Random("password in a ConfigMap") + "'\n",
	}})
	a.add("cluster", "kubernetes:core/v1:Secret", map[string]any{
		"stringData": map[string]any{"a": a.Word("word in a Kubernetes Secret")},
		"data": map[string]any{"b": base64.StdEncoding.EncodeToString([]byte(a.Random("base64 in a Kubernetes " +
			"Secret")))},
	})
	provider := a.add("provider", "pulumi:providers:aws", map[string]any{
		"region": "eu-west-1", "accessKey": "AK" + "IA" + strings.Repeat("Q", 16),
		"secretKey": a.Random("provider's key"),
	})
	provider.Provider = nil
	a.add("provided", bucketToken, nil).Provider.Properties = structOf(map[string]any{
		"secretKey": a.Random("key of the provider of a resource"),
		"token":     marked(a.Word("marked key of the provider of a resource")),
	})
}

// copies are a secret of the configuration in places where it is not marked, in all forms, and a secret of one resource
// in itself.
func (a *aviary) copies(value, part string) {
	a.tags("equal", map[string]any{"v": value})
	a.tags("part", map[string]any{"v": "the part is " + part})
	a.tags("contained", map[string]any{"v": "a " + value + " b"})
	a.tags("base64", map[string]any{"v": base64.StdEncoding.EncodeToString([]byte(value))})
	a.tags("inside base64", map[string]any{"v": base64.RawURLEncoding.EncodeToString([]byte("xy" + value + "z"))})
	a.tags("url", map[string]any{"v": "https://x.example/?q=" + url.QueryEscape(value)})
	a.tags("hex", map[string]any{"v": hex.EncodeToString([]byte(value))})
	a.tags("list", []any{value, []any{value}})
	own := a.Random("marked here and plain there")
	a.tags("both",
		map[string]any{"v": marked(own), "w": "x " + own, "x": base64.StdEncoding.EncodeToString([]byte(own))})
	hard := a.Password("a marked password that needs escapes")
	escaped, _ := json.Marshal(map[string]any{"q": hard})
	a.tags("escaped", map[string]any{"v": marked(hard), "w": string(escaped), "x": url.QueryEscape(hard), "y": hard})
}

// managers are values in secrets managers, raw and inside components.
func (a *aviary) managers() {
	for i, ancestors := range [][]string{nil, blessed} {
		for _, mark := range []bool{false, true} {
			value := func(name string) any {
				name = fmt.Sprintf("%s (%d, %v)", name, i, mark)
				if mark {
					return marked(a.Word("marked " + name))
				}
				return a.Word(name)
			}
			inOrder(map[string]map[string]any{
				"aws:secretsmanager/secretVersion:SecretVersion": {
					"secretId":     unknown,
					"secretString": value("AWS secret version"),
				},
				"aws-native:secretsmanager:Secret": {
					"name":         "api/production",
					"secretString": value("AWS native secret"),
				},
				"gcp:secretmanager/secretVersion:SecretVersion": {
					"secret":     unknown,
					"secretData": value("Google secret version"),
				},
				"azure:keyvault/secret:Secret": {
					"name":  "api--production",
					"value": value("Azure secret"),
				},
				"aws:ssm/parameter:Parameter": {
					"name": "/api/key", "type": "SecureString",
					"value": value("SSM parameter"),
				},
			}, func(token string, properties map[string]any) {
				req := called(fmt.Sprintf("value-%d-%v", i, mark), request(token, ancestors, properties))
				a.requests = append(a.requests, req)
			})
		}
	}
}

// options are resource options with a secret of the configuration in them.
func (a *aviary) options() {
	req := a.add("options", secretToken, map[string]any{"name": "api/production"})
	req.Options = &pulumirpc.AnalyzerResourceOptions{
		IgnoreChanges:           []string{`tags["` + a.configured + `"]`},
		Aliases:                 []string{"urn:pulumi:production::shop::" + secretToken + "::" + a.configured},
		AdditionalSecretOutputs: []string{a.configured},
	}
	a.add("keys", bucketToken,
		map[string]any{"tags": map[string]any{a.configured: "x", "x": map[string]any{a.configured: marked("y")}}})
}

// stackOutputs are what AnalyzeStack alone sees.
func (a *aviary) stackOutputs(part string) {
	a.outputs.Resources[0].Properties = structOf(map[string]any{
		"token":      a.Token("token in a stack output", "gh"+"p_", 36),
		"dbPassword": a.Random("password in a stack output"),
		"secret":     marked(a.Word("marked stack output")), "copy": "x " + a.configured, "part": part,
		"object": map[string]any{"adminPassword": a.Word("weak password in a stack output")},
		"list":   []any{marked(map[string]any{a.Word("key in a marked stack output"): 1.0})},
	})
	component := componentRequest(called("component", request("acme:shop:Api", nil, nil)))
	row := rows(component).Resources[0]
	row.Properties = structOf(map[string]any{
		"password": a.Random("password in a component output"),
		"url":      "amqp://app:" + a.Random("password in a component's URL") + "@mq/",
		"secret":   marked(a.Word("marked component output")),
	})
	a.requests = append(a.requests, component)
	generator := called("generator",
		request("random:index/randomPassword:RandomPassword", nil, map[string]any{"length": 28.0}))
	made := rows(generator).Resources[0]
	generated := a.Random("generated password")
	made.Properties = structOf(map[string]any{"length": 28.0, "result": marked(generated), "bcryptHash": marked("x")})
	a.requests = append(a.requests, generator)
	other := called("outputs", request(bucketToken, nil, nil))
	custom := rows(other).Resources[0]
	custom.Properties = structOf(map[string]any{
		"secret": marked(a.Random("marked output of a resource")),
		"token":  a.Token("token in an output of a resource", "gh"+"p_", 36),
	})
	a.requests = append(a.requests, other)
	a.outputs.Resources = append(a.outputs.Resources, row, made, custom)
}

// inOrder calls f for the values by their names: the same test makes the same calls.
func inOrder[V any](m map[string]V, f func(name string, value V)) {
	for _, name := range slices.Sorted(maps.Keys(m)) {
		f(name, m[name])
	}
}

func structOf(m map[string]any) *structpb.Struct {
	s, err := structpb.NewStruct(m)
	if err != nil {
		panic(err)
	}
	return s
}
