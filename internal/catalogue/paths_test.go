package catalogue

import (
	"slices"
	"strings"
	"testing"
)

func TestPaths(t *testing.T) {
	c := load(t)
	for _, tt := range []struct {
		name, token string
		want        []string
	}{
		{"name and values", "aws:lambda/function:Function", []string{"name", "environment.variables"}},
		{"what a condition tests", "aws:ssm/parameter:Parameter", []string{"type", "value"}},
		{"outputs", "random:index/randomPassword:RandomPassword", []string{"result"}},
		{"where a template is", "azure-native:resources:Deployment", []string{"properties.template"}},
		{"an inner resource", "azapi:index/resource:Resource", []string{"type", "body.properties", "sensitiveBody"}},
		{"items of lists", "kubernetes:apps/v1:Deployment", []string{"spec.template.spec.containers.[].env.[].value"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, path := range c.Paths(c.Kind(tt.token)) {
				got = append(got, strings.Join(path, "."))
			}
			for _, want := range tt.want {
				if !slices.Contains(got, want) {
					t.Errorf("%s is not among %q", want, got)
				}
			}
		})
	}
	if paths := c.Paths(nil); paths != nil {
		t.Errorf("a type without entry has the paths %v", paths)
	}
}
