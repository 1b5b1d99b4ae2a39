package facts

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/progression-labs-development/policypack/internal/catalogue"
	"github.com/progression-labs-development/policypack/internal/detect"
	"github.com/progression-labs-development/policypack/internal/model"
)

type obj = map[string]any

// secretly is a marked value.
func secretly(v any) model.Value { return model.Marked{Value: model.Of(v)} }

// part is a resource of a program under test. Without outputs it gives its inputs back.
type part struct {
	typ, name       string
	inputs, outputs map[string]any
}

// program is what the engine says of one run.
type program struct {
	config map[string]string
	secret []string
	parts  []part
}

// known returns the places at which known secrets are found, in both phases.
func (p *program) known(t *testing.T, c *catalogue.Catalogue, d *detect.Detector) []string {
	t.Helper()
	run := NewRun(&model.Stack{
		Name: "production", Project: "shop", Organization: "acme", Preview: true, Config: p.config, Secret: p.secret,
	}, "2026-11-27")
	var found []string
	tell := func(r *Resource) {
		for i := range r.Findings {
			if f := &r.Findings[i]; f.Reason == ReasonKnown {
				found = append(found, r.Name+" "+f.Path.String()+" "+f.Form)
			}
		}
	}
	make := func(p part, props map[string]any) *Resource {
		m := &model.Resource{
			URN: "urn:pulumi:production::shop::" + p.typ + "::" + p.name, Type: p.typ, Name: p.name,
			Properties: model.Of(props),
		}
		if !strings.HasPrefix(p.typ, "acme:") && p.typ != model.RootType {
			m.Provider = &model.Provider{URN: "urn:pulumi:production::shop::pulumi:providers:x::x"}
		}
		r, err := New(m, c)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	var all []*Resource
	for _, p := range p.parts {
		r := make(p, p.inputs)
		r.Scan(run, d)
		tell(r)
		if p.outputs == nil {
			p.outputs = p.inputs
		}
		all = append(all, make(p, p.outputs))
	}
	ScanStack(run, d, all)
	for _, r := range all {
		tell(r)
	}
	slices.Sort(found)
	return slices.Compact(found) // secret configuration in an output is found as that and as any other secret
}

const (
	bucket = "aws:s3/bucketV2:BucketV2"
	lambda = "aws:lambda/function:Function"
)

func tagged(text string) part {
	return part{typ: bucket, name: "b", inputs: obj{"tags": obj{"note": text}}}
}

func root(outputs map[string]any) part {
	return part{typ: model.RootType, name: "shop-production", inputs: obj{}, outputs: outputs}
}

// passwords are some as people choose them. All are invented.
var passwords = []string{
	"Password321!", "ourownpassword", "correct-camel-pencil", "willow-tower-creek-19", "Willkommen2", "Autumn2031!",
	"q7Lw2nRv", "monkeymonkey9", "Tr1cky.Horse", "n0t-easy-Y2Zq1JlDpK", "MyDb#Pass7", "iloveyou2", "hummingbird",
	"let-me-in-please", "Adm1n@4711", "blue42sky",
}

// TestKnownByOrigin plants passwords that look like none at all, as every source gives them.
func TestKnownByOrigin(t *testing.T) {
	t.Parallel()
	c, d := testCatalogue(t), testDetector(t)
	sources := []struct {
		name string
		give func(secret string) program
	}{
		{"secret configuration", func(s string) program {
			return program{config: map[string]string{"api:dbPassword": s}, secret: []string{"api:dbPassword"}}
		}},
		{"a token of the configuration", func(s string) program {
			return program{config: map[string]string{"api:authToken": s}, secret: []string{"api:authToken"}}
		}},
		{"a key of the configuration", func(s string) program {
			return program{config: map[string]string{"api:stripeKey": s}, secret: []string{"api:stripeKey"}}
		}},
		{"a member of a secret object", func(s string) program {
			return program{
				config: map[string]string{"api:db": jsonOf(obj{"host": "db.internal", "user": "app", "password": s})},
				secret: []string{"api:db"},
			}
		}},
		{"a member below a member", func(s string) program {
			return program{
				config: map[string]string{"api:all": jsonOf(obj{"dbs": []any{obj{"adminPassword": obj{"value": s}}}})},
				secret: []string{"api:all"},
			}
		}},
		{"a URL of the configuration", func(s string) program {
			return program{
				config: map[string]string{"api:dbUrl": "postgres://app:" + url.PathEscape(s) + "@db.internal:5432/shop"},
				secret: []string{"api:dbUrl"},
			}
		}},
		{"a generated password", func(s string) program {
			return program{parts: []part{{
				typ: "random:index/randomPassword:RandomPassword", name: "pw", inputs: obj{"length": 12.0},
				outputs: obj{"length": 12.0, "result": secretly(s)},
			}}}
		}},
		{"the password of a database", func(s string) program {
			return program{parts: []part{{
				typ: "aws:rds/instance:Instance", name: "db",
				inputs: obj{"engine": "postgres", "username": "app", "password": secretly(s)},
			}}}
		}},
		{"a variable that the program has marked", func(s string) program {
			return program{parts: []part{{
				typ: lambda, name: "f",
				inputs: obj{"environment": obj{"variables": obj{"DB_PASSWORD": secretly(s)}}},
			}}}
		}},
		{"the value of a secret", func(s string) program {
			return program{parts: []part{{
				typ: "aws:secretsmanager/secretVersion:SecretVersion", name: "v",
				inputs: obj{"secretId": "api/production", "secretString": secretly(s)},
			}}}
		}},
		{"a marked connection string", func(s string) program {
			return program{parts: []part{{
				typ: lambda, name: "f", inputs: obj{"environment": obj{"variables": obj{
					"CONNECTION": secretly("Server=tcp:db.internal,1433;Database=shop;User Id=app;Password=" + s + ";Encrypt=true"),
				}}},
			}}}
		}},
		{"a marked DSN", func(s string) program {
			return program{parts: []part{{
				typ: lambda, name: "f", inputs: obj{"environment": obj{"variables": obj{
					"CONNECTION": secretly("app:" + s + "@tcp(db.internal:3306)/shop"),
				}}},
			}}}
		}},
		{"a marked document", func(s string) program {
			return program{parts: []part{{
				typ: "aws:secretsmanager/secretVersion:SecretVersion", name: "v",
				inputs: obj{"secretString": secretly(jsonOf(obj{"username": "app", "password": s}))},
			}}}
		}},
		{"an output that a provider has marked", func(s string) program {
			return program{parts: []part{{
				typ: "acme2:db/user:User", name: "u", inputs: obj{"name": "app"},
				outputs: obj{"name": "app", "password": secretly(s)},
			}}}
		}},
		{"an output that nobody has marked", func(s string) program {
			return program{parts: []part{{
				typ: "acme2:db/user:User", name: "u", inputs: obj{"name": "app"},
				outputs: obj{"name": "app", "initialPassword": s},
			}}}
		}},
		{"a secret of another stack", func(s string) program {
			return program{parts: []part{{
				typ: "pulumi:pulumi:StackReference", name: "base", inputs: obj{"name": "acme/base/production"},
				outputs: obj{"name": "acme/base/production", "outputs": obj{"dbPassword": secretly(s)}},
			}}}
		}},
		{"the data of a Kubernetes secret", func(s string) program {
			return program{parts: []part{{
				typ: "kubernetes:core/v1:Secret", name: "k", inputs: obj{"data": secretly(obj{
					"password": base64.StdEncoding.EncodeToString([]byte(s)),
				})},
			}}}
		}},
	}
	for _, source := range sources {
		t.Run(source.name, func(t *testing.T) {
			t.Parallel()
			for _, secret := range passwords {
				alone := []string{"b tags.note equal", "shop-production summary equal"}
				for _, first := range []bool{true, false} { // whether the source comes before the copy
					p := source.give(secret)
					copies := []part{tagged(secret), root(obj{"summary": secret})}
					if first {
						p.parts = append(p.parts, copies...)
					} else {
						p.parts = append(copies, p.parts...)
					}
					if diff := cmp.Diff(alone, p.known(t, c, d)); diff != "" {
						t.Errorf("%s alone: mismatch (-want +got):\n%s", secret, diff)
					}
				}
				p := source.give(secret)
				p.parts = append(p.parts, tagged("user=app;x="+secret+";z"), root(obj{"summary": "as " + secret}))
				within := []string{"b tags.note contained", "shop-production summary contained"}
				if diff := cmp.Diff(within, p.known(t, c, d)); diff != "" {
					t.Errorf("%s in a text: mismatch (-want +got):\n%s", secret, diff)
				}
			}
		})
	}
}

func jsonOf(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(text)
}

func TestKnownByOriginEncoded(t *testing.T) {
	t.Parallel()
	c, d := testCatalogue(t), testDetector(t)
	for _, secret := range passwords {
		for form, text := range map[string]string{
			"base64":       base64.StdEncoding.EncodeToString([]byte("app:" + secret)),
			"hex":          hex.EncodeToString([]byte(secret)),
			"url-encoded":  "https://status.example.com/?q=" + strings.ReplaceAll(url.QueryEscape(" "+secret+" "), "+", "%20"),
			"json-escaped": jsonOf("\n" + secret + "\n"),
		} {
			p := program{
				config: map[string]string{"api:dbPassword": secret}, secret: []string{"api:dbPassword"},
				parts: []part{tagged(text)},
			}
			want := "b tags.note " + form
			got := p.known(t, c, d)
			if strings.HasSuffix(form, "ed") && len(got) == 1 { // a value that counts by its looks needs no decoding
				got[0] = strings.Replace(got[0], "contained", form, 1)
			}
			if !slices.Equal(got, []string{want}) {
				t.Errorf("%s of %s: got %v, want %s", form, secret, got, want)
			}
		}
	}
}

func TestNotKnownByOrigin(t *testing.T) {
	t.Parallel()
	c, d := testCatalogue(t), testDetector(t)
	secret := func(key, value string, more ...string) program {
		p := program{config: map[string]string{key: value}, secret: []string{key}}
		for i := 0; i < len(more); i += 2 {
			p.config[more[i]] = more[i+1]
		}
		return p
	}
	for _, tt := range []struct {
		name string
		give program
		add  []part
		want []string
	}{
		{"a user marked by itself", secret("api:dbUser", "application"), []part{tagged("application")}, nil},
		{
			"the members beside a password",
			secret("api:db", `{"host":"db.internal","user":"orders_app","name":"orders-db","password":"blue42sky"}`),
			[]part{
				tagged("orders_app"), root(obj{"host": "db.internal", "db": "orders-db", "x": "postgres://orders_app@db.internal/orders-db"}),
			},
			nil,
		},
		{"the project", secret("api:dbPassword", "shop-backend"), []part{{typ: bucket, name: "shop-backend", inputs: obj{"tags": obj{"app": "shop-backend"}}}}, nil},
		{"the stack", secret("api:dbPassword", "Production"), []part{tagged("production"), tagged("Production"), root(obj{"env": "in production"})}, nil},
		{"an environment that is not the stack", secret("api:dbPassword", "staging"), []part{tagged("staging")}, nil},
		{"a region of the configuration", secret("api:token", "eu-west-1", "aws:region", "eu-west-1"), []part{tagged("eu-west-1")}, nil},
		{"a zone of a resource", secret("api:token", "eu-west-1b"), []part{{typ: lambda, name: "f", inputs: obj{"availabilityZone": "eu-west-1b", "tags": obj{"a": "in eu-west-1b"}}}}, nil},
		{"a host", secret("api:password", "db-1.internal"), []part{tagged("db-1.internal:5432")}, nil},
		{"a host of one label", secret("api:password", "dbserver1"), []part{{typ: lambda, name: "f", inputs: obj{"dbHost": "dbserver1", "x": "on dbserver1"}}}, nil},
		{"an ARN under the name of a password", secret("api:dbPassword", "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-a1B2c3"), []part{tagged("arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-a1B2c3")}, nil},
		{"letters that are plain configuration, too", secret("api:dbPassword", "payments", "api:team", "payments"), []part{tagged("payments"), root(obj{"x": "for payments"})}, nil},
		{"letters that are a member of the same object", secret("api:db", `{"name":"payments","user":"payments","password":"payments"}`), []part{tagged("payments")}, nil},
		{"letters and digits that are plain configuration, too", secret("api:dbPassword", "payments2", "api:team", "payments2"), []part{root(obj{"x": "payments2"})}, []string{"shop-production api:team equal", "shop-production x equal"}},
		{"twelve letters that are plain configuration, too", secret("api:dbPassword", "ourownsecret", "api:team", "ourownsecret"), []part{root(obj{"x": "ourownsecret"})}, []string{"shop-production api:team equal", "shop-production x equal"}},
		{"a plain twin that is configuration", secret("api:dbPassword", "blue42sky", "api:note", "blue42sky"), []part{{typ: model.RootType, name: "shop-production", inputs: obj{}}}, []string{"shop-production api:note equal"}},
		{"a default word in a tag", secret("api:dbPassword", "postgres"), []part{tagged("postgres"), root(obj{"engine": "postgres", "x": "the postgres here"})}, nil},
		{"a default word under the name of a password", secret("api:dbPassword", "changeme"), []part{{typ: lambda, name: "f", inputs: obj{"environment": obj{"variables": obj{"DB_PASSWORD": "changeme", "MODE": "changeme"}}}}}, []string{"f environment.variables.DB_PASSWORD equal"}},
		{"in another case", secret("api:dbPassword", "blue42sky"), []part{tagged("Blue42sky")}, nil},
		{"a part of a word", secret("api:dbPassword", "blue42sky"), []part{tagged("blue42skyline and my_blue42sky")}, nil},
		{"seven bytes in a text", secret("api:dbPassword", "blue42s"), []part{tagged("a blue42s b")}, nil},
		{"a random text that makes a name", program{parts: []part{{
			typ: "random:index/randomString:RandomString", name: "suffix", inputs: obj{"length": 8.0}, outputs: obj{"result": "x7k2m9q1"},
		}}}, []part{{typ: bucket, name: "b", inputs: obj{"bucket": "shop-x7k2m9q1"}}}, nil},
		{"an id that makes a name", program{parts: []part{{
			typ: "random:index/randomId:RandomId", name: "suffix", inputs: obj{"byteLength": 4.0}, outputs: obj{"hex": "7f3a2b1c", "dec": "2134567890"},
		}}}, []part{{typ: bucket, name: "b", inputs: obj{"bucket": "shop-7f3a2b1c"}}}, nil},
		{"a parameter that holds a setting", program{parts: []part{
			{typ: "aws:ssm/parameter:Parameter", name: "p", inputs: obj{"name": "/shop/table", "type": "SecureString", "value": secretly("orders-table")}},
			{typ: "aws:ssm/parameter:Parameter", name: "q", inputs: obj{"name": "/shop/region", "type": "SecureString", "value": secretly("eu-west-1")}},
		}}, []part{tagged("orders-table"), root(obj{"region": "eu-west-1"})}, nil},
		{"a marked map of settings", program{parts: []part{{
			typ: lambda, name: "f", inputs: obj{"environment": secretly(obj{"variables": obj{
				"MODE": "fast-lane", "PRIMARY_KEY": "order_id", "SECRETS": []any{"orders-db-secret"}, "DB_PASSWORD": "blue42sky",
			}})},
		}}}, []part{tagged("fast-lane"), root(obj{"key": "order_id", "uses": "orders-db-secret", "no": "not blue42sky"})}, []string{"shop-production no contained"}},
		{"a list of the names of secrets", secret("api:secrets", `["orders-db","orders-api"]`), []part{tagged("orders-db"), root(obj{"x": "orders-api"})}, nil},
		{"the name of a secret", program{parts: []part{{
			typ: "kubernetes:apps/v1:Deployment", name: "d", inputs: obj{"spec": secretly(obj{"template": obj{"spec": obj{"containers": []any{obj{
				"env": []any{obj{"name": "DB_PASSWORD", "valueFrom": obj{"secretKeyRef": obj{"name": "orders-db", "key": "db-password"}}}},
			}}}}})},
		}}}, []part{tagged("orders-db"), root(obj{"x": "db-password"})}, nil},
		{"the output of the resource itself", program{parts: []part{{
			typ: "acme2:db/user:User", name: "u", inputs: obj{"note": "blue42sky"}, outputs: obj{"note": "blue42sky", "password": secretly("blue42sky")},
		}}}, nil, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tt.give.parts = append(tt.give.parts, tt.add...)
			if diff := cmp.Diff(tt.want, tt.give.known(t, c, d)); diff != "" {
				t.Errorf("mismatch (-want +got):\n%s", diff)
			}
		})
	}
}
