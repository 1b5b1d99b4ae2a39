package facts

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"

	"github.com/progression-labs-development/policypack/internal/catalogue"
	"github.com/progression-labs-development/policypack/internal/detect"
	"github.com/progression-labs-development/policypack/internal/model"
	"github.com/progression-labs-development/policypack/internal/wire"
	"github.com/progression-labs-development/policypack/internal/wire/wiretest"
)

// canary is a value that no term may hold.
const canary = "Xk4-vTq9_Lw2z!Rm"

func testCatalogue(t *testing.T) *catalogue.Catalogue {
	t.Helper()
	c, err := catalogue.Own()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func testDetector(t *testing.T) *detect.Detector {
	t.Helper()
	d, err := detect.New(detect.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// stack is a program under test: its calls are made as the engine makes them.
type stack struct {
	t        *testing.T
	run      *Run
	detector *detect.Detector
	rows     []*pulumirpc.AnalyzerResource
	found    []string
}

func newStack(t *testing.T, config map[string]string, secret ...string) *stack {
	t.Helper()
	d, err := detect.New(detect.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return &stack{t: t, detector: d, run: NewRun(wire.Stack(&pulumirpc.AnalyzerStackConfigureRequest{
		Project: "shop", Stack: "production", Organization: "acme", DryRun: true, Config: config,
		ConfigSecretKeys: secret,
	}), "2026-11-23")}
}

// add analyses a resource; outputs are its inputs unless given.
func (s *stack) add(typ, name string, inputs, outputs resource.PropertyMap, deps map[string][]string) {
	s.t.Helper()
	urn := "urn:pulumi:production::shop::" + typ + "::" + name
	provider := &pulumirpc.AnalyzerProviderResource{Urn: "urn:pulumi:production::shop::pulumi:providers:x::x"}
	if strings.HasPrefix(typ, "acme:") || typ == model.RootType {
		provider = nil
	}
	r, err := fromAnalyze(s.t, &pulumirpc.AnalyzeRequest{
		Urn: urn, Type: typ, Name: name, Properties: marshalled(s.t, inputs), Provider: provider,
	}, testCatalogue(s.t))
	if err != nil {
		s.t.Fatal(err)
	}
	r.Scan(s.run, s.detector)
	s.tell("analyze", r)
	empty := ast.ObjectTerm()
	doc, err := ResourceDocument(s.run, Context{Settings: empty, Enabled: empty, Parameters: empty}, r, empty)
	if err != nil {
		s.t.Fatal(err)
	}
	if strings.Contains(doc.String(), canary) {
		s.t.Errorf("%s: the document holds a secret", name)
	}
	if outputs == nil {
		outputs = inputs
	}
	row := &pulumirpc.AnalyzerResource{
		Urn: urn, Type: typ, Name: name, Properties: marshalled(s.t, outputs), Provider: provider,
		PropertyDependencies: map[string]*pulumirpc.AnalyzerPropertyDependencies{},
	}
	for p, names := range deps {
		d := &pulumirpc.AnalyzerPropertyDependencies{}
		for _, n := range names {
			for _, other := range s.rows {
				if other.GetName() == n {
					d.Urns = append(d.Urns, other.GetUrn())
				}
			}
		}
		row.PropertyDependencies[p] = d
	}
	s.rows = append(s.rows, row)
}

func (s *stack) finish() []string {
	s.t.Helper()
	c := testCatalogue(s.t)
	var all []*Resource
	for _, row := range s.rows {
		r, err := New(wiretest.Resources(s.t, &pulumirpc.AnalyzeStackRequest{Resources: []*pulumirpc.AnalyzerResource{row}})[0],
			c)
		if err != nil {
			s.t.Fatal(err)
		}
		all = append(all, r)
	}
	ScanStack(s.run, s.detector, all)
	for _, r := range all {
		s.tell("stack", r)
	}
	slices.Sort(s.found)
	return s.found
}

func (s *stack) tell(phase string, r *Resource) {
	for i := range r.Findings {
		f := &r.Findings[i]
		line := fmt.Sprintf("%s %s %s %s", phase, r.Name, f.Path.String(), f.Reason)
		if f.Form != "" {
			line += " " + f.Form + " " + f.Source.Kind + " " + f.Source.Path
		}
		if f.Covered {
			line += " covered"
		}
		if strings.Contains(f.term(s.run, 1, r).String(), canary) {
			s.t.Errorf("%s: the finding holds the secret", line)
		}
		s.found = append(s.found, line)
	}
	for i := range r.Written {
		if g := r.Written[i].Generated; g != "" {
			line := fmt.Sprintf("%s %s %s generated %s", phase, r.Name, r.Written[i].Path.String(), g)
			if r.Written[i].Literal {
				line += " literal"
			}
			if c := r.Written[i].Config; c != "" {
				line += " of config " + c
			}
			if f := r.Written[i].Format; f != "" {
				line += ", " + f
			}
			s.found = append(s.found, line)
		}
	}
}

func TestScan(t *testing.T) {
	t.Parallel()
	str, secret := resource.NewProperty[string], resource.MakeSecret
	unknown := resource.MakeComputed(str(""))
	type props = resource.PropertyMap
	obj := resource.NewProperty[props]
	list := func(v ...resource.PropertyValue) resource.PropertyValue { return resource.NewProperty(v) }
	const lambda, version = "aws:lambda/function:Function", "aws:secretsmanager/secretVersion:SecretVersion"
	for _, tt := range []struct {
		name   string
		config map[string]string
		secret []string
		give   func(s *stack)
		want   []string
	}{
		{"by the key's name", nil, nil, func(s *stack) {
			s.add(lambda, "f",
				props{"environment": obj(
					props{"variables": obj(props{"DB_PASSWORD": str(canary), "MODE": str("fast")})})}, nil, nil)
		}, []string{"analyze f environment.variables.DB_PASSWORD key-name"}},
		{"a name and value pair", nil, nil, func(s *stack) {
			s.add("aws:x/y:Z", "r", props{"env": list(obj(props{"name": str("DB_PASSWORD"), "value": str(canary)}))},
				nil, nil)
		}, []string{"analyze r env[0].value key-name"}},
		{"marked values are no findings", nil, nil, func(s *stack) {
			s.add("aws:rds/instance:Instance", "f", props{"password": secret(unknown)}, nil, nil)
		}, nil},
		{
			"secret configuration in a tag",
			map[string]string{"shop:dbPassword": canary},
			[]string{"shop:dbPassword"},
			func(s *stack) {
				s.add(lambda, "f", props{"tags": obj(props{"note": str(canary)})}, nil, nil)
			},
			[]string{"analyze f tags.note known-secret equal config shop:dbPassword"},
		},
		{
			"plain configuration",
			map[string]string{"shop:dbPassword": canary, "aws:region": "eu-west-1"},
			nil,
			func(s *stack) {
				s.add(model.RootType, "shop-production", nil, nil, nil)
			},
			[]string{"analyze shop-production shop:dbPassword key-name"},
		},
		{"a resource's own marked value", nil, nil, func(s *stack) {
			s.add(lambda, "f", props{"a": secret(str(canary)), "b": str("x " + canary)}, nil,
				map[string][]string{"a": {"other"}})
		}, []string{"analyze f b known-secret contained input a", "stack f a hardcoded"}},
		{"another resource's secret, in any order", nil, nil, func(s *stack) {
			// When the copy is judged, nothing tells yet that it is one.
			const later = "Rz7!kWd3_Qm9-Yt5"
			s.add(lambda, "copy", props{"note": str(later)}, nil, nil)
			s.add("random:index/randomPassword:RandomPassword", "pw", props{}, props{"result": secret(str(later))}, nil)
		}, []string{"stack copy note known-secret equal generator result"}},
		{
			"found once, even when both phases see it",
			map[string]string{"shop:k": canary},
			[]string{"shop:k"},
			func(s *stack) {
				s.add(lambda, "f", props{"note": str(canary)}, nil, nil)
				s.add(lambda, "g", props{"x": secret(str(canary))}, nil, nil)
			},
			[]string{"analyze f note known-secret equal config shop:k"},
		},
		{"an output of the stack", nil, nil, func(s *stack) {
			s.add(model.RootType, "shop-production", nil, props{
				"password": unknown, "apiKey": unknown, "url": unknown, "dbPassword": str(canary),
				"other": secret(str(canary)),
			}, nil)
		}, []string{
			"stack shop-production apiKey unknown-output", "stack shop-production dbPassword key-name",
			"stack shop-production password unknown-output",
		}},
		{"the id of a secret that is not known yet", nil, nil, func(s *stack) {
			s.add(model.RootType, "shop-production", nil, props{"secret": unknown, "clientSecret": unknown}, nil)
			s.add("kubernetes:core/v1:Secret", "s", props{}, nil, nil)
		}, []string{"stack shop-production clientSecret unknown-output"}},
		{"an output called secret in a stack without one", nil, nil, func(s *stack) {
			s.add(model.RootType, "shop-production", nil, props{"secret": unknown}, nil)
		}, []string{"stack shop-production secret unknown-output"}},
		{"an output of a component", nil, nil, func(s *stack) {
			s.add("acme:app:Service", "c", nil, props{"password": str(canary)}, nil)
		}, []string{"stack c password key-name"}},
		{"hard-coded or from configuration", map[string]string{"shop:user": "some-admin-login-7"}, nil, func(s *stack) {
			s.add(lambda, "f",
				props{"a": secret(str(canary)), "b": secret(str("some-admin-login-7")), "c": secret(str("true"))}, nil,
				nil)
		}, []string{"stack f a hardcoded"}},
		{"a generated value", nil, nil, func(s *stack) {
			s.add("random:index/randomPassword:RandomPassword", "pw", props{}, props{"result": secret(str(canary))},
				nil)
			s.add(version, "v", props{"secretString": secret(str("user:" + canary))}, nil,
				map[string][]string{"secretString": {"pw"}})
		}, []string{"stack v secretString generated yes"}},
		{"a literal behind an apply", nil, nil, func(s *stack) {
			s.add("random:index/randomPassword:RandomPassword", "pw", props{}, props{"result": secret(str(canary))},
				nil)
			s.add(version, "v", props{"secretString": secret(str("Hq8-literal-Zp5!"))}, nil,
				map[string][]string{"secretString": {"pw"}})
		}, []string{"stack v secretString generated no literal"}},
		{"a value around an output that nobody marked", nil, nil, func(s *stack) {
			s.add("aws:rds/instance:Instance", "db", props{}, props{"endpoint": str("orders.internal:5432")}, nil)
			s.add(version, "v", props{"secretString": secret(str(`{"host":"orders.internal:5432"}`))}, nil,
				map[string][]string{"secretString": {"db"}})
		}, []string{"stack v secretString generated no"}},
		{
			"a written value of the plain configuration",
			map[string]string{"shop:pin": "4711", "shop:on": "v7q"},
			nil,
			func(s *stack) {
				s.add(version, "v", props{"secretString": secret(str("4711")), "secretBinary": secret(str("v7q"))}, nil,
					nil)
			},
			[]string{"stack v secretBinary generated no literal", "stack v secretString generated no literal of " +
				"config shop:pin"},
		},
		{
			"a written value that holds a secret one",
			map[string]string{"shop:db": `{"user":"app","password":"` + canary + `"}`},
			[]string{"shop:db"},
			func(s *stack) {
				s.add(version, "v", props{"secretString": secret(str("app:" + canary)), "secretBinary": secret(str("app"))},
					nil, nil)
			},
			[]string{"stack v secretBinary generated no literal", "stack v secretString generated no literal of " +
				"config shop:db.password"},
		},
		{"a written value of a known format", nil, nil, func(s *stack) {
			s.add(version, "v", props{"secretString": secret(str("postgres://app:" + canary + "@db.internal/orders"))},
				nil, nil)
		}, []string{
			"stack v secretString generated no literal, a URL with a password",
			"stack v secretString hardcoded covered",
		}},
		{"not known yet, from a generator", nil, nil, func(s *stack) {
			s.add("random:index/randomPassword:RandomPassword", "pw", props{}, props{"result": secret(unknown)}, nil)
			s.add(version, "v", props{"secretString": secret(unknown)}, nil,
				map[string][]string{"secretString": {"pw"}})
		}, []string{"stack v secretString generated yes"}},
		{"not known yet, from nowhere", nil, nil, func(s *stack) {
			s.add(version, "v", props{"secretString": secret(unknown)}, nil, nil)
		}, []string{"stack v secretString generated open"}},
		{"a literal value", nil, nil, func(s *stack) {
			s.add(version, "v", props{"secretString": secret(str(canary))}, nil, nil)
		}, []string{"stack v secretString generated no literal", "stack v secretString hardcoded covered"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := newStack(t, tt.config, tt.secret...)
			tt.give(s)
			if diff := cmp.Diff(tt.want, s.finish()); diff != "" {
				t.Errorf("mismatch (-want +got)\n%s", diff)
			}
		})
	}
}

func TestRedacted(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		spans []span
		want  string
	}{
		{"nothing", nil, "0123456789"},
		{"all", []span{{0, 10, 10}}, "[secret]"},
		{"a part", []span{{2, 4, 4}}, "01[secret]456789"},
		{"several", []span{{0, 1, 1}, {9, 10, 10}}, "[secret]12345678[secret]"},
		{"overlapping", []span{{2, 6, 6}, {4, 8, 8}}, "01[secret]89"},
		{"one in another", []span{{2, 8, 8}, {4, 5, 5}}, "01[secret]89"},
		{"next to each other", []span{{2, 4, 4}, {4, 6, 6}}, "01[secret][secret]6789"},
	} {
		if got := redacted("0123456789", tt.spans); got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.name, got, tt.want)
		}
	}
}
