package slot_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/progression-labs-development/policypack/internal/model"
	"github.com/progression-labs-development/policypack/internal/slot"
)

type object = map[string]any

// Every leaf has the name that says most about it.
func TestNames(t *testing.T) {
	t.Parallel()
	secret := func(v any) model.Value { return model.Marked{Value: model.Of(v)} }
	for _, tt := range []struct {
		name string
		give any
		want []string
	}{
		{"a key", object{"password": "x"}, []string{"password: password"}},
		{"a key of a list", object{"tokens": []any{"x", "y"}}, []string{"tokens[0]: tokens", "tokens[1]: tokens"}},
		{"a neutral child", object{"smtpPassword": object{"value": "x"}}, []string{"smtpPassword.value: smtpPassword"}},
		{
			"neutral children below each other",
			object{"Token": object{"Default": object{"S": "x"}}},
			[]string{"Token.Default.S: Token"},
		},
		{
			"a neutral child in a list",
			object{"adminPassword": []any{object{"literal": "x"}}},
			[]string{"adminPassword[0].literal: adminPassword"},
		},
		{
			"a child that says something",
			object{"password": object{"length": 12.0, "value": "x"}},
			[]string{"password.length: length", "password.value: password"},
		},
		{"nothing above", object{"value": "x"}, []string{"value: value"}},
		{"a secret function", object{"db": object{"pw": object{"fn::secret": "x"}}}, []string{"db.pw.fn::secret: pw"}},
		{
			"a pair",
			object{"env": []any{object{"name": "DB_PASSWORD", "value": "x"}}},
			[]string{"env[0].name: name", "env[0].value: DB_PASSWORD"},
		},
		{
			"a pair of CloudFormation",
			[]any{object{"ParameterKey": "Pw", "ParameterValue": "x"}},
			[]string{"[0].ParameterKey: ParameterKey", "[0].ParameterValue: Pw"},
		},
		{
			"a pair with a name of its own above",
			object{"token": object{"key": "API_KEY", "secretValue": "x"}},
			[]string{"token.key: key", "token.secretValue: API_KEY"},
		},
		{
			"a name before a key",
			[]any{object{"key": "a", "name": "b", "value": "x"}},
			[]string{"[0].key: key", "[0].name: name", "[0].value: b"},
		},
		{
			"a pair with its parts wrapped",
			[]any{object{"name": object{"S": "pw"}, "value": object{"S": "x"}}},
			[]string{"[0].name.S: name", "[0].value.S: pw"},
		},
		{
			"a mark of a value",
			object{"a": secret("x"), "b": "y"},
			[]string{"a: a, marked", "b: b"},
		},
		{
			"a mark of an object", secret(object{"a": "x", "b": secret("y")}),
			[]string{"a: a, marked complete", "b: b, marked complete"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var got []string
			w := slot.Walker{Visit: func(l *slot.Leaf) {
				if len(l.Above) != len(l.Path) {
					t.Errorf("%s: %d values above, want one for each step", l.Path.String(), len(l.Above))
				}
				line := l.Path.String() + ": " + l.Name
				if l.Whole {
					line += ", marked complete"
				} else if l.Marked {
					line += ", marked"
				}
				got = append(got, line)
			}}
			w.Walk(model.Of(tt.give))
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("mismatch (-want +got)\n%s", diff)
			}
		})
	}
}

// A place is for the same however it is spelled, and for nothing in particular where a neighbour is not there.
func TestMeaning(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, typ string
		give      any
		want      []string
	}{
		{
			"a variable of CodeBuild", "aws:codebuild/project:Project",
			object{"environmentVariables": []any{object{"name": "A", "type": "SECRETS_MANAGER", "value": "x"}}},
			[]string{"environmentVariables[0].value names"},
		},
		{
			"the same as Terraform writes it", "",
			object{"environment_variable": []any{object{"name": "A", "type": "PARAMETER_STORE", "value": "x"}}},
			[]string{"environment_variable[0].value names"},
		},
		{
			"the same as CloudFormation writes it", "",
			object{"EnvironmentVariables": []any{object{"Name": "A", "Type": "SECRETS_MANAGER", "Value": "x"}}},
			[]string{"EnvironmentVariables[0].Value names"},
		},
		{
			"the same in plain", "aws:codebuild/project:Project",
			object{"environmentVariables": []any{object{"name": "A", "type": "PLAINTEXT", "value": "x"}}},
			nil,
		},
		{
			"a key of a Secret", "",
			object{"env": object{"valueFrom": object{"secretKeyRef": object{"key": "a", "name": "b"}}}},
			[]string{"env.valueFrom.secretKeyRef.key names", "env.valueFrom.secretKeyRef.name names"},
		},
		{
			"a reference with a name of its own", "kubernetes:acme.io/v1:Db",
			object{"spec": object{"rootPasswordSecretRef": object{"key": "a"}, "passwordReference": object{"key": "a"}}},
			[]string{"spec.rootPasswordSecretRef.key names"},
		},
		{
			"the data of a Secret", "",
			object{"kind": "Secret", "data": object{"a": "x"}, "stringData": object{"b": "y"}},
			[]string{"data.a mixed", "stringData.b mixed"},
		},
		{"the data of another object", "", object{"kind": "ConfigMap", "data": object{"a": "x"}}, nil},
		{
			"the data of a Secret of Terraform", "kubernetes:core/v1:Secret",
			object{"data": object{"a": "x"}},
			[]string{"data.a mixed"},
		},
		{
			"a type, at another place", "kubernetes:core/v1:Secret", object{"metadata": object{"data": object{"a": "x"}}}, nil,
		},
		{
			"a manifest among others", "kubernetes:helm.sh/v3:Release",
			object{"values": object{"extraObjects": []any{object{"kind": "Secret", "stringData": object{"a": "x"}}}}},
			[]string{"values.extraObjects[0].stringData.a mixed"},
		},
		{
			"a secret of a container app", "azure-native:app/v20240301:ContainerApp",
			object{"configuration": object{"secrets": []any{object{"name": "a", "value": "x"}}}},
			[]string{"configuration.secrets[0].value holds"},
		},
		{
			"a type that is marked secret beside it", "",
			object{"password": object{"type": "SecureString", "value": "x"}},
			[]string{"password.value holds"},
		},
		{"a flag beside it", "", []any{object{"isSecret": true, "value": "x"}}, []string{"[0].value holds"}},
		{"a flag that is off", "", []any{object{"isSecret": false, "value": "x"}}, nil},
		{
			"a key of an external secret", "kubernetes:external-secrets.io/v1:ExternalSecret",
			object{"spec": object{"data": []any{object{"secretKey": "a"}}}},
			[]string{"spec.data[0].secretKey names"},
		},
		{
			"an external secret in a manifest", "",
			object{"kind": "PushSecret", "spec": object{"data": []any{object{"match": object{"secretKey": "a"}}}}},
			[]string{"spec.data[0].match.secretKey names"},
		},
		{
			"an annotation", "kubernetes:networking.k8s.io/v1:Ingress",
			object{"metadata": object{"annotations": object{"nginx.ingress.kubernetes.io/auth-secret": "a"}}},
			[]string{`metadata.annotations["nginx.ingress.kubernetes.io/auth-secret"] names`},
		},
		{"a script", "aws:ec2/instance:Instance", object{"userData": "x"}, []string{"userData content"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var got []string
			w := slot.Walker{Type: tt.typ, Visit: func(l *slot.Leaf) {
				if m := l.Meaning(); m != slot.Open {
					got = append(got, l.Path.String()+" "+m.String())
				}
			}}
			w.Walk(model.Of(tt.give))
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("mismatch (-want +got)\n%s", diff)
			}
		})
	}
}

// The question costs nothing but time.
func TestMeaningAllocatesNothing(t *testing.T) {
	var leaf *slot.Leaf
	v := model.Of(object{"environment": object{"variables": object{"LOG_LEVEL": "debug"}}})
	w := slot.Walker{Visit: func(l *slot.Leaf) {
		leaf = l
		if n := testing.AllocsPerRun(100, func() { _ = leaf.Meaning() }); n != 0 {
			t.Errorf("%v allocations", n)
		}
	}}
	w.Walk(v)
}

func BenchmarkMeaning(b *testing.B) {
	w := slot.Walker{Visit: func(l *slot.Leaf) {
		b.ReportAllocs()
		for b.Loop() {
			_ = l.Meaning()
		}
	}}
	w.Walk(model.Of(object{"environment": object{"variables": object{"LOG_LEVEL": "debug"}}}))
}
